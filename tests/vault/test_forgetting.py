"""Forgetting old epochs: nothing that was told to be kept is lost, and no old key event comes to anything again."""

from __future__ import annotations

import os
import random
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.casework import care, rekeying
from archive.desk import Desk
from archive.desk import Place as Where
from archive.errors import ArchiveError
from archive.records.kinds import Case
from archive.seal import age, changes, epoch, roster
from archive.seal.age import NoMatchError
from archive.seal.epoch import Forget
from archive.seal.identity import Identity
from archive.seal.keystore import Secrets
from archive.vault import sealed
from archive.vault.entry import Draft
from archive.vault.journal import Journal
from archive.vault.state import State
from archive.vault.store import Store

NOW = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)


@dataclass
class Laptop:
    """A member's device with a folder of its own."""

    root: Path
    secrets: Secrets

    @property
    def folder(self) -> Path:
        return self.root / "archive"

    @property
    def identity(self) -> Identity:
        return Identity(self.secrets.seed, self.secrets.person)

    def open(self) -> Desk:
        place = Where(self.folder, self.root / "state", self.root / "state" / "identity")
        return Desk.open_with(place, self.secrets, random=os.urandom, clock=lambda: NOW)

    def write(self, title: str) -> None:
        desk = self.open()
        with desk.journal.begin(NOW) as batch:
            file = batch.put([title.encode() * 50], role="clean", media_type="text/plain")
            desk.commit(batch, [Draft(desk.new(Case, title=title), attachments=(file,))])
        desk.index.close()

    def rotate(self) -> None:
        desk = self.open()
        care.rotate(desk, dry_run=False)
        desk.index.close()

    def reencrypt(self, *, forget: bool = False) -> None:
        desk = self.open()
        if forget:
            rekeying.check(desk)
        done = rekeying.run(desk, rekeying.look(desk), lambda _: None)
        if forget:
            rekeying.forget(desk, done)
        desk.index.close()

    def read(self) -> dict[str, bytes]:
        """The title of each case and what its file holds, from the journal."""
        desk = self.open()
        found = {}
        for segment in desk.journal.segments(()):
            for entry in segment.entries:
                if isinstance(entry.record, Case) and entry.attachments:
                    found[entry.record.title] = b"".join(desk.journal.open_object(entry.attachments[0]))
        desk.index.close()
        return found

    def journal(self) -> Journal:
        desk = self.open()
        desk.index.close()
        return desk.journal

    def gives(self, other: Laptop) -> None:
        """One way, file by file, as a sync tool does that knows nothing of what was dropped on purpose."""
        for path in sorted(self.folder.rglob("*"), key=lambda one: "keys" not in one.parts):
            target = other.folder / path.relative_to(self.folder)
            if path.is_file() and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, target)

    def opened_by(self, secrets: list[bytes]) -> set[str]:
        """The segments and objects in the folder that one of the secrets opens."""
        found = set()
        for path in self.folder.glob("*/*/*/*"):
            try:
                age.decrypt_bytes(path.read_bytes(), secrets)
            except NoMatchError:
                continue
            found.add(path.name)
        return found

    def secrets_in_reach(self) -> set[str]:
        """The epochs that this member's key still gets out of any key event in folder and mirror."""
        found: set[str] = set()
        for path in [*self.folder.glob("*/keys/*"), *(self.root / "state").glob("*/mirror/*/keys/*")]:
            try:
                found |= epoch.open_event(path.read_bytes(), self.identity.age_secret).secrets.keys()
            except NoMatchError:
                continue
        return found


@pytest.fixture
def anna(tmp_path: Path) -> Laptop:
    """Who founded, with two records under two keys."""
    laptop = Laptop(tmp_path / "anna", Secrets(os.urandom(32), "aa" * 16, os.urandom(32)))
    store = Store.create(laptop.folder, os.urandom)
    Journal.found(store, laptop.identity, State(laptop.root / "state", store.archive_id), NOW, os.urandom)
    laptop.write("one")
    laptop.rotate()
    laptop.write("two")
    return laptop


