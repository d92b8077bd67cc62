"""The record kinds of the archive: the one door to all of them, whichever file describes them.

Every struct is tagged by ``kind``. Unknown is absent, never an empty string. ``id`` and every reference to another
record is 32 lower-case hex digits (128 random bits); dates are EDTF level 0-1 (``archive.records.edtf``); instants
are UTC to the minute, ``2026-11-22T10:05Z``. The signed line of a record is the canonical JSON of one of these
structs plus the envelope of the journal (``t``, ``v``, ``parents``, ``salt``, ``att``).

``common`` has what all share, ``entities`` collectives, cases, persons, sources and recipients, ``identities`` names
and papers, ``acts`` who did what to whom and the steps taken, ``filed`` what is taken in as a file, ``keeping``
consent, dossiers, custody and recovery.
"""

from __future__ import annotations

from archive.records.acts import Act, Detention, Held, Proceeding, Role, Step
from archive.records.common import (
    Attachment,
    Basis,
    Confidentiality,
    Country,
    Day,
    Deadline,
    Edtf,
    Id,
    Incriminates,
    Instant,
    Language,
    Line,
    Part,
    Record,
    Sha256,
    Text,
)
from archive.records.entities import (
    Case,
    Collective,
    Grade,
    Kept,
    Link,
    Member,
    Originals,
    Person,
    Places,
    Recipient,
    Risk,
    RiskBasis,
    Search,
    Source,
    Term,
    Where,
)
from archive.records.filed import (
    METADATA_NOT_REMOVED,
    NOT_CLEANED,
    Capture,
    CaptureFacts,
    Cells,
    Document,
    Faces,
    FiledKind,
    Item,
    Looked,
    Original,
    Photo,
    ScrubReport,
    Subtype,
    Testimony,
    TextSource,
)
from archive.records.identities import Checked, Identity, Name, Paper, Refusal, Service, Stay
from archive.records.keeping import (
    Consent,
    ConsentMethod,
    Custody,
    CustodyEvent,
    Dossier,
    GivenBy,
    Purpose,
    Recovery,
    RecoveryShare,
    Unfinished,
    Withheld,
)

__all__ = [
    "METADATA_NOT_REMOVED", "NOT_CLEANED", "Act", "AnyRecord", "Attachment", "Basis", "Capture", "CaptureFacts",
    "Case", "Cells", "Checked", "Collective", "Confidentiality", "Consent", "ConsentMethod", "Country", "Custody",
    "CustodyEvent", "Day", "Deadline", "Detention", "Document", "Dossier", "Edtf", "Faces", "Filed", "FiledKind",
    "GivenBy", "Grade", "Held", "Id", "Identity", "Incriminates", "Instant", "Item", "Kept", "Language", "Line", "Link",
    "Looked", "Member", "Name", "Original", "Originals", "Paper", "Part", "Person", "Photo", "Places", "Proceeding",
    "Purpose",
    "Recipient", "Record", "Recovery", "RecoveryShare", "Refusal", "Risk", "RiskBasis", "Role", "ScrubReport",
    "Search", "Service", "Sha256", "Source", "Stay", "Step", "Subtype", "Term", "Testimony", "Text", "TextSource",
    "Unfinished", "Where", "Withheld",
]  # fmt: skip

Filed = Testimony | Photo | Document
AnyRecord = (
    Collective
    | Member
    | Case
    | Person
    | Identity
    | Paper
    | Act
    | Role
    | Proceeding
    | Step
    | Source
    | Recipient
    | Term
    | Search
    | Testimony
    | Photo
    | Document
    | Capture
    | CaptureFacts
    | Consent
    | Dossier
    | Custody
    | Unfinished
    | Recovery
)
