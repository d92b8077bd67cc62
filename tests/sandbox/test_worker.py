"""The sandbox: whatever a reader does, only its own file is lost, soon and with a reason, and nothing stays behind."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from misdeeds import MISDEEDS

from archive.errors import MissingToolError, UncleanError
from archive.sandbox import limits
from archive.sandbox.limits import Limits
from archive.sandbox.walls import ENVIRONMENT, Wall
from archive.sandbox.worker import Worker

PROBES = Path(__file__).parent
ROOT = PROBES.parents[1]
PATIENCE = 60.0  # seconds until even the busiest machine should have done it


def asked(worker: Worker, question: bytes, data: bytes = b"") -> object:
    return ast.literal_eval(worker.call(question, data).decode())


def comes(true: Callable[[], bool]) -> bool:
    """Whether something becomes true while we wait."""
    until = time.monotonic() + PATIENCE
    while not true() and time.monotonic() < until:
        time.sleep(0.02)
    return true()


def gone(pids: Sequence[int]) -> bool:
    """Whether all end."""
    return comes(lambda: not any(_runs(pid) for pid in pids))


def with_readers(server: int, alone: Sequence[int], count: int = 1) -> list[int]:
    """All processes of a server, once so many readers are among them."""
    assert comes(lambda: len({*with_all_below(server)} - {*alone}) >= count)
    return with_all_below(server)


def goes_on(hasty: Worker) -> bool:
    """Whether a next file is read; one of ten, where the machine is so busy that a sound reader takes as long."""
    answers = set()
    for _ in range(10):
        with suppress(UncleanError):
            answers.add(hasty.call(b"echo", b"next"))
    return answers == {b"next"}


def ready(worker: Worker) -> list[int]:
    """The processes of a server that waits for its first file, its own first."""
    worker.wall()
    assert worker._server
    return with_all_below(worker._server.pid)


def _runs(pid: int) -> bool:
    """Not so a process that has ended and whose new parent has not asked how."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def with_all_below(pid: int) -> list[int]:
    """A process and its descendants, as this machine counts them."""
    found = [pid]
    for one in found:
        for listed in Path(f"/proc/{one}/task").glob("*/children"):
            with suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
                found += map(int, listed.read_text().split())
    return found


@pytest.mark.parametrize("size", [0, 1, 8, 70_000, 9_000_000])
def test_every_byte_goes_there_and_back(worker: Worker, size: int) -> None:
    """Files of any size, also empty and larger than a socket's buffer."""
    data = os.urandom(size)
    assert worker.call(b"echo", data) == data


@pytest.mark.parametrize(("misdeed", "reason"), MISDEEDS.items())
def test_a_misdeed_costs_one_file_and_has_a_reason(worker: Worker, misdeed: str, reason: str) -> None:
    """Crash, endless work, bomb, endless answer, writing: UncleanError, and the next call works."""
    with pytest.raises(UncleanError) as caught:
        worker.call(misdeed.encode(), b"KANAREK" * 50_000)
    assert caught.value.message == getattr(limits, reason)
    assert worker.call(b"echo", b"next") == b"next"


def test_a_hang_costs_one_file_and_has_a_reason(hasty: Worker) -> None:
    """It is left after its second, and the next call works; one of ten, where the machine is too busy to begin."""
    reasons: list[str] = []
    while limits.TIMEOUT not in reasons and len(reasons) < 10:
        start = time.monotonic()
        with pytest.raises(UncleanError) as caught:
            hasty.call(b"sleep", b"KANAREK" * 50_000)
        reasons.append(caught.value.message)
        assert time.monotonic() - start < PATIENCE
    assert reasons[-1] == limits.TIMEOUT
    assert goes_on(hasty)


def test_what_comes_after_the_announced_answer_is_not_heard(worker: Worker) -> None:
    """Four gigabytes are cut off at the length that was announced."""
    assert worker.call(b"flood", b"") == bytes(1 << 23)
    assert worker.call(b"echo", b"next") == b"next"


def test_a_lost_server_costs_one_file(wall: Wall) -> None:
    """It is started anew for the next file; the reader that it left is waited for no longer than any other."""
    with ThreadPoolExecutor(1) as pool, Worker("sandbox_probes:handle", Limits(wall=1), walls=[wall]) as worker:
        alone = ready(worker)
        hanging = pool.submit(worker.call, b"sleep", b"")
        with_readers(alone[0], alone)
        os.kill(alone[0], signal.SIGKILL)
        assert isinstance(hanging.exception(PATIENCE), UncleanError)
        assert goes_on(worker)


