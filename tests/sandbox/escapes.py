"""What a reader that was taken over would try, all in one call, each attempt's outcome by name.

Run as a program by test_escapes.py, as whatever user and behind whatever wall: it sets up what there is to be had,
lets the attempts happen inside the sandbox, and prints what came of each, and what became of what was there.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import resource
import signal
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

CANARY = b"KANAREK-4711"


def attempt(request: bytes, data: bytes) -> bytes:
    """Inside: try everything; answers {name: "done" or the error}."""
    aims = json.loads(data)
    return json.dumps(dict(_tried(aims))).encode()


def _tried(aims: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, act in _acts(aims).items():
        if name not in (aims["only"] or name):
            continue
        try:
            act()
            yield name, "done"
        except (OSError, RuntimeError, ValueError) as error:
            yield name, type(error).__name__


def _acts(aims: dict[str, Any]) -> dict[str, Callable[[], object]]:
    key, home, victim = Path(aims["key"]), Path(aims["home"]), int(aims["victim"])
    libc = ctypes.CDLL(None, use_errno=True)

    def checked(result: int) -> None:
        if result < 0:
            raise OSError(ctypes.get_errno(), "")

    return {
        "read /etc/passwd": lambda: Path("/etc/passwd").read_bytes(),
        "list the home": lambda: list(home.iterdir()),
        "read the key": key.read_bytes,
        "read the parent's memory": lambda: Path(f"/proc/{aims['parent']}/mem").open("rb"),
        "read the environment of the parent": lambda: Path(f"/proc/{aims['parent']}/environ").read_bytes(),
        "write into the key": lambda: key.write_bytes(b"x"),
        "cut the key": lambda: os.truncate(key, 0),
        "remove the key": key.unlink,
        "rename the key": lambda: key.rename(home / "other"),
        "open the key to all": lambda: key.chmod(0o777),
        "backdate the key": lambda: os.utime(key, (0, 0)),
        "write in the home": lambda: (home / "new").write_bytes(b""),
        "make a folder in /tmp": lambda: tempfile.mkdtemp(dir="/tmp"),
        "make a folder in /": lambda: Path("/new").mkdir(),
        "make a link": lambda: (home / "link").symlink_to("/"),
        "write in shared memory": lambda: Path("/dev/shm/new").write_bytes(b""),  # noqa: S108
        "TCP": lambda: socket.create_connection(("127.0.0.1", int(aims["tcp"])), 1),
        "UDP": lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(CANARY, ("127.0.0.1", int(aims["udp"]))),
        "a socket of the session": lambda: socket.socket(socket.AF_UNIX).connect(aims["unix"]),
        "an abstract socket": lambda: socket.socket(socket.AF_UNIX).connect("\0" + aims["abstract"]),
        "netlink": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0),
        "fork bomb": lambda: [os.fork() or os._exit(0) for _ in range(20)],
        "a thread": lambda: threading.Thread(target=list).start(),
        "another program": lambda: os.execv("/bin/true", ["true"]),  # noqa: S606
        "kill a process of the user": lambda: os.kill(victim, signal.SIGKILL),
        "kill the parent": lambda: os.kill(int(aims["parent"]), signal.SIGKILL),
        "kill the server": lambda: os.kill(os.getppid() or 1, signal.SIGKILL),
        "signal a process of the user by a detour": lambda: fcntl.fcntl(_conversation(), fcntl.F_SETOWN, victim),
        "the same by another": lambda: fcntl.ioctl(_conversation(), 0x8901, struct.pack("i", victim)),
        "trace a process of the user": lambda: checked(libc.ptrace(16, victim, None, None)),
        "limit a process of the user": lambda: resource.prlimit(victim, resource.RLIMIT_CPU, (0, 0)),
        "shared memory of System V": lambda: checked(libc.shmget(0, 4096, 0o1600)),
        "a namespace": lambda: checked(libc.unshare(0x10000000)),
        "more memory": lambda: resource.setrlimit(resource.RLIMIT_AS, (1 << 40, 1 << 40)),
    }


def _conversation() -> int:
    """The one socket that a reader has."""
    return next(number for number in range(3, 64) if _is_socket(number))


def _is_socket(number: int) -> bool:
    try:
        return stat.S_ISSOCK(os.fstat(number).st_mode)
    except OSError:
        return False


def main(wall: str, target: str, *only: str) -> None:
    """Outside: make what there is to be had, let the attempts happen, print what came of it."""
    from archive.sandbox.limits import Limits
    from archive.sandbox.walls import Wall
    from archive.sandbox.worker import Worker

    home = Path(tempfile.mkdtemp(prefix="sandbox-home-"))
    key = home / "identity"
    key.write_bytes(CANARY)
    key.chmod(0o600)
    os.environ["KANAREK"] = "1"
    victim = subprocess.Popen(["sleep", "3600"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(type=socket.SOCK_DGRAM) as udp,
        socket.socket(socket.AF_UNIX) as unix,
        socket.socket(socket.AF_UNIX) as abstract,
    ):
        udp.bind(("127.0.0.1", 0))
        unix.bind(str(home / "bus"))
        abstract.bind("\0" + home.name)
        unix.listen()
        abstract.listen()
        aims = {
            "key": str(key), "home": str(home), "victim": str(victim.pid), "parent": str(os.getpid()),
            "tcp": str(tcp.getsockname()[1]), "udp": str(udp.getsockname()[1]),
            "unix": str(home / "bus"), "abstract": home.name, "only": only,
        }  # fmt: skip
        with Worker(target, Limits(), streaming="escapes:attempt", walls=[Wall(wall)]) as worker:
            outcome = json.loads(worker.call(b"", json.dumps(aims).encode()))
        reached = [name for name, ear in (("tcp", tcp), ("udp", udp), ("unix", unix), ("abstract", abstract))
                   if _heard(ear)]  # fmt: skip
    if outcome.get("kill a process of the user") == "done":
        with contextlib.suppress(subprocess.TimeoutExpired):
            victim.wait(20)  # it takes a moment, and longer on a busy machine
    state = {
        "uid": os.getuid(), "outcome": outcome, "reached": reached, "victim lives": victim.poll() is None,
        "home": sorted(path.name for path in home.iterdir()), "key": key.read_text(),
        "mode": key.stat().st_mode & 0o777,
    }  # fmt: skip
    victim.kill()
    victim.wait()
    for path in home.iterdir():
        path.unlink()
    home.rmdir()
    print(json.dumps(state))


def _heard(ear: socket.socket) -> bool:
    ear.setblocking(False)
    try:
        ear.recv(10) if ear.type == socket.SOCK_DGRAM else ear.accept()
    except BlockingIOError:
        return False
    return True


if __name__ == "__main__":
    main(*sys.argv[1:])
