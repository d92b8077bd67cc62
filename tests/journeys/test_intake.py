"""The interview on a terminal and as one document: one command, one passphrase, few prompts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

ROOT = Path(__file__).parents[2]
ANSWERS = (
    ("Which language", "uk"), ("May we keep it?", "y"), ("told this to somebody", "n"), ("Listen.", "Мене затримали."),
    (":", ""), ("in one sentence", "Held for two days"), ("What was done?", "1 2"), ("When?", "spring 2024"),
    ("Where? The region", "Lakes"), ("Who did it?", "2"), ("How is it known?", "1"), ("Where are they now?", "1"),
    ("Letters:", "f"), ("Numbers they said yes to", "8 12"), ("what did we promise?", "call; 3.12."),
    ("reach them safely", "Evenings"), ("Their name", "Taras Zaviriukha; Krynytsia"), ("A file they gave", ""),
    ("confess to an offence", "n"), ("Enter keeps it so", ""),
)  # fmt: skip
DOCUMENT: dict[str, Any] = {
    "language": "uk", "keep": True, "told_before": False, "sentence": "Held for two days", "date": "2024-21",
    "place": "Lakes", "where": "in-country", "uses": {"purposes": ["publish-anonymous", "statistics"]},
    "words": "I was taken.", "acts": ["arrest"], "forces": ["police"], "known": "lived-it",
    "threats": ["family_in_reach"], "uniqueness": "low", "promise": {"what": "call", "due": "2027-01-03"},
    "names": [{"language": "uk", "given": "Taras", "surname": "Zaviriukha"}], "masks": ["Krynytsia"],
}  # fmt: skip


def test_the_first_testimony_is_one_command_one_passphrase_and_18_prompts(archive: Any) -> None:
    """All of it is there afterwards, found, linked, and no name stands on the screen's last lines."""
    prompts = 0
    with archive.talk("intake", ARCHIVE_PASSPHRASE_FILE=None) as talk:
        talk.expect("Passphrase").type(archive.passphrase.read_text())
        for words, answer in ANSWERS:
            talk.expect(words).type(answer)
            prompts += words not in (":", "A file they gave")
        assert talk.end() == 0, talk.text
    assert prompts == 18 and talk.text.count("Passphrase") == 1
    assert max(map(len, talk.text[: talk.text.index("Which language")].splitlines())) <= 80
    assert "Nobody is named yet" not in talk.text
    (case,) = archive.ask("case", "list")["cases"]
    assert case["title"] == "Held for two days" and case["records"] == 1
    assert archive.ask("search", "затримали")["total"] == 1
    assert archive.ask("search", "Evenings")["total"] == 0


def test_stopped_and_resumed(archive: Any) -> None:
    """Ctrl-C and ``!`` end with 130 and say how to go on; the next question is the one that was open."""
    with archive.talk("intake") as talk:
        for words, answer in ANSWERS[:6]:
            talk.expect(words).type(answer)
        talk.expect("What was done?").interrupt()
        assert talk.end() == 130 and "archive intake --resume" in talk.text
    assert archive.ask("search", "Held")["total"] == 0, "what is unfinished is not found"
    with archive.talk("intake", "--resume") as talk:
        talk.expect("What was done?").type("!")
        assert talk.end() == 130
    with archive.talk("intake", "--resume") as talk:
        for words, answer in ANSWERS[6:]:
            talk.expect(words).type(answer)
        assert talk.end() == 0
    assert archive.run("intake", "--resume").code == 17


def test_a_no_keeps_nothing(archive: Any) -> None:
    """Not a file of the archive has changed."""
    before = archive.kept()
    with archive.talk("intake") as talk:
        talk.expect("Which language").type("cs")
        talk.expect("Smíme uchovat").expect("y or n").type("n")
        assert talk.end() == 0 and "nothing was kept" in talk.text
    assert archive.kept() == before


def test_one_document_is_a_whole_interview(archive: Any) -> None:
    """As the schema says, with the same records; files are taken in with it."""
    paper = archive.file("paper.txt", "Come to the court.")
    said = DOCUMENT | {"files": [{"path": str(paper), "kind": "document", "subtype": "summons", "due": "2027-01-12"}]}
    jsonschema.validate(said, json.loads((ROOT / "schemas" / "intake.form.json").read_text(encoding="utf-8")))
    done = archive.ask("intake", "--from-json", "-", stdin=said)
    assert done["added"] == 2 and len(done["acts"]) == len(done["roles"]) == 1 and len(done["consents"]) == 2
    assert archive.ask("show", done["steps"][0])["due"] == "2027-01-03"
    assert archive.ask("show", done["records"][1]["ref"])["dates"][0]["on"] == "2027-01-12"
    assert archive.ask("person", "show", done["person"])["agreed"] == ["keep", "publish-anonymous", "statistics"]
    said = DOCUMENT | {"uses": {"purposes": ["lawyer", "court"], "recipients": {"court": [done["case"]]}}}
    told = archive.run("intake", "--from-json", "-", stdin=said).text
    assert "for nobody: archive consent record P" in told and "--recipient lawyer=REF" in told
    assert "court=REF" not in told
    more = DOCUMENT | {"case": done["case"], "words": "I saw it.", "sentence": "Seen from the window"}
    second = archive.ask("intake", "--from-json", "-", stdin=more)
    assert second["case"] == done["case"] and second["person"] != done["person"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"keep": False}, 16), ({"where": None}, 2), ({"acts": ["no-such"]}, 2), ({"forces": ["no-such"]}, 2),
        ({"known": "no-such"}, 2), ({"colour": "red"}, 2),
        ({"files": [{"path": "/no/such"}]}, 2), ({"case": "C999"}, 17),
        ({"uses": {"purposes": ["lawyer"], "recipients": {"lawyer": ["Y999"]}}}, 17),
    ],
)  # fmt: skip
def test_a_document_that_does_not_fit_keeps_nothing(archive: Any, changes: dict[str, Any], code: int) -> None:
    """The refusal comes before the first record."""
    said = {name: value for name, value in (DOCUMENT | changes).items() if value is not None}
    assert archive.run("intake", "--from-json", "-", "--json", stdin=said).code == code
    assert archive.ask("case", "list")["cases"] == []


def test_texts_of_ones_own_are_read_and_kept_with_the_consent(archive: Any) -> None:
    """A file given with the command; one that lacks a text is refused before the passphrase is asked."""
    text = (ROOT / "archive" / "guided" / "consent.toml").read_text(encoding="utf-8")
    own = archive.file("own.toml", text.replace("May we keep what", "Is it right that we keep what"))
    with archive.talk("intake", "--texts", own) as talk:
        talk.expect("Which language").type("en")
        talk.expect("Is it right that we keep what").expect("y or n").type("n")
        assert talk.end() == 0
    assert archive.run("intake", "--texts", archive.file("bad.toml", "version = '1'")).code == 2
