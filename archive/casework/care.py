"""Upkeep: a new key, is all there, the index from records alone, who did what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from archive.desk import Desk
from archive.errors import DamagedError
from archive.index.logged import Logged
from archive.records import kinds
from archive.records.answers import CheckAnswer, LogAnswer, LogLine, ProblemLine, RotateAnswer
from archive.records.kinds import Filed
from archive.speech import tr
from archive.vault import check as checking
from archive.vault.check import Report
from archive.vault.entry import Draft
from archive.vault.store import Store

WHAT_ROTATION_LEAVES = tr(
    "Whoever holds only the old key can no longer read anything added from now on. Whoever holds only the old key may "
    "have copied everything they could read until today; no software can take that back."
)


_DEEDS = {"tomb": "into the bin", "shred": "shredded", "keep": "a shred taken back"}


def rotate(desk: Desk, *, dry_run: bool) -> RotateAnswer:
    """A new epoch: one key event, whatever the size of the archive; what was stored before still opens."""
    journal = desk.journal
    if journal.epoch is None:
        raise DamagedError(
            tr("This collective has no key to follow."), tr("Sync again. If that does not help: archive check.")
        )
    epoch = None if dry_run else journal.rotate(desk.clock())
    if not dry_run:
        desk.save(Draft(desk.new(kinds.Custody, event="key change", note="new epoch")))
    return RotateAnswer(
        collective=desk.collective_name, epoch=epoch, members=len(journal.roster.cards), reencrypted=False
    )


def check(desk: Desk, *, read_data: bool) -> CheckAnswer:
    """Every name, signature, entry and referenced object; with ``read_data`` every byte is decrypted."""
    return _answer(checking.check(desk.store, tuple(desk.journals.values()), read_data=read_data))


def check_keyless(root: Path) -> CheckAnswer:
    """Names against hashes, which needs no key and shows less."""
    return _answer(checking.check(Store(root)))


def _answer(report: Report) -> CheckAnswer:
    """The report; a problem without a path is one of this computer's memory, which makes no file damaged."""
    return CheckAnswer(
        ok=all(problem.healed or problem.aside or not problem.path for problem in report.problems),
        records=report.records,
        objects=report.objects,
        files=report.files,
        problems=tuple(ProblemLine(path=one.path, problem=one.problem, healed=one.healed) for one in report.problems),
    )


def custody(desk: Desk, ref: str | None, *, verify: bool = False, newest: int | None = None) -> LogAnswer:
    """What happened to one record, or to all, oldest first, in PREMIS terms; with ``newest`` only the last so many.

    Taking a file in *is* its signed entry: the ingestion, the digests before and after, and the groups removed stand in
    it and are not written a second time. Events without a record of their own are custody records.
    """
    short = newest is not None and not verify and ref is None
    entries = desk.index.newest((newest or 0) + 1, desk.preferred) if short else _concerning(desk, ref)
    events = tuple(_events(desk, entries if newest is None else entries[-newest:]))
    told = events if newest is None else events[-newest:]
    problems = tuple(_unproven(desk, entries)) if verify else ()
    return LogAnswer(
        events=told,
        verified=not problems if verify else None,
        problems=problems,
        more=len(events) > len(told) or (newest is not None and len(entries) > newest),
    )


def _concerning(desk: Desk, ref: str | None) -> tuple[Logged, ...]:
    """Every entry, or those of one record and of what is said about it."""
    if ref is None:
        return desk.index.log(collective=desk.preferred)
    ident, index = desk.index.resolve(ref, binned=True), desk.index
    beside = (*index.custody_of(ident), *index.consents_of(ident), *index.identities_of(ident))
    beside += index.captured_of(ident)
    return index.log(dict.fromkeys([ident, *(stored.record.id for stored in beside)]))


def _unproven(desk: Desk, entries: Sequence[Logged]) -> Iterator[str]:
    """What of the log the journal itself does not prove: every segment is read again, its signature and chain held."""
    for collective in dict.fromkeys(logged.collective for logged in entries):
        segments = tuple(desk.journals[collective].segments(frozenset()))
        proven = {(segment.head, entry.hash) for segment in segments for entry in segment.entries}
        heads = {segment.head for segment in segments}
        for logged in entries:
            if logged.collective == collective and (logged.segment, logged.entry) not in proven:
                yield tr("{at} {kind}: the signed entry is not in the journal", at=logged.at, kind=logged.kind)
        for segment in segments:
            if segment.prev is not None and segment.prev not in heads:
                yield tr(
                    "{at}: what device {device} wrote before this is not here", at=segment.at, device=segment.device[:8]
                )


class _Event(Struct, frozen=True):
    """One event of an entry; ``concerns`` are ids."""

    event: str
    concerns: tuple[str, ...]
    outcome: str
    digests: dict[str, str] = {}


def _events(desk: Desk, entries: Iterable[Logged]) -> Iterator[LogLine]:
    """The lines of a log. Events outlive what they concern: that is then gone."""
    told = [(logged, event) for logged in entries for event in _of(logged)]
    refs = desk.index.refs({one for _, event in told for one in event.concerns})
    for logged, event in told:
        yield LogLine(
            at=logged.at,
            event=event.event,
            device=logged.device,
            concerns=tuple(refs.get(one, "gone") for one in event.concerns),
            outcome=event.outcome,
            digests=event.digests,
        )


def _of(logged: Logged) -> Iterator[_Event]:
    """What one signed entry tells: a file taken in is two events."""
    record, concerns = logged.state, (logged.record,) if logged.record else ()
    if logged.kind in _DEEDS:
        yield _Event("deletion", concerns, _DEEDS[logged.kind])
    elif isinstance(record, kinds.Custody):
        yield _Event(record.event, record.concerns, record.note or record.outcome)
    elif isinstance(record, Filed) and logged.begins:
        digests = {"sha256_original": record.scrub.sha256_original, "sha256_clean": record.scrub.sha256_clean}
        yield _Event("ingestion", concerns, f"cleaned: {record.scrub.method}", digests)
        removed = f"removed: {', '.join(record.scrub.removed)}" if record.scrub.removed else "nothing to remove"
        yield _Event("metadata modification", concerns, removed)
    elif isinstance(record, kinds.Consent):
        yield _Event("consent change", (record.person, *concerns), "recorded")
    else:
        yield _Event("creation" if logged.begins else "modification", concerns, logged.kind)
