"""Deciding about words with a capital before a dossier: one key each, the commonest first, and back from a slip."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import cycle

from archive.redact.questions import Decided, Sight, Word
from archive.speech import tr, trn
from archive.terminal import Terminal, safe

_KEYS = tr(
    "h hide everywhere · s show everywhere · o show only here · m more places · w one by one · a hide all the rest"
    " · b back · q leave the rest for later"
)
_MISSING = tr("Decide with --hide, --show or --accept.")


def go_through(speaker: Terminal, words: Sequence[Word], decided: Decided, keep: Callable[[], None]) -> None:
    """Ask about each of ``words``; what is said stands in ``decided``, and is kept before the next is asked about."""
    speaker.note(
        trn("{n:,} word to decide about. {keys}", "{n:,} words to decide about. {keys}", len(words), keys=_KEYS)
    )
    try:
        _Round(speaker, words, decided, keep).go()
    except KeyboardInterrupt:
        speaker.note(tr("What you have answered is kept."))
        raise
    speaker.settle()


class _Round:
    """What is left to ask, and what was left and said before each answer, so that one can go back."""

    def __init__(self, speaker: Terminal, words: Sequence[Word], decided: Decided, keep: Callable[[], None]) -> None:
        self._speaker, self._left, self._decided, self._keep = speaker, tuple(words), decided, keep
        self._before: list[tuple[tuple[Word, ...], Decided]] = []
        self._told = not any(word.count > 1 for word in words)

    def go(self) -> None:
        """One answer after another, until nothing is left or somebody leaves the rest."""
        for word in iter(self._next, None):
            self._tell_of_single_ones(word)
            key, sight = self._asked(word)
            if key == "b":
                self._left, said = self._before.pop()
                self._decided.become(said)
                self._keep()
                continue
            self._before.append((self._left, self._decided.copy()))
            if key == "q":
                return
            self._take(key, word, sight)
            self._keep()

    def _next(self) -> Word | None:
        """What is to be asked now; of words in a row only those that no other answer was about."""
        while self._left:
            word, *rest = self._left
            if (now := self._decided.open_of(word)) == (word,):
                return word
            self._left = (*now, *rest)
        return None

    def _take(self, key: str, word: Word, sight: Sight) -> None:
        rest = self._left[1:]
        if key == "h":
            self._decided.to_hide(word)
        elif key == "s":
            self._decided.to_show(word)
        elif key == "o":
            self._decided.to_show_here(word, sight)
        elif key == "w":
            rest = (*word.parts, *rest)
        else:
            for one in self._left:
                self._decided.to_rest(one)
            rest = ()
        self._left = rest

    def _asked(self, word: Word) -> tuple[str, Sight]:
        """The key that was pressed, and at which place."""
        number = len(self._before) + 1
        self._speaker.note("")
        self._speaker.note(f"{number}/{number - 1 + len(self._left)}  {safe(', '.join(word.forms))}  ({word.count}×)")
        for sight in cycle(word.sights):
            self._speaker.note(f"  …{self._speaker.mark(sight.shown, [sight.at])}…")
            keys = "".join(self._keys(word, sight))
            if (key := self._speaker.key(f"  {'/'.join(keys)}", keys, _MISSING)) != "m":
                return key, sight
        raise AssertionError(word)

    def _keys(self, word: Word, sight: Sight) -> Iterator[str]:
        yield "hs"
        yield "o" if sight.here else ""
        yield "m" if len(word.sights) > 1 else ""
        yield "w" if word.parts else ""
        yield "ab" if self._before else "a"
        yield "q"

    def _tell_of_single_ones(self, word: Word) -> None:
        """Once, where only words are left that stand once."""
        if not self._told and word.count == 1 and len(self._left) > 1:
            self._told = True
            self._speaker.note("")
            self._speaker.note(
                tr("From here each word stands once: one key, a, hides all {n:,} that are left.", n=len(self._left))
            )
