"""The sandbox: whatever a reader does, only its own file is lost, soon and with a reason, and nothing stays behind."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from archive.errors import MissingToolError, UncleanError
from archive.sandbox import limits
from archive.sandbox.limits import Limits
from archive.sandbox.worker import Worker

PROBES = Path(__file__).parent
ROOT = PROBES.parents[1]
LIMITS = Limits(memory=1 << 30, answer=1 << 24, cpu=1, wall=2)


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """One worker for all tests here, as for all files of a command: each misdeed must leave it usable."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(PROBES)
        with Worker("sandbox_probes:handle", LIMITS) as started:
            started.call(b"echo", b"")
            yield started


def asked(worker: Worker, question: bytes, data: bytes = b"") -> object:
    return ast.literal_eval(worker.call(question, data).decode())


def gone(pid: int) -> bool:
    for _ in range(50):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("size", [0, 1, 8, 70_000, 9_000_000])
def test_every_byte_goes_there_and_back(worker: Worker, size: int) -> None:
    """Files of any size, also empty and larger than a socket's buffer."""
    data = os.urandom(size)
    assert worker.call(b"echo", data) == data


@pytest.mark.parametrize(
    ("misdeed", "reason"),
    [
        (b"crash", limits.FAILED),
        (b"abort", limits.FAILED),
        (b"complain", limits.FAILED),
        (b"leave", limits.FAILED),
        (b"sleep", limits.TIMEOUT),
        (b"spin", limits.TIMEOUT),
        (b"swallow", limits.MEMORY),
        (b"talk", limits.TALKATIVE),
        (b"write", limits.FAILED),
    ],
)
def test_a_misdeed_costs_one_file_and_has_a_reason(worker: Worker, misdeed: bytes, reason: str) -> None:
    """Crash, hang, bomb, endless answer, writing: UncleanError within the wall time, and the next call works."""
    start = time.monotonic()
    with pytest.raises(UncleanError) as caught:
        worker.call(misdeed, b"KANAREK" * 50_000)
    assert caught.value.message == reason
    assert time.monotonic() - start < LIMITS.wall + 3
    assert worker.call(b"echo", b"next") == b"next"


def test_a_reader_that_kills_the_server_costs_one_file(worker: Worker) -> None:
    """The server is started anew for the next file."""
    with pytest.raises(UncleanError):
        worker.call(b"kill_server", b"")
    assert worker.call(b"echo", b"next") == b"next"


def test_a_reader_sees_nothing_of_us(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    """No environment, no folder, no descriptor but null and its own conversation, no output."""
    monkeypatch.setenv("KANAREK", "1")
    assert asked(worker, b"environment") in ([], ["LC_CTYPE"])
    assert asked(worker, b"place") == "/"
    assert worker.call(b"chatter", b"") == b"quiet"
    open_ones = asked(worker, b"descriptors")
    assert isinstance(open_ones, list)
    assert len(open_ones) == 4


def test_limits_are_hard(worker: Worker) -> None:
    """No core, no file, no process, a second of CPU; soft and hard limit alike."""
    assert asked(worker, b"limits") == [(0, 0), (0, 0), (0, 0), (1, 1)]


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's own")
def test_nobody_may_trace_a_reader(worker: Worker) -> None:
    """PR_GET_DUMPABLE answers 0."""
    assert asked(worker, b"dumpable") == 0


def test_two_files_at_once(worker: Worker) -> None:
    """Calls from several threads neither wait for a hanging one nor mix their answers."""
    with ThreadPoolExecutor(4) as pool:
        hanging = pool.submit(worker.call, b"sleep", b"")
        others = [pool.submit(worker.call, b"echo", str(number).encode() * 100_000) for number in range(12)]
        start = time.monotonic()
        answers = [other.result() for other in others]
        assert time.monotonic() - start < LIMITS.wall
        assert answers == [str(number).encode() * 100_000 for number in range(12)]
        assert hanging.exception() is not None


def test_leaving_ends_server_and_readers() -> None:
    """Also when a reader hangs while the command ends."""
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(1) as pool:
        patch.syspath_prepend(PROBES)
        with Worker("sandbox_probes:handle", Limits(wall=60)) as worker:
            reader, server = asked(worker, b"process")  # type: ignore[misc]  # two numbers
            hanging = pool.submit(worker.call, b"sleep", b"")
            time.sleep(0.3)
        assert isinstance(hanging.exception(timeout=5), UncleanError)
    assert gone(reader)
    assert gone(server)


def test_nothing_starts_after_leaving() -> None:
    """A call that comes late, from a thread that was not told, is refused and starts no new server."""
    with Worker("sandbox_probes:handle") as worker:
        pass
    with pytest.raises(UncleanError):
        worker.call(b"echo", b"")
    assert worker._server is None


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_a_parent_that_is_stopped_leaves_nothing_behind(ending: signal.Signals) -> None:
    """Ctrl-C, or the parent killed outright, while a reader hangs: server and reader end."""
    program = (
        "import sys, threading, time; sys.path[:0] = sys.argv[1:]\n"
        "from archive.sandbox.limits import Limits; from archive.sandbox.worker import Worker\n"
        "with Worker('sandbox_probes:handle', Limits(wall=60)) as worker:\n"
        "    print(*eval(worker.call(b'process', b'')), flush=True)\n"
        "    worker.call(b'sleep', b'')\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(ROOT), str(PROBES)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert parent.stdout is not None
    _, server = map(int, parent.stdout.readline().split())
    time.sleep(0.3)
    parent.send_signal(ending)
    parent.wait(10)
    parent.stdout.close()
    assert gone(server)


def test_a_target_that_does_not_load_is_said_plainly() -> None:
    """A broken installation is no fault of the file."""
    with Worker("sandbox_probes_that_are_not:there") as worker, pytest.raises(MissingToolError):
        worker.call(b"", b"")


def test_works_from_a_folder_of_somebody_else(tmp_path: Path) -> None:
    """A module in the current folder that has the name of one of ours, or of a library, is not loaded by the server."""
    for name in ("json.py", "archive.py", "socket.py"):
        (tmp_path / name).write_text("raise SystemExit('taken over')\n")
    program = (
        "import sys; sys.path[:] = [entry for entry in sys.path if entry]; sys.path[:0] = sys.argv[1:]\n"
        "from archive.sandbox.worker import Worker\n"
        "sys.path.insert(0, '')\n"
        "with Worker('sandbox_probes:handle') as worker:\n"
        "    print(worker.call(b'echo', b'here').decode())\n"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", program, str(ROOT), str(PROBES)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == "here\n", done.stderr
