"""Members come and go: several devices with their own memory over one archive folder, or over copies of it."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from archive.errors import ArchiveError, NotAMemberError, NotFoundError
from archive.records.kinds import Case
from archive.seal import changes, epoch, roster
from archive.seal.age import NoMatchError
from archive.seal.changes import NotAllowedError
from archive.seal.identity import Identity
from archive.seal.roster import DisputeError, make_card
from archive.vault.check import check
from archive.vault.entry import Draft
from archive.vault.journal import Journal
from archive.vault.standing import NotComparedError
from archive.vault.state import State
from archive.vault.store import Store

from .conftest import NOW, Place


@dataclass
class Device:
    """A person's key with a state folder of its own, and the archive folder that it looks at."""

    name: str
    identity: Identity
    root: Path
    folder: Path

    @property
    def store(self) -> Store:
        return Store(self.folder)

    def open(self) -> Journal:
        (collective,) = self.store.collectives()
        state = State(self.root / f"state-{self.name}", self.store.archive_id)
        return Journal.open(self.store, collective, self.identity, state, os.urandom)

    def write(self, title: str) -> None:
        journal = self.open()
        record = Case(
            id=os.urandom(16).hex(), created="2026-11-22T10:05Z", entered_by=self.identity.device, title=title
        )
        with journal.begin(NOW) as batch:
            batch.commit([Draft(record)], NOW)

    def read(self, journal: Journal | None = None) -> list[str]:
        segments = (journal or self.open()).segments(())
        return sorted(entry.record.title or "" for one in segments for entry in one.entries if entry.record)

    def lets_in(self, other: Device, *, admin: bool = False) -> None:
        card = make_card(other.identity)
        admins = [other.identity.person] if admin else []
        self.open().change([lambda members, _: changes.add(self.identity, members, [card], admins)], NOW)

    def removes(self, *others: Device) -> None:
        gone = [other.identity.person for other in others]
        journal = self.open()
        list(journal.segments(()))
        journal.change([lambda members, newest: changes.remove(self.identity, members, gone, newest)], NOW)

    def takes(self, other: Device) -> None:
        """One-way sync: whatever the other folder has and this one lacks."""
        for path in other.folder.rglob("*"):
            target = self.folder / path.relative_to(other.folder)
            if path.is_file() and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, target)


@pytest.fixture
def anna(place: Place) -> Device:
    """Who founded."""
    return Device("anna", place.identity, place.store.root.parent, place.store.root)


@pytest.fixture
def boris(anna: Device) -> Device:
    """A key that nobody knows yet, over the same folder."""
    return Device("boris", Identity(os.urandom(32), "bb" * 16), anna.root, anna.folder)


@pytest.fixture
def carl(anna: Device) -> Device:
    return Device("carl", Identity(os.urandom(32), "cc" * 16), anna.root, anna.folder)


def joined(anna: Device, other: Device, *, admin: bool = False) -> Device:
    """``other`` let in by Anna, words compared."""
    anna.lets_in(other, admin=admin)
    other.open().standing.compare()
    return other


def apart(device: Device) -> Device:
    """The same device with a copy of the folder."""
    folder = device.root / f"copy-{device.name}-{os.urandom(4).hex()}"
    shutil.copytree(device.folder, folder)
    return Device(device.name, device.identity, device.root, folder)


def test_a_member_reads_what_was_there_and_writes_once_the_words_were_compared(anna, boris):
    """Before: reading only. After: both read each other."""
    anna.write("old")
    with pytest.raises(NotAMemberError):
        boris.open()
    anna.lets_in(boris)
    assert boris.read() == ["old"]
    with pytest.raises(NotComparedError):
        boris.write("too early")
    with pytest.raises(NotComparedError):
        boris.open().rotate(NOW)
    boris.open().standing.compare()
    boris.write("new")
    assert anna.read() == boris.read() == ["new", "old"]


def test_a_change_of_the_list_is_one_key_event_with_the_epoch_for_it(anna, boris):
    """Nothing else is written, and the epoch is for exactly the new list."""
    before = set(anna.folder.rglob("*"))
    anna.lets_in(boris)
    new = [path for path in set(anna.folder.rglob("*")) - before if path.is_file()]
    assert [path.parent.name for path in new] == ["keys"]
    current = anna.open().epoch
    assert current is not None
    assert set(current.to) == {anna.identity.device, boris.identity.device}


