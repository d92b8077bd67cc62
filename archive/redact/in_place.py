"""What stands in the place of what was hidden: its kind in brackets, in the language of the dossier."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

import msgspec
from msgspec import Struct

from archive.redact.profile import Actions

WORDLESS = ("mask", "capital")
"""What nobody said more of than that it is hidden."""
_LANGUAGES = ("en", "uk", "ru", "cs")
_DATES = ("date", "birth_date", "birth_number")


class _Said(Struct, frozen=True, forbid_unknown_fields=True):
    """One kind in each language that a dossier comes in."""

    en: str
    uk: str
    ru: str
    cs: str


@cache
def _words() -> Mapping[str, _Said]:
    data = resources.files(__package__).joinpath("in_place.toml").read_bytes()
    read = msgspec.toml.decode(data, type=dict[str, _Said])
    if set(read) != set(Actions.__struct_fields__) - set(WORDLESS):
        raise ValueError("in_place.toml: a category has no words")
    return read


def bracketed(category: str, language: str) -> str:
    """``[phone]``, ``[телефон]`` …; an ellipsis for what has no kind."""
    if category in WORDLESS:
        return "[…]"
    said: str = getattr(_words()[category], language)
    return f"[{said}]"


@cache
def hidden() -> re.Pattern[str]:
    """What may stand in the place of something, in any language."""
    said = {bracketed(category, language) for category in (*WORDLESS, *_words()) for language in _LANGUAGES}
    return re.compile("|".join(map(re.escape, sorted(said))))


@cache
def _dates() -> re.Pattern[str]:
    said = (bracketed(category, language) for category in _DATES for language in _LANGUAGES)
    return re.compile("|".join(map(re.escape, said)))


def after_dates(text: str) -> str:
    """``text`` after the last date that was hidden in it: what is told before such a date is told of that one."""
    return _dates().split(text)[-1]
