"""The parent's side of the sandbox: one server per command, a new child for each file, answers that nobody believes."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from mmap import mmap
from types import TracebackType
from typing import Self, TypeVar

from msgspec import structs

from archive.errors import MissingToolError, UncleanError
from archive.sandbox.limits import CRASHED, FAILED, TALKATIVE, TIMEOUT, Limits, reason
from archive.sandbox.running import SHARE, Run, Share
from archive.sandbox.streaming import Fed, Streamed
from archive.sandbox.walls import ENVIRONMENT, WALLS, Wall, command, import_path, interpreter, needed
from archive.sandbox.wire import BEGIN, BLOCK, FILE, LENGTH, RUN, STREAM
from archive.speech import tr

_UNCHANGED = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE
_STANDS, _READY = b"|", b"+"
_BOOT = (
    "import json, sys; path, *rest = json.loads(sys.stdin.buffer.readline()); sys.path[:] = path; "
    "from archive.sandbox.server import serve; serve(*rest)"
)

Made = TypeVar("Made")

NO_WALL = tr("No sandbox can be had on this machine, so no brought file is opened.")


class Worker:
    """A context manager over the server process. All methods may be used from several threads at once.

    ``target`` is ``"module:function"``; the function takes the request and the data and returns the answer, all bytes.
    ``streaming`` is another for ``stream`` and ``feed``; its function takes the request, a source to read from and a
    function to write blocks with, and returns its report. ``running`` are those for ``run``; their functions take the
    data of one file after another, to each child its ``share``, and no child serves two of them. Of ``walls`` the first
    that can be had is used.
    """

    def __init__(
        self,
        target: str,
        limits: Limits | None = None,
        *,
        streaming: str = "",
        running: Sequence[str] = (),
        share: Share = SHARE,
        walls: Sequence[Wall] = WALLS,
    ) -> None:
        self._targets = target, streaming, tuple(running)
        self._share, self._runs = share, [list[Run]() for _ in running]
        self._limits = limits or Limits()
        self._walls = list(walls)
        self._lock = threading.Lock()
        self._server: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._stood = self._ready = self._open = False

    def __enter__(self) -> Self:
        """Nothing runs yet: the server starts with the first file, or before it if ``start`` is called."""
        self._open = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the server and all its children, whatever they are doing."""
        with self._lock:
            self._open = False
            for waiting in self._runs:
                while waiting:
                    waiting.pop().close()
            self._stop()

    def start(self) -> None:
        """Start the server without waiting for it: its imports run while the caller goes on."""
        with self._lock:
            if self._open and self._server is None:
                self._start()

    def wall(self) -> Wall:
        """Wait until the server is ready, and tell what stands around it. Raises MissingToolError as ``call`` does."""
        with self._lock:
            if self._server is None:
                self._start()
            self._come_up()
            return self._walls[0]

    def call(self, request: bytes, data: bytes) -> bytes:
        """Run the target on one file in a process of its own and return its untrusted answer.

        Raises UncleanError with a reason for a crash, a hang, too much memory, too long an answer; the next call works.
        Raises MissingToolError if no wall can be had here, or the server cannot start.
        """
        with _in_memory(data) as source, self._begin(FILE, source, len(data)) as conversation:
            try:
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it died early: the answer tells
                    conversation.sendall(LENGTH.pack(len(request)) + request)
                return self._hear(conversation)
            except TimeoutError as error:
                raise UncleanError(TIMEOUT) from error
            except OSError as error:
                raise UncleanError(FAILED) from error

    def stream(self, request: bytes, source: int, size: int) -> Streamed:
        """Run the streaming target on a descriptor open for reading: a file's (from where it stands), or a pipe's.

        ``size`` is the source's bytes, by which the limits grow. The child has a descriptor of its own: the caller
        closes theirs, and for a pipe does so at once, or its writer never hears that the child has gone.
        Raises as ``call`` does; so do the methods of what is returned.
        """
        conversation = self._begin(STREAM, source, size)
        with contextlib.suppress(OSError):  # a child that died early: reading from it tells
            conversation.sendall(LENGTH.pack(len(request)) + request)
        return Streamed(conversation, self._limits.grown(size))

    def feed(self, request: bytes, size: int) -> Fed:
        """Run the streaming target on a pipe that the caller fills with ``Fed.write``: about ``size`` bytes."""
        reader, writer = os.pipe()
        with contextlib.suppress(OSError):  # many pipes are open: then it stays small
            fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, BLOCK)
        try:
            conversation = self._begin(STREAM, reader, size)
        except BaseException:
            os.close(writer)
            raise
        finally:
            os.close(reader)
        with contextlib.suppress(OSError):
            conversation.sendall(LENGTH.pack(len(request)) + request)
        return Fed(conversation, self._limits.grown(size), writer)

    def run(self, which: int, data: bytes, believed: Callable[[bytes], Made]) -> Made | None:
        """Run one of the running targets on a file, in a child that read others before, and may read others after it.

        ``believed`` makes something of the untrusted answer. None where there is none, or where anything fails, here or
        in ``believed``: then the child ends, and the file is for ``call``.
        """
        if len(data) > self._share.each:
            return None
        run = self._next_run(which)
        try:
            answer = run.call(data)
            return believed(answer) if answer else None
        except (UncleanError, OSError):
            run.give_up()
            return None
        finally:
            self._put_back(which, run)

    def _next_run(self, which: int) -> Run:
        with self._lock:
            if self._runs[which]:
                return self._runs[which].pop()
        place, source = _shared(self._share.each)
        try:
            return Run(self._begin(RUN, source, self._share.each, which), place, self._share, self._limits)
        except BaseException:
            place.close()
            raise
        finally:
            os.close(source)

    def _put_back(self, which: int, run: Run) -> None:
        with self._lock:
            if self._open and not run.is_over:
                self._runs[which].append(run)
                return
        run.close()

    def _hear(self, conversation: socket.socket) -> bytes:
        """Collect the answer; if the conversation ends before it is whole, its last byte tells how the child ended."""
        untrusted = bytearray()
        deadline = time.monotonic() + self._limits.wall + 2
        while block := conversation.recv(BLOCK):
            untrusted += block
            end = LENGTH.size + LENGTH.unpack_from(untrusted)[0] if len(untrusted) >= LENGTH.size else 0
            if LENGTH.size <= end <= len(untrusted):
                return bytes(untrusted[LENGTH.size : end])
            if max(len(untrusted), end) > self._limits.answer:
                raise UncleanError(TALKATIVE)
            if time.monotonic() > deadline:
                raise UncleanError(TIMEOUT)
        raise UncleanError(reason(untrusted[-1] if untrusted else CRASHED))

    def _begin(self, kind: int, source: int, size: int, which: int = 0) -> socket.socket:
        """Open a conversation with a new child, which greets; a server lost at whatever moment is replaced."""
        for _ in range(2):
            with self._lock:
                if not self._open:
                    raise UncleanError(FAILED)
                if self._server is None:
                    self._start()
                server, conversation = self._server, self._hand_over(BEGIN.pack(kind, which, size), source)
            conversation.settimeout(self._limits.wall + 2)  # the server's own clock comes first
            with contextlib.suppress(OSError):
                if conversation.recv(1) == _READY:
                    return conversation
            conversation.close()
            with self._lock:
                if self._server is server:
                    self._stop()
        raise UncleanError(FAILED)

    def _hand_over(self, said: bytes, source: int) -> socket.socket:
        """Pass one end of a new socket pair to the server, once it is ready; whether it arrives, the greeting tells."""
        control = self._come_up()
        ours, theirs = socket.socketpair()
        with theirs, contextlib.suppress(OSError):
            socket.send_fds(control, [said], [theirs.fileno(), source])
        return ours

    def _come_up(self) -> socket.socket:
        """Wait until the server is ready; where its wall does not stand, start another inside the next."""
        while self._control is not None:
            if not self._ready:
                stands = _says(self._control, _STANDS)
                self._stood |= stands
                self._ready = stands and _says(self._control, _READY)
            if self._ready:
                return self._control
            self._stop()
            self._walls.pop(0)
            self._start()
        if self._stood:
            raise MissingToolError(
                tr("The program that reads brought files does not start."), tr("Install the archive anew.")
            )
        raise MissingToolError(NO_WALL, tr("Install bubblewrap. For files that you trust: archive add --no-sandbox"))

    def _start(self) -> None:
        """Start the server inside the first of the walls left that can be tried; none left: no server."""
        target, streaming, running = self._targets
        disk = needed(target, streaming, *running)
        program = [interpreter(), "-I", "-S", "-X", "utf8", "-c", _BOOT]
        words = None
        while self._walls and (words := command(self._walls[0], disk, program)) is None:
            self._walls.pop(0)
        if words is None:
            return
        ours, theirs = socket.socketpair()
        with theirs:
            self._server = subprocess.Popen(  # noqa: S603 -- this interpreter, fixed words
                words,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=dict(ENVIRONMENT),
                cwd="/",
                start_new_session=True,
            )
        self._control, self._ready = ours, False
        told = [import_path(), *self._targets, structs.astuple(self._limits), self._walls[0], disk]
        with contextlib.suppress(BrokenPipeError):  # it has ended already: its silence tells
            ours.sendall(json.dumps(told).encode() + b"\n")

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._server is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._server.pid, signal.SIGKILL)  # its session is its own: server and children
            self._server.wait()
        self._server = self._control = None


@contextlib.contextmanager
def _in_memory(data: bytes) -> Iterator[int]:
    """A descriptor of a file that lies in memory alone, and that nobody can change: read in one piece, not in turns.

    Through a socket, parent and child would wait for each other at every 200 kB.
    """
    descriptor = os.memfd_create("brought", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _UNCHANGED)
        yield descriptor
    finally:
        os.close(descriptor)


def _shared(size: int) -> tuple[mmap, int]:
    """Memory that lies under a descriptor too: whoever gets that one sees what is put there, without a copy.

    It stays as large as it is, whoever has it: what has been mapped and is gone would end this process.
    """
    descriptor = os.memfd_create("brought", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(descriptor, size)
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW)
    return mmap(descriptor, size), descriptor


def _says(control: socket.socket, word: bytes) -> bool:
    """Whether that is what comes next from the server; not if it died with what we told it unread."""
    try:
        return control.recv(1) == word
    except ConnectionResetError:
        return False


def wall_here(walls: Sequence[Wall] = WALLS) -> Wall | None:
    """Find out which of the walls can be had on this machine, by starting one; None: brought files are refused."""
    with Worker("archive.sandbox.server:serve", walls=walls) as trial:
        try:
            return trial.wall()
        except MissingToolError:
            return None
