"""Names of two or three letters, in every case: what is too short for stems and endings is looked up letter by letter.

They are words or parts of words everywhere, so whatever is found is in doubt, and that only where somebody with such a
name is sealed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from archive.language.keys import keys

_LONGEST = 3  # letters of a brief name
_TWO = 2  # letters that stand for one in Latin: ij, iy
_MOST = 5  # letters that an ending has at most
_ENDINGS = frozenset(
    " ".join(
        (
            "а у ом ем ём і ї е и ы я ю єм ові еві єві ов ев єв ей ою ею єю ой ого ому его ему ым им ів їв ам ами",
            "ах ях ям ями ін ин ина ине ову ова ове",
            "a u o em om ovi owi ou ho mu m ův uv ova ovo ovu ovy ové ovou ových ové ům in ina inu iny ii i y ě ie iem",
            "ą ę ego emu im ym n s he mi no nou ovým ech ám ami ách",
        )
    ).split()
)
_OF_ONE = frozenset(
    ["и", "і", "ї", "е", "є", "у", "ю", "ою", "ею", "єю", "ей", "ин", "ина", "ине", "ині", "ино", "ины", "ину", "иної"]
)  # Ія: Ії, Ією
_FINAL = "аяaeиіiуюu"


_OF_ONE_LATIN = frozenset(["i", "u", "ou", "iu", "ii", "in", "ina", "iny", "ine", "ino", "inu", "inou", "ini", "inoi"])


class Brief:
    """Knows the brief ones of ``written`` (names as they were sealed)."""

    def __init__(self, written: Collection[str]) -> None:
        short = [one.casefold() for one in written if 1 < len(one) <= _LONGEST]
        self._keys = frozenset(key for one in short for key in keys(one))
        self._stems = frozenset(one[:-1] for one in short if one[-1] in _FINAL and len(one) > 2)
        self._letters = frozenset(one[0] for one in short if one[-1] in "ая" and len(one) == 2)
        self._sounds = frozenset(key for one in self._letters for key in keys(one))
        three = {one for one in short if len(one) == _LONGEST}
        three |= {one[:-1] for name in written if len(name) == _LONGEST + 1 and (one := name.casefold())[-1] in _FINAL}
        self._wrong = frozenset(rest for one in three for key in keys(one) for rest in _without_one(key))

    def may_be(self, low: str) -> bool:
        """Whether ``low`` (a word in small letters) is a form of one."""
        if not self._keys or not 1 < len(low) <= _LONGEST + _MOST:
            return False
        return any(self._fits(low[:size], low[size:]) for size in range(len(low), 0, -1))

    def may_open(self, low: str) -> bool:
        """Whether ``low``, which opens a sentence, is a form of a name of three letters with one of them wrong."""
        return bool(self._wrong) and any(
            (low[size:] in _ENDINGS or size == len(low)) and self._is_wrong(low[:size])
            for size in range(max(_LONGEST, len(low) - _MOST), min(_LONGEST + 1, len(low)) + 1)
        )

    def _is_wrong(self, base: str) -> bool:
        return any(not self._wrong.isdisjoint(_without_one(key)) for key in keys(base)[:1])

    def _fits(self, base: str, ending: str) -> bool:
        if not ending:
            return not self._keys.isdisjoint(keys(base))
        if base in self._letters:
            return ending in _OF_ONE
        if ending in _OF_ONE_LATIN and len(base) <= _TWO and keys(base)[0] in self._sounds:
            return True  # Ijina
        if ending not in _ENDINGS:
            return False
        return base in self._stems or (len(base) > 1 and not self._keys.isdisjoint(keys(base)))


def _without_one(key: str) -> Iterator[str]:
    """``key`` without each of its letters, two of three at least."""
    yield from (key[:at] + key[at + 1 :] for at in range(len(key)) if len(key) >= _LONGEST)
