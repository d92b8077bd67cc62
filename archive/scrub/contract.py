"""What every format file of this room promises, what cleaning answers, and the closed list of reasons to refuse.

A format file is a module with four names (``Format``). It works on bytes in memory, writes no file, and raises only
``UncleanError(Reason...)``. It allows what it knows and rebuilds; what it does not know it drops or refuses.

``clean`` proves for itself that what is shown is unchanged (or says ``lossless=False``). ``residue`` is the second
look: it walks the clean file again, by code that shares nothing with the writer, and names everything that is not
allowed.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import BinaryIO, Protocol

from msgspec import Struct

from archive.speech import mark

HEAD = 4096
"""How many first bytes ``matches`` is shown. A character may be cut in two at its end."""

CLEAN, LOOK = b"clean", b"look"
"""What the streaming worker is asked for: to clean a recording, or to look at a clean one."""

WHOLE = b"+"
"""All that a decoder may say of one photograph after another: that it is whole. Else it says nothing."""


class Reason(StrEnum):
    """Why a file is refused, in words that finish "it could not be cleaned (…)".

    Only a member of this list crosses the sandbox's border, so a reason never holds anything of the file itself.
    """

    EMPTY = mark("it is empty")
    UNKNOWN = mark("its kind is not known")
    TOO_LARGE = mark("it is too large")
    ENDS_EARLY = mark("the file ends early")
    PICTURE_ENDS_EARLY = mark("the picture ends early")
    DAMAGED = mark("it is damaged")
    PICTURE_DAMAGED = mark("the picture is damaged")
    TOO_MANY_PIXELS = mark("it would unpack to too many pixels")
    BOMB = mark("it unpacks to too much")
    UNSUPPORTED = mark("it uses a variant that is not supported")
    COLOUR = mark("its colours cannot be kept")
    DIFFERS = mark("the clean copy would look different")
    RESIDUE = mark("something was left after cleaning")
    PASSWORD = mark("it is protected with a password")
    PROTECTED = mark("it is protected against copying")
    ACTIVE = mark("it holds active content that cannot be removed")
    HIDDEN = mark("it holds hidden layers that cannot be removed")
    SIGNED = mark("its signatures cannot be removed")
    EMBEDDED = mark("it holds files that cannot be removed")
    NESTED = mark("it holds files in files in files, too deep")
    ENTITIES = mark("its XML declares entities")
    RAW = mark("it is a raw camera file; export it as JPEG")
    LAYERED = mark("it is a picture with layers; export it as PNG")
    DRAWING = mark("it is a drawing that can hold programs; save it as PNG or PDF")
    SOUND_JOINED = mark("it is several recordings in one file; open it in a sound editor and save each as FLAC or WAV")
    SOUND_DAMAGED = mark("its sound is damaged, or ends early; if it can be played, save it anew as FLAC or WAV")
    SOUND_BLOCKS = mark("its cover or tags are damaged; if it can be played, save it anew as FLAC or WAV")
    OTHER_PICTURE = mark("this kind of picture is not taken in; save it as PNG or JPEG")
    ENCRYPTED = mark("it is encrypted")
    SEVERAL_MAILS = mark("it holds several mails; save them one by one")
    OLD_OFFICE = mark("it is an old Office file; save it as DOCX or PDF")
    PDF_DAMAGED = mark("it is damaged; if some program shows it, print it from there into a new PDF")
    NO_PAGES = mark("it has no pages")
    TOO_MANY_PAGES = mark("it has too many pages")
    NOT_TEXT = mark("it is not plain text")
    ENCODING = mark("its text encoding is not known; save it as UTF-8")
    READER_FAILED = mark("its reader failed")
    ANSWER = mark("its reader gave no sound answer")


class Capture(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a file proves about how it was made, as found before cleaning; sealed apart from the record, never logged.

    ``taken_at`` is the device's own clock (``2025-06-02T08:55:10``), ``zone`` its offset (``+03:00``), the coordinates
    decimal degrees with a point (``-43.408333``), ``device`` make and model: no serial number, no owner.
    """

    taken_at: str | None = None
    zone: str | None = None
    latitude: str | None = None
    longitude: str | None = None
    device: str | None = None


