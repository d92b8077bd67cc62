"""Tables of a dossier as CSV: the exhibits, the acts, the numbers. No cell begins a formula in any program.

Every cell is quoted. One that begins with a sign from which spreadsheets make a formula (``=``, ``+``, ``-``, ``@`` and
their wide forms, behind spaces too) gets an apostrophe before it, which they show as text. So does such a sign inside
of a cell, behind what parts cells or lines: where a comma is for decimals, spreadsheets cut at semicolons instead.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

from archive.bundle.content import Dossier, Exhibit
from archive.bundle.entries import Entry
from archive.bundle.exhibit_words import of_exhibit, what_it_is
from archive.bundle.facts import FactName, called
from archive.bundle.facts_html import line_of
from archive.bundle.labels import Labels, labels
from archive.bundle.saying import grouped, place_called

_SPACES, _SIGN = r"[\s\ufeff'\"]*", r"[=+\-@|%\u2212\uff1d\uff0b\uff0d\uff20]"
_FORMULA = re.compile(_SPACES + _SIGN)
_FORMULA_INSIDE = re.compile(rf"([;\t|\n\v\f\r\x1c-\x1e\x85\u2028\u2029]{_SPACES})(?={_SIGN})")
_Row = Sequence[str]


def files(dossier: Dossier) -> Iterator[tuple[str, bytes]]:
    """Name and content of each table that has a line."""
    for name, rows in _tables(dossier).items():
        if len(rows) > 1:
            yield f"{name}.csv", written(rows)


def written(rows: Sequence[_Row]) -> bytes:
    """Rows as CSV in UTF-8, each cell quoted and none a formula."""
    held = io.StringIO()
    csv.writer(held, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([list(map(safe, row)) for row in rows])
    return held.getvalue().encode()


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    inside = _FORMULA_INSIDE.sub(r"\1'", cell)
    return f"'{inside}" if _FORMULA.match(cell) else inside


def own(dossier: Dossier) -> Iterator[str]:
    """Every whole cell that is ours: headings, and what codes, dates and designations say."""
    words = labels(dossier.language)
    yield from filter(None, (dossier.mark,))
    tables = _tables(dossier)
    for rows in tables.values():
        yield from rows[0]
    for row in tables["numbers"]:
        yield from row
    for exhibit in dossier.exhibits:
        yield from filter(None, _of_exhibit(exhibit, words, dossier.language)[:11])
    for act in dossier.acts:
        yield from filter(None, (_sources(act),))
        for _, _, values in grouped(act, words, dossier.language):
            yield from (one.ours for one in values if one.ours)


def _tables(dossier: Dossier) -> dict[str, list[_Row]]:
    """The rows of each, headings first; every row ends with the mark of the dossier, from which its numbers are."""
    words, language = labels(dossier.language), dossier.language
    names = tuple(dict.fromkeys(fact.name for act in dossier.acts for fact in act.facts))
    numbers = words.column_quarter, words.column_region, words.column_act, words.column_acts, words.column_people
    exhibits = (
        words.exhibit, words.kind, words.concerns, words.when, words.got, words.known, words.may, words.translates,
        words.language, words.file, "SHA-256", place_called(dossier.profile, language), words.title,
    )  # fmt: skip
    tables: dict[str, list[_Row]] = {
        "exhibits": [exhibits, *(_of_exhibit(one, words, language) for one in dossier.exhibits)],
        "acts": [
            (words.number, *(called(name, language) for name in names), words.source),
            *(_of_act(act, names, words, language) for act in dossier.acts),
        ],
        "numbers": [numbers, *(line_of(cell, words, language) for cell in dossier.table)],
    }
    if dossier.mark is None:
        return tables
    return {
        name: [(*heading, words.mark), *((*row, dossier.mark) for row in rows)]
        for name, (heading, *rows) in tables.items()
    }


def _of_exhibit(one: Exhibit, words: Labels, language: str) -> _Row:
    """What is ours first, then what is theirs."""
    told = dict(of_exhibit(one, words, language))
    return (
        str(one.number),
        ": ".join(what_it_is(one, words, language)),
        *(told.get(label, "") for label in (words.concerns, words.when, words.got, words.known, words.may)),
        str(one.translates or ""),
        told.get(words.language, ""),
        "; ".join(one.files),
        "; ".join(one.sha256),
        one.place or "",
        one.title.text if one.title else "",
    )


def _of_act(act: Entry, names: Sequence[FactName], words: Labels, language: str) -> _Row:
    told = {
        name: "; ".join(part for one in values for part in (one.theirs.text if one.theirs else "", one.ours) if part)
        for name, _, values in grouped(act, words, language)
    }
    return (str(act.number), *(told.get(name, "") for name in names), _sources(act))


def _sources(act: Entry) -> str:
    """The exhibits that tell of it."""
    return ", ".join(map(str, act.exhibits))
