"""Cut a text into words as they were meant, with the place where each stands.

A word is letters with what hides inside them (soft hyphens, zero-width characters, combining marks, an apostrophe).
Beside the plain words come readings of what is broken up: joined over a line's end, l e t t e r - s p a c e d, and
the parts of camelCase. ``spellings`` gives what a word may say once the invisible is gone and look-alikes are put
into one script.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

HIDDEN = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u0483-\u0489\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u20d0-\u20f0\u2800\u3164\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\uffa0\ufff0-\ufffc\u0300-\u036f\U000e0000-\U000e0fff"
)
"""What may stand inside a word and is not seen, or seen as a mark on a letter; for a character class."""
_APOSTROPHES = "'’‘ʼʹ′`´＇ʾ"
_UPPER = "".join(c for c in map(chr, (*range(0x41, 0x250), *range(0x400, 0x530))) if c.isupper())
_RUN = re.compile(rf"[^\W\d_]+(?:[{HIDDEN}]*[{_APOSTROPHES}]?[{HIDDEN}]*[^\W\d_]+|[{HIDDEN}])*")
_POSSESSIVE = re.compile(rf"(?<=[A-Za-z\u00c0-\u024f])[{_APOSTROPHES}][sS]$")
_BREAK = re.compile(
    rf"[-‐‑–—¬=\u00ad][ \t]*(?:\r?\n|\f)[ \t\n>|]*(?:\d{{1,4}}[ \t]*[\n\f]+[ \t\n>]*)?[{_APOSTROPHES}]?"
    r"|(?P<wrap>[ \t]*(?:\r?\n){1,2}[ \t>|]*)|[¬\u00ad][ \t]*"
)
"""The end of a line inside a word: with a hyphen, a quotation's mark or a page number; where a program cut, without,
also with an empty line."""
_PARTS = rf"[\s.,\-_*·•~|/–—{_APOSTROPHES}]{{1,3}}"
_LETTER_GAP = re.compile(rf"{_PARTS}(?:[{_APOSTROPHES}]{_PARTS})?")
_CUT = rf"(?:[*_~\\^|]{{1,4}}|``|</?[A-Za-z]{{1,10}}>|[-‐‑–—\"”“()\[\]/]|\d)[{_APOSTROPHES}]?|[{_APOSTROPHES}]"
_MOST_PIECES = 4
_IN_PIECES = re.compile(rf"(?<![^\W\d_])[^\W\d_]++(?:(?:{_CUT})[^\W\d_]++)++")
_PIECE = re.compile(rf"(?P<cut>{_CUT})|[^\W\d_]+")
_LETTER = re.compile(r"[^\W\d_]")
_HUMP = re.compile(
    rf"(?<=[^\W\d_{_UPPER}])(?=[{_UPPER}])|(?<=[{_UPPER}])(?=[{_UPPER}][^\W\d_{_UPPER}])"
    r"|(?<=[A-Za-z]{2})(?=[\u0400-\u052f]{3})|(?<=[\u0400-\u052f]{2})(?=[A-Za-z]{3})"
)
_DROP = re.compile(f"[{HIDDEN}]")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_PLAIN = re.compile("[А-яЁЄІЇҐЎёєіїґў]+")
_LOOKS_LATIN = "АВЕКМНОРСТХУІЈЅԁаеорсхуіјѕһкпгтвмн"
_AS_LATIN = "ABEKMHOPCTXYIJSdaeopcxyijshknrtbmh"
_TO_LATIN = str.maketrans(_LOOKS_LATIN, _AS_LATIN)
_TO_CYRILLIC = str.maketrans("ABEKMHOPCTXYIJSaeopcxyijskugmtnbrh", "АВЕКМНОРСТХУІЈЅаеорсхуіјѕкидмтпьгн")
_GREEK = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορτυχ", "ABEZHIKMNOPTYXaiknoptux")
_LATIN_TWINS = frozenset("ABEKMHOPCTXYIaeopcxyi")


class Word(NamedTuple):
    """A reading of ``text[start:end]``; ``joined`` tells that it was put together from several pieces."""

    start: int
    end: int
    raw: str
    joined: str = ""  # "", "line" (with a hyphen), "wrap" (without), "cut", "spaced" or "part"


@lru_cache(maxsize=2)  # each layer asks for those of the same text
def words(text: str) -> tuple[Word, ...]:
    """Every word of ``text`` in order, followed by its other readings."""
    plain = tuple(_plain(text))
    return (*_with_humps(plain, text), *_over_lines(plain, text), *_cut(text), *_spaced(plain, text))


def _plain(text: str) -> Iterator[Word]:
    """Each run without an English ``'s``, with an apostrophe at its end that stands for a soft sign."""
    for match in _RUN.finditer(text):
        raw, (start, end) = match.group(), match.span()
        if raw[-1] in "sS" and (cut := _POSSESSIVE.search(raw)):
            yield Word(start, start + cut.start(), raw[: cut.start()])
        elif end < len(text) and text[end] in _APOSTROPHES and (start == 0 or text[start - 1] not in _APOSTROPHES):
            yield Word(start, end + 1, raw)
        else:
            yield Word(start, end, raw)


