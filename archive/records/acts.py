"""Who did what to whom: acts with detention, roles in them, proceedings, and the steps that were taken."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from archive.records.common import Country, Day, Edtf, Force, Id, Language, Line, MemberId, Record, Text, terms

ActType = Annotated[str, terms("acts")]
Consequence = Annotated[str, terms("consequences")]
ActStatus = Annotated[str, terms("act-statuses")]
Ending = Annotated[str, terms("endings")]
Standing = Annotated[str, terms("roles")]
Degree = Annotated[str, terms("degrees")]
Instance = Annotated[str, terms("instances")]
Stage = Annotated[str, terms("stages")]
Decision = Annotated[str, terms("decisions")]
StepType = Annotated[str, terms("steps")]
Outcome = Annotated[str, terms("outcomes")]


class Held(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One place of detention, and when."""

    place: Line
    since: Edtf | None = None
    until: Edtf | None = None


class Detention(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is asked of every arrest [3112, 3114]."""

    date: Edtf | None = None
    place: Line | None = None
    force: Force | None = None
    warrant_shown: bool | None = None
    issued_by: Line | None = None
    ordered_by: Line | None = None
    law: Line | None = None
    reason_given: Line | None = None
    places: Annotated[tuple[Held, ...], Meta(description="where held, transfers in their order")] = ()
    held_by: Annotated[tuple[Force, ...], Meta(description="which forces hold or held them after that")] = ()
    ended: Edtf | None = None
    ending: Ending | None = None


class Act(Record, frozen=True, kw_only=True, tag="act"):
    """One thing that was done to one person. Nobody is a victim: a person has a role in an act."""

    person: Annotated[Id, Meta(description="who is affected")]
    type: Annotated[ActType, Meta(description="[2109]")]
    date: Annotated[Edtf | None, Meta(description="[2111]")] = None
    place: Annotated[Line | None, Meta(description="the region and no finer [2112]")] = None
    exact_place: Annotated[Line | None, Meta(description="never searched")] = None
    method: Annotated[Line | None, Meta(description="[2114]")] = None
    consequences: Annotated[tuple[Consequence, ...], Meta(description="[2116]")] = ()
    status: Annotated[ActStatus | None, Meta(description="at the end [2123]")] = None
    law: Annotated[Line | None, Meta(description="[2154]")] = None
    forces: Annotated[tuple[Force, ...], Meta(description="which forces did it")] = ()
    detention: Detention | None = None


class Role(Record, frozen=True, kw_only=True, tag="role"):
    """What somebody is in an act."""

    act: Id
    person: Id
    role: Standing
    degree: Annotated[Degree | None, Meta(description="[2409]")] = None
    force: Annotated[Force | None, Meta(description="[2412]")] = None


class Proceeding(Record, frozen=True, kw_only=True, tag="proceeding"):
    """A trial or another procedure; documents point to it."""

    name: Annotated[Line | None, Meta(description="neutral [3119]")] = None
    number: Annotated[Line | None, Meta(description="the case code; never searched [3118]")] = None
    court: Annotated[Line | None, Meta(description="[3116]")] = None
    district: Annotated[Line | None, Meta(description="[3120]")] = None
    country: Country | None = None
    instance: Instance | None = None
    law: Line | None = None
    stage: Stage | None = None
    counsel: Annotated[tuple[Id, ...], Meta(description="persons [3115]")] = ()
    proceeding_language: Annotated[Language | None, Meta(description="[3117]")] = None
    decision: Decision | None = None
    decided: Edtf | None = None
    sentence: Line | None = None
    public_docket: bool = False
    period: Edtf | None = None


class Step(Record, frozen=True, kw_only=True, tag="step"):
    """Something that was done for somebody, and what is awaited [2609, 2613, 2651]. Whom it is for stands in about."""

    type: StepType
    what: Annotated[Line | None, Meta(description="neutral, without names")] = None
    addressee: Annotated[Line | None, Meta(description="an office; a recipient stands in recipient")] = None
    recipient: Id | None = None
    sent: Day | None = None
    sent_by: MemberId | None = None
    channel: Line | None = None
    reference: Annotated[Line | None, Meta(description="their number for it; never searched")] = None
    due: Annotated[Day | None, Meta(description="when the answer, or what we promised, is due")] = None
    due_from: Annotated[Line | None, Meta(description="where that term comes from")] = None
    reminded: Day | None = None
    answered: Day | None = None
    outcome: Outcome | None = None
    answer: Text | None = None
    next: Annotated[Day | None, Meta(description="the next term")] = None
    papers: tuple[Id, ...] = ()
    told: Annotated[Day | None, Meta(description="when the person was told")] = None
    dossier: Annotated[Id | None, Meta(description="the dossier that is to be withdrawn")] = None
    withdrawal: Annotated[Id | None, Meta(description="the consent record that took it back")] = None
    closed: Annotated[bool, Meta(description="nothing is awaited any more")] = False
