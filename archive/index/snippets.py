"""The few words of a record around what was found in it, in its own script, with the places to be marked."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from archive.index.query import Term
from archive.index.reading import Stored
from archive.index.words import RAW_WORD, joined, keys, shown_fields, shown_text
from archive.language.fold import fold

_BEFORE, _LENGTH = 60, 180  # characters of a snippet: before the hit, and in all
_STEP, _OVERLAP = 1_000, 400  # characters of a text that are looked through at a time


class _Firsts(dict[str, bool]):
    """Whether a word of a text, which begins with this letter, may be one of those sought, which begin with ``folded``:
    most are told by that, and need not be folded."""

    def __init__(self, folded: Collection[str]) -> None:
        super().__init__()
        self._folded = folded

    def __missing__(self, letter: str) -> bool:
        first = fold(letter)[:1]
        self[letter] = may_be = not first or first in self._folded or (first == "и" and "й" in self._folded)
        return may_be


class Marker:
    """Finds the places of terms, and of all that answers to them, in original texts."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._terms = terms
        phrases = [phrase for term in terms if not term.begin for phrase in term.phrases()]
        self._words = frozenset(phrase[0] for phrase in phrases if len(phrase) == 1)
        self._phrases: dict[str, list[tuple[str, ...]]] = {}
        for phrase in phrases:
            if len(phrase) > 1:
                self._phrases.setdefault(phrase[-1], []).append(phrase)
        self._begins = [term.keys for term in terms if term.begin]
        self._ends = self._words.union(self._phrases)
        self._beginnings = tuple(begin[-1] for begin in self._begins)
        self._may_end = _Firsts({last[0] for last in (*self._ends, *self._beginnings)})

    def snippet(self, found: Sequence[Stored]) -> tuple[str, tuple[tuple[int, int], ...]]:
        """The first place where a term stands, in the text, else in the small fields; else the beginning of the text.

        With it the places, as (start, end) in characters of the snippet.
        """
        beginning = ""
        for text in (show(stored.record) for stored in found for show in (shown_text, shown_fields)):
            spans = self._spans(text)
            if spans:
                return _window(text, spans)
            beginning = beginning or text
        return _window(beginning, ())

    def _spans(self, text: str) -> list[tuple[int, int]]:
        """Where terms stand in the first part of the text that has one; parts overlap by more than a phrase."""
        for start in range(0, len(text) if self._terms else 0, _STEP):
            # cut at spaces, so that no half word is taken for a whole one
            low = max(text.find(" ", start, start + _OVERLAP), start) if start else 0
            end = start + _STEP + _OVERLAP
            part = text[low : max(text.rfind(" ", start + _STEP, end), start + _STEP) if end < len(text) else len(text)]
            spans = _merged(sorted((low + first, low + last) for first, last in self._spans_of(part)))
            if spans:
                return spans
        return []

    def _spans_of(self, part: str) -> Iterator[tuple[int, int]]:
        """All that a snippet around the first of them could show, and perhaps more."""
        yield from ((word.start, word.end) for word in joined(part) if self._words.issuperset(word.keys))
        going, words, seen = RAW_WORD.finditer(part), RAW_WORD.findall(part), list[re.Match[str]]()
        enough, may_end = len(part), self._may_end
        for number in [at for at, word in enumerate(words) if may_end[word[0]]]:  # every word of every hit passes here
            found = keys(words[number])
            if not found or not (found[-1] in self._ends or found[-1].startswith(self._beginnings)):
                continue
            seen.extend(islice(going, number + 1 - len(seen)))
            if seen[-1].start() > enough:
                return
            for span in self._ending(found[-1], seen):
                enough = min(enough, span[0] + _LENGTH)
                yield span

    def _ending(self, last: str, seen: Sequence[re.Match[str]]) -> Iterator[tuple[int, int]]:
        """The terms that end with the last word seen, whose last key this is."""
        if last in self._words:
            yield seen[-1].span()
        for phrase in self._phrases.get(last, ()):
            yield from _ending_here(phrase[:-1], seen[-len(phrase) :])
        for begin in self._begins:
            if last.startswith(begin[-1]):
                yield from _ending_here(begin[:-1], seen[-len(begin) :])


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that do not overlap, so that a caller can cut the text at them."""
    apart: list[tuple[int, int]] = []
    for start, end in spans:
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def _ending_here(before: tuple[str, ...], tail: Sequence[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """The span of a phrase if it ends with the last word of ``tail``; a word of the text may have several keys."""
    found: tuple[str, ...] = ()
    for word in reversed(tail):
        found = keys(word[0]) + found
        if len(found) > len(before):
            if found[:-1] == before:
                yield word.start(), tail[-1].end()
            return


def _window(text: str, spans: Sequence[tuple[int, int]]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The part of the text around the first span, cut at spaces, with the spans counted from its beginning."""
    start = max(0, spans[0][0] - _BEFORE) if spans else 0
    if start:
        start = max(text.find(" ", start, spans[0][0]) + 1, start)
    end = (
        len(text)
        if len(text) <= start + _LENGTH
        else max(text.rfind(" ", start, start + _LENGTH), start + _LENGTH // 2)
    )
    before, after = "…" if start else "", "…" if end < len(text) else ""
    shift = len(before) - start
    marks = tuple((low + shift, min(high, end) + shift) for low, high in spans if start <= low < end)
    return before + text[start:end] + after, marks
