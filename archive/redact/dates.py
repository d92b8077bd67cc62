"""Dates inside texts, in numbers or words of eight languages, and what stays of them: the month.

A full date becomes ``MM/YYYY``, the same in every language, so that the shape tells nothing; a day without a year
becomes ``MM/XXXX``. Years alone stay. Two-digit years from 41 on belong to the twentieth century.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from msgspec import Struct

from archive.redact import in_place, months, spoken
from archive.redact.span import Span

_GAP = r"[ \u00a0\u202f]"
_NUMERIC = re.compile(
    rf"(?<![\d./-])(?:(?P<d>\d{{1,2}})(?P<s>{_GAP}?[./\-–]{_GAP}?)(?P<m>\d{{1,2}})(?:{_GAP}?[./\-–]{_GAP}?)"
    r"(?P<y>\d{4}|\d{2})|(?P<iy>\d{4})[-./](?P<im>\d{1,2})[-./](?P<id>\d{1,2}))(?!\d)(?:T\d\d:\d\d(?::\d\d)?Z?)?"
)
_BORN_BEFORE = re.compile(
    r"(?:наро[дж]\w*|рожд\w*|родил\w*|\bнар\.?|нараджэн\w*|naro[dz]\w*|\bnar\.|urodz\w*|\bur\.|gebor\w*|\bgeb\."
    r"|\bborn\b|birth\w*|\bDOB\b)[^\n\d]{0,25}$",
    re.IGNORECASE,
)
_BORN_AFTER = re.compile(
    rf"{_GAP}?(?:рок[уи]|года?|г\.|р\.)?{_GAP}?(?:р\.{_GAP}?н\.|н\.{_GAP}?р\.|г\.{_GAP}?р\.|народження|рождения)"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


class Day(Struct, frozen=True):
    """A day as mentioned: the year may be left out."""

    year: int | None
    month: int
    day: int


@cache
def _worded() -> re.Pattern[str]:
    """Day and month in words, in either order, with or without a year."""
    month = months.names()
    ordinal = r"(?:[-‐]?(?:го|ого|ше|те|е|st|nd|rd|th)|\.)?"
    several = rf"(?:{_GAP}?(?:[-–—/]|,|та|и|і|a|and|do|до|по){_GAP}?\d{{1,2}}{ordinal})?"
    year = rf"(?:{_GAP}*,?{_GAP}*(?P<{{}}>(?:19|20)\d\d)(?!\d))?"
    return re.compile(
        rf"(?<![\d.,:])(?P<d>\d{{1,2}}){ordinal}{several}{_GAP}+(?:of{_GAP}+)?(?P<m>{month})\.?{year.format('y')}"
        rf"|\b(?P<m2>{month})\.?{_GAP}+(?P<d2>\d{{1,2}}){ordinal}{several}(?!\d|[.:]\d){year.format('y2')}",
    )


@lru_cache(maxsize=4)  # each layer asks for those of the same text
def days(text: str) -> tuple[tuple[int, int, Day], ...]:
    """Every full date of ``text`` and every day with a month: start, end, day."""
    return tuple(_days(text))


def _days(text: str) -> Iterator[tuple[int, int, Day]]:
    for match in _NUMERIC.finditer(text):
        if day := _numeric(match):
            yield match.start(), match.end(), day
    for match in _worded().finditer(spoken.lowered(text)):
        word = match["m"] or match["m2"]
        year = match["y"] or match["y2"]
        number = int(match["d"] or match["d2"])
        if 1 <= number <= 31:
            yield match.start(), match.end(), Day(int(year) if year else None, months.number(word), number)
    for start, end, said in spoken.days(text):
        yield start, end, Day(*said)


def _numeric(match: re.Match[str]) -> Day | None:
    if match["iy"]:
        year, month, day = int(match["iy"]), int(match["im"]), int(match["id"])
    else:
        year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
        if len(match["y"]) == 2:
            year += 1900 if year > 40 else 2000
    if month > 12 >= day:
        month, day = day, month
    return Day(year, month, day) if 1 <= month <= 12 and 1 <= day <= 31 else None


def find(text: str) -> list[Span]:
    """The dates of ``text``; ``birth_date`` where the words around say that somebody was born then."""
    found = []
    for start, end, _ in days(text):
        born = _BORN_BEFORE.search(text[max(0, start - 50) : start]) or _BORN_AFTER.match(text, end)
        found.append(Span(start, end, "date", None, "birth_date" if born else "date"))
    for match in _YEAR.finditer(text):
        before = in_place.after_dates(text[max(0, match.start() - 50) : match.start()])
        if _BORN_BEFORE.search(before) or _BORN_AFTER.match(text, match.end()):
            found.append(Span(match.start(), match.end(), "date", None, "birth_date"))
    return sorted(found)


def generalised(shown: str) -> str | None:
    """The month of the first date in ``shown`` as ``MM/YYYY``; None when there is none."""
    for _, _, day in days(shown):
        return f"{day.month:02}/{day.year:04}" if day.year else f"{day.month:02}/XXXX"
    return None
