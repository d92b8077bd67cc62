"""What a Word document keeps beside its text: tracked changes, field codes, hidden text, bookmarks."""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct

from archive.scrub.office_xml import Element, local, take_out, unwrap
from archive.scrub.ooxml_tree import attribute, find, tags_of

Note = Callable[[str], None]

PAGE_FIELD = re.compile(
    r"\s*(PAGE|NUMPAGES|SECTIONPAGES)\s*"
    r"(?:\\\*\s*(?:MERGEFORMAT\s*|(Arabic|roman)\s*(?:\\\*\s*MERGEFORMAT\s*)?))?",
    re.IGNORECASE,
)
"""The fields that stay: their result differs from page to page."""

_CHANGES = tuple(
    f"w:{name}Change" for name in ("rPr", "pPr", "tblPr", "tblPrEx", "trPr", "tcPr", "tblGrid", "sectPr", "numbering")
)
_DELETED, _INSERTED = ("w:del", "w:moveFrom"), ("w:ins", "w:moveTo")
_WRAPPERS = ("w:sdt", "w:sdtContent", "w:smartTag", "w:customXml")
_CODE = ("w:fldChar", "w:instrText", "w:delInstrText")
_CONTENT = ("w:t", "w:tab", "w:br", "w:cr", "w:sym", "w:drawing", "w:pict", "w:noBreakHyphen")


class Field(Struct):
    """A field whose end has not come yet: the marks and code it consists of, what stands among its code, the code."""

    marks: list[Element]
    among: list[Element]
    code: str = ""
    in_code: bool = True


def accept_changes(tree: Element, note: Note) -> None:
    """Make the document what it shows when all changes are accepted."""
    for mark in find(tree, "w:del", "w:moveFrom", "w:cellDel"):
        place = mark.getparent()
        if place is not None and local(place) in ("trPr", "tcPr") and place.getparent() is not None:
            _take_out_cells(place.getparent())
            note("Tracked changes")
    merging = [mark.getparent().getparent().getparent() for mark in find(tree, *_DELETED) if _is_of_paragraph(mark)]
    for change in find(tree, *_DELETED, *_CHANGES, "w:cellIns", "w:cellMerge", "w:cellDel"):
        if change.getparent() is not None:
            take_out(change)
            note("Tracked changes")
    for insertion in find(tree, *_INSERTED):
        if insertion.getparent() is not None:
            unwrap(insertion)
            note("Tracked changes")
    for paragraph in merging:
        _merge_with_next(paragraph)


def _is_of_paragraph(mark: Element) -> bool:
    place = mark.getparent()
    return local(place) == "rPr" and place.getparent() is not None and local(place.getparent()) == "pPr"


def _take_out_cells(part: Element) -> None:
    """Take out a row or a cell, and what would be an empty row or table without it."""
    parent = part.getparent()
    if parent is None:
        return
    take_out(part)
    if not any(local(left) in ("tr", "tc", "sdt", "customXml") for left in parent) and local(parent) in ("tr", "tbl"):
        _take_out_cells(parent)


def _merge_with_next(paragraph: Element) -> None:
    """A deleted paragraph mark joins what stands before it to the next paragraph."""
    parent, following = paragraph.getparent(), paragraph.getnext()
    if parent is None or any(local(part) == "sectPr" for part in paragraph.iter()):
        return
    content = [part for part in paragraph if local(part) != "pPr"]
    if following is not None and local(following) == "p":
        at = 1 if len(following) and local(following[0]) == "pPr" else 0
        following[at:at] = content
        parent.remove(paragraph)
    elif not content and following is not None and paragraph.getprevious() is not None and local(parent) != "tc":
        parent.remove(paragraph)


def unwrap_controls(tree: Element, note: Note) -> None:
    """Leave of content controls, smart tags and custom XML what they show."""
    for wrapper in find(tree, *_WRAPPERS):
        if local(wrapper) != "sdtContent":
            note("Content controls" if local(wrapper) == "sdt" else "Custom XML")
            for part in [part for part in wrapper if local(part) in ("sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr")]:
                wrapper.remove(part)
        unwrap(wrapper)


def settle_fields(tree: Element, note: Note) -> None:
    """Leave of each field what it shows; page numbers stay fields."""
    for simple in find(tree, "w:fldSimple"):
        kept = PAGE_FIELD.fullmatch(attribute(simple, "instr") or "")
        if kept:
            simple.set(simple.tag.replace("}fldSimple", "}instr"), _page_code(kept))
        else:
            note("Field codes")
            unwrap(simple)
    running: list[Field] = []
    for element in find(tree, *_CODE, *_CONTENT):
        if local(element) == "fldChar" and attribute(element, "fldCharType") == "begin":
            running.append(Field([element], []))
        elif running:
            _go_on(running, element, note)
        elif element.tag in _CODE_TAGS:
            take_out(element)
    for field in running:  # no end: what stands behind may be anything, and stays
        field.among.clear()
        _close(field, note, whole=False)


def _go_on(running: list[Field], element: Element, note: Note) -> None:
    """Take an element inside the innermost running field for its code, its mark, or what it shows."""
    field = running[-1]
    if element.tag in _CODE_TAGS:
        field.marks.append(element)
        if local(element) == "fldChar":
            field.in_code = False
            if attribute(element, "fldCharType") == "end":
                _close(running.pop(), note)
        else:
            field.code += element.text or ""
    else:
        for outer in running:
            if outer.in_code:
                outer.among.append(element)


