"""The parent's end of a stream: blocks come out of a child while it reads, or go into a pipe that it reads.

Time counts only while the parent waits for the child. A slow disk on the parent's side costs the child nothing; a child
that hangs is left after ``Limits.wall`` seconds of waiting, all waits together.
"""

from __future__ import annotations

import os
import select
import socket
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from archive.errors import UncleanError
from archive.sandbox.limits import CRASHED, FAILED, TALKATIVE, TIMEOUT, Limits, reason
from archive.sandbox.wire import BLOCK, LENGTH

_REPORT = 1 << 20


class Streamed:
    """A context manager over one child: iterate over its untrusted blocks, then ask for its untrusted ``report``.

    Leaving it ends the child, wherever it is. Every method raises UncleanError with a reason for a crash, a hang, too
    much memory, too much output.
    """

    def __init__(self, conversation: socket.socket, limits: Limits) -> None:
        self._conversation = conversation
        self._patience = float(limits.wall)
        self._left = limits.answer
        self._ended = False

    def __enter__(self) -> Self:
        """Nothing to begin: the child runs already."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up; the server ends the child."""
        self._conversation.close()

    def __iter__(self) -> Iterator[bytes]:
        """Yield blocks of at most 1 MiB; the child goes on only as fast as they are taken."""
        while not self._ended:
            size = self._number()
            self._left -= size
            if size > BLOCK or self._left < 0:
                raise UncleanError(TALKATIVE)
            self._ended = size == 0
            if size:
                yield self._exactly(size)

    def report(self) -> bytes:
        """What the child says at the end, at most 1 MiB; blocks that were not taken are dropped."""
        for _ in self:
            pass
        size = self._number()
        if size > _REPORT:
            raise UncleanError(TALKATIVE)
        return self._exactly(size)

    def _number(self) -> int:
        return int(LENGTH.unpack(self._exactly(LENGTH.size))[0])

    def _exactly(self, size: int) -> bytes:
        """Receive so many bytes; if the conversation ends before, its last byte tells how the child ended."""
        untrusted = bytearray(size)
        heard = 0
        while heard < size:
            self._wait(self._conversation.fileno(), select.POLLIN)
            try:
                count = self._conversation.recv_into(memoryview(untrusted)[heard:])
            except OSError as error:
                raise UncleanError(FAILED) from error
            if not count:
                raise UncleanError(reason(untrusted[heard - 1] if heard else CRASHED))
            heard += count
        return bytes(untrusted)

    def _wait(self, descriptor: int, event: int) -> None:
        """Wait until the child gives or takes something, as long as patience lasts."""
        poll = select.poll()
        poll.register(descriptor, event)
        start = time.monotonic()
        ready = poll.poll(max(self._patience, 0) * 1000)
        self._patience -= time.monotonic() - start
        if not ready:
            raise UncleanError(TIMEOUT)


class Fed(Streamed):
    """A ``Streamed`` whose source is a pipe that the parent fills with ``write``; ``report`` closes the pipe first."""

    def __init__(self, conversation: socket.socket, limits: Limits, pipe: int) -> None:
        super().__init__(conversation, limits)
        self._pipe = pipe
        os.set_blocking(pipe, False)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the pipe and hang up."""
        self.end()
        super().__exit__(kind, error, trace)

    def write(self, block: bytes) -> None:
        """Hand a block on. A child that has ended takes no more, which is no error yet: its report tells why."""
        rest = memoryview(block)
        try:
            while rest and self._pipe >= 0:
                self._wait(self._pipe, select.POLLOUT)
                rest = rest[os.write(self._pipe, rest) :]
        except BrokenPipeError:
            self.end()

    def report(self) -> bytes:
        """Tell the child that nothing more comes, and hear what it says."""
        self.end()
        return super().report()

    def end(self) -> None:
        """Tell the child that nothing more comes."""
        if self._pipe >= 0:
            os.close(self._pipe)
            self._pipe = -1
