"""Cut a text into words as they were meant, with the place where each stands.

A word is letters with what hides inside them (soft hyphens, zero-width characters, combining marks, an apostrophe).
Beside the plain words come readings of what is broken up: joined over a line's end, l e t t e r - s p a c e d, and
the parts of camelCase. ``spellings`` gives what a word may say once the invisible is gone and look-alikes are put
into one script.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

_HIDDEN = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\u0300-\u036f"
_APOSTROPHES = "'’‘ʼʹ′`´"
_RUN = re.compile(rf"[^\W\d_](?:[{_HIDDEN}]*[{_APOSTROPHES}]?[{_HIDDEN}]*[^\W\d_]|[{_HIDDEN}])*")
_POSSESSIVE = re.compile(rf"(?<=[A-Za-z\u00c0-\u024f])[{_APOSTROPHES}][sS]$")
_BREAK = re.compile(r"[-‐‑¬=\u00ad][ \t]*\r?\n[ \t]*$|[-‐‑¬\u00ad][ \t]*$")
_LETTER_GAP = re.compile(r"[ \u00a0\u2009.\-_*·]$")
_LETTER = re.compile(r"[^\W\d_]")
_HUMP = re.compile(
    r"(?<=[^\W\d_A-ZА-ЯЁЇІЄҐЎ])(?=[A-ZА-ЯЁЇІЄҐЎ])|(?<=[A-ZА-ЯЁЇІЄҐЎ])(?=[A-ZА-ЯЁЇІЄҐЎ][^\W\d_A-ZА-ЯЁЇІЄҐЎ])"
)
_DROP = re.compile(f"[{_HIDDEN}]")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_LOOKS_LATIN = "АВЕКМНОРСТХУІЈЅԁаеорсхуіјѕһкпгтвмн"
_AS_LATIN = "ABEKMHOPCTXYIJSdaeopcxyijshknrtbmh"
_TO_LATIN = str.maketrans(_LOOKS_LATIN, _AS_LATIN)
_TO_CYRILLIC = str.maketrans("ABEKMHOPCTXYIJSaeopcxyijskugmtnbrh", "АВЕКМНОРСТХУІЈЅаеорсхуіјѕкидмтпьгн")
_LATIN_TWINS = frozenset("ABEKMHOPCTXYIaeopcxyi")


class Word(NamedTuple):
    """A reading of ``text[start:end]``; ``joined`` tells that it was put together from several pieces."""

    start: int
    end: int
    raw: str
    joined: str = ""  # "", "line", "spaced" or "part"


def words(text: str) -> Iterator[Word]:
    """Every word of ``text`` in order, followed by its other readings."""
    plain = [_without_possessive(m) for m in _RUN.finditer(text)]
    for word in plain:
        yield word
        raw = word.raw
        if not (raw.islower() or raw.isupper() or raw.istitle()):
            yield from _humps(word)
    for left, right in pairwise(plain):
        gap = text[left.end : right.start]
        if gap and _BREAK.match(gap) and ("\n" in gap or "\u00ad" in gap or "¬" in gap):
            yield Word(left.start, right.end, left.raw + right.raw, "line")
    yield from _spaced(plain, text)


def _without_possessive(match: re.Match[str]) -> Word:
    """The run without an English ``'s``, with an apostrophe at its end that stands for a soft sign."""
    raw, (start, end) = match.group(), match.span()
    cut = _POSSESSIVE.search(raw)
    if cut:
        return Word(start, start + cut.start(), raw[: cut.start()])
    text = match.string
    if end < len(text) and text[end] in _APOSTROPHES and (start == 0 or text[start - 1] not in _APOSTROPHES):
        end += 1
    return Word(start, end, raw)


def _humps(word: Word) -> Iterator[Word]:
    """The parts of ``camelCase``."""
    cuts = [0, *(m.start() for m in _HUMP.finditer(word.raw)), len(word.raw)]
    if len(cuts) > 2:
        for begin, end in pairwise(cuts):
            yield Word(word.start + begin, word.start + end, word.raw[begin:end], "part")


def _spaced(plain: list[Word], text: str) -> Iterator[Word]:
    """Runs of three or more single letters, read as one word."""
    run: list[Word] = []
    for word in [*plain, Word(len(text), len(text), "")]:
        single = len(word.raw) == 1
        if single and run and _LETTER_GAP.match(text[run[-1].end : word.start]):
            run.append(word)
            continue
        if len(run) >= 3:
            yield Word(run[0].start, run[-1].end, "".join(w.raw for w in run), "spaced")
        run = [word] if single else []


def letters_of(word: Word, text: str) -> list[int]:
    """Where each letter of a spaced word stands in ``text``."""
    return [match.start() for match in _LETTER.finditer(text, word.start, word.end)]


def spellings(raw: str) -> tuple[str, ...]:
    """What ``raw`` may say: composed, nothing hidden inside, each word in one script."""
    if raw.isascii():
        bare = raw
    else:
        bare = unicodedata.normalize("NFKC", _DROP.sub("", unicodedata.normalize("NFC", raw)))
    cyrillic, latin = bool(_CYRILLIC.search(bare)), bool(_LATIN.search(bare))
    if cyrillic and latin:
        return bare.translate(_TO_CYRILLIC), bare.translate(_TO_LATIN)
    if latin and len(bare) > 3 and _LATIN_TWINS.issuperset(bare):
        return bare, bare.translate(_TO_CYRILLIC)
    return (bare,)