@pytest.fixture
def boris(anna: Laptop) -> Laptop:
    """A second member, with a copy of the folder."""
    return joins(anna, "boris", "bb")


def joins(anna: Laptop, name: str, person: str) -> Laptop:
    other = Laptop(anna.root.parent / name, Secrets(os.urandom(32), person * 16, os.urandom(32)))
    let_in(anna, other)
    shutil.copytree(anna.folder, other.folder)
    other.journal().standing.compare()
    return other


def let_in(anna: Laptop, other: Laptop) -> None:
    card = roster.make_card(other.identity)
    anna.journal().change([lambda members, _: changes.add(anna.identity, members, [card], [])], NOW)


def everything(*titles: str) -> dict[str, bytes]:
    return {title: title.encode() * 50 for title in titles}


def meet(one: Laptop, other: Laptop, times: int = 3) -> None:
    for _ in range(times):
        one.gives(other)
        other.gives(one)
        one.journal()
        other.journal()


def test_afterwards_no_old_secret_is_left_and_nothing_in_the_folder_opens_with_one(anna):
    """One key event is left, in the folder and in the mirror, and it does not hold an old secret."""
    old = dict(anna.journal().secrets)
    anna.reencrypt(forget=True)
    assert anna.opened_by(list(old.values())) == set()
    assert not anna.secrets_in_reach() & old.keys()
    assert len(list(anna.folder.glob("*/keys/*"))) == 1
    assert len(list((anna.root / "state").glob("*/mirror/*/keys/*"))) == 1
    assert anna.read() == everything("one", "two")
    assert anna.journal().problems == []
    anna.write("three")
    anna.rotate()
    assert anna.read() == everything("one", "two", "three")


def test_what_is_brought_back_is_not_read_not_handed_on_not_written_to_and_goes(anna, tmp_path):
    """An old copy of the folder over the new one: the key events go again, and the old key stays forgotten."""
    shutil.copytree(anna.folder, tmp_path / "stick")
    old = dict(anna.journal().secrets)
    anna.reencrypt(forget=True)
    current = anna.journal().epoch
    shutil.copytree(tmp_path / "stick", anna.folder, dirs_exist_ok=True)
    journal = anna.journal()
    assert not journal.secrets.keys() & old.keys()
    assert journal.epoch == current
    assert not anna.secrets_in_reach() & old.keys()
    anna.rotate()
    assert not anna.secrets_in_reach() & old.keys()
    assert anna.read() == everything("one", "two")
    assert sealed.waiting(anna.journal()) == 0
    (anna.root / "state" / Store(anna.folder).archive_id / "seen").unlink()
    shutil.copytree(tmp_path / "stick", anna.folder, dirs_exist_ok=True)
    assert not anna.journal().secrets.keys() & old.keys()  # the key event says it, too
    assert anna.read() == everything("one", "two")


def test_the_other_device_follows_only_when_it_has_heard_where_everything_went(anna, boris):
    """The key event alone makes it neither forget nor encrypt everything a second time."""
    boris.write("three")
    meet(anna, boris)
    old = dict(boris.journal().secrets)
    anna.reencrypt(forget=True)
    for path in anna.folder.glob("*/keys/*"):
        shutil.copy2(path, boris.folder / path.relative_to(anna.folder))
    files = set(boris.folder.glob("*/*/*/*"))
    journal = boris.journal()
    assert journal.secrets.keys() >= old.keys()
    assert journal.epoch == anna.journal().epoch
    assert set(boris.folder.glob("*/*/*/*")) == files
    anna.gives(boris)
    assert not boris.journal().secrets.keys() & old.keys()
    assert not boris.secrets_in_reach() & old.keys()
    assert boris.opened_by(list(old.values())) == set()
    assert boris.read() == anna.read() == everything("one", "two", "three")


