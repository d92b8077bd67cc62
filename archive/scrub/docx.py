"""DOCX (ECMA-376, WordprocessingML): rebuilt as the document reads with all changes accepted and nothing hidden.

Templates and files of programs that only say they may hold macros come out as plain documents; macros, embedded objects
and controls refuse the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from archive.scrub import office_look, zipped
from archive.scrub.contract import Cleaned, Inner
from archive.scrub.docx_changes import (
    accept_changes,
    hidden_styles,
    remove_hidden,
    settle_bookmarks,
    settle_fields,
    unwrap_controls,
)
from archive.scrub.office_xml import Element, local
from archive.scrub.ooxml import Kind, Package, Target
from archive.scrub.ooxml_chart import placed, settle_chart
from archive.scrub.ooxml_tree import attribute, find, tags_of

MEDIA_TYPES = ("application/vnd.openxmlformats-officedocument.wordprocessingml.document",)

_MAIN_TYPES = (
    b"wordprocessingml.document.main+xml",
    b"wordprocessingml.template.main+xml",
    b"ms-word.document.macroEnabled.main+xml",
    b"ms-word.template.macroEnabledTemplate.main+xml",
)
_W = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_MAIN = Kind("word/document.xml", _W + "document.main+xml")
_KINDS: Mapping[str, Kind] = {
    "header": Kind("word/header{}.xml", _W + "header+xml"),
    "footer": Kind("word/footer{}.xml", _W + "footer+xml"),
    "footnotes": Kind("word/footnotes.xml", _W + "footnotes+xml", implied=True),
    "endnotes": Kind("word/endnotes.xml", _W + "endnotes+xml", implied=True),
    "styles": Kind("word/styles.xml", _W + "styles+xml", implied=True),
    "numbering": Kind("word/numbering.xml", _W + "numbering+xml", implied=True),
    "settings": Kind("word/settings.xml", _W + "settings+xml", implied=True),
    "fontTable": Kind("word/fontTable.xml", _W + "fontTable+xml", implied=True),
    "theme": Kind("word/theme/theme{}.xml", "application/vnd.openxmlformats-officedocument.theme+xml", implied=True),
    "image": Kind("word/media/image", ""),
    **placed("word"),
}
_STORIES = frozenset(["officeDocument", "header", "footer", "footnotes", "endnotes"])
_STYLE_NAMES = (
    "w:pStyle", "w:rStyle", "w:tblStyle", "w:basedOn", "w:next", "w:link", "w:styleLink", "w:numStyleLink"
)  # fmt: skip
_WORDS = """
    normal title subtitle strong emphasis quote caption header footer hyperlink followedhyperlink bibliography
    index toc heading footnote endnote text reference list paragraph bullet number continue table grid no
    spacing intense subtle book body indent first plain block date salutation closing signature line page
    envelope address return macro annotation html acronym cite code definition keyboard preformatted sample
    typewriter variable web light medium dark colorful accent shading default font note of figures authorities
    placeholder message document map revision simple columns elegant classic professional theme contemporary
    grid1 3d effects outline balloon subject mention smart link unresolved hashtag normal(web) (web) 1 2 3 4 5 6
    7 8 9 a b char tof toa
