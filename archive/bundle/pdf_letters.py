"""Hebrew and Arabic as they are drawn: letters joined, and what is read from the right put in its order from the left.

The paper is drawn letter by letter from the left, so whoever draws has to know. Such words inside another text stay on
one line; a text that begins with one is broken into lines here, and each stands at the right.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import cache

_RTL = "\u0590-\u05ff\u0600-\u06ff\u0750-\u077f\ufb1d-\ufdff\ufe70-\ufefc"
_LETTER = re.compile(f"[{_RTL}]")
_STRETCH = re.compile(f"[{_RTL}](?:[^A-Za-zÀ-ɏ\u0370-\u052f\n]*[{_RTL}])?")
_NUMBER = re.compile(r"[0-9\u0660-\u0669\u06f0-\u06f9]+(?:[.,:/-][0-9\u0660-\u0669\u06f0-\u06f9]+)*")
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_LAM_ALEF = re.compile("\u0644([\u0622\u0623\u0625\u0627])")
_A_LINE = 50  # characters that fit between the margins
_ISOLATED, _FINAL, _INITIAL, _MEDIAL = "<isolated>", "<final>", "<initial>", "<medial>"


def leads(text: str) -> bool:
    """Whether it is read from the right as a whole: its first letter is."""
    first = next((letter for letter in text if letter.isalpha()), "")
    return _LETTER.match(first) is not None


def inside(text: str) -> str:
    """A text from the left, with the words in it that are read from the right as drawn, on one line if they fit."""

    def drawn(found: re.Match[str]) -> str:
        turned = _turned(found[0])
        return turned.replace(" ", "\u00a0") if len(turned) <= _A_LINE else turned

    return _STRETCH.sub(drawn, text)


def lines(text: str, width: Callable[[str], float], room: float) -> Iterator[str]:
    """The lines of a text from the right, as they are drawn; ``width`` measures one, ``room`` is how wide it may be."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and width(_turned(longer)) > room:
            yield _turned(line)
            longer = word
        line = longer
    if line:
        yield _turned(line)


def _turned(text: str) -> str:
    """A stretch from the right: all the other way round, but for what is read from the left in it."""
    turned = _joined(text).translate(_MIRRORED)[::-1]
    kept = re.sub(
        "[A-Za-zÀ-ɏ\u0370-\u052f]+(?:[ '’-]+[A-Za-zÀ-ɏ\u0370-\u052f]+)*", lambda found: found[0][::-1], turned
    )
    return _NUMBER.sub(lambda found: found[0][::-1], kept)


def _joined(text: str) -> str:
    """Arabic letters in the form that their neighbours ask for."""
    text = _LAM_ALEF.sub(lambda found: _ligature(found[1]), text)
    shown = []
    for at, letter in enumerate(text):
        forms = _forms().get(letter)
        if forms is None:
            shown.append(letter)
            continue
        before, after = _beside(text[:at][::-1]), _beside(text[at + 1 :])
        joins_before = _INITIAL in _forms().get(before, {}) and _FINAL in forms
        joins_after = _INITIAL in forms and _FINAL in _forms().get(after, {})
        wanted = {(True, True): _MEDIAL, (True, False): _FINAL, (False, True): _INITIAL}
        shown.append(forms.get(wanted.get((joins_before, joins_after), _ISOLATED), letter))
    return "".join(shown)


def _beside(text: str) -> str:
    """The first character that is no mark above or below a letter."""
    return next((one for one in text if not unicodedata.combining(one)), "")


def _ligature(alef: str) -> str:
    """Lam and alef are one sign; which has forms as letters have."""
    return next(sign for sign in map(chr, range(0xFEF5, 0xFEFD)) if _of(sign) == (_ISOLATED, f"\u0644{alef}"))


@cache
def _forms() -> Mapping[str, Mapping[str, str]]:
    """Letter, place, sign: from what Unicode says of its signs for drawing."""
    found: dict[str, dict[str, str]] = {}
    for sign in map(chr, (*range(0xFB50, 0xFBB2), *range(0xFBD3, 0xFC00), *range(0xFE80, 0xFEF5))):
        place, letter = _of(sign)
        if len(letter) == 1:
            found.setdefault(letter, {})[place] = sign
    for sign in map(chr, range(0xFEF5, 0xFEFD, 2)):
        found[sign] = {_ISOLATED: sign, _FINAL: chr(ord(sign) + 1)}
    return found


def _of(sign: str) -> tuple[str, str]:
    """The place that a sign is for, and the letters it stands for."""
    place, *codes = unicodedata.decomposition(sign).split() or [""]
    return place, "".join(chr(int(code, 16)) for code in codes)
