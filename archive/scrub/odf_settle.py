"""What an OpenDocument file keeps beside what it shows: hidden parts, fields, addresses, names of styles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from archive.scrub.odf_names import PREFIXES
from archive.scrub.office_xml import Element, local, take_out, unwrap

Note = Callable[[str], None]

_URIS = {prefix: uri for uri, prefix in PREFIXES.items()}
_KEPT = """
    a h p span s tab line-break soft-page-break list list-item list-header note note-body note-citation
    numbered-paragraph page-number page-count ruby ruby-base ruby-text section index-body index-title
    table-of-content illustration-index table-index alphabetical-index object-index user-index bibliography
"""
_KEPT_IN_TEXT = frozenset(_KEPT.split())
_HIDDEN = {
    "text-properties": ("text", "display", ("none", "condition")),
    "table-properties": ("table", "display", ("false",)),
    "drawing-page-properties": ("presentation", "visibility", ("hidden",)),
}
_CELLS = ("table:table-cell", "table:covered-table-cell")
_AUTOMATIC = re.compile(r"[A-Za-z]{1,5}\d+")
_WORDS = """
    standard default heading text body list numbering symbols bullet header footer footnote endnote characters
    anchor internet link visited caption index illustration table contents drawing title subtitle quotations
    preformatted horizontal line frame graphics graphic ole marginalia watermark labels first page left right
    envelope html landscape placeholder main entry definition emphasis strong source example variable user teletype
    rubies vertical object outline notes background backgroundobjects objectwithoutfill objectwithshadow indent
    hanging signature salutation sender addressee figure formula result accent good bad neutral warning error status
    hyperlink note graphics gray lines dashed solid blue red green yellow orange turquoise earth lightblue black
    without fill and outlines shapes a4 a0
