"""Names as they were sealed with one letter wrong, before anything is made of them.

Where a slip of the finger falls into letters that are one sound (Odhodi for Oshodi, Гапна for Ганна), keys have changed
more than one letter. Here letters are compared as they stand, in the script of the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_SHORTEST = 4
_MOST, _FEW = 5, 3  # letters of an ending, and of one behind so short a stem
_SOFT = {"k": "cč", "h": "zž", "g": "zž", "r": "ř", "к": "цч", "г": "зж", "х": "сш"}
_FLEETING = re.compile("[eěеоё](?=[^aeiouyáéíóúýаеиіоуыэюяєї]$)")
_AS_TWO = (("d", "cl"), ("m", "rn"), ("k", "lc"), ("h", "li"), ("n", "ri"), ("w", "vv"), ("u", "ii"))
_FINAL = "аеєиіїйоуюяьыэёaeiouyáéěíýůú"


class Slips:
    """Knows the ``names``."""

    def __init__(self, names: Iterable[str]) -> None:
        seen = {one for name in names for low in (name.casefold(),) for one in (low, *_misread(low))}
        told = {stem for name in seen for stem in stems(name) if len(stem) >= _SHORTEST}
        self._told = frozenset(told) | {rest for stem in told for rest in _without_one(stem)}

    def may_be(self, low: str) -> bool:
        """Whether ``low`` (in small letters) begins with a name in which one letter is wrong, lost or too many."""
        sizes = range(len(low), max(_SHORTEST - 2, len(low) - _MOST - 1), -1)
        heads = (low[:size] for size in sizes if size > _SHORTEST or len(low) - size <= _FEW)
        return any(head in self._told or not self._told.isdisjoint(_without_one(head)) for head in heads)


def stems(name: str) -> Iterator[str]:
    """What ``name`` (in small letters) begins with in all its cases."""
    bare = name.rstrip(_FINAL)
    yield from (name, name[:-1], bare, _FLEETING.sub("", bare))
    yield from (bare[:-1] + soft for soft in _SOFT.get(bare[-1:], ()))


def _misread(name: str) -> Iterator[str]:
    """``name`` with a letter that a machine took for two: Aclélu, of Adéla."""
    for letter, two in _AS_TWO:
        yield from (name[:at] + two + name[at + 1 :] for at, one in enumerate(name) if one == letter)


def _without_one(word: str) -> Iterator[str]:
    yield from (word[:at] + word[at + 1 :] for at in range(len(word)))
