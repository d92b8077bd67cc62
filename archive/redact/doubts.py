"""Words that may be a protected name, though too little speaks for it to hide them for good: a person decides.

Looked at are only words that no other layer holds: the first word of a sentence, where a capital says nothing, and
words in small letters. Such a word is in doubt if it begins as a name does (Кострик, of Костенко), has a letter wrong
in a short name, is a name that is also a word of another language (Very), is misspelt in small letters, two names in
one, typed on the wrong keyboard, or a name of two letters. It is hidden like any other unknown word, until somebody
clears it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from archive.language.keys import keys
from archive.language.names import function_words, ordinary_forms, ordinary_words
from archive.language.words import Word, spellings, words
from archive.redact.around import small_words
from archive.redact.brief import Brief
from archive.redact.forms import PARTS, Form, Hit
from archive.redact.glued import Glued
from archive.redact.keyboards import Keyboards
from archive.redact.near import Near
from archive.redact.slips import Slips
from archive.redact.span import Span, taken
from archive.redact.torn import Torn
from archive.redact.twice import Twice

_BEGINS, _ENDS = 3, 5  # letters of a key that are a name's first, or the last of its stem
_LONGEST, _BRIEF = 60, 3
_SHORTEST, _SMALL = 4, 7  # letters of a stem with a wrong one: in a word with a capital, in small letters
_SECOND = re.compile("(?<=[b-df-hj-np-tv-xz])[hz]", re.IGNORECASE)
_TORN = 6  # letters of a torn name of which so few as four may be its stem
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ"  # the sign of a note


class Hits(Protocol):
    """Tells whose form a word may be; ``wrapped``: it is put together of pieces, so that only long names count."""

    def __call__(self, raw: str, /, *, wrapped: bool = False) -> Collection[tuple[Hit, int]]: ...


class Doubts:
    """Looks for what may be one of ``forms``."""

    def __init__(
        self,
        forms: Mapping[str, Sequence[Form]],
        near: Near,
        written: Mapping[str, Sequence[Hit]],
        initials: Mapping[str, str],
        torn: Torn,
    ) -> None:
        stems = [stem for stem, rows in forms.items() if any(form.hit.part in PARTS for form in rows)]
        self._begins = frozenset(stem[:_BEGINS] for stem in stems)
        self._ends = frozenset(stem[-_ENDS:] for stem in stems if len(stem) > _ENDS)
        self._near = near
        self._written = frozenset(one.casefold() for one in written if len(one) > 1)
        names = [one for one, hits in written.items() if any(hit.part in PARTS for hit in hits)]
        self._brief, self._slips, self._keyboards = Brief(names), Slips(names), Keyboards(names)
        self._glued = Glued(forms, near, initials, names)
        self._torn, self._twice = torn, Twice(names)
        self._known: dict[str, bool] = {}

    def spans(self, text: str, covered: Iterable[Span], hits: Hits) -> Iterator[Span]:
        """Doubtful words of ``text`` that no span in ``covered`` touches; ``hits`` tells whose form a word may be."""
        held = taken(text, covered)
        small: frozenset[str] | None = None
        plain = list[Word]()
        for word in words(text):
            if not word.joined:
                plain.append(word)
            if not 2 <= len(word.raw) <= _LONGEST or word.joined == "part" or not self._may_be(word, hits):
                continue
            if held.find(1, word.start, word.end) >= 0:
                continue
            if word.raw[0].isupper():
                small = small_words(text) if small is None else small
                if word.raw.casefold() in small:
                    continue
            yield Span(word.start, word.end, "capital", None, "capital")
        for start, end in (*self._keyboards.find(text), *self._torn_ones(text, plain, hits)):
            if any(not held[at] and text[at].isalnum() for at in range(start, end)):
                yield Span(start, end, "capital", None, "capital")

    def _torn_ones(self, text: str, plain: Sequence[Word], hits: Hits) -> Iterator[tuple[int, int]]:
        """Start and end of what is a name once its pieces are put together."""

        def is_name(raw: str, long: bool) -> bool:
            said = hits(raw, wrapped=long or len(raw) < _TORN)
            return any(hit.part in PARTS and not hit.loose for hit, _ in said)

        return self._torn.find(text, plain, is_name)

    def _may_be(self, word: Word, hits: Hits) -> bool:
        if word.joined in ("line", "cut"):
            return bool(hits(word.raw))
        known = self._known.get(word.raw)
        if known is None:
            sure = word.joined == "spaced" and bool(hits(word.raw))
            known = self._known[word.raw] = sure or self._looks_like_a_name(word.raw, hits)
        return known

    def _looks_like_a_name(self, raw: str, hits: Hits) -> bool:
        shown = spellings(raw)
        lows = {one.casefold().rstrip(_RAISED) for one in shown}
        if not lows.isdisjoint(function_words()):
            return raw[0].isupper() and bool(hits(raw))
        said = tuple(key for one in shown for key in keys(one))
        if raw[0].isupper():
            return bool(hits(raw)) or self._may_open(raw, lows, said)
        is_ordinary = said[0] in ordinary_words()
        if not (self._written.isdisjoint(lows) or (is_ordinary and len(raw) > _BRIEF)):
            return True
        if any(map(self._brief.may_be, lows)):
            return True
        if is_ordinary or not lows.isdisjoint(ordinary_forms()):
            return False
        exact = any(not hit.ordinary and not hit.loose and hit.part in PARTS for hit, _ in hits(raw))
        return (exact and len(raw) >= _SHORTEST) or self._is_near(said, _SMALL) or self._glued.may_be(shown[0], said)

    def _may_open(self, raw: str, lows: Iterable[str], said: Sequence[str]) -> bool:
        """Whether a word that opens a sentence may be a name, or part of one."""
        return (
            any(map(self._has_part, said))
            or self._is_near(said, _SHORTEST)
            or any(self._is_near(keys(half), _SHORTEST) for half in _with_half(raw))
            or any(self._brief.may_be(low) or self._brief.may_open(low) or self._slips.may_be(low) for low in lows)
            or any(map(self._twice.may_be, said))
            or self._glued.may_be(raw.casefold(), said)
        )

    def _has_part(self, key: str) -> bool:
        """Whether a key begins as a name does, or has all of its end."""
        return key[:_BEGINS] in self._begins or any(key[at : at + _ENDS] in self._ends for at in range(len(key)))

    def _is_near(self, said: Sequence[str], shortest: int) -> bool:
        return any(form.hit.part in PARTS for key in said for form, _ in self._near.cuts(key, shortest, shortest))


def _with_half(raw: str) -> Iterator[str]:
    """``raw`` without the second letter of what may be a misspelt sh or cz: Odhodi, of Oshodi."""
    yield from (raw[: at.start()] + raw[at.end() :] for at in _SECOND.finditer(raw))
