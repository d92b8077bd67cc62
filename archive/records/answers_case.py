"""What ``case show``, ``case list``, ``timeline`` and ``stats`` answer with ``--json``."""

from __future__ import annotations

from msgspec import field

from archive.records.answers import Answer, Gap, UnfinishedLine


class CaseLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A case in a list."""

    ref: str
    id: str
    title: str | None
    closed: bool
    records: int


class CaseList(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """Cases, oldest first; ``total`` is how many there are, also where ``--limit`` leaves some out."""

    cases: tuple[CaseLine, ...]
    total: int


class PersonLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A person of a case, by pseudonym; ``agreed`` are the purposes that stand today, ``roles`` what they are in it."""

    ref: str
    pseudonym: str
    named: bool
    asked: bool
    agreed: tuple[str, ...]
    risk_confirmed: bool
    roles: tuple[str, ...] = ()
    where: str | None = None
    as_of: str | None = None
    threats: tuple[str, ...] = ()
    held_until: str | None = None
    papers: tuple[str, ...] = ()


class RecordLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A record of a case; ``of`` is what it translates or writes down, ``also`` who else tells the same."""

    ref: str
    kind: str
    title: str | None
    date: str | None
    language: str | None
    about: tuple[str, ...]
    cleaned: bool = True
    subtype: str | None = None
    known: str | None = None
    of: str | None = None
    made: str | None = None
    checked: bool = False
    also: tuple[str, ...] = ()
    proceeding: str | None = None


class PartLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """What somebody is in an act."""

    person: str
    role: str
    degree: str | None
    force: str | None


class ActLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """An act; ``detention`` are the fields of it that are filled in, ``also`` who else tells the same."""

    ref: str
    type: str
    date: str | None
    place: str | None
    person: str
    forces: tuple[str, ...]
    known: str | None
    status: str | None
    parts: tuple[PartLine, ...]
    detention: dict[str, object]
    also: tuple[str, ...]


class ProceedingLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A trial or another procedure, with the documents that belong to it."""

    ref: str
    name: str | None
    court: str | None
    stage: str | None
    decision: str | None
    sentence: str | None
    law: str | None
    persons: tuple[str, ...]
    documents: tuple[str, ...]


class StepLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A step that was taken, and what came of it."""

    ref: str
    type: str
    what: str | None
    addressee: str | None
    sent: str | None
    due: str | None
    answered: str | None
    outcome: str | None
    next: str | None


class DateLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A date to keep, and the record that has it."""

    on: str
    what: str
    ref: str


class CaseAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """The whole case; ``terms`` are what the collective's own codes are called."""

    ref: str
    id: str
    title: str | None
    summary: str | None
    period: str | None
    place: str | None
    closed: bool
    people: tuple[PersonLine, ...]
    records: tuple[RecordLine, ...]
    acts: tuple[ActLine, ...] = ()
    proceedings: tuple[ProceedingLine, ...] = ()
    steps: tuple[StepLine, ...] = ()
    dates: tuple[DateLine, ...] = ()
    unfinished: tuple[UnfinishedLine, ...] = ()
    gaps: tuple[Gap, ...] = ()
    lead: str | None = None
    terms: dict[str, str] = field(default_factory=dict)


class TimeLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """One thing that happened or is to come; ``first`` and ``last`` are the days it may have been."""

    date: str
    first: str
    last: str
    kind: str
    text: str
    ref: str


class TimelineAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """What happened, in time; ``undated`` are the references of what has no date."""

    ref: str
    events: tuple[TimeLine, ...]
    undated: tuple[str, ...]


class StatsAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """Totals of acts; ``-1`` stands for a number too small to be told. ``published``: of those who agreed to it."""

    published: bool
    acts: int
    people: int
    by_type: dict[str, int]
    by_region: dict[str, int]
    by_month: dict[str, int]
