"""Dates as people type them, in en, uk, ru and cs, made into EDTF: "3.11.", "spring", "about 2024". Pure.

The words stand in ``dates.toml``. All languages are read at once: nobody should have to say in which one they type. A
date without a year is the last one that has been: who tells what happened speaks of the past. What is ambiguous is read
day first, as people here write; whoever calls shows what was understood.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from archive.errors import UsageError
from archive.records import edtf
from archive.speech import tr

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*\.?")
_DASH = re.compile(r"\s+[-–—]\s+|\s*[–—]\s*")
_DAY = re.compile(r"(\d{1,2})[./]\s?(\d{1,2})(?:[./]\s?(\d{4}|\d{2})?)?")
_MONTH = re.compile(r"(\d{1,2})[./](\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")
_YEAR = re.compile(r"\d{4}")
_DECADE = re.compile(r"(\d{3})0s")


class _Table(NamedTuple):
    """The data file, by word: months and seasons as numbers, other words by what they do."""

    numbers: Mapping[str, int]
    does: Mapping[str, frozenset[str]]


class _Seen(NamedTuple):
    """From which day a date is seen, and whether what comes is meant and not what was."""

    day: date
    ahead: bool


def read(text: str, today: str, *, ahead: bool = False) -> str:
    """The EDTF date that ``text`` means, seen from ``today`` (``YYYY-MM-DD``); UsageError if it is none.

    ``ahead``: without a year, the next such day is meant, as of a term that runs.
    """
    given = text.strip()
    try:
        return edtf.parse(given)
    except UsageError:
        pass
    found = _span(_bare(given), _Seen(date.fromisoformat(today), ahead))
    if found is None:
        raise UsageError(
            tr("That is not a date."), tr("Write 3.11.2024, 11/2024, spring 2024, about 2024, or 2024-03/2024-05.")
        )
    return edtf.parse(found)


@cache
def _table() -> _Table:
    told = tomllib.loads(files("archive.records").joinpath("dates.toml").read_text(encoding="utf-8"))
    numbers = {
        _bare(word): int(number)
        for part in ("months", "seasons")
        for number, words in told[part].items()
        for word in words
    }
    return _Table(numbers, {name: frozenset(map(_bare, words)) for name, words in told["words"].items()})


def _bare(text: str) -> str:
    """Small letters without accents, one space between words."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    return " ".join(plain.replace(",", " ").split())


def _span(text: str, seen: _Seen) -> str | None:
    """A point, or from one to another."""
    does = _table().does
    first, _, rest = text.partition(" ")
    if first in does["between"]:
        return _pair(_split(rest, does["and"]), seen)
    if len(sides := _DASH.split(text)) == 2:
        return _pair((sides[0], sides[1]), seen)
    if first in does["since"]:
        both = _pair(_split(rest, does["until"]), seen)
        return both or _side(_point(rest, seen), "{}/..")
    if first in does["until"]:
        return _side(_point(rest, seen), "../{}")
    return _point(text, seen)


def _split(text: str, at: frozenset[str]) -> tuple[str, str] | None:
    words = text.split(" ")
    places = [number for number, word in enumerate(words) if word in at]
    return (" ".join(words[: places[0]]), " ".join(words[places[0] + 1 :])) if places else None


def _pair(sides: tuple[str, str] | None, seen: _Seen) -> str | None:
    """Both sides; the first takes the year of the second where it has none of its own."""
    if sides is None:
        return None
    last = _point(sides[1], seen)
    if last is None:
        return None
    day = _DAY.fullmatch(sides[0])
    if re.search(r"\d{4}", sides[0]) or (day and day[3]):
        first = _point(sides[0], seen)
    else:
        first = _point(f"{sides[0]}{last[:4]}", seen) or _point(f"{sides[0]} {last[:4]}", seen)
    if first is None or edtf.bounds(first)[0] > edtf.bounds(last)[1]:
        return None
    return f"{first}/{last}"


