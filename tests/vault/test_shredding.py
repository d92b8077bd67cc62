"""Shreds: who may, when they take effect on which device, and that nothing is left where they did."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta

import pytest
from msgspec import structs

from archive.errors import NotFoundError
from archive.seal import age, segment
from archive.vault import shredding
from archive.vault.check import check
from archive.vault.deeds import Keep, Ordered, Shred
from archive.vault.entry import Draft
from archive.vault.shredding import DELAY

LATER = timedelta(minutes=1)


def orders_of(journal):
    list(journal.segments(()))
    return dict(journal.deeds.orders)


def follow(place, journal, now, total=1000, agree=()):
    """What the desk does at every command; the shreds that wait."""
    shredding.notice(journal, orders_of(journal), now)
    for name in agree:
        shredding.agree(journal, name)
    ready, waiting = shredding.waiting(journal, now, len, total)
    shredding.carry_out(journal, ready)
    return waiting


def shred(place, *segments, journal=None):
    """A shred of everything in some segments, by the device that ``journal`` is on; its entry's hash."""
    entries = tuple(entry.hash for one in segments for entry in one.entries)
    files = tuple(
        part.o for one in segments for entry in one.entries for file in entry.attachments for part in file.parts
    )
    return place.write(Shred(entries=entries, files=files), journal=journal).entries[0].hash


def plain(place, journal, state=None):
    """Everything that any file of the archive and of the mirror says, decrypted."""
    secrets = list(journal.secrets.values())
    for root in (place.store.root, (state or place.state).mirror.root):
        for path in root.rglob("*"):
            if path.is_file() and path.parent.name != "keys" and len(path.name) == 64:
                yield age.decrypt_bytes(path.read_bytes(), secrets)


def test_a_shred_is_done_only_when_the_index_has_forgotten(place):
    """Broken off while it forgets, the next command destroys and forgets once more, and then it is over."""
    name = shred(place, place.add("heron", b"letter"))
    journal = place.open()
    shredding.notice(journal, orders_of(journal), place.now)
    shredding.agree(journal, name)
    ready, _ = shredding.waiting(journal, place.now, len, 1000)

    def stopped() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shredding.carry_out(journal, ready, stopped)
    again, forgotten = place.open(), []
    list(again.segments(()))
    ready, _ = shredding.waiting(again, place.now, len, 1000)
    assert ready == (name,)
    shredding.carry_out(again, ready, lambda: forgotten.append(True))
    assert forgotten == [True] and place.titles() == []
    assert shredding.waiting(place.open(), place.now, len, 1000) == ((), ())


def test_where_it_was_ordered_nothing_is_left(place):
    """Neither in the archive nor in the mirror, and what else was in the same segment stays."""
    with place.open().begin(place.now) as batch:
        file = batch.put([b"heron letter"], role="clean", media_type="text/plain")
        drafts = [place.draft("heron", file), place.draft("stays")]
        both = batch.commit(drafts, place.now)
    other = place.add("other", b"another letter")
    journal = place.open()
    name = shred(place, structs.replace(both, entries=both.entries[:1]), journal=journal)
    assert follow(place, journal, place.now, agree=[name]) == ()
    assert place.titles(journal) == place.titles() == ["other", "stays"]
    assert not any(b"heron" in text for text in plain(place, journal))
    assert b"".join(journal.open_object(other.entries[0].attachments[0])) == b"another letter"
    with pytest.raises(NotFoundError):
        b"".join(journal.open_object(both.entries[0].attachments[0]))
    report = check(place.store, [place.open()], read_data=True)
    assert report.problems == ()
    assert place.temporary() == []
    place.add("goes on")
    assert check(place.store, [place.open()]).problems == ()


def test_elsewhere_it_waits_thirty_days_and_the_whole_copy_stays(place):
    """Counted from the day on which that device first saw it, whatever anybody claims."""
    doomed = place.add("heron")
    elsewhere = place.open(place.elsewhere("laptop"))
    assert place.titles(elsewhere) == ["heron"]
    name = shred(place, doomed)
    follow(place, place.open(), place.now, agree=[name])  # the file with the line is gone from the shared folder
    first = place.now + timedelta(days=3)
    for moment in (first, first + DELAY - LATER):
        journal = place.open(place.elsewhere("laptop"))
        assert [(one.by, one.asks) for one in follow(place, journal, moment)] == [(place.identity.device, False)]
        assert place.titles(journal) == ["heron"]
        assert not [
            problem for problem in journal.problems if "gone" in problem.problem or "missing" in problem.problem
        ]
    assert place.titles() == []  # and it did not come back where it was destroyed
    journal = place.open(place.elsewhere("laptop"))
    assert follow(place, journal, first + DELAY) == ()
    assert place.titles(journal) == []
    assert not any(b"heron" in text for text in plain(place, journal, place.elsewhere("laptop")))


def test_a_whole_copy_that_comes_back_is_hollowed_again(place):
    """A stick from before, or a device on which it waits: here the line is never handed out again."""
    doomed = place.add("heron")
    old = place.store.path(place.collective, "journal", doomed.name)
    kept = old.read_bytes()
    name = shred(place, doomed)
    follow(place, place.open(), place.now, agree=[name])
    assert doomed.name in shredding.dropped(place.open())
    with place.store.batch(place.collective, os.urandom) as batch:
        batch.add("journal", [kept])
        batch.finish()
    journal = place.open()
    assert place.titles(journal) == []
    assert journal.tainted == {doomed.name}
    shredding.carry_out(journal, ())
    assert not old.exists()
    assert not any(b"heron" in text for text in plain(place, journal))


