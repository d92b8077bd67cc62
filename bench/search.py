"""How fast the index enters and finds, beside plain ``sqlite3`` with FTS5 on the same columns, in one run.

    python bench/search.py            100,000 and 1,000,000 documents (half an hour, 6 GB in the temporary folder)
    python bench/search.py --small    2,000 documents, a few seconds

Plain sqlite3 holds one table with the fields of a document and one FTS5 table (title, text, fields, place, names; the
same prefix index; its own folding); it is not encrypted and keeps no journal lines, heads, links or references. Both
count all hits, sort by rank and make snippets of the first twenty; where there are too many hits to be ranked, both
sort by date. ``archive`` asks for every form of a word in every script, ``--exact`` for the words of plain sqlite3.
Where notmuch is installed it finds the same documents as mails. Times are of
the processor, but of notmuch, which is a process of its own, by the clock. Prints tables in Markdown.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from archive.index.filters import Query
from archive.index.index import Index
from archive.index.searching import MOST_RANKED
from archive.records import kinds
from archive.vault.entry import Draft, Entry, Segment, read_line, write_line

KEY = bytes(range(32))
COLLECTIVE = "c" * 64
PER_SEGMENT = 500
ROUNDS = 5
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
    "CREATE VIRTUAL TABLE words USING fts5(title, text, fields, place, names, prefix='3 4',"
    " tokenize='unicode61 remove_diacritics 2')",
)
_FIND = (
    "SELECT doc.id, doc.title, snippet(words, 1, '', '', '…', 24) FROM words JOIN doc ON doc.row = words.rowid"
    " WHERE words MATCH ? ORDER BY {} LIMIT 20"
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
            title=" ".join(picked[1:5]), text=text, date=f"20{position % 20 + 6:02}-{position % 12 + 1:02}",
            place=picked[5], tags=(picked[6],), scrub=report,
        )  # fmt: skip


def segments(records: Iterator[kinds.Testimony] | Sequence[kinds.Testimony]) -> Iterator[Segment]:
    """The documents as the journal hands them out."""
    entries = (read_line(write_line(Draft(record), bytes(16))) for record in records)
    while part := list(islice(entries, PER_SEGMENT)):
        yield as_segment(part)


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

    def enter(self, records: Iterator[kinds.Testimony] | Sequence[kinds.Testimony]) -> None:
        """One transaction."""
        self.db.execute("BEGIN IMMEDIATE")
        for record in records:
            values = (record.id, record.created, record.date, record.place, record.title)
            row = self.db.execute("INSERT INTO doc VALUES (NULL, ?, ?, ?, ?, ?)", values).lastrowid
            self.db.execute(
                "INSERT INTO words (rowid, title, text, fields, place, names) VALUES (?, ?, ?, ?, ?, '')",
                (row, record.title, record.text, " ".join(record.tags), record.place),
            )
        self.db.execute("COMMIT")

    def find(self, match: str) -> int:
        """Count, sort and show."""
        total = int(self.db.execute("SELECT count(*) FROM words WHERE words MATCH ?", (match,)).fetchone()[0])
        order = "bm25(words, 8.0, 1.0, 2.0, 2.0, 8.0)" if total <= MOST_RANKED else "doc.date DESC"
        self.db.execute(_FIND.format(order), (match,)).fetchall()
        return total


class Mails:
    """The same documents as mails in notmuch; empty where it is not installed."""

    def __init__(self, folder: Path, records: Sequence[kinds.Testimony]) -> None:
        mails = folder / "mail" / "cur"
        mails.mkdir(parents=True)
        for position, record in enumerate(records):
            head = f"From: a@example.org\nSubject: {record.title}\nMessage-ID: <{record.id}@example.org>\n"
            (mails / f"{position}:2,").write_text(
                f"{head}MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
                f"Date: Sat, 1 Mar 2026 10:00:00 +0000\n\n{record.text}\n",
                encoding="utf-8",
            )
        self._config = folder / "notmuch"
        self._config.write_text(f"[database]\npath={folder / 'mail'}\n[new]\ntags=\n[search]\nexclude_tags=\n")
        self._run("new")

    def _run(self, *words: str) -> None:
        command = ["notmuch", f"--config={self._config}", *words]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def find(self, typed: str) -> None:
        """Count, and the first twenty."""
        self._run("count", typed)
        self._run("search", "--limit=20", typed)


def seconds(action: Callable[[], object]) -> float:
    """How much of a processor's time one call takes in this process: other load does not add to it."""
    start = time.process_time()
    action()
    return time.process_time() - start


