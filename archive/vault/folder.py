"""The other copy of an archive in a folder or on a stick: is it one, what lies there, and files put there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from archive.errors import ArchiveError, DamagedError, NotFoundError, UsageError
from archive.speech import tr
from archive.vault import disk, inventory, layout, placing
from archive.vault.inventory import CLUTTER, Inventory, Stray
from archive.vault.layout import REQUESTS
from archive.vault.placing import Count, Placed, Transfer
from archive.vault.store import Store, put_fixed
from archive.vault.tree import NAME, Tree


class Folder:
    """A folder; it need not be there yet."""

    def __init__(self, root: Path, random: Callable[[int], bytes]) -> None:
        self.root = root
        self._random = random

    def is_new(self, store: Store) -> bool:
        """Whether nothing lies there yet.

        UsageError if it is the same folder, another archive, or no archive and not empty; NotFoundError if not even the
        folder above it is there: then a stick is probably not connected.
        """
        if not self.root.parent.is_dir():
            raise NotFoundError(tr("This folder is not there."), tr("Is its disk connected?"))
        if (here := store.root.resolve()) == (there := self.root.resolve()) or here in there.parents:
            raise UsageError(tr("This is the archive itself."), tr("Name another folder, or a stick."))
        names = disk.names(self.root)
        is_ours = any(name in names for name in store.collectives())
        if layout.MARKER in names:
            check_same(store, lambda: Store(self.root).archive_id, is_ours=is_ours)
            return False
        if strange := [name for name in names if not may_lie_beside(name)]:
            if is_ours:
                return False  # ARCHIVE is lost: begin() puts it back
            raise not_empty(len(strange))
        return True

    def begin(self, store: Store) -> int:
        """Puts ARCHIVE, README.txt and the rules for sync tools there; how many damaged or lost ones it mended."""
        if disk.make_folder(self.root):
            disk.settle(self.root)
        fresh = not any(NAME.fullmatch(name) for name in disk.names(self.root))
        mended = 0
        for name, data in {**layout.FIXED, layout.MARKER: layout.marker(store.archive_id)}.items():
            if not self._is_there(name, data):
                put_fixed(self.root, name, data, self._random)
                mended += not fresh and not name.startswith(".")
        return mended

    def look(self, *, read_data: bool) -> Inventory:
        """What lies there."""
        return inventory.look(self.root, read_data=read_data)

    @contextmanager
    def lend(self, batch: Sequence[Transfer]) -> Iterator[Path]:  # noqa: ARG002  it lies open as it is
        """The folder itself; ArchiveError if it is gone, with its stick."""
        if not disk.names(self.root):
            raise ArchiveError(
                tr("The folder is not there any more."), tr("Is its disk still connected? Then sync again.")
            )
        yield self.root

    def take(self, root: Path, batch: Sequence[Transfer], count: Count) -> Placed:
        """Copies a batch from below ``root``; ArchiveError if this folder cannot be written to."""
        return placing.place(root, self.root, batch, self._random, count)

    def tidy(self, strays: Iterable[Stray], before: float) -> None:
        """Takes away copies of what lies there, whole, under its right name, and old temporary files."""
        for stray in strays:
            copy = inventory.content_name(self.root / stray.path) == stray.name
            if copy and inventory.is_whole(self.root, stray.place):
                disk.remove(self.root / stray.path)
        tree = Tree(self.root)
        with suppress(ArchiveError):  # it may be one that can only be read
            for collective in tree.collectives():
                tree.sweep(collective, before)

    def room(self) -> int | None:
        """Free bytes."""
        return disk.room(self.root)

    def _is_there(self, name: str, data: bytes) -> bool:
        """Whether a fixed file is as it should be; rules for sync tools may be anybody's own."""
        if name.startswith("."):
            return os.path.lexists(self.root / name)
        try:
            return disk.read(self.root / name, len(data)) == data
        except (NotFoundError, DamagedError):
            return False


def may_lie_beside(name: str) -> bool:
    """Whether a folder that holds only such things counts as empty."""
    return name.startswith(".") or name in CLUTTER or name in layout.FIXED or name == REQUESTS


def check_same(store: Store, archive_id: Callable[[], str], *, is_ours: bool) -> None:
    """UsageError if the other side's ARCHIVE names another archive; a damaged one will do where the rest is ours."""
    try:
        same = archive_id() == store.archive_id
    except DamagedError:
        if not is_ours:
            raise
        return
    if not same:
        raise UsageError(
            tr("This is another archive: nothing was exchanged."), tr("Name a copy of this one, or a new folder.")
        )


def not_empty(count: int) -> UsageError:
    """The refusal of a folder with other things in it."""
    return UsageError(
        tr("This folder holds {count} other things and no archive.", count=count),
        tr("Name a new folder on it: archive sync TARGET/archive"),
    )
