"""Upkeep: a new key, is all there, the index from records alone, who did what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import structs

from archive.desk import Desk
from archive.errors import DamagedError, NotFoundError
from archive.index.reading import Logged
from archive.records import kinds
from archive.records.answers import CheckAnswer, LogAnswer, LogLine, ProblemLine, RotateAnswer
from archive.records.kinds import Filed
from archive.vault import check as checking
from archive.vault.check import Report
from archive.vault.entry import Draft
from archive.vault.store import Store

WHAT_ROTATION_LEAVES = (
    "Whoever holds only the old key can no longer read anything added from now on. Whoever holds only the old key may "
    "have copied everything they could read until today; no software can take that back."
)


_DEEDS = {"tomb": "into the bin", "shred": "shredded", "keep": "a shred taken back"}


def rotate(desk: Desk, *, dry_run: bool) -> RotateAnswer:
    """A new epoch: one key event, whatever the size of the archive; what was stored before still opens."""
    journal = desk.journal
    if journal.epoch is None:
        raise DamagedError("This collective has no key to follow.", "Sync again. If that does not help: archive check.")
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


def custody(desk: Desk, ref: str | None, *, verify: bool = False) -> LogAnswer:
    """What happened to one record, or to all, oldest first, in PREMIS terms.

    Taking a file in *is* its signed entry: the ingestion, the digests before and after, and the groups removed stand in
    it and are not written a second time. Events without a record of their own are custody records.
    """
    entries = _concerning(desk, ref)
    first: set[str | None] = set()
    lines = []
    for logged in sorted(entries, key=lambda logged: logged.at):
        lines += _lines(desk, logged, new=logged.record not in first)
        first.add(logged.record)
    problems = tuple(_unproven(desk, entries)) if verify else ()
    return LogAnswer(events=tuple(lines), verified=not problems if verify else None, problems=problems)


def _concerning(desk: Desk, ref: str | None) -> tuple[Logged, ...]:
    """Every entry, or those of one record and of what is said about it."""
    if ref is None:
        return desk.index.log(collective=desk.preferred)
    ident, index = desk.index.resolve(ref, binned=True), desk.index
    beside = (*index.custody_of(ident), *index.consents_of(ident), *index.identities_of(ident))
    beside += index.captured_of(ident)
    concerned = dict.fromkeys([ident, *(stored.record.id for stored in beside)])
    return tuple(logged for one in concerned for logged in index.log(one))


def _unproven(desk: Desk, entries: Sequence[Logged]) -> Iterator[str]:
    """What of the log the journal itself does not prove: every segment is read again, its signature and chain held."""
    for collective in dict.fromkeys(logged.collective for logged in entries):
        segments = tuple(desk.journals[collective].segments(frozenset()))
        proven = {(segment.head, entry.hash) for segment in segments for entry in segment.entries}
        heads = {segment.head for segment in segments}
        for logged in entries:
            if logged.collective == collective and (logged.segment, logged.entry) not in proven:
                yield f"{logged.at} {logged.kind}: the signed entry is not in the journal"
        for segment in segments:
            if segment.prev is not None and segment.prev not in heads:
                yield f"{segment.at}: what device {segment.device[:8]} wrote before this is not here"


def _lines(desk: Desk, logged: Logged, *, new: bool) -> list[LogLine]:
    """What one signed entry tells: a file taken in is two events, a file encrypted again none of its own."""
    if logged.kind in _DEEDS:
        concerned = (logged.record,) if logged.record else ()
        return [_line(desk, logged, "deletion", concerned, _DEEDS[logged.kind])]
    if logged.kind == "moved":
        return []
    record = _record(desk, logged)
    if isinstance(record, kinds.Custody):
        return [_line(desk, logged, record.event, record.concerns, record.note or record.outcome)]
    concerns = (logged.record,) if logged.record else ()
    if isinstance(record, Filed) and new:
        digests = {"sha256_original": record.scrub.sha256_original, "sha256_clean": record.scrub.sha256_clean}
        removed = ", ".join(record.scrub.removed) or "nothing to remove"
        ingestion = _line(desk, logged, "ingestion", concerns, f"cleaned: {record.scrub.method}")
        return [
            structs.replace(ingestion, digests=digests),
            _line(desk, logged, "metadata modification", concerns, f"removed: {removed}"),
        ]
    if isinstance(record, kinds.Consent):
        return [_line(desk, logged, "consent change", (record.person, *concerns), "recorded")]
    return [_line(desk, logged, "creation" if new else "modification", concerns, logged.kind)]


def _line(desk: Desk, logged: Logged, event: str, concerns: Sequence[str], outcome: str) -> LogLine:
    refs = tuple(_ref(desk, one) for one in concerns)
    return LogLine(at=logged.at, event=event, device=logged.device, concerns=refs, outcome=outcome)


def _record(desk: Desk, logged: Logged) -> kinds.AnyRecord | None:
    """The record an entry belongs to, as it is now; as the entry says it where the record is in the bin."""
    if logged.record is None:
        return None
    stored = desk.index.get(logged.record, logged.collective)
    if stored is not None:
        return stored.record
    states = desk.index.states(logged.record, logged.collective)
    return next((tip.entry.record for tip in states if tip.entry.hash == logged.entry), None)


def _ref(desk: Desk, ident: str) -> str:
    """A record's reference, or that it is no more: events outlive what they concern."""
    try:
        return desk.index.ref(ident)
    except NotFoundError:
        return "gone"
