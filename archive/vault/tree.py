"""A tree of immutable files, each named by the hash of its own bytes: the archive is one, its private mirror another.

::

    <collective id>/keys/<hash>            key events
    <collective id>/journal/<hh>/<hash>    segments; <hh> are the first two digits
    <collective id>/objects/<hh>/<hash>    parts of attachments

Files are put in batches: temporary files in the area's folder, fsync of each, rename of each, fsync of each folder.
Nothing is ever overwritten, except by the very bytes that the name demands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Literal

from archive.errors import ArchiveError, DamagedError
from archive.seal.lines import LARGEST, digest
from archive.speech import tr
from archive.vault import disk
from archive.vault.disk import Written

Area = Literal["keys", "journal", "objects"]
AREAS: tuple[Area, ...] = ("keys", "journal", "objects")
NAME = re.compile("[0-9a-f]{64}")
_FAN = re.compile("[0-9a-f]{2}")


class Tree:
    """The files below ``root``; nothing is kept in memory, so several processes may use one tree."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def collectives(self) -> list[str]:
        """The ids of the collectives that have at least one key event here."""
        return [name for name in disk.names(self.root) if NAME.fullmatch(name) and self.names(name, "keys")]

    def folder(self, collective: str, area: Area) -> Path:
        """Where an area's files lie, or their <hh> folders."""
        return self.root / collective / area

    def path(self, collective: str, area: Area, name: str) -> Path:
        """Where a file lies or would lie."""
        folder = self.folder(collective, area)
        return folder / name if area == "keys" else folder / name[:2] / name

    def relative(self, collective: str, area: Area, name: str) -> str:
        """The path as problems tell it."""
        return self.path(collective, area, name).relative_to(self.root).as_posix()

    def names(self, collective: str, area: Area) -> list[str]:
        """The names of an area's files, sorted, without opening one; what is not named by a hash is left out."""
        folder = self.folder(collective, area)
        found = disk.names(folder)
        if area != "keys":
            fans = [fan for fan in found if _FAN.fullmatch(fan)]
            found = [name for fan in fans for name in disk.names(folder / fan) if name.startswith(fan)]
        return [name for name in found if NAME.fullmatch(name)]

    def read(self, collective: str, area: Area, name: str) -> bytes:
        """A key event or segment. NotFoundError if it is not here, DamagedError unless its bytes have its name."""
        data = disk.read(self.path(collective, area, name), LARGEST)
        if digest(data) != name:
            raise DamagedError(
                tr("A file of the archive is not what its name says."),
                tr("It may not have arrived whole yet: sync again, then: archive check."),
            )
        return data

    def stream(self, collective: str, area: Area, name: str) -> Iterator[bytes]:
        """The bytes of a file in pieces, not held against its name."""
        return disk.stream(self.path(collective, area, name))

    def remove(self, collective: str, area: Area, names: Iterable[str]) -> None:
        """Takes files away for good, durably; those that are not here are passed over."""
        folders = set()
        for path in (self.path(collective, area, name) for name in names):
            if disk.unlink(path):
                folders.add(path.parent)
        for folder in sorted(folders):
            disk.settle(folder)

    def sweep(self, collective: str, before: float) -> None:
        """Takes away the temporary files of writers that died: those untouched since ``before`` (seconds, POSIX)."""
        for area in AREAS:
            folder = self.folder(collective, area)
            left = [folder / name for name in disk.names(folder) if name.startswith(disk.TEMPORARY)]
            for path in left:
                disk.remove_older(path, before)
            if left:
                disk.still(folder)

    def batch(self, collective: str, random: Callable[[int], bytes]) -> Placing:
        """Begins a batch of files."""
        return Placing(self, collective, random)


class Placing(AbstractContextManager["Placing"]):
    """A batch of files on its way into a tree: ``add`` each, then ``finish``. Leaves no temporary file behind."""

    def __init__(self, tree: Tree, collective: str, random: Callable[[int], bytes]) -> None:
        self._tree = tree
        self._collective = collective
        self._random = random
        self._waiting: list[tuple[Area, Written]] = []
        self._begun: list[Path] = []  # every temporary file, from before it is made
        self._on_disk = 0  # how many of the waiting files are
        self._changed: dict[Path, None] = {}  # folders whose names changed, in order
        self._there: set[Path] = set()  # folders that need not be made

    def add(self, area: Area, chunks: Iterable[bytes], expected: str = "", *, name: str = "") -> str:
        """Writes a temporary file and tells the name that it will have; DamagedError if another was ``expected``.

        ``name``: the hash of the bytes, where it is known.
        """
        folder = self._tree.folder(self._collective, area)
        self._make(folder)
        self._changed[folder] = None
        self._begun.append(disk.temporary(folder, self._random))
        written = disk.write_at(self._begun[-1], chunks, expected, name=name)
        self._waiting.append((area, written))
        return written.name

    def mark(self) -> tuple[int, int]:
        """How much was added so far, for ``undo``."""
        return len(self._begun), len(self._waiting)

    def undo(self, mark: tuple[int, int]) -> None:
        """Takes away at once what was added since ``mark``, whole or in part."""
        begun, waiting = mark
        for path in self._begun[begun:]:
            disk.remove(path)
        del self._begun[begun:], self._waiting[waiting:]
        self._on_disk = min(self._on_disk, waiting)

    def flush(self, least: int = 0) -> None:
        """Has the disk keep the bytes of every file added so far, if they are so many; the slow half of ``finish``."""
        waiting = self._waiting[self._on_disk :]
        if sum(written.size for _area, written in waiting) < least:
            return
        for _area, written in waiting:
            disk.sync(written.path)
            self._on_disk += 1

    def finish(self, *, durable: bool = True) -> None:
        """Gives every file its name, in the order of adding. Unless ``durable``, a power cut may undo that."""
        if durable:
            self.flush()
        for area, written in self._waiting:
            target = self._tree.path(self._collective, area, written.name)
            self._make(target.parent)
            disk.rename(written.path, target)
            self._changed[target.parent] = None
        for folder in self._changed:
            disk.still(folder)
        for folder in self._changed if durable else ():  # together: what the disk keeps of one, it mostly keeps of all
            disk.sync(folder)
        self._waiting, self._on_disk = [], 0
        self._changed.clear()

    def __exit__(self, *_: object) -> None:
        for path in self._begun:
            disk.remove(path)  # does nothing where it has its name already
        for folder in self._changed:
            with suppress(ArchiveError):  # the error that led here counts, not this one
                disk.still(folder)
        self._waiting.clear()

    def _make(self, folder: Path) -> None:
        """Makes a folder and those above it, from the tree's root downwards."""
        if folder in self._there:
            return
        if folder.parent != self._tree.root:
            self._make(folder.parent)
        if disk.make_folder(folder):
            self._changed |= dict.fromkeys((folder.parent, folder))
        self._there.add(folder)
