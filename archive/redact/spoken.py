"""Numbers in words, as somebody dictates or remembers them: a telephone, a passport, digit by digit or in tens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from typing import NamedTuple

import msgspec
from msgspec import Struct

from archive.redact import months

_LEAST = 6  # words in a row: fewer are an amount, an age or a year
_DIGITS = 7  # in them, as of the shortest telephone number
_WORD = re.compile(r"\w+(?:['’ʼ]\w+)?")
_MONTH = 24  # characters that the name of a month has at most, with what follows it
_HOUSE = 120  # characters that the numbers of house and flat have at most
_SPACE = r"[ \u00a0\n]{1,2}"
_HOMES = (
    r"дом[уе]?|домом|будин(?:ок|ку|ка|ком)|буд|дім|(?:dům|domě|domu)(?: číslo)?|house(?: number)?|корпус[еу]?|čp|č\.p"
    "|číslo popisné"
)
_FLATS = (
    "квартир[аіыиуе]|квартирою|квартирой|кв|под[ъ'’]?їзд|п[іо]д['’ъ]?[їе]зд[іеу]?|byt[ěu]?|bytu číslo"
    "|flat|apartment|apt"
)
_GAP = r"(?:[\s,.;:()/–—-]{1,3}(?:(?:і|й|та|и|a|and|plus|плюс)\s)?)"


class _Numerals(Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    words: dict[str, str]
    ordinals: dict[str, str]
    hundreds: dict[str, str]
    thousands: dict[str, str]


class _Values(NamedTuple):
    """The value of each number word, of each ordinal, and the words that make hundreds and thousands."""

    words: dict[str, int]
    ordinals: dict[str, int]
    hundreds: frozenset[str]
    thousands: frozenset[str]


@cache
def _values() -> _Values:
    raw = resources.files(__package__).joinpath("numerals.toml").read_bytes()
    table = msgspec.toml.decode(raw, type=_Numerals)
    hundreds, thousands = (frozenset(one["words"].split()) for one in (table.hundreds, table.thousands))
    return _Values(_by_word(table.words), _by_word(table.ordinals), hundreds, thousands)


def _by_word(rows: dict[str, str]) -> dict[str, int]:
    return {word: int(value) for value, words in rows.items() for word in words.split()}


def _one_of(words: Iterable[str]) -> str:
    """A regular expression for any of ``words``, whole."""
    return months.any_of(sorted(words, key=len, reverse=True)) + r"(?!\w)"


def lowered(text: str) -> str:
    """``text`` in small letters, each where it stood: only the Turkish İ would become two."""
    return text.replace("İ", "i").lower()


@cache
def _number() -> str:
    """A number word, or a word that makes hundreds."""
    values = _values()
    return _one_of({*values.words, *values.hundreds})


@cache
def _row() -> re.Pattern[str]:
    """Number words in a row, groups of digits among them."""
    one = rf"(?:{_number()}|\d{{1,4}}(?!\w))"
    return re.compile(rf"(?<!\w){_number()}(?:{_GAP}{one}){{{_LEAST - 1},40}}")


@cache
def _piece() -> re.Pattern[str]:
    """Number words in a row, however few, or digits that nothing parts."""
    return re.compile(rf"(?<!\w)(?:{_number()}(?:{_GAP}{_number()}){{0,40}}|\d{{1,12}}(?!\w))")


class _Days(NamedTuple):
    """A day, the month behind it, the month before it, and the year."""

    day: re.Pattern[str]
    month_after: re.Pattern[str]
    month_before: re.Pattern[str]
    year: re.Pattern[str]


@cache
def _day() -> _Days:
    values = _values()
    tens = _one_of(word for table in values[:2] for word, value in table.items() if value in (20, 30))
    low = _one_of(word for word, value in values.ordinals.items() if value <= 31)
    day = rf"(?:{tens}[ -])?{low}"
    year = _one_of({*values.words, *values.ordinals, *values.hundreds, *values.thousands})
    more = rf"(?:(?:{_SPACE}|-)(?:(?:and|a|і|и){_SPACE})?{year}){{0,6}}"
    patterns = (
        rf"(?<!\w){day}",
        rf"{_SPACE}(?:of{_SPACE})?(?P<m>{months.names()})(?!\w)",
        rf"(?<!\w)(?P<m>{months.names()}){_SPACE}(?:the{_SPACE})?$",
        rf",?{_SPACE}(?:(?:19|20)\d\d(?!\d)|{year}{more})",
    )
    return _Days(*(re.compile(one) for one in patterns))


@cache
def _home() -> re.Pattern[str]:
    """A house or a flat and its number."""
    one = rf"(?:{_number()}|\d{{1,4}}[а-яa-z]?(?!\w))"
    many = rf"{one}(?:[ -]{one}){{0,4}}"
    alone = rf"(?!{_one_of(word for word, value in _values().words.items() if value == 1)}(?! ?,? ?{_number()}))"
    more = rf"(?:[ ,]{{1,3}}(?:{_HOMES}|{_FLATS}|/)[ .:№#]{{0,3}}{many})"
    begun = rf"(?:(?:{_HOMES})[ .:№#]{{1,3}}{alone}|(?:{_FLATS})[ .:№#]{{1,3}})"
    return re.compile(rf"(?<!\w){begun}{many}{more}{{0,3}}")


@cache
def _after_street() -> re.Pattern[str]:
    """The number of a house as it follows the name of a street."""
    one = rf"(?:{_number()}|\d{{1,4}}[а-яa-z]?(?!\w))"
    return re.compile(rf"(?:(?:[ ,]{{1,3}}|[/-])(?:(?:{_HOMES}|{_FLATS})[ .№#]{{0,3}})?{one}){{1,6}}")


def house_after(text: str, at: int) -> int:
    """The end of the numbers of house and flat that follow ``at``, in digits or words; ``at`` where there are none."""
    match = _after_street().match(lowered(text[at : at + _HOUSE]))
    return at + match.end() if match else at


def homes(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every house or flat that is told by its number, in digits or words."""
    yield from (match.span() for match in _home().finditer(lowered(text)))


