"""What programs read of a bundle: its data fits its schema, no cell of a table is a formula, no two are joined."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import jsonschema
import openpyxl
import pytest

from archive.bundle import content, dossier, tables
from archive.bundle.entries import Answer, Cell, Entry, Fact, Passage

FORMULAS = [
    "=1+1", "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1;1)", "=HYPERLINK(\"https://example.org\";\"x\")",
    "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "'=1+1", "\"=1+1", "=DDE(\"a\";\"b\";\"c\")", "%=1", "|=1", "＝1+1", "＋1+1",
    "－1+1", "＠SUM(1)", "=WEBSERVICE(\"https://example.org\")", "−1+1",
]  # fmt: skip
INSIDE = [
    "x;=1+1", "x; =1+1;", "x\n=1+1", "x\r\n+1+1;", "x\t=1+1", "\";=1+1;\"", "x\";\"=1+1\"", "x;\ufeff-1+1;",
    "x;\n@SUM(1)", "x;;=1+1", "x|=1+1|", "x\u2028=1+1;", "x\v=1+1;",
]  # fmt: skip
ACT = Entry(
    kind="act",
    number=1,
    facts=(
        Fact(name="act", vocabulary="acts", code="arrest"),
        Fact(name="affected", persons=("P-01",)),
        Fact(name="when", date="2024-03"),
        Fact(name="method", words=Passage(text="In the street", language="en")),
    ),
)


def _read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


@pytest.mark.parametrize("language", ["en", "uk", "ru", "cs"])
def test_the_data_fits_its_schema(kit, language: str) -> None:
    """A stranger's validator says so, in every language; a day, an unknown field or a name in a token does not fit."""
    schema = json.loads((files("schemas") / "bundle.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    cell = Cell(act="arrest", acts=7, people=6, region="Kyiv", quarter="2024-Q1")
    made, arranged = kit.make(language, acts=(ACT,), form=(Answer(field="acts", facts=ACT.facts[:1]),), table=(cell,))
    written = {one.name: one.data for one in dossier.members([kit.page(made)], arranged.pictures)}
    said = json.loads(written["dossier.json"])
    jsonschema.validate(said, schema)
    for broken in ({"device": "x"}, {"exhibits": [{**said["exhibits"][0], "token": "Olena-1"}]}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(
                {**said, **broken}, {**schema, "additionalProperties": False} if "device" in broken else schema
            )


def test_tables_tell_what_the_page_tells(kit) -> None:
    """The exhibits and the acts, in the words of the page; no table without a line."""
    made, _ = kit.make(acts=(ACT,))
    written = dict(tables.files(made))
    assert written.keys() == {"exhibits.csv", "acts.csv"}
    assert _read(written["acts.csv"])[1] == ["1", "Arrest", "P-01", "March 2024", "In the street", ""]
    assert [row[0] for row in _read(written["exhibits.csv"])] == ["Exhibit", "1", "2", "3", "4"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_becomes_text(formula: str) -> None:
    """Spreadsheets see an apostrophe first; but for another behind the end of a line nothing else is changed."""
    ((cell, plain),) = _read(tables.written([[formula, "plain"]]))
    assert cell.startswith("'") and plain == "plain"
    assert cell[1:] == re.sub(r"^[\t\r\n|]", r"\g<0>'", formula)


@pytest.mark.parametrize("text", INSIDE)
def test_nor_is_there_a_formula_for_who_cuts_elsewhere(text: str) -> None:
    """Where a comma is for decimals, cells are parted by semicolons; what is no formula stays as it was."""
    ((cell,),) = _read(tables.written([[text]]))
    for part in re.split(r"[;\t|\n\v\r\u2028]", cell):
        assert not re.match(r"[\s\ufeff\"]*[=+@-]", part), cell
    assert cell.replace("'", "") == text and tables.safe("one; two - three\nfour, -5") == "one; two - three\nfour, -5"


@pytest.mark.parametrize("parted", [",", ";"])
def test_libreoffice_finds_no_formula(tmp_path: Path, parted: str) -> None:
    """It opens such a table and has only text in it, also where it is told to cut at semicolons."""
    if shutil.which("soffice") is None:
        pytest.skip("needs libreoffice")
    (tmp_path / "t.csv").write_bytes(tables.written([["a", formula] for formula in (*FORMULAS, *INSIDE)]))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    how = f"--infilter=CSV:{ord(parted)},34,76"
    subprocess.run(
        ["soffice", profile, "--headless", how, "--convert-to", "xlsx", "--outdir", tmp_path, tmp_path / "t.csv"],
        check=True, capture_output=True, timeout=600,
    )  # fmt: skip
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert "f" not in kinds and "s" in kinds and sheet.max_row >= len(FORMULAS)


def test_two_bundles_of_the_same_records_share_nothing_that_joins_them(kit) -> None:
    """Designations, order and digests come from chance of its own; neither file holds an id of the archive."""
    people = [f"{number:032x}" for number in range(12)]
    called = [content.pseudonyms(people, kit.source(seed)) for seed in (1, 2)]
    assert called[0] != called[1]
    pieces = [
        content.Piece(key=person, kind="testimony", date="2024-03-12", text=Passage(text=f"Story {number}."))
        for number, person in enumerate(people)
    ]
    made = []
    for seed in (1, 2):
        random = kit.source(seed)
        arranged = content.arrange(pieces, random)
        one, _ = kit.make(arranged=arranged, salt=random(16).hex())
        made.append({member.name: member.data for member in dossier.members([kit.page(one)], arranged.pictures)})
    first, second = ([one["text"]["text"] for one in json.loads(files["dossier.json"])["exhibits"]] for files in made)
    assert first != second and sorted(first) == sorted(second)
    assert all(made[0][name] != made[1][name] for name in ("dossier.html", "dossier.json"))
    assert not any(person.encode() in data for files in made for data in files.values() for person in people)
