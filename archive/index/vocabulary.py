"""Every word that stands in the index, once, in which languages, and how it is spelled in the alphabet of all scripts.

A search looks here for what else a word may look like: its other forms (``language.inflect``), and its name in other
letters (``language.across``). So the index of texts holds only words as they stand, and better rules need no new one.
Words that have left all texts stay; they find nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import msgspec
from msgspec import Struct

from archive.index.cipher import Database
from archive.index.words import RAW_WORD, in_one_script
from archive.index.words import keys as keys_of
from archive.language import across, dictionary, inflect
from archive.language.fold import fold
from archive.language.guess import BIT, languages_of, of_script
from archive.language.inflect import LANGUAGES
from archive.language.keys import keys

MOST_FORMS = 200  # of one word, in one search
_MOST_LOOKED_AT = 4_000  # words that begin as the one sought
_REMEMBERED = 400_000  # words that are known to stand in the tables
_SHORTEST, _LONGEST = 2, 40  # letters of a word that may have other forms
_PLAIN = re.compile(r"[^\W\d_]+")
_keys = lru_cache(maxsize=65_536)(keys)


class Alike(Struct, frozen=True):
    """What else a word may look like: its forms in the languages of its script, and in other letters."""

    forms: tuple[str, ...] = ()
    across: tuple[str, ...] = ()


class Vocabulary:
    """The words of what is entered. ``note`` every text, then ``write``."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._seen: dict[int, set[str]] = {}
        self._noted: dict[int, set[str]] = {}

    def note(self, text: str, language: str | None = None) -> None:
        """The words of a text; ``language`` as its record says."""
        if text:
            self._noted.setdefault(languages_of(text, language), set()).update(RAW_WORD.findall(text))

    def write(self) -> None:
        """Put what is new into the tables."""
        new: dict[str, int] = {}
        for languages, noted in self._noted.items():
            seen = self._seen.setdefault(languages, set())
            for raw in noted - seen:
                new[raw] = new.get(raw, 0) | languages
            seen |= noted
        words = [(raw, fold(raw), languages) for raw, languages in new.items()]
        words = [one for one in words if _PLAIN.fullmatch(one[1]) and _SHORTEST <= len(one[1]) <= _LONGEST]
        self._db.run_many(_PUT_TERM, sorted((word, languages & of_script(word)) for _, word, languages in words))
        self._db.run_many(
            "INSERT OR IGNORE INTO spelled VALUES (?, ?)",
            sorted({(key, word) for raw, word, _ in words for key in _keys(raw.casefold())}),
        )
        self._noted.clear()
        if sum(map(len, self._seen.values())) > _REMEMBERED:
            self._seen.clear()


_PUT_TERM = (
    "INSERT INTO term VALUES (?, ?) ON CONFLICT DO UPDATE SET languages = languages | excluded.languages"
    " WHERE languages | excluded.languages <> languages"
)


_SPELLED = (
    "SELECT spelled.key, word FROM json_each(?) CROSS JOIN spelled"
    " ON spelled.key >= value AND spelled.key < value || char(127) LIMIT ?"
)


def alike(db: Database, typed: str) -> Alike:
    """What stands in the index and may be ``typed``, one word as a person wrote it, without the word itself."""
    found = _alike(db, typed)
    for reading in in_one_script(typed):
        other = _alike(db, reading)
        forms = dict.fromkeys((*found.forms, *keys_of(reading), *other.forms))
        found = Alike(tuple(forms), tuple(dict.fromkeys((*found.across, *other.across))))
    for name in across.called_elsewhere(typed):
        other = _alike(db, name)
        found = Alike(found.forms, tuple(dict.fromkeys((*found.across, fold(name), *other.forms, *other.across))))
    return found


def _alike(db: Database, typed: str) -> Alike:
    word = fold(typed)
    if not _PLAIN.fullmatch(word) or not _SHORTEST <= len(word) <= _LONGEST:
        return Alike()
    forms = _forms(db, typed, word)
    return Alike(tuple(forms), tuple(found for found in _across(db, typed, word) if found not in forms))


def _forms(db: Database, typed: str, word: str) -> list[str]:
    script = of_script(word)
    if inflect.stands_alone(word):  # them is no theme of another language
        script &= sum(languages for (languages,) in db.rows("SELECT languages FROM term WHERE word = ?", (word,)))
    made = {BIT[one]: _in_language(typed, word, one) for one in LANGUAGES if BIT[one] & script}
    possible = _list(frozenset().union(*made.values()))
    known = dict(db.rows("SELECT word, languages FROM json_each(?) CROSS JOIN term ON word = value", (possible,)))
    own = known.pop(word, 0) or -1  # of words that told of no language: in which the one sought occurs, or any
    found = [
        form
        for form, languages in known.items()
        if any((languages or own) & bit and form in forms for bit, forms in made.items())
    ]
    return sorted(found, key=lambda form: (abs(len(form) - len(word)), form))[:MOST_FORMS]


def _in_language(typed: str, word: str, language: str) -> frozenset[str]:
    """By the dictionary, where one is installed and knows the word; else, or where it knows less, by the patterns."""
    known = dictionary.forms(typed, language)
    made = known or frozenset()
    if known is None or not dictionary.is_complete(language):
        made |= inflect.forms(word, language)
    return made | inflect.abbreviated(word, made, language)


def _across(db: Database, typed: str, word: str) -> Iterator[str]:
    if inflect.stands_alone(word):
        return
    meant = across.sought(typed)
    begins = list(meant.begins())
    found = dict.fromkeys(
        other
        for key, other in db.rows(_SPELLED, (_list(begins), _MOST_LOOKED_AT * len(begins)))
        if other != word
        and meant.fits(key, other)
        and across.is_other_spelling(typed, other)
        and _may_be_meant(typed, other)
    )
    yield from sorted(found, key=lambda other: (abs(len(other) - len(word)), other))[:MOST_FORMS]


def _may_be_meant(typed: str, other: str) -> bool:
    """A little word of another script is no small word (їсть, ist); a name, typed with a capital, it may be."""
    return typed[:1].isupper() or not inflect.stands_alone(other)


def _list(words: Iterable[str]) -> str:
    return msgspec.json.encode(list(words)).decode()
