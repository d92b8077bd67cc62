"""The months as eight languages name them, inflected and short."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from importlib import resources

import msgspec
from msgspec import Struct


class _Months(Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    starts: tuple[str, ...]
    short: tuple[str, ...]


@cache
def _months() -> tuple[dict[str, int], dict[str, int]]:
    """Months by the beginning of their names, longest first, and by short form."""
    raw = resources.files(__package__).joinpath("months.toml").read_bytes()
    table = msgspec.toml.decode(raw, type=_Months)
    starts = {start: month for month, row in enumerate(table.starts, 1) for start in row.split()}
    short = {word: month for month, row in enumerate(table.short, 1) for word in row.split()}
    return dict(sorted(starts.items(), key=lambda pair: -len(pair[0]))), short


@cache
def names() -> str:
    """A regular expression for the name of a month, in small letters."""
    starts, short = _months()
    return f"(?:{any_of(starts)}[^\\W\\d_]{{0,6}}|{any_of(short)}(?![^\\W\\d_]))"


def any_of(words: Iterable[str]) -> str:
    """A regular expression for any of ``words``, earlier ones first, quick as it looks at the first letter."""
    by_letter: dict[str, list[str]] = defaultdict(list)
    for word in words:
        by_letter[word[0]].append(re.escape(word[1:]))
    return "(?:" + "|".join(f"{re.escape(letter)}(?:{'|'.join(rest)})" for letter, rest in by_letter.items()) + ")"


def number(name: str) -> int:
    """Which month a casefolded ``name`` that ``names`` found is: 1 to 12."""
    starts, short = _months()
    return short.get(name) or next(month for start, month in starts.items() if name.startswith(start))
