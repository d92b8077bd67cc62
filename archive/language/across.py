"""One name in other letters: what a word is called in another script, or in another country's spelling.

Stands on the keys that both scripts agree on (``keys``), with stems and endings as the matcher of redaction has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product, takewhile

from msgspec import Struct

from archive.language import endings as e
from archive.language.fold import fold
from archive.language.keys import canonical, keys
from archive.language.names import official_names
from archive.language.respell import heard_in_belarusian, of_french, of_german, respelled, unstressed
from archive.language.stems import stems_of_key

_SHORTEST = 4  # letters of the key that both have to share
_SHORT = 5  # letters of a key that is short
_FALLEN, _BEFORE_R = re.compile("[^aeiou][kc]$"), re.compile("(.{2,}[td])(e?)r")
_ENDING = 2  # letters at the end of a word that may differ for grammar alone
_CYRILLIC = re.compile("[\u0400-\u052f]")
# spellings that only one language or one transliteration has: without one, two Latin words are what they are
_SOFT_U = re.compile("(?<=[бвгдзклмнпрстфхцчшщ])ю")
_POLISH_RZ = re.compile("(?<=[пкт])ш")
_CONSONANT = re.compile(r"([бвгджзклмнпрстфхцчшщ])\1*[ьъ]?")
_FROM_BELARUSIAN = (
    (re.compile("(?<=[аеиоуюя])у(?![аеиоуюяй])"), "в"),  # ў, folded
    (re.compile("дз(?=[мв]?[еиюя])"), "д"),
    (re.compile("ц(?=[мв]?[еиюя])"), "т"),
    (re.compile("шч"), "щ"),
)
_CLOSED = re.compile("(.{2,})[oe]([^aeiou]{1,2})")
_LONG = 6  # letters of a key whose vowels a neighbour may have heard otherwise
_IN_EJ = re.compile("е(?:й|я|ю|ем|е|и)"), re.compile("и(?:й|я|ю|ем|еви|и)")
"""How names end that are -ей in Russian and -ій in Ukrainian: Тимофей, Тимофія."""
_DRAWN_OUT = re.compile(r"(.)\1\1+")
_VOWELS, _AS_I = "aeiouy", str.maketrans("yj", "ii")
_TELLING = re.compile("sh|ch|zh|kh|ts|cz|sz|rz|sch|w|j|x|y|q|iu|ia|ue|oe|ae")


Stems = dict[str, set[frozenset[str]]]


class Sought(Struct, frozen=True):
    """What keys to look for: those that begin with one of the ``stems`` and go on with an ending of one of its sets.

    ``abroad`` are those of spellings of a name that are looked for where one of the two is Cyrillic: in Latin letters
    too many words are like them.
    """

    stems: Stems
    abroad: Stems
    is_latin: bool

    def begins(self) -> Iterator[str]:
        """The stems that no other stem begins; together they begin every key that fits."""
        last = None
        for stem in sorted(self.stems.keys() | self.abroad.keys()):
            if last is None or not stem.startswith(last):
                last = stem
                yield stem

    def fits(self, key: str, found: str) -> bool:
        """Whether ``found``, a word spelled so, may be meant."""
        return _fits(self.stems, key) or (not (self.is_latin and _is_latin(found)) and _fits(self.abroad, key))


def _fits(stems: Stems, key: str) -> bool:
    cuts = (cut for cut in range(3, len(key) + 1) if key[:cut] in stems)
    return any(key[cut:] in endings for cut in cuts for endings in stems[key[:cut]])


def _is_latin(word: str) -> bool:
    return not _CYRILLIC.search(word.casefold())


def sought(word: str) -> Sought:
    """``word`` (folded or as typed, inflected or not) as it may be spelled elsewhere."""
    stems: Stems = {}
    abroad: Stems = {}
    for language, spelled in _spellings(word):
        _add(stems, word, spelled, closed="і" in word or language == "uk")
    if word[:1].isupper():
        if _is_latin(word):
            low = word.casefold()
            for spelled in (low, *of_german(low), *of_french(low)):
                _add(abroad, word, spelled, closed=True)
        for key in _of_neighbours(word):
            for stem in (key, *_without_endings(key, _LONG - 1)):
                abroad.setdefault(stem, set()).add(_any_ending())
    return Sought(stems, abroad, _is_latin(word))


def _add(stems: Stems, word: str, spelled: str, *, closed: bool) -> None:
    """Put what begins one spelling of ``word`` to the others; ``closed``: an i may be a Ukrainian і."""
    for key in keys(spelled)[:8]:
        usual, least = min(_SHORTEST, len(key)), _least(word, key)
        for stem, kind in stems_of_key(key, "surname", closed):
            if len(stem) >= max(least if key.startswith(stem) else usual, 3):
                stems.setdefault(stem, set()).add(e.endings(kind))
        for stem in (*_without_endings(key, least), *_before_r(key)):
            if len(stem) >= 3:
                stems.setdefault(stem, set()).add(_any_ending())


def called_elsewhere(typed: str) -> tuple[str, ...]:
    """What the one that a name is of, typed with a capital and inflected or not, is called in other languages, where it
    is not only spelled otherwise: Катерина, Екатерина; Praha, Прага. Empty for any other word."""
    if not typed[:1].isupper():
        return ()
    found = {cut for key in keys(typed)[:2] for cut in (key, *_without_endings(key, 3))}
    names = dict.fromkeys(name for cut in sorted(found) for row in _official().get(cut, ()) for name in row)
    return tuple(
        name for name in names if _is_latin(name) != _is_latin(typed) or found.isdisjoint(_named(name))
    )  # its own forms are looked for anyway


@cache
def _official() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Rows of names by the keys of these, and by what stays of them when they inflect."""
    index: dict[str, tuple[tuple[str, ...], ...]] = {}
    for row in official_names():
        for key in {key for name in row for key in _named(name)}:
            index[key] = (*index.get(key, ()), row)
    return index


