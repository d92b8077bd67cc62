"""Whatever happens to the files of an archive, ``check`` names it, and what is whole stays readable."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from archive.errors import ArchiveError, DamagedError
from archive.seal import age, segment
from archive.vault.check import check
from archive.vault.entry import Draft
from archive.vault.store import Store


@pytest.fixture(scope="module")
def small(found, tmp_path_factory):
    """A small archive with everything in it: two epochs, three segments, two objects."""
    place = found(tmp_path_factory.mktemp("small"))
    place.add("one", b"letter")
    place.open().rotate(place.now)
    place.add("two", b"photo")
    place.add("three")
    return place


def named(place, **options: bool) -> dict[str, str]:
    """What a check with a key and without any memory says, by path."""
    shutil.rmtree(place.elsewhere("none").root, ignore_errors=True)
    journal = place.open(place.elsewhere("none"))
    return {problem.path: problem.problem for problem in check(place.store, [journal], **options).problems}


def keyless(place) -> dict[str, str]:
    return {problem.path: problem.problem for problem in check(place.store).problems}


def segments_of(place) -> list[Path]:
    return sorted((place.store.root / place.collective / "journal").rglob("*/*"))


def objects_of(place) -> list[Path]:
    return sorted((place.store.root / place.collective / "objects").rglob("*/*"))


def test_a_clean_archive_has_no_problem(small):
    """Counted right, with and without a key, with all data read."""
    report = check(small.store, [small.open()], read_data=True)
    assert (report.records, report.objects, report.files, report.problems) == (3, 2, 7, ())
    assert check(small.store).files == 7


def test_fifty_clean_archives_raise_no_alarm(found, tmp_path):
    """No false alarms, whatever the random names and keys are."""
    for number in range(50):
        place = found(tmp_path / str(number))
        place.add("x", os.urandom(number))
        assert check(place.store, [place.open()]).problems == ()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_changed_byte_of_any_file_is_named(small, data):
    """Without a key, since every file is named by its hash or is fixed."""
    name = data.draw(st.sampled_from(sorted(small.files())))
    path = small.path(name)
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    flipped = whole[at] ^ data.draw(st.integers(1, 255))
    try:
        small.overwrite(path, whole[:at] + bytes([flipped]) + whole[at + 1 :])
        assert list(keyless(small)) == [name]
    finally:
        small.overwrite(path, whole)


CHANGES: dict[str, Callable[[Path], object]] = {
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "emptied": lambda path: path.write_bytes(b""),
    "extended": lambda path: path.write_bytes(path.read_bytes() + b"x"),
    "zeroed": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "a link": lambda path: (
        path.rename(path.parent.parent.parent.parent.parent / "aside"),
        path.symlink_to("/etc/passwd"),
    ),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "a pipe": lambda path: (path.unlink(), os.mkfifo(path)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_file_is_named_and_the_others_are_read(place, change):
    """With a key and without; the rest of the journal opens."""
    place.add("lost", b"letter")
    place.add("kept", b"photo")
    victims = {"segment": segments_of(place)[0], "object": objects_of(place)[0]}
    for path in victims.values():
        path.chmod(0o600)
        CHANGES[change](path)
    paths = {path.relative_to(place.store.root).as_posix() for path in victims.values()}
    assert set(keyless(place)) == paths
    assert paths <= set(named(place))
    assert len(place.titles(place.open(place.elsewhere("none")))) == 1
    assert all(os.path.lexists(path) for path in victims.values())


def test_swapped_renamed_and_duplicated_files_are_named(place):
    """Each by its own path; a copy says of what."""
    place.add("a", b"1")
    place.add("b", b"2")
    first, second = segments_of(place)
    one, two = first.read_bytes(), second.read_bytes()
    place.overwrite(first, two)
    place.overwrite(second, one)
    both = {path.relative_to(place.store.root).as_posix() for path in (first, second)}
    assert set(keyless(place)) == both
    place.overwrite(first, one)
    place.overwrite(second, two)
    copy = first.with_name(first.name + ".sync-conflict-20261122")
    shutil.copy(first, copy)
    lone = objects_of(place)[0]
    elsewhere = lone.parent.parent / ("00" if lone.parent.name != "00" else "01") / lone.name
    elsewhere.parent.mkdir()
    shutil.copy(lone, elsewhere)
    foreign = place.store.root / place.collective / "objects" / first.parent.name
    foreign.mkdir(exist_ok=True)
    shutil.copy(first, foreign / first.name)
    problems = keyless(place)
    assert {place.store.root / path for path in problems} == {copy, elsewhere, foreign / first.name}
    assert all(problem.startswith("is a copy of") for problem in problems.values())


def test_a_renamed_file_is_recognised_by_its_content(place):
    """Neither lost without a word nor taken for the real one."""
    place.add("a", b"1")
    path = objects_of(place)[0]
    renamed = path.rename(path.with_name(path.name + " (1)"))
    problems = named(place)
    assert "under a wrong name" in problems[renamed.relative_to(place.store.root).as_posix()]
    assert "not here" in problems[path.relative_to(place.store.root).as_posix()]


def test_things_that_do_not_belong_there_are_named(place):
    """At every level; what sync tools and living writers keep there is not."""
    place.add("x")
    inside = place.store.root / place.collective
    strange = [place.store.root / "names.txt", inside / "notes", inside / "journal" / "zz", inside / "keys" / "x"]
    for path in strange:
        path.write_text("x")
    (place.store.root / ".stfolder").mkdir()
    (inside / "journal" / ".tmp-12").write_text("x")
    assert {place.store.root / path for path in keyless(place)} == set(strange)
    place.path("README.txt").unlink()
    assert "README.txt" in keyless(place)


def test_deleted_files_are_missed(place):
    """An object by its record, a segment by the one that follows it, by other devices and by memory."""
    made = [place.add(title, title.encode()) for title in "abc"]
    relative = place.store.relative
    part = made[2].entries[0].attachments[0].parts[0].o
    place.store.path(place.collective, "objects", part).unlink()
    place.store.path(place.collective, "journal", made[1].name).unlink()
    problems = named(place)
    assert set(problems) == {
        relative(place.collective, "objects", part),
        relative(place.collective, "journal", made[2].name),
    }
    assert "number 2" in problems[relative(place.collective, "journal", made[2].name)]
    healed = check(place.store, [place.open()]).problems
    assert (relative(place.collective, "journal", made[1].name), True) in {(one.path, one.healed) for one in healed}


def test_what_another_device_had_seen_and_is_held_back_raises_an_alarm(place):
    """Its claim is told; it moves nothing."""
    ours = place.add("ours")
    theirs = place.add("theirs", journal=place.open(place.elsewhere("laptop")))
    place.store.path(place.collective, "journal", ours.name).unlink()
    problems = named(place)
    assert "had seen 1" in problems[place.store.relative(place.collective, "journal", theirs.name)]


def test_two_segments_with_one_number_are_both_kept_and_told(place):
    """A cloned disk can do that."""
    added = place.add("a")
    journal = place.open()
    assert journal.epoch is not None
    data = place.store.read(place.collective, "journal", added.name)
    head, _ = segment.open_segment(data, list(journal.secrets.values()), journal.roster)
    _, twin = segment.make(
        place.identity, head, [added.entries[0].line, b'{"t":"x","v":1}'], journal.epoch.age_public, os.urandom
    )
    with place.store.batch(place.collective, os.urandom) as batch:
        batch.add("journal", [twin])
        batch.finish()
    assert ["same number" in problem for problem in named(place).values()] == [True]
    assert len(list(place.open().segments(()))) == 2


def test_damaged_journal_and_key_files_are_healed_from_the_mirror(place):
    """Truncated, deleted or replaced: put back byte for byte, and told."""
    place.add("a")
    place.add("b")
    before = place.files()
    first, second = segments_of(place)
    (key,) = (place.store.root / place.collective / "keys").iterdir()
    place.overwrite(first, b"")
    second.unlink()
    key.unlink()
    journal = place.open()
    report = check(place.store, [journal])
    assert {(problem.path, problem.healed) for problem in report.problems} == {
        (path.relative_to(place.store.root).as_posix(), True) for path in (first, second, key)
    }
    assert place.files() == before
    assert report.records == 2


def test_a_damaged_mirror_heals_nothing(place):
    """Its copies are held against their names as well."""
    added = place.add("a")
    path = place.store.path(place.collective, "journal", added.name)
    place.overwrite(place.state.mirror.path(place.collective, "journal", added.name), b"x")
    place.overwrite(path, b"y")
    journal = place.open()
    assert place.titles(journal) == []
    assert [problem.healed for problem in journal.problems] == [False]
    assert path.read_bytes() == b"y"


def test_a_memory_that_was_changed_or_lost_is_told(place):
    """Rollback could hide behind it."""
    place.add("a")
    seen = place.state.folder / "seen"
    text = seen.read_bytes()
    place.overwrite(seen, text.replace(b'"newer":false', b'"newer":true '))
    assert ["was changed" in problem.problem for problem in place.open().problems] == [True]
    seen.unlink()
    assert ["is gone" in problem.problem for problem in place.open().problems] == [True]
    assert place.open().problems == []


def test_files_remembered_but_gone_everywhere_are_missed(place):
    """Even the newest of a chain, which no later one names."""
    added = place.add("a")
    for tree in (place.store, place.state.mirror):
        tree.path(place.collective, "journal", added.name).unlink()
    journal = place.open()
    assert place.titles(journal) == []
    assert [(problem.path, problem.problem) for problem in journal.problems] == [
        (place.store.relative(place.collective, "journal", added.name), "is gone")
    ]


def test_read_data_decrypts_every_object(place, monkeypatch):
    """What only decrypting shows is shown: here an entry whose hash is not that of its file."""
    added = place.add("a", b"letter")
    journal = place.open()
    wrong = added.entries[0].attachments[0]
    other = added.entries[0].record
    with journal.begin(place.now) as batch:
        batch.commit([Draft(other, attachments=(structs.replace(wrong, sha256="0" * 64),))], place.now)
    assert check(place.store, [journal]).problems == ()
    (problem,) = check(place.store, [journal], read_data=True).problems
    assert problem.path == place.store.relative(place.collective, "objects", wrong.parts[0].o)


def test_a_damaged_marker_is_named(place):
    """Nothing opens behind it, and the error says which file it is."""
    place.overwrite(place.store.root / "ARCHIVE", b"case-archive/1\nx\n")
    with pytest.raises(DamagedError, match="ARCHIVE"):
        Store(place.store.root)
    assert list(keyless(place)) == ["ARCHIVE"]


def test_a_hollow_copy_says_what_it_lacks_and_a_whole_one_fills_it(place):
    """The content of a segment is the union of its copies."""
    added = place.add("a")
    journal = place.open()
    assert journal.epoch is not None
    data = place.store.read(place.collective, "journal", added.name)
    first, second, *_ = age.decrypt_bytes(data, list(journal.secrets.values())).split(b"\n")
    hollow = age.encrypt_bytes(first + b"\n" + second + b"\n", [journal.epoch.age_public], os.urandom)
    with place.store.batch(place.collective, os.urandom) as batch:
        name = batch.add("journal", [hollow])
        batch.finish()
    assert place.titles(journal) == ["a"]
    assert journal.problems == []
    for tree in (place.store, place.state.mirror):
        tree.path(place.collective, "journal", added.name).unlink()
    alone = place.open(place.elsewhere("none"))
    assert place.titles(alone) == []
    assert [problem.path for problem in alone.problems] == [place.store.relative(place.collective, "journal", name)]


def test_an_archive_that_cannot_be_written_is_read_and_not_healed(place, monkeypatch):
    """Read-only media: told as not healed, and read from the mirror."""
    added = place.add("a")
    place.store.path(place.collective, "journal", added.name).unlink()

    def refused(*_: object, **__: object) -> None:
        raise ArchiveError("This place can only be read, not written to.")

    journal = place.open()
    monkeypatch.setattr("archive.vault.disk.write_at", refused)
    assert place.titles(journal) == ["a"]
    assert False in {problem.healed for problem in journal.problems}
