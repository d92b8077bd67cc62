"""How fast the index is made, entered and searched, beside plain ``sqlite3`` with FTS5 on the same columns, in one run.

    python bench/search.py            100,000 and 1,000,000 documents (an hour, 12 GB in the temporary folder)
    python bench/search.py --small    2,000 documents, a few seconds
    python bench/search.py --count 100000 --keep FOLDER     what is filled there is used again

The documents are written into an archive as commands write them, a thousand at a time, and ``archive index rebuild``
makes the index. Plain sqlite3 holds one table with the fields of a document and one FTS5 table (title, text, fields,
place, names; the same prefix index; its own folding); it is not encrypted and keeps no journal lines, heads, links or
references. Both count all hits, sort by rank and make snippets of the first twenty; where there are too many hits to be
ranked, both sort by date. ``archive`` asks for every form of a word in every script, ``--exact`` for the words of plain
sqlite3; ``opened anew`` is the first search of an index just opened, as a command makes it. Where notmuch is installed
it finds the same documents as mails, and recoll as text files, of up to 100,000. Times are of the processor; of these
two, which are processes of their own, by the clock. Prints tables in Markdown.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import upkeep
from search_material import COLLECTIVE, COMMON, Files, Mails, Plain, documents, fill, queries, segments, vocabulary

from archive.errors import ArchiveError
from archive.index.filters import Query
from archive.index.index import Index
from archive.records import kinds
from archive.vault.state import State
from archive.vault.store import Store
from archive.vault.unlocking import unlock

KEY = bytes(range(32))
ROUNDS = 5
MOST_BESIDE = 100_000  # documents for programs that keep a file for each


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


def measure(count: int, home: Path) -> Iterator[str]:
    """All tables for one number of documents."""
    chance = random.Random(count)
    known = vocabulary(chance)
    if not (home / "archive").exists():
        fill(home, count, known)
    yield f"\n| {count:,} documents | archive | plain sqlite3 | ratio |\n| --- | ---: | ---: | ---: |"
    yield rebuilt(home)
    plain = Plain(home / "plain.db")
    took = None if plain.holds(count) else seconds(lambda: plain.enter(documents(count, known, random.Random(2))))
    path = State(home / "state", Store(home / "archive").archive_id).index
    key = unlock(home / "state" / "identity", lambda: "bench").index_key
    with Index.open(path, key) as index:
        sizes = [file.stat().st_size / 1e6 for file in (path, home / "plain.db")]
        yield f"| size | {sizes[0]:,.0f} MB | {sizes[1]:,.0f} MB | {sizes[0] / sizes[1]:.2f} |"
        yield from searches(index, path, key, plain, beside(home, count, known), known)
        yield from whole_commands(home, known)
        yield from facets(index, known)
        yield from hard(index, known)
        yield from entering(index, plain, known, count, took)


def beside(home: Path, count: int, known: dict[str, list[str]]) -> list[Mails | Files | None]:
    """notmuch and recoll with the same documents, where they are installed; each prints how long it took to index."""
    found: list[Mails | Files | None] = []
    for program, kind in (("notmuch", Mails), ("recollindex", Files)):
        if not shutil.which(program) or count > MOST_BESIDE:
            found.append(None)
            continue
        began = time.perf_counter()
        found.append(kind(home / program, list(documents(count, known, random.Random(2)))))
        print(f"\n{program}: {time.perf_counter() - began:,.0f} s to write and index {count:,} files", flush=True)
    return found


def rebuilt(home: Path) -> str:
    """What ``archive index rebuild`` costs, as a command."""
    started, began = time.perf_counter(), os.times()
    upkeep.archive(home, "index", "rebuild")
    ended = os.times()
    used = ended.children_user + ended.children_system - began.children_user - began.children_system
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    wall = time.perf_counter() - started
    return (
        f"| archive index rebuild: processor, by the clock, memory | {used:,.0f} s, {wall:,.0f} s, {peak:,.0f} MB | | |"
    )


def entering(index: Index, plain: Plain, known: dict[str, list[str]], count: int, took: float | None) -> Iterator[str]:
    """20,000 more into an empty index and into the filled one, all at once; then one at a time."""
    yield "\n| documents a second | archive | plain sqlite3 |\n| --- | ---: | ---: |"
    many = min(20_000, count)
    made = list(segments(documents(many, known, random.Random(3))))
    with tempfile.TemporaryDirectory() as folder, Index.open(Path(folder) / "index.db", KEY) as empty:
        yield f"| entered into an empty index | {many / seconds(lambda: empty.enter(COLLECTIVE, made)):,.0f} | |"
    beside = f"{count / took:,.0f}" if took else ""
    yield f"| entered into this one | {many / seconds(lambda: index.enter(COLLECTIVE, made)):,.0f} | {beside} |"
    yield one_by_one(index, plain, list(documents(40, known, random.Random(4))))


def one_by_one(index: Index, plain: Plain, records: Sequence[kinds.Testimony]) -> str:
    """A document in a transaction of its own, as a command enters it."""
    ours, other = [], []
    for record in records:
        made = list(segments([record]))
        ours.append(seconds(lambda made=made: index.enter(COLLECTIVE, made)) * 1e3)
        other.append(seconds(lambda record=record: plain.enter([record])) * 1e3)
    ours, other = sorted(ours), sorted(other)
    half = len(ours) // 2
    return f"| one more | {ours[half]:,.2f} ms | {other[half]:,.2f} ms |"


def searches(
    index: Index, path: Path, key: bytes, plain: Plain, others: list[Mails | Files | None], known: dict[str, list[str]]
) -> Iterator[str]:
    """Milliseconds within which half, and nineteen of twenty, are answered; the last row is of all queries."""
    heads = ("most hits", "archive", "opened anew", "--exact", "plain sqlite3", "archive / plain", "notmuch", "recoll")
    yield f"\n| p50 / p95 | {' | '.join(heads)} |\n| --- |{' ---: |' * len(heads)}"
    index.search(Query(text="слово OR word"))  # reads the patterns of endings once, as a shell does
    gc.collect()
    gc.freeze()  # what the bench itself holds is not walked through in the midst of a search
    everything: list[list[float]] = [[] for _ in range(6)]
    for what, asked in queries(known).items():
        sides: list[list[float]] = [[] for _ in range(6)]
        most = 0
        for turn in range(ROUNDS):
            for typed in asked:
                calls = [
                    lambda typed=typed: index.search(Query(text=typed)),
                    partial(first, path, key, typed),
                    lambda typed=typed: index.search(Query(text=typed, exact=True)),
                    lambda typed=typed: plain.find(as_match(typed)),
                ]
                for side, call in zip(sides, calls, strict=False):
                    side.append(seconds(call) * 1e3)
                for side, other in zip(sides[len(calls) :], others if turn < 2 else (), strict=False):
                    if other is not None:
                        side.append(elapsed(partial(other.find, typed)) * 1e3)
                most = max(most, index.total(Query(text=typed)))
        yield row(what, f"{most:,}", sides)
        for gathered, side in zip(everything, sides, strict=True):
            gathered.extend(side)
    yield row("all", "", everything)


def first(path: Path, key: bytes, typed: str) -> None:
    """The first search of an index that was just opened: no page of it has been decrypted yet."""
    with Index.open(path, key) as other:
        other.search(Query(text=typed))


def row(what: str, most: str, sides: list[list[float]]) -> str:
    """One line of the table of searches; the ratios are of the medians and of p95."""
    told = [f"{at(side, 50):,.1f} / {at(side, 95):,.1f} ms" if side else "–" for side in sides]
    ratio = " / ".join(f"{at(sides[0], part) / at(sides[3], part):.2f}" for part in (50, 95))
    return f"| {what} | {most} | {' | '.join(told[:4])} | {ratio} | {told[4]} | {told[5]} |"


def whole_commands(home: Path, known: dict[str, list[str]]) -> Iterator[str]:
    """What a person waits for: starting, unlocking, opening, searching; seconds of the processor."""
    yield "\n| whole command | seconds |\n| --- | ---: |"
    for words in (("status",), ("search", known["uk"][2_900]), ("search", known["uk"][0])):
        began = os.times()
        for _ in range(3):
            upkeep.archive(home, *words, "--json")
        ended = os.times()
        used = ended.children_user + ended.children_system - began.children_user - began.children_system
        yield f"| archive {words[0]} {'(rare)' if words[-1] == known['uk'][2_900] else ''} | {used / 3:.2f} |"


def facets(index: Index, known: dict[str, list[str]]) -> Iterator[str]:
    """Hits counted by a field, and pages far behind."""
    yield "\n| | a common word | everything |\n| --- | ---: | ---: |"
    asked = known["uk"][0], ""
    for by in ("kind", "language", "year", "place", "tag"):
        told = [
            f"{seconds(lambda text=text, by=by: index.count_by(Query(text=text), by)) * 1e3:,.0f} ms" for text in asked
        ]
        yield f"| --count-by {by} | {' | '.join(told)} |"
    for offset in (0, 1_000, 100_000):
        told = [
            f"{seconds(lambda text=text, n=offset: index.search(Query(text=text, offset=n))) * 1e3:,.0f} ms"
            for text in asked
        ]
        yield f"| from hit {offset:,} | {' | '.join(told)} |"


def hard(index: Index, known: dict[str, list[str]]) -> Iterator[str]:
    """The searches that cost most, and those that are refused."""
    letters, common = "абвгдежзийклмнопрстуфхцчшщьюяabcdefghijklmnop", [*COMMON.values()]
    asked = {
        "one letter and a star": f"{letters[15]}*",
        "three of one letter and a star": " OR ".join(f"{one}*" for one in "пса"),
        "45 of one letter and a star": " OR ".join(f"{one}*" for one in letters),
        "50 common words with OR": " OR ".join(known[language][at] for language in known for at in range(12)),
        "50 words of 39 letters": " ".join(one * 39 for one in (letters + letters)[:50]),
        "a phrase of 120 common words": f'"{" ".join(common * 30)}"',
        "a phrase of 400 common words": f'"{" ".join(common * 100)}"',
        "3,000 words with OR": " OR ".join(known["uk"]),
        "100,000 letters": "слово " * 17_000,
        "5,000 NULs": "\0" * 5_000 + "слово",
        "9,000 quotes": '"' * 9_000 + "слово",
    }
    yield "\n| a search that could be slow | time | answer |\n| --- | ---: | --- |"
    for what, typed in asked.items():
        began = time.process_time()
        try:
            said = f"{index.search(Query(text=typed)).total:,} found"
        except ArchiveError as error:
            said = error.message
        yield f"| {what} | {(time.process_time() - began) * 1e3:,.0f} ms | {said} |"


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
    parser.add_argument("--keep", type=Path, help="a folder to fill, or to use as it was filled")
    said = parser.parse_args()
    for count in (2_000,) if said.small else (said.count,) if said.count else (100_000, 1_000_000):
        with tempfile.TemporaryDirectory() as folder:
            home = said.keep / str(count) if said.keep else Path(folder)
            home.mkdir(parents=True, exist_ok=True)
            for told in measure(count, home):
                print(told, flush=True)


if __name__ == "__main__":
    main()