def test_what_was_written_to_a_forgotten_key_waits_and_comes(anna, boris):
    """Boris was away and rotated, too: Anna is told how many wait and for whom, and loses none."""
    meet(anna, boris)
    boris.write("away one")
    boris.rotate()
    boris.write("away two")
    anna.reencrypt(forget=True)
    old = set(anna.journal().remembered.forgotten)
    boris.gives(anna)
    desk = anna.open()
    assert anna.read() == everything("one", "two", "away two")
    told = [one for one in desk.warnings if "forgotten here" in one]
    assert told == [
        "1 segment is sealed with a key that was forgotten here; it opens after the other member has synced again"
    ]
    waiting = {path.name for path in anna.folder.glob("*/journal/*/*")}
    assert desk.journal.sealed <= waiting
    desk.index.close()
    meet(anna, boris)
    assert anna.read() == boris.read() == everything("one", "two", "away one", "away two")
    assert not anna.secrets_in_reach() & old
    assert not boris.secrets_in_reach() & old
    assert not [one for laptop in (anna, boris) for one in laptop.open().warnings]


def test_key_events_from_before_somebody_came_go_from_their_copy_too(anna, boris):
    """Boris cannot open them, but whoever has Anna's key could."""
    meet(anna, boris)
    old = set(anna.journal().secrets)
    anna.reencrypt(forget=True)
    meet(anna, boris)
    held = set()
    for path in boris.folder.glob("*/keys/*"):
        held |= epoch.open_event(path.read_bytes(), anna.identity.age_secret).secrets.keys()
    assert held
    assert not held & old


def test_somebody_new_and_somebody_gone_after_the_forgetting(anna, boris, tmp_path):
    """The list is whole though the events that made it are gone: a newcomer reads all, an ex-member nothing."""
    old = dict(boris.journal().secrets)
    anna.journal().change(
        [lambda members, newest: changes.remove(anna.identity, members, [boris.identity.person], newest)], NOW
    )
    anna.reencrypt(forget=True)
    carl = joins(anna, "carl", "cc")
    assert carl.read() == everything("one", "two")
    assert carl.opened_by(list(old.values())) == set()
    assert carl.opened_by([boris.identity.age_secret]) == set()
    for path in carl.folder.glob("*/keys/*"):
        with pytest.raises(NoMatchError):
            epoch.open_event(path.read_bytes(), boris.identity.age_secret)
    boris.gives(anna)
    assert anna.journal().roster.cards.keys() == {anna.identity.device, carl.identity.device}
    carl.write("three")
    assert carl.read() == everything("one", "two", "three")


def test_whoever_has_not_forgotten_yet_lets_a_newcomer_read(anna, boris, tmp_path):
    """The order came, the copies did not, and may never: whoever still has the old keys hands them on."""
    meet(anna, boris)
    anna.reencrypt(forget=True)
    for path in anna.folder.glob("*/keys/*"):
        shutil.copy2(path, boris.folder / path.relative_to(anna.folder))
    boris.rotate()
    assert len(boris.journal().secrets) > 4
    assert boris.read() == everything("one", "two")
    newest = max(boris.folder.glob("*/keys/*"), key=lambda path: path.stat().st_ctime_ns)
    handed = epoch.open_event(newest.read_bytes(), boris.identity.age_secret).secrets
    assert boris.opened_by(list(handed.values())) == {path.name for path in boris.folder.glob("*/*/*/*")}
    meet(anna, boris)
    assert anna.read() == boris.read() == everything("one", "two")
    for laptop in (anna, boris):
        assert not laptop.secrets_in_reach() & set(anna.journal().remembered.forgotten)


def test_when_who_gave_the_order_is_gone_the_others_go_on(anna, boris):
    """Anna's copies never come: once she is off the list, Boris encrypts anew himself."""
    anna.journal().change([lambda members, _: changes.add(anna.identity, members, [], [boris.identity.person])], NOW)
    meet(anna, boris)
    anna.reencrypt(forget=True)
    for path in anna.folder.glob("*/keys/*"):
        shutil.copy2(path, boris.folder / path.relative_to(anna.folder))
    assert boris.journal().remembered.forgotten == ()
    boris.journal().change(
        [lambda members, newest: changes.remove(boris.identity, members, [anna.identity.person], newest)], NOW
    )
    assert boris.read() == everything("one", "two")
    forgotten = set(boris.journal().remembered.forgotten)
    assert forgotten
    assert not boris.secrets_in_reach() & forgotten


