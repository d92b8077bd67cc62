"""The table of formats, in the order they are tried, and recognising a file by its content, never by its name."""

from __future__ import annotations

from archive.scrub import gif, jpeg, pdf, png, text, tiff, webp
from archive.scrub.contract import HEAD, Format

FORMATS: tuple[Format, ...] = (jpeg, png, webp, gif, tiff, pdf, text)
"""``text`` stands last: it takes whatever decodes as UTF-8 without control characters."""


def recognise(data: bytes) -> Format | None:
    """Find the format whose signature the first bytes carry; None if there is none."""
    head = data[:HEAD]
    return next((known for known in FORMATS if known.matches(head)), None)
