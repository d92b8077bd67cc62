"""Days as people speak of them, seen from a day: "yesterday", "two weeks ago", "on Tuesday", "last month". Pure.

The words stand in ``dates.toml``, in the languages of the archive, all read at once. Whatever is counted in weeks is
about right and no more; what is counted in months or years is told by month or year.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import NamedTuple

_COUNT = re.compile(r"\d{1,3}")
_STEPS = {"day": 1, "week": 7}


class Table(NamedTuple):
    """The data file, by word: months, seasons, weekdays and counts as numbers, units, other words by what they do."""

    numbers: Mapping[str, int]
    weekdays: Mapping[str, int]
    counts: Mapping[str, int]
    units: Mapping[str, str]
    does: Mapping[str, frozenset[str]]


class Seen(NamedTuple):
    """From which day a date is seen, and whether what comes is meant and not what was."""

    day: date
    ahead: bool


@cache
def table() -> Table:
    """The words."""
    told = tomllib.loads(files("archive.records").joinpath("dates.toml").read_text(encoding="utf-8"))

    def numbered(*parts: str) -> dict[str, int]:
        found = ((bare(word), number) for part in parts for number, words in told[part].items() for word in words)
        return {word: int(number) for word, number in found}

    return Table(
        numbered("months", "seasons"),
        numbered("weekdays"),
        numbered("counts"),
        {bare(word): unit for unit, words in told["units"].items() for word in words},
        {name: frozenset(map(bare, words)) for name, words in told["words"].items()},
    )


def bare(text: str) -> str:
    """Small letters without accents, one space between words."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    apart = re.sub(r"(?<=\d\.)(?=[^\W\d])|(?<=\bmid)-", " ", plain.replace(",", " "))  # 3.března, mid-March
    return " ".join(apart.split())


def relative(text: str, seen: Seen) -> str | None:
    """The date in EDTF that bare words mean from a day; None if they are none of these."""
    does, today = table().does, seen.day
    for name, days in (("today", 0), ("yesterday", -1), ("before_yesterday", -2), ("tomorrow", 1)):
        if text in does[name]:
            return (today + timedelta(days=days)).isoformat()
    for name, years in (("this_year", 0), ("last_year", -1), ("year_before", -2)):
        if text in does[name]:
            return f"{today.year + years:04}"
    if text in does["unknown"] and not seen.ahead:
        return f"../{today.isoformat()}"
    words = [word.rstrip(".") for word in text.split(" ")]
    while words and words[0] in does["filler"] - does["hence"] - table().units.keys():
        words = words[1:]
    return _counted(words, seen) or _weekday(words, seen)


def with_year(text: str, seen: Seen) -> str:
    """The text with a number where it says "last year" or "loni"."""
    for name, years in (("this_year", 0), ("last_year", -1), ("year_before", -2)):
        for phrase in sorted(table().does[name], key=len, reverse=True):
            if f" {phrase} " in f" {text} ":
                return f" {text} ".replace(f" {phrase} ", f" {seen.day.year + years:04} ").strip()
    return text


def _counted(words: Sequence[str], seen: Seen) -> str | None:
    """ "Two weeks ago", "před týdnem", "last month", and for what is to come "in two weeks"."""
    does = table().does
    if len(words) < 2:
        return None
    if words[-1] in does["ago"]:
        return _steps(words[:-1], -1, seen)
    if words[0] in does["before"]:
        return _steps(words[1:], -1, seen)
    if words[0] in does["hence"] and seen.ahead:
        return _steps(words[1:], 1, seen)
    if len(words) == 2 and words[0] in does["last"] | does["next"]:
        return _steps(words[1:], -1 if words[0] in does["last"] else 1, seen)
    return None


def _steps(words: Sequence[str], sign: int, seen: Seen) -> str | None:
    """So many units before or after the day."""
    *count, unit = words
    step = table().units.get(unit)
    number = _number(count)
    if step is None or number is None:
        return None
    try:
        if step in _STEPS:
            day = seen.day + timedelta(days=sign * number * _STEPS[step])
            return day.isoformat() + ("~" if step == "week" else "")
        months = seen.day.year * 12 + seen.day.month - 1 + sign * number * (12 if step == "year" else 1)
        day = date(months // 12, months % 12 + 1, 1)
    except (ValueError, OverflowError):
        return None
    return f"{day.year:04}" if step == "year" else f"{day.year:04}-{day.month:02}"


def _number(words: Sequence[str]) -> int | None:
    if not words:
        return 1
    if len(words) > 1:
        return None
    return int(words[0]) if _COUNT.fullmatch(words[0]) else table().counts.get(words[0])


def _weekday(words: Sequence[str], seen: Seen) -> str | None:
    """The nearest such day: today counts, unless it is the last or the next one that is meant."""
    does = table().does
    which, name = (words[0], words[1]) if len(words) == 2 else ("", words[0] if len(words) == 1 else "")
    number = table().weekdays.get(name)
    if number is None or (which and which not in does["last"] | does["next"] | does["this"]):
        return None
    forward = which in does["next"] or (seen.ahead and which not in does["last"])
    away = (number - seen.day.isoweekday()) % 7 if forward else (seen.day.isoweekday() - number) % 7
    if away == 0 and which in does["last"] | does["next"]:
        away = 7
    return (seen.day + timedelta(days=away if forward else -away)).isoformat()
