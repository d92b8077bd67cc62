"""From a place to its region: what a dossier may say of where something was. Pure; the table is ``regions.toml``.

A place is known by its region's own name or by a larger town of it, in any of our scripts and inflected. What is not in
the table, or may be in two regions, has no region: the caller leaves it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources

import msgspec
from msgspec import Struct

from archive.language import endings as e
from archive.language.keys import keys
from archive.language.stems import stems

LANGUAGES = ("en", "uk", "ru", "cs")
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_POLISH = re.compile(r".{3,}(?:[ks](?:ie|iego|im|iemu)|sko)")  # the names of voivodeships are written small
_BUCKET = 2  # letters of a key that no inflection changes


class _Table(Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    rows: tuple[str, ...]


class _Entry(Struct, frozen=True):
    """One spelling of a region or of a town in it, word by word."""

    region: int
    words: tuple[str, ...]
    is_region: bool


@cache
def _rows() -> tuple[tuple[tuple[str, ...], str], ...]:
    """Each region's names in the order of ``LANGUAGES``, and its other spellings and towns."""
    raw = resources.files(__package__).joinpath("regions.toml").read_bytes()
    rows = (tuple(row.split(" | ")) for row in msgspec.toml.decode(raw, type=_Table).rows)
    return tuple((row[:-1], row[-1]) for row in rows)


@cache
def _buckets() -> dict[str, tuple[_Entry, ...]]:
    """The entries by how the key of their first word begins."""
    found: dict[str, dict[_Entry, None]] = {}
    for region, (names, others) in enumerate(_rows()):
        spelled = [(name, True) for name in names] + [(one.replace("_", " "), False) for one in others.split()]
        for text, is_region in spelled:
            entry = _Entry(region, tuple(_WORD.findall(text)), is_region)
            for key in keys(entry.words[0]):
                found.setdefault(key[:_BUCKET], {})[entry] = None
    return {start: tuple(entries) for start, entries in found.items()}


def region_of(place: str, language: str) -> str | None:
    """The region in which ``place`` lies, as it is called in ``language`` (one of ``LANGUAGES``); None if not known."""
    found = list(_found(_WORD.findall(place)))
    for entries in ([entry for entry in found if entry.is_region], found):
        regions = {entry.region for entry in entries}
        if len(regions) == 1:
            return _rows()[regions.pop()][0][LANGUAGES.index(language)]
    return None


@cache
def names() -> frozenset[str]:
    """What regions are called in every language: whole names, none of which tells more than a region."""
    return frozenset(name for called, _ in _rows() for name in called)


def _found(words: Sequence[str]) -> Iterator[_Entry]:
    """The entries that stand in a row of words, the longest where several begin."""
    at = 0
    while at < len(words):
        here = [entry for entry in _beginning(words[at]) if _stands(entry, words[at : at + len(entry.words)])]
        longest = max((len(entry.words) for entry in here), default=1)
        yield from (entry for entry in here if len(entry.words) == longest)
        at += longest


def _beginning(word: str) -> set[_Entry]:
    if not word[0].isupper() and not _POLISH.fullmatch(word):
        return set()
    return {entry for key in keys(word) for entry in _buckets().get(key[:_BUCKET], ())}


def _stands(entry: _Entry, words: Sequence[str]) -> bool:
    return len(words) == len(entry.words) and all(map(_is, words, entry.words))


def _is(word: str, name: str) -> bool:
    """Whether ``word`` is a form of ``name``."""
    forms = _stems(name)
    return any(
        (key[:cut], kind) in forms for key in keys(word) for cut in range(1, len(key) + 1) for kind in _kinds(key[cut:])
    )


@cache
def _stems(name: str) -> frozenset[tuple[str, int]]:
    """Its stems; a short one is also something else, so few of its forms count."""
    found = stems(name, "uk" if _CYRILLIC.search(name) else "cs", "place")
    plain = (e.NOUN, e.ADJECTIVE)
    return frozenset(
        (stem, kind) for stem, kind in found if len(stem) > 3 or kind == e.BARE or (len(stem) == 3 and kind in plain)
    )


@cache
def _kinds(ending: str) -> tuple[int, ...]:
    every = (e.NOUN, e.ADJECTIVE, e.POSSESSIVE, e.SOFTENED, e.PALATAL, e.BARE, e.LONG_ADJECTIVE)
    return tuple(kind for kind in every if ending in e.endings(kind))
