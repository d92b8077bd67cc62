"""The forms of the protected: every stem of every name of everybody, the endings that may follow, and whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from archive.language import endings as e
from archive.language import names
from archive.language.keys import keys
from archive.language.stems import Part, Stem, fathers, of_two_words, patronymics, stems, stems_of_key
from archive.records.kinds import Identity, Name

_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ‘ʻ`][^\W\d_]+)*")
_PREFIX = re.compile(r"^[OО]['’ʼ‘`](?=[^\W\d_]{4})", re.IGNORECASE)
_DOUBLED = re.compile(r"(?<=[-‐‑])|[^\W\d_]+(?:['’ʼ‘ʻ`][^\W\d_]+)*[-‐‑]")  # one of the halves of a double name
_JOINED = re.compile(r"([^\W\d_]{2,})[-‐‑]([^\W\d_]{2,})(?![-‐‑])")  # Сейт-Аблаєв, written as Сейтаблаєв
_OF_KIN = ("vic", "vna")
_CATEGORY = {"place": "place", "word": "mask"}
PARTS = ("given", "surname", "patronymic", "nick")
"""Parts of what somebody is called."""


class Hit(NamedTuple):
    """Whose form it is. ``ordinary``: also a word of the language; ``loose``: one short word of a name of several."""

    person: str | None
    category: str
    part: str
    ordinary: bool = False
    loose: bool = False


class Form(NamedTuple):
    """One way a stem continues. ``made``: tables and rules made it of what was sealed (Олесь of Олександр)."""

    endings: frozenset[str]
    kind: int
    hit: Hit
    made: bool


Forms = dict[str, list[Form]]
_Found = tuple[Hit, Iterable[Stem], bool]
"""Stems of one word, whose it is, and whether it was made (``Form.made``)."""


def forms(identities: Iterable[Identity], masks: Sequence[str] = (), kin: bool = False) -> Forms:
    """All forms of ``identities`` and ``masks`` by stem.

    ``kin``: also what their children and siblings are called after a father, which tells half of a name.
    """
    table: dict[str, dict[tuple[int, Hit], bool]] = {}
    for hit, found, made in _everybody(identities, masks, kin):
        for stem, kind in found:
            rows = table.setdefault(stem, {})
            rows[kind, hit] = made and rows.get((kind, hit), True)
    return {
        stem: [Form(allowed, *of, made) for of, made in rows.items() if (allowed := _allowed(stem, *of))]
        for stem, rows in table.items()
    }


def written(identities: Iterable[Identity], masks: Sequence[str] = ()) -> dict[str, tuple[Hit, ...]]:
    """Names and masks of one word exactly as they were sealed, and in capitals: what a search through bytes finds."""
    found: dict[str, tuple[Hit, ...]] = {}
    said: list[tuple[str | None, str, str]] = [(None, "word", mask) for mask in masks]
    for one in identities:
        said += [(one.person, "given", word) for name in one.names for word in (name.given, name.patronymic) if word]
        said += [(one.person, "surname", name.surname) for name in one.names if name.surname]
        said += [(one.person, "nick", word) for word in (*one.nicknames, *one.aliases)]
        said += [(one.person, "place", word) for word in one.places]
    for person, part, word in said:
        if _WORD.fullmatch(word):
            for shown in {word, word.upper()}:
                found[shown] = (*found.get(shown, ()), Hit(person, _CATEGORY.get(part, "name"), part))
    return found


def in_english(identities: Iterable[Identity]) -> dict[str, tuple[Hit, ...]]:
    """What people are called in English, letter for letter."""
    found: dict[str, tuple[Hit, ...]] = {}
    for one in identities:
        for name in one.names:
            for word in names.english_equivalents(name.given or ""):
                for shown in (word, word.upper()):
                    found[shown] = (*found.get(shown, ()), Hit(one.person, "name", "given", _is_ordinary(word)))
    return found


def _allowed(stem: str, kind: int, hit: Hit) -> frozenset[str]:
    """The endings that may follow: few of them after a short stem, as everything short is also something else."""
    size = len(stem)
    if (
        size >= 4
        or kind in (e.BARE, e.VOCATIVE, e.PLURAL, e.LONG_ADJECTIVE)
        or (size == 3 and kind in (e.ADJECTIVE, e.SOFTENED, e.PALATAL))
    ):
        return e.endings(kind)
    if kind == e.POSSESSIVE and (size == 3 or (size == 2 and hit.part in ("given", "surname"))) and hit.part != "place":
        return e.endings(e.SHORT_POSSESSIVE)
    if size == 3 and kind == e.DIMINUTIVE:
        return e.endings(kind)
    if size >= 2 and kind in (e.NOUN, e.SOFTENED, e.PALATAL):
        return e.endings(e.SHORT)
    return frozenset()


def _everybody(identities: Iterable[Identity], masks: Sequence[str], kin: bool) -> Iterator[_Found]:
    for identity in identities:
        for name in identity.names:
            yield from _of_name(identity.person, name)
            yield from _of_kin(identity.person, name) if kin else ()
        language = identity.names[0].language if identity.names else (identity.language or "uk")
        for part, texts in (("nick", identity.nicknames), ("nick", identity.aliases), ("place", identity.places)):
            for text in texts:
                yield from _of_phrase(identity.person, text, language, part)  # type: ignore[arg-type]  # literal
        for address in identity.addresses:
            for word in _WORD.findall(address):
                if len(word) > 2 and word[0].isupper():
                    yield Hit(identity.person, "address", "address"), stems(word, language, "place"), True
    for mask in masks:
        yield from _of_phrase(None, mask, "uk", "word")


def _of_name(person: str, name: Name) -> Iterator[_Found]:
    language = name.language[:2]
    for word, hit in _words_of(person, name.given or "", "given"):
        yield hit, stems(word, language, "given"), False
        for other in names.given_equivalents(word):
            yield Hit(person, "name", "given", _is_ordinary(other)), _known(other, "given"), True
    for word, hit in _words_of(person, name.patronymic or "", "patronymic"):
        yield hit, stems(word, language, "patronymic"), False
        yield hit, _patronymics(word), True
    for word, hit in _words_of(person, name.surname or "", "surname"):
        yield hit, stems(word, language, "surname"), False
        if (bare := _PREFIX.sub("", word)) != word:
            yield hit, stems(bare, language, "surname"), False  # O'Brien, written as O Brien, or called Brien


def _of_kin(person: str, name: Name) -> Iterator[_Found]:
    """The patronymics of somebody's children, and of brothers and sisters. It is not they who are called so."""
    hit = Hit(person, "mask", "kin")
    given, patronymic = name.given or "", name.patronymic or ""
    if given and (given[-1] not in "аяa" or patronymic.endswith(("ч", "č", "ch"))):
        yield hit, _children(given), True
    if patronymic:
        yield hit, _patronymics(patronymic, both=True), True


