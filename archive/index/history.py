"""What became of records: their heads with tombstones, every state they had, the bin, shreds, and files that moved."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec import Struct

from archive.index.cipher import Database
from archive.index.schema import IS_DEED
from archive.vault.entry import Entry, read_line

_TIPS = (
    "SELECT entry.hash, entry.record, entry.kind, entry.line, segment.device, segment.at, segment.seq FROM entry"
    " JOIN filed ON filed.entry = entry.row JOIN segment ON segment.row = filed.segment"
    " JOIN collective ON collective.row = entry.collective WHERE collective.id = ? AND {where}"
    " ORDER BY segment.at, segment.device, segment.chain, segment.seq, filed.position, entry.hash"
)
_LAST = (
    "SELECT segment.row FROM segment JOIN collective ON collective.row = segment.collective"
    " WHERE collective.id = ? AND segment.device = ? AND EXISTS (SELECT 1 FROM filed JOIN entry"
    " ON entry.row = filed.entry WHERE filed.segment = segment.row AND entry.kind NOT IN ('custody', 'moved'))"
    " ORDER BY segment.at DESC, segment.seq DESC LIMIT 1"
)


class Tip(Struct, frozen=True, kw_only=True):
    """An entry and who filed it when. One that several segments hold comes once for each."""

    entry: Entry
    record: str | None
    kind: str
    device: str
    at: str


def tips(db: Database, record_id: str, collective: str) -> tuple[Tip, ...]:
    """Every head of a record, tombstones too, each once."""
    found = _tips(db, "entry.record = ? AND entry.superseded = 0", collective, record_id)
    return tuple({tip.entry.hash: tip for tip in found}.values())


def states(db: Database, record_id: str, collective: str) -> tuple[Tip, ...]:
    """Every entry of a record."""
    return _tips(db, "entry.record = ?", collective, record_id)


def deeds(db: Database, kind: str, collective: str) -> tuple[Tip, ...]:
    """Every deed of one type that nothing followed."""
    return _tips(db, f"entry.kind = ? AND entry.{IS_DEED} AND entry.superseded = 0", collective, kind)


def last_of(db: Database, device: str, collective: str) -> tuple[Tip, ...]:
    """What a device last wrote in one go, custody events and moves left aside."""
    found = db.rows(_LAST, (collective, device))
    return _tips(db, "segment.row = ?", collective, found[0][0]) if found else ()


def moved(db: Database, collective: str, source: str) -> tuple[str, ...]:
    """Where a file went, move after move."""
    rows = db.rows(
        "WITH RECURSIVE went (name, steps) AS (SELECT ?2, 0 UNION SELECT moved.target, steps + 1 FROM went JOIN moved"
        " ON moved.source = went.name WHERE steps < 100 AND"
        " moved.collective = (SELECT row FROM collective WHERE id = ?1))"
        " SELECT name FROM went WHERE steps > 0 ORDER BY steps, name",
        (collective, source),
    )
    return tuple(dict.fromkeys(str(name) for (name,) in rows))


def moves(db: Database, collective: str) -> tuple[tuple[str, str], ...]:
    """Every move."""
    rows = db.rows(
        "SELECT source, target FROM moved WHERE collective = (SELECT row FROM collective WHERE id = ?)"
        " ORDER BY source, target",
        (collective,),
    )
    return tuple((source, target) for source, target in rows)


def count(db: Database, collective: str) -> int:
    """How many records there are, the bin's too."""
    where = "collective = (SELECT row FROM collective WHERE id = ?)"
    return int(db.rows(f"SELECT count(*) FROM record WHERE {where}", (collective,))[0][0])  # noqa: S608  (a constant)


def records_of(db: Database, collective: str, entries: Collection[str]) -> int:
    """To how many records entries belong; all that are not here count as one."""
    return len({tuple(_subject(db, collective, name)) for name in entries})


def subjects(db: Database, collective: str, entries: Collection[str]) -> tuple[str, ...]:
    """The records that entries are states of."""
    return tuple(sorted({ident for name in entries for ident in _subject(db, collective, name)}))


def _subject(db: Database, collective: str, name: str) -> list[str]:
    """The record of an entry, if it is here and has one."""
    rows = db.rows(
        "SELECT record FROM entry WHERE collective = (SELECT row FROM collective WHERE id = ?) AND hash = ?",
        (collective, name),
    )
    return [str(record) for (record,) in rows if record is not None]


def forget(db: Database, collective: str, names: Iterable[str]) -> None:
    """Take files that are gone from the list of those entered."""
    with db.transaction():
        db.run_many(
            "DELETE FROM applied WHERE collective = (SELECT row FROM collective WHERE id = ?) AND name = ?",
            [(collective, name) for name in names],
        )


def note_brought(db: Database, at: str, told: Iterable[bytes], *, anew: bool) -> None:
    """Keep what became of brought files; ``anew`` forgets those of before."""
    with db.transaction():
        if anew:
            db.run("DELETE FROM brought", ())
        db.run_many("INSERT INTO brought (at, told) VALUES (?, ?)", [(at, one) for one in told])


def brought(db: Database) -> tuple[tuple[str, bytes], ...]:
    """When and what became of the files that were brought last."""
    return tuple((at, told) for at, told in db.rows("SELECT at, told FROM brought ORDER BY number", ()))


def note_export(db: Database, path: str, at: str) -> None:
    """Keep where a dossier was written in clear."""
    with db.transaction():
        db.run("INSERT OR REPLACE INTO lying VALUES (?, ?)", (path, at))


def plain_exports(db: Database) -> tuple[tuple[str, str], ...]:
    """Where dossiers were written in clear, the oldest first."""
    return tuple((path, at) for path, at in db.rows("SELECT path, at FROM lying ORDER BY at, path", ()))


def _tips(db: Database, where: str, collective: str, *values: object) -> tuple[Tip, ...]:
    rows = db.rows(_TIPS.format(where=where), (collective, *values))
    return tuple(
        Tip(entry=read_line(line), record=record, kind=kind, device=device, at=at)
        for _hash, record, kind, line, device, at, _seq in rows
    )
