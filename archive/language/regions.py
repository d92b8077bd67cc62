"""From a place to its region: what a dossier may say of where something was. Pure; the table is ``regions.toml``.

A place is known by its region's own name or by a larger town of it, in any of our scripts and inflected. What is not in
the table, or may be in two regions, has no region: the caller leaves it out. So has what only looks like a town of the
table: a street, a district or a new town called after it, a part of a longer name, a river.
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
_HYPHENS = ("-", "‐", "‑")
_OF_REGION = re.compile("(?:обл|край|кра[юєя]|воєвод|воевод|респуб|oblast|region|kraj|vojvod|wojew|voivod|repub)", re.I)
"""What an adjective of a town has to stand before, or of a voivodeship behind, to mean the region."""
_OTHER = re.compile(
    r"^(?:нов|стар|мал|вел|верхн|нижн|красн|біл|бел|nov|star|mal|velk|horn|doln|now|wiel|górn|dług)"
    r"\w{0,4}$|^(?:new|old|great|upper|lower|street|avenue|road|square)$|(?:[сцз]ьк|[сц]к|sk|ck|zk|dzk)(?:ого|ої|ому|[аеєиіїоуюя][йїмхюяе]?|iego|iej|[yiíýáéaeu]\w?)$",
    re.I,
)
"""What makes another town of one, before or behind it: Нова Одеса, Ростов Великий, Trenčianske Teplice."""
_ABOVE = ("nad", "над", "pod", "pri", "na")
_INTO = re.compile(
    "[вузісм]|із|зі|из|від|от|до|під|под|г|місто|город|біля|около|in|from|to|near|at|v|ve|z|ze|do|u|w|we", re.I
)
"""After these words, or none, a town that is also a river is meant as a town."""
_OF_TOWNS_IN_SK = ("", "a", "u", "e", "ie", "om", "em", "ovi")  # Минске, not минский
_BUCKET = 2  # letters of a key that no inflection changes


class _Table(Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    rivers: tuple[str, ...]
    exact: tuple[str, ...]
    rows: tuple[str, ...]


class _Entry(Struct, frozen=True):
    """One spelling of a region or of a town in it, word by word."""

    region: int
    words: tuple[str, ...]
    is_region: bool


@cache
def _table() -> _Table:
    return msgspec.toml.decode(resources.files(__package__).joinpath("regions.toml").read_bytes(), type=_Table)


@cache
def _rows() -> tuple[tuple[tuple[str, ...], str], ...]:
    """Each region's names in the order of ``LANGUAGES``, and its other spellings and towns."""
    rows = (tuple(row.split(" | ")) for row in _table().rows)
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
    found = list(_found(place))
    for level in (True, False):
        regions = {entry.region for entry, is_region in found if is_region is level}
        if regions:
            return _rows()[regions.pop()][0][LANGUAGES.index(language)] if len(regions) == 1 else None
    return None


@cache
def names() -> frozenset[str]:
    """What regions are called in every language: whole names, none of which tells more than a region."""
    return frozenset(name for called, _ in _rows() for name in called)


class _Words:
    """The words of a place, and what stands beside a stretch of them."""

    def __init__(self, place: str) -> None:
        self._place, self._found = place, list(_WORD.finditer(place))
        self.raw = [word[0] for word in self._found]

    def between(self, at: int) -> str:
        """What stands between a word and the one before; empty where there is none."""
        return self._place[self._found[at - 1].end() : self._found[at].start()] if 0 < at < len(self.raw) else ""

    def beside(self, at: int, step: int) -> str:
        """The word before (-1) or after (1) one, if nothing but blanks stand between."""
        return self.raw[at + step] if self.between(max(at, at + step)).isspace() else ""


def _found(place: str) -> Iterator[tuple[_Entry, bool]]:
    """The entries that a place names, the longest where several begin, and whether as a region or as a town."""
    words, at = _Words(place), 0
    while at < len(words.raw):
        here = [entry for entry in _beginning(words.raw[at]) if _stands(entry, words.raw[at : at + len(entry.words)])]
        longest = max((len(entry.words) for entry in here), default=1)
        for entry in here:
            if len(entry.words) == longest and not _is_part(words, at, at + longest):
                if _is_region(entry, words, at):
                    yield entry, True
                elif _is_town(entry, words, at):
                    yield entry, False
        at += longest


