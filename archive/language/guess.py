"""Which of our languages a text may be in, by its letters alone: enough to tell whose endings its words may take.

A text that shows nothing tells nothing: its words then may be of any language of their script, unless another text
has told of them.
"""

from __future__ import annotations

import re

from archive.language.inflect import LANGUAGES

BIT = {language: 1 << position for position, language in enumerate(LANGUAGES)}
CYRILLIC = BIT["uk"] | BIT["ru"] | BIT["be"]
LATIN = BIT["cs"] | BIT["sk"] | BIT["pl"] | BIT["de"] | BIT["en"]
_IS_CYRILLIC = re.compile("[\u0400-\u052f]")
_IS_LATIN = re.compile("[a-z\u00c0-\u024f]")
_LONG = 60  # letters: in a shorter text one foreign name would decide
_MARKED = 0.04  # of the letters of a Czech, Slovak or Polish text at least
_CZECH, _SLOVAK, _POLISH = frozenset("ěřů"), frozenset("ľĺŕôä"), frozenset("łąęśźżńć")
_TELLING = _CZECH | _SLOVAK | _POLISH
_MARKS = re.compile("[áčďéěíľĺňóôŕřšťúůýžłąęśźżńć]")


def languages_of(text: str, declared: str | None = None) -> int:
    """The languages of ``text``, as bits of ``BIT``, with the one that its record declares (BCP 47); 0: no telling."""
    low = text.casefold()
    letters = frozenset(low)
    said = BIT.get((declared or "").partition("-")[0], 0)
    return _of_cyrillic(letters, said) | _of_latin(low, letters, said)


def of_script(word: str) -> int:
    """The languages written in the letters of a word; 0 for one that is no word of ours."""
    low = word.casefold()
    return (CYRILLIC if _IS_CYRILLIC.search(low) else 0) | (LATIN if _IS_LATIN.search(low) else 0)


def _of_cyrillic(letters: frozenset[str], said: int) -> int:
    found = said & CYRILLIC
    if letters & frozenset("їєґ"):
        found |= BIT["uk"]
    if "ў" in letters:
        found |= BIT["be"]
    if "ъ" in letters:
        found |= BIT["ru"]
    if "і" in letters and "ы" in letters:
        found |= CYRILLIC
    elif "і" in letters:
        found |= BIT["uk"]
    elif letters & frozenset("ыэё") and "ў" not in letters:
        found |= BIT["ru"]
    return found


def _of_latin(low: str, letters: frozenset[str], said: int) -> int:
    found = said & LATIN
    if letters.isdisjoint(_TELLING):
        return found
    latin = len(_IS_LATIN.findall(low))
    if latin >= _LONG and len(_MARKS.findall(low)) >= _MARKED * latin:
        found |= BIT["pl"] if letters & _POLISH else 0
        found |= BIT["cs"] if letters & _CZECH else 0
        found |= BIT["sk"] if letters & _SLOVAK else 0
    return found
