"""The record kinds of the archive as frozen structs.

Patterns have a length beside them because ``$`` also matches before a last newline.

Every struct is tagged by ``kind``. Unknown is absent, never an empty string. ``id`` and every reference to another
record is 32 lower-case hex digits (128 random bits); dates are EDTF level 0-1 (``archive.records.edtf``); instants
are UTC to the minute, ``2026-11-22T10:05Z``. The signed line of a record is the canonical JSON of one of these
structs plus the envelope of the journal (``t``, ``v``, ``parents``, ``salt``, ``att``).
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

Id = Annotated[str, Meta(max_length=32, pattern="^[0-9a-f]{32}$", description="128 random bits in lower-case hex")]
Sha256 = Annotated[str, Meta(max_length=64, pattern="^[0-9a-f]{64}$")]
Text = Annotated[str, Meta(min_length=1, max_length=262_144)]
Line = Annotated[str, Meta(min_length=1, max_length=1_000)]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$(?!\n)", description="BCP 47")]
Instant = Annotated[
    str,
    Meta(max_length=17, pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z$", description="UTC, to the minute"),
]
Edtf = Annotated[str, Meta(min_length=1, max_length=64, description="EDTF level 0-1")]
Day = Annotated[str, Meta(max_length=10, pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="YYYY-MM-DD")]

Basis = Literal["consent", "already-public", "anonymous-submission", "public-docket"]
Incriminates = Literal["no", "self", "others"]
Confidentiality = Literal["public", "partners", "collective", "sealed"]
Purpose = Literal[
    "keep",
    "lawyer",
    "partner",
    "journalist",
    "court",
    "un-confidential",
    "un-name-to-state",
    "un-name-public",
    "publish-anonymous",
    "publish-pseudonym",
    "publish-name",
    "photo-with-face",
    "statistics",
]
Where = Literal["in-country", "in-transit", "abroad-with-status", "abroad-without-status", "unknown"]
RiskBasis = Literal["spoke", "relative-or-lawyer", "public", "nobody-asked"]
FiledKind = Literal["testimony", "photo", "document"]
GivenBy = Literal["self", "guardian", "representative"]
ConsentMethod = Literal["written", "recording", "message", "witnessed"]
Faces = Literal["unreviewed", "none", "consented", "to-cover"]
Subtype = Literal[
    "summons", "indictment", "ruling", "verdict", "appeal", "protocol", "extradition-request", "asylum-decision",
    "medical-report", "certificate", "law", "correspondence", "other",
]  # fmt: skip


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
    received: Edtf | None = None
    case: Id | None = None
    about: tuple[Id, ...] = ()
    mentions: tuple[Id, ...] = ()
    basis: Basis = "consent"
    incriminates: Incriminates = "no"
    confidentiality: Confidentiality = "collective"
    tags: tuple[Line, ...] = ()
    remarks: Text | None = None
    dates: tuple[Deadline, ...] = ()
    source: Line | None = None
    translation_of: Id | None = None
    transcript_of: Id | None = None


class Collective(Record, frozen=True, kw_only=True, tag="collective"):
    """The collective's own name and settings, known to members only."""

    name: Line


class Member(Record, frozen=True, kw_only=True, tag="member"):
    """What members call the person behind a device's person id."""

    person_id: Annotated[str, Meta(description="person id of the membership card")]
    label: Line


class Case(Record, frozen=True, kw_only=True, tag="case"):
    """A case [0101]: what happened to one person or group, as one story."""

    summary: Text | None = None
    period: Edtf | None = None
    place: Line | None = None
    closed: bool = False
    masks: tuple[Line, ...] = ()


