"""Destroying lines of the journal: who may, when it takes effect on this device, and how the files lose them.

A shred is an entry that names lines by hash. It counts for a line if the line's author or an admin ordered it. On the
device that orders it, it takes effect at once; on every other one ``DELAY`` after that device first saw it, is told
meanwhile, and has no effect if an admin takes it back before. Shreds of more than ``MANY`` records, or of more than one
record in a hundred, those that become due together counted together, wait until somebody says yes on this very device.

To take effect is: the memory says so first, and from then on the lines are not handed out any more, in whatever file
they come; then every file that holds one is replaced by a hollow copy, with the same signed line 2, and goes; then the
objects that no remaining line names go. Killed in between, the next command goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

import msgspec
from msgspec import Struct

from archive.seal import segment
from archive.seal.lines import Signed, digest
from archive.seal.roster import Roster
from archive.seal.segment import Head
from archive.speech import tr, trn
from archive.vault.deeds import Keep, Met, Ordered, Shred
from archive.vault.entry import Segment
from archive.vault.holdings import Holdings
from archive.vault.memory import Known, Noticed, renamed

DELAY = timedelta(days=30)
MANY = 20  # records
_MINUTE = "%Y-%m-%dT%H:%MZ"
_BATCH = 200  # files that are replaced in one go
_MOST_SETS = 1_000
_SETS: dict[int, tuple[tuple[str, ...], frozenset[str]]] = {}  # by identity of the tuple, which the value keeps alive


class Upheld(Protocol):
    """The journal, as far as it is needed here."""

    holdings: Holdings
    deeds: Met
    tainted: set[str]
    random: Callable[[int], bytes]

    @property
    def roster(self) -> Roster: ...
    @property
    def remembered(self) -> Known: ...
    def remember(self, change: Callable[[Known], Known]) -> None: ...
    def segments(self, known: Collection[str]) -> Iterator[Segment]: ...
    def copy_of(self, name: str) -> tuple[Head, Signed] | None: ...
    def target(self) -> bytes: ...


class Waiting(Struct, frozen=True):
    """A shred that has no effect here yet: its entry's hash, who ordered it, how many records, from when on.

    ``asks``: even then it waits for a yes on this device.
    """

    name: str
    by: str
    records: int
    due: datetime
    asks: bool


# --- who may ---


def may(members: Roster, by: str, author: str) -> bool:
    """Whether the device ``by`` may destroy what the device ``author`` entered: the same person's, or an admin's."""
    if by not in members.cards:
        return False
    return is_admin(members, by) or _same_person(members, by, author)


def is_admin(members: Roster, device: str) -> bool:
    """Whether a device is an admin's."""
    return device in members.cards and members.cards[device].person in members.admins


def _same_person(members: Roster, by: str, author: str) -> bool:
    mine, theirs = members.known.get(by), members.known.get(author)
    return mine is not None and theirs is not None and mine.person == theirs.person


def destroyed(shreds: Mapping[str, Noticed], line: str, author: str, members: Roster) -> bool:
    """Whether a line of this author has been destroyed on this device."""
    return any(
        one.stage != "waiting" and not one.kept and line in _lines(one)
        for one in shreds.values()
        if one.admin or _same_person(members, one.by, author)
    )


def named(
    shreds: Mapping[str, Noticed], orders: Mapping[str, Ordered], line: str, author: str, members: Roster
) -> bool:
    """Whether a valid shred names a line of this author: its absence elsewhere is then no damage."""
    if destroyed(shreds, line, author, members):
        return True
    if any(not one.kept and line in _lines(one) and may(members, one.by, author) for one in shreds.values()):
        return True
    return any(
        isinstance(one.deed, Shred) and line in one.deed.entries and may(members, one.by, author)
        for name, one in orders.items()
        if name not in shreds
    )


def _lines(one: Noticed) -> frozenset[str]:
    """The lines that a shred names, for looking up; made once for as long as the memory holds it."""
    kept = _SETS.get(id(one.entries))
    if kept is None or kept[0] is not one.entries:
        if len(_SETS) > _MOST_SETS:
            _SETS.clear()
        kept = _SETS[id(one.entries)] = (one.entries, frozenset(one.entries))
    return kept[1]


# --- when ---


def notice(journal: Upheld, orders: Mapping[str, Ordered], now: datetime) -> None:
    """Remembers the shreds among ``orders``, with the time they were first seen, and what admins took back."""
    known = journal.remembered.shreds
    kept = {
        name
        for one in orders.values()
        if isinstance(one.deed, Keep) and is_admin(journal.roster, one.by)
        for name in one.deed.shreds
    }
    found = {
        name: known.get(name)
        or Noticed(seen=now.strftime(_MINUTE), by=one.by, entries=one.deed.entries, files=one.deed.files)
        for name, one in orders.items()
        if isinstance(one.deed, Shred)
    }
    told = {**known, **found}
    told = {name: msgspec.structs.replace(one, kept=one.kept or name in kept) for name, one in told.items()}
    if told != known:
        journal.remember(lambda remembered: msgspec.structs.replace(remembered, shreds={**remembered.shreds, **told}))


