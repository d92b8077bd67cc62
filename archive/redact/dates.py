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
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_NUMERAL = "XI{0,2}|I?[VX]|VI{1,3}|I{1,3}"
_CODED = re.compile(  # as passports and forms have it: 12 MAR 73, 21APR1987, 5.VIII.2023, 12/III-73
    rf"(?<![\w./-])(?P<d>\d{{1,2}})(?:{_GAP}?-?(?P<m>JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)"
    rf"(?:{_GAP}?/{_GAP}?[^\W\d_]{{3,4}})?{_GAP}?-?"
    rf"|(?:{_GAP}?[./-]{_GAP}?(?P<r>{_NUMERAL})|{_GAP}(?P<r2>{_NUMERAL})(?=[./-]|{_GAP}\d{{4}}))[./-]?{_GAP}?)"
    r"(?P<y>\d{4}|\d{2})(?!\w)"
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
    coded = set[int]()  # where such a date begins: of 12 MAR 73 the words alone would leave the year
    for match in _CODED.finditer(text):
        month = months.number(match["m"].lower()) if match["m"] else 1 + _ROMAN.index(match["r"] or match["r2"])
        if 1 <= int(match["d"]) <= 31:
            coded.add(match.start())
            yield match.start(), match.end(), Day(_year(match["y"]), month, int(match["d"]))
    for match in _worded().finditer(spoken.lowered(text)):
        word = match["m"] or match["m2"]
        year = match["y"] or match["y2"]
        number = int(match["d"] or match["d2"])
        if 1 <= number <= 31 and match.start() not in coded:
            yield match.start(), match.end(), Day(int(year) if year else None, months.number(word), number)
    for start, end, said in spoken.days(text):
        yield start, end, Day(*said)


def _numeric(match: re.Match[str]) -> Day | None:
    if match["iy"]:
        year, month, day = int(match["iy"]), int(match["im"]), int(match["id"])
    else:
        year, month, day = _year(match["y"]), int(match["m"]), int(match["d"])
    if month > 12 >= day:
        month, day = day, month
    return Day(year, month, day) if 1 <= month <= 12 and 1 <= day <= 31 else None


def _year(digits: str) -> int:
    return int(digits) + (0 if len(digits) > 2 else 1900 if int(digits) > 40 else 2000)


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
