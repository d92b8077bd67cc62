"""What ``archive redact`` answers with ``--json``."""

from __future__ import annotations

from typing import Literal

from archive.records.answers import Answer
from archive.records.answers_pictures import LookedLine


class SpanAnswer(Answer, frozen=True, kw_only=True):
    """A stretch of a record's text that is hidden in dossiers; offsets in characters of the text as ``get`` writes it.

    ``person`` is the reference of whom it belongs to (identity layer).
    """

    start: int
    end: int
    layer: Literal["identity", "pattern", "capital", "mask"]
    person: str | None = None


class RecordSpans(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """What would be hidden in one record."""

    ref: str
    spans: tuple[SpanAnswer, ...]


class WordAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A word with a capital that nobody has decided about, with all its forms, over everything that was asked for."""

    word: str
    forms: tuple[str, ...]
    count: int
    refs: tuple[str, ...]


class RedactAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """The suggestions of a review, and what was decided just now; ``looked``: the pages boxes were said for."""

    records: tuple[RecordSpans, ...]
    undecided: tuple[WordAnswer, ...]
    hidden: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    looked: tuple[LookedLine, ...] = ()
