"""From what somebody wants to publish to the plan of it: whom it is for, what the gate says, what is told by facts."""

from __future__ import annotations

from msgspec import structs

from archive.bundle.content import pseudonyms
from archive.casework import refusing
from archive.casework.collectives import settings
from archive.casework.gathering import gather
from archive.casework.judging import judge
from archive.casework.plan import Asked, Plan
from archive.desk import Desk
from archive.errors import NotFoundError, UsageError
from archive.records import consent, gate
from archive.speech import tr
from archive.vault.truth import Truth


def plan(desk: Desk, asked: Asked) -> Plan:
    """All that is decided before anything laborious; UsageError where the template asks for more than was said.

    NotFoundError where nothing was named that could be exported.
    """
    _addressed(asked)
    truth = desk.truth()
    whose = desk.resolve(asked.choice.person, "person") if asked.choice.person else None
    need = structs.replace(asked.template.need, recipient=asked.recipient)
    if need.audience == "self":
        need = structs.replace(need, person=whose)
    if need.audience == "court":
        need = structs.replace(need, case=_one_case(desk, asked))
    cleared = frozenset(map(desk.resolve, asked.cleared))
    wants_none = settings(desk).places == "hidden" and need.audience != "self"
    profile = asked.profile.without_regions() if wants_none else asked.profile
    judged = judge(desk, truth, asked.choice, need, cleared if asked.template.chosen == "cleared" else None)
    gathered = gather(desk, truth, asked.choice, judged, need, asked.template, profile, cleared)
    made = Plan(
        template=asked.template,
        profile=profile,
        need=need,
        truth=truth,
        judged=judged,
        gathered=gathered,
        withheld=tuple(
            refusing.withheld(desk, ident, reasons) for ident, reasons in (*judged.withheld, *gathered.withheld)
        ),
        pseudonyms=pseudonyms(judged.people.persons, desk.random),
        quotable=_quotable(desk, truth, asked),
        cleared=cleared if profile.exhibits == "cleared" else None,
    )
    if not (made.included or made.why):
        raise NotFoundError(
            tr("There is nothing here to export."),
            tr("Name a case that holds records, or a person whom records are about."),
        )
    return made


def _addressed(asked: Asked) -> None:
    """What is for somebody named needs them; the name is known before anything is read."""
    named = consent.NAMES_A_RECIPIENT - {"court"}
    if asked.recipient is None and not named.isdisjoint(asked.template.need.purposes):
        raise UsageError(
            tr("The template {name} is for somebody in the address book.", name=asked.template.name),
            tr("Say for whom: --for NAME. See: archive recipient list"),
        )
    if asked.template.need.audience == "self" and not asked.choice.person:
        raise UsageError(tr("An own copy is about one person."), tr("Say whom: --person REF"))
    if extra := sorted(set(asked.written) - asked.template.parts):
        raise UsageError(
            tr("The template {name} has no part {extra}.", name=asked.template.name, extra=extra[0]),
            tr("It has: {parts}.", parts=", ".join(sorted(asked.template.parts))),
        )


def _one_case(desk: Desk, asked: Asked) -> str:
    """The case that everybody was asked about."""
    if len(asked.choice.refs) != 1 or asked.choice.person or asked.choice.query:
        raise UsageError(tr("A court gets one case."), tr("Name that case alone, and what goes in with --exhibit REF."))
    return desk.resolve(asked.choice.refs[0], "case")


def _quotable(desk: Desk, truth: Truth, asked: Asked) -> frozenset[str]:
    """What of the records asked for anybody might be given as well."""
    if asked.template.need.audience != "press":
        return frozenset()
    open_to_all = judge(desk, truth, asked.choice, gate.NEEDS["public"])
    return frozenset(entry.record.id for entry in open_to_all.leaving if entry.record)
