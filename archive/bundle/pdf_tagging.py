"""What makes ``dossier.pdf`` readable by ear: what is a heading, what a picture, in which order and which language.

A tagged PDF says beside what is drawn what it is: each stretch of drawing has a number on its page, and a tree of
elements points at these numbers. What stands at the foot of a page is no part of the text. Nothing of the making is
said.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from xml.sax.saxutils import escape

from msgspec import Struct

from archive.bundle.blocks import Block, Style

_ROLES: Mapping[Style, str] = {
    "title": "H1", "heading": "H2", "part": "H3", "name": "H4", "picture": "Figure", "paper": "Figure",
    "item": "LBody", "columns": "TH", "row": "TD",
}  # fmt: skip
_INSIDE = {"LBody": ("LI", "L"), "TH": ("TR", "Table"), "TD": ("TR", "Table")}
"""What stands inside of others: all of one block in one of the first, and following blocks in the second."""

Key = tuple[int, int]
"""An element: of which block it is, and which cell of it (0 where it has none)."""


class Element(Struct, frozen=True):
    """One element: its role, its words, and its language if that is another.

    ``text`` is read in the place of what is drawn: of a picture, as nothing else can be; of words, as lines are broken
    without a space between.
    """

    role: str
    text: str
    language: str | None = None
    cells: tuple[str, ...] = ()  # of a row: what each says, in the place of ``text``


class Mark(Struct, frozen=True):
    """One stretch of drawing: its page (from 1), its number there (from 0), and of which element it is a part.

    ``box``: of a picture, where it stands on the page: left, lower, right, upper, in points.
    """

    page: int
    number: int
    element: Key
    box: tuple[float, float, float, float] | None = None


class Marks:
    """Numbers what is drawn, page by page."""

    def __init__(self) -> None:
        self.drawn: list[Mark] = []
        self._on: Counter[int] = Counter()

    @contextmanager
    def element(self, canvas: Any, key: Key, role: str, size: tuple[float, float] | None = None) -> Iterator[None]:
        """What is drawn inside is a part of element ``key``; ``size`` is a picture's."""
        page = canvas.getPageNumber()
        left, lower = canvas.absolutePosition(0, 0)
        box = (left, lower, left + size[0], lower + size[1]) if size else None
        self.drawn.append(Mark(page, self._on[page], key, box))
        canvas.addLiteral(f"/{role} <</MCID {self._on[page]}>> BDC")
        self._on[page] += 1
        yield
        canvas.addLiteral("EMC")


@contextmanager
def beside(canvas: Any) -> Iterator[None]:
    """What is drawn inside is no part of the text."""
    canvas.addLiteral("/Artifact <</Type /Pagination>> BDC")
    yield
    canvas.addLiteral("EMC")


def elements(blocks: Iterable[Block], language: str) -> Iterator[Element]:
    """What each block is; a picture is called as the exhibit that it belongs to."""
    part = ""
    for block in blocks:
        part = block.text if block.style == "part" else part
        role = role_of(block)
        spoken = block.language if block.language != language else None
        yield Element(role, part if role == "Figure" else block.text, spoken, block.cells)


def role_of(block: Block) -> str:
    """What a block is, or each of its cells."""
    return _ROLES.get(block.style, "P")


def packet(title: str) -> bytes:
    """All that a paper says of itself (XMP): a title that other dossiers have as well."""
    said = escape(title)
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{said}</rdf:li></rdf:Alt></dc:title>'
        "</rdf:Description></rdf:RDF></x:xmpmeta>\n"
        '<?xpacket end="r"?>'
    ).encode()


def saved(pdf: Any) -> bytes:
    """The octets of a ``pikepdf.Pdf``, without a word of when and by what; read and saved again, the same ones."""
    from pikepdf import ObjectStreamMode  # noqa: PLC0415 - loaded behind the wall only

    out = io.BytesIO()
    if "/ID" in pdf.trailer:  # else the first half of the number stays what it was
        del pdf.trailer["/ID"]
    pdf.save(
        out,
        deterministic_id=True,
        object_stream_mode=ObjectStreamMode.generate,
        fix_metadata_version=False,  # or it writes what the document says of itself in its own way
    )
    return out.getvalue()


