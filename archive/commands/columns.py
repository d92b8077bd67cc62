"""Two texts in two columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from itertools import zip_longest

from archive.terminal import safe

WIDTH = 79


def side_by_side(left: str, right: str) -> Iterator[str]:
    """Two stored texts, paragraph beside paragraph, each line made safe."""
    half = (WIDTH - 3) // 2
    for one, two in zip_longest(left.split("\n\n"), right.split("\n\n"), fillvalue=""):
        for left_line, right_line in zip_longest(_wrapped(one, half), _wrapped(two, half), fillvalue=""):
            yield f"{left_line:<{half}} | {right_line}".rstrip()
        yield ""


def _wrapped(text: str, width: int) -> list[str]:
    return [piece for line in text.split("\n") for piece in textwrap.wrap(safe(line), width) or [""]]
