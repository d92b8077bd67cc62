"""A worker behind each wall that this machine has; one for all tests of a file, as for all files of a command.

What hangs is left by the wall clock, and a busy machine makes a sound reader look as if it hung. So there are two: one
is patient and takes back what uses up a second of CPU; the other is hasty, for what sleeps, and a sound answer of it
is asked for several times.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

sys.path.insert(0, str(Path(__file__).parent))  # probes and misdeeds: the server imports them, as the tests do

from archive.sandbox.limits import Limits
from archive.sandbox.walls import WALLS, Wall
from archive.sandbox.worker import Worker, wall_here

PATIENT = Limits(memory=1 << 30, answer=1 << 24, cpu=1, wall=60)
HASTY = structs.replace(PATIENT, wall=1)


@pytest.fixture(scope="session", params=WALLS)
def wall(request: pytest.FixtureRequest) -> Wall:
    """Each wall in turn."""
    if wall_here([request.param]) is None:
        pytest.skip(f"{request.param} cannot be had here")
    return Wall(request.param)


@pytest.fixture(scope="module")
def worker(wall: Wall) -> Iterator[Worker]:
    """The patient one. Each misdeed must leave it usable."""
    with Worker("sandbox_probes:handle", PATIENT, streaming="sandbox_probes:pour", walls=[wall]) as started:
        started.call(b"echo", b"")
        yield started


@pytest.fixture(scope="module")
def hasty(wall: Wall) -> Iterator[Worker]:
    """The one that waits for a second."""
    with Worker("sandbox_probes:handle", HASTY, streaming="sandbox_probes:pour", walls=[wall]) as started:
        yield started
