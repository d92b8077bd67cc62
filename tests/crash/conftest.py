"""The bench, built once for a worker."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # bench, commands, witness: what the tests and the server share

from crash_bench import Bench
from crash_commands import fill


@pytest.fixture(scope="session")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Bench, dict[str, str]]]:
    """A bench with a filled archive, and what is called how in it."""
    bench = Bench(tmp_path_factory.mktemp("crash") / "bench")
    yield bench, fill(bench)
    bench.close()


@pytest.fixture(scope="session")
def strace() -> None:
    """Skips by name where strace is not, or may not look into a process."""
    if shutil.which("strace") is None:
        pytest.skip("needs strace")
    if subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode:
        pytest.skip("needs strace to be allowed to trace")