def elapsed(action: Callable[[], object]) -> float:
    """How long one call takes by the clock, for what runs in a process of its own."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def measure(count: int, folder: Path) -> Iterator[str]:
    """Both tables for one number of documents."""
    chance = random.Random(count)
    known = vocabulary(chance)
    path, other = folder / f"{count}.db", folder / f"{count}-plain.db"
    plain = Plain(other)
    with Index.open(path, KEY) as index:
        index.search(Query(text="слово OR word"))  # reads the patterns of endings once, as a shell does
        yield f"\n| {count:,} documents | archive | plain sqlite3 | ratio |\n| --- | ---: | ---: | ---: |"
        made = list(segments(documents(min(count, 20_000), known, random.Random(1))))
        first = len(made) * PER_SEGMENT / seconds(lambda: index.enter(COLLECTIVE, made))
        rest = documents(count - min(count, 20_000), known, random.Random(2))
        took = seconds(lambda: index.enter(COLLECTIVE, segments(rest)))
        plain_took = seconds(lambda: plain.enter(documents(count, known, random.Random(2))))
        yield f"| enter, the first 20,000 | {first:,.0f} docs/s | | |"
        if took > 1:
            speeds = (count - 20_000) / took, count / plain_took
            yield (
                f"| enter, the rest (with making them up) | {speeds[0]:,.0f} docs/s | {speeds[1]:,.0f} docs/s"
                f" | {speeds[1] / speeds[0]:.2f} |"
            )
        yield one_by_one(index, plain, list(documents(40, known, chance)))
        sizes = [file.stat().st_size / 1e6 for file in (path, other)]
        yield f"| size | {sizes[0]:,.0f} MB | {sizes[1]:,.0f} MB | {sizes[0] / sizes[1]:.2f} |"
        mails = None
        if shutil.which("notmuch") and count <= 20_000:
            mails = Mails(folder / f"mails{count}", list(documents(count, known, random.Random(2))))
        yield from searches(index, plain, mails, known)


def one_by_one(index: Index, plain: Plain, records: Sequence[kinds.Testimony]) -> str:
    """A document in a transaction of its own, as a command enters it."""
    ours, other = [], []
    for record in records:
        made = list(segments([record]))
        ours.append(seconds(lambda made=made: index.enter(COLLECTIVE, made)) * 1e3)
        other.append(seconds(lambda record=record: plain.enter([record])) * 1e3)
    ours, other = sorted(ours), sorted(other)
    half = len(ours) // 2
    return f"| enter one more | {ours[half]:,.2f} ms | {other[half]:,.2f} ms | {ours[half] / other[half]:.2f} |"


def queries(known: dict[str, list[str]]) -> dict[str, list[str]]:
    """Five kinds of queries, two for each language."""
    return {
        "rare": [known[language][at] for language in known for at in (2_900, 2_950)],
        "common": [*COMMON.values(), *(known[language][0] for language in known)],
        "AND": [f"{known[language][at]} {known[language][40]}" for language in known for at in (3, 9)],
        "prefix": [f"{known[language][at][:4]}*" for language in known for at in (5, 60)],
        "phrase": [f'"{known[language][at]} {known[language][1]}"' for language in known for at in (0, 2)],
    }


def searches(index: Index, plain: Plain, mails: Mails | None, known: dict[str, list[str]]) -> Iterator[str]:
    """Milliseconds within which half, and nineteen of twenty, are answered; the last row is of all queries together."""
    yield "\n| p50 / p95 | most hits | archive | --exact | plain sqlite3 | ratio of p95 (exact) | notmuch |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    everything: list[list[float]] = [[], [], [], []]
    for what, asked in queries(known).items():
        sides: list[list[float]] = [[], [], [], []]
        for turn in range(ROUNDS):
            for typed in asked:
                calls = [
                    lambda typed=typed: index.search(Query(text=typed)),
                    lambda typed=typed: index.search(Query(text=typed, exact=True)),
                    lambda typed=typed: plain.find(as_match(typed)),
                ]
                if mails is not None and turn < 2:
                    calls.append(lambda typed=typed: mails.find(typed))
                for side, call in zip(sides, calls, strict=False):
                    side.append((elapsed if side is sides[3] else seconds)(call) * 1e3)
        most = max(index.search(Query(text=typed)).total for typed in asked)
        yield row(what, f"{most:,}", sides)
        for gathered, side in zip(everything, sides, strict=True):
            gathered.extend(side)
    yield row("all", "", everything)


def row(what: str, most: str, sides: list[list[float]]) -> str:
    """One line of the table of searches."""
    told = [f"{at(side, 50):,.1f} / {at(side, 95):,.1f} ms" if side else "–" for side in sides]
    ratio = f"{at(sides[0], 95) / at(sides[2], 95):.2f} ({at(sides[1], 95) / at(sides[2], 95):.2f})"
    return f"| {what} | {most} | {told[0]} | {told[1]} | {told[2]} | {ratio} | {told[3]} |"


def at(values: list[float], percent: int) -> float:
    """A percentile."""
    return sorted(values)[min(len(values) * percent // 100, len(values) - 1)]


def as_match(typed: str) -> str:
    """What a careful user of FTS5 writes for the same query."""
    if typed.startswith('"'):
        return typed
    return " ".join(f'"{word.rstrip("*")}"' + ("*" if word.endswith("*") else "") for word in typed.split())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="search and insert, beside plain sqlite3 FTS5")
    parser.add_argument("--small", action="store_true", help="2,000 documents")
    parser.add_argument("--count", type=int, help="this many documents")
    said = parser.parse_args()
    for count in (2_000,) if said.small else (said.count,) if said.count else (100_000, 1_000_000):
        with tempfile.TemporaryDirectory() as folder:
            for told in measure(count, Path(folder)):
                print(told, flush=True)


if __name__ == "__main__":
    main()
