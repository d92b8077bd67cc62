"""What is known of people beside their names: phones in any spacing, mail, handles, addresses, the day of birth."""

from __future__ import annotations

from collections.abc import Sequence

from archive.records.kinds import Identity
from archive.redact.span import Span


class Contacts:
    """Finds the contacts of ``identities``."""

    def __init__(self, identities: Sequence[Identity]) -> None:
        self._identities = identities

    def spans(self, text: str) -> list[Span]:
        """The contacts in ``text``."""
        return []
