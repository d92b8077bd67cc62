"""What the search is measured with: documents that are made up, in an archive of ours, sqlite3, notmuch and recoll."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import upkeep

from archive.desk import Desk, Place
from archive.index.searching import MOST_RANKED
from archive.records import kinds
from archive.vault.entry import Draft, Entry, Segment, read_line, write_line

KEY = bytes(range(32))
COLLECTIVE = "c" * 64
PER_SEGMENT = 1_000
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
        made = path.exists()
        self.db = sqlite3.connect(path, isolation_level=None)
        for statement in _SCHEMA[:3] if made else _SCHEMA:
            self.db.execute(statement)

    def holds(self, count: int) -> bool:
        """Whether the first ``count`` documents are in; what an earlier run entered after them is taken out."""
        for table, row in (("words", "rowid"), ("doc", "row")):
            self.db.execute(f"DELETE FROM {table} WHERE {row} > ?", (count,))  # noqa: S608  (constants)
        return bool(self.db.execute("SELECT count(*) FROM doc").fetchone()[0] == count)

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
        mails.mkdir(parents=True, exist_ok=True)
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


class Files:
    """The same documents as text files in recoll, with what it knows of Russian and English endings; empty without."""

    def __init__(self, folder: Path, records: Sequence[kinds.Testimony]) -> None:
        files = folder / "files"
        for position, record in enumerate(records):
            part = files / f"{position // PER_SEGMENT}"
            part.mkdir(parents=True, exist_ok=True)
            (part / f"{position}.txt").write_text(f"{record.title}\n{record.text}\n", encoding="utf-8")
        self._folder = folder
        (folder / "recoll.conf").write_text(
            f"topdirs = {files}\nindexstemminglanguages = russian english\nidxflushmb = 200\n"
        )
        self._run("recollindex")

    def _run(self, program: str, *words: str) -> None:
        command = [program, "-c", str(self._folder), *words]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def find(self, typed: str) -> None:
        """Count, and the first twenty with their snippets."""
        self._run("recollq", "-s", "russian", "-n", "20", "-A", typed)


def fill(home: Path, count: int, known: dict[str, list[str]]) -> None:
    """An archive with the documents, whose index has none of them yet."""
    (home / "passphrase").write_text("bench\n")
    upkeep.archive(home, "init", str(home / "archive"), "--collective", "Bench")
    place = Place(root=home / "archive", state=home / "state", identity=home / "state" / "identity")
    desk = Desk.open(place, lambda: "bench", random=os.urandom, clock=upkeep.now)
    records = documents(count, known, random.Random(2))
    while part := list(islice(records, PER_SEGMENT)):
        with desk.journal.begin(upkeep.now()) as batch:
            batch.commit([Draft(record) for record in part], upkeep.now())
    desk.index.close()


def queries(known: dict[str, list[str]]) -> dict[str, list[str]]:
    """Five kinds of queries: two for each language, of rare words eight, as their p95 would be one or two words."""
    return {
        "rare": [known[language][at] for language in known for at in range(2_900, 2_980, 10)],
        "common": [*COMMON.values(), *(known[language][0] for language in known)],
        "AND": [f"{known[language][at]} {known[language][40]}" for language in known for at in (3, 9)],
        "prefix": [f"{known[language][at][:4]}*" for language in known for at in (5, 60)],
        "phrase": [f'"{known[language][at]} {known[language][1]}"' for language in known for at in (0, 2)],
    }
