"""What all record kinds have in common: the types of fields, files, deadlines, and the fields every record has.

Patterns have a length beside them because ``$`` also matches before a last newline. A *code* is a term of a vocabulary
(``archive.records.vocabulary``); its pattern stands here, whether the term exists is held where a record is made, since
a collective's own terms travel as records.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

Id = Annotated[str, Meta(max_length=32, pattern="^[0-9a-f]{32}$", description="128 random bits in lower-case hex")]
Sha256 = Annotated[str, Meta(max_length=64, pattern="^[0-9a-f]{64}$")]
Text = Annotated[str, Meta(min_length=1, max_length=262_144)]
Line = Annotated[str, Meta(min_length=1, max_length=1_000)]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$(?!\n)", description="BCP 47")]
Country = Annotated[str, Meta(max_length=2, pattern="^[A-Z]{2}$", description="ISO 3166-1, two letters")]
Instant = Annotated[
    str,
    Meta(max_length=17, pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z$", description="UTC, to the minute"),
]
Edtf = Annotated[str, Meta(min_length=1, max_length=64, description="EDTF level 0-1")]
Day = Annotated[str, Meta(max_length=10, pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="YYYY-MM-DD")]
MemberId = Annotated[str, Meta(min_length=1, max_length=64, description="person id of a member, never a name")]

CODE = "^[a-z0-9]+(-[a-z0-9]+)*$"


def terms(vocabulary: str) -> Meta:
    """The rule of a field that holds a code of ``vocabulary``."""
    return Meta(
        max_length=64,
        pattern=CODE,
        description=f"a code of the vocabulary {vocabulary}: archive vocabulary list {vocabulary}",
        extra={"vocabulary": vocabulary},
    )


Knowing = Annotated[str, terms("knowing")]
Force = Annotated[str, terms("forces")]
Relation = Annotated[str, terms("relations")]
RecipientType = Annotated[str, terms("recipients")]

Basis = Literal["consent", "already-public", "anonymous-submission", "public-docket"]
Incriminates = Literal["no", "self", "others"]
Confidentiality = Literal["public", "partners", "collective", "sealed"]
TranslatedBy = Literal["human", "machine", "certified"]


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One sealed object that holds a piece of an attachment."""

    o: Annotated[
        str,
        Meta(max_length=64, pattern="^[0-9a-f]{64}$", description="BLAKE2b-256 of the sealed file, its name on disk"),
    ]
    size: Annotated[int, Meta(ge=0, description="true bytes in this part, before padding")]


class Attachment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file of a record: the clean copy, the kept original, or a text too long for its line."""

    role: Literal["clean", "original", "text"]
    type: Line
    size: Annotated[int, Meta(ge=0)]
    sha256: Sha256
    parts: tuple[Part, ...]
    name: Line | None = None


class Deadline(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One date to keep: a hearing, an answer due, a consent ending."""

    what: Line
    on: Edtf
    warn_days: Annotated[int, Meta(ge=0, le=3650)] = 14
    done: bool = False


class Record(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """What is common to all kinds."""

    id: Id
    created: Instant
    entered_by: Annotated[str, Meta(description="device id of who entered it, never a name [0162]")]
    modified: Instant | None = None
    title: Line | None = None
    language: Language | None = None
    received: Annotated[Edtf | None, Meta(description="when it came to us [0160]")] = None
    case: Id | None = None
    about: Annotated[tuple[Id, ...], Meta(description="people whose story or face it is")] = ()
    mentions: Annotated[tuple[Id, ...], Meta(description="people who are only named in it")] = ()
    basis: Basis = "consent"
    incriminates: Incriminates = "no"
    confidentiality: Confidentiality = "collective"
    tags: tuple[Line, ...] = ()
    remarks: Text | None = None
    dates: tuple[Deadline, ...] = ()
    source: Line | None = None
    known: Annotated[Knowing | None, Meta(description="how is it known?")] = None
    sources: Annotated[tuple[Id, ...], Meta(description="who says so: source records")] = ()
    also: Annotated[tuple[Id, ...], Meta(description="who else says so: records that tell the same")] = ()
    translation_of: Id | None = None
    translated_by: TranslatedBy | None = None
    checked: Annotated[bool, Meta(description="somebody read the translation beside the original")] = False
    transcript_of: Id | None = None
    summary_of: Id | None = None
