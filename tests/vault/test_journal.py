"""The journal in daily use: founding, adding, reading, rotating, and the ways it refuses."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import zipfile
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b, sha256

import msgspec
import pytest

from archive.errors import ArchiveError, DamagedError, InUseError, NotAMemberError, NotFoundError, UsageError
from archive.records.kinds import Case
from archive.seal import age, bech32, canonical, epoch, roster, segment
from archive.seal.identity import Identity
from archive.seal.padme import padded
from archive.vault import objects
from archive.vault.entry import Draft, read_line, write_line
from archive.vault.journal import Journal
from archive.vault.state import State


def file_of(added):
    return added.entries[0].attachments[0]


def put(place, data: bytes, **names) -> None:
    """Places a file in the archive without the journal's help."""
    with place.store.batch(place.collective, os.urandom) as batch:
        batch.add(names.get("area", "journal"), [data])
        batch.finish()


def test_what_is_added_is_read_in_another_session(place):
    """Records and files come back as they went in."""
    added = place.add("one", b"letter")
    journal = place.open()
    assert list(journal.segments(())) == [added]
    assert b"".join(journal.open_object(file_of(added))) == b"letter"
    assert journal.problems == []


def test_only_segments_not_known_are_opened(place):
    """What the index has applied is not read again: not even its bytes."""
    first = place.add("one")
    place.add("two")
    assert place.titles(known={first.name}) == ["two"]
    place.overwrite(place.store.path(place.collective, "journal", first.name), b"")
    assert place.titles(known={first.name}) == ["two"]


def test_a_chain_counts_and_names_what_was_before(place):
    """seq 1, 2, 3 and prev; the time is coarse."""
    made = [place.add(title) for title in "abc"]
    assert [one.seq for one in made] == [1, 2, 3]
    assert [one.prev for one in made] == [None, made[0].head, made[1].head]
    assert {one.chain for one in made} == {made[0].chain}
    assert {one.at for one in made} == {"2026-11-22T10:05Z"}


def test_each_state_folder_writes_its_own_chain_and_says_what_it_had_seen(place):
    """Two laptops with one key do not fork each other."""
    first = place.add("a")
    second = place.add("b", journal=place.open(place.elsewhere("laptop")))
    assert second.chain != first.chain
    assert second.seen == {f"{first.device}/{first.chain}": (1, first.head)}
    assert place.titles() == ["a", "b"]


def test_a_copied_state_folder_begins_a_new_chain(place):
    """Both the copy and the original go on: no number is used twice."""
    place.add("a")
    shutil.copytree(place.state.root, place.state.root.parent / "copy")
    ours = place.add("b")
    theirs = place.add("c", journal=place.open(place.elsewhere("copy")))
    assert ours.chain != theirs.chain
    assert theirs.seq == 1
    assert place.titles() == ["a", "b", "c"]


def test_a_restored_older_state_goes_on_where_the_archive_is(place):
    """An old memory put back in place does not number twice: newer segments of our own are read first."""
    place.add("a")
    shutil.copytree(place.state.folder, place.state.root.parent / "backup")
    place.add("b")
    shutil.copytree(place.state.root.parent / "backup", place.state.folder, dirs_exist_ok=True)
    for mirrored in place.state.mirror.root.rglob("*"):
        if (
            mirrored.is_file()
            and not (place.state.root.parent / "backup").joinpath(mirrored.relative_to(place.state.folder)).exists()
        ):
            mirrored.unlink()
    assert place.add("c").seq == 3


def test_rotation_gives_a_new_epoch_and_all_before_still_opens(place):
    """What is written afterwards is not opened by the old secret alone."""
    journal = place.open()
    before = place.add("old", b"old letter")
    old = dict(journal.secrets)
    new = journal.rotate(place.now)
    assert journal.epoch is not None
    assert new == journal.epoch.id not in old
    after = place.add("new", b"new letter", journal=journal)
    again = place.open()
    assert place.titles(again) == ["new", "old"]
    assert b"".join(again.open_object(file_of(before))) == b"old letter"
    assert b"".join(again.open_object(file_of(after))) == b"new letter"
    data = place.store.read(place.collective, "journal", after.name)
    with pytest.raises(age.NoMatchError):
        segment.open_segment(data, list(old.values()), again.roster)


def test_a_second_session_follows_a_rotation_made_meanwhile(place):
    """Reading and writing go on with the new epoch."""
    first, second, third = place.open(), place.open(), place.open()
    new = first.rotate(place.now)
    place.add("after", journal=first)
    assert place.titles(third) == ["after"]
    assert third.problems == []
    place.add("x", journal=second)
    assert second.epoch is not None
    assert second.epoch.id == new


