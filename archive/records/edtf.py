"""Dates as EDTF level 0-1 (ISO 8601-2): years, months, days, intervals, doubt.

Accepted: ``2024``, ``2024-03``, ``2024-03-07``, each with ``?`` (uncertain), ``~`` (approximate) or ``%`` (both);
seasons ``2024-21`` to ``2024-24``; unspecified digits ``202X``, ``2024-XX``, ``2024-03-XX``; intervals ``A/B`` with
either side open (``..``) or unknown (empty).
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from archive.errors import UsageError
from archive.speech import mark, tr

_POINT = re.compile(r"(?P<year>\d{4}|\d{3}X|\d{2}XX)(?:-(?P<month>\d\d|XX)(?:-(?P<day>\d\d|XX))?)?(?P<doubt>[?~%]?)")
_SEASONS = range(21, 25)
_SEASON = re.compile(r"(\d{4})-(2[1-4])(?!\d)")
_NAMES = (mark("spring"), mark("summer"), mark("autumn"), mark("winter"))


def parse(text: str) -> str:
    """``text`` unchanged if it is a date of the kinds above; UsageError otherwise."""
    sides = text.split("/")
    if len(sides) > 2 or not all(_is_point(side) or (len(sides) == 2 and side in ("", "..")) for side in sides):
        raise UsageError(tr("That is not a date."), tr("Write 2024, 2024-03, 2024-03-07, 2024~ or 2024-03/2024-05."))
    if not any(side not in ("", "..") for side in sides):
        raise UsageError(tr("An interval needs one side at least."), tr("Write 2024-03/.. for «since March 2024»."))
    return text


def to_month(text: str) -> str:
    """The same date with nothing finer than a month: ``2024-03-07/2024-05-01~`` becomes ``2024-03/2024-05~``.

    Of an interval within one month that month is left.
    """
    first, *last = (_point_to_month(side) for side in text.split("/"))
    return first if last == [first] and first[:4].isdigit() else "/".join((first, *last))


def without_gaps(text: str) -> str:
    """The same date without months and days that nobody knows: ``2024-03-XX~`` says no more than ``2024-03~``."""
    return text.replace("-XX", "")


def shown(text: str) -> str:
    """The same date as people read it in a list: a season by its name, the rest as it is."""
    return _SEASON.sub(lambda found: f"{tr(_NAMES[int(found[2]) - 21])} {found[1]}", text)


def bounds(text: str) -> tuple[str, str]:
    """First and last day meant, as ``YYYY-MM-DD``, for sorting and filters; open sides reach to 0000 and 9999."""
    first, _, last = text.partition("/")
    last = last if "/" in text else first
    low = _edge(first, low=True) if first not in ("", "..") else "0000-01-01"
    high = _edge(last, low=False) if last not in ("", "..") else "9999-12-31"
    return low, high


def _is_point(text: str) -> bool:
    match = _POINT.fullmatch(text)
    if match is None:
        return False
    year, month, day = match["year"], match["month"], match["day"]
    if "X" in year:
        return month is None
    if month is None or month == "XX":
        return day in (None, "XX")
    if int(month) in _SEASONS:
        return day is None
    if day in (None, "XX"):
        return 1 <= int(month) <= 12
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def _point_to_month(text: str) -> str:
    match = _POINT.fullmatch(text)
    if match is None or match["day"] is None:
        return text
    return f"{match['year']}-{match['month']}{match['doubt']}"


def _edge(text: str, *, low: bool) -> str:
    match = _POINT.fullmatch(text)
    if match is None:
        raise UsageError(tr("That is not a date."), tr("Write 2024, 2024-03 or 2024-03-07."))
    year = match["year"].replace("X", "0" if low else "9")
    month, day = match["month"], match["day"]
    if month in (None, "XX"):
        return f"{year}-01-01" if low else f"{year}-12-31"
    if int(month) in _SEASONS:  # spring begins in March; winter reaches into the next year
        start = 3 * (int(month) - 20)
        month = f"{start:02}" if low else f"{min(start + 2, 12):02}"
    last = monthrange(int(year), int(month))[1]
    return f"{year}-{month}-{day if day not in (None, 'XX') else ('01' if low else last)}"
