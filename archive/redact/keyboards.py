"""Names typed while the keyboard was switched to the other alphabet: Itdxtyrj is Шевченко, Тщмфл is Novak."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from archive.redact.slips import stems

_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`\\"
_LAYOUTS = ("йцукенгшщзхїфівапролджєячсмитьбю'ґ", "йцукенгшщзхъфывапролджэячсмитьбюё\\")
_TO_LATIN = [str.maketrans(layout, _KEYS) for layout in _LAYOUTS]
_TO_CYRILLIC = [str.maketrans(_KEYS, layout) for layout in _LAYOUTS]
_TYPED = re.compile(r"(?<!\w)[A-Za-z\[\];',.`\\]{3,40}|(?<!\w)[\u0400-\u052f']{3,40}")
_HEAD = 3
_MOST_MORE, _FEW_MORE = 8, 3  # letters that may follow what a name begins with, and what is so short
_LATIN = re.compile("[a-z]")


class Keyboards:
    """Finds the ``names`` (as they were sealed) in what was typed on the wrong keyboard."""

    def __init__(self, names: Iterable[str]) -> None:
        self._begun: dict[str, set[str]] = {}
        for name in names:
            for typed in _mistyped(name.casefold()):
                self._begun.setdefault(typed[:_HEAD], set()).add(typed)

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Start and end of every such word."""
        for match in _TYPED.finditer(text) if self._begun else ():
            low = match.group().casefold()
            if any(
                low.startswith(one) and len(low) - len(one) <= _more(one) for one in self._begun.get(low[:_HEAD], ())
            ):
                yield match.span()


def _more(begun: str) -> int:
    return _MOST_MORE if len(begun) > _HEAD else _FEW_MORE


def _mistyped(name: str) -> Iterator[str]:
    """What ``name`` begins with on each other keyboard."""
    bare = "".join(one for one in unicodedata.normalize("NFD", name) if not unicodedata.combining(one))
    latin = _LATIN.search(bare) is not None
    tables = _TO_CYRILLIC if latin else _TO_LATIN
    yield from {
        stem.translate(table) for stem in stems(bare if latin else name) for table in tables if len(stem) >= _HEAD
    }