def _with_humps(plain: Sequence[Word], text: str) -> Iterator[Word]:
    """Each word, followed by its parts if it is in ``camelCase`` or of two scripts."""
    of_two_scripts = _CYRILLIC.search(text) and _LATIN.search(text)
    for word in plain:
        yield word
        raw = word.raw
        if not (raw.islower() or raw.isupper() or raw.istitle()) or (of_two_scripts and not _is_of_one_script(raw)):
            yield from _humps(word)


def _over_lines(plain: Sequence[Word], text: str) -> Iterator[Word]:
    """Two words as one where only the end of a line is between them."""
    for left, right in pairwise(plain):
        gap = text[left.end : right.start]
        if gap != " " and (broken := _BREAK.fullmatch(gap)):
            wrapped = broken.lastgroup and not left.raw.endswith("\u00ad")
            yield Word(left.start, right.end, left.raw + right.raw, "wrap" if wrapped else "line")


def _humps(word: Word) -> Iterator[Word]:
    """The parts of ``camelCase``."""
    cuts = [0, *(m.start() for m in _HUMP.finditer(word.raw)), len(word.raw)]
    if len(cuts) > 2:
        for begin, end in pairwise(cuts):
            yield Word(word.start + begin, word.start + end, word.raw[begin:end], "part")


def _is_of_one_script(raw: str) -> bool:
    return raw.isascii() or not (_CYRILLIC.search(raw) and _LATIN.search(raw))


def _cut(text: str) -> Iterator[Word]:
    """Words that marks of emphasis, tags, a hyphen, a bracket or a digit cut up: every two to four pieces as one."""
    for match in _IN_PIECES.finditer(text):
        pieces = [p for p in _PIECE.finditer(text, match.start(), match.end()) if not p["cut"]]
        for first in range(len(pieces)):
            for last in range(first + 1, min(first + _MOST_PIECES, len(pieces))):
                raw = "".join(piece.group() for piece in pieces[first : last + 1])
                yield Word(pieces[first].start(), pieces[last].end(), raw, "cut")


def _spaced(plain: Sequence[Word], text: str) -> Iterator[Word]:
    """Runs of three or more single letters, read as one word."""
    run: list[Word] = []
    for word in (*(word for word in plain if len(word.raw) == 1), Word(len(text), len(text), "")):
        if run and not (word.raw and _LETTER_GAP.fullmatch(text, run[-1].end, word.start)):
            if len(run) >= 3:
                yield Word(run[0].start, run[-1].end, "".join(w.raw for w in run), "spaced")
            run = []
        run.append(word)


def letters_of(word: Word, text: str) -> list[int]:
    """Where each letter of a spaced word stands in ``text``."""
    return [match.start() for match in _LETTER.finditer(text, word.start, word.end)]


def spellings(raw: str) -> tuple[str, ...]:
    """What ``raw`` may say: composed, nothing hidden inside, each word in one script."""
    if _PLAIN.fullmatch(raw):
        return (raw,)
    if raw.isascii():
        bare, cyrillic, latin = raw, False, True
    else:
        bare = unicodedata.normalize("NFKC", _DROP.sub("", unicodedata.normalize("NFC", raw)))
        bare = bare.translate(_GREEK)
        cyrillic, latin = bool(_CYRILLIC.search(bare)), bool(_LATIN.search(bare))
    if cyrillic and latin:
        return bare.translate(_TO_CYRILLIC), bare.translate(_TO_LATIN)
    if latin and len(bare) > 3 and _LATIN_TWINS.issuperset(bare):
        return bare, bare.translate(_TO_CYRILLIC)
    return (bare,)
