"""What ``review`` and ``triage`` list and take as JSON."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from archive.records.answers import Answer
from archive.records.common import Line
from archive.records.entities import RiskBasis, Where
from archive.records.intake import Threat


class DuePerson(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """Somebody whose risk is not confirmed; all null where nobody ever said. ``days`` since it was."""

    person: str
    pseudonym: str
    where: str | None
    threats: tuple[str, ...]
    as_of: str | None
    basis: str | None
    days: int | None


class DueConsent(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A consent that ends or has ended; ``holds`` are those of its purposes that hold today."""

    consent: str
    person: str
    pseudonym: str
    purposes: tuple[str, ...]
    until: str


class ReviewList(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """What is due."""

    people: tuple[DuePerson, ...] = ()
    consents: tuple[DueConsent, ...] = ()


class Reviewed(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """How many were confirmed, changed, agreed to anew, and are left for later."""

    confirmed: int = 0
    changed: int = 0
    renewed: int = 0
    later: int = 0


class PersonSays(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How somebody is today; what is not given is as it was."""

    person: Line
    basis: Annotated[RiskBasis, Meta(description="how is it known?")]
    where: Where | None = None
    threats: tuple[Threat, ...] | None = None
    uniqueness: Literal["low", "medium", "high"] | None = None


class ConsentSays(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """They were asked again and agree to the same, for another 24 months."""

    consent: Line
    risks_explained: bool


class ReviewForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answers of a review; whoever is not in it is left for later."""

    people: tuple[PersonSays, ...] = ()
    consents: tuple[ConsentSays, ...] = ()


class InboxLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A file that belongs to no case yet; ``file`` is what it was called."""

    ref: str
    kind: str
    title: str | None
    file: str | None


class InboxDay(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """What came in on one day (``YYYY-MM-DD``)."""

    day: str
    records: tuple[InboxLine, ...]


class InboxList(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """The inbox, oldest day first."""

    days: tuple[InboxDay, ...]


class Triaged(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """What became of how many, and which cases are new."""

    kept: int = 0
    discarded: int = 0
    later: int = 0
    cases: tuple[str, ...] = ()


class Sorted(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file: to a ``case`` that is there, to a new one called ``title``, or ``discard``."""

    ref: Line
    case: Line | None = None
    title: Line | None = None
    discard: bool = False


class TriageForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What becomes of files of the inbox; equal titles are one new case."""

    records: tuple[Sorted, ...]
