"""Office files through other people's eyes: LibreOffice shows the same before and after, mat2 finds nothing."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import docx as python_docx
import openpyxl
import pptx as python_pptx
import pytest
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from archive.scrub import worker
from archive.scrub.clean import Cleaner


def document(make: SimpleNamespace) -> bytes:
    """A DOCX with headings, lists, a table, a picture, a header with a page number."""
    made = python_docx.Document()
    made.add_heading("Statement", 0)
    for number in range(3):
        made.add_heading(f"Day {number + 1}", 1)
        made.add_paragraph("They took him at 14:30. " * 20)
        made.add_paragraph("first point", style="List Number")
        made.add_paragraph("other point", style="List Bullet")
    table = made.add_table(3, 2, "Table Grid")
    for number, cell in enumerate(table._cells):
        cell.text = f"cell {number}"
    made.add_picture(io.BytesIO(make.jpeg(make.picture(), dpi=(96, 96))), width=Inches(2))
    made.sections[0].header.paragraphs[0].text = "Case\tfile"
    return saved(made)


def sheet(_: SimpleNamespace) -> bytes:
    """An XLSX with numbers, dates, a percentage and a merged heading."""
    made = openpyxl.Workbook()
    made.active.title = "Payments"
    made.active.merge_cells("A1:C1")
    made.active["A1"] = "What was paid"
    for row in range(2, 20):
        made.active.append([f"Payment {row}", row * 1.5, row / 20])
        made.active.cell(row, 3).number_format = "0.0%"
    return saved(made)


def slides(make: SimpleNamespace) -> bytes:
    """A PPTX with a title, points, a picture and a chart."""
    made = python_pptx.Presentation()
    first = made.slides.add_slide(made.slide_layouts[1])
    first.shapes.title.text = "March"
    first.placeholders[1].text = "one\ntwo"
    first.shapes.add_picture(io.BytesIO(make.jpeg(make.picture())), Inches(5), Inches(5), Inches(2))
    data = CategoryChartData()
    data.categories = ["arrested", "released"]
    data.add_series("people", (12, 3))
    last = made.slides.add_slide(made.slide_layouts[5])
    last.shapes.title.text = "How many"
    last.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(2), Inches(6), Inches(4), data)
    return saved(made)


def saved(made: object) -> bytes:
    target = io.BytesIO()
    made.save(target)  # type: ignore[attr-defined]  # of three libraries without types
    return target.getvalue()


MAKERS: dict[str, Callable[[SimpleNamespace], bytes]] = {"docx": document, "xlsx": sheet, "pptx": slides}
OPEN = {"docx": "odt", "xlsx": "ods", "pptx": "odp"}


def office(folder: Path, *words: str) -> None:
    """Run LibreOffice with a profile of its own."""
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", *words]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def shown(pdf: Path) -> list[str]:
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout
    return [re.sub(r"\s+", " ", line).strip() for line in text.splitlines() if line.strip()]


@pytest.mark.skipif(not (shutil.which("soffice") and shutil.which("pdftotext")), reason="needs soffice and pdftotext")
def test_libreoffice_shows_the_same(make: SimpleNamespace, tmp_path: Path) -> None:
    """All six formats, drawn before and after: the same lines on the same pages; each still opens."""
    for kind, other in OPEN.items():
        (tmp_path / f"before-{kind}.{kind}").write_bytes(MAKERS[kind](make))
        office(tmp_path, other, f"before-{kind}.{kind}")
        (tmp_path / f"before-{kind}.{other}").rename(tmp_path / f"before-{other}.{other}")
    for path in tmp_path.glob("before-*"):
        cleaned = worker.clean(path.read_bytes())
        (tmp_path / path.name.replace("before", "after")).write_bytes(cleaned.data)
    office(tmp_path, "pdf", *(path.name for path in tmp_path.glob("*-*.*")))
    for kind in (*OPEN, *OPEN.values()):
        before, after = shown(tmp_path / f"before-{kind}.pdf"), shown(tmp_path / f"after-{kind}.pdf")
        assert before == after, kind
        assert len(before) > 3, kind


@pytest.mark.parametrize("kind", MAKERS)
def test_mat2_finds_nothing(make: SimpleNamespace, tmp_path: Path, kind: str) -> None:
    """Another cleaner's reader has nothing to say about the clean file."""
    if shutil.which("mat2") is None:
        pytest.skip("needs mat2")
    path = tmp_path / f"clean.{kind}"
    path.write_bytes(worker.clean(MAKERS[kind](make)).data)
    said = subprocess.run(["mat2", "--show", path], capture_output=True, text=True, check=True).stdout
    assert "No metadata found" in said or not re.search(r"^\s+\w+: ", said, re.MULTILINE), said


@pytest.mark.parametrize("kind", MAKERS)
def test_office_files_go_through_the_sandbox(make: SimpleNamespace, kind: str) -> None:
    """The parent takes what comes back for what it says it is."""
    with Cleaner() as cleaner:
        brought = MAKERS[kind](make)
        assert cleaner.clean(brought, "a") == worker.clean(brought)
