"""What narrows a search: filters as conditions on ``brief``, the few numbers of each record that answers at all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from archive.errors import UsageError
from archive.index.cipher import Database
from archive.index.query import DEPTHS, Asked, Depth, Term, encodable, parse, widened
from archive.index.vocabulary import alike
from archive.language.fold import fold
from archive.records import edtf
from archive.speech import tr

Sort = Literal["relevance", "date", "added"]
_GRADE = re.compile("(?=.)([A-F]?)([1-6]?)")


class Filters(Struct, frozen=True, kw_only=True):
    """What may be asked for: ``since`` and ``until`` EDTF dates; ``act`` a code; ``grade`` a letter, a digit or both.

    ``exact``: words as they are typed, in no other form and no other script. Without ``text``: by filters alone.
    """

    text: str = ""
    exact: bool = False
    kinds: tuple[str, ...] = ()
    case: str | None = None
    person: str | None = None
    collective: str | None = None
    since: str | None = None
    until: str | None = None
    tag: str | None = None
    place: str | None = None
    act: str | None = None
    language: str | None = None
    grade: str | None = None
    sort: Sort = "relevance"
    limit: int = 20
    offset: int = 0


class Query(Filters, frozen=True, kw_only=True):
    """What the index is asked: ``case``, ``person`` and ``collective`` are ids.

    ``agreed`` are the ids of those who consented; then only what is about nobody else is found.
    """

    agreed: tuple[str, ...] | None = None


class Sifted(Struct, frozen=True):
    """A query as SQL: of which tables, on which condition, with which values, the first of them what words match."""

    tables: str
    where: str
    values: tuple[object, ...]
    asked: Asked
    place: Asked
    has_filters: bool

    @property
    def row(self) -> str:
        """The column that holds the row of a record."""
        return "words.rowid" if self.terms else "brief.row"

    @property
    def terms(self) -> tuple[Term, ...]:
        """Everything that words are looked for by; empty for filters alone."""
        return tuple(term for group in self.asked.wanted + self.place.wanted for term in group)

    def nearest(self) -> Iterator[tuple[object, ...]]:
        """The values that find what has the very words; then those for other forms alone; then for other letters."""
        before = ""
        for depth in DEPTHS[: self.asked.deepest() + 1]:
            match = _match(self.asked, self.place, depth)
            if match != before:
                yield match + (f" NOT ({before})" if before else ""), *self.values[1:]
            before = match


def _match(asked: Asked, place: Asked, depth: Depth = 2) -> str:
    """Both together in the language of FTS5; empty when everything matches."""
    within = place.match() and f"place : ({place.match()})"
    return " AND ".join(f"({match})" for match in (asked.match(depth), within) if match)


_PEOPLE = "'about', 'mentions', 'consent', 'affects', 'part', 'related'"
_DONE = "(SELECT record FROM link WHERE target = ? AND role = 'act-type')"
_AFFECTED = f"(SELECT target FROM link WHERE role = 'affects' AND record IN {_DONE})"  # noqa: S608  (constants)
_FILTERS = {
    "case": "(brief.row IN (SELECT row FROM record WHERE id = ?)"
    " OR brief.row IN (SELECT record FROM link WHERE target = ? AND role = 'case'))",
    "person": "(brief.row IN (SELECT row FROM record WHERE id = ?)"  # noqa: S608
    f" OR brief.row IN (SELECT record FROM link WHERE target = ? AND role IN ({_PEOPLE})))",
    "collective": "brief.collective = (SELECT row FROM collective WHERE id = ?)",
    "since": "brief.last >= ?",
    "until": "brief.first <= ?",
    "tag": "brief.row IN (SELECT record FROM link WHERE target = ? AND role = 'tag')",
    "language": "(brief.language = ? OR brief.language GLOB ? || '-*')",
    # the acts, the people they were done to, and what is about these
    "act": f"(brief.row IN {_DONE} OR brief.row IN (SELECT row FROM record WHERE id IN {_AFFECTED})"  # noqa: S608
    f" OR brief.row IN (SELECT record FROM link WHERE role = 'about' AND target IN {_AFFECTED}))",
    # graded by itself, a source as such, or told by such a source
    "grade": "brief.row IN (SELECT row FROM record WHERE id IN (SELECT target FROM link WHERE role IN"
    " (SELECT 'grade:' || value FROM json_each(?))) UNION SELECT record FROM link WHERE role IN"
    " (SELECT 'grade:' || value FROM json_each(?)) AND target = '' UNION SELECT says.record FROM link AS graded"
    " JOIN record ON record.row = graded.record JOIN link AS says ON says.target = record.id AND says.role = 'says'"
    " WHERE graded.role IN (SELECT 'grade:' || value FROM json_each(?)) AND graded.target = '')",
    "agreed": "(brief.row IN (SELECT row FROM record WHERE id IN (SELECT value FROM json_each(?)))"
    " OR (brief.row IN (SELECT record FROM link WHERE role = 'about' AND target IN (SELECT value FROM json_each(?)))"
    " AND NOT EXISTS (SELECT 1 FROM link WHERE record = brief.row AND role = 'about'"
    " AND target NOT IN (SELECT value FROM json_each(?)))))",
}


def sifted(db: Database, query: Query) -> Sifted:
    """Read a query; UsageError for one without words, too long, or with a date or grade that is none."""
    asked = parse(query.text)
    place = _place(query)
    if not query.exact:
        asked = widened(asked, lambda word: alike(db, word))
        place = widened(place, lambda word: alike(db, word))
    where, values = [], list[object]()
    match = _match(asked, place)
    if match:
        where.append("words MATCH ?")
        values.append(match)
    filters = _filters(query)
    if filters or query.kinds or not match:
        where.append("brief.row" + (" = words.rowid" if match else " > 0"))
    if asked.unwanted:
        row = "words.rowid" if match else "brief.row"
        where.append(f"{row} NOT IN (SELECT rowid FROM words WHERE words MATCH ?)")  # noqa: S608  (constants)
        values.append(asked.exclude())
    if query.kinds:
        where.append(f"brief.kind IN ({', '.join('?' * len(query.kinds))})")
        values.extend(map(encodable, query.kinds))
    for name, value in filters:
        where.append(_FILTERS[name])
        values.extend([value] * _FILTERS[name].count("?"))
    has_filters = bool(filters or query.kinds)
    tables = "words" + (", brief" if has_filters else "") if match else "brief"
    return Sifted(tables, " AND ".join(where), tuple(values), asked, place, has_filters)


def _place(query: Query) -> Asked:
    if not query.place:
        return Asked()
    asked = parse(query.place)
    return Asked(asked.wanted)


def _filters(query: Query) -> list[tuple[str, object]]:
    """The filters that are set, each with its value as the tables hold it."""
    values: dict[str, object] = {
        "case": query.case,
        "person": query.person,
        "collective": query.collective,
        "since": query.since and number_of(edtf.bounds(edtf.parse(query.since))[0]),
        "until": query.until and number_of(edtf.bounds(edtf.parse(query.until))[1]),
        "tag": query.tag and fold(query.tag),
        "language": query.language,
        "act": query.act and f"act:{query.act}",
        "grade": query.grade and _grades(query.grade),
        "agreed": None if query.agreed is None else json.dumps(query.agreed),
    }
    found = [(name, value) for name, value in values.items() if value is not None and value != ""]
    return [(name, encodable(value) if isinstance(value, str) else value) for name, value in found]


def number_of(day: str) -> int:
    """A day, ``YYYY-MM-DD``, as ``brief`` holds it."""
    return int(day.replace("-", ""))


def _grades(typed: str) -> str:
    """The grades that are meant by ``B2``, ``B`` or ``2``, as JSON."""
    said = _GRADE.fullmatch(typed.upper())
    if said is None:
        raise UsageError(tr("That is not a grade."), tr("Write B2, or B (how reliable), or 2 (how credible)."))
    return json.dumps([letter + digit for letter in said[1] or "ABCDEF" for digit in said[2] or "123456"])
