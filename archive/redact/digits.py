"""Runs of digits as people write numbers: with spaces, dots, dashes, brackets or slashes between them, or in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from archive.redact import spoken

_HIDDEN = "\u00ad\u200b-\u200f\u2060\ufeff"
_RUN = re.compile(
    rf"(?<![^\W_])\(?(?:\+[ ]?|00(?=[1-9]))?\(?\d(?:[ \u00a0\u2009\u202f().\-‐‑–—/{_HIDDEN}]{{0,3}}\d){{4,24}}"
    r"(?![^\W_])"
)
_NOT_DIGIT = re.compile(r"\D")


class Run(NamedTuple):
    """``text[start:end]`` and the digits in it."""

    start: int
    end: int
    shown: str
    digits: str


@lru_cache(maxsize=4)
def runs(text: str) -> tuple[Run, ...]:
    """Every run of five digits or more, whatever stands between them, and every row of number words, in order."""
    said = (Run(start, end, digits, digits) for start, end, digits in spoken.runs(text))
    return tuple(sorted((*_written(text), *said)))


def _written(text: str) -> Iterator[Run]:
    for match in _RUN.finditer(text):
        shown = match.group()
        digits = "".join(str(int(c)) for c in _NOT_DIGIT.sub("", shown))  # other scripts have digits too
        yield Run(match.start(), match.end(), shown, digits)
