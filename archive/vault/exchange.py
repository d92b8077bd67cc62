"""Exchange between two copies of one archive, both ways and without a key: look, compare, copy.

``look`` and ``compare`` change nothing; ``exchange`` then copies, what comes before what goes. It may be broken off at
any moment and run again: whole files stay, unfinished ones do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from archive.errors import ArchiveError
from archive.speech import tr
from archive.vault import comparing, disk, inventory, placing
from archive.vault.comparing import Plan, Sides
from archive.vault.entry import Problem
from archive.vault.folder import Folder
from archive.vault.inventory import Inventory, Stray
from archive.vault.placing import Count, Placed, Transfer
from archive.vault.shelter import shelter
from archive.vault.store import Store
from archive.vault.tree import AREAS, Tree

Random = Callable[[int], bytes]
_DAY = 86_400  # seconds


class Peer(Protocol):
    """The other copy: a folder (``Folder``), or something that rclone reaches (``remote.py``)."""

    def is_new(self, store: Store) -> bool:
        """Whether nothing lies there yet. UsageError if it is another archive, or no archive and not empty."""

    def begin(self, store: Store) -> int:
        """Puts there what tells people and tools what the folder is; how many damaged or lost ones it mended."""

    def look(self, *, read_data: bool) -> Inventory:
        """What lies there."""

    def lend(self, batch: Sequence[Transfer]) -> AbstractContextManager[Path]:
        """A folder in which the sources of a batch can be read for a while."""

    def take(self, root: Path, batch: Sequence[Transfer], count: Count) -> Placed:
        """Takes over files that lie below ``root``, as ``placing.place`` does."""

    def tidy(self, strays: Iterable[Stray], before: float) -> None:
        """Takes away copies of what lies there under its right name too, and temporary files from ``before``."""

    def room(self) -> int | None:
        """Free bytes there, if that can be known."""


class Outcome(Struct, frozen=True):
    """What an exchange did: new files each way, files that were damaged or lost and are whole again, what is wrong.

    ``stopped`` says why a direction could not go on: who could not take files (``here``, ``there``), message, hint.
    """

    sent: int
    received: int
    healed: int
    problems: tuple[Problem, ...]
    stopped: tuple[tuple[str, str, str], ...]


def look(root: Path, peer: Peer, mirror: Tree, *, read_data: bool = False) -> Sides:
    """Looks through both copies, and into the mirror for what is lacking here; at attachments with ``read_data``."""
    here = inventory.look(root, read_data=read_data)
    return Sides(here, peer.look(read_data=read_data), dict(_mirrored(mirror, here)))


def exchange(
    store: Store, peer: Peer, mirror: Tree, found: Sides, plan: Plan, *, now: float, random: Random, count: Count
) -> Outcome:
    """Carries out what ``comparing.compare`` planned from what was ``found``; ``count`` is told bytes.

    What comes is written first. Where one direction has to stop (a full disk, a stick that can only be read), the other
    still goes on. ``now`` in seconds: temporary files older than a day have no writer any more.
    """
    home = Folder(store.root, random)
    for collective in store.collectives():
        shelter(store, mirror, collective, store.names(collective, "objects"))
    run = _Run(count, list(plan.problems))
    came = run.carry("here", Folder(mirror.root, random), home, plan.mirrored)
    came += run.carry("here", home, home, plan.mended)
    came += run.carry("here", peer, home, plan.received)
    whole = {one.target for one in came} | found.here.whole.keys()
    mended = run.begin(store, peer)
    went = run.carry("there", home, peer, [one for one in plan.sent if one.target in whole])
    home.tidy(comparing.misplaced(found.here, whole), now - _DAY)
    peer.tidy(comparing.misplaced(found.there, found.there.whole.keys() | {one.target for one in went}), now - _DAY)
    for one in came:
        if inventory.area(one.target) == "objects":
            shelter(store, mirror, one.target.partition("/")[0], [one.name])
    return Outcome(
        sent=sum(not one.heals for one in went),
        received=sum(not one.heals for one in came),
        healed=sum(one.heals for one in (*came, *went)) + mended,
        problems=tuple(run.problems),
        stopped=tuple(run.stopped),
    )


class _Run:
    """One exchange under way: what went wrong so far."""

    def __init__(self, count: Count, problems: list[Problem]) -> None:
        self._count = count
        self.problems = problems
        self.stopped: list[tuple[str, str, str]] = []

    def begin(self, store: Store, peer: Peer) -> int:
        """Has the other side say what it is; how many of its files were mended by that."""
        try:
            return peer.begin(store)
        except ArchiveError as error:
            self.stopped.append(("there", error.message, error.hint))
            return 0

    def carry(self, side: str, source: Peer, target: Peer, transfers: Sequence[Transfer]) -> list[Transfer]:
        """Copies batch after batch; what arrived. A side that has to stop takes nothing any more."""
        done: list[Transfer] = []
        if any(stopped == side for stopped, _, _ in self.stopped):
            return done
        try:
            _check_room(target, transfers)
            for batch in placing.batches(transfers):
                with source.lend(batch) as root:
                    placed, problems = target.take(root, batch, self._count)
                done += placed
                self.problems += problems
        except ArchiveError as error:
            self.stopped.append((side, error.message, error.hint))
        return done


def _check_room(target: Peer, transfers: Sequence[Transfer]) -> None:
    """ArchiveError before the first byte where not all of it can fit."""
    size, room = sum(one.size for one in transfers), target.room()
    if room is not None and size > room:
        raise ArchiveError(
            tr(
                "{size:,.1f} MB are to be written and {room:,.1f} MB are free.",
                size=size / 1000000.0,
                room=room / 1000000.0,
            ),
            tr("Make room, or take a larger one, and sync again."),
        )


def _mirrored(mirror: Tree, here: Inventory) -> Iterator[tuple[str, int]]:
    """Path and size of every whole file of the mirror that lacks here, or has another size here."""
    for collective in mirror.collectives():
        for area in AREAS:
            for name in mirror.names(collective, area):
                path = mirror.relative(collective, area, name)
                with disk.plainly():
                    size = (mirror.root / path).lstat().st_size
                if here.whole.get(path) != size and inventory.is_whole(mirror.root, path):
                    yield path, size
