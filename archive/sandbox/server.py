"""The server inside the sandbox and its children: the server imports, forks, keeps time; a child meets the file."""

from __future__ import annotations

import contextlib
import gc
import importlib
import math
import os
import select
import signal
import socket
import time
from collections.abc import Callable, Sequence
from functools import partial
from mmap import MAP_SHARED, PROT_READ, mmap
from typing import BinaryIO, NamedTuple, NoReturn, cast

from archive.sandbox.confine import Fence, build, confine, harden
from archive.sandbox.limits import CRASHED, NO_MEMORY, SIGNALLED, Limits
from archive.sandbox.memory import keep_freed
from archive.sandbox.walls import Wall
from archive.sandbox.wire import BEGIN, BLOCK, FILE, LENGTH, RUN, STREAM, exactly, number

Handler = Callable[[bytes, bytes], bytes]
"""(request, data) -> answer."""
Streamer = Callable[[bytes, BinaryIO, Callable[[bytes], object]], bytes]
"""(request, source, write) -> report; what goes through ``write`` goes out at once."""
Runner = Callable[[memoryview], bytes]
"""data -> report, of one file after another, each where the parent has put it."""

STANDS, READY = b"|", b"+"
_GATHERED = 1 << 18


class _Child(NamedTuple):
    deadline: float  # of the monotonic clock; of a stream or a run the parent keeps the time
    conversation: socket.socket | None  # where to say how it ended; None once the parent has hung up


class _Begun(NamedTuple):
    """A new conversation, and the descriptor of what it is about."""

    kind: int
    which: int  # of the runners, if it is for one
    size: int
    conversation: socket.socket
    source: int


class _Work(NamedTuple):
    """What every child needs to know."""

    handle: Handler
    stream: Streamer
    runners: Sequence[Runner]
    limits: Limits
    fence: Fence


def serve(
    target: str, streaming: str, running: Sequence[str], limits: Sequence[int], wall: str, disk: Sequence[str]
) -> None:
    """Be the server: wait on descriptor 0 for conversations and fork a child for each, until the parent goes.

    Says ``STANDS`` once the wall is known to stand, ``READY`` once the targets are loaded.
    """
    control = socket.socket(fileno=os.dup(0))
    os.dup2(1, 0)  # the null device
    harden()
    fence = build(Wall(wall), disk)
    _try(Limits(*limits), fence)
    control.sendall(STANDS)
    work = _Work(
        cast(Handler, _load(target)),
        cast(Streamer, _load(streaming)),
        [cast(Runner, _load(one)) for one in running],
        Limits(*limits),
        fence,
    )
    gc.freeze()  # children share this memory until they write to it: what was loaded is not to be counted in each
    bell = _bell()
    children: dict[int, _Child] = {}
    control.sendall(READY)
    control.setblocking(False)
    while True:
        _wait(control, bell, children)
        with contextlib.suppress(BlockingIOError):
            bell.recv(512)
        _reap(children)
        with contextlib.suppress(BlockingIOError):
            begun = _next(control)
            if begun is None:
                break
            pid, child = _begin(work, begun)
            children[pid] = child
    for left in children:
        os.kill(left, signal.SIGKILL)


def _load(target: str) -> object:
    module, _, name = target.partition(":")
    return target and getattr(importlib.import_module(module), name)


def _next(control: socket.socket) -> _Begun | None:
    """Take the next conversation. None when the parent has gone; raises BlockingIOError when there is none yet."""
    message, descriptors, _, _ = socket.recv_fds(control, BEGIN.size, 2)
    if len(message) < BEGIN.size or len(descriptors) < 2:
        return None
    kind, which, size = BEGIN.unpack(message)
    return _Begun(kind, which, size, socket.socket(fileno=descriptors[0]), descriptors[1])


def _try(limits: Limits, fence: Fence) -> None:
    """Let one child confine itself: whether the wall can be had is seen before the first file. OSError if not."""
    pid = os.fork()
    if pid == 0:
        _child(partial(confine, limits, fence, ()))
    if os.waitpid(pid, 0)[1]:
        raise OSError(fence.wall)


def _begin(work: _Work, begun: _Begun) -> tuple[int, _Child]:
    """Fork a child for one file, and say until when it may live; what it reads from stays open in it alone."""
    deadline = time.monotonic() + work.limits.wall if begun.kind == FILE else math.inf
    pid = os.fork()
    if pid == 0:
        _child(partial(_meet, work, begun))
    os.close(begun.source)
    return pid, _Child(deadline, begun.conversation)


