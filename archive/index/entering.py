"""Segments become rows, in one transaction together with the names of the segments that are in.

An entry is a *head* while no entry of the same record and collective names it as a parent; so a foreign entry can
hide nothing. What is known about a record (its row, its links, its words) is computed from all its heads and from
nothing else: the same segments give the same index in any order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

import msgspec

from archive.errors import UsageError
from archive.index.cipher import Database
from archive.index.filters import number_of
from archive.index.vocabulary import Vocabulary
from archive.index.words import Words, column, names_of, words_of
from archive.language.fold import fold
from archive.records import due, edtf, kinds
from archive.vault.deeds import Moved, Tomb
from archive.vault.entry import Entry, Segment

_SETTLE_AFTER = 2_000  # records touched before their rows are computed: bounds memory in a rebuild
_decode = msgspec.json.Decoder(kinds.AnyRecord).decode


def enter(db: Database, collective: str, segments: Iterable[Segment]) -> int:
    """Enter the segments not yet in; how many those were. Nothing is locked or written while there is none."""
    waiting = iter(segments)
    first = next(waiting, None)
    if first is None:
        return 0
    with db.transaction():
        return _Entering(db, collective).all(chain((first,), waiting))


class _Entering:
    """One transaction's work for one collective."""

    def __init__(self, db: Database, collective: str) -> None:
        self._db = db
        db.run("INSERT OR IGNORE INTO collective (id) VALUES (?)", (collective,))
        self._collective: int = db.rows("SELECT row FROM collective WHERE id = ?", (collective,))[0][0]
        self._touched: set[str] = set()
        self._vocabulary = Vocabulary(db)

    def all(self, segments: Iterable[Segment]) -> int:
        """Enter each segment once."""
        count = 0
        for segment in segments:
            count += self._segment(segment)
            if len(self._touched) > _SETTLE_AFTER:
                self._settle()
        self._settle()
        return count

    def _segment(self, segment: Segment) -> bool:
        known = self._db.rows(
            "SELECT 1 FROM applied WHERE collective = ? AND name = ?", (self._collective, segment.name)
        )
        if known:
            return False
        self._db.run("INSERT INTO applied VALUES (?, ?)", (self._collective, segment.name))
        key = (self._collective, segment.head)
        self._db.run(
            "INSERT OR IGNORE INTO segment (collective, head, device, at, chain, seq) VALUES (?, ?, ?, ?, ?, ?)",
            (*key, segment.device, segment.at, segment.chain, segment.seq),
        )
        self._db.run_many(
            "INSERT INTO saw VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET seq = max(seq, excluded.seq)",
            [(self._collective, segment.device, chain, seq) for chain, (seq, _) in segment.seen.items()],
        )
        row = self._db.rows("SELECT row FROM segment WHERE collective = ? AND head = ?", key)[0][0]
        for position, entry in enumerate(segment.entries):
            # two files may hold the same segment, one of them with lines missing: the whole one counts furthest
            self._db.run(
                "INSERT INTO filed VALUES (?, ?, ?)"
                " ON CONFLICT DO UPDATE SET position = max(position, excluded.position)",
                (row, self._entry(entry), position),
            )
        return True

    def _entry(self, entry: Entry) -> int:
        known = self._db.rows("SELECT row FROM entry WHERE collective = ? AND hash = ?", (self._collective, entry.hash))
        if known:
            return int(known[0][0])
        subject = subject_of(entry)
        row = self._db.run(
            "INSERT INTO entry (collective, hash, record, kind, superseded, line) VALUES (?, ?, ?, ?, ?, ?)",
            (self._collective, entry.hash, subject, type_of(entry), 0, entry.line),
        )
        if subject is not None:
            self._touched.add(subject)
            self._supersede(row, entry, subject)
        if isinstance(entry.deed, Moved):
            moved = (self._collective, entry.deed.source, entry.deed.target)
            self._db.run("INSERT OR IGNORE INTO moved VALUES (?, ?, ?)", moved)
        return row

    def _supersede(self, row: int, entry: Entry, record: str) -> None:
        """Mark what this entry replaces, and this entry where its successor came first."""
        here = (self._collective, record)
        for parent in entry.parents:
            self._db.run("INSERT OR IGNORE INTO parent VALUES (?, ?, ?)", (parent, self._collective, row))
            self._db.run(
                "UPDATE entry SET superseded = 1 WHERE hash = ? AND collective = ? AND record = ?", (parent, *here)
            )
        self._db.run(
            "UPDATE entry SET superseded = 1 WHERE row = ? AND EXISTS (SELECT 1 FROM parent JOIN entry AS child"
            " ON child.row = parent.child WHERE parent.parent = ? AND parent.collective = ? AND child.record = ?)",
            (row, entry.hash, *here),
        )

    def _settle(self) -> None:
        """Compute rows, links and words of everything touched, and the words of persons whose names came or went."""
        persons: set[tuple[int, str]] = set()
        for record in sorted(self._touched):
            heads = self._heads(record)
            row = self._row(record, heads)
            if row is None:
                continue
            persons |= self._persons(row)
            self._links(row, heads)
            self._due(row, heads)
            persons |= self._persons(row)
            found = [(head, words) for head in heads if (words := words_of(head)) is not None]
            self._brief(row, [head for head, _ in found])
            self._words(row, found)
        for row, record in sorted(persons):
            self._words(row, [(head, words) for head in self._heads(record) if (words := words_of(head)) is not None])
        self._touched.clear()
        self._vocabulary.write()

    def _heads(self, record: str) -> list[kinds.AnyRecord]:
        """Every head of a record, the one to show first; tombstones are none."""
        rows = self._db.rows(
            "SELECT hash, line FROM entry WHERE record = ? AND collective = ? AND superseded = 0 AND kind <> 'tomb'",
            (record, self._collective),
        )
        return [head for _, head in sorted(((hash_, _decode(line)) for hash_, line in rows), key=_newest, reverse=True)]

    def _row(self, record: str, heads: list[kinds.AnyRecord]) -> int | None:
        """The record's row; None while nothing is here of it but a tombstone."""
        values: tuple[object, ...]
        if heads:
            shown = heads[0]
            place = fold(getattr(shown, "place", None) or "")
            values = (record, self._collective, kind_of(shown), shown.created, *days_of(shown), place, 0)
        else:
            was = self._db.rows(
                "SELECT kind FROM entry WHERE record = ? AND collective = ? AND kind <> 'tomb' ORDER BY hash LIMIT 1",
                (record, self._collective),
            )
            if not was:
                return None
            values = (record, self._collective, was[0][0], "", "", "", "", 1)
        return int(self._db.rows(_PUT_RECORD, values)[0][0])

    def _links(self, row: int, heads: list[kinds.AnyRecord]) -> None:
        self._db.run("DELETE FROM link WHERE record = ?", (row,))
        found = {(target, role, row) for head in heads for role, target in links_of(head)}
        self._db.run_many("INSERT INTO link VALUES (?, ?, ?)", sorted(found))

    def _due(self, row: int, heads: list[kinds.AnyRecord]) -> None:
        self._db.run("DELETE FROM due WHERE record = ?", (row,))
        found = {(waiting.what, waiting.day, row) for head in heads for waiting in due.of(head)}
        self._db.run_many("INSERT INTO due VALUES (?, ?, ?)", sorted(found))

    def _persons(self, row: int) -> set[tuple[int, str]]:
        """The persons here whom this record, an identity, names."""
        found = self._db.rows(
            "SELECT person.row, person.id FROM link JOIN record AS person ON person.id = link.target"
            " WHERE link.record = ? AND link.role = 'identifies' AND person.collective = ?",
            (row, self._collective),
        )
        return {(person, record) for person, record in found}

    def _brief(self, row: int, heads: list[kinds.AnyRecord]) -> None:
        """The numbers of a record that a search may show; of all others, nothing."""
        if not heads:
            self._db.run("DELETE FROM brief WHERE row = ?", (row,))
            return
        shown = heads[0]
        first, last = map(number_of, days_of(shown))
        added = int("".join(filter(str.isdecimal, shown.created)))
        values = (row, kind_of(shown), self._collective, first, last, added, shown.language)
        self._db.run("INSERT OR REPLACE INTO brief VALUES (?, ?, ?, ?, ?, ?, ?)", values)

    def _words(self, row: int, found: list[tuple[kinds.AnyRecord, Words]]) -> None:
        if not found:
            self._db.run("DELETE FROM words WHERE rowid = ?", (row,))
            return
        shown = found[0][0]
        names = self._names(shown.id) if isinstance(shown, kinds.Person) else []
        columns = [dict.fromkeys(parts) for parts in zip(*(words for _, words in found), strict=True)]
        for part in (part for parts in (*columns, names) for part in parts):
            self._vocabulary.note(part, shown.language)
        self._db.run(_PUT_WORDS, (row, *("\n".join(map(column, parts)) for parts in (*columns, names))))

    def _names(self, person: str) -> list[str]:
        """The names of all identity records of a person, for nothing but finding the person."""
        lines = self._db.rows(
            "SELECT entry.line FROM link JOIN record ON record.row = link.record JOIN entry ON entry.record = record.id"
            " AND entry.collective = record.collective AND entry.superseded = 0 AND entry.kind <> 'tomb'"
            " WHERE link.target = ? AND link.role = 'identifies' AND record.collective = ? ORDER BY entry.hash",
            (person, self._collective),
        )
        identities = [_decode(line) for (line,) in lines]
        return [names_of(found) for found in identities if isinstance(found, kinds.Identity) and found.person == person]


