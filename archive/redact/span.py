"""Span: a stretch of text to be hidden, and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

Layer = Literal["identity", "pattern", "capital", "mask", "date"]


class Span(Struct, frozen=True, order=True):
    """Characters ``start`` to ``end`` (exclusive) of a text, found by ``layer``.

    ``person`` is the person id of the identity it belongs to (identity layer only). ``category`` is what profiles
    decide by: ``name``, ``place``, ``phone``, ``email``, ``handle``, ``address``, ``birth_date``, ``date``,
    ``passport``, ``mask`` ...
    """

    start: int
    end: int
    layer: Layer
    person: str | None = None
    category: str = "name"


def taken(text: str, covered: Iterable[Span]) -> bytearray:
    """For each character of ``text`` 1 where a span in ``covered`` holds it, else 0."""
    held = bytearray(len(text))
    for span in covered:
        held[span.start : span.end] = b"\1" * (span.end - span.start)
    return held
