"""Copying files of an archive from one folder into another, in batches, held against their names while they are copied.

Objects and key events come before segments (``in_order``), as everywhere: what names something is never there before
it. A batch is written, kept by the disk, named, and its folders kept by the disk; a file that cannot be read whole is
left out and told, and the others still come. What breaks off leaves whole files and no temporary ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from msgspec import Struct

from archive.errors import ArchiveError, DamagedError
from archive.speech import tr
from archive.vault import disk
from archive.vault.entry import Problem
from archive.vault.inventory import area
from archive.vault.layout import REQUESTS
from archive.vault.requests import MOST
from archive.vault.tree import AREAS, Placing, Tree

_ORDER = ("keys", "objects", "journal", REQUESTS)
_BATCH = 32 * 1024 * 1024  # bytes
_FILES = 256


class Transfer(Struct, frozen=True):
    """One file to be copied: from where below its root to where below the other; ``heals`` a damaged or lost one."""

    source: str
    target: str
    size: int
    heals: bool = False

    @property
    def name(self) -> str:
        """The hash of its bytes."""
        return self.target.rpartition("/")[2]


Count = Callable[[int], None]
Placed = tuple[list[Transfer], list[Problem]]  # what has its name now, and what could not be read whole


class _LeftOutError(ArchiveError):
    """This one file cannot be taken; the place it goes to is not to blame."""


def in_order(transfers: Iterable[Transfer]) -> list[Transfer]:
    """Key events, objects, segments, requests: nothing before what it needs."""
    return sorted(transfers, key=lambda one: (_ORDER.index(area(one.target)), one.target))


def batches(transfers: Sequence[Transfer]) -> Iterator[list[Transfer]]:
    """In the same order, cut where a batch grows too large; a kind of file never shares one with what it needs."""
    batch: list[Transfer] = []
    size = 0
    for one in transfers:
        full = size + one.size > _BATCH or len(batch) >= _FILES
        if batch and (full or area(batch[0].target) != area(one.target)):
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += one.size
    if batch:
        yield batch


def place(
    source: Path,
    root: Path,
    batch: Iterable[Transfer],
    random: Callable[[int], bytes],
    count: Count,
) -> Placed:
    """Copies a batch; what was placed, and what could not be read whole.

    ArchiveError if ``root`` cannot be written to: then nothing of the batch is there. ``count`` is told bytes.
    """
    done: list[Transfer] = []
    problems: list[Problem] = []
    with ExitStack() as stack:
        landing = _Landing(root, random, stack)
        for one in batch:
            try:
                landing.add(one, _counted(source / one.source, count))
            except (_LeftOutError, DamagedError) as error:
                problems.append(Problem(one.source, error.message))
            else:
                done.append(one)
        landing.finish()
    return done, problems


class _Landing:
    """Where a batch comes in: a placing for each collective, and the folder of requests."""

    def __init__(self, root: Path, random: Callable[[int], bytes], stack: ExitStack) -> None:
        self._root = root
        self._random = random
        self._stack = stack
        self._placings: dict[str, Placing] = {}

    def add(self, one: Transfer, pieces: Iterable[bytes]) -> None:
        collective = one.target.partition("/")[0]
        if collective == REQUESTS:
            self._add_request(one.name, pieces)
            return
        if collective not in self._placings:
            placing = Tree(self._root).batch(collective, self._random)
            self._placings[collective] = self._stack.enter_context(placing)
        self._placings[collective].add(AREAS[AREAS.index(area(one.target))], pieces, one.name)

    def finish(self) -> None:
        for placing in self._placings.values():
            placing.finish()

    def _add_request(self, name: str, pieces: Iterable[bytes]) -> None:
        folder = self._root / REQUESTS
        if disk.make_folder(folder):
            disk.settle(self._root)
        if len(disk.names(folder)) >= MOST:
            raise _LeftOutError(tr("is left out: {most} requests to be let in wait already", most=MOST))
        written = disk.write(folder, pieces, self._random, name)
        try:
            disk.sync(written.path)
            disk.rename(written.path, folder / name)
        except ArchiveError:
            disk.remove(written.path)
            raise
        disk.settle(folder)


def _counted(path: Path, count: Count) -> Iterator[bytes]:
    """The bytes of the file to be copied, told as they come."""
    try:
        for piece in disk.stream(path):
            yield piece
            count(len(piece))
    except ArchiveError as error:
        raise _LeftOutError(error.message) from error
