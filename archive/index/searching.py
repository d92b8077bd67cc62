"""Full text search with filters: what is found, in which order, and what a hit shows.

A person is found by the names of their identity record too, and shown by pseudonym: names are in the search table
only, which holds no text, so no snippet can be made of them. What has the very words comes before what has other forms
of them, and that before what spells them in other letters.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from archive.errors import UsageError
from archive.index.cipher import Database
from archive.index.facts import kind_of
from archive.index.filters import Query, Sifted, Sort, sifted
from archive.index.query import encodable
from archive.index.reading import Stored, in_rows
from archive.index.refs import all_shortest, of_kinds
from archive.index.schema import WEIGHTS
from archive.index.snippets import Marker
from archive.index.vocabulary import alike
from archive.index.words import RAW_WORD, keys, shown_title
from archive.records import kinds
from archive.speech import tr

MOST_RANKED = 40_000  # more hits than these are shown newest first: ranking reads every one of them
_FEW = 400  # hits up to which those that rank alike come the newest first
_MOST_TIES = 50  # of which the day is looked up
LARGEST_PAGE = 1_000


class Hit(Struct, frozen=True, kw_only=True):
    """A record found; ``marks``: where in ``snippet`` the words stand, as (start, end) in characters.

    ``told_of`` is the ref of what it writes down or translates.
    """

    ref: str
    id: str
    kind: str
    collective: str
    case: str | None  # a ref
    title: str | None
    snippet: str
    marks: tuple[tuple[int, int], ...] = ()
    cleaned: bool = True
    told_of: str | None = None
    text_source: str | None = None


class Results(Struct, frozen=True, kw_only=True):
    """``total`` records match; ``hits`` is the page asked for; ``sort`` is how they were sorted in fact."""

    total: int
    hits: tuple[Hit, ...]
    sort: Sort


def search(db: Database, query: Query) -> Results:
    """Find; UsageError for a query without words, too long, or with a date or page that is none."""
    if not 1 <= query.limit <= LARGEST_PAGE or not 0 <= query.offset < 2**31:
        raise UsageError(
            tr("There is no such page of results."), tr("--limit goes from 1 to {largest}.", largest=LARGEST_PAGE)
        )
    meant = sifted(db, query)
    total = _total(db, meant, meant.values)
    sort = query.sort
    if sort == "relevance" and (not meant.terms or total > MOST_RANKED):
        sort = "date"
    rows = _page(db, meant, query, sort, few=total <= _FEW) if total > query.offset else []
    marker = Marker(meant.terms)
    return Results(total=total, hits=tuple(_hits(db, rows, marker)), sort=sort)


def total(db: Database, query: Query) -> int:
    """How many records are found; UsageError as ``search``."""
    meant = sifted(db, query)
    return _total(db, meant, meant.values)


def _total(db: Database, meant: Sifted, values: Sequence[object]) -> int:
    return int(db.rows(f"SELECT count(*) FROM {meant.tables} WHERE {meant.where}", values)[0][0])  # noqa: S608


def namesakes(db: Database, text: str, collective: str) -> tuple[str, ...]:
    """Persons whose sealed names begin as words of ``text`` do, or are spelled as one of them in another script."""
    found = [key for key in keys(encodable(text)) if len(key) > 1][:_MOST_WORDS]
    if not found:
        return ()
    typed = RAW_WORD.findall(encodable(text))[:_MOST_WORDS]
    begun = [f'names : "{key[:_BEGINNING]}" *' for key in found]
    spelled = [f'names : "{other}"' for word in typed for other in alike(db, word.capitalize()).across]
    match = " OR ".join(dict.fromkeys(begun + spelled))
    rows = db.rows(
        "SELECT DISTINCT record.id FROM words JOIN record ON record.row = words.rowid WHERE words MATCH ?"
        " AND record.collective = (SELECT row FROM collective WHERE id = ?)"
        " ORDER BY record.id LIMIT ?",
        (match, collective, _MOST_ALIKE),
    )
    return tuple(str(person) for (person,) in rows)


_BEGINNING, _MOST_WORDS, _MOST_ALIKE = 3, 60, 200  # letters; words of a text; persons


def _page(db: Database, meant: Sifted, query: Query, sort: Sort, *, few: bool) -> list[int]:
    """The page asked for, as rows of records; if there are ``few``, of those that rank alike the newer first."""
    if sort != "relevance":
        by = "brief.first DESC, brief.last DESC" if sort == "date" else "brief.added DESC"
        return _rows(db, meant, meant.values, by, query.limit, query.offset)
    by = _RANK + (", brief.first DESC" if meant.has_filters else "")
    rows, skip = list[int](), query.offset
    for values in meant.nearest():  # what is nearer is asked for by itself: mostly it fills the page
        most = query.limit - len(rows)
        if few and not meant.has_filters:
            found = _few(db, meant, values, most, skip)
        else:
            found = _rows(db, meant, values, by, most, skip)
        skip = 0 if found or not skip else skip - _total(db, meant, values)
        rows += found
        if len(rows) == query.limit:
            break
    return rows


_RANK = f"bm25(words, {WEIGHTS})"


def _few(db: Database, meant: Sifted, values: Sequence[object], limit: int, offset: int) -> list[int]:
    """A page of what ``values`` find. Days are read only of those that rank alike on it, if these are not too many:
    each lies on a page of its own in the file, and has to be decrypted."""
    asked = f"SELECT {_RANK}, words.rowid FROM {meant.tables} WHERE {meant.where}"  # noqa: S608  (constants)
    found = sorted(db.rows(asked, values))
    alike = Counter(rank for rank, _ in found)
    tied = {rank for rank, _ in found[offset : offset + limit] if alike[rank] > 1}
    if 0 < sum(alike[rank] for rank in tied) <= _MOST_TIES:
        rows = json.dumps([row for rank, row in found if rank in tied])
        newest = dict(db.rows("SELECT row, -first FROM brief WHERE row IN (SELECT value FROM json_each(?))", (rows,)))
        found.sort(key=lambda one: (one[0], newest.get(one[1], 0), one[1]))
    return [row for _, row in found[offset : offset + limit]]


def _rows(db: Database, meant: Sifted, values: Sequence[object], by: str, limit: int, offset: int) -> list[int]:
    """What ``values`` find in this order."""
    needs_brief = "brief." in by and not meant.has_filters and meant.terms
    tables = f"{meant.tables} JOIN brief ON brief.row = words.rowid" if needs_brief else meant.tables
    rows = db.rows(
        f"SELECT {meant.row} FROM {tables} WHERE {meant.where}"  # noqa: S608  (constants)
        f" ORDER BY {by}, {meant.row} LIMIT ? OFFSET ?",
        (*values, limit, offset),
    )
    return [row for (row,) in rows]


def _hits(db: Database, rows: Sequence[int], marker: Marker) -> Iterator[Hit]:
    found = in_rows(db, rows)
    stored = [found[row] for row in rows]
    shown = {heads[0].record.id: kind_of(heads[0].record) for heads in stored}
    others = {ident for heads in stored for ident in _named(heads[0].record)}.difference(shown)
    refs = of_kinds(db, shown) | (all_shortest(db, others) if others else {})
    return (_hit(heads, refs, marker) for heads in stored)


def _hit(found: Sequence[Stored], refs: Mapping[str, str], marker: Marker) -> Hit:
    shown = found[0].record
    text, marks = marker.snippet(found)
    return Hit(
        ref=refs[shown.id],
        id=shown.id,
        kind=kind_of(shown),
        collective=found[0].collective,
        case=_first_here(refs, _cases(shown)),
        title=shown_title(shown),
        snippet=text,
        marks=marks,
        cleaned=not isinstance(shown, kinds.Filed) or shown.scrub.cleaned,
        told_of=_first_here(refs, _tellings(shown)),
        text_source=shown.text_source if isinstance(shown, kinds.Filed) else None,
    )


def _named(record: kinds.AnyRecord) -> Iterator[str]:
    """The ids of the other records that a hit names by reference."""
    return filter(None, (*_cases(record), *_tellings(record)))


def _cases(record: kinds.AnyRecord) -> tuple[str | None, ...]:
    return (record.case, *(record.cases if isinstance(record, kinds.Person) else ()))


def _tellings(record: kinds.AnyRecord) -> tuple[str | None, ...]:
    return record.transcript_of, record.translation_of


def _first_here(refs: Mapping[str, str], idents: Iterable[str | None]) -> str | None:
    """The ref of the first of these records that has arrived."""
    return next((refs[ident] for ident in idents if ident is not None and ident in refs), None)
