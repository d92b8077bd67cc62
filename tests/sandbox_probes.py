"""What test_sandbox.py lets happen inside the sandbox: each request names one way to misbehave, or a question."""

from __future__ import annotations

import ctypes
import os
import resource
import sys
import tempfile
import time
from pathlib import Path


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
