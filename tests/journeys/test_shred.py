"""Shredding with the real program, and with other devices whose clocks go on."""

from __future__ import annotations

import os
import shutil
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.desk import Desk, Place
from archive.seal import keystore

ROOT = Path(__file__).parents[2]
SENTENCE = (
    "Deleted here and on every device that follows. Copies elsewhere stay readable to whoever holds an old key; "
    "`rotate --reencrypt --forget` then issues a key event that leaves the unused old keys out, and old copies can no "
    "longer be read."
)


def somebody(laptop: Any) -> tuple[str, str, str]:
    """A case with a person whose names are sealed and a text about them: case, person, text."""
    case = laptop.case()
    person = laptop.person(case)
    laptop.ask(
        "person", "name", person, "--from-json", "-", stdin={"names": [{"language": "en", "surname": "Kovalchuk"}]}
    )
    text = laptop.add(laptop.file("notes.txt", "Kovalchuk stood at the gate.\n"), "--case", case, "--about", person)
    return case, person, text


def elsewhere(laptop: Any, days: int, state: str = "laptop") -> Desk:
    """Another device of the same person on the same folder, some days from now."""
    folder = laptop.root / state
    if not folder.exists():
        folder.mkdir()
        shutil.copy(laptop.state / "identity", folder / "identity")
    secrets = keystore.unlock((folder / "identity").read_bytes(), laptop.passphrase.read_text())
    place = Place(laptop.archive, folder, folder / "identity")
    later = datetime.now(UTC) + timedelta(days=days)
    return Desk.open_with(place, secrets, random=os.urandom, clock=lambda: later)


def test_what_is_lost_is_named_and_then_gone(archive):
    """Nobody is asked twice, nothing is left, and what cannot be promised is said."""
    _, person, text = somebody(archive)
    objects = [path for path in archive.kept() if "objects" in path.parts]
    dry = archive.ask("shred", text, "--dry-run")
    assert (dry["records"][0]["title"], dry["files"]) == ("notes.txt", 1) or dry["files"] == 1
    assert archive.run("shred", text).code == 2
    with archive.talk("shred", text) as talk:
        talk.expect("This cannot be undone. Go on? [y/N]").type("n")
        assert talk.end() == 2
    assert archive.ask("search", "gate")["total"] == 1
    run = archive.run("shred", text, "--yes")
    assert run.code == 0
    assert run.text.splitlines()[0] == SENTENCE
    assert not any(path.exists() for path in objects)
    assert archive.ask("search", "gate")["total"] == 0
    assert archive.run("show", text).code == 17
    assert archive.run("get", text, "-o", "-").code == 17
    assert [event["event"] for event in archive.ask("log")["events"]].count("deletion") == 1
    assert archive.ask("check", "--read-data")["ok"]
    assert archive.ask("show", person)["pseudonym"] == "Heron"
    assert archive.leftovers() == []


def test_the_names_of_a_person_are_shredded_alone(archive):
    """The person stays, by pseudonym, and it is said what the names no longer hide."""
    _, person, text = somebody(archive)
    run = archive.run("shred", person, "--names", "--dry-run")
    assert "no longer will be" in run.text and "Kovalchuk" not in run.text + run.said
    done = archive.ask("shred", person, "--names", "--yes")
    assert [(line["kind"], line["hides_in"]) for line in done["records"]] == [("identity", 1)]
    assert archive.ask("show", person)["pseudonym"] == "Heron"
    assert archive.ask("show", text)["text"].startswith("Kovalchuk")
    assert archive.run("shred", person, "--names", "--yes").code == 17


def test_a_person_takes_their_names_along(archive):
    _, person, _ = somebody(archive)
    assert {line["kind"] for line in archive.ask("shred", person, "--yes")["records"]} == {"person", "identity"}


def test_what_was_agreed_is_not_shredded(archive):
    """A withdrawal that is gone would be a yes."""
    person = archive.person(archive.case())
    assert archive.run("shred", archive.consent(person, "keep"), "--yes").code == 1


def test_the_bin_is_emptied_after_its_thirty_days(archive):
    """Not before; and what was shredded out of the bin is out of it."""
    _, _, text = somebody(archive)
    archive.ask("rm", text, "--yes")
    assert archive.run("shred", "--bin", "--yes").code == 2
    from archive.casework import upkeep

    assert [line.ref for line in upkeep.bin_over(elsewhere(archive, 31))] == [text]
    archive.ask("shred", text, "--yes")
    assert archive.ask("rm", "--list")["records"] == []


