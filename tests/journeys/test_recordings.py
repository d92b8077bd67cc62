"""Sound and video through the real program: small ones, ones too large for memory, and what must not come of them."""

from __future__ import annotations

import hashlib
import os
import random
import struct
from pathlib import Path
from typing import Any

import pytest

MIB = 1 << 20
LARGE = 33 * MIB  # beyond what is held in memory
CANARY = b"KANAREK-4711"


def wav(samples: bytes, note: bytes = b"") -> bytes:
    """A recording with its day, and a note that must go."""
    info = b"INFOICRD" + struct.pack("<I", 20) + b"2025-06-02 08:55:10\0"
    info += (b"ICMT" + struct.pack("<I", len(note)) + note) if note else b""
    form = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, 48000, 96000, 2, 16)
    list_ = b"LIST" + struct.pack("<I", len(info)) + info
    body = b"WAVE" + form + (list_ if note else b"") + b"data" + struct.pack("<I", len(samples)) + samples
    return b"RIFF" + struct.pack("<I", len(body)) + body


def objects(archive: Any) -> int:
    return sum(path.is_file() for path in archive.archive.rglob("objects/**/*"))


def placed(archive: Any, name: str, data: bytes) -> Path:
    path: Path = archive.file(name, b"")
    path.write_bytes(data)
    return path


@pytest.fixture
def large() -> bytes:
    """A recording that is not held in memory."""
    return wav(random.Random(4711).randbytes(LARGE), CANARY)


def test_a_large_recording_goes_in_clean_and_comes_out_whole(archive: Any, large: bytes) -> None:
    """Cleaned, sealed and hashed as it passes; known again; its original only where it is kept."""
    path = placed(archive, "interview.wav", large)
    told = archive.ask("add", path)["records"][0]
    clean = wav(large[-LARGE:])
    assert (told["kind"], told["media_type"], told["removed"]) == ("testimony", "audio/wav", ["LIST info"])
    assert told["sha256_original"] == hashlib.sha256(large).hexdigest()
    assert told["sha256_clean"] == hashlib.sha256(clean).hexdigest()
    assert archive.run("get", told["ref"], "-o", "-").out == clean
    assert archive.ask("show", told["ref"])["scrub"]["size_original"] == len(large)
    assert CANARY not in b"".join(archive.kept().values())
    again = archive.ask("add", path, "--keep-original")["records"][0]
    assert again["status"] == "duplicate" and "original is kept" in again["note"]
    assert archive.run("get", told["ref"], "--original", "-o", "-").out == large


def test_what_is_not_clean_at_the_very_end_leaves_nothing(archive: Any, large: bytes) -> None:
    """The samples are all sealed when the second reader hears that they are cut short; the next file goes in."""
    cut = placed(archive, "cut.wav", large[:-5])
    text = placed(archive, "letter.txt", b"The gate.\n")
    before = objects(archive)
    run = archive.run("add", cut, text, "--json")
    told = {one["file"]: one for one in run.json["records"]}
    assert run.code == 3 and told["letter.txt"]["status"] == "added"
    assert told["cut.wav"]["reason"] == "it could not be cleaned (the file ends early)"
    assert objects(archive) == before + 1
    assert archive.ask("check")["ok"]


def test_what_is_large_and_no_recording_is_read_whole_or_refused(archive: Any, pictures: Any) -> None:
    """A photo with a film behind it, as phones make them; beyond 512 MiB nothing but recordings."""
    photo = placed(archive, "photo.jpg", pictures("JPEG") + bytes(LARGE))
    huge = placed(archive, "huge.bin", b"")
    os.truncate(huge, 513 * MIB)
    run = archive.run("add", photo, huge, "--json")
    told = {one["file"]: one for one in run.json["records"]}
    assert "Trailer" in told["photo.jpg"]["removed"]
    assert told["huge.bin"]["reason"] == "it is larger than 512 MiB, and neither sound nor video"


def test_a_long_text_of_latin_letters_is_kept_whole(archive: Any) -> None:
    """Longer than a record's field may be: the field holds its beginning, an attachment all of it."""
    text = b"The gate was shut that day.\n" * 10_000
    told = archive.ask("add", placed(archive, "long.txt", text))["records"][0]
    assert archive.run("get", told["ref"], "-o", "-").out == text
    assert len(archive.ask("show", told["ref"])["text"]) == 262_144


def test_a_recording_never_leaves_and_its_transcript_may(archive: Any) -> None:
    """Everything agreed, everybody safe: the voice stays in, what was said goes out."""
    case = archive.case()
    person = archive.person(case)
    archive.consent(person, "publish-anonymous", "publish-pseudonym")
    voice = archive.add(placed(archive, "voice.wav", wav(bytes(4000), CANARY)), "--case", case, "--about", person)
    said = archive.add(
        placed(archive, "voice.txt", b"they took the telephones away\n"),
        "--case", case, "--about", person, "--transcript-of", voice,
    )  # fmt: skip
    assert archive.ask("show", voice)["told_by"] == [said]
    done = archive.run("export", case, "-o", archive.root / "out", "--plain", "--partial", "--json")
    assert done.code == 0, done
    assert [one["ref"] for one in done.json["withheld"]] == [voice]
    assert "voice" in done.json["withheld"][0]["reason"]
    assert said in done.json["included"]
