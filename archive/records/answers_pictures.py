"""What ``archive open`` and the boxes of ``archive redact`` answer with ``--json``."""

from __future__ import annotations

from archive.records.answers import Answer


class PageLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A page under the grid: how many columns and rows that has, places covered anyway, and faces that may be there.

    ``boxes`` are those that somebody gave; ``faces`` are the cells of what was found, in the order of their numbers.
    """

    page: int
    columns: int
    rows: int
    covered: int
    boxes: tuple[str, ...] = ()
    faces: tuple[str, ...] = ()


class OpenAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """What was shown; ``pages`` with ``--grid``."""

    ref: str
    files: int
    pages: tuple[PageLine, ...] = ()


class LookedLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A page that somebody looked at, and all boxes that are on it now."""

    ref: str
    page: int
    boxes: tuple[str, ...]