class Risk(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a person is and what threatens them; counted as the worst case when not confirmed in time."""

    where: Where
    as_of: Day
    basis: RiskBasis
    in_custody: bool = False
    in_military_control: bool = False
    family_in_reach: bool = False
    wanted: bool = False
    uniqueness: Literal["low", "medium", "high"] = "high"
    hold_publication_until: Day | None = None


class Person(Record, frozen=True, kw_only=True, tag="person"):
    """Somebody, by pseudonym: the only name that lists, results and prompts show."""

    pseudonym: Line
    cases: tuple[Id, ...] = ()
    risk: Risk | None = None


class Name(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One real name as written in one language."""

    language: Language
    given: Line | None = None
    patronymic: Line | None = None
    surname: Line | None = None


class Identity(Record, frozen=True, kw_only=True, tag="identity"):
    """The real names and contacts of one person, sealed apart; shreddable alone; never indexed in clear view."""

    person: Id
    names: tuple[Name, ...] = ()
    nicknames: tuple[Line, ...] = ()
    aliases: tuple[Line, ...] = ()
    places: tuple[Line, ...] = ()
    phones: tuple[Line, ...] = ()
    emails: tuple[Line, ...] = ()
    handles: tuple[Line, ...] = ()
    addresses: tuple[Line, ...] = ()
    birth_date: Edtf | None = None
    safe_contact: Annotated[Line | None, Meta(description="how to reach them safely: channel, hours")] = None
    do_not_contact: Annotated[tuple[Line, ...], Meta(description="ways that would harm; shown before any phone")] = ()


class ScrubReport(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What cleaning found, removed and kept: names of groups (``EXIF``, ``GPS``, ``XMP`` ...), never their values."""

    media_type: Line
    method: Line
    lossless: bool
    sha256_original: Sha256
    size_original: int
    sha256_clean: Sha256
    found: tuple[Line, ...] = ()
    removed: tuple[Line, ...] = ()
    kept: tuple[Line, ...] = ()


class Item(Record, frozen=True, kw_only=True):
    """What testimony, photo and document have in common: a file that was taken in."""

    scrub: ScrubReport
    date: Edtf | None = None
    place: Line | None = None
    text: Text | None = None  # the readable text, for search and redaction; longer ones lie in an attachment


class Testimony(Item, frozen=True, kw_only=True, tag="testimony"):
    """What a person told [25xx]."""

    mode: Literal["in-person", "call", "written", "voice-message"] | None = None
    verbatim: bool | None = None


class Photo(Item, frozen=True, kw_only=True, tag="photo"):
    """A picture."""

    faces: Faces = "unreviewed"


class Document(Item, frozen=True, kw_only=True, tag="document"):
    """A paper: court, office, medical."""

    subtype: Subtype = "other"


class Consent(Record, frozen=True, kw_only=True, tag="consent"):
    """One asking, append-only: what was agreed to (``purposes``) or taken back (``withdraws``); state is derived."""

    person: Id
    given_by: GivenBy
    method: ConsentMethod
    given_at: Day
    purposes: tuple[Purpose, ...] = ()
    withdraws: tuple[Purpose, ...] = ()
    recipients: dict[str, tuple[Id, ...]] = {}
    expires_at: Day | None = None
    risks_explained: bool = False
    free_to_refuse: bool = True
    after: tuple[Id, ...] = ()  # the consents of this person that were known when this one was given


class Dossier(Record, frozen=True, kw_only=True, tag="dossier"):
    """A bundle that left: for whom, what was in it, what stayed out, and which pseudonym meant whom."""

    template: Line
    profile: Line
    bundle_sha256: Sha256  # of the bag's tagmanifest-sha256.txt
    included: tuple[Id, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    pseudonyms: dict[str, str] = {}  # person id -> pseudonym in this bundle only
    recipient: Id | None = None


class Withheld(Struct, frozen=True, kw_only=True):
    """A record that stayed out, and why, in a code of the gate and a sentence."""

    id: Id
    why: Line


class Custody(Record, frozen=True, kw_only=True, tag="custody"):
    """An event that changes no record, in PREMIS terms: dissemination, fixity check, key change, a name shown."""

    event: Literal["dissemination", "fixity check", "key change", "access"]
    concerns: tuple[Id, ...] = ()
    outcome: Line = "success"
    note: Line | None = None


class RecoveryShare(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who holds one of the shares; never its words."""

    number: Annotated[int, Meta(ge=1, le=16)]
    holder: Annotated[Line, Meta(description="a member's label, or what they are called here")]
    member: Annotated[str | None, Meta(description="person id, where the holder is a member")] = None


class Recovery(Record, frozen=True, kw_only=True, tag="recovery"):
    """A recovery key that lies on paper: how many shares make it, who holds them, when they were last tried."""

    person_id: Annotated[str, Meta(description="person id of the recovery key on the list of members")]
    threshold: Annotated[int, Meta(ge=1, le=16)]
    shares: tuple[RecoveryShare, ...]
    made: Day
    drilled: Day | None = None


Filed = Testimony | Photo | Document
AnyRecord = (
    Collective
    | Member
    | Case
    | Person
    | Identity
    | Testimony
    | Photo
    | Document
    | Consent
    | Dossier
    | Custody
    | Recovery
)
