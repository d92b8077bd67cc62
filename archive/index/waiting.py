"""What waits, counted and listed by the day it becomes pressing; what devices have seen; how much each case holds."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

from archive.index.cipher import Database
from archive.index.reading import Stored, heads

_HERE = "record.collective IN (SELECT row FROM collective WHERE ?1 IS NULL OR id = ?1)"


def pressing(db: Database, what: str, day: str, collective: str | None, limit: int) -> tuple[Stored, ...]:
    """The records in which something waits, the longest first, each by the head to show."""
    rows = db.rows(
        "SELECT record.id, collective.id FROM due CROSS JOIN record ON record.row = due.record"  # noqa: S608
        f" JOIN collective ON collective.row = record.collective WHERE {_HERE} AND due.what = ?2 AND due.day <= ?3"
        " ORDER BY due.day, due.record LIMIT ?4",
        (collective, what, day, limit),
    )
    found = (heads(db, ident, home) for ident, home in rows)
    return tuple(each[0] for each in found if each)


def counts(db: Database, day: str, collective: str | None) -> Mapping[str, int]:
    """How many records wait for what."""
    rows = db.rows(
        "SELECT what, count(*) FROM due WHERE day <= ?2"
        " AND (?1 IS NULL OR EXISTS (SELECT 1 FROM record JOIN collective ON collective.row = record.collective"
        " WHERE record.row = due.record AND collective.id = ?1)) GROUP BY what",
        (collective, day),
    )
    return {str(what): int(number) for what, number in rows}


def seen_by(db: Database, collective: str, entry: str) -> frozenset[str]:
    """The devices that filed an entry, or wrote something after they had read a segment that holds it."""
    home = "(SELECT row FROM collective WHERE id = ?1)"
    filed = db.rows(
        "SELECT segment.device, segment.chain, segment.seq FROM filed JOIN segment ON segment.row = filed.segment"  # noqa: S608
        f" JOIN entry ON entry.row = filed.entry WHERE entry.collective = {home} AND entry.hash = ?2",
        (collective, entry),
    )
    found = {str(device) for device, _, _ in filed}
    for device, chain, seq in filed:
        rows = db.rows(
            f"SELECT device FROM saw WHERE collective = {home} AND chain = ?2 AND seq >= ?3",  # noqa: S608
            (collective, f"{device}/{chain}", seq),
        )
        found |= {str(other) for (other,) in rows}
    return frozenset(found)


def last_written(db: Database, collective: str) -> Mapping[str, str]:
    """The newest segment of each device."""
    rows = db.rows(
        "SELECT device, max(at) FROM segment WHERE collective = (SELECT row FROM collective WHERE id = ?)"
        " GROUP BY device",
        (collective,),
    )
    return {str(device): str(at) for device, at in rows}


def count_of(db: Database, kind: str, collective: str | None) -> int:
    """How many records of a kind there are outside the bin."""
    rows = db.rows(
        f"SELECT count(*) FROM record WHERE {_HERE} AND kind = ?2 AND binned = 0",  # noqa: S608  (a constant)
        (collective, kind),
    )
    return int(rows[0][0])


def filed_in(db: Database, cases: Collection[str]) -> Mapping[str, int]:
    """How many files each of these cases holds, in one look."""
    rows = db.rows(
        "SELECT link.target, count(*) FROM json_each(?) AS asked CROSS JOIN link ON link.target = asked.value"
        " AND link.role = 'case' CROSS JOIN record ON record.row = link.record"
        " WHERE record.kind IN ('testimony', 'photo', 'document') GROUP BY link.target",
        (json.dumps(list(cases)),),
    )
    return {str(case): int(number) for case, number in rows}