def test_a_stranger_is_not_a_member(place):
    """Exit code 12, whatever else is right."""
    stranger = Identity(os.urandom(32), "ee" * 16)
    with pytest.raises(NotAMemberError):
        Journal.open(place.store, place.collective, stranger, place.elsewhere("s"), os.urandom)
    with pytest.raises(NotAMemberError):
        Journal.open(place.store, "0" * 64, place.identity, place.elsewhere("s"), os.urandom)


def test_a_collective_under_another_name_is_refused(place):
    """The folder's name must be the hash of the genesis inside, at every open."""
    (place.store.root / place.collective).rename(place.store.root / ("0" * 64))
    with pytest.raises(DamagedError):
        Journal.open(place.store, "0" * 64, place.identity, place.elsewhere("s"), os.urandom)


def test_key_files_that_are_not_whole_are_not_taken_for_somebody_elses(place):
    """ "You are no member" would be a lie here."""
    (name,) = place.store.names(place.collective, "keys")
    place.overwrite(place.store.path(place.collective, "keys", name), b"half")
    with pytest.raises(DamagedError):
        place.open(place.elsewhere("s"))


def test_large_and_empty_files_come_back_in_parts(place, monkeypatch):
    """Parts of at most a fixed size, each padded; true sizes and the hash of the whole stand in the entry."""
    monkeypatch.setattr(objects, "PART", 100_000)
    data = os.urandom(250_001)
    added = place.add("x", data, b"")
    large, empty = added.entries[0].attachments
    assert [part.size for part in large.parts] == [100_000, 100_000, 50_001]
    assert (large.size, large.sha256) == (len(data), sha256(data).hexdigest())
    assert (empty.size, len(empty.parts)) == (0, 1)
    journal = place.open()
    assert b"".join(journal.open_object(large)) == data
    assert b"".join(journal.open_object(empty)) == b""
    last = place.store.path(place.collective, "objects", large.parts[2].o).read_bytes()
    assert len(age.decrypt_bytes(last, list(journal.secrets.values()))) == padded(50_001)


def test_a_part_that_ends_with_the_file_is_not_followed_by_an_empty_one(place, monkeypatch):
    """Exactly two parts of the full size."""
    monkeypatch.setattr(objects, "PART", 1000)
    with place.open().begin(place.now) as batch:
        made = batch.put([b"a" * 700, b"b" * 1300, b""], role="clean", media_type="x")
    assert [part.size for part in made.parts] == [1000, 1000]


def test_what_was_sealed_before_is_put_as_it_is(place):
    """In another thread, while the batch takes others in; the file is named by its bytes and comes back."""
    journal, data = place.open(), os.urandom(200_001)
    with journal.begin(place.now) as batch, ThreadPoolExecutor(1) as pool:
        sealed = pool.submit(batch.seal, data)
        batch.put([b"another"], role="clean", media_type="x")
        made = batch.put(sealed.result(), role="clean", media_type="x", name="n")
        batch.commit([Draft(place.case("x"), attachments=(made,))], place.now)
    assert (made.size, made.sha256, made.name) == (len(data), sha256(data).hexdigest(), "n")
    (part,) = made.parts
    stored = place.store.path(place.collective, "objects", part.o).read_bytes()
    assert blake2b(stored, digest_size=32).hexdigest() == part.o
    assert b"".join(place.open().open_object(made)) == data


def test_a_missing_part_is_counted(place, monkeypatch):
    """ "2 of 3 files not here yet", exit code 17, before anything is handed out."""
    monkeypatch.setattr(objects, "PART", 10)
    attachment = file_of(place.add("x", b"x" * 25))
    for part in attachment.parts[1:]:
        place.store.path(place.collective, "objects", part.o).unlink()
    with pytest.raises(NotFoundError, match="2 of 3 files"):
        next(place.open().open_object(attachment))


def test_an_object_that_is_not_what_its_record_says_is_refused(place):
    """Size, hash, other parts and a truncated file: DamagedError at the latest at the end."""
    attachment = file_of(place.add("x", b"x" * 3000, b"y" * 3000))
    other = place.add("y", b"y" * 3000).entries[0].attachments[0]
    journal = place.open()
    for changes in (
        {"size": 2999}, {"sha256": "0" * 64}, {"parts": other.parts}, {"parts": attachment.parts * 2},
        {"parts": (msgspec.structs.replace(attachment.parts[0], size=2999),)},
        {"parts": (msgspec.structs.replace(attachment.parts[0], size=3500),)},
    ):  # fmt: skip
        with pytest.raises(DamagedError):
            list(journal.open_object(msgspec.structs.replace(attachment, **changes)))
    path = place.store.path(place.collective, "objects", attachment.parts[0].o)
    place.overwrite(path, path.read_bytes()[:-1])
    with pytest.raises(DamagedError):
        list(journal.open_object(attachment))


