"""What is taken in as a file: testimony, photo, document; and something seen online, which points at such files."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from archive.records.common import Day, Edtf, Id, Instant, Line, Record, Sha256, Text, terms
from archive.speech import mark

FiledKind = Literal["testimony", "photo", "document"]
Faces = Literal["unreviewed", "none", "consented", "to-cover"]
Subtype = Annotated[str, terms("documents")]
Connection = Annotated[str, terms("connections")]


TextSource = Literal["ocr", "shown", "checked"]

NOT_CLEANED = "not cleaned"
METADATA_NOT_REMOVED = mark("metadata not removed")


class ScrubReport(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What cleaning found, removed and kept: names of groups (``EXIF``, ``GPS``, ``XMP`` ...), never their values.

    ``method`` is ``NOT_CLEANED`` for a file that was kept as it is, as evidence: such a one never leaves.
    """

    media_type: Line
    method: Line
    lossless: bool
    sha256_original: Sha256
    size_original: int
    sha256_clean: Sha256
    found: tuple[Line, ...] = ()
    removed: tuple[Line, ...] = ()
    kept: tuple[Line, ...] = ()

    @property
    def cleaned(self) -> bool:
        """Whether anything was cleaned at all."""
        return self.method != NOT_CLEANED


Cells = Annotated[
    str,
    Meta(
        max_length=16,
        pattern=r"^[A-Z][1-9][0-9]{0,2}(-[A-Z][1-9][0-9]{0,2})?(/[0-9]{1,2}x[0-9]{1,3})?$",
        description="cells of the grid that archive open --grid shows, from corner to corner: B4-C6; of another grid"
        " than the usual one with its columns and rows: B4-C6/10x83",
    ),
]


class Looked(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A page or picture that a person looked at, and what is to be covered on it beside what is found."""

    page: Annotated[int, Meta(ge=1, le=9_999)] = 1
    boxes: tuple[Cells, ...] = ()


class Item(Record, frozen=True, kw_only=True):
    """What testimony, photo and document have in common: a file that was taken in."""

    scrub: ScrubReport
    date: Edtf | None = None
    place: Line | None = None
    text: Text | None = None  # the readable text, for search and redaction; longer ones lie in an attachment
    text_source: Annotated[
        TextSource | None,
        Meta(
            description="ocr: read by machine, letters may be wrong; shown: each letter is seen as it is on its page, "
            "or is a mail's own; "
            "checked: a person read it beside what the file shows"
        ),
    ] = None
    looked: Annotated[tuple[Looked, ...], Meta(description="pages that a person looked at for a dossier")] = ()


class Testimony(Item, frozen=True, kw_only=True, tag="testimony"):
    """What a person told [25xx]."""

    mode: Literal["in-person", "call", "written", "voice-message"] | None = None
    verbatim: bool | None = None
    person: Annotated[Id | None, Meta(description="who tells it")] = None
    connection: Annotated[Connection | None, Meta(description="how they stand to it [2509]")] = None
    material: Annotated[tuple[Line, ...], Meta(description="what they brought [2512]")] = ()
    interviewer: Line | None = None
    interpreter: Line | None = None
    told_before: Annotated[bool | None, Meta(description="telling it again can harm")] = None
    told_to: Line | None = None
    inconsistencies: Annotated[Text | None, Meta(description="for the lawyer only; never searched")] = None


class Photo(Item, frozen=True, kw_only=True, tag="photo"):
    """A picture."""

    faces: Faces = "unreviewed"
    depicts: Annotated[Line | None, Meta(description="without names")] = None


class Original(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where the paper itself is."""

    holder: Line
    since: Day | None = None
    returned: Day | None = None


class Document(Item, frozen=True, kw_only=True, tag="document"):
    """A paper: court, office, medical."""

    subtype: Subtype = "other"
    proceeding: Id | None = None
    original: Original | None = None


class CaptureFacts(Record, frozen=True, kw_only=True, tag="capture-facts"):
    """What a capture proves, as found before cleaning: sealed apart from its record, shreddable alone.

    Never searched, never exported. ``proof`` says what another tool's proof came to (hash, signature).
    """

    item: Id
    part: Annotated[Line, Meta(description="of which file inside it, by its name there")] | None = None
    taken_at: Line | None = None
    zone: Line | None = None
    latitude: Line | None = None
    longitude: Line | None = None
    device: Annotated[Line | None, Meta(description="make and model; no serial number, no owner")] = None
    proof: Line | None = None


class Capture(Record, frozen=True, kw_only=True, tag="capture"):
    """Something seen online; the screenshot and the page are records of their own (``files``)."""

    url: Annotated[str, Meta(min_length=1, max_length=4_000)] | None = None
    channel: Line | None = None
    author: Annotated[Line | None, Meta(description="the handle; never searched, hidden in dossiers")] = None
    date: Annotated[Edtf | None, Meta(description="when it was posted")] = None
    retrieved: Instant | None = None
    files: tuple[Id, ...] = ()
    tool: Line | None = None
    archived_by: Annotated[tuple[Line, ...], Meta(description="who else has it archived")] = ()
