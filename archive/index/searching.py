"""Full text search with filters, and the snippet around what was found.

A person is found by the names of their identity record too, and shown by pseudonym: names are in the search table
only, which holds no text, so no snippet can be made of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct

from archive.errors import NotFoundError, UsageError
from archive.index.cipher import Database
from archive.index.query import Asked, Term, encodable, parse
from archive.index.reading import Stored, heads
from archive.index.refs import shortest
from archive.index.schema import WEIGHTS
from archive.index.words import Word, keys, shown_fields, shown_text, shown_title, words
from archive.language.fold import fold
from archive.records import edtf, kinds

MOST_RANKED = 20_000  # more hits than these are shown newest first: ranking reads every one of them
LARGEST_PAGE = 1_000
_BEFORE, _LENGTH = 60, 180  # characters of a snippet: before the hit, and in all
_STEP, _OVERLAP = 1_000, 400  # characters of a text that are looked through at a time

Sort = Literal["relevance", "date", "added"]


class Query(Struct, frozen=True, kw_only=True):
    """What is asked. ``case`` and ``person`` are ids; ``since`` and ``until`` EDTF dates; no ``text``: filters only."""

    text: str = ""
    kinds: tuple[str, ...] = ()
    case: str | None = None
    person: str | None = None
    collective: str | None = None
    since: str | None = None
    until: str | None = None
    tag: str | None = None
    place: str | None = None
    sort: Sort = "relevance"
    limit: int = 20
    offset: int = 0


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
    text_source: str | None = None
    told_of: str | None = None


class Results(Struct, frozen=True, kw_only=True):
    """``total`` records match; ``hits`` is the page asked for; ``sort`` is how they were sorted in fact."""

    total: int
    hits: tuple[Hit, ...]
    sort: Sort


def search(db: Database, query: Query) -> Results:
    """Find; UsageError for a query without words, too long, or with a date or page that is none."""
    if not 1 <= query.limit <= LARGEST_PAGE or not 0 <= query.offset < 2**31:
        raise UsageError("There is no such page of results.", f"--limit goes from 1 to {LARGEST_PAGE}.")
    asked = parse(query.text)
    source, where, values = _conditions(query, asked)
    total = int(db.rows(f"SELECT count(*) FROM {source} WHERE {where}", values)[0][0])  # noqa: S608  (constants)
    sort = query.sort
    if sort == "relevance" and (not asked.wanted or total > MOST_RANKED):
        sort = "date"
    rows = db.rows(
        "SELECT record.id, collective.id FROM "  # noqa: S608  (constants)
        f"{source} JOIN collective ON collective.row = record.collective WHERE {where}"
        f" ORDER BY {_ORDERS[sort]}, record.id LIMIT ? OFFSET ?",
        (*values, query.limit, query.offset),
    )
    terms = tuple(term for group in asked.wanted for term in group)
    return Results(total=total, hits=tuple(_hit(db, heads(db, *row), terms) for row in rows), sort=sort)


def namesakes(db: Database, text: str, collective: str) -> tuple[str, ...]:
    """Persons whose sealed names begin as words of ``text`` do."""
    found = [key[:_BEGINNING] for key in keys(encodable(text)) if len(key) > 1]
    if not found:
        return ()
    match = " OR ".join(f'names : "{key}" *' for key in dict.fromkeys(found[:_MOST_WORDS]))
    rows = db.rows(
        "SELECT DISTINCT record.id FROM words JOIN record ON record.row = words.rowid WHERE words MATCH ?"  # noqa: S608
        f" AND record.binned = 0 AND {_FILTERS['collective']} ORDER BY record.id LIMIT {_MOST_ALIKE}",
        (match, collective),
    )
    return tuple(str(person) for (person,) in rows)


_BEGINNING, _MOST_WORDS, _MOST_ALIKE = 3, 60, 200  # letters; words of a text; persons


_ORDERS: dict[Sort, str] = {
    "relevance": f"bm25(words, {WEIGHTS}), record.first_day DESC",
    "date": "record.first_day DESC",
    "added": "record.created DESC",
}
# as in words.words_of
_ANSWERING = (
    "record.binned = 0 AND record.kind NOT IN"
    " ('identity', 'paper', 'recipient', 'capture-facts', 'custody', 'collective', 'member', 'recovery', 'term')"
)
_FILTERS = {
    "case": "(record.id = ? OR record.row IN (SELECT record FROM link WHERE role = 'case' AND target = ?))",
    "person": "(record.id = ? OR record.row IN (SELECT record FROM link WHERE role IN ('about', 'mentions', 'consent')"
    " AND target = ?))",
    "collective": "record.collective = (SELECT row FROM collective WHERE id = ?)",
    "since": "record.last_day >= ?",
    "until": "record.first_day <= ?",
    "tag": "record.row IN (SELECT record FROM link WHERE role = 'tag' AND target = ?)",
    "place": "instr(record.place, ?) > 0",
}


def _conditions(query: Query, asked: Asked) -> tuple[str, str, list[object]]:
    """Tables, condition and values."""
    where, values = [_ANSWERING], list[object]()
    source = "record"
    if asked.wanted:
        source = "words JOIN record ON record.row = words.rowid"
        where.append("words MATCH ?")
        values.append(asked.match())
    if asked.unwanted:
        where.append("record.row NOT IN (SELECT rowid FROM words WHERE words MATCH ?)")
        values.append(asked.exclude())
    if query.kinds:
        where.append(f"record.kind IN ({', '.join('?' * len(query.kinds))})")
        values.extend(query.kinds)
    for name, value in _filters(query):
        where.append(_FILTERS[name])
        values.extend([value] * _FILTERS[name].count("?"))
    return source, " AND ".join(where), [encodable(str(value)) for value in values]


def _filters(query: Query) -> list[tuple[str, str]]:
    """The filters that are set, each with its value as the tables hold it."""
    values = {
        "case": query.case,
        "person": query.person,
        "collective": query.collective,
        "since": query.since and edtf.bounds(edtf.parse(query.since))[0],
        "until": query.until and edtf.bounds(edtf.parse(query.until))[1],
        "tag": query.tag and fold(query.tag),
        "place": query.place and fold(query.place),
    }
    return [(name, value) for name, value in values.items() if value]


def _hit(db: Database, found: Sequence[Stored], terms: Sequence[Term]) -> Hit:
    shown = found[0].record
    snippet, marks = _snippet(found, terms)
    return Hit(
        ref=shortest(db, shown.id),
        id=shown.id,
        kind=str(shown.__struct_config__.tag),
        collective=found[0].collective,
        case=_case(db, shown),
        title=shown_title(shown),
        snippet=snippet,
        marks=marks,
        cleaned=not isinstance(shown, kinds.Filed) or shown.scrub.cleaned,
        text_source=shown.text_source if isinstance(shown, kinds.Filed) else None,
        told_of=_first_here(db, (shown.transcript_of, shown.translation_of)),
    )


def _case(db: Database, record: kinds.AnyRecord) -> str | None:
    cases = record.cases if isinstance(record, kinds.Person) else ()
    return _first_here(db, (record.case, *cases))


def _first_here(db: Database, idents: Iterable[str | None]) -> str | None:
    """The ref of the first of these records that has arrived."""
    for ident in filter(None, idents):
        try:
            return shortest(db, ident)
        except NotFoundError:
            continue
    return None


def _snippet(found: Sequence[Stored], terms: Sequence[Term]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The first place where a term stands, in the text, else in the small fields; else the beginning of the text."""
    texts = [show(stored.record) for stored in found for show in (shown_text, shown_fields)]
    for text in texts:
        spans = _spans(text, terms)
        if spans:
            return _window(text, spans)
    return _window(next(filter(None, texts), ""), ())