"""
_BUILT_IN = frozenset(_WORDS.split())
"""The words that the names of Word's own styles are made of; every other name is somebody's."""


def matches(data: bytes) -> bool:
    """Tell by the type of the main part."""
    types = zipped.peek(data, "[Content_Types].xml") or b""
    return any(known in types for known in _MAIN_TYPES)


def clean(data: bytes, inner: Inner) -> Cleaned:
    """Rebuild the document."""
    styles: dict[str, str] = {}
    hidden: list[frozenset[str]] = []

    def settle(package: Package, kind: str, tree: Element, targets: dict[str, Target]) -> None:
        if not hidden:
            hidden.append(hidden_styles(package.look_up(targets, "styles")))
        _settle_story(package, kind, tree, hidden[0])
        settle_chart(tree, lambda _: False)
        _rename_styles(tree, styles)

    package = Package(data, _KINDS, settle, inner)
    made = package.rebuilt(_MAIN)
    groups = tuple(sorted(package.groups))
    return Cleaned(
        data=made,
        media_type=MEDIA_TYPES[0],
        method="DOCX rebuilt from allow-lists",
        lossless=False,
        found=groups,
        removed=groups,
        kept=tuple(sorted(package.kept)),
        text=_text(package.trees) or None,
    )


residue = office_look.residue


def _settle_story(package: Package, kind: str, tree: Element, hidden: frozenset[str]) -> None:
    if kind not in _STORIES:
        return
    accept_changes(tree, package.note)
    unwrap_controls(tree, package.note)
    settle_fields(tree, package.note)
    remove_hidden(tree, hidden, package.note)
    settle_bookmarks(tree, package.note)
    if kind in ("footnotes", "endnotes"):
        reference = f"w:{kind[:-1]}Reference"
        used = {attribute(mark, "id") for mark in find(package.trees[_MAIN.name], reference)}
        for remark in list(tree):
            if attribute(remark, "type") in (None, "normal") and attribute(remark, "id") not in used:
                package.note("Unused notes")
                tree.remove(remark)


def _rename_styles(tree: Element, made: dict[str, str]) -> None:
    """Give every style a new id, and each that is not one of Word's own a new name."""
    for use in find(tree, *_STYLE_NAMES):
        old = attribute(use, "val")
        if old is not None:
            use.set(use.tag.rpartition("}")[0] + "}val", made.setdefault(old, f"s{len(made) + 1}"))
    for style in find(tree, "w:style"):
        space = style.tag.rpartition("}")[0]
        identity = made.setdefault(attribute(style, "styleId") or "", f"s{len(made) + 1}")
        style.set(space + "}styleId", identity)
        for name in (part for part in style if local(part) == "name"):
            words = (attribute(name, "val") or "").lower().replace("-", " ").split()
            if not _BUILT_IN.issuperset(words):
                name.set(space + "}val", f"Style {identity[1:]}")
    for name in find(tree, "w:name"):
        if local(name.getparent()) != "style":
            name.getparent().remove(name)


def _text(trees: Mapping[str, Element]) -> str:
    """Read the text: the document, then notes, headers and footers."""
    order = sorted(trees, key=lambda name: (name != _MAIN.name, "notes" not in name, name))
    stories = [trees[name] for name in order if name.startswith(("word/doc", "word/foot", "word/end", "word/head"))]
    return "\n\n".join(filter(None, ("\n".join(_blocks(story)).strip() for story in stories)))


def _blocks(container: Element) -> Iterator[str]:
    """Read paragraphs line by line and tables row by row."""
    for part in container:
        name = local(part)
        if name == "p":
            yield _line(part)
            for box in part.iter(*_BOXES):
                if next(box.iterancestors(*_PARAGRAPHS)) is part:
                    yield from _blocks(box)
        elif name == "tbl":
            for row in part:
                cells = [" ".join(filter(None, _blocks(cell))) for cell in row if local(cell) == "tc"]
                if cells:
                    yield "\t".join(cells)
        elif name in ("body", "footnote", "endnote"):
            yield from _blocks(part)


def _line(paragraph: Element) -> str:
    own = (part for part in paragraph.iter(*_MARKS) if next(part.iterancestors(*_PARAGRAPHS)) is paragraph)
    return "".join(_MARKS[part.tag](part) for part in own)


_PARAGRAPHS, _BOXES = tags_of("w:p"), tags_of("w:txbxContent")
_READ: Mapping[str, Callable[[Element], str]] = {
    "w:t": lambda part: part.text or "",
    "m:t": lambda part: part.text or "",
    "w:tab": lambda part: "\t" if local(part.getparent()) == "r" else "",
    "w:br": lambda _: "\n",
    "w:cr": lambda _: "\n",
    "w:noBreakHyphen": lambda _: "-",
}
_MARKS = {tag: read for name, read in _READ.items() for tag in tags_of(name)}
