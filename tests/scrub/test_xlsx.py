"""XLSX: sheets read as they showed; what was hidden, deleted, computed from elsewhere or said about them is gone."""

from __future__ import annotations

import io
import re
from types import SimpleNamespace

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import NamedStyle, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from archive.errors import UncleanError
from archive.scrub import worker, xlsx
from archive.scrub.contract import Reason
from archive.scrub.xlsx_formulas import is_safe

CANARY = "KANAREK4711"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHOWN = [["Day", "Amount"], ["Monday", 3], ["Tuesday", 4], ["sum", 7]]


def dirty(make: SimpleNamespace, package: SimpleNamespace) -> bytes:
    """A workbook with a canary in every carrier of the policy."""
    book = openpyxl.Workbook()
    book.properties.creator = book.properties.title = book.properties.lastModifiedBy = CANARY
    sheet = book.active
    sheet.title = "Payments"
    for row in SHOWN[:3]:
        sheet.append(row)
    sheet.append(["sum", "=SUM(B2:B3)"])
    sheet.append([CANARY + " hidden row"])
    sheet.row_dimensions[5].hidden = True
    sheet["D1"] = CANARY + " hidden column"
    sheet.column_dimensions["D"].hidden = True
    sheet["A1"].comment = Comment(CANARY, CANARY)
    sheet["A2"].hyperlink = "https://example.org/"
    sheet["A3"].hyperlink = f"file:///C:/{CANARY}/x.xlsx"
    sheet["B1"].style = NamedStyle(CANARY)
    sheet.add_data_validation(DataValidation("list", formula1=f'"{CANARY},b"', prompt=CANARY, sqref="A1"))
    red = PatternFill(bgColor="FFFF0000", fill_type="solid")
    sheet.conditional_formatting.add("B2:B3", FormulaRule([f"[1]{CANARY}!A1=1"], fill=red))
    sheet.conditional_formatting.add("B2:B3", FormulaRule(["$B2>3"], fill=red))
    sheet.protection.password = CANARY
    book.defined_names[CANARY] = DefinedName(CANARY, attr_text=f"'{CANARY}'!$A$1", hidden=True)
    sheet.print_area = "A1:B4"
    secret = book.create_sheet(CANARY)
    secret.sheet_state = "veryHidden"
    secret["A1"] = CANARY
    sheet.add_image(Image(io.BytesIO(make.jpeg(make.picture()))), "F1")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=2, max_row=3))
    sheet.add_chart(chart, "F9")
    target = io.BytesIO()
    book.save(target)
    made = package.changed(target.getvalue(), "xl/media/image1.jpeg", make.dirty_jpeg())
    return with_shared_strings(made, package)


def with_shared_strings(made: bytes, package: SimpleNamespace) -> bytes:
    """Move the texts into a table of strings as Excel does, leave a deleted one there, and store the sum."""
    cells = package.taken(made, "xl/worksheets/sheet1.xml")
    strings = [CANARY.encode(), *re.findall(rb"<is><t>(.*?)</t></is>", cells)]
    numbers = iter(range(1, len(strings)))
    cells = re.sub(rb't="inlineStr"><is><t>.*?</t></is>', lambda _: b't="s"><v>%d</v>' % next(numbers), cells)
    cells = re.sub(rb"(<f>SUM\(B2:B3\)</f>)<v ?/?>(</v>)?", rb"\1<v>7</v>", cells)
    table = b'<sst xmlns="%s">' % MAIN.encode() + b"".join(b"<si><t>%s</t></si>" % one for one in strings) + b"</sst>"
    links = package.taken(made, "xl/_rels/workbook.xml.rels")
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    added = b'<Relationship Id="rId99" Type="%s" Target="sharedStrings.xml"/></Relationships>' % kind
    for name, content in (
        ("xl/worksheets/sheet1.xml", cells),
        ("xl/sharedStrings.xml", table),
        ("xl/_rels/workbook.xml.rels", links.replace(b"</Relationships>", added)),
    ):
        made = package.changed(made, name, content)
    return made


def test_nothing_is_left_but_what_is_shown(make: SimpleNamespace, package: SimpleNamespace) -> None:
    """No canary in any part; the values stand where they stood; every group is named."""
    before = dirty(make, package)
    assert CANARY.encode() in package.inflated(before)
    cleaned = worker.clean(before)
    after = package.inflated(cleaned.data)
    assert CANARY.encode() not in after
    assert b"KANA" not in after
    assert {
        "Hidden sheets", "Hidden rows", "Hidden columns", "Unused strings", "Comments", "Defined names",
        "Data validation",
        "Conditional formats", "Protection", "Document properties", "Formulas", "External links", "EXIF", "GPS",
    } <= set(cleaned.found)  # fmt: skip
    assert cleaned.kept == ("Web links",)
    assert cleaned.text is not None
    assert cleaned.text.startswith("Payments\nDay\tAmount\nMonday\t3\nTuesday\t4\nsum\t7")
    book = openpyxl.load_workbook(io.BytesIO(cleaned.data))
    assert book.sheetnames == ["Payments"]
    assert [[cell.value for cell in row[:2]] for row in book.active["A1:B4"]] == SHOWN
    assert book.active["A2"].hyperlink.target == "https://example.org/"
    assert book.active["A3"].hyperlink is None
    assert book.active["A5"].value is None
    assert len(book.active._images) == 1
    assert len(book.active._charts) == 1
    assert len(book.active.conditional_formatting) == 1
    assert book.active.print_area == "'Payments'!$A$1:$B$4"


