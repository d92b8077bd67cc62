"""What is known about a record, computed from all its heads: its row, links, what waits in it, and its words."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from archive.index.cipher import Database
from archive.index.facts import days_of, kind_of, links_of
from archive.index.filters import number_of
from archive.index.reading import decode
from archive.index.vocabulary import Vocabulary
from archive.index.words import Words, column, is_searched, names_of, words_of
from archive.language.fold import fold
from archive.records import due, kinds

Heads = Mapping[str, list[kinds.AnyRecord]]
Known = Mapping[str, kinds.AnyRecord]
"""Records by the hash of their entry that were read just now, and need not be read from the database again."""
Found = Mapping[str, Sequence[tuple[kinds.AnyRecord, Words]]]


def settle(db: Database, collective: int, records: Collection[str], known: Known, vocabulary: Vocabulary) -> None:
    """Compute all that the tables say of some records (ids), and the words of persons whose names came or went."""
    if not records:
        return
    settling = _Settling(db, collective, known, vocabulary)
    settling.all(sorted(records))
    vocabulary.write()


class _Settling:
    """Some records of one collective."""

    def __init__(self, db: Database, collective: int, known: Known, vocabulary: Vocabulary) -> None:
        self._db = db
        self._collective = collective
        self._known = known
        self._vocabulary = vocabulary

    def all(self, records: list[str]) -> None:
        """Rows, links, what waits, numbers and words."""
        heads = self._heads(records)
        before = self._rows_of(records)
        rows = self._records(records, heads, before)
        old = sorted(before.values())
        persons = self._persons(old)
        self._replace("link", old, [(*link, rows[one]) for one in rows for link in _links(heads[one])])
        self._replace("due", old, [(*waiting, rows[one]) for one in rows for waiting in _waiting(heads[one])])
        persons |= self._persons(sorted(rows.values()))
        found = {one: _found(heads[one]) for one in rows}
        self._briefs(rows, found, old)
        others = self._rows_of(persons.difference(rows))
        found |= {one: _found(theirs) for one, theirs in self._heads(others).items()}
        self._words(rows | others, found, [*old, *others.values()])

    def _heads(self, records: Iterable[str]) -> dict[str, list[kinds.AnyRecord]]:
        """Every head of each record, the one to show first; tombstones are none."""
        found = self._db.rows(
            "SELECT entry.record, entry.hash FROM json_each(?) CROSS JOIN entry ON entry.record = value"
            " AND entry.collective = ? AND entry.superseded = 0 AND entry.kind <> 'tomb'",
            (_list(records), self._collective),
        )
        before = self._read_again([hash_ for _, hash_ in found if hash_ not in self._known])
        heads: dict[str, list[tuple[str, kinds.AnyRecord]]] = {record: [] for record in records}
        for record, hash_ in found:
            heads[record].append((hash_, self._known.get(hash_) or before[hash_]))
        return {
            record: [head for _, head in sorted(of_it, key=_newest, reverse=True)] for record, of_it in heads.items()
        }

    def _read_again(self, hashes: Sequence[str]) -> dict[str, kinds.AnyRecord]:
        """The records of entries that were not read just now."""
        found = self._db.rows(
            "SELECT entry.hash, entry.line FROM json_each(?) CROSS JOIN entry ON entry.collective = ?"
            " AND entry.hash = value",
            (json.dumps(hashes), self._collective),
        )
        return {hash_: decode(line) for hash_, line in found}

    def _rows_of(self, records: Iterable[str]) -> dict[str, int]:
        """The rows of the records that have one, by id."""
        found = self._db.rows(
            "SELECT record.id, record.row FROM json_each(?) CROSS JOIN record ON record.id = value"
            " AND record.collective = ?",
            (_list(records), self._collective),
        )
        return dict(found)

    def _records(self, records: Iterable[str], heads: Heads, before: Mapping[str, int]) -> dict[str, int]:
        """Put the rows in; by id, without the records of which nothing is here but a tombstone."""
        number = int(self._db.rows("SELECT coalesce(max(row), 0) FROM record")[0][0])
        rows: dict[str, int] = {}
        values = []
        for record in records:
            told = self._told(record, heads[record])
            if told is None:
                continue
            if record not in before:
                number += 1
            rows[record] = before.get(record, number)
            values.append((rows[record], record, self._collective, *told))
        self._db.run_many(_PUT_RECORD, values)
        return rows

    def _told(self, record: str, heads: list[kinds.AnyRecord]) -> tuple[object, ...] | None:
        """Kind, when it was made, whether it is in the bin, and the place if a search shows it."""
        if heads:
            return kind_of(heads[0]), heads[0].created, 0, _place(heads[0]) if is_searched(heads[0]) else None
        was = self._db.rows(
            "SELECT kind FROM entry WHERE record = ? AND collective = ? AND kind <> 'tomb' ORDER BY hash LIMIT 1",
            (record, self._collective),
        )
        return (was[0][0], "", 1, None) if was else None

    def _replace(self, table: str, old: list[int], new: list[tuple[str, str, int]]) -> None:
        """All that a table of (one, another, record) says of these records."""
        self._db.run_many(f"DELETE FROM {table} WHERE record = ?", ((row,) for row in old))  # noqa: S608  (constants)
        self._db.run_many(f"INSERT INTO {table} VALUES (?, ?, ?)", sorted(new))  # noqa: S608

    def _persons(self, rows: list[int]) -> set[str]:
        """The persons here whom these records, as far as they are identities, name."""
        found = self._db.rows(
            "SELECT person.id FROM json_each(?) CROSS JOIN link ON link.record = value AND link.role = 'identifies'"
            " CROSS JOIN record AS person ON person.id = link.target AND person.collective = ?",
            (json.dumps(rows), self._collective),
        )
        return {person for (person,) in found}

    def _briefs(self, rows: Mapping[str, int], found: Found, old: list[int]) -> None:
        """The numbers of the records that a search may show; of all others, nothing."""
        self._db.run_many("DELETE FROM brief WHERE row = ?", ((row,) for row in old))
        shown = ((row, found[one][0][0]) for one, row in rows.items() if found[one])
        self._db.run_many(
            "INSERT INTO brief VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((row, kind_of(head), self._collective, *_numbers(head), head.language) for row, head in shown),
        )

    def _words(self, rows: Mapping[str, int], found: Found, old: Iterable[int]) -> None:
        """What each record is found by; ``old`` are those that may have words already."""
        self._db.run_many("DELETE FROM words WHERE rowid = ?", ((row,) for row in old))
        values = [(row, *self._columns(found[one])) for one, row in rows.items() if found[one]]
        self._db.run_many(
            "INSERT INTO words (rowid, title, text, fields, place, names) VALUES (?, ?, ?, ?, ?, ?)", values
        )

    def _columns(self, found: Sequence[tuple[kinds.AnyRecord, Words]]) -> Iterator[str]:
        shown = found[0][0]
        names = self._names(shown.id) if isinstance(shown, kinds.Person) else []
        columns = [dict.fromkeys(parts) for parts in (*zip(*(words for _, words in found), strict=True), names)]
        self._vocabulary.note("\n".join(part for parts in columns for part in parts), shown.language)
        for parts in columns:
            yield "\n".join(map(column, parts))

    def _names(self, person: str) -> list[str]:
        """The names of all identity records of a person, for nothing but finding the person."""
        lines = self._db.rows(
            "SELECT entry.line FROM link CROSS JOIN record ON record.row = link.record CROSS JOIN entry"
            " ON entry.record = record.id AND entry.collective = record.collective"
            " AND entry.superseded = 0 AND entry.kind <> 'tomb'"
            " WHERE link.target = ? AND link.role = 'identifies' AND record.collective = ? ORDER BY entry.hash",
            (person, self._collective),
        )
        identities = [decode(line) for (line,) in lines]
        return [names_of(found) for found in identities if isinstance(found, kinds.Identity) and found.person == person]


_PUT_RECORD = (
    "INSERT INTO record (row, id, collective, kind, created, binned, place) VALUES (?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (id, collective) DO UPDATE SET kind = excluded.kind, created = excluded.created,"
    " binned = excluded.binned, place = excluded.place"
)


def _links(heads: Iterable[kinds.AnyRecord]) -> set[tuple[str, str]]:
    return {link for head in heads for link in links_of(head)}


def _waiting(heads: Iterable[kinds.AnyRecord]) -> set[tuple[str, str]]:
    """What waits in a record, each from the earliest day on."""
    days: dict[str, str] = {}
    for waiting in (one for head in heads for one in due.of(head)):
        days[waiting.what] = min(waiting.day, days.get(waiting.what, waiting.day))
    return set(days.items())


def _found(heads: Iterable[kinds.AnyRecord]) -> list[tuple[kinds.AnyRecord, Words]]:
    """What the heads are found by; none of the kinds that are not searched."""
    return [(head, words) for head in heads if (words := words_of(head)) is not None]


def _numbers(record: kinds.AnyRecord) -> tuple[int, int, int]:
    """First and last day, and the minute in which it was made."""
    first, last = map(number_of, days_of(record))
    return first, last, int("".join(filter(str.isdecimal, record.created)))


def _place(record: kinds.AnyRecord) -> str:
    return fold(getattr(record, "place", None) or "")


def _newest(head: tuple[str, kinds.AnyRecord]) -> tuple[str, str]:
    return head[1].modified or head[1].created, head[0]


def _list(names: Iterable[str]) -> str:
    return json.dumps(list(names))
