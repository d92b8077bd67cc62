"""Looking at every file of an archive without a key: is each one what its name says, and does each one belong there?

It cannot show that nothing is missing, old or foreign; ``check.py`` does that with a key.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from archive.errors import ArchiveError
from archive.speech import tr
from archive.vault import disk, layout
from archive.vault.entry import Problem
from archive.vault.inventory import content_name
from archive.vault.store import Store
from archive.vault.tree import AREAS, NAME, Area

UNWHOLE = tr("is not what its name says: it did not arrive whole, or was changed")
_FAN = re.compile("[0-9a-f]{2}")


class Survey:
    """``whole`` are the files whose bytes have their name, by name, with their area; ``problems`` all the rest."""

    def __init__(self, store: Store) -> None:
        self.whole: dict[str, Area] = {}
        self.problems: list[Problem] = []
        self._root = store.root
        self._strange: list[Path] = []
        self._places: dict[str, Path] = {}
        self._look_at_root()
        for path in self._strange:
            self._report(path, self._why_strange(path))

    def _look_at_root(self) -> None:
        try:
            Store(self._root)
        except ArchiveError as error:
            self._report(self._root / layout.MARKER, error.message)
        for name, data in layout.FIXED.items():
            self._look_at_fixed(self._root / name, data)
        for path in _inside(self._root):
            if NAME.fullmatch(path.name) and _is_folder(path):
                self._look_at_collective(path)
            elif path.name == layout.REQUESTS and _is_folder(path):
                self._look_at_requests(path)
            elif path.name not in (*layout.FIXED, layout.MARKER) and not path.name.startswith("."):
                self._strange.append(path)  # a name with a dot is a sync tool's own or a temporary file

    def _look_at_fixed(self, path: Path, data: bytes) -> None:
        """README.txt must be there; ignore rules need not be, since some tools do not carry them along."""
        if not os.path.lexists(path):
            if not path.name.startswith("."):
                self._report(path, tr("is gone: it tells a finder how to open the archive"))
            return
        try:
            if disk.read(path, len(data)) == data:
                return
        except ArchiveError:
            pass
        self._report(path, tr("is not as the program wrote it"))

    def _look_at_collective(self, folder: Path) -> None:
        for path in _inside(folder):
            if path.name not in AREAS or not _is_folder(path):
                self._strange.append(path)
        for area in AREAS:
            if _is_folder(folder / area):
                self._look_at_area(folder / area, area)

    def _look_at_requests(self, folder: Path) -> None:
        """Public keys that wait to be let in: no part of a collective, and so of no area."""
        for path in _inside(folder):
            if not NAME.fullmatch(path.name) and not path.name.startswith(disk.TEMPORARY):
                self._strange.append(path)
            elif NAME.fullmatch(path.name) and content_name(path) != path.name:
                self._report(path, UNWHOLE)

    def _look_at_area(self, folder: Path, area: Area) -> None:
        for path in _inside(folder):
            if area == "keys":
                self._look_at_file(path, area)
            elif _FAN.fullmatch(path.name) and _is_folder(path):
                for inner in _inside(path):
                    self._look_at_file(inner, area)
            elif not path.name.startswith(disk.TEMPORARY):
                self._strange.append(path)

    def _look_at_file(self, path: Path, area: Area) -> None:
        fits = NAME.fullmatch(path.name) and (area == "keys" or path.name.startswith(path.parent.name))
        if path.name.startswith(disk.TEMPORARY):
            return
        if not fits or path.name in self._places:
            self._strange.append(path)
        elif content_name(path) != path.name:
            self._report(path, UNWHOLE)
        else:
            self.whole[path.name] = area
            self._places[path.name] = path

    def _why_strange(self, path: Path) -> str:
        """What an odd thing is, judged by its content: a sync tool's copy, a file under a wrong name, or foreign."""
        name = content_name(path)
        if name in self._places:
            return tr("is a copy of {path}", path=self._relative(self._places[name]))
        if name and name in path.name:
            return tr("is a file of the archive in a wrong place or under a wrong name")
        if name:
            return tr("does not belong to the archive")
        return tr("is a link, a folder or something else where none belongs")

    def _report(self, path: Path, problem: str) -> None:
        self.problems.append(Problem(self._relative(path), problem))

    def _relative(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix()


def _inside(folder: Path) -> Iterator[Path]:
    return (folder / name for name in disk.names(folder))


def _is_folder(path: Path) -> bool:
    """Whether it is a folder itself, not a link to one."""
    with disk.plainly():
        return os.path.lexists(path) and stat.S_ISDIR(path.lstat().st_mode)