def pieces(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and digits of every number in ``text``, however short."""
    for match in _piece().finditer(lowered(text)):
        yield match.start(), match.end(), _digits(_WORD.findall(match.group()))


def days(text: str) -> Iterator[tuple[int, int, tuple[int | None, int, int]]]:
    """Start and end of every day that is said in words, and its year (if it is told), month and day."""
    values, said, text = _values(), _day(), lowered(text)
    for match in said.day.finditer(text):
        start, end = match.span()
        day = sum(values.ordinals.get(one) or values.words.get(one, 0) for one in _WORD.findall(match.group()))
        if after := said.month_after.match(text, end):
            month, end = after["m"], after.end()
        elif before := said.month_before.search(text[max(0, start - _MONTH) : start]):
            month, start = before["m"], start - len(before.group())
        else:
            continue
        year = said.year.match(text, end)
        if 1 <= day <= 31:
            told = _year(_WORD.findall(year.group())) if year else None
            yield start, year.end() if year else end, (told, months.number(month), day)


def _year(words: list[str]) -> int | None:
    """A year in words: nineteen ninety-one, тисяча дев'ятсот дев'яносто першого; None where it is none."""
    values = _values()
    year = last = 0
    for word in words:
        value = int(word) if word.isdecimal() else values.words.get(word) or values.ordinals.get(word, 0)
        if word in values.thousands:
            year, last = 1000 * (year or 1), 0
        elif word in values.hundreds:
            year, last = year - last + 100 * last, 0
        elif value:
            year = year * 100 + value if 10 <= year <= 20 and value >= 10 else year + value
            last = value
    year += 1900 if 40 < year < 100 else 2000 if 0 < year <= 40 else 0
    return year if 1900 <= year < 2100 else None


def runs(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and digits of every row of number words that can be a telephone's or a paper's number."""
    for match in _row().finditer(lowered(text)):
        digits = _digits(_WORD.findall(match.group()))
        if len(digits) >= _DIGITS:
            yield match.start(), match.end(), digits


def _digits(words: list[str]) -> str:
    """What is to be dialled: each word a number of its own, unless it goes on with the one before (сорок п'ять)."""
    values, hundreds = _values().words, _values().hundreds
    told: list[str] = []
    room = 1  # below what value the next word still belongs to the last number
    for word in words:
        value = int(word) if word.isdecimal() else values.get(word)
        if word in hundreds and told:
            told[-1], room = str(int(told[-1]) * 100), 100
        elif value is None:
            continue  # a plus, an and
        elif 0 < value < room and not word.isdecimal():
            told[-1] = str(int(told[-1]) + value)
            room = 10 if value >= 20 else 1
        else:
            told.append(word if word.isdecimal() else str(value))
            room = 1 if word.isdecimal() else 100 if value >= 100 else 10 if value >= 20 else 1
    return "".join(told)