def entitle(pdf: Any, title: str) -> None:
    """Give a ``pikepdf.Pdf`` its title, which programs show in the place of the file's name."""
    from pikepdf import Dictionary, Name, String  # noqa: PLC0415 - loaded behind the wall only

    pdf.trailer.Info = pdf.make_indirect(Dictionary(Title=String(title)))
    pdf.Root.Metadata = pdf.make_stream(packet(title), Type=Name.Metadata, Subtype=Name.XML)
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)


def tag(pdf: Any, told: Sequence[Element], drawn: Sequence[Mark]) -> None:
    """Put the tree of elements into a ``pikepdf.Pdf`` whose pages hold the marks."""
    from pikepdf import Array, Dictionary, Name  # noqa: PLC0415 - loaded behind the wall only

    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    tree, pages = _Tree(pdf, root, told), [page.obj for page in pdf.pages]
    for mark in drawn:
        element = tree.element(mark.element)
        element.K.append(Dictionary(Type=Name.MCR, Pg=pages[mark.page - 1], MCID=mark.number))
        if mark.box:
            box = Array(round(side, 2) for side in mark.box)
            element.A = Dictionary(O=Name.Layout, Placement=Name.Block, BBox=box)
    parents = [
        Array(tree.element(mark.element) for mark in drawn if mark.page == at) for at in range(1, len(pages) + 1)
    ]
    for number, page in enumerate(pages):
        page.StructParents, page.Tabs = number, Name.S
    root.K, root.ParentTreeNextKey = tree.document, len(pages)
    root.ParentTree = Dictionary(Nums=Array(held for pair in enumerate(parents) for held in pair))
    pdf.Root.StructTreeRoot, pdf.Root.MarkInfo = root, Dictionary(Marked=True)


class _Tree:
    """The elements of a document, each made when its first part is drawn: in the order in which they are read."""

    def __init__(self, pdf: Any, root: Any, told: Sequence[Element]) -> None:
        self._pdf, self._told = pdf, told
        self._made: dict[Key, Any] = {}
        self._around: dict[tuple[int, str], Any] = {}
        self.document = self._new("Document", root)

    def element(self, key: Key) -> Any:
        """The element itself."""
        if key not in self._made:
            number, cell = key
            one = self._told[number]
            made = self._inside(number, one.role)
            made["/Alt" if one.role == "Figure" else "/ActualText"] = _string(
                one.cells[cell] if one.cells else one.text
            )
            if one.language:
                made.Lang = _string(one.language)
            self._made[key] = made
        return self._made[key]

    def _inside(self, number: int, role: str) -> Any:
        """A new element of a block, in what stands around it: a row in its table, an item in its list."""
        if role not in _INSIDE:
            return self._new(role, self.document)
        inner, outer = _INSIDE[role]
        if (number, inner) not in self._around:
            around = self._around.get((number - 1, outer)) or self._new(outer, self.document)
            self._around |= {(number, outer): around, (number, inner): self._new(inner, around)}
        made = self._new(role, self._around[number, inner])
        if role == "TH":
            made.A = _column()
        return made

    def _new(self, role: str, parent: Any) -> Any:
        from pikepdf import Array, Dictionary, Name  # noqa: PLC0415 - as above

        made = self._pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name(f"/{role}"), P=parent, K=Array()))
        if role != "Document":
            parent.K.append(made)
        return made


def _string(text: str) -> Any:
    from pikepdf import String  # noqa: PLC0415 - as above

    return String(text)


def _column() -> Any:
    from pikepdf import Dictionary, Name  # noqa: PLC0415 - as above

    return Dictionary(O=Name.Table, Scope=Name.Column)
