"""Files that a person names or a folder holds: looked at without following anything, and read only if still the same.

A name on disk is data somebody else wrote. It is kept as it is for opening the file (``Source.path``) and turned into a
clean name for storing (``Source.name``). Links are never followed: what a link points to can change between looking and
reading, and a link inside a brought folder may lead out of it. Whoever means the file behind a link names that file.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path

from archive.errors import UncleanError
from archive.speech import tr

LIMIT = 512 * 1024 * 1024
"""Bytes; such a file is held in memory while it is cleaned. Only sound and video may be larger: they pass through."""

CHANGED = tr("it changed while it was read")
IN_MEMORY = 32 * 1024 * 1024
"""Bytes; what is larger is tried as a recording first, which passes through without being held."""

_CHUNK = 1024 * 1024
_LAST_SECOND = 253_402_300_799  # of the year 9999: a disk may say anything
_NO_READING = tr("it cannot be read")
_LINK = tr("it is a link; name the file it points to")
_KINDS = {
    stat.S_IFDIR: tr("it is a folder; to take what is in it, add --recursive"),
    stat.S_IFLNK: _LINK,
    stat.S_IFIFO: tr("it is a pipe, not a file"),
    stat.S_IFSOCK: tr("it is a socket, not a file"),
    stat.S_IFCHR: tr("it is a device, not a file"),
    stat.S_IFBLK: tr("it is a device, not a file"),
}
_WHY = {
    errno.ENOENT: tr("it is not there"),
    errno.ENOTDIR: tr("it is not there"),
    errno.EACCES: tr("you have no right to read it"),
    errno.EPERM: tr("you have no right to read it"),
    errno.ELOOP: _LINK,
    errno.ENAMETOOLONG: tr("its name is too long"),
    errno.EIO: tr("the disk gives an error"),
}


@dataclass(frozen=True, slots=True)
class Refused:
    """A path that is not taken in, its clean name and the reason; ``reason`` finishes "it was refused (…)"."""

    path: Path
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Source:
    """A regular file that was there when looked at.

    ``path`` opens it and may hold any byte; ``name`` is its last part as NFC text that prints and encodes. ``stamp`` is
    device, inode, size in bytes and time of change in nanoseconds, by which ``read`` knows that it is still the same
    file.
    """

    path: Path
    name: str
    stamp: tuple[int, int, int, int]

    @property
    def size(self) -> int:
        """Its bytes, when it was looked at."""
        return self.stamp[2]

    def read(self) -> bytes:
        """Read the whole file; UncleanError if it cannot be read, is another by now or changes; never waits."""
        return b"".join(self.pieces(self.size))

    @contextlib.contextmanager
    def opened(self) -> Iterator[int]:
        """A descriptor open for reading; UncleanError as from ``read``, also at the end if the file has changed."""
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
        try:
            descriptor = os.open(self.path, flags)
        except OSError as error:
            raise UncleanError(_WHY.get(error.errno or 0, _NO_READING)) from error
        try:
            self._same(os.fstat(descriptor))
            yield descriptor
            self._same(os.fstat(descriptor))
        finally:
            os.close(descriptor)

    def pieces(self, most: int = _CHUNK) -> Iterator[bytes]:
        """The file in pieces of at most so many bytes; UncleanError as from ``read``."""
        with self.opened() as descriptor:
            left = self.size
            while left:
                try:
                    piece = os.read(descriptor, min(left, most))
                except OSError as error:
                    raise UncleanError(_WHY.get(error.errno or 0, _NO_READING)) from error
                if not piece:
                    raise UncleanError(CHANGED)
                left -= len(piece)
                yield piece

    def remove(self) -> None:
        """Delete the file if it is still the same one; UncleanError, and nothing done, if it is not."""
        try:
            self._same(self.path.lstat())
            self.path.unlink()
        except OSError as error:
            raise UncleanError(_WHY.get(error.errno or 0, tr("it cannot be deleted"))) from error

    def _same(self, found: os.stat_result) -> None:
        if not stat.S_ISREG(found.st_mode) or _stamp(found) != self.stamp:
            raise UncleanError(CHANGED)


@dataclass(frozen=True, slots=True)
class Pick:
    """Which of the files named: those in folders too, by name, by the day they were last changed.

    ``globs``: one of them has to fit a file's name (or, with a slash in it, its path below the named folder), small and
    capital letters alike. ``since`` and ``until`` are days (``YYYY-MM-DD``) in UTC, both included.
    """

    recursive: bool = False
    globs: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None

    def takes(self, found: Source | Refused, top: Path) -> bool:
        """Whether a file is meant; what is no file is told if its name fits."""
        if self.globs and not any(_fits(found, top, glob) for glob in self.globs):
            return False
        if isinstance(found, Refused) or not (self.since or self.until):
            return True
        seconds = min(max(found.stamp[3] // 10**9, 0), _LAST_SECOND)
        day = datetime.fromtimestamp(seconds, UTC).date().isoformat()
        return (self.since or "") <= day <= (self.until or "9999")


def collect(paths: Sequence[Path], pick: Pick) -> Iterator[Source | Refused]:
    """Yield each named file in the order given; with ``recursive`` also the files in named folders, sorted by name.

    Nothing is opened and no link is followed; what cannot be taken comes as ``Refused`` in its place.
    """
    for path in paths:
        found = _folder(path) if pick.recursive and _is_folder(path) else (_look(path),)
        yield from (one for one in found if pick.takes(one, path))


def _fits(found: Source | Refused, top: Path, glob: str) -> bool:
    below = found.path.relative_to(top).as_posix() if "/" in glob and found.path != top else found.name
    return fnmatchcase(below.casefold(), glob.casefold())


def clean_name(path: Path) -> str:
    """Give the last part of a path as NFC text: any space a plain one, what does not decode or print U+FFFD."""
    name = unicodedata.normalize("NFC", os.fsencode(path.name or str(path)).decode("utf-8", errors="replace"))
    spaced = (" " if unicodedata.category(character) == "Zs" else character for character in name)
    return "".join(character if character.isprintable() else "\ufffd" for character in spaced)


def _look(path: Path) -> Source | Refused:
    """Decide by ``lstat`` alone."""
    try:
        found = path.lstat()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        return Refused(path, clean_name(path), _WHY.get(getattr(error, "errno", 0), _NO_READING))
    if reason := _objection(found):
        return Refused(path, clean_name(path), reason)
    return Source(path, clean_name(path), _stamp(found))


def _objection(found: os.stat_result) -> str:
    if not stat.S_ISREG(found.st_mode):
        return _KINDS.get(stat.S_IFMT(found.st_mode), tr("it is not a file"))
    if found.st_size == 0:
        return tr("it is empty")
    return ""


def _is_folder(path: Path) -> bool:
    """Tell whether this is a folder itself, not a link to one."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except (OSError, ValueError):
        return False


def _folder(top: Path) -> Iterator[Source | Refused]:
    """Walk a folder in the order of names; files come among the sub-folders, as a sorted listing shows them."""
    waiting = [top]
    while waiting:
        path = waiting.pop()
        if not _is_folder(path):
            yield _look(path)
            continue
        try:
            names = sorted(os.listdir(path), key=os.fsencode, reverse=True)  # noqa: PTH208 -- only the names are wanted
        except OSError as error:
            yield Refused(path, clean_name(path), _WHY.get(error.errno or 0, _NO_READING))
            continue
        waiting += [path / name for name in names]


def _stamp(found: os.stat_result) -> tuple[int, int, int, int]:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
