"""The journal as a log: every entry with who filed it when, in order; the newest without walking all."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from msgspec import Struct

from archive.index.cipher import Database
from archive.index.reading import decode, envelope, within
from archive.records import kinds
from archive.records.refs import LETTERS

_COLUMNS = "segment.at, segment.device, entry.kind, entry.record, entry.hash, segment.head, collective.id, entry.line"
_SELECT = (
    f"SELECT {_COLUMNS} FROM {{table}} CROSS JOIN segment ON segment.row = filed.segment CROSS JOIN collective"  # noqa: S608
    " ON collective.row = entry.collective WHERE entry.kind <> 'moved' AND {where}"
    " ORDER BY segment.at, segment.device, segment.chain, segment.seq, segment.head, filed.position, entry.hash"
)
_EVERY = "filed CROSS JOIN entry ON entry.row = filed.entry"
_OF_RECORDS = (
    "json_each(?) AS asked CROSS JOIN entry ON entry.record = asked.value CROSS JOIN filed ON filed.entry = entry.row"
)
_NEWEST = (
    "SELECT segment.row FROM segment JOIN collective ON collective.row = segment.collective WHERE {where}"
    " ORDER BY segment.at DESC, segment.device DESC, segment.chain DESC, segment.seq DESC, segment.head DESC"
)


class Logged(Struct, frozen=True, kw_only=True):
    """One entry of the journal, but for those that only say that a file was encrypted again.

    ``record`` is None for an entry this version does not understand (kind ``unknown``); ``state`` is what the entry
    says of it (None in the bin, and for deeds), ``begins`` that nothing of this record came before.
    """

    at: str
    device: str
    kind: str
    record: str | None
    entry: str
    segment: str
    collective: str
    state: kinds.AnyRecord | None
    begins: bool


def log(db: Database, records: Collection[str] | None, collective: str | None) -> tuple[Logged, ...]:
    """Every entry, or those of some records: by the minute claimed, then as the device wrote them."""
    where, values = within("1", [], collective)
    if records is None:
        rows = db.rows(_SELECT.format(table=_EVERY, where=where), values)
    else:
        rows = db.rows(_SELECT.format(table=_OF_RECORDS, where=where), (json.dumps(list(records)), *values))
    return tuple(_logged(*row) for row in rows)


def newest(db: Database, collective: str | None, limit: int) -> tuple[Logged, ...]:
    """The end of that log: ``limit`` entries, fewer where there are not more."""
    where, values = within("1", [], collective)
    found: list[tuple[Any, ...]] = []
    for (segment,) in db.rows(_NEWEST.format(where=where), values):
        found[:0] = db.rows(_SELECT.format(table=_EVERY, where="filed.segment = ?"), (segment,))
        if len(found) >= limit:
            break
    return tuple(_logged(*row) for row in found[-limit:])


def _logged(
    at: str, device: str, kind: str, record: str | None, entry: str, segment: str, collective: str, line: bytes
) -> Logged:
    known = kind in LETTERS
    return Logged(
        at=at, device=device, kind=kind, record=record, entry=entry, segment=segment, collective=collective,
        state=decode(line) if known else None,
        begins=known and not envelope(line).parents,
    )  # fmt: skip