_PUT_RECORD = (
    "INSERT INTO record (id, collective, kind, created, first_day, last_day, place, binned)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (id, collective) DO UPDATE SET kind = excluded.kind, created = excluded.created,"
    " first_day = excluded.first_day, last_day = excluded.last_day, place = excluded.place,"
    " binned = excluded.binned RETURNING row"
)
_PUT_WORDS = "INSERT OR REPLACE INTO words (rowid, title, text, fields, place, names) VALUES (?, ?, ?, ?, ?, ?)"


def subject_of(entry: Entry) -> str | None:
    """The id of the record that an entry is a state of: as it reads now, or in the bin."""
    if isinstance(entry.deed, Tomb):
        return entry.deed.id
    return entry.record.id if entry.record is not None else None


def type_of(entry: Entry) -> str:
    """A record's kind or a deed's type."""
    return str(entry.deed.__struct_config__.tag) if entry.deed is not None else kind_of(entry.record)


def kind_of(record: kinds.AnyRecord | None) -> str:
    """The kind as the line writes it; ``unknown`` for an entry made by a newer version."""
    return str(record.__struct_config__.tag) if record is not None else "unknown"


def days_of(record: kinds.AnyRecord) -> tuple[str, str]:
    """First and last day a record speaks of; the day it was entered where it says nothing readable."""
    named = [getattr(record, field, None) for field in ("date", "period", "given_at", "sent")]
    for day in (*filter(None, named), record.created[:10]):
        try:
            return edtf.bounds(day)
        except UsageError:  # another program's date: the record stays and is sorted by when it was entered
            continue
    return record.created[:10], record.created[:10]