def waiting(
    journal: Upheld, now: datetime, count: Callable[[Collection[str]], int], total: int
) -> tuple[tuple[str, ...], tuple[Waiting, ...]]:
    """The shreds that take effect now, and those that wait. ``count`` tells how many records some lines belong to."""
    ready, late = [], []
    for name, one in journal.remembered.shreds.items():
        if one.stage == "begun" or (one.stage == "waiting" and one.agreed and _holds(journal, one)):
            ready.append(name)
        elif one.stage == "waiting" and _holds(journal, one):
            late.append(Waiting(name, one.by, count(one.entries), time_of(one.seen) + DELAY, False))
    due = [one for one in late if one.due <= now]
    records = sum(one.records for one in due)
    if records > MANY or records * 100 > total:
        asking = {one.name for one in due}
        return tuple(ready), tuple(msgspec.structs.replace(one, asks=one.name in asking) for one in late)
    ready += [one.name for one in due]
    return tuple(ready), tuple(one for one in late if one not in due)


def agree(journal: Upheld, name: str) -> None:
    """A person at this device says yes: the shred takes effect here now."""
    _change(journal, name, agreed=True)


def _holds(journal: Upheld, one: Noticed) -> bool:
    """Whether whoever ordered it still belongs here and no admin took it back."""
    return not one.kept and one.by in journal.roster.cards


# --- how ---


def carry_out(journal: Upheld, names: Collection[str], forget: Callable[[], None] = lambda: None) -> None:
    """Has shreds take effect on this device, and ends what was begun; also cleans files that came with such lines.

    ``forget`` has the index forget what it holds of them. Only then is a shred done: whatever breaks off before that,
    the next command begins it again.
    """
    for name in names:
        admin = is_admin(journal.roster, journal.remembered.shreds[name].by)
        _change(journal, name, stage="begun", admin=admin)
    needed: set[str] = set()
    for one in journal.segments(()) if names else ():
        needed |= {part.o for entry in one.entries for file in entry.attachments for part in file.parts}
    hollowed = _hollow(journal)
    moves = journal.deeds.moves
    needed |= reached(moves, needed)
    gone: dict[str, list[str]] = {}
    for name in names:
        files = {*journal.remembered.shreds[name].files}
        gone[name] = sorted((files | reached(moves, files)) - needed)
        journal.holdings.drop("objects", gone[name])
    forget()
    for name, files_gone in gone.items():
        _change(journal, name, stage="done", dropped=(*hollowed, *files_gone))


def dropped(journal: Upheld) -> frozenset[str]:
    """The files that went by shreds here: whoever brings one back brings back what was to be destroyed."""
    return frozenset(name for one in journal.remembered.shreds.values() if not one.kept for name in one.dropped)


def _hollow(journal: Upheld) -> list[str]:
    """Replaces the files that hold destroyed lines; their names."""
    names = sorted(journal.tainted)
    for start in range(0, len(names), _BATCH):
        opened = {name: journal.copy_of(name) for name in names[start : start + _BATCH]}
        replace(journal, {name: _without(journal, *found) for name, found in opened.items() if found is not None})
    journal.tainted.clear()
    return names


def _without(journal: Upheld, head: Head, signed: Signed) -> bytes:
    """A hollow copy of a segment."""
    shreds, members = journal.remembered.shreds, journal.roster
    gone = {name for name in map(digest, signed.body) if destroyed(shreds, name, head.dev, members)}
    return segment.copy(signed, journal.target(), journal.random, gone)


def replace(journal: Upheld, copies: Mapping[str, bytes]) -> dict[str, str]:
    """Puts copies in the place of segments' files; the names of the copies by those of the files.

    First the copies are there, then the memory names them, then the old files go: no moment is without either.
    """
    holdings = journal.holdings
    with holdings.store.batch(holdings.collective, journal.random) as batch:
        names = {old: batch.add("journal", [data]) for old, data in copies.items()}
        batch.finish()
    holdings.keep("journal", copies.values())
    journal.remember(lambda known: renamed(known, names))
    holdings.drop("journal", names.keys())
    return names


def reached(moves: Mapping[str, set[str]], files: Collection[str]) -> set[str]:
    """Where files went, move after move."""
    reached: set[str] = set()
    ways = [*files]
    while ways:
        fresh = moves.get(ways.pop(), set()) - reached
        reached |= fresh
        ways += fresh
    return reached


def _change(journal: Upheld, name: str, **fields: object) -> None:
    """Changes what is remembered of one shred."""

    def change(known: Known) -> Known:
        one = msgspec.structs.replace(known.shreds[name], **fields)
        return msgspec.structs.replace(known, shreds={**known.shreds, name: one})

    journal.remember(change)


def time_of(seen: str) -> datetime:
    """A remembered minute."""
    return datetime.strptime(seen, _MINUTE).replace(tzinfo=UTC)


def told(shred: Waiting) -> str:
    """That something is going to be destroyed here, and when."""
    when = tr("once you agree") if shred.asks else tr("on {day}", day=shred.due.date().isoformat())
    return trn(
        "{n} record shredded by device {by} will be destroyed here {when}: archive shred --list",
        "{n} records shredded by device {by} will be destroyed here {when}: archive shred --list",
        shred.records,
        by=shred.by[:8],
        when=when,
    )
