"""Acts, trials, papers and steps in a dossier: coarse and by designation, each through the gate and the matcher."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

WARRANT = "Orest Kovalchuk signed it"


@pytest.fixture
def told(archive: Any) -> dict[str, str]:
    """A case of one who agreed and of one who was not asked, with an act of each and all that hangs on the first."""
    case = archive.case("At the weir", summary="A man refused.")
    made = {"case": case}
    for key, given, surname, purposes in (
        ("open", "Orest", "Kovalchuk", ["publish-pseudonym"]),
        ("quiet", "Marko", "Sokyrko", []),
    ):
        person = made[f"{key}-person"] = archive.person(case, key)
        archive.name(person, given, surname)
        archive.consent(person, "keep", *purposes)
    new = lambda kind, **form: archive.ask(*kind.split(), "--from-json", "-", stdin=form)["ref"]  # noqa: E731
    act = {"type": "arrest", "date": "2025-03-14", "place": "Ніжин", "forces": ["police"], "known": "lived-it"}
    detention = {"date": "2025-03-14", "place": "Ніжин", "issued_by": WARRANT, "warrant_shown": False}
    made["act"] = new("act new", person=made["open-person"], case=case, detention=detention, **act)
    made["other"] = new("act new", person=made["quiet-person"], case=case, **act)
    new("role add", act=made["act"], person=made["quiet-person"], role="witness")
    paper = {"type": "passport", "state": "UA", "number": "XX0000042", "issued": "2020-05-06"}
    made["paper"] = archive.ask("paper", "add", made["open-person"], "--from-json", "-", stdin=paper)["ref"]
    trial = {"name": "About a refusal", "number": "123/45/25", "court": "A court in Nizhyn", "stage": "appeal"}
    made["trial"] = new("proceeding new", about=[made["open-person"]], case=case, **trial)
    step = {"type": "complaint", "addressee": "An office", "sent": "2025-04-02"}
    made["step"] = new("step new", about=[made["open-person"]], case=case, **step)
    return made


def read(bag: Path) -> tuple[dict[str, Any], str]:
    """What a dossier says, for programs and for people."""
    return json.loads((bag / "data" / "dossier.json").read_text()), (bag / "data" / "dossier.html").read_text()


def facts(entry: dict[str, Any]) -> dict[str, Any]:
    """The first value of each fact of an entry."""
    told = {}
    for fact in reversed(entry["facts"]):
        words = fact.get("words", {}).get("text")
        told[fact["name"]] = fact.get("code") or words or fact.get("date") or fact.get("persons") or fact.get("yes")
    return told


def test_an_act_is_told_to_the_month_and_region_and_only_of_who_agreed(
    archive: Any, told: dict[str, str], tmp_path: Path
) -> None:
    """In the chronology, with its drawing; what was not agreed to stays in, with its reason, and nothing else of it."""
    export = ("export", told["case"], "-o", tmp_path / "d", "--plain")
    refused = archive.run(*export, "--json")
    assert refused.code == 16 and [one["ref"] for one in refused.error["details"]["withheld"]] == [told["other"]]
    made = archive.ask(*export, "--partial")
    assert made["included"] == [told["act"]]
    said, page = read(tmp_path / "d")
    files = [path.read_bytes() for path in (tmp_path / "d").rglob("*") if path.is_file()]
    assert not any(
        word in data for data in files for word in (b"Weir", b"case-archive", b"+00:00", told["act"].encode())
    )
    (act,) = said["acts"]
    (called,) = facts(act)["affected"]
    assert re.fullmatch(r"P-\d{4}", called) and facts(act) == {
        "act": "arrest", "affected": [called], "when": "2025-03", "where": "Chernihiv region", "force": "police",
        "known": "lived-it",
    }  # fmt: skip
    assert said["chronology"] == [{"month": "2025-03", "exhibits": [], "acts": [1]}] and said["counts"]["act"] == 1
    assert not {"people", "papers", "proceedings", "steps"} & said.keys()
    assert (
        "Arrest" in page and "Kovalchuk" not in page and "14" not in page.split('id="chronology"')[1].split("</ol>")[0]
    )


def test_a_collective_may_want_no_place_in_what_anybody_reads(
    archive: Any, told: dict[str, str], tmp_path: Path
) -> None:
    """Neither in fields nor in texts; an own copy tells its person what the archive holds all the same."""
    archive.name(told["open-person"], "Orest", "Kovalchuk", places=["Ніжин"])
    archive.add(archive.file("a.txt", "Його забрали у Ніжині, потім повезли до Ніжина знову."), "--case", told["case"],
                "--about", told["open-person"])  # fmt: skip
    assert archive.ask("collective", "set", "--places", "hidden")["places"] == "hidden"
    archive.ask("export", told["case"], "-o", tmp_path / "d", "--plain", "--partial")
    said, page = read(tmp_path / "d")
    assert "where" not in facts(said["acts"][0]) and "Chernihiv" not in page and page.count("[place]") == 2
    own = ("export", "--template", "own-copy", "--person", told["open-person"], "-o", tmp_path / "own", "--plain")
    archive.ask(*own, "--partial")
    assert facts(read(tmp_path / "own")[0]["acts"][0])["where"] == "Chernihiv region"


def test_somebodys_own_copy_tells_all_that_hangs_on_them(archive: Any, told: dict[str, str], tmp_path: Path) -> None:
    """Acts with the part that others have, trials, papers without their number, steps, consents, and who got what."""
    archive.ask("export", told["act"], "-o", tmp_path / "first", "--plain")
    made = archive.ask(
        "export", "--template", "own-copy", "--person", told["open-person"], "-o", tmp_path / "d", "--plain"
    )
    assert set(made["included"]) == {told["act"], told["paper"], told["trial"], told["step"]}
    said, page = read(tmp_path / "d")
    act, paper, trial = facts(said["acts"][0]), facts(said["papers"][0]), facts(said["proceedings"][0])
    assert act["issued-by"] == WARRANT and act["warrant"] is False and act["role"] == "witness"
    assert paper == {"paper": "passport", "holder": act["affected"], "state": "UA", "issued": "2020-05"}
    assert trial["stage"] == "appeal" and "case-number" not in trial and "123/45" not in page
    assert facts(said["steps"][0])["sent"] == "2025-04" and facts(said["handed"][0]).keys() >= {"handed", "purpose"}
    assert {fact["code"] for one in said["agreed"] for fact in one["facts"] if fact["name"] == "agreed"} == {
        "keep", "publish-pseudonym",
    }  # fmt: skip
    assert "Orest Kovalchuk" in page and "Sokyrko" not in page and "0000042" not in page


def test_a_template_of_ones_own_tells_no_more_facts_than_ours(archive: Any) -> None:
    """And tells none that it does not name."""
    text = (
        'name = "ours"\nbase = "public"\nprofile = "advocacy"\nsections = ["acts"]\n[tells]\nact = ["act", "method"]\n'
    )
    refused = archive.run("template", "check", archive.file("ours.toml", text), "--json")
    assert refused.code == 2 and "tells.act.method" in refused.error["message"]


def test_what_tells_of_an_act_is_named_as_its_source(archive: Any, told: dict[str, str], tmp_path: Path) -> None:
    """Whichever of the two says so; with how it came and is known. An own copy tells of an earlier one."""
    word = ("--case", told["case"], "--about", told["open-person"], "--date", "2025-03")
    spoken, written = (archive.add(archive.file(name, f"I saw {name}."), *word) for name in ("one.txt", "two.txt"))
    archive.ask("edit", told["act"], "--set", f"also={spoken}")
    archive.ask("edit", written, "--set", f"also={told['act']}", "--set", "known=saw-it", "--set", "mode=written")
    export = ("export", "--template", "own-copy", "--person", told["open-person"], "--plain", "-o")
    archive.ask(*export, tmp_path / "first")
    archive.ask(*export, tmp_path / "d")
    said, page = read(tmp_path / "d")
    assert said["acts"][0]["exhibits"] == [1, 2] and facts(said["handed"][0])["recipient"] == "person"
    assert {(one.get("known"), one.get("how")) for one in said["exhibits"]} == {(None, None), ("saw-it", "written")}
    line = page.split('class="told"')[1].split("</li>")[0]
    assert 'href="#exhibit-1"' in line and 'href="#exhibit-2"' in line and "From somebody who lived through it" in line
    assert not any(one.get("several") for one in said["exhibits"])
