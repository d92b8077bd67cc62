"""Names as they were sealed with one letter wrong, before anything is made of them.

Where a slip of the finger falls into letters that are one sound (Odhodi for Oshodi, Гапна for Ганна), keys have changed
more than one letter. Here letters are compared as they stand, in the script of the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_SHORTEST = 4
_MOST = 5  # letters of an ending
_SOFT = {"k": "cč", "h": "zž", "g": "zž", "r": "ř", "к": "цч", "г": "зж", "х": "сш"}
_FLEETING = re.compile("[eěеоё](?=[^aeiouyáéíóúýаеиіоуыэюяєї]$)")
_FINAL = "аеєиіїйоуюяьыэёaeiouyáéěíýůú"


class Slips:
    """Knows the ``names``."""

    def __init__(self, names: Iterable[str]) -> None:
        stems = {stem for name in names for stem in _stems(name.casefold())}
        self._told = frozenset(stems) | {rest for stem in stems for rest in _without_one(stem)}

    def may_be(self, low: str) -> bool:
        """Whether ``low`` (in small letters) begins with a name in which one letter is wrong, lost or too many."""
        heads = (low[:size] for size in range(len(low), max(_SHORTEST - 2, len(low) - _MOST - 1), -1))
        return any(head in self._told or not self._told.isdisjoint(_without_one(head)) for head in heads)


def _stems(name: str) -> Iterator[str]:
    if len(name) >= _SHORTEST:
        yield name
        bare = name.rstrip(_FINAL)
        for stem in (bare, *(bare[:-1] + soft for soft in _SOFT.get(bare[-1:], ())), _FLEETING.sub("", bare)):
            if len(stem) >= _SHORTEST:
                yield stem


def _without_one(word: str) -> Iterator[str]:
    yield from (word[:at] + word[at + 1 :] for at in range(len(word)))