def _named(name: str) -> Iterator[str]:
    """The keys of a name, and what stays of them when it inflects."""
    for key in keys(name)[:2]:
        yield key
        if len(left := key.rstrip(_VOWELS)) >= 3:
            yield left


def _of_neighbours(word: str) -> Iterator[str]:
    """Keys of a name with vowels as Belarusians hear them, or as they stood before; with a Ukrainian і."""
    for key in keys(word)[:2]:
        if len(key) >= _LONG:
            yield from heard_in_belarusian(key)
            if closed := _CLOSED.fullmatch(key):
                yield f"{closed[1]}i{closed[2]}"


def _least(word: str, key: str) -> int:
    """How many letters both have to share: of a short name, typed with a capital, fewer (Юрій, Jurijem; Буча, Buči)."""
    return 3 if word[:1].isupper() and len(key) <= _SHORT else min(_SHORTEST, len(key))


def _spellings(word: str) -> Iterator[tuple[str, str]]:
    """The word, and what its neighbours make of it."""
    low = word.casefold()
    cyrillic = bool(_CYRILLIC.search(low))
    for language in ("uk", "be") if cyrillic else ("pl", "de"):
        yield from ((language, spelled) for spelled in respelled(low, language)[:10])
    if cyrillic:
        made = [_SOFT_U.sub("у", low), low.replace("ай", "ей"), low.replace("ой", "еу")]  # Müller, Schneider, Freund
        made.append(_POLISH_RZ.sub("рж", low))  # Кшиштоф, Krzysztof
    else:
        made = [low.replace("lu", "lju"), low.replace("la", "lja")]  # Цимбалюк, Cymbaluk; Бяляцкі, Bialacki
        made += unstressed(low, "o", "a") if word[:1].isupper() else ()  # Калеснікава, Kolesnikova
    yield from (("", other) for other in made if other != low)


