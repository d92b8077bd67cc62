"""Encrypting anew what is stored, to the current epoch: file by file, in batches, each ended by a ``moved`` segment.

A batch is like any other writing: new files, then the segment that says which old one each of them stands for. Only
then do the old ones go, each after the new one was opened and held what the old one held. So at every moment each
record can be read from one or the other; killed anywhere, the next run goes on with what is still under an old key.

Other devices do the same with the moves that reach them: an old file goes once they themselves have opened the new one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from hashlib import blake2b

from msgspec import Struct

from archive.errors import ArchiveError, DamagedError
from archive.seal import age, segment
from archive.seal.lines import digest
from archive.speech import tr
from archive.vault import shredding
from archive.vault.batch import Batch
from archive.vault.deeds import Moved
from archive.vault.entry import Segment
from archive.vault.journal import Journal
from archive.vault.memory import renamed
from archive.vault.tree import Area

AREAS: tuple[Area, ...] = ("journal", "objects")
BATCH_BYTES = 64 * 1024 * 1024
BATCH_FILES = 500


class Old(Struct, frozen=True):
    """A stored file that is to be encrypted anew."""

    area: Area
    name: str
    size: int


def stored(journal: Journal) -> tuple[Old, ...]:
    """The segments and objects that are here; objects that nothing names are left out."""
    segments = list(journal.segments(()))
    objects = dict.fromkeys(journal.place_of(name) for name in named(segments))
    places: list[tuple[Area, str]] = [("journal", name) for name in journal.holdings.names("journal")]
    places += [("objects", name) for name in objects if journal.holdings.has("objects", name)]
    return tuple(Old(area, name, journal.holdings.size(area, name)) for area, name in places)


def under_other_keys(journal: Journal, files: Iterable[Old], secret: bytes) -> tuple[Old, ...]:
    """Those of the files that the epoch with this secret does not open."""
    return tuple(one for one in files if not opens(journal, one.area, one.name, secret))


def named(segments: Iterable[Segment]) -> Iterator[str]:
    """The objects that the segments name, as often as they do."""
    for one in segments:
        for entry in one.entries:
            for file in entry.attachments:
                yield from (part.o for part in file.parts)


def opens(journal: Journal, area: Area, name: str, secret: bytes) -> bool:
    """Whether this secret opens the file; one that is damaged counts as opened, since it cannot be copied."""
    return journal.holdings.opens(area, name, [secret])


def portions(files: Sequence[Old]) -> Iterator[tuple[Old, ...]]:
    """Files in portions that are moved in one go."""
    portion: list[Old] = []
    size = 0
    for one in files:
        if portion and (len(portion) >= BATCH_FILES or size + one.size > BATCH_BYTES):
            yield tuple(portion)
            portion, size = [], 0
        portion.append(one)
        size += one.size
    if portion:
        yield tuple(portion)


def move(journal: Journal, files: Sequence[Old], now: datetime) -> Segment | None:
    """Encrypts files anew and says so in the journal; the old ones stay until ``settle``. None if none could be."""
    with journal.begin(now) as batch:
        moved = []
        for one in files:
            with suppress(DamagedError):  # what is not whole is told by check, and kept as it is
                moved.append(Moved(source=one.name, target=_copied(journal, one, batch)))
        return batch.commit(moved, now) if moved else None


def _copied(journal: Journal, one: Old, batch: Batch) -> str:
    if one.area == "objects":
        plain = age.decrypt(_whole(journal, one), list(journal.secrets.values()))
        return batch.add("objects", age.encrypt(plain, [journal.target()], journal.random))
    opened = journal.copy_of(one.name)
    if opened is None:
        raise DamagedError(tr("A segment cannot be opened."), tr("See which: archive check."))
    return batch.add("journal", [segment.copy(opened[1], journal.target(), journal.random)])


def _whole(journal: Journal, one: Old) -> Iterator[bytes]:
    """The bytes of a file, held against its name when they end."""
    hasher = blake2b(digest_size=32)
    for piece in journal.holdings.stream(one.area, one.name):
        hasher.update(piece)
        yield piece
    if hasher.hexdigest() != one.name:
        raise DamagedError(tr("A stored file is not what its name says."), tr("See which: archive check."))


def settle(journal: Journal, moves: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Drops the sources of moves whose targets are here and hold what they held; the names of what went."""
    gone: dict[str, str] = {}
    names: dict[str, str] = {}
    areas = {name: area for area in AREAS for name in journal.holdings.names(area)}
    mirrored = journal.holdings.mirrored("journal")
    for source, target in moves:
        if areas.get(target) == "journal" and (source in areas or source in mirrored):
            if _same_segment(journal, source, target):
                names[source] = target
        elif areas.get(target) == "objects" == areas.get(source) and _same_object(journal, source, target):
            gone[source] = target
    if names:
        journal.holdings.mirror(names.values())
        journal.remember(lambda known: renamed(known, names))
        journal.holdings.drop("journal", names.keys())
    journal.holdings.shelter(gone.values())
    journal.holdings.drop("objects", gone.keys())
    return frozenset(gone.keys() | names.keys())


def _same_segment(journal: Journal, source: str, target: str) -> bool:
    """Whether the copy has the same line 2 and every line that the file had, but for those that were destroyed."""
    old, new = journal.copy_of(source), journal.copy_of(target)
    if old is None or new is None or old[1].id != new[1].id:
        return False
    shreds, author = journal.remembered.shreds, old[0].dev
    lost = set(map(digest, old[1].body)) - set(map(digest, new[1].body))
    return all(shredding.destroyed(shreds, line, author, journal.roster) for line in lost)


def _same_object(journal: Journal, source: str, target: str) -> bool:
    """Whether two whole objects hold the same bytes."""
    held = []
    for name in (source, target):
        hasher = blake2b()
        try:
            for piece in age.decrypt(_whole(journal, Old("objects", name, 0)), list(journal.secrets.values())):
                hasher.update(piece)
        except ArchiveError:
            return False
        held.append(hasher.digest())
    return held[0] == held[1]


def waiting(journal: Journal, moves: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The moves whose source is still here and whose target is here too, be it after several moves."""
    holdings, ways = journal.holdings, _ways(moves)
    here = {*holdings.names("journal"), *holdings.mirrored("journal"), *holdings.names("objects")}
    sources = sorted(here & ways.keys())
    return tuple(
        (source, target) for source in sources for target in sorted(shredding.reached(ways, [source]) & here - {source})
    )


def lacking(moves: Iterable[tuple[str, str]], here: Collection[str]) -> frozenset[str]:
    """Those of the files ``here`` that moved, of which no copy is here."""
    ways = _ways(moves)
    return frozenset(
        name for name in ways.keys() & set(here) if not (shredding.reached(ways, [name]) - {name}).intersection(here)
    )


def _ways(moves: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    ways: dict[str, set[str]] = {}
    for source, target in moves:
        ways.setdefault(source, set()).add(target)
    return ways
