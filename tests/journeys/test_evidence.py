"""What becomes of evidence: originals kept or dropped, sources deleted only when safe, what cannot be cleaned."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Pictures = Callable[..., bytes]
UNKNOWN = b"\x00\x01\x02CANARY of an unknown kind\xff" * 40


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def original_of(archive: Any, ref: str) -> bytes:
    run = archive.run("get", ref, "--original", "-o", "-")
    assert run.code == 0, run
    return bytes(run.out)


# --- originals ---


def test_an_original_is_attached_to_a_file_known_already(archive: Any, pictures: Pictures) -> None:
    """Said so; the record gets a new revision; once is enough; the clean copy stays what it was."""
    photo = archive.file("a.jpg", pictures("JPEG"))
    ref = archive.add(photo)
    assert archive.run("get", ref, "--original", "-o", "-").code == 17
    first = archive.ask("add", photo, photo, "--keep-original")["records"]
    assert [one["status"] for one in first] == ["duplicate", "duplicate"]
    assert "original is kept" in first[0]["note"] and first[1]["note"] is None
    assert original_of(archive, ref) == photo.read_bytes()
    again = archive.ask("add", photo, "--keep-original")["records"][0]
    assert again["note"] is None and again["ref"] == ref
    events = [one["event"] for one in archive.ask("log", ref)["events"]]
    assert sorted(events) == ["access", "creation", "ingestion", "metadata modification", "modification"]


@pytest.mark.parametrize(
    ("setting", "words", "kept"),
    [("keep", (), True), ("keep", ("--no-keep-original",), False), ("drop", (), False), ("ask", (), False)],
)
def test_the_collective_decides_about_originals(
    archive: Any, pictures: Pictures, setting: str, words: tuple[str, ...], kept: bool
) -> None:
    """What the command says comes first; a script that is not told is asked nothing, and drops."""
    assert archive.ask("collective", "set", "--originals", setting)["originals"] == setting
    assert archive.ask("collective", "show")["originals"] == setting
    assert archive.ask("collective", "list")["collectives"][0]["capture_facts"] == "keep"
    ref = archive.add(archive.file("a.jpg", pictures("JPEG")), *words)
    assert (archive.run("get", ref, "--original", "-o", "-").code == 0) == kept


def test_where_the_collective_asks_one_answer_holds_for_the_case(archive: Any, pictures: Pictures) -> None:
    """Once a batch on a terminal; then never again for this case, in scripts too; other cases are asked anew."""
    archive.ask("collective", "set", "--originals", "ask")
    case, other = archive.case(), archive.case("Another")
    for number in range(4):
        archive.file(f"{number}.jpg", pictures("JPEG", (number * 60, 9, 9)))
    with archive.talk("add", "0.jpg", "1.jpg", "--case", case) as talk:
        talk.expect("Keep the originals too").type("y")
        assert talk.end() == 0 and talk.text.count("Keep the originals") == 1
    with archive.talk("add", "2.jpg", "--case", case) as talk:
        assert talk.end() == 0 and "Keep the originals" not in talk.text
    assert archive.ask("case", "show", case)["ref"] == case
    found = archive.ask("search", "", "--case", case, "--kind", "photo")["hits"]
    assert len([original_of(archive, hit["ref"]) for hit in found]) == 3
    dropped = archive.add(archive.file("3.jpg", pictures("JPEG", (180, 9, 9))), "--case", other)
    assert archive.run("get", dropped, "--original", "-o", "-").code == 17


# --- moving ---


def test_moving_deletes_only_what_reads_back(archive: Any, pictures: Pictures) -> None:
    """Added, known and doubled files go; what was refused stays; exit code and words say what happened."""
    jpeg = pictures("JPEG")
    known, bad = archive.file("known.jpg", pictures("JPEG", (1, 2, 3))), archive.file("bad.jpg", jpeg[:60])
    fresh, twin = archive.file("fresh.jpg", jpeg), archive.file("twin.jpg", jpeg)
    archive.add(known, "--keep-original")
    run = archive.run("add", known, bad, fresh, twin, "--move", "--keep-original")
    assert run.code == 3 and run.lines[0] == "1 added, 2 known already, 1 refused.", run
    assert run.said.count("deleted here") == 3 and "SSD" in run.text
    assert [path.exists() for path in (known, bad, fresh, twin)] == [False, True, False, False]
    (hit,) = archive.ask("search", "fresh")["hits"]
    assert [one["event"] for one in archive.ask("log", hit["ref"])["events"]].count("deletion") == 1
    assert original_of(archive, hit["ref"]) == jpeg


def test_moving_without_the_original_has_to_be_meant(archive: Any, pictures: Pictures) -> None:
    """Evidence would be lost: a script says --yes, or nothing is done at all."""
    photo = archive.file("a.jpg", pictures("JPEG"))
    run = archive.run("add", photo, "--move")
    assert run.code == 2 and "originals are not kept" in run.said and photo.exists()
    assert archive.ask("search", "")["total"] == 0
    moved = archive.ask("add", photo, "--move", "--yes")["records"][0]
    assert moved["status"] == "added" and moved["moved"] and not photo.exists()


def test_a_known_file_stays_while_its_clean_copy_does_not_read_back(archive: Any, pictures: Pictures) -> None:
    """The archive lost its copy: the source is all that is left of it."""
    photo = archive.file("a.jpg", pictures("JPEG"))
    archive.add(photo)
    objects = [path for path in archive.archive.rglob("objects/**/*") if path.is_file()]
    assert len(objects) == 1
    whole = objects[0].read_bytes()
    damaged = whole[:-1] + bytes([whole[-1] ^ 1])  # another byte for certain
    for path in (*objects, *(one for one in archive.state.rglob(objects[0].name))):
        path.write_bytes(damaged)
    told = archive.ask("add", photo, "--move", "--yes")["records"][0]
    assert told["status"] == "duplicate" and not told["moved"] and "stays where it is" in told["note"]
    assert photo.exists()


# --- what cannot be cleaned ---


def test_what_cannot_be_cleaned_is_kept_marked_and_never_leaves(archive: Any, pictures: Pictures) -> None:
    """Sealed as it was, said so wherever it shows, got only with a yes, withheld from every dossier."""
    case = archive.case()
    person = archive.person(case)
    archive.consent(person, "publish-anonymous", "publish-pseudonym")
    raw, cut = archive.file("dump.bin", UNKNOWN), archive.file("cut.jpg", pictures("JPEG")[:70])
    assert archive.run("add", raw, "--case", case).code == 14
    before = archive.ask("add", raw, cut, "--unclean", "--case", case, "--about", person)
    assert (before["added"], before["refused"]) == (2, 0)
    told = before["records"][0]
    assert told["kind"] == "document" and told["cleaned"] is False and "metadata not removed" in told["note"]
    assert told["sha256_original"] == told["sha256_clean"] == sha256(UNKNOWN) and told["removed"] == []
    ref = told["ref"]
    shown = archive.ask("show", ref)
    assert shown["scrub"]["method"] == "not cleaned" and shown["scrub"]["kept"] == ["metadata not removed"]
    assert "(not cleaned)" in archive.run("search", "dump").text
    assert "NOT CLEANED" in archive.run("case", "show", case).text
    assert b"CANARY" not in b"".join(archive.kept().values())
    refused = archive.run("get", ref, "-o", "-")
    assert refused.code == 2 and "never cleaned" in refused.said
    assert archive.run("get", ref, "-o", "-", "--yes").out == UNKNOWN == original_of(archive, ref)
    run = archive.run("export", case, "-o", archive.root / "out", "--plain", "--json")
    assert run.code == 16 and "not cleaned" in run.said and not (archive.root / "out").exists()
    again = archive.ask("add", raw, "--unclean", "--move", "--yes")["records"][0]
    assert again["status"] == "duplicate" and again["moved"] and not raw.exists()


# --- the last add ---


def test_the_last_add_can_be_looked_at_again(archive: Any, pictures: Pictures) -> None:
    """Which files were refused and why, kept on this computer and encrypted; names are nowhere in clear."""
    good, bad = archive.file("good.txt", "The gate.\n"), archive.file("CANARYNAME.jpg", pictures("JPEG")[:60])
    assert archive.ask("log", "--last")["records"] == []
    run = archive.run("add", good, bad)
    assert run.lines[1].startswith("List: archive log --last --refused.")
    told = archive.ask("log", "--last", "--refused")["records"]
    assert [one["file"] for one in told] == ["CANARYNAME.jpg"] and "could not be cleaned" in told[0]["reason"]
    assert [one["status"] for one in archive.ask("log", "--last")["records"]] == ["added", "refused"]
    assert "CANARYNAME.jpg" in archive.run("log", "--last", "--refused").text
    archive.add(archive.file("calm.txt", "The weir was calm.\n"))
    assert "refused nothing" in archive.run("log", "--last", "--refused").text
    everything = b"".join(path.read_bytes() for path in Path(archive.root).rglob("*") if path.is_file())
    assert b"CANARYNAME" not in everything


def test_a_file_is_known_inside_its_collective_only(archive: Any, pictures: Pictures) -> None:
    """Another collective in the same folder takes it in anew, and has a record of its own; each knows it then."""
    photo = archive.file("a.jpg", pictures("JPEG"))
    first = archive.add(photo)
    archive.ask("collective", "add", "Mill")
    (there,) = archive.ask("add", photo, "--collective", "Mill")["records"]
    assert there["status"] == "added" and there["ref"] != first
    for name, ref in (("Weir", first), ("Mill", there["ref"])):
        (again,) = archive.ask("add", photo, "--collective", name)["records"]
        assert (again["status"], again["ref"]) == ("duplicate", ref)


# --- what a capture proves ---


def test_what_a_capture_proves_is_sealed_apart(archive: Any, pictures: Pictures) -> None:
    """Told only if asked for, and that is logged; found by no search; destroyed alone, or with its photo."""
    kept, gone = archive.file("a.jpg", pictures("JPEG")), archive.file("b.jpg", pictures("JPEG", (240, 1, 1)))
    first, second = archive.add(kept), archive.add(gone)
    (facts,) = archive.ask("show", first)["capture_facts"]
    people = archive.run("show", first).text
    assert f"sealed apart as {facts}; see them: archive show {first} --capture" in people and "Canary" not in people
    assert "Canary Camera Works" in archive.run("show", first, "--capture").text
    assert "Canary Camera Works" in archive.ask("show", facts)["device"]
    noted = [one["outcome"] for one in archive.ask("log", facts)["events"] if one["event"] == "access"]
    assert noted == ["capture facts shown"] * 2
    assert archive.ask("search", "Canary")["total"] == 0 == archive.ask("search", "camera works")["total"]
    archive.ask("shred", facts, "--yes")
    assert archive.run("show", facts).code == 17 and archive.run("show", first, "--capture").code == 17
    assert archive.run("get", first, "-o", "-").out.startswith(b"\xff\xd8\xff")
    lost = archive.ask("shred", second, "--yes")["records"]
    assert sorted(one["kind"] for one in lost) == ["capture-facts", "photo"]


def test_shredding_what_is_in_the_bin_takes_its_capture_facts_along(archive: Any, pictures: Pictures) -> None:
    """Wherever either of them lies by then."""
    first = archive.add(archive.file("a.jpg", pictures("JPEG")))
    (facts,) = archive.ask("show", first)["capture_facts"]
    archive.ask("rm", first, "--yes")
    archive.ask("rm", facts, "--yes")
    lost = archive.ask("shred", first, "--yes")["records"]
    assert sorted(one["kind"] for one in lost) == ["capture-facts", "photo"]
    assert archive.run("show", facts).code == 17


def test_taking_an_add_back_takes_its_capture_facts_along(archive: Any, pictures: Pictures) -> None:
    """Undo means both; the same file can then be taken in again, with its facts."""
    photo = archive.file("a.jpg", pictures("JPEG"))
    archive.add(photo)
    assert len(archive.ask("undo")["changed"]) == 2
    again = archive.ask("add", photo)["records"][0]
    assert again["status"] == "added" and archive.ask("show", again["ref"])["capture_facts"]


def test_a_transcript_and_its_recording_know_each_other(archive: Any, pictures: Pictures) -> None:
    """Whatever kind the recording is, even one that could not be cleaned; each shows the other, search too."""
    for recording in (archive.file("tape.bin", UNKNOWN), archive.file("sign.jpg", pictures("JPEG"))):
        ref = archive.add(recording, "--unclean")
        text = archive.file(f"{recording.stem}.txt", f"What is said on {recording.stem}.\n")
        told = archive.add(text, "--transcript-of", ref)
        assert archive.ask("show", ref)["told_by"] == [told]
        (hit,) = archive.ask("search", f"said {recording.stem}")["hits"]
        assert hit["told_of"] == ref and f"(of {ref})" in archive.run("search", "said", recording.stem).text
