"""Parsers of brought files run here: in a process without keys, that a file may crash, hang or take over, and no more.

``Worker`` starts one server process per command: clean environment, folder ``/``, no descriptor but its socket. The
server imports the target once and forks per file; it never touches a file's bytes itself. For each call the parent
makes a socket pair and passes one end through the server to the new child::

    parent ── control: one descriptor per call ──▶ server ── fork ──▶ child (limits set, greets, runs the target)
      └────── length, request, data ▶ · ◀ length, answer (or, from the server, one byte: how the child ended) ──┘

The child has hard limits on memory, CPU, files, descriptors and processes; the server kills it after ``Limits.wall``
seconds; the parent stops listening at ``Limits.answer`` bytes and believes nothing it hears: every answer is untrusted.
When the parent goes, by whatever way, the control socket closes, and server and children end.

What this does not hold off: a child that was taken over still shares the user's account (it can open files and sockets
and signal processes). Namespaces and Landlock are to close that at this same seam.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import os
import resource
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

from msgspec import Struct

from archive.errors import MissingToolError, UncleanError

Handler = Callable[[bytes, bytes], bytes]
_Children = dict[int, tuple[float, socket.socket]]  # process id: when to kill it, where to say how it ended

FAILED = "its reader failed"
TIMEOUT = "reading it takes too long"
MEMORY = "reading it takes too much memory"
TALKATIVE = "its reader answers without end"

_READY = b"+"
_CRASHED, _NO_MEMORY = 1, 2  # the server's byte about a child that gave no answer; above 64 lies the signal it died of
_SIGNALLED = 64
_LENGTH = struct.Struct(">Q")
_BLOCK = 1 << 20
_BOOT = (
    "import json, sys; path, *rest = json.loads(sys.stdin.buffer.readline()); sys.path[:] = path; "
    "from archive.sandbox import serve; serve(*rest)"
)


class Limits(Struct, frozen=True, kw_only=True):
    """What one call may use: bytes of memory and answer, seconds of CPU and by the wall clock, open descriptors."""

    memory: int = 1 << 30
    answer: int = 1 << 29
    cpu: int = 20
    wall: int = 30
    descriptors: int = 16


class Worker:
    """A context manager over the server process. ``call`` may be used from several threads at once.

    ``target`` is ``"module:function"``; the function takes the request and the data and returns the answer, all bytes.
    """

    def __init__(self, target: str, limits: Limits | None = None) -> None:
        self._target = target
        self._limits = limits or Limits()
        self._lock = threading.Lock()
        self._server: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._ready = self._open = False

    def __enter__(self) -> Self:
        """Start the server without waiting for it: its imports run while the caller goes on."""
        self._open = True
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the server and all its children, whatever they are doing."""
        with self._lock:
            self._open = False
            self._stop()

    def call(self, request: bytes, data: bytes) -> bytes:
        """Run the target on one file in a process of its own and return its untrusted answer.

        Raises UncleanError with a reason for a crash, a hang, too much memory, too long an answer; the next call works.
        Raises MissingToolError if the server cannot start at all.
        """
        with self._begin() as conversation:
            try:
                _tell(conversation, request, data)
                return self._hear(conversation)
            except TimeoutError as error:
                raise UncleanError(TIMEOUT) from error
            except OSError as error:
                raise UncleanError(FAILED) from error

    def _hear(self, conversation: socket.socket) -> bytes:
        """Collect the answer; if the conversation ends before it is whole, its last byte tells how the child ended."""
        untrusted = bytearray()
        deadline = time.monotonic() + self._limits.wall + 2
        while block := conversation.recv(_BLOCK):
            untrusted += block
            end = _LENGTH.size + _LENGTH.unpack_from(untrusted)[0] if len(untrusted) >= _LENGTH.size else 0
            if _LENGTH.size <= end <= len(untrusted):
                return bytes(untrusted[_LENGTH.size : end])
            if max(len(untrusted), end) > self._limits.answer:
                raise UncleanError(TALKATIVE)
            if time.monotonic() > deadline:
                raise UncleanError(TIMEOUT)
        raise UncleanError(_reason(untrusted[-1] if untrusted else _CRASHED))

    def _begin(self) -> socket.socket:
        """Open a conversation with a new child, which greets; a server lost at whatever moment is replaced."""
        for _ in range(2):
            with self._lock:
                if not self._open:
                    raise UncleanError(FAILED)
                if self._server is None:
                    self._start()
                server, conversation = self._server, self._hand_over()
            conversation.settimeout(self._limits.wall + 2)  # the server's own clock comes first
            with contextlib.suppress(OSError):
                if conversation.recv(1) == _READY:
                    return conversation
            conversation.close()
            with self._lock:
                if self._server is server:
                    self._stop()
        raise UncleanError(FAILED)

    def _hand_over(self) -> socket.socket:
        """Pass one end of a new socket pair to the server, once it is ready; whether it arrives, the greeting tells."""
        control = self._control
        if control is not None and not self._ready:
            self._ready = control.recv(1) == _READY
        if control is None or not self._ready:
            self._stop()
            raise MissingToolError("The program that reads brought files does not start.", "Install the archive anew.")
        ours, theirs = socket.socketpair()
        with theirs, contextlib.suppress(OSError):
            socket.send_fds(control, [_READY], [theirs.fileno()])
        return ours

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._server = subprocess.Popen(  # noqa: S603 -- this interpreter, fixed words
                [sys.executable, "-I", "-X", "utf8", "-c", _BOOT],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
                start_new_session=True,
            )
        self._control, self._ready = ours, False
        limits = [self._limits.memory, self._limits.cpu, self._limits.wall, self._limits.descriptors]
        ours.sendall(json.dumps([_import_path(), self._target, *limits]).encode() + b"\n")

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._server is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._server.pid, signal.SIGKILL)  # its session is its own: server and children
            self._server.wait()
        self._server = self._control = None


