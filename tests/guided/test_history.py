"""What a record said before: whatever was changed, taken back, thrown away and brought back, nothing is forgotten."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.casework import beginning, mending, past
from archive.desk import Desk, Place
from archive.errors import ArchiveError
from archive.records import kinds

BY_PROGRAM = {"id", "created", "entered_by", "modified", "kind"}
WORDS = st.sampled_from(["weir", "гребля", "jez", ""])
STEPS = st.lists(
    st.tuples(st.just("edit"), st.sampled_from(["summary", "place", "tags", "closed"]), WORDS)
    | st.tuples(st.sampled_from(["undo", "rm", "restore"]), st.just(""), st.just("")),
    max_size=9,
)


@contextmanager
def desk() -> Iterator[Desk]:
    """An archive of its own, on which each look at the clock is a minute later."""
    with tempfile.TemporaryDirectory() as folder:
        root, now = Path(folder), [datetime(2026, 11, 26, tzinfo=UTC)]
        place = Place(root=root / "archive", state=root / "state", identity=root / "state" / "identity")

        def clock() -> datetime:
            now[0] += timedelta(minutes=1)
            return now[0]

        asked = {"random": secrets.token_bytes, "clock": clock}
        beginning.found(place, "Weir", lambda: "herons", kdf="tests-only", **asked)
        yield Desk.open(place, lambda: "herons", **asked)


def said(record: kinds.AnyRecord) -> dict[str, object]:
    """What a record says, without what the program fills in."""
    told: dict[str, object] = msgspec.to_builtins(record)
    return {name: value for name, value in told.items() if name not in BY_PROGRAM}


def replayed(desk: Desk, ident: str) -> list[dict[str, object]]:
    """Every state of a record, put together from the changes that its history tells; the bin tells none."""
    state: dict[str, object] = {}
    found = []
    for line in past.history(desk, ident).states:
        for change in line.changes:
            assert change.before == state.get(change.field)
            state = {**state, change.field: change.after}
        found.append({name: value for name, value in state.items() if value is not None})
    return found


@settings(max_examples=12, deadline=None)
@given(STEPS)
def test_history_tells_every_state_in_its_order(steps: list[tuple[str, str, str]]) -> None:
    """Played again, it gives what the record said after each step; undo gives the state before, and is told itself."""
    with desk() as bench:
        record = bench.new(kinds.Case, title="At the weir")
        bench.save(mending.Draft(record))
        states, alive = [said(record)], True
        for what, field, value in steps:
            try:
                alive = _step(bench, record.id, what, field, value)
            except ArchiveError:  # nothing to change, or not in the bin: then nothing is told either
                assert replayed(bench, record.id) == states
                continue
            states.append(said(bench.record(record.id)) if alive else states[-1])
            assert replayed(bench, record.id) == states
        assert alive is (bench.index.get(record.id) is not None)


def _step(bench: Desk, ident: str, what: str, field: str, value: str) -> bool:
    """Take a step; whether the record is out of the bin after it."""
    if what == "edit":
        mending.edit(bench, ident, {field: value})
    elif what == "undo":
        mending.undo(bench)
    elif what == "rm":
        mending.to_bin(bench, mending.to_be_binned(bench, [ident]))
    else:
        mending.restore(bench, ident)
    return bench.index.get(ident) is not None