def _spans(text: str, terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Where terms stand in the first part of the original text that has one; parts overlap by more than a phrase."""
    for start in range(0, len(text) if terms else 0, _STEP):
        # cut at spaces, so that no half word is taken for a whole one
        low = max(text.find(" ", start, start + _OVERLAP), start) if start else 0
        end = start + _STEP + _OVERLAP
        part = text[low : max(text.rfind(" ", start + _STEP, end), start + _STEP) if end < len(text) else len(text)]
        folded = fold(part)
        if any(all(key in folded for key in term.keys) for term in terms):
            spans = [(low + first, low + last) for first, last in _spans_of(part, terms)]
            if spans:
                return spans
    return []


def _spans_of(part: str, terms: Sequence[Term]) -> list[tuple[int, int]]:
    seen: list[Word] = []
    spans: list[tuple[int, int]] = []
    for word in words(part):
        seen.append(word)
        for term in terms:
            if term.ends_with(word.keys[-1:]):
                spans += _ending_here(term, seen[-len(term.keys) :])
    return _merged(sorted(spans))


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that do not overlap, so that a caller can cut the text at them."""
    apart: list[tuple[int, int]] = []
    for start, end in spans:
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def _ending_here(term: Term, tail: Sequence[Word]) -> list[tuple[int, int]]:
    """The span of ``term`` if it ends with the last word of ``tail``; a word of the text may have several keys."""
    found: tuple[str, ...] = ()
    for word in reversed(tail):
        found = word.keys + found
        if len(found) >= len(term.keys):
            return [(word.start, tail[-1].end)] if found[:-1] == term.keys[:-1] else []
    return []


def _window(text: str, spans: Sequence[tuple[int, int]]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The part of the text around the first span, cut at spaces, with the spans counted from its beginning."""
    start = max(0, spans[0][0] - _BEFORE) if spans else 0
    if start:
        start = max(text.find(" ", start, spans[0][0]) + 1, start)
    end = (
        len(text)
        if len(text) <= start + _LENGTH
        else max(text.rfind(" ", start, start + _LENGTH), start + _LENGTH // 2)
    )
    before, after = "…" if start else "", "…" if end < len(text) else ""
    shift = len(before) - start
    marks = tuple((low + shift, min(high, end) + shift) for low, high in spans if start <= low < end)
    return before + text[start:end] + after, marks