def _close(field: Field, note: Note, *, whole: bool = True) -> None:
    kept = PAGE_FIELD.fullmatch(field.code) if whole and not field.among else None
    if kept:
        codes = [mark for mark in field.marks if local(mark) == "instrText"]
        for mark in codes:
            mark.text = _page_code(kept) if mark is codes[0] else None
        return
    note("Field codes")
    shown = _shown_by_form(field.marks[0], field.code)
    for element in field.marks[bool(shown) :] + field.among:
        if element.getparent() is not None:
            take_out(element)
    if shown:
        begin = field.marks[0]
        begin.tag = begin.tag.replace("}fldChar", "}t")
        begin.attrib.clear()
        begin[:] = []
        begin.text = shown


def _page_code(field: re.Match[str]) -> str:
    """Write the code of a field that stays, without anything else that stood in it."""
    return f" {field[1].upper()} " + (f"\\* {field[2]} " if field[2] else "")


def _shown_by_form(begin: Element, code: str) -> str:
    """Say what an old check box or list shows: its state lies in its data and not in the text."""
    wanted = code.split()[:1]
    if wanted == ["FORMCHECKBOX"]:
        states = {local(part): attribute(part, "val") or "1" for part in find(begin, "w:checked", "w:default")}
        return "☒" if states.get("checked", states.get("default", "0")) in ("1", "true", "on") else "☐"
    if wanted == ["FORMDROPDOWN"]:
        entries = [attribute(part, "val") or "" for part in find(begin, "w:listEntry")]
        chosen = [attribute(part, "val") or "0" for part in find(begin, "w:result")] or ["0"]
        return entries[int(chosen[0])] if chosen[0].isdigit() and int(chosen[0]) < len(entries) else ""
    return ""


def hidden_styles(styles: Element | None) -> frozenset[str]:
    """Find the styles whose text is hidden, by themselves or by what they are based on."""
    if styles is None:
        return frozenset()
    own: dict[str, bool] = {}
    bases: dict[str, str] = {}
    for style in find(styles, "w:style"):
        name = attribute(style, "styleId") or ""
        for part in style:
            if local(part) == "basedOn":
                bases[name] = attribute(part, "val") or ""
            elif local(part) == "rPr" and (state := _state(part)) is not None:
                own[name] = state
    hidden = set()
    for name in {*own, *bases}:
        seen, at = {name}, name
        while at not in own and at in bases and bases[at] not in seen:
            at = bases[at]
            seen.add(at)
        if own.get(at):
            hidden.add(name)
    return frozenset(hidden)


def remove_hidden(tree: Element, styles: frozenset[str], note: Note) -> None:
    """Take out runs and rows that nobody sees."""
    for run in find(tree, "w:r", "m:r"):
        if run.getparent() is not None and _is_hidden(run, styles):
            note("Hidden text")
            take_out(run)
    for mark in find(tree, "w:hidden"):
        if local(mark.getparent()) == "trPr" and _is_on(mark):
            note("Hidden text")
            _take_out_cells(mark.getparent().getparent())


def _is_hidden(run: Element, styles: frozenset[str]) -> bool:
    style = None
    for properties in (part for part in run if part.tag in _RUN_PROPERTIES):
        if (state := _state(properties)) is not None:
            return state
        style = next((attribute(part, "val") for part in properties if local(part) == "rStyle"), None)
    if not styles:
        return False
    paragraph = next(iter(run.iterancestors(*tags_of("w:p"))), None)
    names = [] if paragraph is None else [attribute(part, "val") for part in paragraph.iterfind("./{*}pPr/{*}pStyle")]
    return style in styles or any(name in styles for name in names)


def _state(properties: Element) -> bool | None:
    """Tell whether these properties hide; None where they say nothing."""
    return next((_is_on(part) for part in properties if local(part) == "vanish"), None)


def _is_on(mark: Element) -> bool:
    return attribute(mark, "val") not in ("0", "false", "off")


def settle_bookmarks(tree: Element, note: Note) -> None:
    """Keep the places that a link of the same part leads to, without the names they had."""
    wanted = {attribute(link, "anchor") for link in find(tree, "w:hyperlink")} - {None}
    names: dict[str | None, str] = {}
    kept = set()
    for start in find(tree, "w:bookmarkStart"):
        name = attribute(start, "name")
        if name in wanted and name not in names:
            names[name] = f"b{len(names) + 1}"
            note("" if name == names[name] else "Bookmarks")
            kept.add(attribute(start, "id"))
            start.set(start.tag.replace("}bookmarkStart", "}name"), names[name])
        else:
            note("Bookmarks")
            take_out(start)
    for end in find(tree, "w:bookmarkEnd"):
        if attribute(end, "id") not in kept:
            take_out(end)
    for link in find(tree, "w:hyperlink"):
        anchor = attribute(link, "anchor")
        if anchor in names:
            link.set(link.tag.replace("}hyperlink", "}anchor"), names[anchor])
        elif anchor is not None:
            del link.attrib[link.tag.replace("}hyperlink", "}anchor")]
            if not len(link.attrib):
                unwrap(link)


_RUN_PROPERTIES = frozenset(tags_of("w:rPr"))
_CODE_TAGS = frozenset(tag for name in _CODE for tag in tags_of(name))
