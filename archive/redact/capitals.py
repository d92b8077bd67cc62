"""Capitalised words inside sentences that no other layer found: to be hidden, or waived by a person word by word.

No knowledge of names: whatever starts with a capital without opening a sentence. That a line begins says nothing: pages
break lines anywhere; a line opens a sentence after an end mark or an empty line. ``group`` brings the inflected forms
of a word together, so that a person decides once for the whole case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from archive.language.keys import keys
from archive.language.words import words
from archive.redact.span import Span

_SHORT = r"(?<!\b\w)(?<!\b[MD]r)(?<!\bM[sx])(?<!\bMrs)(?<!\b[Гг]р)(?<!\b[Пп]п)"
"""After these a full stop ends no sentence, and a name follows: an initial, a number, a form of address."""
_OPENS = re.compile(rf"(?:^|{_SHORT}\.|[!?…:;]|\n[^\S\n]*\n)[\s\"'«»„“”‘’()\[\]*•–—-]*$")
_NUMBERED = re.compile(
    r"(?:(?:Case|File|Справ[аи]|Дел[оа]|Провадження|Производство|Věc|Spis)[^\S\n]{1,3})?(?:No|Nr|№|č)\.?[^\S\n]{0,3}(?=[\w/.-]{0,12}\d)"
)
"""What stands before the number of a case, and a name never does: "Case No. 417/25"."""
_ENDING = re.compile(
    r"(?:ovi|evi|iami|ami|imi|oho|eho|omu|emu|aia|oiu|eiu|iam|iah|iou|om|em|am|ah|im|ih|ov|ev|iv|oi|ei|ou|ia|iu|[aeiou])$"
)


def find(text: str, covered: Iterable[Span] = ()) -> list[Span]:
    """Capitalised words of ``text`` that do not open a sentence and that no span in ``covered`` touches."""
    taken = sorted((span.start, span.end) for span in covered)
    found, at = [], 0
    for word in words(text):
        if word.joined or len(word.raw) < 2 or not word.raw[0].isupper() or _NUMBERED.match(text, word.start):
            continue
        while at < len(taken) and taken[at][1] <= word.start:
            at += 1
        if at < len(taken) and taken[at][0] < word.end:
            continue
        if not _OPENS.search(text[max(0, word.start - 8) : word.start] or "\n"):
            found.append(Span(word.start, word.end, "capital", None, "capital"))
    return found


def group(word: str) -> str:
    """The key under which the forms of ``word`` are put together: script-neutral, without its ending."""
    key = keys(word)[0]
    bare = _ENDING.sub("", key)
    return bare if len(bare) >= 3 else key