def _of_phrase(person: str | None, text: str, language: str, part: Part) -> Iterator[_Found]:
    """The words of a nickname, alias, place or mask; and what a place is called elsewhere."""
    for word, hit in _words_of(person, text, part):
        yield hit, stems(word, language, part), part == "place"
        if part == "nick":
            yield hit, stems(word, language, "given"), False
        if part == "place":
            yield hit, stems(word, language, "word"), False  # without adjectives of it, nor who lives there
    if part == "place":
        yield Hit(person, "place", part), of_two_words(text, language), True
        for other in names.place_equivalents(text):
            for word, hit in _words_of(person, other, part):
                yield hit, _known(word, "place"), True


def _words_of(person: str | None, text: str, part: Part) -> Iterator[tuple[str, Hit]]:
    """Each word of ``text`` with its hit; small words of long names (de la, над) stand for nothing by themselves,
    the halves of a double name (Біла-Кос) do. One letter among others of a mask (``#x41``) is no word."""
    found = [match for match in _WORD.finditer(text) if part != "word" or len(match[0]) > 1 or match[0] == text]
    for match in found:
        word = match.group()
        small = not word[0].isupper() or len(word) < 3
        doubtful = not _DOUBLED.match(text, match.start()) and (len(word) <= 4 or _is_ordinary(word))
        loose = len(found) > 1 and (small or doubtful)
        yield word, Hit(person, _CATEGORY.get(part, "name"), part, _is_ordinary(word), loose)
    for match in _JOINED.finditer(text):
        yield match[1] + match[2].casefold(), Hit(person, _CATEGORY.get(part, "name"), part)


def _is_ordinary(word: str) -> bool:
    return keys(word)[0] in names.ordinary_words() or word.casefold() in names.function_words()


@lru_cache(maxsize=8192)
def _known(word: str, part: Part) -> frozenset[Stem]:
    """The stems of a name of the tables, which needs no respelling."""
    return frozenset(stem for key in keys(word) for stem in stems_of_key(key, part, "і" in word.casefold()))


@lru_cache(maxsize=2048)
def _patronymics(word: str, both: bool = False) -> frozenset[Stem]:
    """The patronymics of the same father in the neighbouring languages; ``both``: of sons and of daughters."""
    daughter = word[-1:] in "аяa"
    fathers_keys = {key for stem in fathers(word) for key in (stem, *names.father_names(stem))}
    made = {key for father in fathers_keys for key in patronymics(father)}
    found = {key for key in made if (key.endswith(_OF_KIN) if both else key.endswith("a") == daughter)}
    return frozenset(stem for key in found for stem in stems_of_key(key, "patronymic"))


@lru_cache(maxsize=2048)
def _children(father: str) -> frozenset[Stem]:
    """What children of ``father`` are called after him."""
    heard = {key for key in keys(father) for key in (key, *names.father_names(key.rstrip("aeiou")))}
    made = {key for one in heard for key in patronymics(one) if key.endswith(_OF_KIN)}
    return frozenset(stem for key in made for stem in stems_of_key(key, "patronymic"))