def _side(point: str | None, shape: str) -> str | None:
    return None if point is None else shape.format(point)


def _point(text: str, seen: _Seen) -> str | None:
    """One date with its doubt."""
    does, doubt = _table().does, set[str]()
    if text.endswith("?"):
        text, doubt = text[:-1].strip(), {"?"}
    for mark, name in (("~", "about"), ("?", "perhaps")):
        kept = [word for word in text.split(" ") if word.rstrip(".") not in does[name]]
        if len(kept) < len(text.split(" ")):
            text, doubt = " ".join(kept), doubt | {mark}
    found = _exact(text.strip("~ "), seen)
    if found is None:
        return None
    if "~" in text:
        doubt.add("~")
    return found + ("%" if len(doubt) == 2 else "".join(doubt))


def _exact(text: str, seen: _Seen) -> str | None:
    relative = _relative(text, seen)
    if relative is not None:
        return relative
    if match := _MONTH.fullmatch(text):
        return _checked(int(match[2]), int(match[1]))
    if match := _DAY.fullmatch(text):
        return _dated(int(match[1]), int(match[2]), _year(match[3], seen), seen)
    if match := _ISO.fullmatch(text):
        return _checked(int(match[1]), int(match[2]), int(match[3]) if match[3] else None)
    if match := _DECADE.fullmatch(text):
        return f"{match[1]}X"
    return _in_words(text, seen)


def _relative(text: str, seen: _Seen) -> str | None:
    does, today = _table().does, seen.day
    if text in does["today"]:
        return today.isoformat()
    for name, days in (("yesterday", -1), ("tomorrow", 1)):
        if text in does[name]:
            return (today + timedelta(days=days)).isoformat()
    if text in does["this_year"]:
        return f"{today.year:04}"
    return f"{today.year - 1:04}" if text in does["last_year"] else None


def _in_words(text: str, seen: _Seen) -> str | None:
    """A year alone, or a month or season with or without day and year; anything not understood makes it none."""
    table, month, day, year = _table(), None, None, None
    for token in text.split(" "):
        word = token.rstrip(".")
        if word in table.numbers and month is None:
            month = table.numbers[word]
        elif _YEAR.fullmatch(word) and year is None:
            year = int(word)
        elif re.fullmatch(r"\d{1,2}(st|nd|rd|th|-?го|-?е)?", word) and day is None:
            day = int(re.match(r"\d+", word)[0])  # type: ignore[index]  # it begins with digits
        elif word not in table.does["filler"] or not word:
            return None
    if month is None:
        return f"{year:04}" if year is not None and day is None else None
    if month > 12:
        return None if day is not None else f"{year or _nearest(_season(month), seen):04}-{month}"
    return _dated(day, month, year, seen) if day is not None else _checked(year or _nearest((month, 1), seen), month)


def _season(number: int) -> tuple[int, int]:
    return 3 * (number - 20), 1


def _nearest(start: tuple[int, int], seen: _Seen) -> int:
    """The year in which a month and day were last reached, or will be next."""
    today = (seen.day.month, seen.day.day)
    if seen.ahead:
        return seen.day.year if start >= today else seen.day.year + 1
    return seen.day.year if start <= today else seen.day.year - 1


def _year(typed: str | None, seen: _Seen) -> int | None:
    """Two digits are of this century, unless that would be far in the future."""
    if typed is None or len(typed) == 4:
        return int(typed) if typed else None
    year = seen.day.year // 100 * 100 + int(typed)
    return year if year <= seen.day.year + (20 if seen.ahead else 1) else year - 100


def _dated(day: int, month: int, year: int | None, seen: _Seen) -> str | None:
    return _checked(year or _nearest((month, day), seen), month, day)


def _checked(year: int, month: int, day: int | None = None) -> str | None:
    try:
        date(year, month, day or 1)
    except ValueError:
        return None
    return f"{year:04}-{month:02}" + (f"-{day:02}" if day is not None else "")
