"""Collective, member, case; persons with their risk; who says so, who gets something, and terms of one's own."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from archive.records.common import (
    CODE,
    Country,
    Day,
    Edtf,
    Id,
    Language,
    Line,
    MemberId,
    RecipientType,
    Record,
    Relation,
    Text,
    terms,
)

Where = Literal["in-country", "in-transit", "abroad-with-status", "abroad-without-status", "unknown"]
RiskBasis = Literal["spoke", "relative-or-lawyer", "public", "nobody-asked"]
Originals = Literal["keep", "drop", "ask"]
Kept = Literal["keep", "drop"]
Places = Literal["region", "hidden"]
ViolationStatus = Annotated[str, terms("violation-statuses")]
CountingUnit = Annotated[str, terms("counting-units")]
Sex = Annotated[str, terms("sexes")]
PublicRole = Annotated[str, terms("public-roles")]
KeyCheck = Annotated[str, terms("key-checks")]


class Collective(Record, frozen=True, kw_only=True, tag="collective"):
    """The collective's own name and settings, known to members only."""

    name: Line
    originals: Annotated[Originals, Meta(description="what becomes of files as they were brought")] = "drop"
    capture_facts: Annotated[Kept, Meta(description="whether what a capture proves is sealed apart")] = "keep"
    places: Annotated[Places, Meta(description="what a dossier for anybody tells of where something was")] = "region"


class Member(Record, frozen=True, kw_only=True, tag="member"):
    """What members call the person behind a device's person id."""

    person_id: Annotated[str, Meta(description="person id of the membership card")]
    label: Line


class Case(Record, frozen=True, kw_only=True, tag="case"):
    """A case [0101]: what happened to one person or group, as one story."""

    summary: Text | None = None
    period: Annotated[Edtf | None, Meta(description="from and to [0113, 0114]")] = None
    place: Annotated[Line | None, Meta(description="the region and no finer [0111]")] = None
    exact_place: Annotated[Line | None, Meta(description="never searched, never exported [0112]")] = None
    closed: bool = False
    masks: Annotated[tuple[Line, ...], Meta(description="words to hide everywhere: village, unit, helper")] = ()
    cleared: Annotated[
        tuple[Line, ...], Meta(description="words with a capital that somebody looked at: they name nobody to hide")
    ] = ()
    held: Annotated[
        tuple[Line, ...],
        Meta(description="words hidden where they have a capital; nobody asks about them again"),
    ] = ()
    violation_status: Annotated[ViolationStatus | None, Meta(description="by who codes, later [0151]")] = None
    lead: Annotated[MemberId | None, Meta(description="the member who leads it")] = None
    originals: Annotated[Kept | None, Meta(description="what was answered where the collective asks")] = None


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


class Link(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a person stands to another one."""

    person: Id
    relation: Relation


class Person(Record, frozen=True, kw_only=True, tag="person"):
    """Somebody, by pseudonym: the only name that lists, results and prompts show."""

    pseudonym: Line
    cases: tuple[Id, ...] = ()
    risk: Risk | None = None
    counting_unit: Annotated[CountingUnit | None, Meta(description="one, a family, a group [0902]")] = None
    birth_year: Annotated[int, Meta(ge=1850, le=2200)] | None = None
    sex: Annotated[Sex | None, Meta(description="[0915]")] = None
    self_description: Line | None = None
    citizenship: Annotated[tuple[Country, ...], Meta(description="[0941]")] = ()
    languages: tuple[Language, ...] = ()
    public_role: Annotated[PublicRole | None, Meta(description="judge, prosecutor, named official")] = None
    protected: Annotated[bool, Meta(description="hidden in spite of the public role")] = True
    links: tuple[Link, ...] = ()
    trusted: Annotated[Id | None, Meta(description="whom to ask if contact is lost")] = None
    merged_into: Annotated[Id | None, Meta(description="the same person under this other record")] = None


class Grade(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A judgement by the Admiralty code, apart for the source and for one item; ``F6`` reads: not yet judged."""

    by: MemberId
    on: Day
    item: Annotated[Id | None, Meta(description="the record that is graded; none: the source as such")] = None
    reliability: Literal["A", "B", "C", "D", "E", "F"] = "F"
    credibility: Literal["1", "2", "3", "4", "5", "6"] = "6"


class Source(Record, frozen=True, kw_only=True, tag="source"):
    """Who says so: a person, or a publication."""

    person: Id | None = None
    publication: Line | None = None
    url: Annotated[str, Meta(min_length=1, max_length=4_000)] | None = None
    connection: Annotated[Line | None, Meta(description="how the source stands to what it tells [2509]")] = None
    grades: tuple[Grade, ...] = ()


class Recipient(Record, frozen=True, kw_only=True, tag="recipient"):
    """Somebody a dossier may be handed to; never searched, never exported."""

    name: Line
    type: RecipientType
    age_key: Annotated[str, Meta(max_length=200, pattern="^age1[0-9a-z]{20,190}$")] | None = None
    key_checked: Annotated[KeyCheck | None, Meta(description="how the key was checked")] = None
    key_checked_on: Day | None = None
    channel: Annotated[Line | None, Meta(description="how they are reached")] = None
    contact: Annotated[Line | None, Meta(description="address, number or handle there")] = None
    person: Annotated[Id | None, Meta(description="the person of the archive, where it is their own file")] = None


class Term(Record, frozen=True, kw_only=True, tag="term"):
    """A term of the collective's own, beside the built-in ones; it travels with the archive."""

    vocabulary: Annotated[str, Meta(max_length=64, pattern=CODE)]
    code: Annotated[str, Meta(max_length=64, pattern=CODE)]
    labels: Annotated[dict[Language, Line], Meta(min_length=1, description="language: label")]


class Search(Record, frozen=True, kw_only=True, tag="search"):
    """A search kept under a name: sealed, as its words may be names; never searched, never exported."""

    name: Line
    query: Annotated[str, Meta(max_length=10_000, description="as typed")] = ""
    exact: bool = False
    kinds: tuple[Line, ...] = ()
    filters: Annotated[dict[Line, Line], Meta(description="cases and persons by id")] = {}  # noqa: RUF012 - msgspec copies it
