"""Runs: one child for file after file, and whatever it does with one of them, the others lose nothing by it."""

from __future__ import annotations

import ast
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from archive.errors import UncleanError
from archive.sandbox.limits import Limits
from archive.sandbox.running import Share
from archive.sandbox.walls import Wall
from archive.sandbox.worker import Worker

PATIENCE = 60
SHARE = Share(files=4, each=1 << 24, wall=PATIENCE)
MISDEEDS = (
    b"crash", b"abort", b"complain", b"leave", b"spin", b"swallow", b"talk", b"mumble",
    b"break_off", b"grow", b"shrink",
)  # fmt: skip


def started(wall: Wall, seconds: int) -> Worker:
    """One whose children take four files each, and wait for each so long."""
    limits = Limits(memory=1 << 30, answer=1 << 24, cpu=1, wall=seconds)
    return Worker("sandbox_probes:handle", limits, running=["sandbox_probes:in_turn"] * 2, share=SHARE, walls=[wall])


@pytest.fixture
def worker(wall: Wall) -> Iterator[Worker]:
    """One that waits longer than the busiest machine takes."""
    with started(wall, PATIENCE) as patient:
        yield patient


def said(worker: Worker, data: bytes, which: int = 0) -> bytes | None:
    return worker.run(which, data, bytes)


def child(worker: Worker, which: int = 0) -> int:
    """Some number that is another one in each child."""
    answer = said(worker, b"birth", which)
    assert answer is not None
    return int(answer)


def test_a_child_reads_some_files_and_then_another_goes_on(worker: Worker) -> None:
    """Files of any size, each as it is though the last one was longer; four to a child."""
    for size in (5, 9_000_000, 70_000, 8):
        data = b"echo " + os.urandom(size)
        assert said(worker, b"digest " + data) == worker.call(b"digest", b"digest " + data)
    births = [child(worker) for _ in range(10)]
    assert [births.index(birth) for birth in births] == [0, 0, 0, 0, 4, 4, 4, 4, 8, 8]


def test_no_child_serves_two_targets(worker: Worker) -> None:
    """Whoever takes the one over that decodes is not asked to clean; and what ends the one leaves the other."""
    cleaning, decoding = child(worker, 0), child(worker, 1)
    assert cleaning != decoding
    assert said(worker, b"crash", 1) is None
    assert child(worker, 0) == cleaning
    assert child(worker, 1) not in (cleaning, decoding)


@pytest.mark.parametrize("misdeed", MISDEEDS)
def test_a_misdeed_ends_the_child_and_touches_no_other_file(worker: Worker, misdeed: bytes) -> None:
    """In the middle of a run: no answer about that file, soon, and the next one is read by another child."""
    before = child(worker)
    assert said(worker, misdeed + b" KANAREK") is None
    after = child(worker)
    assert after != before
    assert child(worker) == after


@pytest.mark.parametrize("hang", [b"sleep", b"boast"])
def test_a_child_that_hangs_is_left_after_a_while(wall: Wall, hang: bytes) -> None:
    """And others read on; one of them at least, where the machine is so busy that a sound one takes as long."""
    with started(wall, 1) as hasty:
        start = time.monotonic()
        assert said(hasty, hang) is None
        assert time.monotonic() - start < PATIENCE / 2
        assert b"echo" in [said(hasty, b"echo") for _ in range(10)]


def test_files_in_other_children_do_not_wait_for_one_that_hangs(wall: Wall) -> None:
    """Nor do their answers mix; and leaving waits for nobody."""
    with ThreadPoolExecutor(4) as pool:
        with started(wall, PATIENCE) as worker:
            hanging = pool.submit(said, worker, b"sleep")
            others = [pool.submit(said, worker, b"echo %d " % number * 100) for number in range(20)]
            assert [other.result() for other in others] == [b"echo %d " % number * 100 for number in range(20)]
            assert not hanging.done()
        assert hanging.result(PATIENCE / 2) is None


def test_who_says_what_nobody_believes_reads_no_other_file(worker: Worker) -> None:
    """A child that answers nonsense may have been taken over."""

    def doubted(answer: bytes) -> bytes:
        raise UncleanError("no sound answer")

    before = child(worker)
    assert worker.run(0, b"echo", doubted) is None
    assert child(worker) != before


def test_an_empty_answer_is_none_and_ends_nothing(worker: Worker) -> None:
    """A file that is for another kind of reader."""
    before = child(worker)
    assert said(worker, b"nothing") is None
    assert child(worker) == before


def test_a_large_file_goes_to_no_child_of_many(worker: Worker) -> None:
    """What it would take stays taken until the child ends."""
    assert said(worker, b"echo " + bytes(SHARE.each)) is None


def test_memory_does_not_add_up_over_files(worker: Worker) -> None:
    """What one file takes and a reader forgets to give back is gone with the child: the fifth has it all again."""
    assert [said(worker, b"hoard") for _ in range(8)] == [b"300000000"] * 3 + [None] + [b"300000000"] * 3 + [None]


def test_a_run_has_no_more_at_hand_than_one_file(worker: Worker) -> None:
    """Null three times, the conversation and twice what is to be read (a mapping holds its own); limits as for all."""
    assert len(ast.literal_eval((said(worker, b"descriptors") or b"()").decode())) == 6
    fixed = said(worker, b"limits")
    assert fixed is not None
    assert fixed.startswith(b"[(0, 0), (0, 0), (1, 1)")


def test_a_lost_server_costs_one_run(worker: Worker) -> None:
    """It is started anew; the child that was there may read on for the moment that it takes to end it."""
    before = child(worker)
    assert worker._server
    os.kill(worker._server.pid, signal.SIGKILL)
    births = [said(worker, b"birth") for _ in range(SHARE.files + 1)]
    assert births[-1] not in (None, b"%d" % before)
