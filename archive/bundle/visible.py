"""Text without characters that nobody sees: they hide words from readers, and marked copies are told apart by them."""

from __future__ import annotations

import re

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """``text`` as a dossier may show it; to be asked for before names are looked for, as what goes may part a name."""
    return _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00ad\n", "-\n"))


def each_visible(value: object) -> object:
    """The same of every text in it."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {key: each_visible(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [each_visible(held) for held in value]
    return value
