"""An index on disk, and the way to this room's material."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # index_material: plain functions that several test files call

from index_material import KEY

from archive.index.index import Index


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the index of a test lies."""
    return tmp_path / "index.db"


@pytest.fixture
def index(path: Path) -> Iterator[Index]:
    """A new index on disk."""
    with Index.open(path, KEY) as opened:
        yield opened
