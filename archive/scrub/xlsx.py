"""XLSX (ECMA-376, SpreadsheetML): rebuilt as the sheets show, values in the place of formulas.

Hidden sheets, rows and columns go, and so does every string that no cell uses: what somebody deleted from a cell often
stays in the table of strings. Pivot tables, queries and links to other workbooks go with the data they hold; the values
in the cells stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from archive.errors import UncleanError
from archive.scrub import office_look, zipped
from archive.scrub.contract import Cleaned, Inner, Reason
from archive.scrub.office_xml import Element, local
from archive.scrub.ooxml import Kind, Package, Target
from archive.scrub.ooxml_chart import placed, settle_chart
from archive.scrub.ooxml_tree import drawn_text, find, tags_of
from archive.scrub.xlsx_formulas import is_safe

MEDIA_TYPES = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",)

_MAIN_TYPES = (
    b"spreadsheetml.sheet.main+xml",
    b"spreadsheetml.template.main+xml",
    b"ms-excel.sheet.macroEnabled.main+xml",
    b"ms-excel.template.macroEnabled.main+xml",
)
_S = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_MAIN = Kind("xl/workbook.xml", _S + "sheet.main+xml")
_KINDS: Mapping[str, Kind] = {
    "worksheet": Kind("xl/worksheets/sheet{}.xml", _S + "worksheet+xml"),
    "chartsheet": Kind("xl/chartsheets/sheet{}.xml", _S + "chartsheet+xml"),
    "sharedStrings": Kind("xl/sharedStrings.xml", _S + "sharedStrings+xml", implied=True),
    "styles": Kind("xl/styles.xml", _S + "styles+xml", implied=True),
    "theme": Kind("xl/theme/theme{}.xml", "application/vnd.openxmlformats-officedocument.theme+xml", implied=True),
    "drawing": Kind("xl/drawings/drawing{}.xml", "application/vnd.openxmlformats-officedocument.drawing+xml"),
    "image": Kind("xl/media/image", ""),
    **placed("xl"),
}
_PRINTED = ("_xlnm.Print_Area", "_xlnm.Print_Titles")
_PLACE = re.compile(r"([A-Z]{1,3})(\d+)")


def matches(data: bytes) -> bool:
    """Tell by the type of the main part."""
    types = zipped.peek(data, "[Content_Types].xml") or b""
    return any(known in types for known in _MAIN_TYPES)


def clean(data: bytes, inner: Inner) -> Cleaned:
    """Rebuild the workbook."""
    book = _Workbook()
    package = Package(data, _KINDS, book.settle, inner)
    made = package.rebuilt(_MAIN)
    groups = tuple(sorted(package.groups))
    return Cleaned(
        data=made,
        media_type=MEDIA_TYPES[0],
        method="XLSX rebuilt from allow-lists",
        lossless=False,
        found=groups,
        removed=groups,
        kept=tuple(sorted(package.kept)),
        text=book.text(package.trees) or None,
    )


residue = office_look.residue


class _Workbook:
    """What the sheets have in common: which of them are seen, and the strings that their cells use."""

    def __init__(self) -> None:
        self._sheets: list[str] = []
        self._strings: dict[int, int] = {}  # old number -> new number

    def settle(self, package: Package, kind: str, tree: Element, _: dict[str, Target]) -> None:
        """Settle one part by its kind."""
        if kind == "officeDocument":
            self._settle_book(tree, package)
        elif kind == "worksheet":
            self._settle_sheet(tree, package)
        elif kind == "sharedStrings":
            self._settle_strings(tree, package)
        elif kind == "styles":
            _rename_styles(tree)
        settle_chart(tree, self._is_safe)

    def _is_safe(self, formula: str) -> bool:
        return is_safe(formula, frozenset(self._sheets))

    def _settle_book(self, tree: Element, package: Package) -> None:
        numbers: dict[str, str] = {}
        for old, sheet in enumerate(find(tree, "s:sheet")):
            if sheet.attrib.pop("state", "visible") != "visible":
                package.note("Hidden sheets")
                sheet.getparent().remove(sheet)
            else:
                numbers[str(old)] = str(len(self._sheets))
                self._sheets.append(sheet.get("name", ""))
        if not self._sheets:
            raise UncleanError(Reason.UNSUPPORTED)
        for name in find(tree, "s:definedName"):
            number = numbers.get(name.get("localSheetId", ""))
            if name.get("name") in _PRINTED and number is not None and self._is_safe(name.text or ""):
                name.set("localSheetId", number)
            else:
                package.note("Defined names")
                name.getparent().remove(name)
        for names in find(tree, "s:definedNames"):
            if not len(names):
                names.getparent().remove(names)

    def _settle_sheet(self, tree: Element, package: Package) -> None:
        _remove_hidden(tree, package)
        for cell in find(tree, "s:c"):
            self._settle_cell(cell, package)
        for rule in find(tree, "s:cfRule"):
            if not all(self._is_safe(formula.text or "") for formula in find(rule, "s:formula")):
                package.note("Conditional formats")
                rule.getparent().remove(rule)
        for rules in find(tree, "s:conditionalFormatting"):
            if next(find(rules, "s:cfRule"), None) is None:
                rules.getparent().remove(rules)
        for link in find(tree, "s:hyperlink"):
            inside = link.get("location")
            if inside and not self._is_safe(inside):
                del link.attrib["location"]
            if not any(name == "location" or name.endswith("}id") for name in link.attrib):
                package.note("Links")
                link.getparent().remove(link)
        for links in find(tree, "s:hyperlinks"):
            if not len(links):
                links.getparent().remove(links)

    def _settle_cell(self, cell: Element, package: Package) -> None:
        """Leave the value alone, or the formula where there is none; number the string anew."""
        formula = value = None
        for part in cell:
            if local(part) == "f":
                formula = part
            elif local(part) == "is" or part.text:
                value = part
        if formula is not None and (value is not None or not self._is_safe(formula.text or "")):
            package.note("Formulas" if value is not None else "Formulas without value")
            cell.remove(formula)
        if cell.get("t") == "s" and value is not None:
            if not (value.text or "").strip().isdigit():
                raise UncleanError(Reason.DAMAGED)
            value.text = str(self._strings.setdefault(int(value.text), len(self._strings)))

    def _settle_strings(self, tree: Element, package: Package) -> None:
        strings = list(find(tree, "s:si"))
        if any(number >= len(strings) for number in self._strings):
            raise UncleanError(Reason.DAMAGED)
        if len(self._strings) < len(strings):
            package.note("Unused strings")
        tree[:] = [strings[number] for number in self._strings]  # in the order they were first met
        for name in ("count", "uniqueCount"):
            tree.attrib.pop(name, None)

    def text(self, trees: Mapping[str, Element]) -> str:
        """Read the sheets row by row, then what is drawn on them."""
        strings = trees.get("xl/sharedStrings.xml")
        words = [] if strings is None else ["".join(_words(string)) for string in strings]
        sheets = sorted(
            (name for name in trees if name.startswith("xl/worksheets/")), key=lambda name: (len(name), name)
        )
        parts = ["\n".join(_rows(trees[name], words)) for name in sheets]
        named = [f"{title}\n{part}".strip() for title, part in zip(self._sheets, parts, strict=False)]
        drawn = [
            drawn_text(tree) for name, tree in sorted(trees.items()) if name.startswith(("xl/drawings", "xl/charts"))
        ]
        return "\n\n".join(filter(None, [*named, *drawn]))


def _remove_hidden(tree: Element, package: Package) -> None:
    """Empty hidden rows and columns; they stay, hidden, so that everything keeps its place."""
    spans = [
        (int(column.get("min", "0")), int(column.get("max", "0")))
        for column in find(tree, "s:col")
        if column.get("hidden") in ("1", "true") or column.get("width") == "0"
    ]
    for row in find(tree, "s:row"):
        if row.get("hidden") in ("1", "true") or row.get("ht") == "0":
            if len(row):
                package.note("Hidden rows")
            row[:] = []
        elif spans:
            for cell in list(row):
                number = _column(cell.get("r", ""))
                if any(first <= number <= last for first, last in spans):
                    if len(cell):
                        package.note("Hidden columns")
                    row.remove(cell)


def _column(place: str) -> int:
    """Count a column: A is 1."""
    found = _PLACE.fullmatch(place)
    number = 0
    for letter in found[1] if found else "":
        number = number * 26 + ord(letter) - 64
    return number


def _rename_styles(tree: Element) -> None:
    for number, style in enumerate(find(tree, "s:cellStyle"), 1):
        if style.get("builtinId") is None:
            style.set("name", f"Style {number}")


def _words(string: Element) -> Iterator[str]:
    return (part.text or "" for part in string.iter(*_TEXTS) if local(part.getparent()) != "rPh")


def _rows(sheet: Element, words: list[str]) -> Iterator[str]:
    for row in find(sheet, "s:row"):
        cells = [_shown(cell, words) for cell in row]
        if any(cells):
            yield "\t".join(cells).rstrip("\t")


def _shown(cell: Element, words: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        return "".join(_words(cell))
    value = next((part.text or "" for part in cell if local(part) == "v"), "")
    if cell.get("t") != "s" or not value:
        return value
    if not value.isdecimal() or int(value) >= len(words):
        raise UncleanError(Reason.DAMAGED)
    return words[int(value)]


_TEXTS = tags_of("s:t")
