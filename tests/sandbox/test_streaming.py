"""Streams: large files go through a child in blocks, two at a time, and a misdeed still costs one file only."""

from __future__ import annotations

import ast
import hashlib
import os
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive.errors import UncleanError
from archive.sandbox import limits
from archive.sandbox.limits import Limits
from archive.sandbox.worker import Worker

SECOND, PATIENCE = 1, 60  # what the hasty worker of conftest.py waits, and the patient one
TRIES = 10  # of the hasty one: a machine may be so busy that a sound reader, too, takes a second


def opened(path: Path, data: bytes) -> int:
    path.write_bytes(data)
    return os.open(path, os.O_RDONLY | os.O_CLOEXEC)


def poured(worker: Worker, request: bytes, source: int, size: int) -> tuple[bytes, bytes]:
    with worker.stream(request, source, size) as streamed:
        return b"".join(streamed), streamed.report()


@pytest.mark.parametrize("size", [0, 1, 70_000, 9_000_001])
def test_every_byte_comes_through(worker: Worker, tmp_path: Path, size: int) -> None:
    """Files of any size, in blocks of at most a MiB, and then the report."""
    data = os.urandom(size)
    source = opened(tmp_path / "film", data)
    with worker.stream(b"copy", source, size) as streamed:
        blocks = list(streamed)
        assert streamed.report() == str(size).encode()
    os.close(source)
    assert b"".join(blocks) == data
    assert all(len(block) <= 1 << 20 for block in blocks)


def test_a_file_can_be_read_in_any_order(worker: Worker, tmp_path: Path) -> None:
    """Containers have their table at the end."""
    source = opened(tmp_path / "film", b"head" + bytes(100_000) + b"tail")
    assert poured(worker, b"seek", source, 100_008) == (b"tail", b"head")
    os.close(source)


def test_what_one_writes_another_reads(worker: Worker, tmp_path: Path) -> None:
    """Two children at once: the clean stream of the first is looked at again by the second, through a pipe."""
    data = os.urandom(20_000_000)
    source = opened(tmp_path / "film", data)
    kept = hashlib.sha256()
    with worker.stream(b"copy", source, len(data)) as first, worker.feed(b"weigh", len(data)) as second:
        for block in first:
            second.write(block)
            kept.update(block)
        found = ast.literal_eval(second.report().decode())
        assert first.report() == str(len(data)).encode()
    os.close(source)
    assert kept.digest() == hashlib.sha256(data).digest()
    assert found == (len(data), kept.hexdigest(), False)


def test_who_has_seen_enough_stops_nobody(worker: Worker) -> None:
    """A second look that ends early takes no more blocks, and its report is heard."""
    with worker.feed(b"glance", 1 << 22) as second:
        for _ in range(4):
            second.write(b"head" + bytes(1 << 20))
        assert second.report() == b"head"


@pytest.mark.parametrize(
    ("misdeed", "reason"),
    [
        (b"crash", limits.FAILED),
        (b"leave", limits.FAILED),
        (b"spin", limits.TIMEOUT),
        (b"swallow", limits.MEMORY),
        (b"talk", limits.TALKATIVE),
        (b"novel", limits.TALKATIVE),
        (b"lie", limits.TALKATIVE),
        (b"scribble", limits.FAILED),
        (b"reopen", limits.FAILED),
        (b"unlock", limits.FAILED),
        (b"backdate", limits.FAILED),
    ],
)
def test_a_misdeed_costs_one_file_and_has_a_reason(worker: Worker, tmp_path: Path, misdeed: bytes, reason: str) -> None:
    """Crash, bomb, endless output, a lie, writing into the source: UncleanError, and the next call works."""
    source = opened(tmp_path / "film", b"KANAREK")
    before = os.fstat(source)
    with pytest.raises(UncleanError) as caught:
        poured(worker, misdeed, source, 7)
    after = os.fstat(source)
    os.close(source)
    assert caught.value.message == reason
    assert (after.st_mode, after.st_mtime_ns) == (before.st_mode, before.st_mtime_ns)
    assert (tmp_path / "film").read_bytes() == b"KANAREK"
    assert worker.call(b"echo", b"next") == b"next"


