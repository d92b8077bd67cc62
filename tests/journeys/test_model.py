"""Who did what to whom, through the real program: acts, roles, papers, steps, the address book, history, merging."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def table(shared: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, str, str]:
    """A laptop with a case and a person with a sealed name; tests add to it and change nothing of one another."""
    laptop = type(shared)(tmp_path_factory.mktemp("table") / "laptop").found()
    case = laptop.case()
    return laptop, case, laptop.person(case)


def act(laptop: Any, person: str, **fields: object) -> str:
    ref: str = laptop.ask("act", "new", "--from-json", "-", stdin={"person": person, "type": "arrest", **fields})["ref"]
    return ref


def test_an_act_says_who_what_when_and_belongs_to_the_case(table: tuple[Any, str, str]) -> None:
    """The person it affects is the one it is about; the date is read as people say it, and echoed."""
    laptop, case, person = table
    made = laptop.ask(
        "act", "new", "--person", person, "--type", "x-co-forced-mobilisation", "--date", "навесні 2024",
        "--force", "recruitment-office", "--known", "saw-it", "--set", "consequences=injury, flight",
    )  # fmt: skip
    assert made["note"] == "Date: 2024-21."
    shown = laptop.ask("show", made["ref"])
    assert shown["about"] == [shown["person"]] and shown["date"] == "2024-21"
    assert shown["consequences"] == ["injury", "flight"] and shown["known"] == "saw-it"
    witness = laptop.person(case, "Birch")
    role = laptop.ask("role", "add", made["ref"], witness, "--as", "witness")["ref"]
    assert laptop.ask("show", role)["case"] == shown["case"]
    wrong = laptop.run("act", "new", "--person", person, "--type", "forced-mobilization")
    assert wrong.code == 2 and "x-co-forced-mobilisation" in wrong.lines[1]


def test_terms_of_the_collective_are_taken_from_then_on(table: tuple[Any, str, str]) -> None:
    """A new term is refused before it is added, and never stands in for a built-in one."""
    laptop, _, person = table
    assert laptop.run("act", "new", "--person", person, "--type", "o-night-call").code == 2
    laptop.ask("vocabulary", "add", "acts", "o-night-call", "--label", "uk=Нічний виклик")
    act(laptop, person, type="o-night-call")
    terms = laptop.ask("vocabulary", "list", "acts", "--language", "uk")["terms"]
    assert {"code": "o-night-call", "label": "Нічний виклик", "labels": {"uk": "Нічний виклик"}, "own": True} in terms
    assert laptop.run("vocabulary", "add", "acts", "arrest", "--label", "en=x").code == 15
    assert laptop.run("vocabulary", "add", "purposes", "o-all", "--label", "en=x").code == 2


def test_the_number_of_a_paper_is_neither_found_nor_shown(table: tuple[Any, str, str]) -> None:
    """Only with --full, and that stands in the chain of custody; so does a glance at the paper."""
    laptop, _, person = table
    fields = {
        "type": "passport",
        "state": "UA",
        "number": "QZ7700942",
        "expires": "2030-01",
        "printed_name": "ZAVIRIUKHA",
    }
    paper = laptop.ask("paper", "add", person, "--from-json", "-", stdin=fields)["ref"]
    for words in ("QZ7700942", "ZAVIRIUKHA --kind paper", "7700942*"):
        assert paper not in laptop.run("search", words).text
    for words in (("show", paper), ("show", paper, "--json"), ("show", paper, "--history"), ("person", "show", person)):
        assert b"QZ77009" not in laptop.run(*words).out, words
    assert laptop.ask("show", paper)["number"] == "··42"
    assert laptop.ask("show", paper, "--full")["number"] == "QZ7700942"
    events = [event["outcome"] for event in laptop.ask("log", paper)["events"] if event["event"] == "access"]
    assert "paper shown in full" in events and "paper shown" in events


def test_ways_that_would_harm_stand_before_every_other_contact(table: tuple[Any, str, str]) -> None:
    """Contacts are shown only when asked for, which is logged; reading the person without them is not."""
    laptop, case, _ = table
    person = laptop.person(case, "Cedar")
    laptop.name(
        person, "Ostap", "Vyhadanyi", phones=["+44 7700 900111"], do_not_contact=["no calls"], safe_contact="mail"
    )
    before = len(laptop.ask("log", person)["events"])
    assert "900111" not in laptop.run("person", "show", person).text
    assert len(laptop.ask("log", person)["events"]) == before
    shown = laptop.run("person", "show", person, "--names").text
    assert shown.index("no calls") < shown.index("safe contact") < shown.index("900111")
    assert len(laptop.ask("log", person)["events"]) == before + 1


def test_titles_that_hold_a_known_name_are_pointed_out(table: tuple[Any, str, str]) -> None:
    """In cases, pseudonyms and edits, inflected and in another script too; the note never says the name itself."""
    laptop, case, _ = table
    person = laptop.person(case, "Dogwood")
    laptop.name(person, "Ярема", "Криничний")
    for made in (
        laptop.ask("case", "new", "Суд над Криничним"),
        laptop.ask("person", "new", "Криничний"),
        laptop.ask("edit", case, "--set", "title=Ярема"),
        laptop.ask("case", "new", "Hearing of Yarema"),
        laptop.ask("case", "new", "Dopis pana Krynyčného"),
        laptop.ask("case", "new", "Sprawa Krynycznego"),
    ):
        assert person in made["note"], made
        assert not any(part in made["note"] for part in ("Кринич", "Ярем", "Yarem", "Krynycz", "Krynyč"))
    assert "note" not in laptop.ask("case", "new", "Refusal in the north")
    brought = laptop.ask("add", laptop.file("Криничний.txt", "A letter.\n"))["records"][0]
    assert person in brought["note"] and "Кринич" not in brought["note"]


def test_a_step_is_answered_and_what_it_said_before_stays(table: tuple[Any, str, str]) -> None:
    """A term without a year is still to come; history tells who changed what."""
    laptop, _, person = table
    step = laptop.ask("step", "new", "--type", "complaint", "--for", person, "--to", "Ombudsman", "--due", "2027-01-03")
    laptop.ask("answer", step["ref"], "--outcome", "refused", "--on", "2026-12-20", "--next", "2027-02-01")
    states = laptop.ask("show", step["ref"], "--history")["states"]
    assert [state["what"] for state in states] == ["made", "changed"] and states[0]["by"] == "M1"
    assert {"field": "outcome", "before": None, "after": "refused"} in states[1]["changes"]
    assert laptop.run("step", "answer", step["ref"], "--outcome", "never").code == 2


def test_two_records_of_one_person_become_one_and_a_no_to_either_counts(archive: Any) -> None:
    """Acts, papers and mentions go over; consent does not; a withdrawal does; undo takes all of it back."""
    case = archive.case()
    kept, other = archive.person(case, "Alder"), archive.person(archive.case("Another"), "Birch")
    made = act(archive, other)
    archive.consent(kept, "keep", "publish-anonymous")
    archive.consent(other, "publish-anonymous", "statistics")
    archive.ask("consent", "withdraw", other, "--purpose", "publish-anonymous")
    archive.ask("person", "merge", kept, other, "--yes")
    shown = archive.ask("person", "show", kept)
    assert made in shown["about"] and len(shown["cases"]) == 2
    assert shown["agreed"] == ["keep"]
    archive.ask("undo")
    assert made in archive.ask("person", "show", other)["about"]


def test_a_withdrawal_writes_letters_opens_steps_and_ends_when_they_confirm(archive: Any) -> None:
    """What falls is listed with its translations and acts; the letter says nothing its reader does not have."""
    case = archive.case()
    person = archive.person(case, "Alder")
    archive.consent(person, "publish-anonymous")
    told = archive.add(archive.file("told.txt", "The gate was open at noon.\n"), "--case", case, "--about", person)
    again = archive.add(archive.file("t.txt", "Brána byla otevřená.\n"), "--case", case, "--translation-of", told)
    done = act(archive, person)
    archive.ask("export", case, "-o", archive.root / "dossier", "--plain", "--partial", "--yes")
    planned = archive.ask("consent", "withdraw", person, "--dry-run")
    assert planned["letters"] == [] and {one["ref"] for one in planned["falls"]} >= {told, again, done}
    letters = archive.root / "letters"
    out = archive.ask("consent", "withdraw", person, "--letters", letters)
    assert len(out["held_by"]) == len(out["letters"]) == len(out["open"]) == 1
    letter = Path(out["letters"][0])
    assert stat.S_IMODE(letter.stat().st_mode) == 0o600
    text = letter.read_text()
    for secret in (person, case, "Alder", "Zaviriukha", "anonymous", "Kitchen", "Weir", told):
        assert secret not in text
    sha256 = (
        __import__("hashlib").sha256((archive.root / "dossier" / "tagmanifest-sha256.txt").read_bytes()).hexdigest()
    )
    assert sha256 in text
    assert [line["step"] for line in archive.ask("consent", "list", person)["unfinished"]] == out["open"]
    archive.ask("step", "answer", out["open"][0], "--outcome", "destroyed", "--on", "2030-01-01")
    assert archive.ask("consent", "list", person)["unfinished"] == []


def test_the_address_book_knows_who_holds_what(archive: Any) -> None:
    """It is not searched: a lawyer's name would tell whom to look for."""
    fields = {"name": "Kvitka Vymyshlena", "type": "lawyer", "language": "uk", "channel": "by hand"}
    made = archive.ask("recipient", "add", "--from-json", "-", stdin=fields)["ref"]
    assert archive.ask("recipient", "list")["recipients"][0]["ref"] == made
    assert archive.ask("recipient", "show", made)["holds"] == []
    assert archive.ask("search", "Vymyshlena")["total"] == 0
