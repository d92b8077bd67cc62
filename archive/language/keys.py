"""Script-neutral keys: one alphabet for Cyrillic and Latin, so that Щукіна, Shchukina and Ščukina are spelled alike.

Classes both scripts agree on: г ґ х g h kh → h; ж з z zh → z; ш с → s; ц ч → c; и і ї й ы y j → i; в v w → v. Soft
and hard signs fall away, я is ``ia`` and ю is ``iu``, ``ie`` becomes ``e``, doubled letters become one. A digraph
that transliterations read in several ways gives several keys (ch → c or h). Learned from KMU 2010, BGN/PCGN, ISO 9,
GOST 7.79 and from Czech, Polish, German and French habit; see also ``respell``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import product

MOST = 24  # keys of one word; a word with more ambiguities than that is hardly a name
_MOST_LETTERS = 4096  # that are remembered

_PLAIN = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "h", "д": "d", "е": "e", "є": "e", "ж": "z", "з": "z", "и": "i",
    "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
    "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "c", "ш": "s", "щ": "sc", "ъ": "", "ы": "i", "ь": "",
    "э": "e", "ю": "iu", "я": "ia", "ј": "i", "ѕ": "s", "g": "h", "j": "i", "w": "v", "y": "i", "ł": "l",
    "đ": "d", "ø": "o", "ı": "i", "'": "", "’": "", "‘": "", "ʼ": "", "ʹ": "", "′": "", "`": "", "´": "", "ʺ": "",
    "″": "",
}  # fmt: skip

_AMBIGUOUS = {
    "ё": "io e o", "ьо": "io o", "ў": "v u", "рж": "rz r z", "тс": "ts c", "дс": "ds c", "дч": "dc c", "тч": "tc c",
    "schtsch": "sc", "shch": "sc", "szcz": "sc", "chtch": "sc", "šč": "sc", "stsch": "sc",
    "tsch": "c", "tch": "c th", "sch": "s sc z sh", "ch": "c h", "kh": "h", "gh": "h", "zh": "z zh", "rzh": "rz rzh",
    "shh": "sc sh",
    "tsh": "ts c tsh",
    "sh": "s", "th": "t", "ph": "f", "ts": "c ts", "tz": "c tz", "cz": "c", "sz": "s", "rz": "rz r z", "ck": "k ck",
    "x": "ks h",
    "ue": "ue u", "oe": "oe o", "ae": "ae a e", "ä": "a e", "ö": "o", "ü": "u", "ó": "o u", "ë": "e io o",
    "ą": "o a on om", "ę": "e a en em", "ŭ": "v u", "ř": "r rz", "æ": "ae e", "ŏ": "o",
    "â": "a ia", "û": "u iu", "ŝ": "s sc",  # ISO 9: я, ю, щ
    "ə": "e a", "ә": "e a", "q": "k h",  # Azeri
}  # fmt: skip
_SOFT = dict(zip("ňťďľńśźć", "ntdlnszc", strict=True))
_TOKENS = re.compile(
    "|".join(
        [
            r"(?P<soft>[ňťďľńśźć])(?=[aouáóúůôё])",
            r"(?P<back>c)(?![eiyhkěíýz])",
            r"(?P<off>ff)$",
            *sorted(_AMBIGUOUS, key=len, reverse=True),
        ]
    )
)
_E = re.compile("i+e+")
_DOUBLE = re.compile(r"(.)\1+")


def canonical(key: str) -> str:
    """Close a key: ``ie`` to ``e`` and no letter twice. To be applied wherever keys are put together."""
    whole = _E.sub("e", key) if "ie" in key else key
    return _DOUBLE.sub(r"\1", whole) if _DOUBLE.search(whole) else whole


class _Letters(dict[int, str]):
    """What ``str.translate`` needs: the keys of letters; what is not in it is read without its marks."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        base = (c for c in unicodedata.normalize("NFD", letter) if not unicodedata.combining(c))
        bare = "".join(_PLAIN.get(c, c) for c in base)
        if len(self) < _MOST_LETTERS:
            self[code] = bare
        return bare


_LETTERS = _Letters({ord(letter): key for letter, key in _PLAIN.items()})


@lru_cache(maxsize=16_384)  # each layer asks for those of the same words
def keys(word: str) -> tuple[str, ...]:
    """The keys of ``word``, the likeliest first; at most ``MOST``."""
    low = word.casefold().replace("i\u0307", "i")
    parts: list[tuple[str, ...]] = []
    at, count = 0, 1
    for match in _TOKENS.finditer(low):
        if match.start() > at:
            parts.append((low[at : match.start()].translate(_LETTERS),))
        options = _options(match)
        count *= len(options)
        parts.append(options if count <= MOST else options[:1])
        at = match.end()
    parts.append((low[at:].translate(_LETTERS),))
    if len(parts) == 1:
        return (canonical(parts[0][0]),)
    return tuple(dict.fromkeys(canonical("".join(choice)) for choice in product(*parts)))


def _options(match: re.Match[str]) -> tuple[str, ...]:
    """The readings of one ambiguous stretch."""
    kind = match.lastgroup
    if kind == "soft":
        base = _SOFT[match.group()]
        return (base + "i", base)
    if kind == "back":
        return ("c", "k")
    if kind == "off":
        return ("f", "v")
    return tuple(_AMBIGUOUS[match.group()].split())
