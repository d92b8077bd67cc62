"""Given names that are one name, and towns with several names: tables from TOML, read on first use.

``given.toml`` and ``places.toml`` are data with a version; what a collective adds has the same shape.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import resources

import msgspec
from msgspec import Struct

from archive.language.keys import keys

_VOWELS = "aeiou"
_OFFICIAL = 3  # names at the head of a row: as papers of Ukraine, Russia and Belarus have it
_FORMAL = 4  # names at the head of a row; patronymics are not made of what a father is called at home


class Given(Struct, frozen=True, forbid_unknown_fields=True):
    """Rows of names separated by spaces; one row is one name, those of ``english`` as they are spelled alone."""

    version: int
    female: tuple[str, ...] = ()
    male: tuple[str, ...] = ()
    english: tuple[str, ...] = ()


class Places(Struct, frozen=True, forbid_unknown_fields=True):
    """Rows of towns; an underscore stands for the space inside a name."""

    version: int
    places: tuple[str, ...] = ()


class Ordinary(Struct, frozen=True, forbid_unknown_fields=True):
    """Words that are names too: ``words`` by dictionary form, ``forms`` as they stand, ``function`` everywhere."""

    version: int
    words: str
    forms: str
    function: str


class Called(Struct, frozen=True, forbid_unknown_fields=True):
    """Words that look like somebody's given name: ``words`` in small letters, ``capital`` also with one.

    ``frequent`` are such words too, though they may be a surname; ``offices`` are no name made of another one.
    """

    version: int
    words: str
    capital: str
    frequent: str
    offices: str


def _read(file: str) -> bytes:
    """The bytes of a data file of this package."""
    return resources.files(__package__).joinpath(file).read_bytes()


@cache
def _given() -> Given:
    return msgspec.toml.decode(_read("given.toml"), type=Given)


@cache
def _given_rows() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(row.split()) for row in (*_given().female, *_given().male))


@cache
def _given_index() -> dict[str, tuple[int, ...]]:
    """Rows by every key of every name in them."""
    return _index(_given_rows())


@cache
def _fathers_index() -> dict[str, tuple[int, ...]]:
    """Rows by the keys of their names without final vowels, as patronymics show them."""
    index: dict[str, tuple[int, ...]] = {}
    for key, rows in _given_index().items():
        stem = key.rstrip(_VOWELS)
        index[stem] = tuple(dict.fromkeys(index.get(stem, ()) + rows))
    return index


@cache
def _places_index() -> tuple[tuple[tuple[str, ...], ...], dict[str, tuple[int, ...]]]:
    table = msgspec.toml.decode(_read("places.toml"), type=Places)
    rows = tuple(tuple(row.replace("_", " ") for row in line.split()) for line in table.places)
    return rows, _index(rows)


def _index(rows: tuple[tuple[str, ...], ...]) -> dict[str, tuple[int, ...]]:
    index: dict[str, tuple[int, ...]] = {}
    for number, row in enumerate(rows):
        for key in {key for name in row for key in keys(name)}:
            index[key] = (*index.get(key, ()), number)
    return index


def _members(rows: tuple[tuple[str, ...], ...], index: dict[str, tuple[int, ...]], name: str) -> tuple[str, ...]:
    numbers = dict.fromkeys(number for key in keys(name)[:1] for number in index.get(key, ()))
    return tuple(dict.fromkeys(member for number in numbers for member in rows[number]))


def given_equivalents(name: str) -> tuple[str, ...]:
    """Every name that is the same given name as ``name``; empty when the table does not know it."""
    return _members(_given_rows(), _given_index(), name)


def english_equivalents(name: str) -> tuple[str, ...]:
    """What else somebody of this name is called in English; spelled so, and not as it sounds."""
    rows = (row.split() for row in _given().english)
    return tuple(dict.fromkeys(member for row in rows if name in row for member in row))


def place_equivalents(name: str) -> tuple[str, ...]:
    """The names of the same town in other languages; empty when the table does not know it."""
    return _members(*_places_index(), name)


def official_names() -> Iterator[tuple[str, ...]]:
    """Rows of what one given name is in papers of several countries, and rows of the names of one town; of one word."""
    yield from (row[:_OFFICIAL] for row in _given_rows())
    yield from (tuple(name for name in row if " " not in name) for row in _places_index()[0])


def father_names(stem: str) -> tuple[str, ...]:
    """The keys of the formal names of everybody who may be called ``stem`` (a key without final vowels)."""
    numbers = _fathers_index().get(stem, ())
    formal = (name for number in numbers for name in _given_rows()[number][:_FORMAL])
    return tuple(dict.fromkeys(keys(name)[0] for name in formal))


@cache
def _ordinary() -> Ordinary:
    return msgspec.toml.decode(_read("ordinary.toml"), type=Ordinary)


@cache
def ordinary_words() -> frozenset[str]:
    """Dictionary words that are surnames, places or given names too, folded to keys."""
    return frozenset(key for word in _ordinary().words.split() for key in keys(word)[:1])


@cache
def ordinary_forms() -> frozenset[str]:
    """Casefolded forms that are ordinary words though they look like a name inflected."""
    return frozenset(_ordinary().forms.casefold().split()) | called_words()


@cache
def _called() -> Called:
    return msgspec.toml.decode(_read("called.toml"), type=Called)


@cache
def called_words() -> frozenset[str]:
    """Casefolded words that look like a given name and are nobody's, also where they open a sentence."""
    return frozenset(_called().words.split())


@cache
def frequent_words() -> frozenset[str]:
    """Casefolded words that look like a given name and in small letters are nobody's; surnames some of them are."""
    return frozenset(_called().frequent.split())


@cache
def offices() -> frozenset[str]:
    """Casefolded names of offices that look like a given name."""
    return frozenset(_called().offices.split())


@cache
def always_capital() -> frozenset[str]:
    """Casefolded words that look like a given name and have a capital anywhere: German ones, forms of address."""
    return frozenset(_called().capital.split())


@cache
def function_words() -> frozenset[str]:
    """Casefolded words so frequent that one which opens a sentence says nothing about a name."""
    return frozenset(_ordinary().function.casefold().split())
