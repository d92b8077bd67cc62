"""The bench, built once for a worker."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # bench, commands, witness: what the tests and the server share

from crash_bench import Bench
from crash_commands import fill

MEMORY = Path("/dev/shm")  # noqa: S108 - no disk that others write to: an fsync there may take as long as theirs
ROOM = 1 << 30


@pytest.fixture(scope="session")
def named() -> Iterator[tuple[Bench, dict[str, str]]]:
    """A bench with a filled archive, and what is called how in it; in memory, where there is room."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    with tempfile.TemporaryDirectory(prefix="crash-", dir=MEMORY if roomy else None) as folder:
        bench = Bench(Path(folder) / "bench")
        yield bench, fill(bench)
        bench.close()