def test_other_devices_are_told_wait_and_follow(archive):
    """A yes brings it forward; the index keeps nothing of it."""
    _, _, text = somebody(archive)
    for number in range(120):  # so that one record is less than one in a hundred
        archive.file(f"{number}.txt", f"Line {number}")
    archive.ask("add", *(archive.desk / f"{number}.txt" for number in range(120)))
    ident = elsewhere(archive, 0).resolve(text)
    patient, early = (elsewhere(archive, 0, name) for name in ("laptop", "early"))
    assert patient.record(ident) and early.record(ident)
    archive.ask("shred", text, "--yes")
    for days in (0, 29):
        desk = elsewhere(archive, days)
        assert [warning for warning in desk.warnings if "will be destroyed here on" in warning]
        assert desk.record(ident)
    desk = elsewhere(archive, 31)
    assert desk.index.get(ident) is None and desk.warnings == []
    listed = archive.ask("shred", "--list", ARCHIVE_STATE=str(archive.root / "early"))["shreds"]
    assert [line["records"] for line in listed] == [[text]]
    said = archive.ask("shred", "--agree", listed[0]["shred"], "--yes", ARCHIVE_STATE=str(archive.root / "early"))
    assert said == {"shreds": listed}
    assert archive.run("show", text, ARCHIVE_STATE=str(archive.root / "early")).code == 17


def test_an_admin_takes_back_what_has_no_effect_yet(archive):
    _, person, _ = somebody(archive)
    desk = elsewhere(archive, 0)
    archive.ask("shred", person, "--names", "--yes")
    desk = elsewhere(archive, 0)
    listed = archive.ask("shred", "--list", ARCHIVE_STATE=str(archive.root / "laptop"))["shreds"]
    archive.ask("shred", "--withdraw", listed[0]["shred"], ARCHIVE_STATE=str(archive.root / "laptop"))
    desk = elsewhere(archive, 90)
    assert len(desk.index.identities()) == 1
    assert archive.run("shred", "--agree", listed[0]["shred"], "--yes").code == 2
    assert archive.ask("check")["ok"]


def test_the_rebuilt_index_is_the_same(archive):
    """After edits, the bin and shreds."""
    case, person, text = somebody(archive)
    archive.ask("edit", case, "--set", "title=Other")
    archive.ask("rm", text, "--yes")
    archive.ask("shred", person, "--names", "--yes")
    desk = elsewhere(archive, 0, "state-of-its-own")
    before = _everything(desk)
    desk.index.reset()
    desk.catch_up()
    assert _everything(desk) == before


def _everything(desk: Desk) -> list[list[Any]]:
    """All that the index holds but for the numbers of its rows."""
    queries = (
        "SELECT name FROM applied",
        "SELECT head, device, at, chain, seq FROM segment",
        "SELECT hash, record, kind, superseded, line FROM entry",
        "SELECT head, hash, position FROM filed JOIN segment ON segment.row = segment JOIN entry ON entry.row = entry",
        "SELECT parent, hash FROM parent JOIN entry ON entry.row = child",
        "SELECT id, kind, created, binned FROM record",
        "SELECT target, role, id FROM link JOIN record ON record.row = record",
        "SELECT id, words.rowid IS NULL FROM record LEFT JOIN words ON words.rowid = record.row",
    )
    return [sorted(desk.index._db.rows(query), key=repr) for query in queries]


@pytest.mark.parametrize("name", ["shred", "reencrypt", "removed", "passphrase"])
def test_the_sentences_are_the_documented_ones_in_four_languages(name):
    """The English word for word; the others with the same words to fill in."""
    told = tomllib.loads((ROOT / "archive/commands/sentences.toml").read_text(encoding="utf-8"))[name]
    assert set(told) == {"en", "uk", "ru", "cs"}
    fields = {language: {word for word in ("{who}", "{size}") if word in text} for language, text in told.items()}
    assert len({frozenset(found) for found in fields.values()}) == 1
    design = ROOT.parent / "shared" / "design" / "format.md"
    if design.exists():
        wanted = told["en"].replace("{who}", "X").replace("{size}", "N GB")
        assert wanted in " ".join(design.read_text(encoding="utf-8").split())
