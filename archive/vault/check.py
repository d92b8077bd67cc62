"""Is the archive whole? Without a key: is every file what its name says. With one: everything that is signed, too.

What a journal read while being checked is healed from the mirror where that is possible; such problems are told as
well, marked as healed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from archive.errors import ArchiveError
from archive.records.kinds import Attachment
from archive.speech import tr, trn
from archive.vault.entry import Problem, Segment
from archive.vault.journal import Journal
from archive.vault.store import Store
from archive.vault.survey import Survey


class Report(Struct, frozen=True):
    """``records`` that the given journals hold (0 without a key), whole ``objects``, whole ``files``, what is wrong."""

    records: int
    objects: int
    files: int
    problems: tuple[Problem, ...]


def check(store: Store, journals: Sequence[Journal] = (), *, read_data: bool = False) -> Report:
    """Looks at everything in the archive; ``read_data`` also decrypts every attachment of the journals' records.

    A path stands in the report once, with the first thing that is wrong with it.
    """
    read = [(journal, list(journal.segments(()))) for journal in journals]  # first: this heals
    survey = Survey(store)
    found = [problem for journal, _ in read for problem in journal.problems]
    found += survey.problems
    for journal, segments in read:
        late = journal.sift() if journal.roster.removals else None  # tells what is set aside
        found += [problem for problem in journal.problems if problem not in found]
        found += _gaps(journal, segments, late.ids if late else frozenset())
        found += _objects(journal, segments, survey, read_data=read_data)
    objects = sum(area == "objects" for area in survey.whole.values())
    return Report(_records(read), objects, len(survey.whole), tuple(_once(found)))


def _gaps(journal: Journal, segments: Sequence[Segment], aside: frozenset[str]) -> Iterator[Problem]:
    """What the segments themselves say must be there and is not; and two segments in one place of a chain.

    What is set ``aside`` or waits, by segment id, is there.
    """
    present = {segment.head for segment in segments} | aside
    numbers: dict[tuple[str, str, int], str] = {}
    for segment in segments:
        path = journal.store.relative(journal.collective, "journal", segment.name)
        place = (segment.device, segment.chain, segment.seq)
        if numbers.setdefault(place, segment.head) != segment.head:
            yield Problem(path, tr("has the same number in its device's chain as another: both are kept"))
        if segment.prev and segment.prev not in present:
            yield Problem(
                path,
                tr("follows a segment that is not here: number {number} of its device's chain", number=segment.seq - 1),
            )
        unseen = [seq for seq, head in segment.seen.values() if head not in present]
        if unseen:
            yield Problem(
                path,
                trn(
                    "its author had seen {n} other devices' segments that are not here",
                    "its author had seen {n} other devices' segments that are not here",
                    len(unseen),
                ),
            )


def _objects(journal: Journal, segments: Sequence[Segment], survey: Survey, *, read_data: bool) -> Iterator[Problem]:
    for attachment in _attachments(journal, segments):
        whole = True
        for name in (journal.place_of(part.o) for part in attachment.parts):
            if survey.whole.get(name) != "objects":
                whole = False
                yield Problem(
                    journal.store.relative(journal.collective, "objects", name), tr("is not here; a record needs it")
                )
        if whole and read_data:
            yield from _data(journal, attachment)


def _attachments(journal: Journal, segments: Iterable[Segment]) -> Iterator[Attachment]:
    """Those of all entries that are to stay: where somebody shredded a line its files may be gone already."""
    for segment in segments:
        for entry in segment.entries:
            if not journal.is_shredded(entry.hash, segment.device):
                yield from entry.attachments


def _data(journal: Journal, attachment: Attachment) -> Iterator[Problem]:
    """Decrypts an attachment to its end."""
    try:
        for _ in journal.open_object(attachment):
            pass
    except ArchiveError as error:
        yield Problem(journal.store.relative(journal.collective, "objects", attachment.parts[0].o), error.message)


def _records(read: Iterable[tuple[Journal, Sequence[Segment]]]) -> int:
    """The number of different records in the journals."""
    ids = {
        (journal.collective, entry.record.id)
        for journal, segments in read
        for segment in segments
        for entry in segment.entries
        if entry.record
    }
    return len(ids)


def _once(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Each path once, as it was told first; what has no path, each."""
    told: set[str] = set()
    for problem in problems:
        key = problem.path or problem.problem
        if key not in told:
            told.add(key)
            yield problem
