"""Dates as people type them, in en, uk, ru and cs, made into EDTF: "3.11.", "spring", "about 2024". Pure.

The words stand in ``dates.toml``. All languages are read at once: nobody should have to say in which one they type. A
date without a year is the last one that has been: who tells what happened speaks of the past. What is ambiguous is read
day first, as people here write; whoever calls shows what was understood.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from archive.errors import UsageError
from archive.records import edtf
from archive.records.edtf_words import Seen, bare, relative, table, with_year
from archive.speech import tr

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*\.?")
_DASH = re.compile(r"\s+[-–—]\s+|\s*[–—]\s*")
_DAY = re.compile(r"(\d{1,2})[./]\s?(\d{1,2})(?:[./]\s?(\d{4}|\d{2})?)?")
_MONTH = re.compile(r"(\d{1,2})[./](\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")
_YEAR = re.compile(r"\d{4}")
_WINTER = re.compile(r"(\d{4})[/-](\d{4}|\d{2})")
_LAST_SEASON = 24
_DASHED = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})")
_DECADE = re.compile(r"(\d{3}|\d)0(?:s|-?х|\.? letech|\.? let)")
_OLD = 3  # the thirties of a century are the last one's


def read(text: str, today: str, *, ahead: bool = False) -> str:
    """The EDTF date that ``text`` means, seen from ``today`` (``YYYY-MM-DD``); UsageError if it is none.

    ``ahead``: without a year, the next such day is meant, as of a term that runs.
    """
    given = text.strip()
    try:
        return edtf.parse(given)
    except UsageError:
        pass
    found = _span(bare(given), Seen(date.fromisoformat(today), ahead))
    if found is None:
        raise UsageError(
            tr("That is not a date."), tr("Write 3.11.2024, 11/2024, spring 2024, about 2024, or 2024-03/2024-05.")
        )
    return edtf.parse(found)


def _span(text: str, seen: Seen) -> str | None:
    """A point, or from one to another."""
    does = table().does
    first, _, rest = text.partition(" ")
    if first in does["between"]:
        return _pair(_split(rest, does["and"]), seen)
    if len(sides := _DASH.split(text)) == 2 and (both := _pair((sides[0], sides[1]), seen)):
        return both
    if first in does["since"]:
        both = _pair(_split(rest, does["until"]), seen)
        return both or _side(_point(rest, seen), "{}/..")
    if first in does["until"]:
        last = "{}" if seen.ahead else "../{}"  # of a term the day itself is meant
        return _point(text, seen) or _side(_point(rest, seen), last)  # "před týdnem" is none of these
    return _point(text, seen) or _hyphened(text, seen) or _pair(_split(text, does["until"]), seen)


def _hyphened(text: str, seen: Seen) -> str | None:
    """From one to another with a hyphen between them, as in 3-5.11.2024 or March-May."""
    found = (_pair((text[:at], text[at + 1 :]), seen) for at, sign in enumerate(text) if sign == "-")
    return next(filter(None, found), None)


def _split(text: str, at: frozenset[str]) -> tuple[str, str] | None:
    words = text.split(" ")
    places = [number for number, word in enumerate(words) if word in at]
    return (" ".join(words[: places[0]]), " ".join(words[places[0] + 1 :])) if places else None


def _pair(sides: tuple[str, str] | None, seen: Seen) -> str | None:
    """Both sides; the first takes the year of the second where it has none of its own."""
    if sides is None:
        return None
    last = _point(sides[1], seen)
    if last is None:
        return None
    if re.fullmatch(r"\d{1,2}\.?", sides[0]) and len(last) == 10:
        return _ordered(f"{last[:8]}{int(sides[0].rstrip('.')):02}", last)
    day = _DAY.fullmatch(sides[0])
    if re.search(r"\d{4}", sides[0]) or (day and day[3]):
        first = _point(sides[0], seen)
    else:
        first = _point(f"{sides[0]}{last[:4]}", seen) or _point(f"{sides[0]} {last[:4]}", seen)
    return None if first is None else _ordered(first, last)


def _ordered(first: str, last: str) -> str | None:
    """Both, if the first comes first."""
    try:
        return f"{first}/{last}" if edtf.bounds(edtf.parse(first))[0] <= edtf.bounds(last)[1] else None
    except UsageError:
        return None


def _side(point: str | None, shape: str) -> str | None:
    return None if point is None else shape.format(point)


def _point(text: str, seen: Seen) -> str | None:
    """One date with its doubt."""
    does, doubt = table().does, set[str]()
    if text.endswith("?"):
        text, doubt = text[:-1].strip(), {"?"}
    for mark, name in (("~", "about"), ("?", "perhaps")):
        kept = [word for word in text.split(" ") if word.rstrip(".") not in does[name]]
        if len(kept) < len(text.split(" ")):
            text, doubt = " ".join(kept), doubt | {mark}
    found = _exact(text.strip("~ "), seen)
    if found is None:
        return None
    if found.endswith("~"):
        found, doubt = found[:-1], doubt | {"~"}
    if "~" in text:
        doubt.add("~")
    return found + ("%" if len(doubt) == 2 else "".join(doubt))


def _exact(text: str, seen: Seen) -> str | None:
    if spoken := relative(text, seen):
        return spoken
    whole, text = text, _without_filler(text)
    if match := _MONTH.fullmatch(text):
        return _checked(int(match[2]), int(match[1]))
    if match := _DAY.fullmatch(text):
        return _dated(int(match[1]), int(match[2]), _year(match[3], seen), seen)
    if match := _ISO.fullmatch(text):
        return _checked(int(match[1]), int(match[2]), int(match[3]) if match[3] else None)
    if match := _DASHED.fullmatch(text):
        return _checked(int(match[3]), int(match[2]), int(match[1]))
    if match := _DECADE.fullmatch(text):
        return f"{match[1]}X" if len(match[1]) > 1 else f"{20 if int(match[1]) < _OLD else 19}{match[1]}X"
    return _in_words(with_year(whole, seen), seen)


def _without_filler(text: str) -> str:
    """A date in numbers without "in the" before and "року" after it."""
    words, filler = text.split(" "), table().does["filler"]
    while len(words) > 1 and words[0] in filler:
        words = words[1:]
    while len(words) > 1 and words[-1].rstrip(".") in filler:
        words = words[:-1]
    return " ".join(words)


def _in_words(text: str, seen: Seen) -> str | None:
    """A year alone, or a month or season with or without day and year; anything not understood makes it none."""
    month = day = year = which = None
    for token in text.split(" "):
        word = token.rstrip(".")
        if word in table().numbers and month is None:
            month = table().numbers[word]
        elif _YEAR.fullmatch(word) and year is None:
            year = int(word)
        elif (both := _WINTER.fullmatch(word)) and year is None and _follows(both[1], both[2]):
            year, which = int(both[1]), "winter"
        elif re.fullmatch(r"\d{1,2}(st|nd|rd|th|-?го|-?е)?", word) and day is None:
            day = int(re.match(r"\d+", word)[0])  # type: ignore[index]  # it begins with digits
        elif found := next((name for name in ("last", "this", "next") if word in table().does[name]), None):
            which = found
        elif word not in table().does["filler"] or not word:
            return None
    if month is None or (which == "winter" and month != _LAST_SEASON):
        return f"{year:04}" if year is not None and day is None and which is None else None
    if month > 12:
        return None if day is not None else f"{year or _when(_season(month), 90, which, seen):04}-{month}"
    return (
        _dated(day, month, year, seen)
        if day is not None
        else _checked(year or _when((month, 1), 28, which, seen), month)
    )


def _follows(first: str, second: str) -> bool:
    """Whether a winter of two years is one: 2023/24, 2023-2024."""
    return (int(first) + 1) % 100 == int(second) % 100


def _when(start: tuple[int, int], length: int, which: str | None, seen: Seen) -> int:
    """The year of a month or season: the last or next one is never the one that is running."""
    if which == "this":
        return seen.day.year
    near = _nearest(start, Seen(seen.day, which == "next" or (seen.ahead and which != "last")))
    running = timedelta(0) <= seen.day - date(near, *start) < timedelta(length)
    return near + ((1 if which == "next" else -1) if running and which in ("last", "next") else 0)


def _season(number: int) -> tuple[int, int]:
    return 3 * (number - 20), 1


def _nearest(start: tuple[int, int], seen: Seen) -> int:
    """The year in which a month and day were last reached, or will be next."""
    today = (seen.day.month, seen.day.day)
    if seen.ahead:
        return seen.day.year if start >= today else seen.day.year + 1
    return seen.day.year if start <= today else seen.day.year - 1


def _year(typed: str | None, seen: Seen) -> int | None:
    """Two digits are of this century, unless that would be far in the future."""
    if typed is None or len(typed) == 4:
        return int(typed) if typed else None
    year = seen.day.year // 100 * 100 + int(typed)
    return year if year <= seen.day.year + (20 if seen.ahead else 1) else year - 100


def _dated(day: int, month: int, year: int | None, seen: Seen) -> str | None:
    return _checked(year or _nearest((month, day), seen), month, day)


def _checked(year: int, month: int, day: int | None = None) -> str | None:
    try:
        date(year, month, day or 1)
    except ValueError:
        return None
    return f"{year:04}-{month:02}" + (f"-{day:02}" if day is not None else "")
