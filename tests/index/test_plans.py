"""What each command asks of the index when it opens or shows one thing costs the same in a large archive.

SQLite is asked for its plan of every query that is run: none may walk a table that grows with the archive.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from index_material import OURS, case, entry, fill, identity, number, person, told

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


def walks(plans: Sequence[str]) -> list[str]:
    """The steps that look at every row of a table, or of a collective, that grows with the archive."""
    steps = [step for step in plans if step.split()[1:2] and step.split()[1] in GROWING]
    whole = [step for step in steps if step.startswith("SCAN") and "USING" not in step]
    whole += [step for step in steps if step.startswith("SEARCH") and step.endswith("(collective=?)")]
    return [*whole, *(step for step in plans if "AUTOMATIC" in step)]


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
    index.refs([number("1"), number("2")])
    index.filed_in([number("3")])
    index.log([number("1")])
    index.newest(1)
    assert plans
    assert not walks(plans)


def test_a_person_is_entered_without_walking_the_archive(index: Index, plans: list[str]) -> None:
    """Their names are looked for from the person on: else a large archive takes hours to be entered."""
    someone = person("5")
    fill(index, someone, identity("6", someone))
    assert plans
    assert not walks(plans)