"""
_OWN_WORDS = frozenset(_WORDS.split())
"""The words that the names of the programs' own styles are made of; every other name is somebody's."""
_SLIDE_STYLES = re.compile(r"(.+)-(title|subtitle|outline\d|notes|background|backgroundobjects)")


def tag(name: str) -> str:
    """Write a short name with its namespace."""
    prefix, _, bare = name.partition(":")
    return f"{{{_URIS[prefix]}}}{bare}"


def find(tree: Element, *names: str) -> Iterator[Element]:
    """Find elements by their short names; the tree may be changed meanwhile."""
    return iter(list(tree.iter(*map(tag, names))))


def remove_hidden(trees: list[Element], note: Note) -> None:
    """Take out text, sections, sheets and slides that nobody sees, and empty such rows and columns."""
    hidden = _hidden_styles(trees)
    for tree in trees:
        for mark in find(tree, "text:hidden-text", "text:hidden-paragraph"):
            if mark.get(tag("text:is-hidden")) != "false":
                note("Hidden text")
                paragraph = next(mark.iterancestors(tag("text:p"), tag("text:h")), None)
                take_out(mark if local(mark) == "hidden-text" or paragraph is None else paragraph)
        for section in find(tree, "text:section"):
            shown = section.get(tag("text:display"), "true")
            if shown == "none" or (shown == "condition" and section.get(tag("text:is-hidden")) != "false"):
                _remove(section, "Hidden text", note)
        for part in find(tree, "text:span", "text:p", "text:h"):
            if part.get(tag("text:style-name")) in hidden:
                _remove(part, "Hidden text", note)
        for sheet in find(tree, "table:table"):
            if sheet.get(tag("table:style-name")) in hidden:
                _remove(sheet, "Hidden sheets", note)
            else:
                _empty_hidden_cells(sheet, note)
        for page in find(tree, "draw:page"):
            if page.get(tag("draw:style-name")) in hidden:
                _remove(page, "Hidden slides", note)


def _remove(element: Element, group: str, note: Note) -> None:
    if element.getparent() is not None:
        note(group)
        take_out(element)


def _hidden_styles(trees: list[Element]) -> frozenset[str]:
    """Find the styles that hide, by themselves or by their parents."""
    own: dict[str, bool] = {}
    parents: dict[str, str] = {}
    for tree in trees:
        for style in find(tree, "style:style"):
            name = style.get(tag("style:name"), "")
            parents[name] = style.get(tag("style:parent-style-name"), "")
            for part in style:
                prefix, attribute, values = _HIDDEN.get(local(part), ("text", "", ()))
                state = part.get(f"{{{_URIS[prefix]}}}{attribute}") if attribute else None
                if state is not None:
                    own[name] = state in values
    hidden = set()
    for name in parents:
        at, steps = name, 0
        while at not in own and parents.get(at) and steps < 50:
            at, steps = parents[at], steps + 1
        if own.get(at):
            hidden.add(name)
    return frozenset(hidden)


def _empty_hidden_cells(sheet: Element, note: Note) -> None:
    """Empty rows and columns that are hidden or filtered away; they stay, so that everything keeps its place."""
    visibility, repeated = tag("table:visibility"), tag("table:number-columns-repeated")
    columns: list[tuple[int, int]] = []
    at = 0
    for column in sheet.iter(tag("table:table-column")):
        count = _count(column.get(repeated))
        if column.get(visibility, "visible") != "visible":
            columns.append((at, at + count))
        at += count
    for row in sheet.iter(tag("table:table-row")):
        gone = row.get(visibility, "visible") != "visible"
        at = 0
        for cell in row.iter(*map(tag, _CELLS)):
            count = _count(cell.get(repeated))
            if gone or any(first < at + count and at < last for first, last in columns):
                if len(cell):
                    note("Hidden rows" if gone else "Hidden columns")
                cell[:] = []
                for name in [name for name in cell.attrib if "office:1.0}" in name or name.endswith("}formula")]:
                    del cell.attrib[name]
            at += count


def _count(value: str | None) -> int:
    return int(value) if value and value.isdigit() else 1


def settle_fields(tree: Element, note: Note) -> None:
    """Leave of each field what it shows; page numbers stay."""
    text = _URIS["text"]
    for field in list(tree.iter(f"{{{text}}}*", tag("presentation:footer"), tag("presentation:header"))):
        parent = field.getparent()
        if parent is None or local(parent) not in ("p", "h", "span", "a", "meta") or local(field) in _KEPT_IN_TEXT:
            continue
        if _is_mark(field):
            continue
        note("Field codes")
        unwrap(field)
    for date in find(tree, "presentation:date-time"):
        note("Field codes")
        unwrap(date)


def _is_mark(field: Element) -> bool:
    """Tell what only marks a place, or a change, or refers to one: pruning knows what to do with it."""
    return local(field).endswith(("-start", "-end", "-mark")) or local(field) in (
        "bookmark",
        "reference-mark",
        "change",
    )


def settle_formulas(tree: Element, note: Note) -> None:
    """Leave the values of cells alone."""
    for cell in find(tree, *_CELLS):
        if cell.attrib.pop(tag("table:formula"), None) is not None:
            note("Formulas" if len(cell) or cell.get(tag("office:value-type")) else "Formulas without value")


def settle_links(tree: Element, note: Note) -> bool:
    """Keep links of the text to web and mail, and tell whether there are any; of the others keep the text."""
    there = False
    for link in find(tree, "text:a", "draw:a"):
        if link.get(tag("xlink:href"), "").lower().startswith(("http://", "https://", "mailto:")):
            there = True
        else:
            note("Links")
            unwrap(link)
    return there


def rename_styles(tree: Element, made: dict[str, str], sheets: bool) -> None:
    """Give another name to each style that is not one of the programs' own, and to sections; sheets keep theirs."""
    for element in tree.iter():
        for name, value in element.attrib.items():
            bare = name.rpartition("}")[2]
            if name == tag("draw:name"):
                if element.tag not in _NAMED:
                    del element.attrib[name]
                else:
                    element.attrib[name] = _renamed(value, made)
            elif name == tag("text:name"):
                element.attrib[name] = "s"
            elif name == tag("table:name") and not sheets:
                del element.attrib[name]
            elif (name == tag("style:name") and local(element) != "font-face") or _refers(bare):
                element.attrib[name] = _renamed(value, made)
    for number, section in enumerate(find(tree, "text:section", "text:table-of-content"), 1):
        section.set(tag("text:name"), f"s{number}")
    _number_lists(tree)


def _number_lists(tree: Element) -> None:
    """Give each list another id, so that one that goes on from it still does; nothing else needs an id."""
    identity, going_on = tag("xml:id"), tag("text:continue-list")
    numbers: dict[str, str] = {}
    for number, element in enumerate(tree.iter(), 1):
        old = element.attrib.pop(identity, None)
        if old is not None and element.tag == tag("text:list"):
            numbers[old] = f"l{number}"
            element.set(identity, numbers[old])
    for element in tree.iter(tag("text:list")):
        before = element.attrib.pop(going_on, None)
        if before in numbers:
            element.set(going_on, numbers[before])


def _refers(bare: str) -> bool:
    return bare.endswith(_REFERENCES) or bare in ("marker-start", "marker-end", "stroke-dash")


def _renamed(name: str, made: dict[str, str]) -> str:
    if slide := _SLIDE_STYLES.fullmatch(name):
        return f"{_renamed(slide[1], made)}-{slide[2]}"
    words = re.sub(r"_[0-9a-f]{2}_", " ", name).replace(".", " ").replace("-", " ").split()
    if all(word.lower() in _OWN_WORDS or _AUTOMATIC.fullmatch(word) or word.isdigit() for word in words):
        return name
    return made.setdefault(name, f"c{len(made) + 1}")


_DEFINED = ("gradient", "hatch", "fill-image", "marker", "stroke-dash", "opacity")
_NAMED = frozenset(tag(f"draw:{name}") for name in _DEFINED)
_REFERENCES = (
    "style-name", "page-layout-name", "master-page-name", "-image-name", "-gradient-name", "-hatch-name", "opacity-name"
)  # fmt: skip
