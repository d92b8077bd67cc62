"""What identifies a person, sealed apart: names and contacts, and papers of identity. Each can be shredded alone."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from archive.records.common import Country, Day, Edtf, Id, Language, Line, MemberId, Record, Text, terms

Military = Annotated[str, terms("military-statuses")]
Protection = Annotated[str, terms("protections")]
AsylumStage = Annotated[str, terms("asylum-stages")]
Reason = Annotated[str, terms("refusal-reasons")]
PaperType = Annotated[str, terms("paper-types")]
Holding = Annotated[str, terms("holdings")]
Verification = Annotated[str, terms("verifications")]


class Name(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One real name as written in one language."""

    language: Language
    given: Line | None = None
    patronymic: Line | None = None
    surname: Line | None = None
    script: Annotated[str, Meta(max_length=4, pattern="^[A-Z][a-z]{3}$", description="ISO 15924")] | None = None


class Service(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How somebody stands to the army."""

    status: Military
    since: Edtf | None = None
    until: Annotated[Edtf | None, Meta(description="of an exemption or deferment")] = None
    unit: Line | None = None
    objector_application: Annotated[Line | None, Meta(description="where, when and with what answer")] = None


class Stay(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """By which right somebody stays in a country that is not theirs."""

    country: Country
    protection: Protection
    stage: AsylumStage | None = None
    valid_until: Day | None = None


class Refusal(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why somebody refuses: in their own words, and as a code."""

    words: Text | None = None
    reason: Reason | None = None


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
    service: Service | None = None
    stays: tuple[Stay, ...] = ()
    refusal: Refusal | None = None


class Checked(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a paper was verified, by which member, when, and what does not match. Never asked of a state register."""

    how: Verification
    by: MemberId
    on: Day
    mismatch: Line | None = None


class Paper(Record, frozen=True, kw_only=True, tag="paper"):
    """A paper of identity, sealed with the names. Its number is never searched and is shown by its last two signs."""

    person: Id
    type: PaperType
    state: Annotated[Country | None, Meta(description="the state that issued it")] = None
    issuer: Line | None = None
    number: Line | None = None
    printed_name: Annotated[Line | None, Meta(description="exactly as printed")] = None
    issued: Edtf | None = None
    expires: Edtf | None = None
    held: Annotated[Holding | None, Meta(description="who has the paper itself")] = None
    held_since: Day | None = None
    taken_by: Line | None = None
    step: Annotated[Id | None, Meta(description="the step by which it was applied for")] = None
    verified: Checked | None = None
    scans: Annotated[tuple[Id, ...], Meta(description="records that hold its picture")] = ()
    needed_for: Line | None = None
