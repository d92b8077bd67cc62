"""What was agreed, what left, what was done with records, and the recovery key."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from archive.records.common import Day, Id, Line, Record, Sha256, Text

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
GivenBy = Literal["self", "guardian", "representative", "next-of-kin"]
ConsentMethod = Literal["written", "recording", "message", "witnessed"]
Locked = Literal["age-key", "age-passphrase"]
CustodyEvent = Literal[
    "capture", "ingestion", "message digest calculation", "metadata modification", "encryption", "dissemination",
    "fixity check", "key change", "deletion", "consent change", "access",
]  # fmt: skip


class Consent(Record, frozen=True, kw_only=True, tag="consent"):
    """One asking, append-only: what was agreed to (``purposes``) or taken back (``withdraws``); state is derived."""

    person: Id
    given_by: GivenBy
    method: ConsentMethod
    given_at: Day
    purposes: tuple[Purpose, ...] = ()
    withdraws: tuple[Purpose, ...] = ()
    recipients: dict[str, tuple[Id, ...]] = field(default_factory=dict)
    expires_at: Day | None = None
    risks_explained: bool = False
    free_to_refuse: bool = True
    after: tuple[Id, ...] = ()  # the consents of this person that were known when this one was given
    wording: Annotated[Text | None, Meta(description="the exact text that was read out; never searched")] = None
    text_sha256: Annotated[Sha256 | None, Meta(description="of that text, UTF-8")] = None
    text_version: Line | None = None
    conditions: Text | None = None
    evidence: Annotated[tuple[Id, ...], Meta(description="records that show it: a signed sheet, a recording")] = ()


class Dossier(Record, frozen=True, kw_only=True, tag="dossier"):
    """A bundle that left: for whom, what was in it, what stayed out, and which pseudonym meant whom."""

    template: Line
    profile: Line
    bundle_sha256: Sha256  # of the bag's tagmanifest-sha256.txt
    included: tuple[Id, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    pseudonyms: dict[str, str] = field(default_factory=dict)  # person id -> pseudonym in this bundle only
    recipient: Id | None = None
    locked: Annotated[Locked | None, Meta(description="how it was locked; absent where it left in clear")] = None
    signed: bool = False
    waived: Annotated[tuple[Line, ...], Meta(description="hits of the leak check that somebody answered for")] = ()


class Withheld(Struct, frozen=True, kw_only=True):
    """A record that stayed out, and why, in a code of the gate and a sentence."""

    id: Id
    why: Line


class Custody(Record, frozen=True, kw_only=True, tag="custody"):
    """An event that changes no record, in PREMIS terms: dissemination, fixity check, key change, a name shown."""

    event: CustodyEvent
    concerns: tuple[Id, ...] = ()
    outcome: Line = "success"
    note: Line | None = None
    recipient: Id | None = None
    reason: Line | None = None
    digests: Annotated[dict[str, Sha256], Meta(description="what: SHA-256")] = field(default_factory=dict)


class RecoveryShare(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who holds one of the shares; never its words."""

    number: Annotated[int, Meta(ge=1, le=16)]
    holder: Annotated[Line, Meta(description="a member's label, or what they are called here")]
    member: Annotated[str | None, Meta(description="person id, where the holder is a member")] = None


class Unfinished(Record, frozen=True, kw_only=True, tag="draft"):
    """An interview that is not finished: the answers so far, as typed. Never searched, never exported.

    ``person`` and ``story`` are the ids that the person and the case will have. In the bin once it is finished.
    """

    person: Id
    story: Id
    answers: Annotated[dict[str, str], Meta(description="question: what was typed")] = field(default_factory=dict)


class Recovery(Record, frozen=True, kw_only=True, tag="recovery"):
    """A recovery key that lies on paper: how many shares make it, who holds them, when they were last tried."""

    person_id: Annotated[str, Meta(description="person id of the recovery key on the list of members")]
    threshold: Annotated[int, Meta(ge=1, le=16)]
    shares: tuple[RecoveryShare, ...]
    made: Day
    drilled: Day | None = None
