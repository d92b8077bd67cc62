"""A dossier for a lawyer, a court, the UN, a partner, and numbers: who is named in it, what is apart, what stays in."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

STORY = "On 14 March 2025 Orest Kovalchuk was taken in Nizhyn with Marko Sokyrko. Ring +44 7700 900123.\n"
WAY = "Orest Kovalchuk went over the hills with a false paper.\n"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, shared: Any) -> dict[str, Any]:
    """One who agreed to a lawyer, a court, a partner, the UN and to be named; a witness who agreed without a name."""
    archive = shared

    def new(*words: str, **form: object) -> str:
        return str(archive.ask(*words, "--from-json", "-", stdin=form)["ref"])

    case = new("case", "new", title="A refusal", summary="A man refused.")
    made: dict[str, Any] = {"archive": archive, "case": case}
    made["lawyer"] = new("recipient", "add", name="Kvitka Vymyshlena", type="lawyer")
    whom = {"lawyer": [made["lawyer"]], "partner": [made["lawyer"]], "court": [case]}
    for key, given, surname, purposes in (
        ("client", "Orest", "Kovalchuk", ["lawyer", "court", "partner", "un-confidential", "un-name-to-state"]),
        ("witness", "Marko", "Sokyrko", ["un-confidential"]),
    ):
        person = made[key] = new("person", "new", pseudonym=key, case=case, citizenship=["UA"])
        archive.name(person, given, surname, phones=["+44 7700 900123"] if key == "client" else [])
        archive.consent(person, "keep", *purposes, recipients={one: whom[one] for one in purposes if one in whom})
    client = made["client"]
    detention = {"date": "2025-03-14", "place": "Nizhyn, Station Street", "ordered_by": "The head of the office"}
    act = {"type": "arrest", "date": "2025-03-14", "place": "Nizhyn", "detention": detention}
    made["act"] = new("act", "new", person=client, case=case, **act)
    new("role", "add", act=made["act"], person=made["witness"], role="witness")
    made["paper"] = new("paper", "add", client, type="passport", state="UA", number="XX0000042")
    about = ("--case", case, "--about", client)
    made["story"] = archive.add(archive.file("story.txt", STORY), *about, "--mentions", made["witness"])
    made["way"] = archive.add(archive.file("way.txt", WAY), *about)
    seen = archive.file("seen.txt", "I saw it.\n")
    made["seen"] = archive.add(seen, "--case", case, "--about", made["witness"])
    archive.ask("edit", made["way"], "--set", "incriminates=self", "--set", "inconsistencies=Another day in March")
    return made


def bag(told: dict[str, Any], folder: Path, *words: str) -> tuple[dict[str, Any], dict[str, str]]:
    """The answer of an export, and the texts of its files."""
    made = told["archive"].ask("export", told["case"], "-o", folder, "--plain", *words)
    return made, {
        path.name: path.read_text() for path in (folder / "data").iterdir() if path.is_file() and path.suffix != ".pdf"
    }


def test_a_lawyer_reads_names_days_and_what_is_for_them_alone(told: dict[str, Any], tmp_path: Path) -> None:
    """Who agreed in clear, the witness by designation; what may incriminate and how to reach people in a file apart."""
    words = ("--template", "asylum", "--for", told["lawyer"], "--language", "en,uk", "--partial")
    made, files = bag(told, tmp_path / "d", *words)
    assert {"dossier.html", "dossier.uk.html", "lawyer-only.html", "form.txt", "dossier.json"} <= files.keys()
    main, apart = files["dossier.html"], files["lawyer-only.html"]
    assert "On 14 March 2025 Orest Kovalchuk was taken" in main and "Sokyrko" not in main + apart
    assert "false paper" not in main and "false paper" in apart and "Another day" in apart and "Another day" not in main
    assert "7700 900123" in apart and "7700 900123" not in main and "0000042" not in main + apart
    gaps = {gap["field"] for gap in made["gaps"]}
    assert {"next-date", "reason-words", "feared"} <= gaps and "nationality" not in gaps
    said, again = (json.loads(files["dossier.json"]), files["dossier.uk.html"])
    assert said["acts"][0]["facts"][2]["date"] == "2025-03-14" and 'lang="uk"' in again
    assert set(made["included"]) == {told["act"], told["story"], told["way"]}
    assert [one["ref"] for one in made["withheld"]] == [told["seen"]]
    _, cleared = bag(told, tmp_path / "e", *words, "--exhibit", told["paper"])
    assert "XX0000042" in cleared["dossier.html"]


def test_the_un_is_told_the_name_of_those_alone_who_agreed_to_that(told: dict[str, Any], tmp_path: Path) -> None:
    """The form has their answers, numbered; what is missing is asked; nothing that may incriminate."""
    feared = told["archive"].file("why.txt", "For using his conscience, says Kovalchuk, not Sokyrko.\n")
    made, files = bag(told, tmp_path / "d", "--template", "wgad", "--partial", "--section", f"why-arbitrary={feared}")
    form = files["form.txt"]
    assert "1. Name\nOrest Kovalchuk\n\n" in form and "Date of arrest\n14 March 2025\n" in form
    assert "says Kovalchuk, not P-" in form and "Sokyrko" not in str(files) and "false paper" not in str(files)
    assert "Ring [phone]" in files["dossier.html"] and "7700" not in str(files)
    assert [one["ref"] for one in made["withheld"]] == [told["way"]]
    gaps = {gap["field"]: gap["why"] for gap in made["gaps"]}
    dry = told["archive"].run("export", told["case"], "--template", "wgad", "--dry-run", "--ui-language", "uk")
    assert "бракує: хто ухвалив це рішення (--section" in dry.text
    assert "the warrant" not in dry.text
    said = told["archive"].run("export", told["case"], "--template", "wgad", "--dry-run", "--ui-language", "cs").text
    asked = "chybí: kdo podává: právník nebo registrovaná organizace, aby nebylo třeba jméno dobrovolníka"
    assert f"{asked} (--section submitter=FILE)" in said and "Kdo podává" not in said
    assert gaps["warrant-by"] == "who issued the warrant" and "why-arbitrary" not in gaps and "name" not in gaps
    person = json.loads(files["dossier.json"])["people"]
    assert len(person) == 2 and all(one["facts"][-1]["code"] == "UA" for one in person)
    assert sum(any(fact["name"] == "name" for fact in one["facts"]) for one in person) == 1


def test_who_hands_it_in_is_shown_as_written_and_names_nobody(told: dict[str, Any], tmp_path: Path) -> None:
    """Apart, on the page and in the text to paste; nobody who is hidden, and not how a client is reached."""
    archive, words = told["archive"], ("--template", "wgad", "--partial")
    written = (
        "Free Conscience, a society in Prague, which hands in what people without a voice ask us to hand in for them\n"
    )
    office = archive.file("office.txt", f"{written}office@example.org, +44 7700 900777\n")
    _, files = bag(told, tmp_path / "d", *words, "--section", f"submitter={office}")
    form, page = files["form.txt"], files["dossier.html"]
    assert form.count(f"{written}office@example.org, +44 7700 900777\n") == 1
    assert form.index("* * *") < form.index("Prague")
    assert 'id="submitter"' in page and page.index('id="verify"') < page.index('id="submitter"') < page.index("Prague")
    assert page.count("Prague") == 1
    for text in ("By Marko Sokyrko", "By Orest Kovalchuk, +44 7700 900123"):
        archive.file("office.txt", text)
        refused = archive.run(
            "export", told["case"], *words, "--section", f"submitter={office}", "-o", tmp_path / "e", "--plain"
        )
        assert refused.code == 2 and "submitter" in refused.said and "Sokyrko" not in refused.said
    archive.file("office.txt", "By Orest Kovalchuk")
    bag(told, tmp_path / "f", *words, "--section", f"submitter={office}")


def test_a_court_gets_one_case_and_what_was_cleared_for_it(told: dict[str, Any], tmp_path: Path) -> None:
    """Nothing else is in it, whoever agreed."""
    made, files = bag(told, tmp_path / "d", "--template", "court", "--exhibit", told["story"])
    assert "Ring [phone]" in files["dossier.html"] and "7700" not in str(files)
    assert made["included"] == [told["story"]] and not json.loads(files["dossier.json"]).get("acts")
    refused = told["archive"].run("export", "--person", told["client"], "--template", "court", "-o", tmp_path / "e")
    assert refused.code == 2


def test_a_partner_gets_the_case_by_designations_and_the_names_sealed(told: dict[str, Any], tmp_path: Path) -> None:
    """Only their key opens who is who, of those who agreed."""
    key = tmp_path / "key.txt"
    try:
        subprocess.run(["age-keygen", "-o", key], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("needs age")
    public = next(line.rpartition(" ")[2] for line in key.read_text().splitlines() if "public key" in line)
    words = ("export", told["case"], "--template", "handover", "--for", told["lawyer"], "--partial")
    refused = told["archive"].run(*words, "-o", tmp_path / "n", "--plain", "--json")
    assert refused.code == 2 and "age_key" in refused.error["hint"]
    told["archive"].ask(*words, "--recipient", public, "-o", tmp_path / "d")
    opened = subprocess.run(["age", "-d", "-i", key, tmp_path / "d.zip.age"], check=True, capture_output=True).stdout
    (tmp_path / "d.zip").write_bytes(opened)
    subprocess.run(["unzip", "-q", tmp_path / "d.zip", "-d", tmp_path / "o"], check=True)
    sealed = tmp_path / "o" / "data" / "identities.age"
    names = json.loads(subprocess.run(["age", "-d", "-i", key, sealed], check=True, capture_output=True).stdout)
    page = (tmp_path / "o" / "data" / "dossier.html").read_text()
    assert "Kovalchuk" not in page and "Sokyrko" not in page
    assert [one["identities"][0]["names"][0]["surname"] for one in names] == ["Kovalchuk"]


def test_numbers_tell_no_cell_of_fewer_than_five_people(archive: Any, tmp_path: Path) -> None:
    """Who did not agree is not counted; four acts of one person are one person; a small cell is left out whole."""
    case = archive.case("Many")
    act = {"type": "arrest", "date": "2025-03", "place": "Nizhyn", "case": case}
    for number in range(6):
        form = {"pseudonym": f"B{number}", "case": case}
        person = archive.ask("person", "new", "--from-json", "-", stdin=form)["ref"]
        archive.consent(person, "keep", *(["statistics"] if number < 5 else []))
        archive.ask("act", "new", "--from-json", "-", stdin={**act, "person": person})
        if number == 0:
            for _ in range(5):
                archive.ask("act", "new", "--from-json", "-", stdin={**act, "person": person, "type": "beating"})
    made = archive.ask("export", "--template", "numbers", "-o", tmp_path / "d", "--plain", "--partial")
    assert len(made["withheld"]) == 1
    said = json.loads((tmp_path / "d" / "data" / "dossier.json").read_text())
    assert said["table"] == [
        {"act": "arrest", "acts": 5, "people": 5, "region": "Chernihiv region", "quarter": "2025-Q1"}
    ]
    assert not {"acts", "people", "exhibits", "counts"} & {name for name, held in said.items() if held}
