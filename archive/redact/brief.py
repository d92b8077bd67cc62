"""Names of two or three letters, in every case: what is too short for stems and endings is looked up letter by letter.

They are words or parts of words everywhere, so whatever is found is in doubt, and that only where somebody with such a
name is sealed.
"""

from __future__ import annotations

from collections.abc import Iterable

from archive.language.keys import keys

_LONGEST = 3  # letters of a brief name
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


class Brief:
    """Knows the brief ones of ``written`` (names as they were sealed)."""

    def __init__(self, written: Iterable[str]) -> None:
        short = [one.casefold() for one in written if 1 < len(one) <= _LONGEST]
        self._keys = frozenset(key for one in short for key in keys(one))
        self._stems = frozenset(one[:-1] for one in short if one[-1] in _FINAL and len(one) > 2)
        self._letters = frozenset(one[0] for one in short if one[-1] in "ая" and len(one) == 2)

    def may_be(self, low: str) -> bool:
        """Whether ``low`` (a word in small letters) is a form of one."""
        if not self._keys or not 1 < len(low) <= _LONGEST + _MOST:
            return False
        return any(self._fits(low[:size], low[size:]) for size in range(len(low), 0, -1))

    def _fits(self, base: str, ending: str) -> bool:
        if not ending:
            return not self._keys.isdisjoint(keys(base))
        if base in self._letters:
            return ending in _OF_ONE
        if ending not in _ENDINGS:
            return False
        return base in self._stems or (len(base) > 1 and not self._keys.isdisjoint(keys(base)))
