"""Search folding: one spelling for what readers take as the same word, for index columns and queries alike.

SQLite's unicode61 folds neither ё to е nor ї to і, so this is done before a text reaches it. Folded are:
compatibility forms, case, diacritics (й stays, as it is a letter and not an и with a mark), е ё є э, и і ї ы, г ґ, у
ў, apostrophes and invisible characters (dropped). The result is for comparing, never for showing.
"""

from __future__ import annotations

import unicodedata
from itertools import chain

_LETTERS = {
    "ё": "е", "є": "е", "э": "е", "ѐ": "е", "ѓ": "г", "ґ": "г", "і": "и", "ї": "и", "ы": "и", "ѝ": "и", "ў": "у",
    "ќ": "к", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t",
}  # fmt: skip
_APOSTROPHES = "'`´’‘ʼʹ′ꞌ"
_INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_MARKS = (range(0x300, 0x370), range(0x483, 0x488), range(0x1AB0, 0x1B00), range(0x1DC0, 0x1E00), range(0x20D0, 0x2100))
_PRECOMPOSED = (range(0xC0, 0x250), range(0x1E00, 0x2000), range(0x386, 0x3CF), range(0x4C1, 0x500))


def _table() -> dict[int, str | None]:
    """What ``str.translate`` needs: letters with marks to their base, marks and invisible characters to nothing."""
    table: dict[int, str | None] = {}
    for code in chain(*_PRECOMPOSED):
        bare = "".join(c for c in unicodedata.normalize("NFD", chr(code)) if not unicodedata.combining(c))
        if bare and bare != chr(code):
            table[code] = "".join(_LETTERS.get(c, c) for c in bare)
    table.update(dict.fromkeys(chain(*_MARKS, *(map(ord, s) for s in (_APOSTROPHES, _INVISIBLE)))))
    table.update({ord(letter): to for letter, to in _LETTERS.items()})
    return table


_TABLE = _table()


def fold(text: str) -> str:
    """Fold ``text`` for comparing; folding twice changes nothing more."""
    bare = unicodedata.normalize("NFKC", text).casefold().translate(_TABLE)
    return unicodedata.normalize("NFKC", bare)  # dropping what is invisible can bring parts of one letter together
