"""Words with a capital are decided about once for a whole case, and a dossier follows what was decided."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

ONE = "They drove him to Brynkiv. In Brynkiv the guard Paly said that Orest Kovalchuk would stay. Call 067 123 45 67.\n"
TWO = "On the road from Brynkova a nurse called Zelenko gave him water.\n"


@pytest.fixture
def case(archive: Any) -> str:
    """Two testimonies that may leave, with one sealed name and three unknown ones."""
    ref: str = archive.case("At the weir", summary="A man refused.")
    person = archive.person(ref, "Heron")
    names = {"names": [{"language": "en", "given": "Orest", "surname": "Kovalchuk"}]}
    archive.ask("person", "name", person, "--from-json", "-", stdin=names)
    archive.consent(person, "keep", "publish-pseudonym")
    files = [archive.file("one.txt", ONE), archive.file("two.txt", TWO)]
    archive.ask("add", *files, "--case", ref, "--about", person, "--language", "en")
    return ref


def texts(folder: Path) -> str:
    told = json.loads((folder / "data" / "dossier.json").read_text())
    return "\n".join(exhibit["text"]["text"] for exhibit in told["exhibits"])


def test_spans_are_told_in_characters_of_the_text(archive: Any, case: str) -> None:
    """Each layer, with whom a name belongs to; nothing is decided by looking."""
    told = archive.ask("redact", "--case", case)
    by_text = {}
    for record in told["records"]:
        text = archive.run("get", record["ref"], "-o", "-").out.decode()
        by_text |= {text[span["start"] : span["end"]]: span for span in record["spans"]}
    assert by_text["Paly"]["layer"] == by_text["Zelenko"]["layer"] == by_text["Brynkiv"]["layer"] == "capital"
    assert by_text["067 123 45 67"]["layer"] == "pattern"
    name = next(span for text, span in by_text.items() if "Kovalchuk" in text)
    assert name["layer"] == "identity" and name["person"].startswith("P")
    words = {word["word"]: word for word in told["undecided"]}
    assert set(words) == {"Brynkiv", "Paly", "Zelenko"} or {"Paly", "Zelenko"} < set(words)
    assert not told["hidden"] and archive.ask("redact", "--case", case)["undecided"] == told["undecided"]


def test_what_is_shown_stays_and_what_is_hidden_goes_in_all_forms(archive: Any, case: str, tmp_path: Path) -> None:
    """And the next dossier asks about nothing that was decided."""
    archive.ask("redact", "--case", case, "--show", "-", "--hide", "Paly", stdin=b"Brynkiv\n")
    archive.ask("redact", "--case", case, "--accept", "all")
    assert archive.ask("redact", "--case", case)["undecided"] == []
    made = archive.ask("export", case, "-o", tmp_path / "d", "--plain", "--reviewed")
    assert made["undecided"] == 0
    said = texts(tmp_path / "d")
    assert "Brynkiv" in said and not any(word in said for word in ("Paly", "Zelenko", "Kovalchuk", "067"))


def test_a_reviewed_dossier_is_refused_while_a_word_is_undecided(archive: Any, case: str, tmp_path: Path) -> None:
    """Exit 16, the words are listed, and the message holds none of them; without --reviewed they are hidden."""
    refused = archive.run("export", case, "-o", tmp_path / "d", "--plain", "--reviewed")
    assert refused.code == 16 and not (tmp_path / "d").exists()
    assert not any(word in line for word in ("Paly", "Zelenko", "Brynkiv") for line in refused.lines)
    assert all(f"  {word}" in refused.said for word in ("Paly", "Zelenko", "Brynkiv"))
    made = archive.ask("export", case, "-o", tmp_path / "d", "--plain")
    assert made["undecided"] > 0
    assert not any(word in texts(tmp_path / "d") for word in ("Paly", "Zelenko", "Brynkiv"))


def test_a_sealed_name_cannot_be_shown(archive: Any, case: str, tmp_path: Path) -> None:
    """Whoever clears it by mistake changes nothing: only words that no other layer knows are decided about."""
    archive.ask("redact", "--case", case, "--show", "Orest,Kovalchuk,Brynkiv,Brynkova,Paly,Zelenko")
    archive.ask("export", case, "-o", tmp_path / "d", "--plain", "--reviewed")
    said = texts(tmp_path / "d")
    assert "Paly" in said and "Orest" not in said and "Kovalchuk" not in said


def test_a_record_in_no_case_cannot_be_remembered(archive: Any) -> None:
    """Said with what to do; and so is a word that is to be both."""
    made = archive.ask("add", archive.file("three.txt", ONE))
    ref = made["records"][0]["ref"]
    assert archive.ask("redact", ref)["undecided"]
    assert archive.run("redact", ref, "--show", "Brynkiv").code == 2
    assert archive.run("redact").code == 2
    assert archive.run("redact", ref, "--accept", "names").code == 2


def test_one_key_a_word_and_one_for_all_the_rest(archive: Any, case: str, tmp_path: Path) -> None:
    """On a terminal: the commonest first, s, then a."""
    with archive.talk("redact", "--case", case) as talk:
        talk.expect("1/").expect("q:").press("s")
        talk.expect("2/").expect("q:").press("a")
        talk.expect("hidden from now on")
        assert talk.end() == 0
    assert archive.ask("redact", "--case", case)["undecided"] == []