class Inside(Struct, frozen=True, kw_only=True):
    """What a file inside the brought one proves; ``name`` is its name in the clean copy, else which one it is."""

    name: str
    capture: Capture


class Cleaned(Struct, frozen=True, kw_only=True):
    """A clean file and the report of what cleaning did.

    ``found`` names the groups that were there (``EXIF``, ``GPS``, ``MakerNotes``, ``Thumbnail``, ``XMP``, ``IPTC``,
    ``Photoshop``, ``ICC``, ``Comment``, ``MPF``, ``Trailer``, ``PDF Info`` ...; letters, digits, spaces, ``/.+-``,
    at most 40 characters, never a value of the file). ``removed`` is what went, ``kept`` what it still needs
    (``Orientation``, ``ICC colours``). ``method`` says how in a few words (the same characters, at most 80).
    ``lossless``: what is shown is bit for bit what it was. ``text``: the readable text, where the format has some.
    ``letters_only``: this one holds no files, of a format that may.
    ``capture`` is what the file proved before it was cleaned, ``inside`` what the files in it did. Of a ``Stream``
    format ``data`` is empty: the file has gone out already.
    """

    data: bytes
    media_type: str
    method: str
    lossless: bool
    found: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    text: str | None = None
    letters_only: bool = False
    capture: Capture | None = None
    inside: tuple[Inside, ...] = ()


Inner = Callable[[bytes], Cleaned]
"""How a file that holds others has one of them cleaned by its own format: raises UncleanError with a ``Reason``."""


class Looked(Struct, frozen=True, kw_only=True):
    """What the second look at a stream says when it found nothing: of what type it may be."""

    media_types: tuple[str, ...]


class Answer(Struct, frozen=True, kw_only=True):
    """What comes back over the sandbox's border: the clean file, that a look found nothing, or the reason to refuse."""

    cleaned: Cleaned | None = None
    rest: tuple[int, int] | None = None  # where in the brought file what follows ``cleaned.data`` stands as it is
    whole: bool = True  # False: whether the picture is whole is still for a decoder to say
    looked: Looked | None = None
    reason: Reason | None = None
    inside: bool = False  # the reason is that of a file in the file


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


class Container(Protocol):
    """A format file whose files hold other files: what is inside is cleaned by its own format, and looked at again."""

    @property
    def MEDIA_TYPES(self) -> tuple[str, ...]:  # noqa: N802 -- a module's constant
        """The media types that ``clean`` may answer with."""

    def matches(self, data: bytes) -> bool:
        """Tell whether this file may be of this format; never raises.

        Shown the whole file, since a zip is known by its end; where the beginning says it, look at ``data[:HEAD]``.
        """

    def clean(self, data: bytes, inner: Inner) -> Cleaned:
        """As ``Format.clean``; ``inner`` cleans a file inside, whatever its format."""

    def residue(self, data: bytes, inner: Callable[[bytes], tuple[str, ...]]) -> tuple[str, ...]:
        """As ``Format.residue``; ``inner`` is the second look at a file inside."""


class Stream(Protocol):
    """A format file for sound and video: too large for memory, so the clean copy is written while the file is read."""

    @property
    def MEDIA_TYPES(self) -> tuple[str, ...]:  # noqa: N802 -- a module's constant
        """The media types that ``clean_stream`` may answer with."""

    def matches(self, head: bytes) -> bool:
        """Tell by the first ``HEAD`` bytes whether this file is of this format; never raises."""

    def clean_stream(self, source: BinaryIO, write: Callable[[bytes], object]) -> Cleaned:
        """Copy what is allowed from ``source`` (it can seek) to ``write``; raises only ``UncleanError``."""

    def residue_stream(self, source: BinaryIO) -> tuple[str, ...]:
        """As ``Format.residue``, of a clean file that comes through a pipe: ``source`` cannot seek."""