def _is_part(words: _Words, start: int, end: int) -> bool:
    """Whether hyphens make a stretch a part of another town's name, or of a way from town to town."""
    if words.between(start) in _HYPHENS:
        return True
    if words.between(end) not in _HYPHENS:
        return False
    rest = words.raw[end]
    return _OTHER.search(rest) is not None or any(_stands(entry, [rest]) for entry in _beginning(rest))


def _is_region(entry: _Entry, words: _Words, at: int) -> bool:
    """Whether the region is meant: by its name, by an adjective with the word for it, or as Poles write it."""
    first, end = words.raw[at], at + len(entry.words) - 1
    if entry.words[0].islower():  # a voivodeship
        return first.islower() or first.endswith("ie") or _OF_REGION.match(words.beside(at, -1)) is not None
    if _is_derived(entry, words.raw[end]):
        return _OF_REGION.match(words.beside(end, 1)) is not None
    return entry.is_region


def _is_town(entry: _Entry, words: _Words, at: int) -> bool:
    """Whether the town itself is meant, and no other that is called after it."""
    end = at + len(entry.words) - 1
    before, after, then = words.beside(at, -1), words.beside(end, 1), words.beside(end + 1, 1)
    if entry.words[0].islower() or _is_derived(entry, words.raw[end]) or after in _ABOVE:
        return False
    if " ".join(entry.words) in _table().rivers:
        return not before or _INTO.fullmatch(before) is not None
    behind = after[:1].isupper() and not then.islower() and _OTHER.search(after) is not None
    return not behind and not (before[:1].isupper() and _OTHER.search(before) is not None)


def _beginning(word: str) -> set[_Entry]:
    if not word[0].isupper() and not _POLISH.fullmatch(word):
        return set()
    return {entry for key in keys(word) for entry in _buckets().get(key[:_BUCKET], ())}


def _stands(entry: _Entry, words: Sequence[str]) -> bool:
    return len(words) == len(entry.words) and all(map(_is, words, entry.words))


def _is(word: str, name: str) -> bool:
    """Whether ``word`` is a form of ``name``, or an adjective of it."""
    return word.casefold() == name.casefold() if name in _table().exact else _fits(word, _stems(name))


def _is_derived(entry: _Entry, word: str) -> bool:
    """Whether ``word`` is an adjective of a town, or somebody from there, and no form of its name."""
    name = entry.words[-1]
    known = keys(name)
    if any(key.endswith(("sk", "ck")) for key in known):
        return not any(key == one + ending for key in keys(word) for one in known for ending in _OF_TOWNS_IN_SK)
    longest = max(map(len, known))
    own = (
        (stem, kind)
        for stem, kind in _stems(name)
        if (any(key.startswith(stem) for key in known) if kind == e.ADJECTIVE else len(stem) <= longest)
    )
    return not _fits(word, frozenset(own))


def _fits(word: str, forms: frozenset[tuple[str, int]]) -> bool:
    return any(
        (key[:cut], kind) in forms for key in keys(word) for cut in range(1, len(key) + 1) for kind in _kinds(key[cut:])
    )


@cache
def _stems(name: str) -> frozenset[tuple[str, int]]:
    """Its stems; a short one is also something else, so few of its forms count. No place is somebody's (Mnichovo)."""
    found = stems(name, "uk" if _CYRILLIC.search(name) else "cs", "place")
    plain = (e.NOUN, e.ADJECTIVE)
    return frozenset(
        (stem, kind)
        for stem, kind in found
        if kind != e.POSSESSIVE and (len(stem) > 3 or kind == e.BARE or (len(stem) == 3 and kind in plain))
    )


@cache
def _kinds(ending: str) -> tuple[int, ...]:
    every = (e.NOUN, e.ADJECTIVE, e.SOFTENED, e.PALATAL, e.BARE, e.LONG_ADJECTIVE)
    return tuple(kind for kind in every if ending in e.endings(kind))
