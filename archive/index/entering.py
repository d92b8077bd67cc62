"""Segments become rows, in transactions of many segments, each together with the names of the segments that are in.

An entry is a *head* while no entry of the same record and collective names it as a parent; so a foreign entry can
hide nothing. What is known about a record is computed from all its heads and from nothing else (``settling``): the same
segments give the same index in any order.

Everything is done for many rows at once, in the order of the table it goes to: a million rows put in one by one, each
at a random place of a tree larger than the cache, would decrypt and encrypt a page for every one of them.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import chain

from archive.index.cipher import Database
from archive.index.facts import subject_of, type_of
from archive.index.settling import settle
from archive.index.vocabulary import Vocabulary
from archive.vault.deeds import Moved
from archive.vault.entry import Entry, Segment

AT_ONCE = 2_000  # entries that are held in memory before their rows are made
_KEPT_AFTER = 20_000  # entries of one transaction: what was entered before an interruption stays

Tell = Callable[[int], None]
Watch = Callable[[int], AbstractContextManager[Tell]]
"""Is told how many segments are to be entered; gives what is then told how many more have been read."""


def nobody(_segments: int) -> None:
    """Who does not ask hears nothing."""


@contextmanager
def unwatched(_segments: int) -> Iterator[Tell]:
    """Nobody is told anything."""
    yield nobody


def enter(db: Database, collective: str, segments: Iterable[Segment], tell: Tell = nobody) -> int:
    """Enter the segments not yet in; how many those were. Nothing is locked or written while there is none.

    A segment is in whole or not at all. ``tell`` hears time and again how many more have been read.
    """
    waiting = iter(segments)
    first = next(waiting, None)
    if first is None:
        return 0
    with db.spacious(), _uncollected():
        return _enter(db, collective, chain((first,), waiting), tell)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Nobody looks for cycles meanwhile: entries and rows have none, and looking takes a thirtieth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _enter(db: Database, collective: str, segments: Iterator[Segment], tell: Tell) -> int:
    vocabulary, count = Vocabulary(db), 0
    portions = _portions(segments)
    for first in portions:
        entries = 0
        with db.transaction():
            entering = _Entering(db, collective, vocabulary)
            for portion in chain((first,), portions):
                count += entering.portion(portion)
                tell(len(portion))
                entries += sum(len(segment.entries) for segment in portion)
                if entries >= _KEPT_AFTER:
                    break
    return count


def _portions(segments: Iterator[Segment]) -> Iterator[list[Segment]]:
    """Some segments at a time; none is taken before it is handed on."""
    portion: list[Segment] = []
    entries = 0
    for segment in segments:
        portion.append(segment)
        entries += len(segment.entries)
        if entries >= AT_ONCE:
            yield portion
            portion, entries = [], 0
    if portion:
        yield portion


class _Entering:
    """One transaction's work for one collective."""

    def __init__(self, db: Database, collective: str, vocabulary: Vocabulary) -> None:
        self._db = db
        self._vocabulary = vocabulary
        db.run("INSERT OR IGNORE INTO collective (id) VALUES (?)", (collective,))
        self._collective: int = db.rows("SELECT row FROM collective WHERE id = ?", (collective,))[0][0]

    def portion(self, segments: Sequence[Segment]) -> int:
        """Enter each segment once; how many were new."""
        new = self._not_yet_in(segments)
        if not new:
            return 0
        entries = {entry.hash: entry for segment in new for entry in segment.entries}
        known = self._rows_of(entries)
        fresh = [entries[name] for name in sorted(entries.keys() - known.keys())]
        touched = self._entries(fresh, known)
        self._file(new, known)
        read = {entry.hash: entry.record for entry in fresh if entry.record is not None}
        settle(self._db, self._collective, touched, read, self._vocabulary)
        return len(new)

    def _not_yet_in(self, segments: Sequence[Segment]) -> list[Segment]:
        """Those that were not entered before, noted as entered."""
        named = {segment.name: segment for segment in segments}
        before = self._db.rows(
            "SELECT name FROM json_each(?) JOIN applied ON applied.collective = ? AND applied.name = value",
            (json.dumps(list(named)), self._collective),
        )
        new = [segment for name, segment in named.items() if (name,) not in set(before)]
        self._db.run_many("INSERT INTO applied VALUES (?, ?)", [(self._collective, one.name) for one in new])
        return new

    def _rows_of(self, entries: Iterable[str]) -> dict[str, int]:
        """The rows of the entries that are here already, by hash."""
        found = self._db.rows(
            "SELECT entry.hash, entry.row FROM json_each(?) CROSS JOIN entry"
            " ON entry.collective = ? AND entry.hash = value",
            (json.dumps(list(entries)), self._collective),
        )
        return dict(found)

    def _entries(self, fresh: Sequence[Entry], known: dict[str, int]) -> set[str]:
        """Put new entries in and their rows into ``known``; the ids of the records they are states of."""
        first = int(self._db.rows("SELECT coalesce(max(row), 0) + 1 FROM entry")[0][0])
        here = self._collective
        known |= {entry.hash: row for row, entry in enumerate(fresh, first)}
        self._db.run_many(
            "INSERT INTO entry (row, collective, hash, record, kind, superseded, line) VALUES (?, ?, ?, ?, ?, 0, ?)",
            ((known[one.hash], here, one.hash, subject_of(one), type_of(one), one.line) for one in fresh),
        )
        moved = [(here, one.deed.source, one.deed.target) for one in fresh if isinstance(one.deed, Moved)]
        self._db.run_many("INSERT OR IGNORE INTO moved VALUES (?, ?, ?)", moved)
        states = [(one, subject) for one in fresh if (subject := subject_of(one)) is not None]
        self._supersede(states, known, first)
        return {subject for _, subject in states}

    def _supersede(self, states: Sequence[tuple[Entry, str]], known: dict[str, int], first: int) -> None:
        """Mark what these entries replace, and those of them (rows from ``first`` on) whose successor came before."""
        here = self._collective
        replaced = [(parent, one, subject) for one, subject in states for parent in one.parents]
        parents = [(parent, here, known[one.hash]) for parent, one, _ in replaced]
        self._db.run_many("INSERT OR IGNORE INTO parent VALUES (?, ?, ?)", parents)
        self._db.run_many(
            "UPDATE entry SET superseded = 1 WHERE hash = ? AND collective = ? AND record = ?",
            ((parent, here, subject) for parent, _, subject in replaced),
        )
        self._db.run(
            "UPDATE entry SET superseded = 1 WHERE row >= ? AND EXISTS (SELECT 1 FROM parent JOIN entry AS child"
            " ON child.row = parent.child WHERE parent.parent = entry.hash AND parent.collective = entry.collective"
            " AND child.record = entry.record)",
            (first,),
        )

    def _file(self, segments: Sequence[Segment], rows: dict[str, int]) -> None:
        """Which segment holds which entries, who wrote it when, and what its device had seen."""
        here = self._collective
        self._db.run_many(
            "INSERT OR IGNORE INTO segment (collective, head, device, at, chain, seq) VALUES (?, ?, ?, ?, ?, ?)",
            [(here, one.head, one.device, one.at, one.chain, one.seq) for one in segments],
        )
        self._db.run_many(
            "INSERT INTO saw VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET seq = max(seq, excluded.seq)",
            [(here, one.device, chain, seq) for one in segments for chain, (seq, _) in one.seen.items()],
        )
        heads = json.dumps([segment.head for segment in segments])
        found = self._db.rows(
            "SELECT head, row FROM segment WHERE collective = ? AND head IN (SELECT value FROM json_each(?))",
            (here, heads),
        )
        row_of = dict(found)
        # two files may hold the same segment, one of them with lines missing: the whole one counts furthest
        self._db.run_many(
            "INSERT INTO filed VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET position = max(position, excluded.position)",
            (
                (row_of[segment.head], rows[entry.hash], position)
                for segment in segments
                for position, entry in enumerate(segment.entries)
            ),
        )
