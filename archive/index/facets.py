"""How many of what was found are of which kind, case, person, place, month …: a search counted instead of shown."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from archive.errors import NotFoundError
from archive.index.cipher import Database
from archive.index.filters import Query, Sifted, sifted
from archive.index.reading import heads
from archive.index.refs import shortest
from archive.index.words import shown_title
from archive.language.fold import fold

By = Literal["kind", "case", "person", "language", "place", "tag", "act", "year", "month"]
MOST = 200  # values told, those with most records first
_OF_BRIEF = {"kind": "brief.kind", "language": "coalesce(brief.language, '')"}
_OF_DAYS = {"year": 10_000, "month": 100}  # by what a day is divided
# a record is linked once in one role, and may be in several
_ROWS = {"case": "count(*)", "person": "count(DISTINCT link.record)", "tag": "count(*)", "act": "count(*)"}
_ROLES = {"case": "'case'", "person": "'about', 'affects', 'consent'", "tag": "'tag'", "act": "'act-type'"}


class Count(Struct, frozen=True, kw_only=True):
    """``count`` of the records found have this value; empty where they have none, or for a time longer than that."""

    value: str
    count: int
    title: str | None = None


def count(db: Database, query: Query, by: By) -> tuple[Count, ...]:
    """The values with most records first; UsageError as ``searching.search``. A record may count for several."""
    meant = sifted(db, query)
    if by in _OF_DAYS:
        return _in_time(db, meant, _OF_DAYS[by])
    if by in _OF_BRIEF:
        grouped = (
            f"SELECT {_OF_BRIEF[by]} AS value, count(*) AS many, min(brief.row) FROM {_with_brief(meant)}"  # noqa: S608
            f" WHERE {meant.where}"
        )
    elif by == "place":
        found = f"row IN (SELECT {meant.row} FROM {meant.tables} WHERE {meant.where})" if meant.values else "1"  # noqa: S608
        grouped = f"SELECT place AS value, count(*) AS many, min(row) FROM record WHERE place IS NOT NULL AND {found}"  # noqa: S608
    else:
        grouped = (
            f"SELECT link.target AS value, {_ROWS[by]} AS many, min(link.record) FROM link"  # noqa: S608
            f" {_of_found(meant, by)} AND link.role IN ({_ROLES[by]})"
        )
    rows = db.rows(f"{grouped} GROUP BY value ORDER BY many DESC, value LIMIT ?", (*meant.values, MOST))
    return tuple(_count(db, by, str(value), many, row) for value, many, row in rows)


def _with_brief(meant: Sifted) -> str:
    """The tables of a search, ``brief`` among them."""
    return meant.tables if "brief" in meant.tables else f"{meant.tables} CROSS JOIN brief ON brief.row = words.rowid"


def _of_found(meant: Sifted, by: By) -> str:
    """The condition that a link is of what was found; of everything, without gathering its rows first."""
    if not meant.values:
        only_searched = by in ("tag", "act")  # have links of these roles
        return "WHERE 1" if only_searched else "CROSS JOIN brief ON brief.row = link.record WHERE 1"
    return f"WHERE link.record IN (SELECT {meant.row} FROM {meant.tables} WHERE {meant.where})"  # noqa: S608


def _in_time(db: Database, meant: Sifted, unit: int) -> tuple[Count, ...]:
    """By year or month; what speaks of more than one of them stands apart."""
    days = (
        "SELECT brief.first AS first, brief.last AS last, count(*) AS number"  # noqa: S608  (constants)
        f" FROM {_with_brief(meant)} WHERE {meant.where} GROUP BY brief.first, brief.last"
    )
    rows = db.rows(
        f"SELECT CASE WHEN first / {unit} = last / {unit} THEN first / {unit} END AS value, sum(number) AS many"  # noqa: S608
        f" FROM ({days}) GROUP BY value ORDER BY many DESC, value LIMIT ?",
        (*meant.values, MOST),
    )
    return tuple(Count(value=_told(value, unit), count=many) for value, many in rows)


def _told(time: int | None, unit: int) -> str:
    """A year or a month as dates are written."""
    if time is None:
        return ""
    return f"{time:04}" if unit == _OF_DAYS["year"] else f"{time // 100:04}-{time % 100:02}"


def _count(db: Database, by: By, value: str, many: int, row: int) -> Count:
    if by in ("case", "person"):
        return _of_record(db, value, many, row)
    if by in ("place", "tag"):
        return Count(value=_as_written(db, by, value, row), count=many)
    return Count(value=value.removeprefix("act:"), count=many)


def _of_record(db: Database, ident: str, many: int, row: int) -> Count:
    """By reference, and what lists call it where the record in this row is; a person by pseudonym."""
    try:
        ref = shortest(db, ident)
    except NotFoundError:  # has not arrived yet
        return Count(value="", count=many)
    here = [head for _, collective in _home(db, row) for head in heads(db, ident, collective)]
    return Count(value=ref, count=many, title=shown_title(here[0].record) if here else None)


def _as_written(db: Database, by: By, folded: str, row: int) -> str:
    """A place or a tag as one of its records writes it: the tables hold it folded."""
    for head in (head for home in _home(db, row) for head in heads(db, *home)) if folded else ():
        written = head.record.tags if by == "tag" else (getattr(head.record, "place", None) or "",)
        for one in written:
            if fold(one) == folded:
                return one
    return folded


def _home(db: Database, row: int) -> list[tuple[str, str]]:
    """The id of the record in this row, and its collective's: another may hold a record with this id as well."""
    return [
        (str(ident), str(collective))
        for ident, collective in db.rows(
            "SELECT record.id, collective.id FROM record JOIN collective ON collective.row = record.collective"
            " WHERE record.row = ?",
            (row,),
        )
    ]
