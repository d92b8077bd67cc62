"""How many of what was found are of which kind, case, person, place, month …: a search counted instead of shown."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from archive.errors import NotFoundError
from archive.index.cipher import Database
from archive.index.filters import Query, sifted
from archive.index.reading import heads
from archive.index.refs import shortest
from archive.index.words import shown_title
from archive.language.fold import fold

By = Literal["kind", "case", "person", "language", "place", "tag", "act", "year", "month"]
MOST = 200  # values told, those with most records first
_YEAR = "CASE WHEN brief.first / 10000 = brief.last / 10000 THEN printf('%04d', brief.first / 10000) ELSE '' END"
_MONTH = (
    "CASE WHEN brief.first / 100 = brief.last / 100"
    " THEN printf('%04d-%02d', brief.first / 10000, brief.first / 100 % 100) ELSE '' END"
)
_OF_BRIEF = {"kind": "brief.kind", "language": "coalesce(brief.language, '')", "year": _YEAR, "month": _MONTH}
_ROLES = {"case": "'case'", "person": "'about', 'affects', 'consent'", "tag": "'tag'", "act": "'act-type'"}


class Count(Struct, frozen=True, kw_only=True):
    """``count`` of the records found have this value; empty where they have none, or for a time longer than that."""

    value: str
    count: int
    title: str | None = None


def count(db: Database, query: Query, by: By) -> tuple[Count, ...]:
    """The values with most records first; UsageError as ``searching.search``. A record may count for several."""
    meant = sifted(db, query)
    found = f"SELECT {meant.row} FROM {meant.tables} WHERE {meant.where}"  # noqa: S608  (constants)
    if by in _OF_BRIEF:
        grouped = (
            f"SELECT {_OF_BRIEF[by]} AS value, count(*) AS many, min(brief.row) FROM brief"  # noqa: S608
            f" WHERE brief.row IN ({found})"
        )
    elif by == "place":
        grouped = f"SELECT place AS value, count(*) AS many, min(row) FROM record WHERE row IN ({found})"  # noqa: S608
    else:
        grouped = (
            "SELECT link.target AS value, count(DISTINCT link.record) AS many, min(link.record) FROM link"  # noqa: S608
            f" WHERE link.role IN ({_ROLES[by]}) AND link.record IN ({found})"
        )
    rows = db.rows(f"{grouped} GROUP BY value ORDER BY many DESC, value LIMIT ?", (*meant.values, MOST))
    return tuple(_count(db, by, str(value), many, row) for value, many, row in rows)


def _count(db: Database, by: By, value: str, many: int, row: int) -> Count:
    if by in ("case", "person"):
        return _of_record(db, value, many)
    if by in ("place", "tag"):
        return Count(value=_as_written(db, by, value, row), count=many)
    return Count(value=value.removeprefix("act:"), count=many)


def _of_record(db: Database, ident: str, many: int) -> Count:
    """By reference, and what lists call it; a person by pseudonym."""
    try:
        ref = shortest(db, ident)
    except NotFoundError:  # has not arrived yet
        return Count(value="", count=many)
    here = heads(db, ident)
    return Count(value=ref, count=many, title=shown_title(here[0].record) if here else None)


def _as_written(db: Database, by: By, folded: str, row: int) -> str:
    """A place or a tag as one of its records writes it: the tables hold it folded."""
    name = db.rows(
        "SELECT record.id, collective.id FROM record JOIN collective ON collective.row = record.collective"
        " WHERE record.row = ?",
        (row,),
    )
    for head in heads(db, *name[0]) if folded and name else ():
        written = head.record.tags if by == "tag" else (getattr(head.record, "place", None) or "",)
        for one in written:
            if fold(one) == folded:
                return one
    return folded
