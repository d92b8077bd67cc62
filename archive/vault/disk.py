"""Files and folders as the vault needs them, and the one place where the system's refusals become plain sentences.

Nothing here knows what a file means. Reading never follows a link and never waits for a pipe; writing goes into a new
temporary file. Every file is made with mode 0400 and one fixed time, so that neither says who wrote when.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from archive.errors import ArchiveError, DamagedError, NotFoundError
from archive.speech import tr

TEMPORARY = ".tmp-"  # how a writer's unfinished files begin; sync tools are told to leave them out
MOMENT = 946_684_800  # the one time that all files and folders bear: 2000-01-01T00:00Z
_PIECE = 256 * 1024  # bytes read at once
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_FULL = (
    tr("There is no space left on the disk."),
    tr("Make room and run the command again: what was stored before is whole."),
)
_READ_ONLY = (
    tr("This place can only be read, not written to."),
    tr("Copy the archive to a place that you may write to; for your key and index, name one: --state DIR"),
)
_FORBIDDEN = (tr("The system does not allow access to a file or folder here."), tr("Check whose it is: ls -l."))
_FAULTY = (tr("The disk reports a fault."), tr("Copy the archive to another disk now, then: archive check."))
_SENTENCES = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: (tr("A file is larger than this disk allows."), tr("Use a disk with another file system than FAT.")),
    errno.EROFS: _READ_ONLY,
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.EIO: _FAULTY,
    errno.ENOENT: (tr("A folder of the archive is not there any more."), tr("Is its disk still connected?")),
    errno.EMFILE: (tr("Too many files are open."), tr("Close other programs and run the command again.")),
    errno.ENFILE: (tr("Too many files are open."), tr("Close other programs and run the command again.")),
}


# Not every disk keeps times, or takes an fsync of a folder (FAT, phones, some network drives): that costs no file.
_NOT_OFFERED = (errno.EPERM, errno.EINVAL, errno.ENOTSUP, errno.ENOSYS)


class Written(NamedTuple):
    """A finished temporary file, the hash of its bytes, which is its name to be, and how many they are."""

    path: Path
    name: str
    size: int


@contextmanager
def plainly() -> Iterator[None]:
    """Turns an OSError into an ArchiveError with a plain sentence; paths stay out of it, they may name people."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.ENXIO):
            raise _odd() from error
        refused = tr("The system refused: {why}.", why=os.strerror(error.errno or 0))
        sentence, hint = _SENTENCES.get(error.errno or 0, (refused, ""))
        raise ArchiveError(sentence, hint) from error


def read(path: Path, limit: int) -> bytes:
    """A regular file of at most ``limit`` bytes; NotFoundError, DamagedError for another type or size."""
    with plainly(), _opened(path) as (descriptor, size):
        if size > limit:
            raise DamagedError(tr("A file is larger than it may be."), tr("See which: archive check."))
        return b"".join(_pieces(descriptor, size))


def stream(path: Path) -> Iterator[bytes]:
    """The bytes of a regular file in pieces; NotFoundError, DamagedError for another type."""
    with plainly(), _opened(path) as (descriptor, _):
        while piece := os.read(descriptor, _PIECE):
            yield piece


def temporary(folder: Path, random: Callable[[int], bytes]) -> Path:
    """The path of a temporary file that is to be made in ``folder``."""
    return folder / (TEMPORARY + random(8).hex())


def write(folder: Path, chunks: Iterable[bytes], random: Callable[[int], bytes], expected: str = "") -> Written:
    """A new temporary file in ``folder`` with these bytes; see ``write_at``."""
    return write_at(temporary(folder, random), chunks, expected)


def write_at(path: Path, chunks: Iterable[bytes], expected: str = "", *, name: str = "") -> Written:
    """A new file at ``path`` with these bytes; gone again if anything fails. ``name`` is their hash, if it is known.

    DamagedError unless the bytes have the hash that was ``expected``, if one was. An interruption may strike before
    the first and after the last step here: who knows the path beforehand can take away what is left.
    """
    with plainly():
        descriptor = os.open(path, _CREATE, 0o400)
    try:
        hasher, size = blake2b(digest_size=32), 0
        for chunk in chunks:  # may raise what its maker raises: outside plainly()
            if not name:
                hasher.update(chunk)
            _write_all(descriptor, chunk)
            size += len(chunk)
        name = name or hasher.hexdigest()
        if expected not in ("", name):
            raise DamagedError(
                tr("A file is not what its name says."), tr("It may not have arrived whole yet: sync again.")
            )
        _set_time(descriptor)
        _begin_keeping(descriptor)
    except BaseException:
        remove(path)
        raise
    finally:
        os.close(descriptor)
    return Written(path, name, size)


