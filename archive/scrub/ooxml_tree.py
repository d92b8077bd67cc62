"""Trees of Office Open XML: short names, alternatives, shapes, and what goes when a relationship leads nowhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from archive.scrub.office_xml import Element, local, take_out, unwrap
from archive.scrub.ooxml_names import PREFIXES

_GO_ALONE = frozenset(["blip", "fill", "stroke", "textbox", "pageSetup"])
"""Elements that lose a relationship and stay."""
_HELD = frozenset(["graphic", "graphicData", "chart", "relIds"])
"""Elements that go together with the frame they are in."""

_FRAMES = frozenset(["drawing", "anchor", "inline", "graphicFrame", "twoCellAnchor", "oneCellAnchor", "absoluteAnchor"])
_CHOICES = frozenset(["wps", "wpg"])
_DRAWN = ("a", "p", "pic", "wps", "wpg", "xdr", "cdr", "dsp")
_SHAPE_ID = re.compile(r"#?_x0000_[a-z]\d+")


def short(element: Element) -> str:
    """Give the name of an element with the prefix this house uses for its namespace; bare where it is not known."""
    space, _, name = str(element.tag).rpartition("}")
    prefix = PREFIXES.get(space[1:])
    return f"{prefix}:{name}" if prefix else name


def find(tree: Element, *names: str) -> Iterator[Element]:
    """Find elements by their short names, in the order of the document; the tree may be changed meanwhile."""
    tags = {tag for name in names for tag in tags_of(name)}
    return iter(list(tree.iter(*tags)))


def tags_of(name: str) -> list[str]:
    """Give the full tags of a short name: in the strict and in the transitional namespace."""
    prefix, _, bare = name.partition(":")
    return [f"{{{uri}}}{bare}" for uri, known in PREFIXES.items() if known == prefix]


def attribute(element: Element, name: str) -> str | None:
    """Read an attribute of the element's own namespace."""
    value = element.get(f"{str(element.tag).rpartition('}')[0]}}}{name}")
    return None if value is None else str(value)


def choose(tree: Element) -> None:
    """Keep one branch of each alternative: the first whose words we know, else the fallback."""
    for alternative in find(tree, "mc:AlternateContent"):
        branches = list(alternative)
        chosen = next((branch for branch in branches if _is_known(branch)), None)
        for branch in branches:
            if branch is chosen:
                unwrap(branch)
            else:
                alternative.remove(branch)
        unwrap(alternative)


def _is_known(branch: Element) -> bool:
    if local(branch) == "Fallback":
        return True
    needs = branch.get("Requires", "").split()
    return local(branch) == "Choice" and all(PREFIXES.get(branch.nsmap.get(one, "")) in _CHOICES for one in needs)


def settle_shapes(tree: Element, note: Callable[[str], None]) -> None:
    """Take hidden shapes out, and names, descriptions and links of the others that nobody sees."""
    for about in find(tree, *(f"{prefix}:cNvPr" for prefix in _DRAWN), "wp:docPr"):
        if about.get("descr") or about.get("title"):
            note("Alt text")
        if about.get("name"):
            about.set("name", "")
        if about.get("hidden") in ("1", "true"):
            note("Hidden shapes")
            take_out(_frame(about))
    for named in find(tree, "a:theme", "a:clrScheme", "a:fontScheme", "a:fmtScheme", "a:extraClrScheme"):
        named.set("name", "Office")  # templates carry the name of an organisation here
    _settle_links(tree, note)
    for shape in [part for part in tree.iter() if short(part).startswith("v:")]:
        for name in ("id", "type"):
            if not _SHAPE_ID.fullmatch(shape.get(name, "")) and (name == "id" or shape.get(name, "").startswith("#")):
                shape.attrib.pop(name, None)


def _settle_links(tree: Element, note: Callable[[str], None]) -> None:
    """Take out links that start programs, and make fields that change with the day into the text they show."""
    for link in find(tree, "a:hlinkClick"):
        if (action := link.get("action")) and not action.startswith(
            ("ppaction://hlinksldjump", "ppaction://hlinkshowjump")
        ):
            take_out(link)
    for field in find(tree, "a:fld"):
        field.set("id", "{00000000-0000-0000-0000-000000000000}")
        if field.get("type") != "slidenum":
            note("Field codes")
            field.tag = field.tag.replace("}fld", "}r")
            for part in list(field):
                if local(part) == "pPr":
                    field.remove(part)
            field.attrib.clear()


def _frame(about: Element) -> Element:
    """Find the whole of what a shape's properties stand in: itself, or the anchor or drawing around it."""
    shape = (
        about.getparent()
        if local(about) == "docPr" or short(about).startswith("wps:")
        else about.getparent().getparent()
    )
    while local(shape.getparent()) in _FRAMES:
        shape = shape.getparent()
    return shape


def settle_lost(element: Element) -> None:
    """Take out what leads nowhere any more: a link leaves its text, a frame goes whole, a fill loses its picture."""
    if short(element) == "w:hyperlink":
        if attribute(element, "anchor") is None:
            unwrap(element)
    elif local(element) not in _GO_ALONE and element.getparent() is not None:
        while local(element) in _HELD or local(element.getparent()) in _FRAMES | _HELD:
            element = element.getparent()
        take_out(element)


def drawn_text(tree: Element) -> str:
    """Read the paragraphs of shapes, and the cells of tables, line by line."""
    lines = []
    for paragraph in find(tree, "a:p"):
        parts = (_BREAKS.get(local(part), part.text or "") for part in paragraph.iter(*_READ))
        lines.append("".join(parts))
    return "\n".join(line for line in lines if line.strip())


_READ = [*tags_of("a:t"), *tags_of("a:br"), *tags_of("m:t")]
_BREAKS = {"br": "\n"}