def test_a_second_cleaning_changes_nothing(make: SimpleNamespace, package: SimpleNamespace) -> None:
    """The clean copy of a clean copy is that copy."""
    once = worker.clean(dirty(make, package))
    again = worker.clean(once.data)
    assert again.found == ()
    assert again.data == once.data


def test_the_second_look_sees_what_was_there(make: SimpleNamespace, package: SimpleNamespace) -> None:
    """It names carriers in the file as it was brought, and each that is put back into a clean one."""
    assert {"Data sources", "Comments", "Hidden parts", "Unused strings", "Other parts"} <= set(
        xlsx.residue(dirty(make, package), worker.residue)
    )
    clean = worker.clean(dirty(make, package)).data
    assert xlsx.residue(clean, worker.residue) == ()
    strings = package.taken(clean, "xl/sharedStrings.xml").replace(b"</sst>", b"<si><t>x</t></si></sst>")
    assert xlsx.residue(package.changed(clean, "xl/sharedStrings.xml", strings), worker.residue) == ("Unused strings",)
    book = package.taken(clean, "xl/workbook.xml")
    for old, new in (
        (b"<sheets>", b'<fileSharing userName="x"/><sheets>'),
        (b'sheetId="1"', b'sheetId="1" state="hidden"'),
    ):
        assert old in book
        assert xlsx.residue(package.changed(clean, "xl/workbook.xml", book.replace(old, new)), worker.residue), old


def test_formulas_without_a_value_stay_where_they_lead_nowhere(package: SimpleNamespace) -> None:
    """What a program wrote that computes nothing still shows the same; what reaches outside goes."""
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A2"] = 2, "=SUM(A1:A1)*2"
    book.active["A3"] = f'=HYPERLINK("file://{CANARY}")'
    book.active["A4"] = f"=[1]{CANARY}!A1"
    target = io.BytesIO()
    book.save(target)
    cleaned = worker.clean(target.getvalue())
    assert "Formulas without value" in cleaned.found
    assert CANARY.encode() not in package.inflated(cleaned.data)
    sheet = openpyxl.load_workbook(io.BytesIO(cleaned.data)).active
    assert [sheet[place].value for place in ("A1", "A2", "A3", "A4")] == [2, "=SUM(A1:A1)*2", None, None]


@pytest.mark.parametrize(
    ("formula", "safe"),
    [
        ("SUM(A1:$B$2)", True), ("'My sheet'!A1+1", True), ('IF(A1>2,"yes","no")', True), ("A:A", True), ("1:3", True),
        ("#REF!+1.5E3", True), ("_xlfn.CONCAT(A1)", False), ("CONCAT(A1)", True), ("Other!A1", False), ("name", False),
        ("[1]My!A1", False), ("cmd|'/c calc'!A1", False), ("WEBSERVICE(A1)", False), ("Table1[x]", False),
        ("'C:\\x\\[b.xlsx]S'!A1", False), ('"open', False), ("CUBEVALUE(1)", False), ("SHEET1", False),
    ],
)  # fmt: skip
def test_formulas_that_lead_outside_are_told(formula: str, safe: bool) -> None:
    """Only cells of sheets that stay, numbers, texts and functions that stay inside."""
    assert is_safe(formula, frozenset(["My sheet"])) is safe


def test_what_cannot_be_cleaned_is_named(make: SimpleNamespace, package: SimpleNamespace) -> None:
    """Embedded objects, macros, a string that is not there, nothing to see."""
    clean = worker.clean(dirty(make, package)).data
    sheet = package.taken(clean, "xl/worksheets/sheet1.xml")
    book = package.taken(clean, "xl/workbook.xml")
    links = package.taken(clean, "xl/_rels/workbook.xml.rels")
    kind = b"http://schemas.microsoft.com/office/2006/relationships/vbaProject"
    macro = b'<Relationship Id="m" Type="%s" Target="v.bin"/>' % kind
    for name, content, expected in (
        ("xl/worksheets/sheet1.xml", sheet.replace(b"</worksheet>", b"<oleObjects/></worksheet>"), Reason.EMBEDDED),
        ("xl/worksheets/sheet1.xml", re.sub(rb"<v>0</v>", b"<v>99</v>", sheet, count=1), Reason.DAMAGED),
        ("xl/workbook.xml", book.replace(b'sheetId="1"', b'sheetId="1" state="hidden"'), Reason.UNSUPPORTED),
        ("xl/_rels/workbook.xml.rels", links.replace(b"</Rel", macro + b"</Rel", 1), Reason.ACTIVE),
        ("xl/sharedStrings.xml", b'<!DOCTYPE a [<!ENTITY a "ha">]><a/>', Reason.ENTITIES),
    ):
        with pytest.raises(UncleanError) as refusal:
            worker.clean(package.changed(clean, name, content))
        assert refusal.value.message == expected


@pytest.mark.parametrize("number", [b"99", b"-9", b"x"])
def test_a_text_that_is_not_there_is_damage(make: SimpleNamespace, package: SimpleNamespace, number: bytes) -> None:
    """A cell names a text that the table of strings has not."""
    made = dirty(make, package)
    cells = package.taken(made, "xl/worksheets/sheet1.xml")
    cells = re.sub(rb't="s"><v>\d+</v>', b't="s"><v>%s</v>' % number, cells, count=1)
    with pytest.raises(UncleanError) as caught:
        worker.clean(package.changed(made, "xl/worksheets/sheet1.xml", cells))
    assert caught.value.message == Reason.DAMAGED