def _without_endings(key: str, least: int) -> Iterator[str]:
    """What may be the stem, if the word is inflected; also with the vowel that falls out then (Čapka, Čapek)."""
    for cut in range(max(least, len(key) - 4), len(key)):
        if key[cut:] in _any_ending():
            stem = canonical(key[:cut])
            yield stem
            if _FALLEN.search(stem):
                yield f"{stem[:-1]}e{stem[-1]}"


def _before_r(key: str) -> Iterator[str]:
    """Александр is Aleksander, and Peter is Пётр."""
    if found := _BEFORE_R.fullmatch(key):
        yield found[1] + ("r" if found[2] else "er")


@cache
def _any_ending() -> frozenset[str]:
    return e.endings(e.NOUN) | e.endings(e.ADJECTIVE) | {""}


def is_other_spelling(typed: str, found: str) -> bool:
    """Whether ``found`` (folded), whose key fits, is ``typed`` in another script, or visibly in another spelling of it.

    In one script a small word has to be drawn out (клааасс), or in Latin letters spelled otherwise before its ending
    too, or every technika would be a technický; only an oleksij may be an oleksiy, a melnyk a melnik. A name, typed
    with a capital, may differ as neighbours spell it (Кравець, Кравец), in Latin letters anywhere.
    """
    word = fold(typed)
    if bool(_CYRILLIC.search(word)) != bool(_CYRILLIC.search(found)):
        return True
    if _DRAWN_OUT.search(word + " " + found):
        word, found = (_DRAWN_OUT.sub(r"\1", one) for one in (word, found))
        return min(len(word), len(found)) - _alike(word, found) <= _ENDING
    if _CYRILLIC.search(word):
        return typed[:1].isupper() and _is_of_neighbours(word, found)
    if len(word) <= _SHORTEST:
        return False
    if set(_TELLING.findall(word)) == set(_TELLING.findall(found)):
        return False
    if typed[:1].isupper():
        return True
    if min(len(word), len(found)) - _alike(word, found) > _ENDING:
        return _sounds_on(word, found)
    is_same_sound = word.translate(_AS_I) == found.translate(_AS_I)
    return is_same_sound and (word[-1] == found[-1] or word[-2] in _VOWELS)  # základny is not základní


def _sounds_on(word: str, found: str) -> bool:
    """Whether two Latin words are spelled otherwise before they begin to differ by grammar (soubory, souborech; výhod,
    výhoz)."""
    same = len(keys(word[: _alike(word, found)])[0])
    for one, other in product(keys(word), keys(found)):
        at = _alike(one, other)
        ends = one[at : at + 1], other[at : at + 1]
        if at > same and not (all(ends) and set(ends).isdisjoint(_VOWELS)):
            return True
    return False


def _hardened(word: str) -> str:
    """A folded Cyrillic word without what only Belarusian writes: ў, ць, дзь, шч."""
    for pattern, plain in _FROM_BELARUSIAN:
        word = pattern.sub(plain, word)
    return word


def _is_of_neighbours(raw: str, raw_found: str) -> bool:
    """Whether two words have the same consonants but for an ending, and are not spelled alike before it.

    Neighbours write a soft sign, a doubled letter and vowels otherwise: Кравець, Кравца; Филиппов, Філіпов; Ціханаў.
    """
    word, found = _hardened(raw), _hardened(raw_found)
    one, other = (list(_CONSONANT.finditer(spelled)) for spelled in (word, found))
    same = _alike([consonant[1] for consonant in one], [consonant[1] for consonant in other])
    if same < max(min(len(one), len(other)) - 1, 2):
        return False
    (head, tail), (other_head, other_tail) = (
        (spelled[: stem.end()], spelled[stem.end() :])
        for spelled, stem in ((word, one[same - 1]), (found, other[same - 1]))
    )
    is_heard = (word == raw) != (found == raw_found)
    return (
        is_heard
        or head != other_head
        or any(a.fullmatch(tail) and b.fullmatch(other_tail) for a, b in (_IN_EJ, _IN_EJ[::-1]))
    )


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many letters two words share from their beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
