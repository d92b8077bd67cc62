"""How fast the index enters and finds, beside plain ``sqlite3`` with FTS5 on the same rows and columns, in one run.

    python bench/search.py            10,000 and 100,000 documents
    python bench/search.py --small    2,000 documents, a few seconds

Plain sqlite3 holds one table with the fields of a document and one FTS5 table (title, text, fields, names; the same
prefix index; its own folding); it is not encrypted and keeps no journal lines, heads, links or references. Both count
all hits, sort by rank and make snippets of the first twenty. Prints a table in Markdown; a ratio above 1 means that
the archive takes longer.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from archive.index.filters import Query
from archive.index.index import Index
from archive.index.searching import MOST_RANKED
from archive.records import kinds
from archive.vault.entry import Draft, Entry, Segment, read_line, write_line

KEY = bytes(range(32))
COLLECTIVE = "c" * 64
PER_SEGMENT = 500
ROUNDS = 15
SYLLABLES = {
    "uk": "пе ре мо ва хар ків сві док зві ль по віс тка су д ві йсь ко ва час ти на лі кар дні п'я ть ій їж ак ґа нок",
    "ru": "пе ре го вор сви де тель по вест ка су д во ен ко мат ча сть боль ни ца дн ей ёл ка вы э то лю ди",
    "cs": "pře klad svě dek pří běh soud voj sko ne moc ni ce dny žá dost úřad ští hla vní kva lit ce sta",
    "en": "wit ness tes ti mo ny court or der hos pi tal sol dier let ter sum mons re fuse day night ro ad",
}
COMMON = {"uk": "та", "ru": "и", "cs": "a", "en": "the"}
_SCHEMA = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA cache_size = -64000",
    "CREATE TABLE doc (row INTEGER PRIMARY KEY, id TEXT UNIQUE, created TEXT, date TEXT, place TEXT, title TEXT)",
    "CREATE VIRTUAL TABLE words USING fts5(title, text, fields, names, prefix='3 4',"
    " tokenize='unicode61 remove_diacritics 2')",
)
_FIND = (
    "SELECT doc.id, doc.title, snippet(words, 1, '', '', '…', 24) FROM words JOIN doc ON doc.row = words.rowid"
    " WHERE words MATCH ? ORDER BY bm25(words, 8.0, 1.0, 2.0, 8.0) LIMIT 20"
)


def vocabulary(chance: random.Random) -> dict[str, list[str]]:
    """3,000 made-up words for each language."""
    return {
        language: ["".join(chance.choices(parts.split(), k=chance.randint(2, 4))) for _ in range(3_000)]
        for language, parts in SYLLABLES.items()
    }


def documents(count: int, known: dict[str, list[str]], chance: random.Random) -> Iterator[kinds.Testimony]:
    """Testimonies of about 60 words in four languages, words as unevenly spread as in real text."""
    zeros = "0" * 64
    report = kinds.ScrubReport(
        media_type="text/plain",
        method="none",
        lossless=True,
        sha256_original=zeros,
        size_original=1,
        sha256_clean=zeros,
    )
    languages = list(known)
    for position in range(count):
        language = languages[position % 4]
        picked = [known[language][int(3_000 * chance.random() ** 3)] for _ in range(55)]
        for place in range(0, 55, 5):
            picked[place] += " " + COMMON[language]
        text = " ".join(picked)
        yield kinds.Testimony(
            id=f"{chance.getrandbits(128):032x}", created="2026-03-01T10:00Z", entered_by="d" * 64, language=language,
            title=" ".join(picked[1:5]), text=text, date=f"2025-{position % 12 + 1:02}-{position % 28 + 1:02}",
            place=picked[5], tags=(picked[6],), scrub=report,
        )  # fmt: skip


def segments(records: Sequence[kinds.Testimony]) -> list[Segment]:
    """The documents as the journal hands them out."""
    entries = [read_line(write_line(Draft(record), bytes(16))) for record in records]
    parts = [entries[start : start + PER_SEGMENT] for start in range(0, len(entries), PER_SEGMENT)]
    return [as_segment(part) for part in parts]


def as_segment(entries: Sequence[Entry]) -> Segment:
    """One segment, named by its first entry."""
    name = entries[0].hash
    return Segment(
        name=name, head=name, device="d" * 64, at="2026-03-01T10:00Z", entries=tuple(entries), missing=(),
        chain="1" * 32, seq=1, prev=None, seen={},
    )  # fmt: skip


class Plain:
    """The same documents in sqlite3 alone."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, isolation_level=None)
        for statement in _SCHEMA:
            self.db.execute(statement)

    def enter(self, records: Sequence[kinds.Testimony]) -> None:
        """One transaction."""
        self.db.execute("BEGIN IMMEDIATE")
        for record in records:
            values = (record.id, record.created, record.date, record.place, record.title)
            row = self.db.execute("INSERT INTO doc VALUES (NULL, ?, ?, ?, ?, ?)", values).lastrowid
            fields = f"{record.place} {' '.join(record.tags)}"
            self.db.execute(
                "INSERT INTO words (rowid, title, text, fields, names) VALUES (?, ?, ?, ?, '')",
                (row, record.title, record.text, fields),
            )
        self.db.execute("COMMIT")

    def find(self, match: str) -> int:
        """Count, rank and show."""
        total = self.db.execute("SELECT count(*) FROM words WHERE words MATCH ?", (match,)).fetchone()[0]
        self.db.execute(_FIND, (match,)).fetchall()
        return int(total)