def test_killed_in_the_middle_the_next_command_goes_on(place, monkeypatch):
    """From the first moment on the line is not handed out any more."""
    doomed = place.add("heron", b"heron letter")
    journal = place.open()
    name = shred(place, doomed, journal=journal)

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(segment, "copy", killed)
        with pytest.raises(KeyboardInterrupt):
            follow(place, journal, place.now, agree=[name])
    journal = place.open()
    assert place.titles(journal) == []
    assert follow(place, journal, place.now) == ()
    assert not any(b"heron" in text for text in plain(place, journal))


def test_an_object_that_another_record_names_stays(place):
    """Two records may share a file: only what no remaining line names goes."""
    first = place.add("one", b"letter")
    file = first.entries[0].attachments[0]
    place.write(Draft(place.case("two"), attachments=(file,)))
    name = shred(place, first)
    journal = place.open()
    follow(place, journal, place.now, agree=[name])
    assert b"".join(journal.open_object(file)) == b"letter"
    assert place.titles() == ["two"]


@pytest.mark.parametrize(
    ("count", "total", "asks"), [(20, 10_000, False), (21, 10_000, True), (1, 100, False), (2, 199, True)]
)
def test_many_at_once_wait_for_a_yes(place, count, total, asks):
    """More than twenty records or one in a hundred, together: also when they come in small portions."""
    doomed = [place.add(f"{number}") for number in range(count)]
    for one in doomed:
        shred(place, one)
    journal = place.open(place.elsewhere("laptop"))
    follow(place, journal, place.now, total)
    waiting = follow(place, journal, place.now + DELAY, total)
    assert [one.asks for one in waiting] == ([True] * count if asks else [])
    if asks:
        assert len(place.titles(journal)) == count
        assert follow(place, journal, place.now + DELAY, total, agree=[one.name for one in waiting]) == ()
    assert place.titles(journal) == []


def test_an_admin_takes_a_shred_back(place):
    """Before it had an effect; what was destroyed where it was ordered comes back from the others."""
    doomed = place.add("heron")
    journal = place.open(place.elsewhere("laptop"))
    place.titles(journal)
    name = shred(place, doomed)
    follow(place, place.open(), place.now, agree=[name])
    follow(place, journal, place.now)
    place.write(Keep(shreds=(name,)), journal=journal)
    for moment in (place.now, place.now + 2 * DELAY):
        journal = place.open(place.elsewhere("laptop"))
        assert follow(place, journal, moment) == ()
        assert place.titles(journal) == ["heron"]
    journal = place.open()
    follow(place, journal, place.now)
    assert place.titles(journal) == ["heron"]
    assert [problem.problem for problem in place.open().problems] == []


class Members:
    """As much of a list as deciding needs."""

    def __init__(self, members, admins=(), known=()):
        card = lambda person: type("Card", (), {"person": person})()  # noqa: E731
        self.cards = {device: card(person) for device, person in members.items()}
        self.known = {**self.cards, **{device: card(person) for device, person in dict(known).items()}}
        self.admins = frozenset(admins)


def test_only_the_author_and_admins_may():
    """A person may from each of their devices; who was removed may not any more."""
    members = Members({"a1": "Anna", "a2": "Anna", "b1": "Boris"}, ["Boris"], {"c1": "Clara"})
    told = {
        (by, author): shredding.may(members, by, author) for by in ("a1", "b1", "c1") for author in ("a2", "b1", "c1")
    }
    assert told == {
        ("a1", "a2"): True, ("a1", "b1"): False, ("a1", "c1"): False,
        ("b1", "a2"): True, ("b1", "b1"): True, ("b1", "c1"): True,
        ("c1", "a2"): False, ("c1", "b1"): False, ("c1", "c1"): False,
    }  # fmt: skip


def test_who_copies_a_line_does_not_become_its_author():
    """The shred counts for the copy alone."""
    members = Members({"a1": "Anna", "b1": "Boris"})
    deeds = {"s": Ordered("b1", Shred(entries=("1" * 64,), files=()))}
    assert shredding.named({}, deeds, "1" * 64, "b1", members)
    assert not shredding.named({}, deeds, "1" * 64, "a1", members)


def test_a_hollow_copy_without_a_shred_is_damage(place):
    """It never replaces a whole one: the mirror heals it."""
    one = place.add("heron")
    elsewhere = place.open(place.elsewhere("laptop"))
    place.titles(elsewhere)
    journal = place.open()
    _, signed = journal.copy_of(one.name)
    shredding.replace(journal, {one.name: segment.copy(signed, journal.target(), os.urandom, {one.entries[0].hash})})
    lone = place.open(place.elsewhere("newcomer"))
    assert place.titles(lone) == []
    assert any("missing" in problem.problem for problem in lone.problems)
    elsewhere = place.open(place.elsewhere("laptop"))
    assert place.titles(elsewhere) == ["heron"]
    assert any("gone" in problem.problem and problem.healed for problem in elsewhere.problems)
    shutil.rmtree(place.state.root)
    assert place.titles() == ["heron"]
