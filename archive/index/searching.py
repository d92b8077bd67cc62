"""Full text search with filters: what is found, in which order, and what a hit shows.

A person is found by the names of their identity record too, and shown by pseudonym: names are in the search table
only, which holds no text, so no snippet can be made of them. What has the very words comes before what has other forms
of them, and that before what spells them in other letters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from archive.errors import UsageError
from archive.index.cipher import Database
from archive.index.filters import Query, Sifted, Sort, sifted
from archive.index.query import encodable
from archive.index.reading import Stored, in_rows
from archive.index.refs import all_shortest
from archive.index.schema import WEIGHTS
from archive.index.snippets import Marker
from archive.index.vocabulary import alike
from archive.index.words import RAW_WORD, keys, shown_title
from archive.records import kinds
from archive.speech import tr

MOST_RANKED = 40_000  # more hits than these are shown newest first: ranking reads every one of them
_DATED_TIES = 400  # up to so many hits, of two that rank alike the newer comes first: its day has to be read for each
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
    dated = total <= _DATED_TIES or meant.has_filters
    rows = _page(db, meant, query, sort, dated=dated) if total > query.offset else []
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


def _page(db: Database, meant: Sifted, query: Query, sort: Sort, *, dated: bool) -> list[int]:
    """The page asked for, as rows of records; ``dated``: of those that rank alike, the newer first."""
    if sort != "relevance":
        by = "brief.first DESC, brief.last DESC" if sort == "date" else "brief.added DESC"
        return _rows(db, meant, meant.values, by, query.limit, query.offset)
    by = f"bm25(words, {WEIGHTS})" + (", brief.first DESC" if dated else "")
    rows, skip = list[int](), query.offset
    for values in meant.nearest():  # what is nearer is asked for by itself: mostly it fills the page
        found = _rows(db, meant, values, by, query.limit - len(rows), skip)
        skip = 0 if found or not skip else skip - _total(db, meant, values)
        rows += found
        if len(rows) == query.limit:
            break
    return rows


def _rows(db: Database, meant: Sifted, values: Sequence[object], by: str, limit: int, offset: int) -> list[int]:
    """Some of what ``values`` find in this order."""
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
    refs = all_shortest(db, (ident for heads in stored for ident in _named(heads[0].record)))
    return (_hit(heads, refs, marker) for heads in stored)


def _hit(found: Sequence[Stored], refs: Mapping[str, str], marker: Marker) -> Hit:
    shown = found[0].record
    text, marks = marker.snippet(found)
    return Hit(
        ref=refs[shown.id],
        id=shown.id,
        kind=str(shown.__struct_config__.tag),
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
    """The ids of all records that a hit names by reference, itself first."""
    return filter(None, (record.id, *_cases(record), *_tellings(record)))


def _cases(record: kinds.AnyRecord) -> tuple[str | None, ...]:
    return (record.case, *(record.cases if isinstance(record, kinds.Person) else ()))


def _tellings(record: kinds.AnyRecord) -> tuple[str | None, ...]:
    return record.transcript_of, record.translation_of


def _first_here(refs: Mapping[str, str], idents: Iterable[str | None]) -> str | None:
    """The ref of the first of these records that has arrived."""
    return next((refs[ident] for ident in idents if ident is not None and ident in refs), None)