def test_who_was_removed_opens_all_of_the_old_and_nothing_of_the_new(anna, boris):
    """With everything Boris ever held: his key, every secret in every key event that it opens."""
    joined(anna, boris, admin=True)
    anna.write("before")
    anna.removes(boris)
    anna.write("after")
    held = dict(boris.open().secrets)
    assert boris.read() == ["before"]
    new = anna.open()
    assert new.epoch is not None
    assert new.epoch.id not in held
    store, collective = anna.store, new.collective
    for name in store.names(collective, "keys"):
        data = store.read(collective, "keys", name)
        try:
            assert new.epoch.id not in epoch.open_event(data, boris.identity.age_secret).secrets
        except NoMatchError:
            continue
    assert anna.read() == ["after", "before"]


def test_what_a_removed_device_writes_later_is_set_aside_and_listed(anna, boris):
    """What it wrote before counts; files written later are told, do not count, and stay where they are."""
    joined(anna, boris)
    boris.write("honest")
    away = apart(boris)
    anna.removes(boris)
    away.write("later")
    boris.write("later in the same folder")  # Boris cannot open the new key event, so nothing stops him there
    anna.takes(away)
    journal = anna.open()
    assert anna.read(journal) == ["honest"]
    set_aside = [one.path for one in journal.problems if one.aside]
    assert len(set_aside) == 2
    report = check(anna.store, [anna.open()])
    assert sorted(one.path for one in report.problems if one.aside) == sorted(set_aside)
    assert all(one.aside for one in report.problems)
    assert all((anna.folder / path).is_file() for path in set_aside)
    anna.write("goes on")
    assert anna.read() == ["goes on", "honest"]


def test_what_was_read_before_the_removal_came_is_withdrawn(anna, boris, carl):
    """Carl had entered what the removal cuts off: he is told to let go of it, and nothing else."""
    joined(anna, boris)
    joined(anna, carl)
    boris.write("known to the remover")
    theirs = apart(anna)
    theirs.removes(boris)
    boris.write("cut off")
    known = {one.name for one in carl.open().segments(())}
    carl.takes(theirs)
    journal = carl.open()
    withdrawn = journal.withdrawn(known)
    assert len(withdrawn) == 1
    assert carl.read(journal) == ["known to the remover"]
    assert carl.open().withdrawn(known) == withdrawn  # until the index has let go of it
    assert carl.open().withdrawn(known - withdrawn) == frozenset()


def test_a_late_segment_that_the_removal_names_still_counts(anna, boris):
    """It was seen by the remover and arrives after the removal."""
    joined(anna, boris)
    boris.write("one")
    boris.write("two")
    there = apart(anna)
    there.removes(boris)
    carl = Device("carl", Identity(os.urandom(32), "cc" * 16), anna.root, there.folder)
    there.lets_in(carl)
    (journal_folder,) = there.folder.glob("*/journal")
    for path in journal_folder.rglob("*"):
        if path.is_file():
            path.unlink()
    carl.open().standing.compare()
    assert carl.read() == []
    there.takes(anna)
    assert carl.read() == ["one", "two"]


def test_a_gap_before_the_cut_keeps_what_lies_before_it_waiting(anna, boris):
    """The older file cannot be told from a set-aside one until the file between has come."""
    joined(anna, boris)
    boris.write("one")
    (one,) = anna.folder.glob("*/journal/*/*")
    boris.write("two")
    boris.write("three")
    there = apart(anna)
    anna.removes(boris)
    carl = joined(anna, Device("carl", Identity(os.urandom(32), "cc" * 16), anna.root, anna.folder))
    fresh = apart(carl)
    two = next(
        path
        for path in fresh.folder.glob("*/journal/*/*")
        if path.name != one.name and fresh.read() and _title_in(carl, path.name) == "two"
    )
    two.unlink()
    shutil.rmtree(fresh.root / "state-carl" / fresh.store.archive_id / "mirror")
    assert "three" in fresh.read()
    assert "one" not in fresh.read()
    fresh.takes(there)
    assert fresh.read() == ["one", "three", "two"]


def _title_in(device: Device, name: str) -> str | None:
    for segment in device.open().segments(()):
        if segment.name == name and segment.entries[0].record:
            return segment.entries[0].record.title
    return None


def test_a_backdated_removal_moves_nobody_who_followed_the_honest_one(anna, boris, carl):
    """Boris signs, on an old copy, that Anna goes and a puppet comes: Carl, who followed Anna, is not moved."""
    joined(anna, boris, admin=True)
    joined(anna, carl)
    old = apart(boris)
    anna.removes(boris)
    assert set(carl.open().roster.cards) == {anna.identity.device, carl.identity.device}
    old.removes(anna)
    old.lets_in(Device("puppet", Identity(os.urandom(32), "dd" * 16), anna.root, old.folder))
    carl.takes(old)
    journal = carl.open()
    assert set(journal.roster.cards) == {anna.identity.device, carl.identity.device}
    assert journal.roster.contested
    carl.write("goes on")
    assert "goes on" in anna.read()