@pytest.mark.parametrize("hang", [b"sleep", b"dawdle"])
def test_a_hang_costs_one_file_and_has_a_reason(hasty: Worker, tmp_path: Path, hang: bytes) -> None:
    """Before its first block, or after it: left after its second."""
    source = opened(tmp_path / "film", b"KANAREK")
    assert limits.TIMEOUT in reasons(lambda: poured(hasty, hang, source, 7))
    os.close(source)


def test_a_second_look_that_hangs_costs_one_file(hasty: Worker) -> None:
    """Also while the parent has more to give than a pipe holds."""

    def fed() -> None:
        with hasty.feed(b"sleep", 0) as second:
            for _ in range(16):
                second.write(bytes(1 << 20))

    assert limits.TIMEOUT in reasons(fed)


def reasons(act: Callable[[], object]) -> Iterator[str]:
    """Why something that is never done is refused, each time that it is tried."""
    for _ in range(TRIES):
        start = time.monotonic()
        with pytest.raises(UncleanError) as caught:
            act()
        assert time.monotonic() - start < PATIENCE
        yield caught.value.message


@pytest.mark.parametrize(("misdeed", "reason"), [(b"crash", limits.FAILED), (b"spin", limits.TIMEOUT)])
def test_a_second_look_that_misbehaves_costs_one_file(worker: Worker, misdeed: bytes, reason: str) -> None:
    """Also one that stops reading while the parent has more to give."""
    with pytest.raises(UncleanError) as caught, worker.feed(misdeed, 0) as second:
        for _ in range(16):
            second.write(bytes(1 << 20))
        second.report()
    assert caught.value.message == reason
    assert worker.call(b"echo", b"next") == b"next"


def test_a_slow_parent_is_not_held_against_a_reader(hasty: Worker, tmp_path: Path) -> None:
    """Encrypting and writing to a slow stick may take longer than the limit; and meanwhile nothing heaps up."""
    size = 4_000_000

    def slowly() -> int:
        source = opened(tmp_path / "film", bytes(size))
        try:
            with hasty.stream(b"copy", source, 0) as streamed:
                blocks = iter(streamed)
                first = len(next(blocks))
                time.sleep(SECOND + 0.5)
                return first + sum(map(len, blocks))
        except UncleanError:
            return 0
        finally:
            os.close(source)

    assert size in (slowly() for _ in range(TRIES))


def test_leaving_a_stream_ends_its_reader(worker: Worker, tmp_path: Path) -> None:
    """Nobody reads a film to its end for a parent that has hung up."""
    reader, writer = os.pipe()
    with worker.stream(b"dawdle", reader, 0) as streamed:
        os.close(reader)
        next(iter(streamed))
    start = time.monotonic()
    with pytest.raises(BrokenPipeError):  # the child held the only reading end
        while time.monotonic() - start < PATIENCE:
            os.write(writer, b"x")
            time.sleep(0.02)
    os.close(writer)


def test_limits_grow_with_the_source() -> None:
    """20 GB may take more than an hour, a song half a minute; the output is about as large as the source."""
    song, film = Limits().grown(4_000_000), Limits().grown(20_000_000_000)
    assert (song.wall, song.cpu) == (30, 20)
    assert 3600 < film.wall < 7200
    assert 20_000_000_000 < film.answer < 26_000_000_000


def test_memory_stays_flat(worker: Worker, tmp_path: Path) -> None:
    """A sparse film of 256 MB goes through both children; the parent grows by some blocks only."""
    size = 1 << 28
    with (tmp_path / "film").open("wb") as film:
        film.truncate(size)
    source = os.open(tmp_path / "film", os.O_RDONLY)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with worker.stream(b"copy", source, size) as first, worker.feed(b"weigh", size) as second:
        for block in first:
            second.write(block)
        assert ast.literal_eval(second.report().decode())[0] == size
        first.report()
    os.close(source)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000