def seconds(action: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def line(what: str, ours: float, plain: float, unit: str, *, more_is_better: bool = False) -> str:
    """A row of the table; the ratio is always how much longer the archive takes."""
    ratio = plain / ours if more_is_better else ours / plain
    return f"| {what} | {ours:,.2f} {unit} | {plain:,.2f} {unit} | {ratio:.2f} |"


def measure(count: int, folder: Path) -> Iterator[str]:
    """All rows for one number of documents."""
    chance = random.Random(count)
    known = vocabulary(chance)
    records = list(documents(count, known, chance))
    ready = segments(records)
    path = folder / f"{count}.db"
    plain = Plain(folder / f"{count}-plain.db")
    with Index.open(path, KEY) as index:
        ours_s, plain_s = seconds(lambda: index.enter(COLLECTIVE, ready)), seconds(lambda: plain.enter(records))
        yield line(f"enter {count:,} documents at once", count / ours_s, count / plain_s, "docs/s", more_is_better=True)
        yield one_by_one(index, plain, list(documents(60, known, chance)), count)
        yield from searches(index, plain, known, count)
    yield opening(path, folder / f"{count}-plain.db", count)
    sizes = [file.stat().st_size / 1e6 for file in (path, folder / f"{count}-plain.db")]
    yield line(f"size of {count:,}", *sizes, "MB")


def one_by_one(index: Index, plain: Plain, records: Sequence[kinds.Testimony], count: int) -> str:
    """A document in a transaction of its own, as a command enters it."""
    ours, other = [], []
    for record in records:
        segment = segments([record])
        ours.append(seconds(lambda segment=segment: index.enter(COLLECTIVE, segment)))
        other.append(seconds(lambda record=record: plain.enter([record])))
    return line(f"enter one document into {count:,}", median(ours) * 1e3, median(other) * 1e3, "ms")


def searches(index: Index, plain: Plain, known: dict[str, list[str]], count: int) -> Iterator[str]:
    """Queries of each kind, both sides in turns."""
    seldom, usual = [known[language][2_900] for language in known], [known[language][5] for language in known]
    asked = {
        "a seldom word": seldom,
        "a usual word": usual,
        "two words": [f"{known[language][3]} {known[language][40]}" for language in known],
        "a phrase": [f'"{known[language][0]} {known[language][1]}"' for language in known],
        "a beginning": [f"{word[:4]}*" for word in usual],
        "a word of every fourth document": ["the", "та"],
    }
    for what, queries in asked.items():
        ours, other = [], []
        for _ in range(ROUNDS):
            for typed in queries:
                query = Query(text=typed)
                ours.append(seconds(lambda query=query: index.search(query)))
                other.append(seconds(lambda typed=typed: plain.find(as_match(typed))))
        total = max(index.search(Query(text=typed)).total for typed in queries)
        by = ", by date" if total > MOST_RANKED else ""
        label = f"find {what} in {count:,} (up to {total:,} hits{by})"
        yield line(label, median(ours) * 1e3, median(other) * 1e3, "ms")


def as_match(typed: str) -> str:
    """What a careful user of FTS5 writes for the same query."""
    if typed.startswith('"'):
        return typed
    return " ".join(f'"{word.rstrip("*")}"' + ("*" if word.endswith("*") else "") for word in typed.split())


def opening(path: Path, other: Path, count: int) -> str:
    """Open, ask one thing, close."""
    ours, plain = [], []
    for _ in range(ROUNDS):
        ours.append(seconds(lambda: open_ours(path)))
        plain.append(seconds(lambda: open_plain(other)))
    return line(f"open an index of {count:,}", median(ours) * 1e3, median(plain) * 1e3, "ms")


def open_ours(path: Path) -> None:
    """As each command does."""
    with Index.open(path, KEY) as index:
        index.known_original(COLLECTIVE, "1" * 64)


def open_plain(path: Path) -> None:
    """The same without a key."""
    db = sqlite3.connect(path)
    db.execute("SELECT row FROM doc WHERE id = '1'").fetchall()
    db.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="search and insert, beside plain sqlite3 FTS5")
    parser.add_argument("--small", action="store_true", help="2,000 documents")
    counts = (2_000,) if parser.parse_args().small else (10_000, 100_000)
    print("| what | archive | plain sqlite3 | ratio |\n| --- | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        for count in counts:
            for row in measure(count, Path(folder)):
                print(row, flush=True)


if __name__ == "__main__":
    main()
