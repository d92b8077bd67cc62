"""Names torn by a blank inside a line, as readers of scans and old programs leave them: Казар- ян, Brzęczyszczewsk iej.

Two to four neighbouring pieces count as one word where together they are spelled as a name is, and the first of them is
how a name begins and no small word in small letters. In running text what is found so is in doubt: now and then two
words say it. In a field or a cell, which has no lines of its own, it is certain: whoever copies a name from a paper
brings the hyphen along and a blank for the line's end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from archive.language.keys import keys
from archive.language.names import function_words
from archive.language.words import Word

LEAST, IN_A_TITLE = 4, 3
"""Letters (of the key) of a stem that may be torn: anywhere, and in a short field."""
_HEAD = 3  # letters by which most words are seen to begin no name
_SMALL = 3  # letters of a first piece without a capital
_MOST_MORE = 3  # pieces after the first
_GAP = re.compile("[ \u00a0\u2000-\u200a\u202f]{1,3}|[ \u00a0]{0,2}[-‐‑–—¬][ \u00a0]{1,3}|[.,]")


class IsName(Protocol):
    """Tells whether what was put together is a name; ``long``: of short ones a small word is no piece."""

    def __call__(self, raw: str, long: bool, /) -> bool: ...


class Torn:
    """Knows what those of ``stems`` (keys) begin with that have so many letters at ``least``."""

    def __init__(self, stems: Iterable[str], least: int) -> None:
        long = (stem for stem in stems if len(stem) >= least)
        self._begun = frozenset(stem[:size] for stem in long for size in range(1, len(stem) + 1))
        self._heads, self._known = dict[str, bool](), dict[str, bool]()

    def find(self, text: str, plain: Sequence[Word], is_name: IsName) -> Iterator[tuple[int, int]]:
        """Start and end of every run of ``plain`` words that together are a name."""
        for at, first in enumerate(plain):
            if self._may_begin(first.raw):
                yield from self._from(text, first, plain[at + 1 : at + 1 + _MOST_MORE], is_name)

    def _from(self, text: str, first: Word, more: Iterable[Word], is_name: IsName) -> Iterator[tuple[int, int]]:
        """The longest name that begins with ``first``; of a name by itself what is behind may be another word."""
        raw, end, found, small = first.raw, first.end, 0, _is_small(first.raw)
        for word in more:
            if not _GAP.fullmatch(text, end, word.start):
                break
            raw, end, is_small = raw + word.raw, word.end, _is_small(word.raw)
            small = small or is_small
            if is_name(raw, small):
                found = found if is_small and (found or is_name(first.raw, False)) else end
            elif not self._is_begun(raw):
                break
        if found:
            yield first.start, found

    def _may_begin(self, raw: str) -> bool:
        """Whether a word may be the first piece of a torn name."""
        known = self._known.get(raw)
        if known is None:
            usual = not raw[0].isupper() and (len(raw) < _SMALL or _is_small(raw))
            known = self._known[raw] = not usual and self._has_head(raw[:_HEAD]) and self._is_begun(raw)
        return known

    def _has_head(self, head: str) -> bool:
        known = self._heads.get(head)
        if known is None:
            known = self._heads[head] = self._is_begun(head)
        return known

    def _is_begun(self, raw: str) -> bool:
        """Whether a stem begins so, but for the last letter, which may be half of what is one sound (Š, of Sch)."""
        return any(key in self._begun or (len(key) > 1 and key[:-1] in self._begun) for key in keys(raw))


def _is_small(raw: str) -> bool:
    return raw.casefold() in function_words()
