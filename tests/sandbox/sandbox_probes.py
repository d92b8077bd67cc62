"""What the tests here let happen inside the sandbox: each request names one way to misbehave, or a question."""

from __future__ import annotations

import ctypes
import hashlib
import os
import resource
import stat
import struct
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO


def handle(request: bytes, data: bytes) -> bytes:
    """Do what the request names; answers text."""
    answer = globals()[request.decode()](data)
    return answer if isinstance(answer, bytes) else repr(answer).encode()


_BIRTHS: list[int] = []
_HOARD: list[bytes] = []


def in_turn(brought: memoryview) -> bytes:
    """For runs: the data begin with the name of what to do."""
    data = bytes(brought)
    return handle(data.partition(b" ")[0], data)


def birth(data: bytes) -> int:
    """When this child was asked first."""
    _BIRTHS[:] = _BIRTHS or [time.monotonic_ns()]
    return _BIRTHS[0]


def nothing(data: bytes) -> bytes:
    return b""


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def hoard(data: bytes) -> int:
    """Take memory and keep it."""
    _HOARD.append(bytes(300_000_000))
    return len(_HOARD[-1])


def grow(data: bytes) -> None:
    """Write into what is to be read."""
    os.pwrite(_source(), b"changed", 0)


def shrink(data: bytes) -> None:
    """Take away what the parent writes into."""
    os.ftruncate(_source(), 0)


def _source() -> int:
    return next(number for number in range(3, 16) if stat.S_ISREG(_mode(number) or 0))


def echo(data: bytes) -> bytes:
    return data


def crash(data: bytes) -> None:
    ctypes.string_at(0)


def abort(data: bytes) -> None:
    os.abort()


def complain(data: bytes) -> None:
    raise ValueError(data)


def leave(data: bytes) -> None:
    os._exit(0)


def sleep(data: bytes) -> None:
    time.sleep(3600)


def spin(data: bytes) -> None:
    while True:
        pass


def bomb(data: bytes) -> int:
    """Few enough to be survived where nothing forbids them."""
    return len([os.fork() or os._exit(0) for _ in range(20)])


def swallow(data: bytes) -> int:
    return len(bytes(2 << 30))


def talk(data: bytes) -> bytes:
    return bytes(1 << 25)


def chatter(data: bytes) -> bytes:
    print("out")
    print("err", file=sys.stderr)
    return b"quiet"


def environment(data: bytes) -> list[str]:
    return sorted(os.environ)


def place(data: bytes) -> str:
    return str(Path.cwd())


def descriptors(data: bytes) -> list[int]:
    return [number for number in range(64) if _mode(number) is not None]


def limits(data: bytes) -> list[tuple[int, int]]:
    kinds = (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_CPU, resource.RLIMIT_NPROC)
    return [resource.getrlimit(kind) for kind in kinds]


def dumpable(data: bytes) -> int:
    return int(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))


def flood(data: bytes) -> None:
    """Four gigabytes after a length that announces less than the limit."""
    _past_the_server(struct.pack(">Q", 1 << 23))
    while True:
        _past_the_server(bytes(1 << 20))


def boast(data: bytes) -> None:
    """A length of an answer that nobody could hold."""
    _past_the_server(b"\xff" * 8)
    time.sleep(3600)


def mumble(data: bytes) -> None:
    """Half a length, then nothing."""
    _past_the_server(b"\0\0\0")
    os._exit(0)


def break_off(data: bytes) -> None:
    """Less of an answer than was announced."""
    _past_the_server(struct.pack(">Q", 1000) + b"x" * 900)
    os._exit(0)


def _past_the_server(block: bytes) -> None:
    """Write to the conversation itself, as a reader can that was taken over."""
    conversation = max(number for number in range(3, 16) if stat.S_ISSOCK(_mode(number) or 0))
    while block:
        block = block[os.write(conversation, block) :]


def _mode(number: int) -> int | None:
    try:
        return os.fstat(number).st_mode
    except OSError:
        return None


def pour(request: bytes, source: BinaryIO, write: Callable[[bytes], object]) -> bytes:
    """Do what the request names with a stream; answers text."""
    answer = globals()[f"pour_{request.decode()}"](source, write)
    return answer if isinstance(answer, bytes) else repr(answer).encode()


def pour_copy(source: BinaryIO, write: Callable[[bytes], object]) -> int:
    size = 0
    while block := source.read(100_000):
        write(block)
        size += len(block)
    return size


def pour_weigh(source: BinaryIO, write: Callable[[bytes], object]) -> tuple[int, str, bool]:
    digest, size = hashlib.sha256(), 0
    while block := source.read(1 << 20):
        digest.update(block)
        size += len(block)
    return size, digest.hexdigest(), source.seekable()


def pour_seek(source: BinaryIO, write: Callable[[bytes], object]) -> bytes:
    source.seek(-4, os.SEEK_END)
    write(source.read())
    source.seek(0)
    return source.read(4)


def pour_glance(source: BinaryIO, write: Callable[[bytes], object]) -> bytes:
    return source.read(4)


def pour_crash(source: BinaryIO, write: Callable[[bytes], object]) -> None:
    ctypes.string_at(0)


def pour_leave(source: BinaryIO, write: Callable[[bytes], object]) -> None:
    write(bytes(1 << 21))
    os._exit(0)


def pour_sleep(source: BinaryIO, write: Callable[[bytes], object]) -> None:
    time.sleep(3600)


def pour_dawdle(source: BinaryIO, write: Callable[[bytes], object]) -> None:
    write(bytes(1 << 21))
    time.sleep(3600)


def pour_spin(source: BinaryIO, write: Callable[[bytes], object]) -> None:
    spin(b"")


def pour_swallow(source: BinaryIO, write: Callable[[bytes], object]) -> int:
    return swallow(b"")


def pour_talk(source: BinaryIO, write: Callable[[bytes], object]) -> None:
    while True:
        write(bytes(1 << 20))


def pour_novel(source: BinaryIO, write: Callable[[bytes], object]) -> bytes:
    return bytes(1 << 22)


def pour_lie(source: BinaryIO, write: Callable[[bytes], object]) -> None:
    """Announce a block of 2**63 bytes."""
    _past_the_server(b"\x80" + bytes(7))
    time.sleep(3600)


def pour_scribble(source: BinaryIO, write: Callable[[bytes], object]) -> None:
    os.write(source.fileno(), b"changed")


def pour_reopen(source: BinaryIO, write: Callable[[bytes], object]) -> None:
    os.open(f"/proc/self/fd/{source.fileno()}", os.O_RDWR)


def pour_unlock(source: BinaryIO, write: Callable[[bytes], object]) -> None:
    os.fchmod(source.fileno(), 0o777)


def pour_backdate(source: BinaryIO, write: Callable[[bytes], object]) -> None:
    os.utime(source.fileno(), (0, 0))
