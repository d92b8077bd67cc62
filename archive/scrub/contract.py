"""What every format file of this room promises, what cleaning answers, and the closed list of reasons to refuse.

A format file is a module with four names (``Format``). It works on bytes in memory, writes no file, and raises only
``UncleanError(Reason...)``. It allows what it knows and rebuilds; what it does not know it drops or refuses.

``clean`` proves for itself that what is shown is unchanged (or says ``lossless=False``). ``residue`` is the second
look: it walks the clean file again, by code that shares nothing with the writer, and names everything that is not
allowed.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from msgspec import Struct

HEAD = 4096
"""How many first bytes ``matches`` is shown. A character may be cut in two at its end."""


class Reason(StrEnum):
    """Why a file is refused, in words that finish "it could not be cleaned (…)".

    Only a member of this list crosses the sandbox's border, so a reason never holds anything of the file itself.
    """

    EMPTY = "it is empty"
    UNKNOWN = "its kind is not known"
    TOO_LARGE = "it is too large"
    ENDS_EARLY = "the file ends early"
    PICTURE_ENDS_EARLY = "the picture ends early"
    DAMAGED = "it is damaged"
    PICTURE_DAMAGED = "the picture is damaged"
    TOO_MANY_PIXELS = "it would unpack to too many pixels"
    BOMB = "it unpacks to too much"
    UNSUPPORTED = "it uses a variant that is not supported"
    COLOUR = "its colours cannot be kept"
    DIFFERS = "the clean copy would look different"
    RESIDUE = "something was left after cleaning"
    PASSWORD = "it is protected with a password"  # noqa: S105 -- a sentence, not a secret
    ACTIVE = "it holds active content that cannot be removed"
    HIDDEN = "it holds hidden layers that cannot be removed"
    SIGNED = "its signatures cannot be removed"
    EMBEDDED = "it holds files that cannot be removed"
    NO_PAGES = "it has no pages"
    TOO_MANY_PAGES = "it has too many pages"
    NOT_TEXT = "it is not plain text"
    ENCODING = "its text encoding is not known; save it as UTF-8"
    READER_FAILED = "its reader failed"
    ANSWER = "its reader gave no sound answer"


class Cleaned(Struct, frozen=True, kw_only=True):
    """A clean file and the report of what cleaning did.

    ``found`` names the groups that were there (``EXIF``, ``GPS``, ``MakerNotes``, ``Thumbnail``, ``XMP``, ``IPTC``,
    ``Photoshop``, ``ICC``, ``Comment``, ``MPF``, ``Trailer``, ``PDF Info`` ...; letters, digits, spaces, ``/.+-``,
    at most 40 characters, never a value of the file). ``removed`` is what went, ``kept`` what it still needs
    (``Orientation``, ``ICC colours``). ``method`` says how in a few words (the same characters, at most 80).
    ``lossless``: what is shown is bit for bit what it was. ``text``: the readable text, where the format has some.
    """

    data: bytes
    media_type: str
    method: str
    lossless: bool
    found: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    text: str | None = None


class Answer(Struct, frozen=True, kw_only=True):
    """What comes back over the sandbox's border: the clean file, or the reason to refuse."""

    cleaned: Cleaned | None = None
    reason: Reason | None = None


class Format(Protocol):
    """The module-level names of a format file."""

    @property
    def MEDIA_TYPES(self) -> tuple[str, ...]:  # noqa: N802 -- a module's constant
        """The media types that ``clean`` may answer with."""

    def matches(self, head: bytes) -> bool:
        """Tell by the first ``HEAD`` bytes whether this file is of this format; never raises."""

    def clean(self, data: bytes) -> Cleaned:
        """Rebuild the file out of what is allowed; raises only ``UncleanError`` with a ``Reason``."""

    def residue(self, data: bytes) -> tuple[str, ...]:
        """Name everything outside the allow-list in a file that ``clean`` made; empty means clean."""