def _meet(work: _Work, begun: _Begun) -> None:
    """Be the child: behind the wall first, then the file."""
    limits = work.limits.grown(begun.size) if begun.kind == STREAM else work.limits
    confine(limits, work.fence, [begun.conversation.fileno(), begun.source])
    begun.conversation.sendall(READY)
    if begun.kind == RUN:
        _run(work.runners[begun.which], begun)
        return
    request = exactly(begun.conversation, number(begun.conversation))
    if begun.kind == STREAM:
        _pour(work.stream, request, begun.conversation, begun.source)
    else:
        _answer(work.handle, request, begun)


def _child(run: Callable[[], None]) -> NoReturn:
    """Run in a process that was just forked; leaves only through ``os._exit``."""
    ending = CRASHED
    try:
        run()
        ending = 0
    except MemoryError:
        ending = NO_MEMORY
    finally:
        os._exit(ending)


def _wait(control: socket.socket, bell: socket.socket, children: dict[int, _Child]) -> None:
    """Sleep until there is something to do; kill the children on whom the parent has hung up."""
    poll = select.poll()
    poll.register(control, select.POLLIN)
    poll.register(bell, select.POLLIN)
    by_descriptor = {child.conversation.fileno(): pid for pid, child in children.items() if child.conversation}
    for descriptor in by_descriptor:
        poll.register(descriptor, 0)  # only that the other end is gone
    for descriptor, _ in poll.poll(1000 if children else None):
        if pid := by_descriptor.get(descriptor):
            os.kill(pid, signal.SIGKILL)
            children[pid] = _hung_up(children[pid])


def _hung_up(child: _Child) -> _Child:
    """The child with nobody to tell: it takes a while to end, and is not to be asked for again all that time."""
    if child.conversation is not None:
        child.conversation.close()
    return child._replace(conversation=None)


def _bell() -> socket.socket:
    """Make a socket that becomes readable when a child ends."""
    reader, writer = socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(writer.detach(), warn_on_full_buffer=False)
    return reader


def _reap(children: dict[int, _Child]) -> None:
    """Kill who is overdue, and close the conversation of who has ended with the byte that says how."""
    for pid, (deadline, conversation) in list(children.items()):
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
        ended, status = os.waitpid(pid, os.WNOHANG)
        if not ended:
            continue
        code = os.waitstatus_to_exitcode(status)
        ending = SIGNALLED - code if code < 0 else min(code, SIGNALLED)
        if conversation is not None:
            with contextlib.suppress(OSError):  # the parent has its answer already, or stopped listening
                conversation.send(bytes([ending]), socket.MSG_DONTWAIT)
            conversation.close()
        del children[pid]


def _answer(handle: Handler, request: bytes, begun: _Begun) -> None:
    data = os.pread(begun.source, begun.size, 0)
    os.close(begun.source)
    answer = handle(request, data)
    begun.conversation.sendall(LENGTH.pack(len(answer)))
    begun.conversation.sendall(answer)


def _run(run: Runner, begun: _Begun) -> None:
    """Report on one file after another, as the parent puts them into the source, until it hangs up."""
    keep_freed()
    place = memoryview(mmap(begun.source, begun.size, MAP_SHARED, PROT_READ))
    while True:
        report = run(place[: number(begun.conversation)])
        begun.conversation.sendall(LENGTH.pack(0) + LENGTH.pack(len(report)) + report)


def _pour(stream: Streamer, request: bytes, conversation: socket.socket, source: int) -> None:
    """Answer in frames: a length and so many bytes, again and again, then length 0 and the report."""
    with os.fdopen(source, "rb") as opened:
        out = _Out(conversation)
        report = stream(request, opened, out.write)
        out.flush()
    conversation.sendall(LENGTH.pack(0) + LENGTH.pack(len(report)))
    conversation.sendall(report)


class _Out:
    """Gathers what is written into frames of up to 1 MiB."""

    def __init__(self, conversation: socket.socket) -> None:
        self._conversation = conversation
        self._gathered = bytearray()

    def write(self, block: bytes) -> None:
        """Send it, or keep it until there is more."""
        self._gathered += block
        if len(self._gathered) >= _GATHERED:
            self.flush()

    def flush(self) -> None:
        """Send what was gathered."""
        for start in range(0, len(self._gathered), BLOCK):
            frame = self._gathered[start : start + BLOCK]
            self._conversation.sendall(LENGTH.pack(len(frame)))
            self._conversation.sendall(frame)
        self._gathered.clear()
