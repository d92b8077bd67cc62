"""The yearly review and the inbox on a terminal: one command, one passphrase."""

from __future__ import annotations

from typing import Any

import pytest

OVERDUE = {"where": "in-country", "as_of": "2025-01-01", "basis": "spoke", "uniqueness": "low"}


@pytest.fixture
def sixty(archive: Any) -> Any:
    """Sixty people of whom nobody has heard for too long."""
    case = archive.case()
    lines = [f'{{"kind": "person", "pseudonym": "Heron {n}", "case": "{case}", "risk": {RISK}}}' for n in range(60)]
    archive.ask("import", archive.file("people.jsonl", "\n".join(lines)), "--format", "jsonl")
    return archive


RISK = '{"where": "in-country", "as_of": "2025-01-01", "basis": "spoke", "uniqueness": "low"}'


def test_the_yearly_review_of_sixty_people_is_one_command(sixty: Any) -> None:
    """A key each without Enter; nothing is due afterwards."""
    assert len(sixty.ask("review")["people"]) == 60
    with sixty.talk("review", ARCHIVE_PASSPHRASE_FILE=None) as talk:
        talk.expect("Passphrase").type(sixty.passphrase.read_text())
        for number in range(1, 61):
            talk.expect(f"{number}/60").expect("s/r/p/c/l/!:").press("s")
        assert talk.end() == 0
    assert "60 still so" in talk.text and talk.text.count("Passphrase") == 1
    assert sixty.ask("review")["people"] == []
    assert all(line["matter"] != "risk" for line in sixty.ask("status")["lines"])


def test_ctrl_c_keeps_what_was_answered(sixty: Any) -> None:
    """130, and one is due less."""
    with sixty.talk("review") as talk:
        talk.expect("1/60").expect("s/r/p/c/l/!:").press("p")
        talk.expect("2/60").expect("s/r/p/c/l/!:").interrupt()
        assert talk.end() == 130
    assert len(sixty.ask("review")["people"]) == 59


def test_scripts_answer_a_review_and_sort_the_inbox(archive: Any) -> None:
    """The list says what is due, a document answers it."""
    case = archive.case()
    ref = archive.person(case, **OVERDUE)
    (line,) = archive.ask("review")["people"]
    assert (line["person"], line["where"]) == (ref, "in-country") and line["days"] > 90
    said = {"people": [{"person": ref, "basis": "spoke", "where": "abroad-with-status"}]}
    assert archive.ask("review", "--from-json", "-", stdin=said)["changed"] == 1
    bad = {"people": [{"person": ref, "basis": "heard"}]}
    assert archive.run("review", "--from-json", "-", "--json", stdin=bad).code == 2
    loose = archive.add(archive.file("notes.txt", "The gate was open.\n"))
    (day,) = archive.ask("triage")["days"]
    assert [one["ref"] for one in day["records"]] == [loose]
    assert archive.ask("triage", "--from-json", "-", stdin={"records": [{"ref": loose, "case": case}]})["kept"] == 1
    assert archive.ask("triage")["days"] == []


def test_the_inbox_on_a_terminal(archive: Any) -> None:
    """One key a file, a title for a new case."""
    archive.add(archive.file("one.txt", "One.\n"))
    archive.add(archive.file("two.txt", "Two.\n"))
    with archive.talk("triage") as talk:
        talk.expect("k/d/l/!:").press("k")
        talk.expect("Case:").type("Held at night")
        talk.expect("k/a/d/l/!:").press("d")
        assert talk.end() == 0
    assert "1 to a case, 1 in the bin, 0 for later." in talk.text
    assert [one["title"] for one in archive.ask("case", "list")["cases"]] == ["Held at night"]
