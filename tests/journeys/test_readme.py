"""The session in README.md, walked on a terminal with the demo's people: what it shows is what is printed."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from msgspec import to_builtins

from archive.commands import demo_files

from .conftest import today
from .test_tutorial import Reader, brought, sessions

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def begin(archive: Any) -> tuple[str, str]:
    """The demo's case, people and testimonies, before photo and paper come; the case and the first person."""
    brought(archive.root / "brought")
    case = archive.case("Refusal and sentence", dates="2025-03/2025-06")
    people = []
    for one in demo_files.persons():
        risk = {"where": "abroad-with-status", "as_of": today(), "basis": "spoke", "uniqueness": "low"}
        form = {"pseudonym": one.pseudonym, "case": case, "risk": risk}
        people.append(archive.ask("person", "new", "--from-json", "-", stdin=form)["ref"])
        archive.ask("person", "name", people[-1], "--from-json", "-", stdin=to_builtins(one.identity))
        archive.consent(people[-1], "publish-pseudonym")
    for text in demo_files.testimonies():
        told = ("--language", text.language, "--title", text.title, "--date", text.date)
        archive.add(archive.root / "brought" / text.filename, "--case", case, "--about", people[0], *told)
    return case, people[0]


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="needs tesseract")
def test_the_session_in_the_readme_is_what_the_program_does(archive: Any) -> None:
    """From taking in to the check at the end, and what becomes of a sentence in the dossier."""
    case, alder = begin(archive)
    reader = Reader(archive, ARCHIVE_STATE=str(archive.state))
    reader.folder, reader.called = archive.archive, {"CSZF5": case, "PTQD1": alder}
    for command, shown in sessions(README):
        reader.walk(command, shown)
    was, becomes = re.findall(r"In the dossier, `(.*)` reads `(.*)`\.", README)[0]
    told = json.loads((archive.root / "dossier" / "data" / "dossier.json").read_text(encoding="utf-8"))
    texts = "\n".join(one["text"]["text"] for one in told["exhibits"] if one.get("text"))
    assert was in (archive.root / "brought" / "neighbour.txt").read_text(encoding="utf-8")
    assert re.search(re.escape(becomes).replace("4417", r"\d{4}"), texts)
