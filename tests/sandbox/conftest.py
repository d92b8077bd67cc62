"""A worker behind each wall that this machine has; one for all tests of a file, as for all files of a command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.sandbox.limits import Limits
from archive.sandbox.walls import WALLS, Wall
from archive.sandbox.worker import Worker, wall_here

LIMITS = Limits(memory=1 << 30, answer=1 << 24, cpu=1, wall=1)


@pytest.fixture(autouse=True, scope="session")
def probes() -> Iterator[None]:
    """The probes can be imported, by the server too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(Path(__file__).parent)
        yield


@pytest.fixture(scope="session", params=WALLS)
def wall(request: pytest.FixtureRequest, probes: None) -> Wall:
    """Each wall in turn."""
    if wall_here([request.param]) is None:
        pytest.skip(f"{request.param} cannot be had here")
    return Wall(request.param)


@pytest.fixture(scope="module")
def worker(wall: Wall) -> Iterator[Worker]:
    """Each misdeed must leave it usable."""
    with Worker("sandbox_probes:handle", LIMITS, streaming="sandbox_probes:pour", walls=[wall]) as started:
        started.call(b"echo", b"")
        yield started
