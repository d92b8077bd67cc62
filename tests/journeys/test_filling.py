"""A large archive whose index is gone, or of an older program: it is made anew, and that is said."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

import pytest

from archive.desk import Desk, Place
from archive.index.entering import AT_ONCE
from archive.records import kinds
from archive.vault.entry import Draft

SAID = "The records are being read for the search."
NOW = datetime(2026, 11, 26, tzinfo=UTC)


@pytest.fixture
def many(archive: Any) -> Any:
    """A laptop whose archive holds more than the index takes in at once, and has not taken in yet."""
    place = Place(root=archive.archive, state=archive.state, identity=archive.state / "identity")
    desk = Desk.open(place, archive.passphrase.read_text, random=os.urandom, clock=lambda: NOW)
    for _ in range(2):
        with desk.journal.begin(NOW) as batch:
            batch.commit([Draft(desk.new(kinds.Case, title="Gate")) for _ in range(AT_ONCE)], NOW)
    desk.index.close()
    return archive


def test_a_long_reading_is_said_and_a_short_one_is_not(many: Any) -> None:
    """To a person on stderr, once; never to a program."""
    first = many.run("case", "list", "--limit", "1")
    assert first.code == 0 and first.said.count(SAID) == 1, first
    assert SAID not in many.run("case", "list", "--limit", "1").said
    assert many.run("index", "rebuild", "--json").err == b""
    assert many.run("index", "rebuild").said.count(SAID) == 1
