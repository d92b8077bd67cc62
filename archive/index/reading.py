"""Records out of the index: one, a list, or what belongs to a case or a person.

Collectives are apart: what belongs to a person or a case is looked for in the collective that holds it and in no
other, so nobody can add a consent or a name from outside. An id that two collectives hold is ambiguous until one is
named.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby

import msgspec
from msgspec import Struct

from archive.errors import AmbiguousError
from archive.index.cipher import Database
from archive.records import kinds
from archive.speech import tr

decode = msgspec.json.Decoder(kinds.AnyRecord).decode
_SELECT = (
    "SELECT record.row, entry.hash, collective.id, entry.line FROM {table} CROSS JOIN collective ON collective.row ="
    " record.collective CROSS JOIN entry ON entry.record = record.id AND entry.collective = record.collective"
    " AND entry.superseded = 0 AND entry.kind <> 'tomb' WHERE {where}"
    " ORDER BY record.created, record.id, record.collective"
)
_NEWEST = (
    "(SELECT record.* FROM record JOIN collective ON collective.row = record.collective WHERE {where}"
    " ORDER BY record.created DESC, record.id DESC LIMIT ?) AS record"
)
_LINKED = "(SELECT DISTINCT record.* FROM link JOIN record ON record.row = link.record WHERE {where}) AS record"


class Stored(Struct, frozen=True, kw_only=True):
    """One head of a record. ``heads``: the entries of all its heads; more than one means that it was edited apart."""

    entry: str
    collective: str
    record: kinds.AnyRecord
    line: bytes  # as signed: fields of a newer version are in it and have to be carried through an edit
    heads: tuple[str, ...]

    @property
    def parents(self) -> tuple[str, ...]:
        """The entries that this one replaces."""
        return envelope(self.line).parents

    @property
    def attachments(self) -> tuple[kinds.Attachment, ...]:
        """The files beside it."""
        return envelope(self.line).att


class _Envelope(Struct, frozen=True):
    parents: tuple[str, ...] = ()
    att: tuple[kinds.Attachment, ...] = ()


envelope = msgspec.json.Decoder(_Envelope).decode


def heads(db: Database, record_id: str, collective: str | None = None) -> tuple[Stored, ...]:
    """Every head of a record, the one to show first; empty when it is not here. AmbiguousError: in two collectives."""
    groups = list(_groups(db, "record", *within("record.id = ?", [record_id], collective)))
    if len(groups) > 1:
        raise AmbiguousError(
            tr("Two collectives hold a record with this number."), tr("Name the one meant: --collective NAME")
        )
    return groups[0] if groups else ()


def in_rows(db: Database, rows: Sequence[int]) -> dict[int, tuple[Stored, ...]]:
    """The heads of the records in these rows, each as ``heads``; of one in the bin none."""
    return dict(_by_row(db, "record", "record.row IN (SELECT value FROM json_each(?))", (json.dumps(rows),)))


def listing(
    db: Database, kind: str, case: str | None, collective: str | None, newest: int | None = None
) -> tuple[Stored, ...]:
    """The records of one kind, oldest first, each by the head to show; with ``case`` those that belong to it.

    With ``newest`` only so many, those that were made last.
    """
    if newest is not None:
        where, values = within("record.kind = ? AND record.binned = 0", [kind], collective)
        return tuple(group[0] for group in _groups(db, _NEWEST.format(where=where), "1", [*values, newest]))
    if case is not None:
        return tuple(group[0] for group in _linked(db, case, ("case",), collective, kind))
    return tuple(group[0] for group in _groups(db, "record", *within("record.kind = ?", [kind], collective)))


def linked(db: Database, target: str, roles: Sequence[str], collective: str | None) -> tuple[Stored, ...]:
    """The records of the target's collective that point at it in one of ``roles``, each by the head to show."""
    return tuple(group[0] for group in _linked(db, target, roles, collective, None))


def linked_heads(db: Database, target: str, roles: Sequence[str], collective: str | None) -> tuple[Stored, ...]:
    """As ``linked``, but every head: for what must not be overlooked (names, consents)."""
    return tuple(head for group in _linked(db, target, roles, collective, None) for head in group)


def every_head(db: Database, kind: str, collective: str | None) -> tuple[Stored, ...]:
    """All heads of all records of a kind."""
    groups = _groups(db, "record", *within("record.kind = ?", [kind], collective))
    return tuple(head for group in groups for head in group)


def known_original(db: Database, collective: str, sha256: str) -> str | None:
    """The record that was made from a file with this hash, in this collective."""
    found = db.rows(
        "SELECT record.id FROM link JOIN record ON record.row = link.record JOIN collective ON collective.row ="
        " record.collective WHERE link.target = ? AND link.role = 'original' AND collective.id = ?"
        " ORDER BY record.created, record.id LIMIT 1",
        (sha256, collective),
    )
    return str(found[0][0]) if found else None


def _linked(
    db: Database, target: str, roles: Sequence[str], collective: str | None, kind: str | None
) -> Iterator[tuple[Stored, ...]]:
    home = heads(db, target, collective)
    if not home:
        return iter(())
    where = f"link.target = ? AND link.role IN ({', '.join('?' * len(roles))})"
    values = [target, *roles]
    if kind is not None:
        where, values = f"{where} AND record.kind = ?", [*values, kind]
    # a record may point at the target in two roles: distinct rows first, their heads after
    return _groups(db, _LINKED.format(where=where), *within("1", values, home[0].collective))


def within(where: str, values: Sequence[object], collective: str | None) -> tuple[str, list[object]]:
    """A condition on ``collective.id`` beside another, where one collective is meant."""
    if collective is None:
        return where, list(values)
    return f"{where} AND collective.id = ?", [*values, collective]


def _groups(db: Database, table: str, where: str, values: Sequence[object]) -> Iterator[tuple[Stored, ...]]:
    """The heads of each record found, the one to show first, record by record."""
    return (group for _, group in _by_row(db, table, where, values))


def _by_row(db: Database, table: str, where: str, values: Sequence[object]) -> Iterator[tuple[int, tuple[Stored, ...]]]:
    """The same, each with the row of its record."""
    rows = db.rows(_SELECT.format(table=table, where=where), values)
    for row, group in groupby(rows, key=lambda row: row[0]):
        found = [(entry, collective, line, decode(line)) for _, entry, collective, line in group]
        found.sort(key=lambda head: (head[3].modified or head[3].created, head[0]), reverse=True)
        heads = tuple(entry for entry, *_ in found)
        yield (
            int(row),
            tuple(
                Stored(entry=entry, collective=home, record=record, line=line, heads=heads)
                for entry, home, line, record in found
            ),
        )