@pytest.mark.parametrize("step", ["memory", "files"])
def test_killed_in_between_the_next_command_ends_it(anna, monkeypatch, step):
    """After the order, and between memory and files."""
    old = set(anna.journal().secrets)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        target = "archive.vault.standing._forgetting" if step == "memory" else "archive.vault.holdings.Holdings.drop"
        done = anna.open()
        answer = rekeying.run(done, rekeying.look(done), lambda _: None)
        patched.setattr(target, killed)
        with pytest.raises(KeyboardInterrupt):
            rekeying.forget(done, answer)
        done.index.close()
    assert anna.read() == everything("one", "two")
    assert not anna.secrets_in_reach() & old
    assert not set(anna.journal().secrets) & old


def test_nothing_is_forgotten_while_something_is_damaged(anna):
    """It may come back whole, under the old key."""
    path = max(anna.folder.glob("*/objects/*/*"), key=lambda one: one.name)
    path.unlink()
    with pytest.raises(ArchiveError, match="No key was forgotten"):
        anna.reencrypt(forget=True)
    assert anna.journal().remembered.forgotten == ()


def test_a_generation_is_told_where_it_cannot_be_counted(anna):
    """An epoch made after a long chain stays ahead of one that follows nothing that is here."""
    journal = anna.journal()
    members = journal.roster
    lone = epoch.open_event(
        epoch.make(anna.identity, members, [], members.versions, at="2026-11-22T10:05Z", random=os.urandom),
        anna.identity.age_secret,
    )
    made = epoch.make(
        anna.identity, members, journal.standing.keyring.events, members.versions,
        at="2026-11-22T10:05Z", random=os.urandom,
        forget=Forget(epochs=tuple(journal.secrets)), without=journal.secrets,
    )  # fmt: skip
    event = epoch.open_event(made, anna.identity.age_secret)
    assert event.secrets.keys() == {event.head.epoch.id}
    assert event.forget.generation == 3
    assert epoch.current([event, lone], members) == event.head.epoch
    assert epoch.current([event, lone], members, {event.head.epoch.id}) == lone.head.epoch


SEEDS = int(os.environ.get("FORGET_SEEDS", "6"))


@pytest.mark.parametrize("seed", range(SEEDS))
def test_whatever_two_devices_do_everything_stays_readable_by_both(seed, anna, boris):
    """They write, rotate, encrypt anew, forget, let others in and exchange in any order, and meet in the end."""
    dice = random.Random(seed)
    kept = everything("one", "two")
    pair = (anna, boris)
    for number in range(16):
        who, other = dice.sample(pair, 2)
        act = dice.choice(["write", "write", "write", "rotate", "reencrypt", "forget", "forget", "give", "give", "add"])
        try:
            if act == "write":
                who.write(f"{number}")
                kept |= everything(f"{number}")
            elif act == "rotate":
                who.rotate()
            elif act == "reencrypt":
                who.reencrypt()
            elif act == "forget":
                who.reencrypt(forget=True)
            elif act == "give":
                who.gives(other)
            else:
                let_in(anna, Laptop(anna.root, Secrets(os.urandom(32), f"{number:02x}" * 16, os.urandom(32))))
        except ArchiveError:
            continue  # refused: nothing was told to be kept
    meet(anna, boris, 4)
    assert anna.read() == boris.read() == kept
    forgotten = {*anna.journal().remembered.forgotten, *boris.journal().remembered.forgotten}
    for laptop in pair:
        assert set(laptop.journal().remembered.forgotten) == forgotten
        assert not laptop.secrets_in_reach() & forgotten