def test_stock_age_opens_everything_with_the_key_in_a_key_event(place, tmp_path):
    """What README.txt promises: from a person's key to a record and its file with Debian's age alone."""
    if shutil.which("age") is None:
        pytest.skip("needs age")

    def decrypt(key: str, path) -> bytes:
        (tmp_path / "key.txt").write_text(key + "\n")
        return subprocess.run(["age", "-d", "-i", tmp_path / "key.txt", path], capture_output=True, check=True).stdout

    added = place.add("one", b"letter")
    (event,) = (place.store.root / place.collective / "keys").iterdir()
    lines = decrypt(place.identity.age_identity, event).decode().splitlines()
    secret = next(word for word in "".join(lines).split('"') if word.startswith("AGE-SECRET-KEY-1"))
    text = decrypt(secret, place.store.path(place.collective, "journal", added.name))
    assert added.entries[0].line in text.splitlines()
    part = file_of(added).parts[0]
    assert decrypt(secret, place.store.path(place.collective, "objects", part.o))[: part.size] == b"letter"
    assert bech32.decode_identity(secret) in place.open().secrets.values()


def test_nothing_readable_lies_in_archive_or_state(place):
    """No title, media type, hash or length of evidence, in UTF-8 or UTF-16, raw or as a zip would show it."""
    data = b"They came at night. " * 50
    place.add("Nadiia", data)
    stored = b"".join(path.read_bytes() for path in place.state.root.parent.rglob("*") if path.is_file())
    names = " ".join(str(path) for path in place.state.root.parent.rglob("*"))
    for word in ("Nadiia", "text/plain", "They came", sha256(data).hexdigest()):
        assert word.encode() not in stored
        assert word.encode("utf-16-le") not in stored
        assert word not in names
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("x", stored)
    assert b"Nadiia" not in packed.getvalue()


def test_a_record_that_breaks_a_rule_is_refused_before_anything_is_written(place):
    """Otherwise everybody would read it as unknown; the text names the field, not the value."""
    before = place.files()
    broken = Case(id="x", created="2026-11-22T10:05Z", entered_by="d")
    long = msgspec.structs.replace(place.case("y"), remarks="\U0001f600" * 262_144)
    for record in (broken, long):
        with place.open().begin(place.now) as batch, pytest.raises(UsageError):
            batch.put([b"x"], role="clean", media_type="text/plain")
            batch.commit([Draft(record)], place.now)
    assert place.files() == before
    assert not place.temporary()


def test_a_batch_left_without_commit_leaves_nothing(place):
    """Not even where the source of a file fails half-way."""
    before = place.files()

    def failing():
        yield b"x" * 100_000
        raise OSError("the source went away")

    with pytest.raises(OSError, match="went away"), place.open().begin(place.now) as batch:
        batch.put([b"whole"], role="clean", media_type="text/plain")
        batch.put(failing(), role="clean", media_type="text/plain")
    assert place.files() == before
    assert not place.temporary()


def test_an_unknown_kind_or_type_is_kept_but_has_no_record(place):
    """A newer version made it; its attachments and parents are still known."""
    line = write_line(place.draft("x"), bytes(16))
    for old, new in ((b'"kind":"case"', b'"kind":"dream"'), (b'"t":"put"', b'"t":"tomb"'), (b'"v":1', b'"v":2')):
        entry = read_line(line.replace(old, new))
        assert entry.record is None
        assert entry.line == line.replace(old, new)
    for broken in (b"{}", b"[]", b'{"t":"put"}', line + b" ", b'{"t":1,"v":1}'):
        with pytest.raises(DamagedError):
            read_line(broken)


def test_fields_of_a_newer_version_are_carried_through_an_edit(place):
    """The envelope and what this version knows come from the draft."""
    line = write_line(place.draft("old title"), bytes(16))
    newer = canonical.encode({**canonical.decode_object(line), "mood": ["calm"], "summary": "gone"})
    edited = Draft(place.case("new title"), parents=("0" * 64,), edited=newer)
    value = canonical.decode_object(write_line(edited, bytes(range(16))))
    assert value["mood"] == ["calm"]
    assert value["title"] == "new title"
    assert "summary" not in value
    assert value["parents"] == ["0" * 64]


def test_two_entries_with_equal_content_have_different_hashes(place):
    """The salt keeps the hash of a short record from being guessed."""
    draft = place.draft("x")
    with place.open().begin(place.now) as batch:
        first, second = batch.commit([draft, draft], place.now).entries
    assert first.hash != second.hash
    assert first.record == second.record


