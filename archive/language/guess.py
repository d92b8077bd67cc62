"""Which of our languages a text may be in: enough to tell whose endings its words may take.

By its letters, and where Latin ones do not tell, by its little words (the, und, jsem). A text that shows nothing tells
nothing: its words then may be of any language of their script, unless another text has told of them.
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
_CZECH, _SLOVAK, _POLISH = "ěřů", "ľĺŕôä", "łąęśźżńć"
_LITTLE = {
    "en": "the of and was were with that this they which from have been would there their she you are is his for not",
    "de": "der und das nicht ist auf für sich von dem eine einen einer wurde auch bei nach werden zum zur als",
    "cs": "jsem jsme jsou jste nebo podle když kdyz který ktery která ktera které ktere není neni před při byl byla "
    "bylo byli",
    "sk": "som sme boli bola bolo bol sa nie alebo podľa podla keď ked ktorý ktory ktorá ktora ktoré ktore však vsak",
    "pl": "jest się sie nie przez oraz który ktory która ktora które ktore był była było byl byla bylo jego dla",
}
"""Frequent words by which an undecided text is known, also typed without marks; none is a word of two that differ."""
_FEW = 2  # of them have to stand in a text
_TELLING_WORDS = {BIT[language]: frozenset(words.split()) for language, words in _LITTLE.items()}
_MARKS = re.compile("[áčďéěíľĺňóôŕřšťúůýžłąęśźżńć]")


def languages_of(text: str, declared: str | None = None) -> int:
    """The languages of ``text``, as bits of ``BIT``, with the one that its record declares (BCP 47); 0: no telling."""
    low = text.casefold()
    said = BIT.get((declared or "").partition("-")[0], 0)
    return _of_cyrillic(low, said) | _of_latin(low, said)


def of_script(word: str) -> int:
    """The languages written in the letters of a word; 0 for one that is no word of ours."""
    low = word.casefold()
    return (CYRILLIC if _IS_CYRILLIC.search(low) else 0) | (LATIN if _IS_LATIN.search(low) else 0)


def _has(low: str, letters: str) -> bool:
    """Whether one of a few letters occurs: to look for each is ten times as fast as to gather all that occur."""
    return any(letter in low for letter in letters)


def _of_cyrillic(low: str, said: int) -> int:
    found = said & CYRILLIC
    if _has(low, "їєґ"):
        found |= BIT["uk"]
    if "ў" in low:
        found |= BIT["be"]
    if "ъ" in low:
        found |= BIT["ru"]
    if "і" in low and "ы" in low:
        found |= CYRILLIC
    elif "і" in low:
        found |= BIT["uk"]
    elif _has(low, "ыэё") and "ў" not in low:
        found |= BIT["ru"]
    return found


def _of_latin(low: str, said: int) -> int:
    found = said & LATIN
    if _has(low, _CZECH + _SLOVAK + _POLISH):
        latin = len(_IS_LATIN.findall(low))
        if latin >= _LONG and len(_MARKS.findall(low)) >= _MARKED * latin:
            found |= BIT["pl"] if _has(low, _POLISH) else 0
            found |= BIT["cs"] if _has(low, _CZECH) else 0
            found |= BIT["sk"] if _has(low, _SLOVAK) else 0
    return found or (_of_little_words(low) if _has(low, "aeo") else 0)


def _of_little_words(low: str) -> int:
    words = frozenset(low.split())
    return sum(bit for bit, telling in _TELLING_WORDS.items() if len(telling & words) >= _FEW)