_POINTS = {
    "about": "about", "mentions": "mentions", "case": "case", "sources": "says", "also": "also",
    "translation_of": "translates", "transcript_of": "transcribes", "summary_of": "sums up",
}  # fmt: skip
"""Of every record: the field, and the role in which it points at another."""

_OWN_POINTS: dict[type[kinds.Record], dict[str, str]] = {
    kinds.Person: {"cases": "case", "trusted": "related"},
    kinds.Identity: {"person": "identifies"},
    kinds.Paper: {"person": "paper", "scans": "file"},
    kinds.Act: {"person": "affects"},
    kinds.Role: {"act": "act", "person": "part"},
    kinds.Proceeding: {"counsel": "related"},
    kinds.Step: {"recipient": "for", "dossier": "recalls", "withdrawal": "recalls", "papers": "file"},
    kinds.Source: {"person": "related"},
    kinds.Testimony: {"person": "related"},
    kinds.Document: {"proceeding": "proceeding"},
    kinds.Capture: {"files": "file"},
    kinds.CaptureFacts: {"item": "captured"},
    kinds.Consent: {"person": "consent", "evidence": "file"},
    kinds.Custody: {"concerns": "concerns"},
    kinds.Dossier: {"included": "included", "recipient": "for"},
}


def links_of(record: kinds.AnyRecord) -> Iterator[tuple[str, str]]:
    """What a record points at, as (role, target)."""
    for field, role in (*_POINTS.items(), *_OWN_POINTS.get(type(record), {}).items()):
        value = getattr(record, field)
        targets = value if isinstance(value, tuple) else (value,)
        yield from ((role, target) for target in targets if target)
    yield from (("tag", fold(tag)) for tag in record.tags)
    if isinstance(record, kinds.Person):
        yield from (("related", link.person) for link in record.links)
    if isinstance(record, kinds.Filed):
        yield "original", record.scrub.sha256_original
    if isinstance(record, kinds.Act):
        yield "act-type", f"act:{record.type}"
    if isinstance(record, kinds.Source):  # the graded record stands in the place of the role
        yield from ((grade.item or "", f"grade:{grade.reliability}{grade.credibility}") for grade in record.grades)


def _newest(head: tuple[str, kinds.AnyRecord]) -> tuple[str, str]:
    return head[1].modified or head[1].created, head[0]
