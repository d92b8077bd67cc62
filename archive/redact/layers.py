"""The layers of redaction together: each finds by its own means, what one misses another may see."""

from __future__ import annotations

from msgspec.structs import replace

from archive.redact import capitals, dates, patterns
from archive.redact.decoding import decoded
from archive.redact.matcher import Matcher
from archive.redact.span import Span


def find(text: str, matcher: Matcher, *, with_capitals: bool = False) -> list[Span]:
    """What ``matcher``, patterns and dates find in ``text``, and if asked every capitalised word that is left.

    What is written in codes (``&#1071;``) is read as it is meant as well.
    """
    found = _find(text, matcher, with_capitals=with_capitals)
    if meant := decoded(text):
        for span in _find(meant.text, matcher, with_capitals=with_capitals):
            start, end = meant.place(span.start, span.end)
            found.append(replace(span, start=start, end=end))
    return sorted(set(found), key=lambda span: (span.start, span.end, span.layer, span.person or "", span.category))


def _find(text: str, matcher: Matcher, *, with_capitals: bool) -> list[Span]:
    found = [*matcher.spans(_spoken(text)), *patterns.find(text), *dates.find(text)]
    if with_capitals:
        found += capitals.find(text, found)
    return found


def _spoken(text: str) -> str:
    """One word by itself with a capital.

    A title or a file name of one word need not have one, so its lack says nothing.
    """
    titled = text.title()
    return titled if len(text.split()) == 1 and text == text.lower() and len(titled) == len(text) else text
