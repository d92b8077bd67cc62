"""The parent's end of a run: one child that is given one file after another, as long as each goes well.

Whoever gets nothing asks again in the usual way, in a child that sees no other file: that one says what is wrong. So
a run refuses nobody, and nobody waits behind a file that ends it: the next one begins another run.
"""

from __future__ import annotations

import contextlib
import socket
from mmap import mmap

from msgspec import Struct, structs

from archive.sandbox.limits import Limits
from archive.sandbox.streaming import Streamed
from archive.sandbox.wire import LENGTH


class Share(Struct, frozen=True):
    """What one child may be given: so many files, bytes of each, and seconds for each by the wall clock."""

    files: int = 64
    each: int = 32 << 20
    wall: int = 10


SHARE = Share()


class Run:
    """One child, and the place in memory where it finds what it is to read. For one thread at a time."""

    def __init__(self, conversation: socket.socket, place: mmap, share: Share, limits: Limits) -> None:
        self._conversation, self._place = conversation, place
        self._left = share.files
        self._limits = structs.replace(limits, wall=min(limits.wall, share.wall))

    @property
    def is_over(self) -> bool:
        """Whether it has been given all that one child may be given, or has failed."""
        return self._left <= 0

    def call(self, data: bytes) -> bytes:
        """Give it a file; its untrusted answer, at most 1 MiB, empty if it has none. UncleanError if it fails."""
        self._left -= 1
        self._place[: len(data)] = data
        with contextlib.suppress(OSError):  # it has ended: its silence tells
            self._conversation.sendall(LENGTH.pack(len(data)))
        return Streamed(self._conversation, self._limits).report()

    def give_up(self) -> None:
        """Give it no other file."""
        self._left = 0

    def close(self) -> None:
        """Hang up; the server ends the child."""
        self._conversation.close()
        self._place.close()