def test_a_reader_sees_nothing_of_us(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    """No environment but its memory and threads, no folder, no descriptor but null and its conversation, no output."""
    monkeypatch.setenv("KANAREK", "1")
    assert (
        ENVIRONMENT.keys()
        <= set(str(asked(worker, b"environment")).split("'")[1::2])
        <= {"LC_CTYPE", "PWD", *ENVIRONMENT}
    )
    assert asked(worker, b"place") == "/"
    assert worker.call(b"chatter", b"") == b"quiet"
    open_ones = asked(worker, b"descriptors")
    assert isinstance(open_ones, list)
    assert open_ones[:3] == [0, 1, 2]
    assert len(open_ones) == 4


def test_limits_are_hard(worker: Worker) -> None:
    """No core, no file, a second of CPU, threads up to some number; soft and hard limit alike."""
    *fixed, tasks = ast.literal_eval(worker.call(b"limits", b"").decode())
    assert fixed == [(0, 0), (0, 0), (1, 1)]
    assert tasks[0] == tasks[1]
    assert 128 <= tasks[0] < 1 << 20


def test_nobody_may_trace_a_reader(worker: Worker) -> None:
    """PR_GET_DUMPABLE answers 0."""
    assert asked(worker, b"dumpable") == 0


def test_two_files_at_once(wall: Wall) -> None:
    """Calls from several threads neither wait for a hanging one nor mix their answers."""
    with ThreadPoolExecutor(4) as pool:
        with Worker("sandbox_probes:handle", Limits(wall=600), walls=[wall]) as worker:
            hanging = pool.submit(worker.call, b"sleep", b"")
            others = [pool.submit(worker.call, b"echo", str(number).encode() * 100_000) for number in range(12)]
            answers = [other.result() for other in others]
            assert answers == [str(number).encode() * 100_000 for number in range(12)]
            assert not hanging.done()
        assert isinstance(hanging.exception(PATIENCE), UncleanError)


def test_leaving_ends_server_and_readers(wall: Wall) -> None:
    """Also when a reader hangs while the command ends, or waits for another file."""
    with ThreadPoolExecutor(1) as pool:
        with Worker(
            "sandbox_probes:handle", Limits(wall=600), running=["sandbox_probes:in_turn"], walls=[wall]
        ) as worker:
            alone = ready(worker)
            worker.run(0, b"echo", bytes)
            hanging = pool.submit(worker.call, b"sleep", b"")
            running = with_readers(alone[0], alone, count=2)
        assert isinstance(hanging.exception(PATIENCE), UncleanError)
    assert gone(running)


def test_nothing_starts_after_leaving() -> None:
    """A call that comes late, from a thread that was not told, is refused and starts no new server."""
    with Worker("sandbox_probes:handle") as worker:
        pass
    with pytest.raises(UncleanError):
        worker.call(b"echo", b"")
    assert worker._server is None


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_a_parent_that_is_stopped_leaves_nothing_behind(wall: Wall, ending: signal.Signals) -> None:
    """Ctrl-C, or the parent killed outright, while a reader hangs: server and reader end."""
    program = (
        "import sys; sys.path[:0] = sys.argv[2:]\n"
        "from archive.sandbox.limits import Limits; from archive.sandbox.walls import Wall\n"
        "from archive.sandbox.worker import Worker\n"
        "with Worker('sandbox_probes:handle', Limits(wall=600), walls=[Wall(sys.argv[1])]) as worker:\n"
        "    worker.wall()\n"
        "    print(worker._server.pid, flush=True)\n"
        "    sys.stdin.readline()\n"
        "    worker.call(b'sleep', b'')\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program, wall, str(ROOT), str(PROBES)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert parent.stdin is not None and parent.stdout is not None
    server = int(parent.stdout.readline())
    alone = with_all_below(server)
    parent.stdin.write("begin\n")
    parent.stdin.flush()
    running = with_readers(server, alone)
    parent.send_signal(ending)
    parent.communicate(timeout=PATIENCE)
    assert gone(running)


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
