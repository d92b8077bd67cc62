"""Names with two letters wrong, where they open a sentence: of a long name so much is left that nothing else is near.

Two wrong letters leave one third of a name as it was; by that it is found, and then compared letter by letter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

from archive.language.keys import keys

_SHORTEST, _WRONG = 7, 2  # letters of the key of a name that may have so many wrong
_MOST = 5  # letters of an ending
_VOWELS = "aeiou"


class Twice:
    """Knows the ``names`` (as they were sealed), without the vowels at their ends."""

    def __init__(self, names: Iterable[str]) -> None:
        self._thirds: dict[str, list[tuple[str, int]]] = defaultdict(list)
        stems = {key.rstrip(_VOWELS) for name in names for key in keys(name)}
        for stem in sorted(one for one in stems if len(one) >= _SHORTEST):
            for start, end in _thirds(len(stem)):
                self._thirds[stem[start:end]].append((stem, start))
        self._sizes = sorted({len(third) for third in self._thirds})

    def may_be(self, key: str) -> bool:
        """Whether ``key`` begins as one of the names, but for two letters at most."""
        return any(_is_near(stem, key) for stem in dict.fromkeys(self._candidates(key)))

    def _candidates(self, key: str) -> Iterator[str]:
        """The names of which a third stands in ``key`` where it may, and of whose letters no more than two lack."""
        if len(key) < _SHORTEST - _WRONG:
            return
        letters = set(key)
        for size in self._sizes:
            for at in range(len(key) - size + 1):
                for stem, start in self._thirds.get(key[at : at + size], ()):
                    fits = abs(at - start) <= _WRONG and -_WRONG <= len(key) - len(stem) <= _WRONG + _MOST
                    if fits and len(set(stem) - letters) <= _WRONG:
                        yield stem


def _thirds(size: int) -> Iterator[tuple[int, int]]:
    """Where the thirds of so many letters begin and end."""
    cuts = [0, size // 3, size - (size + 1) // 3, size]
    yield from pairwise(cuts)


def _is_near(stem: str, key: str) -> bool:
    """Whether ``stem`` and what stands before an ending in ``key`` differ in two letters: lost, other or too many."""
    row = list(range(len(key) + 1))
    for at, letter in enumerate(stem, 1):
        last, row = row, [at]
        for place, other in enumerate(key, 1):
            row.append(min(last[place - 1] + (letter != other), last[place] + 1, row[-1] + 1))
        if min(row) > _WRONG:
            return False
    return min(row[max(0, len(key) - _MOST) :]) <= _WRONG