def put(path: Path, data: bytes, random: Callable[[int], bytes]) -> None:
    """Puts a file at ``path``, in place of what may be there, in one step; its folder is for the caller to settle."""
    written = temporary(path.parent, random)
    try:
        write_at(written, [data])
        sync(written)
        rename(written, path)
    except BaseException:  # Ctrl-C too leaves nothing behind
        remove(written)
        raise


def append(descriptor: int, data: bytes) -> None:
    """Adds bytes to an open file, and has the disk keep them before going on."""
    _write_all(descriptor, data)
    with plainly(), _if_offered():
        os.fsync(descriptor)


def remove(path: Path) -> None:
    """Takes away a temporary file, as far as the system lets us."""
    with suppress(OSError):
        path.unlink()


def unlink(path: Path) -> bool:
    """Takes a file away; whether there was one."""
    with plainly():
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        return True


def remove_older(path: Path, before: float) -> None:
    """Takes away a temporary file whose status last changed before a time in seconds; its own time says nothing."""
    with suppress(OSError):
        if path.lstat().st_ctime < before:
            path.unlink()


def sync(path: Path) -> None:
    """Has the disk keep a file's bytes, or a folder's names, before going on."""
    with plainly():
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            with _if_offered():
                os.fsync(descriptor)
        finally:
            os.close(descriptor)


def settle(folder: Path) -> None:
    """Gives a folder back its fixed time after names changed in it, and has the disk keep both."""
    still(folder)
    sync(folder)


def still(folder: Path) -> None:
    """Gives a folder back its fixed time."""
    _set_time(folder)


def rename(source: Path, target: Path) -> None:
    """Gives a temporary file its name; only a file with the same name can be there, and so with the same bytes."""
    with plainly():
        os.rename(source, target)  # noqa: PTH104  the system call by its own name: tests and traces look for it


def make_folder(path: Path) -> bool:
    """Makes a folder where none is, for the owner alone; whether it is new. DamagedError for a link or file there."""
    with plainly():
        try:
            os.mkdir(path, 0o700)  # noqa: PTH102  as above
        except FileExistsError:
            if not stat.S_ISDIR(path.lstat().st_mode):
                raise _odd() from None
            return False
        return True


def room(folder: Path) -> int | None:
    """The bytes that are free where a folder lies; None where the system does not say."""
    try:
        return shutil.disk_usage(folder).free or None
    except OSError:
        return None


def names(folder: Path) -> list[str]:
    """The names in a folder, sorted; none if it is not there."""
    with plainly():
        try:
            with os.scandir(folder) as found:
                return sorted(entry.name for entry in found)
        except FileNotFoundError:
            return []


def _begin_keeping(descriptor: int) -> None:
    """Lets the disk begin with a file's bytes, and waits for nothing: ``sync``, of many files later, has less to do."""
    with suppress(OSError):  # not every disk takes the hint
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def _set_time(place: Path | int) -> None:
    with plainly(), _if_offered():
        os.utime(place, (MOMENT, MOMENT))


@contextmanager
def _if_offered() -> Iterator[None]:
    """Goes on where this kind of disk does not know what is asked; what it knows and fails at is an error."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NOT_OFFERED:
            raise


@contextmanager
def _opened(path: Path) -> Iterator[tuple[int, int]]:
    """A descriptor of a regular file, and the file's size."""
    try:
        descriptor = os.open(path, _READ)
    except FileNotFoundError as error:
        raise NotFoundError(tr("A file of the archive is not here."), tr("It may come with the next sync.")) from error
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise _odd()
        yield descriptor, status.st_size
    finally:
        os.close(descriptor)


def _pieces(descriptor: int, size: int) -> Iterator[bytes]:
    """At most ``size`` bytes: a file that grows meanwhile is not followed."""
    while size > 0 and (piece := os.read(descriptor, size)):
        size -= len(piece)
        yield piece


def _write_all(descriptor: int, chunk: bytes) -> None:
    with plainly(), memoryview(chunk) as view:
        done = 0
        while done < len(view):
            done += os.write(descriptor, view[done:])


def _odd() -> DamagedError:
    return DamagedError(
        tr("Where a file should be there is a link, a folder or something else."), tr("See: archive check.")
    )