def foreign_event(place, **changes) -> bytes:
    """A key event that the founder's key signed, with further membership versions."""
    (name,) = place.store.names(place.collective, "keys")
    event = epoch.open_event(place.store.read(place.collective, "keys", name), place.identity.age_secret)
    value = {**canonical.decode_object(event.versions[0].line), "parents": [place.collective], **changes}
    line = canonical.encode(value)
    version = roster.Version(line, (place.identity.sign("version", line),))
    members = roster.judge(event.versions, place.collective)
    versions = [*event.versions, version]
    return epoch.make(place.identity, members, [event], versions, at="2026-11-22T10:05Z", random=os.urandom)


def test_an_unknown_membership_change_is_read_past_but_nothing_is_written(place):
    """ "Update first": for records and for epochs; reading goes on."""
    place.add("before")
    put(place, foreign_event(place), area="keys")
    journal = place.open()
    assert place.titles(journal) == ["before"]
    with pytest.raises(ArchiveError, match="newer version") as refused:
        journal.begin(place.now)
    assert "Update first" in refused.value.hint
    with pytest.raises(ArchiveError, match="newer version"):
        journal.rotate(place.now)


def test_a_newer_segment_stops_writing_in_later_sessions_too(place):
    """Once met, remembered."""
    journal = place.open()
    assert journal.epoch is not None
    head = segment.Head(
        at="2026-11-22T10:05Z", chain="c" * 32, collective=place.collective, dev=place.identity.device, keys=(),
        seen={}, seq=1, v=2,
    )  # fmt: skip
    _, data = segment.make(place.identity, head, [b'{"t":"x","v":2}'], journal.epoch.age_public, os.urandom)
    put(place, data)
    assert place.titles(journal) == []
    assert ["newer version" in problem.problem for problem in journal.problems] == [True]
    with pytest.raises(ArchiveError, match="newer version"):
        place.open().begin(place.now)


def test_a_key_event_by_a_stranger_counts_for_nothing(place):
    """Somebody who knows our public key can encrypt to it; what they sign moves nothing."""
    eve = Identity(os.urandom(32), "ee" * 16)
    journal = place.open()
    forged = epoch.make(
        eve, journal.roster, [], [roster.found(eve, os.urandom)], at="2026-11-22T10:05Z", random=os.urandom
    )
    genesis = epoch.open_event(
        place.store.read(place.collective, "keys", place.store.names(place.collective, "keys")[0]),
        place.identity.age_secret,
    ).versions
    posing = epoch.make(eve, journal.roster, [], genesis, at="2026-11-22T10:05Z", random=os.urandom)
    put(place, forged, area="keys")
    put(place, posing, area="keys")
    again = place.open()
    assert again.epoch == journal.epoch
    assert again.secrets == journal.secrets
    assert len(again.problems) == 2
    assert place.add("still works").seq == 1


def test_a_segment_before_its_key_waits(place):
    """Told as waiting, read as soon as the key event is there."""
    place.open().rotate(place.now)
    added = place.add("x")
    journal = place.open()
    newest = next(
        name
        for name in place.store.names(place.collective, "keys")
        if journal.epoch
        and epoch.open_event(place.store.read(place.collective, "keys", name), place.identity.age_secret).head.epoch
        == journal.epoch
    )
    path = place.store.path(place.collective, "keys", newest)
    path.rename(place.state.root / "aside")
    fresh = place.elsewhere("fresh")
    waiting = place.open(fresh)
    assert place.titles(waiting) == []
    assert [added.name in problem.path and "waits for a key" in problem.problem for problem in waiting.problems] == [
        True
    ]
    (place.state.root / "aside").rename(path)
    assert place.titles(place.open(fresh)) == ["x"]


def test_a_second_writer_waits_and_then_says_so(place):
    """Exit code 11."""
    with place.state.lock(), pytest.raises(InUseError), place.state.lock(wait=0.05):
        pass
    with place.state.lock(wait=0.05):
        pass


def test_a_state_that_cannot_be_written_does_not_stop_reading(place, monkeypatch):
    """What was read is handed out; that nothing could be remembered is told."""
    place.add("x")
    journal = place.open(place.elsewhere("new"))

    def full(*_: object) -> None:
        raise ArchiveError("There is no space left on the disk.")

    monkeypatch.setattr(State, "remember", full)
    monkeypatch.setattr(State, "lock", full)
    assert place.titles(journal) == ["x"]
    assert ["cannot remember" in problem.problem for problem in journal.problems] == [True]
