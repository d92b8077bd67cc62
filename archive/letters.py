"""How wide text is on a terminal."""

from __future__ import annotations

import re
import unicodedata

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def columns(word: str) -> int:
    """How wide a word is shown: marks and colours take no room, wide letters two columns."""
    bare = _COLOUR.sub("", word)
    return sum(
        0 if unicodedata.combining(letter) else 1 + (unicodedata.east_asian_width(letter) in "WF") for letter in bare
    )
