"""Numbers in words, as somebody dictates or remembers them: a telephone, a passport, digit by digit or in tens."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib import resources

import msgspec
from msgspec import Struct

_LEAST = 6  # words in a row: fewer are an amount, an age or a year
_DIGITS = 7  # in them, as of the shortest telephone number
_GAP = r"(?:[\s,.;:()/–—-]{1,3}(?:(?:і|й|та|и|a|and|plus|плюс)\s)?)"


class _Numerals(Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    words: dict[str, str]
    hundreds: dict[str, str]


@cache
def _values() -> tuple[dict[str, int], frozenset[str]]:
    """The value of each word, and the words that make hundreds."""
    raw = resources.files(__package__).joinpath("numerals.toml").read_bytes()
    table = msgspec.toml.decode(raw, type=_Numerals)
    values = {word: int(value) for value, words in table.words.items() for word in words.split()}
    return values, frozenset(table.hundreds["words"].split())


@cache
def _row() -> re.Pattern[str]:
    """Number words in a row, groups of digits among them; looked for by their first letter."""
    values, hundreds = _values()
    by_letter: dict[str, list[str]] = defaultdict(list)
    for word in sorted({*values, *hundreds}, key=len, reverse=True):
        by_letter[word[0]].append(re.escape(word[1:]))
    word = "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in by_letter.items())
    one = rf"(?:(?:{word})(?!\w)|\d{{1,4}}(?!\w))"
    return re.compile(rf"(?<!\w)(?:{word})(?!\w)(?:{_GAP}{one}){{{_LEAST - 1},40}}", re.IGNORECASE)


def runs(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and digits of every row of number words that can be a telephone's or a paper's number."""
    for match in _row().finditer(text):
        digits = _digits(re.findall(r"\w+(?:['’ʼ]\w+)?", match.group().casefold()))
        if len(digits) >= _DIGITS:
            yield match.start(), match.end(), digits


def _digits(words: list[str]) -> str:
    """What is to be dialled: each word a number of its own, unless it goes on with the one before (сорок п'ять)."""
    values, hundreds = _values()
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
