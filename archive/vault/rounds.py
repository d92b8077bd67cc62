"""What was answered in a round of a review, on the disk before the next question, until a record holds it.

::

    <state>/<archive id>/rounds/<32 hex>     frames: a length in 4 bytes, big-endian, then so many bytes, sealed

Each frame holds all that was answered so far: the last whole one counts, and a torn one takes nothing with it. Whoever
asks holds a lock on the file. One that nobody holds was left by a round that was killed, lost its power or could not be
written into a record: whoever opens the archive next takes it over.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.vault import disk

_LENGTH = 4  # bytes
_MOST = 64 * 1024 * 1024  # bytes of a round
_OPEN = os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Round:
    """A file of answers that this process holds."""

    def __init__(self, path: Path, descriptor: int) -> None:
        """Use ``begin`` or ``left``."""
        self._path, self._descriptor = path, descriptor

    def keep(self, sealed: bytes) -> None:
        """Has the disk keep a frame before going on; ArchiveError where it cannot."""
        disk.append(self._descriptor, len(sealed).to_bytes(_LENGTH, "big") + sealed)

    def last(self) -> bytes | None:
        """The newest frame that is whole; None if there is none."""
        data, start, found = disk.read(self._path, _MOST), 0, None
        while (begins := start + _LENGTH) < len(data):
            ends = begins + int.from_bytes(data[start:begins], "big")
            found = data[begins:ends] if ends <= len(data) else found
            start = ends
        return found

    def end(self) -> None:
        """The file goes: a record holds what stands in it."""
        disk.unlink(self._path)


@contextmanager
def begin(folder: Path, random: Callable[[int], bytes]) -> Iterator[Round]:
    """A new round, in a file that stays until the round is ended, by this process or another."""
    disk.make_folder(folder)
    path = folder / random(16).hex()
    with disk.plainly():
        descriptor = os.open(path, _OPEN | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # whoever looked into it meanwhile lets go of an empty one
        disk.sync(folder)
        yield Round(path, descriptor)
    finally:
        os.close(descriptor)


def left(folder: Path) -> Iterator[Round]:
    """Each round that nobody holds any more, held until the next is asked for."""
    for name in disk.names(folder):
        try:
            descriptor = os.open(folder / name, _OPEN)
        except OSError:  # somebody else has just taken it over, or it is not ours to read
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield Round(folder / name, descriptor)
        except BlockingIOError:
            continue
        finally:
            os.close(descriptor)
