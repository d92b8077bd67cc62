"""What the tests here let happen inside the sandbox: each request names one way to misbehave, or a question."""

from __future__ import annotations

import ctypes
import hashlib
import os
import resource
import stat
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO


def handle(request: bytes, data: bytes) -> bytes:
    """Do what the request names; answers text."""
    answer = globals()[request.decode()](data)
    return answer if isinstance(answer, bytes) else repr(answer).encode()


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


def swallow(data: bytes) -> int:
    return len(bytes(2 << 30))


def talk(data: bytes) -> bytes:
    return bytes(1 << 25)


def write(data: bytes) -> None:
    path = Path(tempfile.gettempdir(), f"sandbox-probe-{os.getpid()}")
    try:
        path.write_bytes(data)
    finally:
        path.unlink(missing_ok=True)


def chatter(data: bytes) -> bytes:
    print("out")
    print("err", file=sys.stderr)
    return b"quiet"


def environment(data: bytes) -> list[str]:
    return sorted(os.environ)


def place(data: bytes) -> str:
    return str(Path.cwd())


def descriptors(data: bytes) -> list[str]:
    open_ones = [number for number in range(64) if Path(f"/proc/self/fd/{number}").is_symlink()]
    return [f"/proc/self/fd/{number}" for number in open_ones]


def limits(data: bytes) -> list[tuple[int, int]]:
    kinds = (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC, resource.RLIMIT_CPU)
    return [resource.getrlimit(kind) for kind in kinds]


def dumpable(data: bytes) -> int:
    return int(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))


def process(data: bytes) -> list[int]:
    return [os.getpid(), os.getppid()]


def kill_server(data: bytes) -> None:
    os.kill(os.getppid(), 9)
    time.sleep(3600)


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
    """Announce a block of 2**63 bytes, past the server's own writer."""
    os.write(max(number for number in range(3, 16) if _is_socket(number)), b"\x80" + bytes(7))
    time.sleep(3600)


def _is_socket(number: int) -> bool:
    try:
        return stat.S_ISSOCK(os.fstat(number).st_mode)
    except OSError:
        return False


def pour_scribble(source: BinaryIO, write: Callable[[bytes], object]) -> None:
    os.write(source.fileno(), b"changed")
