"""Stems: what stays of a name when it inflects, in the key alphabet, each with the kinds of endings that may follow.

Handled are fleeting vowels (Кравець, Кравц-), Ukrainian і turning о or е (Харків, Харкова), softening before endings
(Ольга, Ользі; Hanka, Hance), surnames that are adjectives, feminine -ова and its masculine, and adjectives made of
places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from archive.language import endings as e
from archive.language.keys import canonical, keys
from archive.language.respell import respelled, translated

Part = Literal["given", "surname", "patronymic", "nick", "place", "word"]
Stem = tuple[str, int]
_VOWELS = "aeiou"
_IN_J, _IN_OVE = re.compile("[aou]i$"), re.compile("(.{3,})[oe]ve$")  # Джанкой; Берегове, берегівський
_FLEETING = re.compile(r"^(.*[^aeiou])(?:io|e|o)([^aeiou])$")
_FLEETING_J = re.compile(r"^(.*[aeou])(?:e|io)([^aeiou])$")  # Hájek, Hájka; Бойок, Бойка
_CLUSTER = re.compile(r"^([^aeiou])([^aeiou])e([^aeiou])$")
_CLOSED_I = re.compile(r"^(.+)i([^aeiou]{1,2})$")
_CLOSED_TO = ("o", "e", "io")
_CLOSED_INSIDE = (
    (re.compile("i(?=vsk)"), ("o", "e")),
    (re.compile("ii?(?=vk[aiu]?$)"), ("o", "e", "ee")),
    (re.compile("i(?=[^aeiou]n[aei]$)"), ("o", "e")),
    (re.compile("^bil(?=[^i])"), ("bel",)),
)
_SOFT_N = re.compile("^(.+)(c|dz)en$")  # Kwiecień, Kwietnia; Grudzień, Grudnia
_CLASSICAL = re.compile("^(.+[^aeou]us|.{2,}eus|.{4,}[^aeou]os|.{4,}[^aeiou]es|.{5,}[^aeiou]is)$")
"""Latin and Greek names that Czech and Slovak decline without their ending: Kolumbus, Papadopulos, Sokrates."""
_SOFTENED = {"k": ("c",), "h": ("z", "s", "dz"), "t": ("c",), "d": ("dz", "z"), "r": ("z",)}
_TWO_WORDS = re.compile(r"(\w{3,})[ \u00a0-](\w{3,})")
_HEAD = re.compile("(.+?)[aeiou]{1,3}$")
_CUT_HEAD = re.compile("(?<=[^aeiou])(?:n|ov)$")
_NEW_TOWN = re.compile("^Нов(?=город)")
_INHABITANTS = ("an", "anin", "ianin", "ank", "iank", "can", "canin", "cank", "ec", "c", "er")
_PATRONYMIC = re.compile(r"^(.+?)[aeiou]*(?:[oea]v(?:ic|na)|iv(?:ic|na)|ic|in?icna|icna|uvna)a?$")
_FATHERLY = ("ovic", "evic", "iovic", "avic", "ovna", "evna", "ivna", "iovna", "avna")
_FATHERLY_A = ("ic", "icna", "inicna", "inic")  # Ілліч, Лукич, Ильинична


def stems(word: str, language: str, part: Part) -> set[Stem]:
    """The stems of one name as written in ``language``."""
    sources = respelled(word, language)[: 1 if part == "patronymic" else None]
    if part == "surname":
        sources += translated(word)
    foreign = re.search("[a-z]", word, re.IGNORECASE) is not None
    found: set[Stem] = set()
    for source in sources:
        for key in keys(source):
            for one in (key, *_opened(key, part)):
                found.update(stems_of_key(one, part, "і" in word.casefold()))
            found.update(_foreign(key, language) if foreign else ())
    if part == "surname" and word.casefold().endswith("ová"):
        found.update(stem for key in keys(word[:-3]) for stem in stems_of_key(key, part))  # Klímová, Klíma
    return found


def _opened(key: str, part: Part) -> Iterator[str]:
    """``key`` where a Ukrainian і inside is another vowel in Russian: -івськ; of places Горлівка, Сніжне, Біла."""
    for pattern, vowels in _CLOSED_INSIDE if part == "place" else _CLOSED_INSIDE[:1]:
        yield from (pattern.sub(vowel, key) for vowel in vowels if pattern.search(key))


def stems_of_key(key: str, part: Part, closed_i: bool = False) -> Iterator[Stem]:
    """The stems of one key of a nominative; ``closed_i``: it is spelled with a Ukrainian і, which may become о or е."""
    yield key, e.BARE
    if closed_i and part != "patronymic" and (match := _CLOSED_I.match(key)):
        yield from ((match[1] + vowel + match[2], e.BARE) for vowel in _CLOSED_TO)  # Сокіл is Сокол in Russian
    bases = _bases(key, closed_i)
    for base in bases:
        yield base, e.NOUN
        if part != "patronymic":
            yield base, e.POSSESSIVE
        if part in ("given", "nick"):
            yield base, e.DIMINUTIVE
            if base != key and len(base) >= 2:
                yield base, e.VOCATIVE  # «Кать, ты где?»
        yield from ((soft, e.SOFTENED if base[-1] in "kh" else e.PALATAL) for soft in _softened(base))
    if part in ("surname", "place", "word", "nick"):
        yield from _adjectival(key)
    elif part == "given" and key.endswith("i"):
        yield key[:-1], e.LONG_ADJECTIVE  # Jiřího
    if part == "surname":
        yield from _other_gender(key)
        yield from _of_many(key)
    if part == "place":
        yield from _of_place(key, bases)


def _bases(key: str, closed_i: bool) -> list[str]:
    """The nominative without its vowel ending, and the oblique stems of one that ends in a consonant."""
    found = [key]
    if key[-1:] in _VOWELS:
        found = [key[:-1]]
        if key[-2:-1] in ("i", "e"):  # Мар-і-я: both Марі- and Мар-; Серг-е-й
            found.append(key[:-2])
    elif cluster := _CLUSTER.match(key):
        found.append(f"{cluster[1]}e{cluster[2]}{cluster[3]}")
    if fleeting := _FLEETING.match(key):
        found.append(fleeting[1] + fleeting[2])
    if fleeting := _FLEETING_J.match(key):
        found.append(f"{fleeting[1]}i{fleeting[2]}")
    if ending := re.match("(.*)(?:iac|([ao])ec)$", key):  # Заяць, Заєць: Зайця
        found.append(f"{ending[1]}{ending[2] or ''}ic")
    if (closed := _CLOSED_I.match(key)) and (closed_i or key.endswith("iv")):
        found += [f"{closed[1]}{vowel}{closed[2]}" for vowel in _CLOSED_TO]
    if soft := _SOFT_N.match(key):
        found.append(f"{soft[1]}{'t' if soft[2] == 'c' else 'd'}n")
    return [canonical(base) for base in found if base]


def _foreign(key: str, language: str) -> Iterator[Stem]:
    """What Czech, Slovak and Polish do with foreign names in Latin letters.

    They drop -us, -os, -es, -is, and keep a last vowel before their own endings (Georgeovi, Nagyová, George'a); names
    that are young animals get a syllable (Kuře, Kuřete).
    """
    if _CLASSICAL.match(key) and len(key) >= 5:
        base = key[:-2]
        yield from ((base, kind) for kind in (e.NOUN, e.POSSESSIVE))
        yield from ((canonical(base + ending), e.BARE) for ending in ("e", "em"))  # Marius, Mariem
    if key[-1:] in "eiou":
        yield from ((key, kind) for kind in (e.NOUN, e.POSSESSIVE))
    if key.endswith("e"):
        yield key[:-1], e.LONG_ADJECTIVE
        if language in ("cs", "sk"):
            yield from ((key + "t", kind) for kind in (e.NOUN, e.POSSESSIVE))


def _softened(base: str) -> Iterator[str]:
    """``base`` as it stands before е and і."""
    for soft in _SOFTENED.get(base[-1:], ()):
        yield canonical(base[:-1] + soft)


def _adjectival(key: str) -> Iterator[Stem]:
    """Surnames that decline as adjectives: Лісова, Вишневська, Veselý, Заречный."""
    if match := re.fullmatch("(.{4,}[sc])ki", key):
        yield match[1] + "ti", e.BARE  # manželé Kopečtí
    for ending in ("aia", "oi", "ei", "ia", "i", "a", "e"):
        if key.endswith(ending) and len(key) > len(ending) + 2:
            yield key[: -len(ending)], e.ADJECTIVE
    if re.search("([oei]v|in|sk|ck)$", key):
        yield key, e.ADJECTIVE


def _other_gender(key: str) -> Iterator[Stem]:
    """What relatives of the other gender are called: Horváthová, Horváth; Щукина, Щукин."""
    if match := re.match("(.{2,}[oei]v|.{2,}in)a$", key):
        yield match[1], e.BARE
        yield match[1], e.ADJECTIVE
    if match := re.match("(.{5,})ova$", key):
        yield from ((base, kind) for base in _bases(match[1], False) for kind in (e.BARE, e.NOUN, e.POSSESSIVE))
        yield match[1][:-1] + "e" + match[1][-1:], e.BARE  # Havlíčková, Havlíček


def _of_many(key: str) -> Iterator[Stem]:
    """A family in the genitive: у Вайд, Серошапок."""
    if found := re.fullmatch("(.{3,})([^aeiou])a", key):
        yield found[1] + found[2], e.PLURAL
        if found[2] in "kc" and found[1][-1] not in _VOWELS:
            yield from ((found[1] + vowel + found[2], e.PLURAL) for vowel in "oe")


def _of_place(key: str, bases: list[str]) -> Iterator[Stem]:
    """Adjectives of a place and what its people are called: харківськ-, pražsk-, бучанськ-, львів'янин."""
    for base in dict.fromkeys([*bases, key] if key[-1] not in _VOWELS or _IN_J.search(key) else bases):
        if len(base) < 3:  # Уфа, уфимский
            yield from ((f"{base}{link}sk", e.ADJECTIVE) for link in ("im", "in") if len(base) > 1)
            continue
        yield base, e.BARE  # the plural genitive: Сум, Košic
        for stem in dict.fromkeys((base, *_softened(base))):
            last = stem[-1]
            if last in "szc":
                yield from ((stem + "k", e.ADJECTIVE), (stem[:-1] + "sk", e.ADJECTIVE), (stem[:-1] + "zk", e.ADJECTIVE))
                yield stem + "sk", e.ADJECTIVE
            else:
                yield stem + "sk", e.ADJECTIVE
                yield from (((stem[:-1] + "ck", e.ADJECTIVE),) if last in "tkd" else ())
            yield from ((stem + link + "sk", e.ADJECTIVE) for link in ("en", "in"))
            if len(stem) == 3:  # Орёл, орловский; Буча, бучанский
                yield from ((stem + link + "sk", e.ADJECTIVE) for link in ("ov", "an"))
            if len(stem) >= 4:
                cut = (stem, stem[:-1]) if len(stem) >= 5 else (stem,)
                yield from ((canonical(left + plural), e.BARE) for left in cut for plural in ("sti", "cti"))
                yield from ((stem + link + "sk", e.ADJECTIVE) for link in ("an", "ian", "ov", "ev", "iv"))
                people = [canonical(stem + who) for who in _INHABITANTS if who[0] != last]
                yield from ((one, kind) for one in people for kind in (e.NOUN, e.BARE))
        if fleeting := re.match(r"^(.*[^aeiou])([^aeiou])$", base):
            yield from ((f"{fleeting[1]}{vowel}{fleeting[2]}sk", e.ADJECTIVE) for vowel in "eio")
            if key[-1] in "aei":
                yield from ((f"{fleeting[1]}{vowel}{fleeting[2]}", e.BARE) for vowel in "eo")  # Ромни, Ромен
            yield from ((f"{stem}eck", e.ADJECTIVE) for stem in (base, base[:-1]))  # Kielce, kielecki
        yield canonical(base + "ck"), e.ADJECTIVE
    yield from _in_e(key)


def _in_e(key: str) -> Iterator[Stem]:
    """What a place that is called as an adjective is in the neighbouring language, and the adjective of it."""
    if found := _IN_OVE.fullmatch(key):
        yield f"{found[1]}ivsk", e.ADJECTIVE
    if key.endswith("oe"):
        yield key[:-2], e.ADJECTIVE
    elif key.endswith("e"):
        yield key[:-1] + "oe", e.BARE  # Берегове, Береговое


def of_two_words(place: str, language: str) -> Iterator[Stem]:
    """The adjectives of a name of two words: Малі Тиховоди, малотиховодський; Hradec Králové, královéhradecký."""
    if not (words := _TWO_WORDS.fullmatch(place)):
        return
    for first, second in (words.groups(), words.groups()[::-1]):
        heads = {head for key in keys(first) if (match := _HEAD.match(key)) for head in _heads(match[1])}
        for stem, kind in stems(second, language, "place") | stems(_NEW_TOWN.sub("", second), language, "place"):
            if len(stem) >= 4 and (kind != e.BARE or stem.endswith("ti")):
                yield from ((canonical(f"{head}{link}{stem}"), kind) for head in heads for link in "oe")


def _heads(head: str) -> Iterator[str]:
    """What may stand of the first word in such an adjective: Karlovy Vary, karlovarský; Нижній, нижегородський."""
    yield from (one for one in {head, _CUT_HEAD.sub("", head)} if len(one) >= 2)


def fathers(patronymic: str) -> tuple[str, ...]:
    """The stems of the father's name inside a patronymic, as keys without final vowels."""
    found = (_PATRONYMIC.match(key) for key in keys(patronymic))
    return tuple(dict.fromkeys(match[1].rstrip(_VOWELS) for match in found if match))


def patronymics(father: str) -> Iterator[str]:
    """The keys of the patronymics, sons' and daughters', of the name ``father`` (a key)."""
    base = father.rstrip(_VOWELS)
    bases = [father, base, base + "i", father.rstrip("i"), father + "i"]
    if fleeting := _FLEETING.match(base):
        bases.append(fleeting[1] + fleeting[2])
    suffixes = (*_FATHERLY, *_FATHERLY_A) if father.endswith("a") else _FATHERLY
    for stem in dict.fromkeys(stem for stem in bases if len(stem) >= 2):
        yield from (canonical(stem + suffix) for suffix in suffixes)
        if len(stem) >= 4:
            yield stem + "ic"  # Николаич, Иваныч
    yield canonical(base + "eic")  # Алексеич
    yield canonical(base + "levic")
    yield canonical(base + "levna")