def test_in_a_dispute_nobody_writes(anna, boris, carl):
    """Two admins remove each other, and Carl followed neither: he is told, and the folder stays as it is."""
    joined(anna, boris, admin=True)
    joined(anna, carl)
    mine, theirs = apart(anna), apart(boris)
    mine.removes(boris)
    theirs.removes(anna)
    carl.takes(mine)
    carl.takes(theirs)
    before = sorted(carl.folder.rglob("*"))
    with pytest.raises(DisputeError):
        carl.write("no")
    with pytest.raises(DisputeError):
        carl.open().rotate(NOW)
    assert sorted(carl.folder.rglob("*")) == before


def test_an_epoch_is_made_in_the_same_command_where_the_list_has_none(anna, boris):
    """A device that removes itself makes an epoch that nobody may use: Anna makes another one to write with."""
    joined(anna, boris)
    second = Device("second", Identity(os.urandom(32), boris.identity.person), anna.root, anna.folder)
    boris.lets_in(second)
    second.open().standing.compare()
    gone = [second.identity.device]
    second.open().change([lambda members, newest: changes.remove(second.identity, members, gone, newest)], NOW)
    assert anna.open().epoch is None
    anna.write("with a key of its own")
    current = anna.open().epoch
    assert current is not None
    assert set(current.to) == {anna.identity.device, boris.identity.device}
    assert boris.read() == ["with a key of its own"]


def test_objects_for_a_list_that_changed_meanwhile_are_not_kept(anna, boris):
    """What was encrypted while Boris was a member is not committed after his removal."""
    joined(anna, boris)
    with anna.open().begin(NOW) as batch:
        file = batch.put([b"letter"], role="clean", media_type="text/plain")
        anna.removes(boris)
        record = Case(id="a" * 32, created="2026-11-22T10:05Z", entered_by=anna.identity.device, title="x")
        with pytest.raises(ArchiveError, match="changed while"):
            batch.commit([Draft(record, attachments=(file,))], NOW)
    assert not list(anna.folder.rglob(".tmp-*"))
    assert not list(anna.folder.glob("*/objects/*/*"))


def test_whoever_comes_after_the_founder_left_reads_what_is_oldest(anna, boris, carl):
    """The founder's epochs are handed on, though the founder is gone."""
    anna.write("oldest")
    anna.open().rotate(NOW)
    joined(anna, boris, admin=True)
    boris.removes(anna)
    joined(boris, carl)
    boris.open().rotate(NOW)
    assert carl.read() == ["oldest"]


def test_the_list_is_told_once(anna, boris, carl):
    """Who came, who went, signed by whom; not to whoever did it, and not twice."""
    joined(anna, boris)
    assert boris.open().standing.news() == ()
    anna.lets_in(carl)
    journal = boris.open()
    assert [(one.what, one.device, one.by) for one in journal.standing.news()] == [
        ("came", carl.identity.device, anna.identity.device)
    ]
    journal.standing.tell()
    anna.removes(carl)
    journal = boris.open()
    assert [(one.what, one.person, one.by) for one in journal.standing.news()] == [
        ("went", carl.identity.person, anna.identity.device)
    ]
    journal.standing.tell()
    assert boris.open().standing.news() == anna.open().standing.news() == ()


def test_a_plain_member_removes_nobody_and_the_last_admin_stays(anna, boris, carl):
    """Refused before anything is written."""
    joined(anna, boris)
    joined(anna, carl)
    files = sorted(anna.folder.rglob("*"))
    with pytest.raises(NotAllowedError):
        boris.removes(carl)
    with pytest.raises(NotAllowedError, match="last admin"):
        anna.removes(anna)
    with pytest.raises(NotFoundError):
        anna.removes(Device("nobody", Identity(os.urandom(32), "ff" * 16), anna.root, anna.folder))
    assert sorted(anna.folder.rglob("*")) == files


def test_pins_lie_under_the_mac_and_a_lost_memory_asks_for_the_words_again(anna, boris, carl):
    """Without its memory a device that was let in is a newcomer: it reads and does not write."""
    joined(anna, boris)
    joined(anna, carl)
    anna.removes(carl)
    assert len(boris.open().standing.known.pins) == 1
    (anna.root / "state-boris" / anna.store.archive_id / "seen").unlink()
    with pytest.raises(NotComparedError):
        boris.write("x")
    boris.open().standing.compare()
    boris.write("again")


def test_judging_gives_every_device_the_same_list(anna, boris, carl):
    """Ids of list and members agree over one folder."""
    joined(anna, boris)
    joined(anna, carl)
    lists = [device.open().roster for device in (anna, boris, carl)]
    assert len({one.id for one in lists}) == 1
    assert lists[0].cards == lists[1].cards == lists[2].cards
    assert roster.judge(lists[0].versions, lists[0].collective).id == lists[0].id
