"""The identity matcher: every known form of every protected person, in any of the scripts."""

from __future__ import annotations

from collections.abc import Sequence

from archive.records.kinds import Identity
from archive.redact.span import Span


class Matcher:
    """Finds people of ``identities`` and words of ``masks``; build it once, use it for many texts.

    ``wide`` adds what would hide too much in daily use but must not be left in a finished bundle.
    """

    def __init__(self, identities: Sequence[Identity], masks: Sequence[str] = (), wide: bool = False) -> None:
        raise NotImplementedError

    def spans(self, text: str) -> list[Span]:
        """What is found in ``text``, in order; spans of several people may overlap."""
        raise NotImplementedError
