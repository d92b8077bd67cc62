"""Together: exchange with another copy of the archive, and what came, in people's words.

The exchange itself needs no key. Whoever has one at hand learns what arrived; and what was shredded or moved on purpose
does not come back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from archive.casework import members
from archive.desk import Desk, Place
from archive.errors import DamagedError, NotAMemberError
from archive.records.answers import ProblemLine
from archive.records.answers_sync import Arrived, SyncAnswer
from archive.seal.keystore import Secrets
from archive.vault import comparing, exchange, remote, sealed, shredding
from archive.vault.comparing import Plan, Sides
from archive.vault.entry import Segment
from archive.vault.exchange import Outcome, Peer
from archive.vault.folder import Folder
from archive.vault.placing import Count
from archive.vault.remote import Remote
from archive.vault.state import State
from archive.vault.store import Store

Known = Mapping[str, frozenset[str]]  # the segments that a device had read before, by collective
_WAITS = (sealed.NO_KEY, sealed.FORGOTTEN)


class Meeting(Struct, frozen=True):
    """Two copies of one archive, looked through, and what is to be copied."""

    store: Store
    peer: Peer
    state: State
    found: Sides
    plan: Plan


def peer(target: str, state: State, random: Callable[[int], bytes]) -> Peer:
    """The other side: ``rclone:remote:path``, or a folder."""
    if target.startswith(remote.PREFIX):
        return Remote(target.removeprefix(remote.PREFIX), state.folder, random)
    return Folder(Path(target).expanduser(), random)


def meet(store: Store, state: State, other: Peer, desk: Desk | None, *, read_data: bool) -> Meeting:
    """Looks through both copies; changes nothing."""
    found = exchange.look(store.root, other, state.mirror, read_data=read_data)
    plan = comparing.compare(store.root, found, _dropped(desk) if desk else frozenset())
    return Meeting(store, other, state, found, plan)


def carry_out(meeting: Meeting, *, now: datetime, random: Callable[[int], bytes], count: Count) -> Outcome:
    """Copies what was planned; ``count`` is told bytes."""
    return exchange.exchange(
        meeting.store,
        meeting.peer,
        meeting.state.mirror,
        meeting.found,
        meeting.plan,
        now=now.timestamp(),
        random=random,
        count=count,
    )


def planned(plan: Plan) -> Outcome:
    """What the outcome will be if nothing goes wrong."""
    came = (*plan.mirrored, *plan.mended, *plan.received)
    return Outcome(
        sent=sum(not one.heals for one in plan.sent),
        received=sum(not one.heals for one in came),
        healed=sum(one.heals for one in (*came, *plan.sent)),
        problems=plan.problems,
        stopped=(),
    )


def open_desk(
    place: Place, secrets: Secrets, random: Callable[[int], bytes], clock: Callable[[], datetime]
) -> Desk | None:
    """The archive opened; None where this key opens nothing yet: that may be about to come."""
    try:
        return Desk.open_with(place, secrets, random=random, clock=clock)
    except (NotAMemberError, DamagedError):
        return None


def known(desk: Desk | None) -> Known:
    """What this device has read of each collective."""
    if desk is None:
        return {}
    return {collective: desk.index.applied(collective) for collective in desk.journals}


def arrived(desk: Desk, before: Known) -> Arrived:
    """What an opened archive holds beyond what was known before."""
    records: Counter[str] = Counter()
    files = lacking = waiting = 0
    for collective, journal in desk.journals.items():
        names = _names(desk, collective)
        for segment in journal.segments(before.get(collective, frozenset())):
            records[names.get(segment.device, segment.device)] += len(_records(segment))
            parts = [attachment.parts for entry in segment.entries for attachment in entry.attachments]
            files += len(parts)
            lacking += sum(not _here(desk.store, collective, [part.o for part in one]) for one in parts)
        waiting += sum(problem.problem.startswith(_WAITS) for problem in journal.problems)
    return Arrived(
        records={who: count for who, count in records.items() if count},
        files=files,
        files_lacking=lacking,
        waiting=waiting,
        waits_for=_only_other(desk) if waiting else None,
    )


def answer(meeting: Meeting, outcome: Outcome, came: Arrived | None, *, dry_run: bool) -> SyncAnswer:
    """The document of the command."""
    return SyncAnswer(
        sent=outcome.sent,
        received=outcome.received,
        healed=outcome.healed,
        bytes=meeting.plan.size,
        dropped=meeting.plan.dropped,
        foreign=meeting.plan.foreign,
        problems=tuple(ProblemLine(path=one.path, problem=one.problem, healed=False) for one in outcome.problems),
        stopped=tuple(f"{side}: {message}" for side, message, _ in outcome.stopped),
        arrived=came,
        dry_run=dry_run,
    )


def _dropped(desk: Desk) -> frozenset[str]:
    """The names of files that were moved or shredded here, and of key events that went with forgotten keys."""
    names: set[str] = set()
    for collective, journal in desk.journals.items():
        names |= shredding.dropped(journal) | set(journal.remembered.gone)
        names |= {
            source for source, _ in desk.index.moves(collective) if not _lies_here(desk.store, collective, source)
        }
    return frozenset(names)


def _names(desk: Desk, collective: str) -> dict[str, str]:
    """What people call the member of each device, by the device's id."""
    named = members.everybody(desk, collective)
    return {device: named[card.person].label for device, card in desk.journals[collective].roster.known.items()}


def _only_other(desk: Desk) -> str | None:
    """The one other member there is: only they can have a key that is not here."""
    others = {
        members.everybody(desk, collective)[person].label
        for collective, journal in desk.journals.items()
        for person, devices in journal.roster.persons.items()
        if journal.identity.device not in devices
    }
    return others.pop() if len(others) == 1 else None


def _lies_here(store: Store, collective: str, name: str) -> bool:
    return any(store.path(collective, area, name).exists() for area in ("objects", "journal"))


def _records(segment: Segment) -> set[str]:
    """The records that a segment adds or changes; what the program notes down of itself is not counted."""
    records = (entry.record for entry in segment.entries)
    return {record.id for record in records if record and record.__struct_config__.tag != "custody"}


def _here(store: Store, collective: str, names: Iterable[str]) -> bool:
    return all(store.path(collective, "objects", name).exists() for name in names)
