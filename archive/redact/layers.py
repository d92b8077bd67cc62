"""The layers of redaction together: each finds by its own means, what one misses another may see."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from msgspec.structs import replace

from archive.redact import accounts, capitals, dates, initials, patterns
from archive.redact.decoding import decoded
from archive.redact.matcher import Matcher
from archive.redact.span import Span


def find(
    text: str, matcher: Matcher, cleared: Collection[str] | None = None, *, whole: bool = True, office: bool = False
) -> list[Span]:
    """What ``matcher``, patterns and dates find in ``text``.

    With ``cleared`` (keys of ``capitals.group``) also every capitalised word that is left and is none of these.
    What is written in codes (``&#1071;``) is read as it is meant as well. ``whole``: it is no piece of a
    longer text, so that small letters alone may be names (one word, a line of a chat). ``office``: its capitals are
    of no names (a court, a law); of unknown words only odd spellings and what is in doubt count.
    """
    found = _find(text, matcher, cleared, whole=whole, office=office)
    if meant := decoded(text):
        for span in _find(meant.text, matcher, cleared, whole=whole, office=office):
            start, end = meant.place(span.start, span.end)
            found.append(replace(span, start=start, end=end))
    return sorted(set(found), key=lambda span: (span.start, span.end, span.layer, span.person or "", span.category))


def _find(text: str, matcher: Matcher, cleared: Collection[str] | None, *, whole: bool, office: bool) -> list[Span]:
    found = [
        *matcher.spans(_spoken(text) if whole else text, whole=whole),
        *initials.find(text),
    ]
    for shown in {text, text.replace("\t", " ")}:  # on paper the cells of a row stand side by side
        found += [*patterns.find(shown), *dates.find(shown)]
    if cleared is not None:
        unknown = accounts.find(text, found)
        unknown += () if office else capitals.find(text, [*found, *unknown])
        unknown += initials.alone(text, [*found, *unknown])
        unknown += matcher.doubts(text, [*found, *unknown])
        hidden = capitals.left(text, unknown, cleared)
        found += [*hidden, *_initials(text, hidden)]
    return found


def _initials(text: str, hidden: list[Span]) -> Iterator[Span]:
    """The initials beside hidden words: of a name that nobody knows they would tell half."""
    for span in hidden:
        start, end = initials.with_initials(text, span.start, span.end)
        if (start, end) != (span.start, span.end):
            yield replace(span, start=start, end=end, layer="mask")


def _spoken(text: str) -> str:
    """One word by itself with a capital.

    A title or a file name of one word need not have one, so its lack says nothing.
    """
    titled = text.title()
    return titled if len(text.split()) == 1 and text == text.lower() and len(titled) == len(text) else text
