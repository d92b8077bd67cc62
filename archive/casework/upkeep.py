"""Destroying records for good: what would go, the order to do it, and what others ordered that is still waiting."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from msgspec import Struct

from archive.casework.mending import list_bin, shown
from archive.desk import Desk
from archive.errors import ArchiveError, NotFoundError, UsageError
from archive.records import kinds
from archive.records.answers_upkeep import BinLine, DoomedLine, ShredAnswer, ShredLine, ShredList
from archive.speech import tr
from archive.vault import shredding
from archive.vault.deeds import Keep, Ordered, Shred
from archive.vault.entry import Entry, Segment

_AT_ONCE = 5_000  # entries or files that one shred names
_STAYING = (kinds.Consent, kinds.Custody, kinds.Dossier, kinds.Collective, kinds.Member)


class Doomed(Struct, frozen=True):
    """What a shred would destroy: records with all their states, and the objects that nothing else names."""

    lines: tuple[DoomedLine, ...]
    entries: tuple[str, ...]
    files: tuple[str, ...]
    size: int


def doomed(desk: Desk, refs: Sequence[str], *, names: bool) -> Doomed:
    """What would go. A person takes their sealed names along (with ``names`` only those go), a file its capture facts.

    ArchiveError if something of it is another member's and this device's person is no admin.
    """
    segments = list(desk.journal.segments(frozenset()))
    meant = _meant(desk, refs, names=names)
    persons = {desk.index.resolve(ref, binned=True) for ref in refs}  # their interview holds the name too
    idents = tuple(dict.fromkeys((*meant, *_captured(segments, {*meant, *persons}))))
    mine = [(segment, entry) for segment in segments for entry in segment.entries if _is_of(entry, idents)]
    if not mine:
        raise NotFoundError(tr("There is nothing here to destroy."), tr("Sync with the others and try again."))
    for segment, _ in mine:
        if not shredding.may(desk.journal.roster, desk.journal.identity.device, segment.device):
            raise ArchiveError(
                tr("Only who entered a record or an admin can destroy it."), tr("Ask an admin: archive member list")
            )
    files = _files(desk, segments, {entry.hash for _, entry in mine})
    return Doomed(
        lines=tuple(_lines(desk, idents, (entry for _, entry in mine))),
        entries=tuple(dict.fromkeys(entry.hash for _, entry in mine)),
        files=files,
        size=sum(desk.journal.holdings.size("objects", name) for name in files),
    )


def _meant(desk: Desk, refs: Sequence[str], *, names: bool) -> tuple[str, ...]:
    """The ids of the records that go."""
    found: dict[str, None] = {}
    for ref in refs:
        ident = desk.index.resolve(ref, binned=True)
        stored = desk.index.get(ident, desk.collective)
        if stored is not None and isinstance(stored.record, _STAYING):
            raise ArchiveError(
                tr(
                    "{ref} is not to be destroyed: it says what was agreed, done or given out.",
                    ref=desk.index.ref(ident),
                ),
                tr("What was agreed to is taken back with: archive consent withdraw"),
            )
        identities = {one.record.id: None for one in desk.index.identities_of(ident, desk.collective)} if stored else {}
        if names and not identities:
            raise NotFoundError(tr("No names of this person are sealed here."), tr("See: archive person show PERSON"))
        found |= identities if names else {ident: None} | identities
    return tuple(found)


def _captured(segments: Iterable[Segment], idents: Collection[str]) -> Iterator[str]:
    """The ids of what says more of some records: capture facts, and the interview with a person, also in the bin."""
    for segment in segments:
        for entry in segment.entries:
            if isinstance(entry.record, kinds.CaptureFacts) and entry.record.item in idents:
                yield entry.record.id
            if isinstance(entry.record, kinds.Unfinished) and entry.record.person in idents:
                yield entry.record.id


def _is_of(entry: Entry, idents: Collection[str]) -> bool:
    return entry.record is not None and entry.record.id in idents


def _files(desk: Desk, segments: Iterable[Segment], going: Collection[str]) -> tuple[str, ...]:
    """The objects that only the lines that go name, under the names that they have now."""
    gone: set[str] = set()
    kept: set[str] = set()
    for segment in segments:
        for entry in segment.entries:
            parts = {part.o for file in entry.attachments for part in file.parts}
            (gone if entry.hash in going else kept).update(parts)
    here = {now for name in gone for now in (name, *desk.journal.moved_to(name))}
    still = {now for name in kept for now in (name, *desk.journal.moved_to(name))}
    return tuple(sorted(here - still))


def _lines(desk: Desk, idents: Sequence[str], entries: Iterable[Entry]) -> Iterator[DoomedLine]:
    """What each record is called; of names, how many records they will no longer be hidden in."""
    last = {entry.record.id: entry.record for entry in entries if entry.record is not None}
    for ident, record in ((ident, last[ident]) for ident in idents if ident in last):
        telling = _telling(desk, record.person) if isinstance(record, kinds.Identity) else ()
        yield DoomedLine(
            ref=desk.index.ref(ident),
            kind=str(record.__struct_config__.tag),
            title=shown(record),
            hides_in=len(set(telling)),
        )


def _telling(desk: Desk, person: str) -> Iterator[str]:
    """The ids of the records about somebody or mentioning them."""
    for one in (*desk.index.about(person, desk.collective), *desk.index.mentioning(person, desk.collective)):
        yield one.record.id


def shred(desk: Desk, going: Doomed, why: str | None) -> ShredAnswer:
    """Order it to be destroyed, and destroy it here at once."""
    portions = range(0, max(len(going.entries), len(going.files)), _AT_ONCE)
    orders = [
        Shred(
            entries=going.entries[start : start + _AT_ONCE] or going.entries[:1],
            files=going.files[start : start + _AT_ONCE],
            why=why,
        )
        for start in portions
    ]
    written = desk.save(*orders)
    told = {one.hash: Ordered(written.device, one.deed) for one in written.entries if one.deed is not None}
    shredding.notice(desk.journal, told, desk.clock())
    for name in told:
        shredding.agree(desk.journal, name)
    desk.uphold(desk.journal)
    return answer(desk, going)


def answer(desk: Desk, going: Doomed) -> ShredAnswer:
    """What a shred comes to that is ordered now."""
    return ShredAnswer(
        records=going.lines,
        entries=len(going.entries),
        files=len(going.files),
        size=going.size,
        elsewhere=(desk.clock() + shredding.DELAY).date().isoformat(),
    )


def bin_over(desk: Desk) -> tuple[BinLine, ...]:
    """What has been in the bin for its thirty days."""
    return tuple(line for line in list_bin(desk).records if line.until <= desk.today())


# --- what others ordered ---


def list_shreds(desk: Desk) -> ShredList:
    """The shreds that have no effect here yet."""
    shreds = desk.journal.remembered.shreds
    found = [(name, one) for name, one in shreds.items() if one.stage == "waiting" and not one.kept]
    asking = {one.name for one in _waiting(desk) if one.asks}
    lines = (
        ShredLine(
            shred=name[:8],
            device=one.by,
            seen=one.seen,
            due=(shredding.time_of(one.seen) + shredding.DELAY).date().isoformat(),
            records=_records(desk, one.entries),
            asks=name in asking,
        )
        for name, one in found
    )
    return ShredList(shreds=tuple(lines))


def _waiting(desk: Desk) -> tuple[shredding.Waiting, ...]:
    journal = desk.journal
    _, waiting = shredding.waiting(
        journal,
        desk.clock(),
        lambda entries: desk.index.records_of(journal.collective, entries),
        desk.index.count(journal.collective),
    )
    return waiting


def _records(desk: Desk, entries: Sequence[str]) -> tuple[str, ...]:
    """The references of the records that some entries are states of."""
    found = desk.index.subjects(desk.collective, entries)
    return tuple(desk.index.ref(ident) for ident in found)


def agree(desk: Desk, typed: str) -> ShredList:
    """Say yes: what the shred names is destroyed here now."""
    name = _named(desk, typed)
    told = ShredList(shreds=tuple(line for line in list_shreds(desk).shreds if line.shred == name[:8]))
    shredding.agree(desk.journal, name)
    desk.uphold(desk.journal)
    return told


def withdraw(desk: Desk, typed: str) -> ShredList:
    """Take a shred back, as an admin: it has no effect on any device where it had none yet."""
    name = _named(desk, typed)
    if not shredding.is_admin(desk.journal.roster, desk.journal.identity.device):
        raise ArchiveError(tr("Only an admin can take a shred back."), tr("Ask one now: archive member list"))
    told = ShredList(shreds=tuple(line for line in list_shreds(desk).shreds if line.shred == name[:8]))
    desk.save(Keep(shreds=(name,)))
    desk.uphold(desk.journal)
    return told


def _named(desk: Desk, typed: str) -> str:
    """The entry hash of the waiting shred that is meant."""
    shreds = desk.journal.remembered.shreds
    found = [name for name, one in shreds.items() if one.stage == "waiting" and not one.kept and name.startswith(typed)]
    if len(typed) < 4 or len(found) != 1:
        raise UsageError(tr("No waiting shred has this number."), tr("See them: archive shred --list"))
    return found[0]
