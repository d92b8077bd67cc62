"""An archive opened in this process, and somebody who answers: a list of lines in the place of a keyboard."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.casework import beginning
from archive.desk import Desk, Place


class Typist:
    """Types the next line at each question; Ctrl-C where there is none left. ``asked`` and ``told`` are what came."""

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)
        self.asked: list[str] = []
        self.told: list[str] = []

    def ask(self, question: str, missing: str) -> str:
        self.asked.append(question)
        if not self.lines:
            raise KeyboardInterrupt
        return self.lines.pop(0)

    def key(self, question: str, keys: str, missing: str) -> str:
        pressed = self.ask(question, missing)
        assert pressed in keys
        return pressed

    def note(self, line: str) -> None:
        self.told.append(line)


@pytest.fixture
def typist() -> type[Typist]:
    return Typist


@pytest.fixture
def opened(tmp_path: Path) -> Callable[[], Desk]:
    """Opens the same archive each time, as a command does."""
    place = Place(root=tmp_path / "archive", state=tmp_path / "state", identity=tmp_path / "state" / "identity")

    def clock() -> datetime:
        return datetime(2026, 11, 26, 10, 0, tzinfo=UTC)

    def ask() -> str:
        return "seven herons"

    def open_() -> Desk:
        return Desk.open(place, ask, random=secrets.token_bytes, clock=clock)

    beginning.found(place, "Weir", ask, kdf="tests-only", random=secrets.token_bytes, clock=clock)
    return open_


@pytest.fixture
def desk(opened: Callable[[], Desk]) -> Desk:
    return opened()
