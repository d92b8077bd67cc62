"""Deciding about words with a capital before a dossier: one key each, the commonest first."""

from __future__ import annotations

from collections.abc import Sequence

from archive.casework.reviewing import Decided, Word
from archive.speech import tr, trn
from archive.terminal import Terminal, safe

_KEYS = tr("h hide everywhere · s show everywhere · a hide all the rest · q leave the rest for later")


def go_through(speaker: Terminal, words: Sequence[Word], decided: Decided) -> None:
    """Ask about each of ``words``; what is said stands in ``decided`` at once, so that stopping loses nothing."""
    if words:
        speaker.note(
            trn("{n:,} word to decide about. {keys}", "{n:,} words to decide about. {keys}", len(words), keys=_KEYS)
        )
    often = sum(word.count > 1 for word in words)
    for number, word in enumerate(words, 1):
        if number == often + 1 < len(words) and often:
            rest = len(words) - often
            speaker.note("")
            speaker.note(tr("From here each word stands once: one key, a, hides all {n:,} that are left.", n=rest))
        key = _key(speaker, word, f"{number}/{len(words)}")
        if key == "q":
            return
        if key == "a":
            decided.hide += [one.forms[0] for one in words[number - 1 :]]
            return
        (decided.show if key == "s" else decided.hide).append(word.forms[0])


def _key(speaker: Terminal, word: Word, place: str) -> str:
    forms = ", ".join(word.forms[:4])
    speaker.note("")
    speaker.note(f"{place}  {safe(forms)}  ({word.count}×)")
    speaker.note(f"  …{speaker.mark(word.shown, [word.at])}…")
    return speaker.key("  h/s/a/q", "hsaq", tr("Decide with --hide, --show or --accept."))
