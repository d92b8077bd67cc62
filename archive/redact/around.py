"""What stands around a word and lets it count as somebody's name with no other name beside it.

In a chat that is the time of a message: who stands beside it wrote the message, whatever word the name looks like, and
is meant by that word in other messages too.
"""

from __future__ import annotations

import re

from archive.language.words import Word
from archive.redact.in_place import hidden
from archive.redact.needs import CALLED, CHAT, INSIDE, STREET
from archive.redact.spoken import house_after

_OPENS = re.compile(r"(?:^|[.!?…:;\n\f])[\s\"'`«»„“”‘’()\[\]*•–—-]*$")
_STREET = r"(?:вул|ул|просп|пров|пер|бул|пл|площ|шос|наб|мкр|мікр|микр|ul|nám|tř|nábř|al|os|pl|street|road|str)"
_STREET_BEFORE = re.compile(rf"\b{_STREET}\w*\.?[ \u00a0]?(?:\w+\.?[ -]){{0,2}}$", re.IGNORECASE)
_STREET_AFTER = re.compile(rf"\W{{0,3}}(?:\d|{_STREET}\w*)", re.IGNORECASE)
_SMALL_WORD = re.compile(r"(?<![^\W_])[^\W\d_]+(?![^\W_])")

_TIME = re.compile(r"(?<!\d)\d{1,2}[:.]\d\d(?!\d)")
_DAY = r"\d{1,4}[./-][ \u00a0]?\d{1,2}(?:[./-][ \u00a0]?\d{2,4})?\.?"
_HOUR = r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:[ \u00a0\u202f]?[AaPp]\.?[Mm]\.?)?"
_STAMP = rf"[\[(]?(?:{_DAY},?[ \u00a0])?{_HOUR}(?:,?[ \u00a0]{_DAY})?[\])]?"
_CALLED = r"@?[^\W\d_][\w.'’ʼ-]{0,30}(?:[ \u00a0][^\W\d_][\w.'’ʼ-]{0,30}){0,2}"
_SPEAKER = re.compile(
    rf"[ \t>*•-]{{0,4}}(?:{_STAMP}[ \t]{{0,2}}[-–—:]?[ \t]{{0,2}}<?(?P<behind>{_CALLED})[ ]?(?::|>)"
    rf"|<?(?P<before>{_CALLED})>?,?[ \t]?{_STAMP}[ \t]*(?::|\Z))"
)


def speakers(text: str) -> list[tuple[int, int]]:
    """Start and end of what stands as the name of whoever wrote a message, beside the time of it."""
    found, end = list[tuple[int, int]](), 0
    for time in _TIME.finditer(text):
        if time.start() >= end:  # else its line was looked at
            end = text.find("\n", time.end())
            end = len(text) if end < 0 else end
            said = _SPEAKER.match(text, text.rfind("\n", 0, time.start()) + 1, end)
            found += [said.span(said.lastgroup or 0)] if said else []
    return found


def alone(need: int, word: Word, text: str, lines: dict[int, bool]) -> bool:
    """Whether a hit counts with no other name beside it."""
    if need == CHAT:
        return in_small_letters(text, word, lines)
    if need == CALLED:
        return text[word.end : word.end + 1] in (",", "!", "?", ".", "…")
    if need == STREET:
        return _in_a_street(text, word)
    return need == INSIDE and not _OPENS.search(text[max(0, word.start - 8) : word.start] or "\n")


def in_small_letters(text: str, word: Word, lines: dict[int, bool]) -> bool:
    """Whether the line of ``word`` is written without any capital, as chats are; ``lines`` are told by their start.

    Where something was hidden already there may have been one.
    """
    start = text.rfind("\n", 0, word.start) + 1
    if start not in lines:
        line = text[start:].partition("\n")[0]
        lines[start] = line == line.lower() and len(line.split()) >= 2 and not hidden().search(line)
    return lines[start]


def _in_a_street(text: str, word: Word) -> bool:
    """Whether a kind of street stands before the word, or a number or a kind of street after it."""
    return bool(
        _STREET_BEFORE.search(text[max(0, word.start - 24) : word.start])
        or _STREET_AFTER.match(text, word.end)
        or house_after(text, word.end) > word.end
    )


def small_words(text: str) -> frozenset[str]:
    """The words that stand somewhere in ``text`` without a capital."""
    return frozenset(one for one in _SMALL_WORD.findall(text) if one.islower())