def serve(target: str, memory: int, cpu: int, wall: int, descriptors: int) -> None:
    """Be the server: wait on descriptor 0 for conversations and fork a child for each, until the parent goes."""
    module, _, name = target.partition(":")
    handle: Handler = getattr(importlib.import_module(module), name)
    limits = Limits(memory=memory, cpu=cpu, wall=wall, descriptors=descriptors)
    control = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    _harden()
    bell = _bell()
    children: _Children = {}
    control.sendall(_READY)
    control.setblocking(False)
    while True:
        select.select([control, bell], [], [], 1.0 if children else None)
        with contextlib.suppress(BlockingIOError):
            bell.recv(512)
        _reap(children)
        with contextlib.suppress(BlockingIOError):
            conversation = _next(control)
            if conversation is None:
                break
            children[_fork(handle, limits, conversation)] = (time.monotonic() + wall, conversation)
    for child in children:
        os.kill(child, signal.SIGKILL)


def _next(control: socket.socket) -> socket.socket | None:
    """Take the next conversation; None when the parent has gone. Raises BlockingIOError when there is none yet."""
    message, descriptors, _, _ = socket.recv_fds(control, 1, 1)
    return socket.socket(fileno=descriptors[0]) if message and descriptors else None


def _bell() -> socket.socket:
    """Make a socket that becomes readable when a child ends."""
    reader, writer = socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(writer.detach(), warn_on_full_buffer=False)
    return reader


def _reap(children: _Children) -> None:
    """Kill who is overdue, and close the conversation of who has ended with the byte that says how."""
    for pid, (deadline, conversation) in list(children.items()):
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
        ended, status = os.waitpid(pid, os.WNOHANG)
        if not ended:
            continue
        code = os.waitstatus_to_exitcode(status)
        ending = _SIGNALLED - code if code < 0 else min(code, _SIGNALLED)
        with contextlib.suppress(OSError):  # the parent has its answer already, or stopped listening
            conversation.send(bytes([ending]), socket.MSG_DONTWAIT)
        conversation.close()
        del children[pid]


def _fork(handle: Handler, limits: Limits, conversation: socket.socket) -> int:
    pid = os.fork()
    if pid == 0:
        _child(handle, limits, conversation)
    return pid


def _child(handle: Handler, limits: Limits, conversation: socket.socket) -> NoReturn:
    """Set the limits, then let the target meet the file; leaves only through ``os._exit``."""
    ending = _CRASHED
    try:
        _confine(limits, conversation.fileno())
        conversation.sendall(_READY)
        answer = handle(*_listen(conversation))
        conversation.sendall(_LENGTH.pack(len(answer)))
        conversation.sendall(answer)
        ending = 0
    except MemoryError:
        ending = _NO_MEMORY
    finally:
        os._exit(ending)


def _confine(limits: Limits, conversation: int) -> None:
    """Give up, for good, what reading a file does not need: also the server's socket and other files' conversations."""
    signal.set_wakeup_fd(-1)
    os.closerange(3, conversation)
    os.closerange(conversation + 1, os.sysconf("SC_OPEN_MAX"))
    _harden()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG: end when the server ends
    for kind, wanted in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, limits.descriptors),
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.cpu),
    ):
        ceiling = resource.getrlimit(kind)[1]
        limit = wanted if ceiling == resource.RLIM_INFINITY else min(wanted, ceiling)
        resource.setrlimit(kind, (limit, limit))


def _harden() -> None:
    """Linux only: no core, no debugger, no new privileges (numbers from linux/prctl.h)."""
    if sys.platform == "linux":
        prctl = ctypes.CDLL(None).prctl
        prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE
        prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS


def _tell(conversation: socket.socket, request: bytes, data: bytes) -> None:
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # a child that died early: the answer tells
        conversation.sendall(_LENGTH.pack(len(request)) + _LENGTH.pack(len(data)) + request)
        conversation.sendall(data)


def _listen(conversation: socket.socket) -> tuple[bytes, bytes]:
    request, data = (_LENGTH.unpack(_exactly(conversation, _LENGTH.size))[0] for _ in range(2))
    return _exactly(conversation, request), _exactly(conversation, data)


def _exactly(conversation: socket.socket, size: int) -> bytes:
    """Receive so many bytes. Raises ConnectionError if the other side goes first."""
    heard = bytearray(size)
    rest = memoryview(heard)
    while rest:
        count = conversation.recv_into(rest)
        if not count:
            raise ConnectionError
        rest = rest[count:]
    return bytes(heard)


def _reason(ending: int) -> str:
    if ending == _NO_MEMORY:
        return MEMORY
    if ending in (_SIGNALLED + signal.SIGKILL, _SIGNALLED + signal.SIGXCPU):
        return TIMEOUT
    return FAILED


def _import_path() -> list[str]:
    """List where this process finds modules, this package first; works for a wheel, an editable install, a checkout."""
    here = str(Path(__file__).resolve().parent.parent)
    return [here, *(entry for entry in sys.path if entry != here and Path(entry).is_absolute())]
