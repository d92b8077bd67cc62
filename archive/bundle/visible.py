"""Text without characters that nobody sees: they hide words from readers, and marked copies are told apart by them.

Of our own words, one of a single letter stands beside the next.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_ALONE = re.compile(r"(?<![^\s(„«])([^\W\d_жб]) (?=\S)")
_PARTICLE = re.compile(r"(?<=\S) ([жб])(?!\w)")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """``text`` as a dossier may show it; to be asked for before names are looked for, as what goes may part a name."""
    return _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00ad\n", "-\n"))


def bound(text: str, language: str) -> str:
    """``text`` of ours as lines may break it: not within SHA-256, nor, but in English, after a word of one letter.

    The particles ж and б stay with the word before them.
    """
    whole = text.replace("SHA-256", "SHA\u2011256")
    return whole if language == "en" else _PARTICLE.sub("\u00a0\\1", _ALONE.sub("\\1\u00a0", whole))


def every_text(value: object, change: Callable[[str], str]) -> object:
    """The same with each text in it changed so."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: every_text(held, change) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [every_text(held, change) for held in value]
    return value
