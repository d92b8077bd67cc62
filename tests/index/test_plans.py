"""What each command asks of the index when it opens or shows one thing costs the same in a large archive.

SQLite is asked for its plan of every query that is run: none may walk a table that grows with the archive.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from index_material import OURS, case, entry, fill, number, person, told

from archive.index.cipher import Database
from archive.index.index import Index
from archive.vault.deeds import Tomb
from archive.vault.entry import read_line, write_line

GROWING = ("entry", "filed", "record", "link", "parent", "words")


@pytest.fixture
def plans(index: Index, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The plan of every query from here on, a step a line."""
    someone = person("2")
    put = entry(told("1", about=(someone.id,)))
    fill(index, put, someone, case("3"), read_line(write_line(Tomb(id=number("1"), parents=(put.hash,)), bytes(16))))
    seen: list[str] = []
    rows = Database.rows

    def explained(self: Database, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        if sql.lstrip().upper().startswith(("SELECT", "WITH")):
            seen.extend(str(step[-1]) for step in rows(self, f"EXPLAIN QUERY PLAN {sql}", values))
        return rows(self, sql, values)

    monkeypatch.setattr(Database, "rows", explained)
    return seen


def test_nothing_that_every_command_asks_walks_the_archive(index: Index, plans: list[str]) -> None:
    """Shreds that wait, a record's heads and states, what a device last wrote, one record, one reference."""
    index.deeds("shred", OURS)
    index.deeds("keep", OURS)
    index.tips(number("1"), OURS)
    index.states(number("1"), OURS)
    index.last_of("d" * 64, OURS)
    index.get(number("1"))
    index.ref(number("2"))
    index.resolve(index.ref(number("2")))
    assert plans
    walks = [step for step in plans if step.startswith("SCAN") and step.split()[1] in GROWING]
    assert not [step for step in walks if "USING" not in step], walks
    assert not any("AUTOMATIC" in step for step in plans), plans
