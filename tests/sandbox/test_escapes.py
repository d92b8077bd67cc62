"""What a reader that was taken over gets at: nothing, behind each wall, as root and as an ordinary user."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from misdeeds import MISDEEDS

from archive.sandbox.walls import Wall

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
OPEN = (
    "signal a process of the user by a detour",
    "read /etc/passwd", "list the home", "read the key", "TCP", "UDP", "a socket of the session", "an abstract socket",
    "kill a process of the user",
)  # fmt: skip
OF_ITS_OWN = {"a thread"}
INSIDE_ONLY = {
    "a thread", "UDP", "netlink", "fork bomb", "kill the server", "shared memory of System V",
    "a namespace",
}  # fmt: skip


@cache
def ordinary() -> tuple[str, ...]:
    """The words that run a Python of our version as nobody; none where root's own lies where nobody else may look."""
    become = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs")
    version = (
        "import os, sys, msgspec, archive.sandbox.walls as walls; "
        f"sys.exit(sys.version_info[:2] != {sys.version_info[:2]} or not os.access(walls.interpreter(), os.X_OK))"
    )
    for python in (sys.executable, "/usr/bin/python3"):
        if shutil.which("setpriv") and _run([*become, python, "-c", version]).returncode == 0:
            return (*become, python)
    return ()


def _run(words: list[str]) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(map(str, (ROOT, HERE, sysconfig.get_path("purelib"), sysconfig.get_path("platlib"))))
    return subprocess.run(
        words,
        env={"PYTHONPATH": path, "PATH": os.environ["PATH"]},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )


def told_by(user: str, program: str, *words: str) -> dict[str, Any]:
    """What a program beside this one prints when that user runs it."""
    if user == "nobody" and os.getuid() != 0:
        pytest.skip("only root can become another user; these tests run as an ordinary one already")
    if user == "nobody" and not ordinary():
        pytest.skip("no Python of this version that nobody may run")
    python = (sys.executable,) if user == "oneself" else ordinary()
    done = _run([*python, str(HERE / program), *words])
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert isinstance(answer, dict)
    assert answer["uid"] == (os.getuid() if user == "oneself" else 65534)
    return answer


def tried(user: str, wall: Wall, target: str, *only: str) -> dict[str, Any]:
    """What came of the attempts, and what became of what was there."""
    return told_by(user, "escapes.py", wall, target, *only)


def unharmed(answer: dict[str, Any]) -> bool:
    """Nobody outside heard or felt anything."""
    return (
        answer["reached"] == []
        and answer["victim lives"]
        and answer["home"] == ["bus", "identity"]
        and (answer["key"], answer["mode"]) == ("KANAREK-4711", 0o600)
    )


@pytest.mark.parametrize("user", ["oneself", "nobody"])
def test_every_attempt_fails(user: str, wall: Wall) -> None:
    """Disk, network, sockets of the session, processes, programs, signals, memory of others: all refused."""
    answer = tried(user, wall, "escapes:attempt")
    done = {name for name, outcome in answer["outcome"].items() if outcome == "done"}
    assert done == OF_ITS_OWN
    assert len(answer["outcome"]) > 30
    assert unharmed(answer)


@pytest.mark.parametrize("user", ["oneself", "nobody"])
def test_bubblewrap_alone_keeps_every_attempt_inside(user: str, wall: Wall) -> None:
    """On a kernel without Landlock and seccomp some attempts succeed, but reach nothing and end with the reader."""
    if wall is not Wall.BUBBLEWRAP:
        pytest.skip("about bubblewrap")
    answer = tried(user, wall, "unfenced:attempt")
    assert {name for name, outcome in answer["outcome"].items() if outcome == "done"} <= INSIDE_ONLY
    assert unharmed(answer)


def test_an_ordinary_user_loses_one_file_by_each_misdeed(wall: Wall) -> None:
    """A crash, an endless loop, an hour's sleep, 2 GB, 4 GB of output, lies, a fork bomb: each has a reason, and the
    next file is read. As whoever runs the tests, root mostly, test_worker.py asks for the same.
    """
    answer = told_by("nobody" if os.getuid() == 0 else "oneself", "misdeeds.py", wall)
    assert answer["told"] == {**MISDEEDS, "sleep": "TIMEOUT"}
    assert answer["in turn"] == dict.fromkeys(MISDEEDS.keys() - {"boast"})
    assert answer["flood"] == 1 << 23


def test_the_attempts_succeed_where_there_is_no_wall() -> None:
    """What is tried here can be had outside: these tests could fail."""
    answer = tried("oneself", Wall.NOTHING, "escapes:attempt", *OPEN)
    assert answer["outcome"] == dict.fromkeys(OPEN, "done")
    assert answer["reached"] == ["tcp", "udp", "unix", "abstract"]
    assert not answer["victim lives"]
