"""What makes ``dossier.pdf`` readable by ear: what is a heading, what a picture, in which order and which language.

A tagged PDF says beside what is drawn what it is: each stretch of drawing has a number on its page, and a tree of
elements points at these numbers. What stands at the foot of a page is no part of the text. Nothing of the making is
said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from xml.sax.saxutils import escape

from msgspec import Struct

from archive.bundle.blocks import Block, Style

_ROLES: Mapping[Style, str] = {
    "title": "H1", "heading": "H2", "part": "H3", "name": "H4", "picture": "Figure", "paper": "Figure",
}  # fmt: skip


class Element(Struct, frozen=True):
    """One element: its role, its words, and its language if that is another.

    ``text`` is read in the place of what is drawn: of a picture, as nothing else can be; of words, as lines are broken
    without a space between.
    """

    role: str
    text: str
    language: str | None = None


class Mark(Struct, frozen=True):
    """One stretch of drawing: its page (from 1), its number there (from 0), and of which element it is a part.

    ``box``: of a picture, where it stands on the page: left, lower, right, upper, in points.
    """

    page: int
    number: int
    element: int
    box: tuple[float, float, float, float] | None = None


class Marks:
    """Numbers what is drawn, page by page."""

    def __init__(self) -> None:
        self.drawn: list[Mark] = []
        self._on: Counter[int] = Counter()

    @contextmanager
    def element(self, canvas: Any, number: int, role: str, size: tuple[float, float] | None = None) -> Iterator[None]:
        """What is drawn inside is a part of element ``number``; ``size`` is a picture's."""
        page = canvas.getPageNumber()
        left, lower = canvas.absolutePosition(0, 0)
        box = (left, lower, left + size[0], lower + size[1]) if size else None
        self.drawn.append(Mark(page, self._on[page], number, box))
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
        role = _ROLES.get(block.style, "P")
        spoken = block.language if block.language != language else None
        yield Element(role, part if role == "Figure" else block.text, spoken)


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
    document = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=root))
    pages, made = [page.obj for page in pdf.pages], {}
    for mark in drawn:
        if mark.element not in made:
            made[mark.element] = pdf.make_indirect(_element(told[mark.element], document))
        made[mark.element].K.append(Dictionary(Type=Name.MCR, Pg=pages[mark.page - 1], MCID=mark.number))
        if mark.box:
            box = Array(round(side, 2) for side in mark.box)
            made[mark.element].A = Dictionary(O=Name.Layout, Placement=Name.Block, BBox=box)
    document.K = Array(made.values())
    parents = [Array(made[mark.element] for mark in drawn if mark.page == at) for at in range(1, len(pages) + 1)]
    for number, page in enumerate(pages):
        page.StructParents, page.Tabs = number, Name.S
    root.K, root.ParentTreeNextKey = document, len(pages)
    root.ParentTree = Dictionary(Nums=Array(held for pair in enumerate(parents) for held in pair))
    pdf.Root.StructTreeRoot, pdf.Root.MarkInfo = root, Dictionary(Marked=True)


def _element(one: Element, document: Any) -> Any:
    from pikepdf import Array, Dictionary, Name, String  # noqa: PLC0415 - as above

    made = Dictionary(Type=Name.StructElem, S=Name(f"/{one.role}"), P=document, K=Array())
    made["/Alt" if one.role == "Figure" else "/ActualText"] = String(one.text)
    if one.language:
        made.Lang = String(one.language)
    return made
