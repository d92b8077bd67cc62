"""Replace what was found: whole words, by shapes that never tell the length of what stood there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from archive.redact.profile import Profile
from archive.redact.span import Span


class Redacted(Struct, frozen=True):
    """The text to show and how many replacements were made in it."""

    text: str
    count: int


def redact(text: str, spans: Iterable[Span], pseudonyms: Mapping[str, str], profile: Profile | None = None) -> Redacted:
    """Replace ``spans``: people by ``pseudonyms`` (person id to pseudonym), the rest by category.

    Without a profile every category gets its usual replacement; with one, its actions decide.
    """
    raise NotImplementedError
