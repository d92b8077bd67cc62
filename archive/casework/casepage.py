"""A case as a page: people and what they are in it, acts in time, records with their versions, terms, gaps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar, get_args

import msgspec
from msgspec import Struct, structs

from archive.casework import consents, members
from archive.casework.making import own_terms
from archive.desk import Desk
from archive.errors import NotFoundError
from archive.records import consent, edtf, gaps, kinds, risk, vocabulary
from archive.records.answers_case import (
    ActLine,
    CaseAnswer,
    CaseLine,
    CaseList,
    DateLine,
    PartLine,
    PersonLine,
    ProceedingLine,
    RecordLine,
    StepLine,
)
from archive.records.kinds import Filed
from archive.speech import tr

Kind = TypeVar("Kind", bound=kinds.Record)
_MADE = {"translation_of": "translation", "transcript_of": "transcript", "summary_of": "summary"}


class Held(Struct, frozen=True):
    """All that belongs to a case, read once, and who else says what (id to ids, both ways)."""

    records: tuple[kinds.AnyRecord, ...]
    also: Mapping[str, tuple[str, ...]]

    def all(self, kind: type[Kind]) -> tuple[Kind, ...]:
        """Those of one kind."""
        return tuple(one for one in self.records if isinstance(one, kind))


def list_cases(desk: Desk, newest: int | None = None) -> CaseList:
    """All cases, or so many that were begun last; oldest first."""
    listed = desk.index.listing("case", collective=desk.preferred, newest=newest)
    cases = [stored.record for stored in listed if isinstance(stored.record, kinds.Case)]
    called, held = desk.index.refs(case.id for case in cases), desk.index.filed_in([case.id for case in cases])
    lines = (
        CaseLine(ref=called[case.id], id=case.id, title=case.title, closed=case.closed, records=held.get(case.id, 0))
        for case in cases
    )
    return CaseList(cases=tuple(lines), total=desk.index.count_of("case", desk.preferred))


def gather(desk: Desk, ident: str) -> Held:
    """What belongs to a case."""
    records = tuple(stored.record for stored in desk.index.of_case(ident, desk.preferred))
    also: dict[str, tuple[str, ...]] = {}
    for record in records:
        for other in record.also:
            for one, two in ((record.id, other), (other, record.id)):
                also[one] = tuple(dict.fromkeys((*also.get(one, ()), two)))
    return Held(records, also)


def show_case(desk: Desk, ref: str) -> CaseAnswer:
    """The whole case: people by pseudonym, what was done, what there is, what is to be done, what is missing."""
    ident = desk.resolve(ref, "case")
    case = desk.record(ident)
    if not isinstance(case, kinds.Case):
        raise NotFoundError(tr("This is no case."), tr("See: archive case list"))
    held = gather(desk, ident)
    persons = [one for one in held.all(kinds.Person) if one.merged_into is None]
    answer = CaseAnswer(
        ref=desk.index.ref(ident),
        id=ident,
        title=case.title,
        summary=case.summary,
        period=case.period,
        place=case.place,
        closed=case.closed,
        people=tuple(_person_line(desk, one, held) for one in persons),
        records=tuple(_record_line(desk, one, held) for one in _in_time(_filed(held))),
        acts=tuple(_act_line(desk, one, held) for one in _in_time(held.all(kinds.Act))),
        proceedings=tuple(_proceeding_line(desk, one, held) for one in held.all(kinds.Proceeding)),
        steps=tuple(_step_line(desk, one) for one in held.all(kinds.Step) if one.withdrawal is None),
        dates=tuple(sorted(_dates(desk, (case, *held.records)), key=lambda line: line.on)),
        unfinished=tuple(line for one in persons for line in consents.unfinished(desk, one.id)),
        lead=_lead(desk, case),
        terms={term.code: vocabulary.label(term.vocabulary, term.code, "en", [term]) for term in own_terms(desk)},
    )
    return structs.replace(answer, gaps=gaps.of(answer))


def _lead(desk: Desk, case: kinds.Case) -> str | None:
    if case.lead is None:
        return None
    named = members.everybody(desk, desk.preferred).get(case.lead) if len(desk.journals) == 1 else None
    return named.label if named else case.lead[:8]


def _filed(held: Held) -> tuple[Filed, ...]:
    return (*held.all(kinds.Testimony), *held.all(kinds.Photo), *held.all(kinds.Document))


def _in_time(records: Iterable[Kind]) -> list[Kind]:
    """By the day they speak of, then as they were entered; undated ones last."""
    return sorted(records, key=lambda one: (day_of(one) or "9999", one.created, one.id))


def day_of(record: kinds.Record) -> str | None:
    """The first day a record speaks of."""
    date = getattr(record, "date", None)
    return edtf.bounds(date)[0] if date else None


def refs(desk: Desk, idents: Iterable[str]) -> tuple[str, ...]:
    """The references of records, as far as they are here."""
    asked = tuple(dict.fromkeys(idents))
    found = desk.index.refs(asked) if asked else {}
    return tuple(found[ident] for ident in asked if ident in found)


def _person_line(desk: Desk, person: kinds.Person, held: Held) -> PersonLine:
    said, today, block = consents.of(desk, person.id), desk.today(), person.risk
    standing = risk.standing(block, today)
    roles = [one.role for one in held.all(kinds.Role) if one.person == person.id]
    affected = ["affected"] if any(one.person == person.id for one in held.all(kinds.Act)) else []
    papers = (stored.record for stored in desk.index.linked(person.id, "paper", desk.preferred))
    return PersonLine(
        ref=desk.index.ref(person.id),
        pseudonym=person.pseudonym,
        named=bool(desk.index.identities_of(person.id)),
        asked=bool(said),
        agreed=tuple(one for one in get_args(kinds.Purpose) if consent.agreed_to_somebody(said, one, today)),
        risk_confirmed=standing.confirmed,
        roles=tuple(dict.fromkeys((*affected, *roles))),
        where=block.where if block else None,
        as_of=block.as_of if block else None,
        threats=tuple(name for name in risk.THREATS if block and getattr(block, name)),
        held_until=block.hold_publication_until if block and standing.held else None,
        papers=tuple(
            f"{desk.index.ref(one.id)} {one.type}{tr(', expires {day}', day=one.expires) if one.expires else ''}"
            for one in papers
            if isinstance(one, kinds.Paper)
        ),
    )


def _record_line(desk: Desk, record: Filed, held: Held) -> RecordLine:
    field, original = next(((name, one) for name in _MADE if (one := getattr(record, name))), (None, None))
    human = {"human": "translation", "machine": "machine", "certified": "certified"}
    made = _MADE[field] if field else None
    return RecordLine(
        ref=desk.index.ref(record.id),
        kind=str(record.__struct_config__.tag),
        title=record.title,
        date=record.date,
        language=record.language,
        about=refs(desk, record.about),
        cleaned=record.scrub.cleaned,
        subtype=record.subtype if isinstance(record, kinds.Document) else None,
        known=record.known,
        of=next(iter(refs(desk, [original])), None) if original else None,
        made=human.get(record.translated_by or "", made) if made == "translation" else made,
        checked=record.checked,
        also=refs(desk, held.also.get(record.id, ())),
        proceeding=_proceeding(desk, record),
    )


def _proceeding(desk: Desk, record: Filed) -> str | None:
    if isinstance(record, kinds.Document) and record.proceeding:
        return next(iter(refs(desk, [record.proceeding])), None)
    return None


def _act_line(desk: Desk, act: kinds.Act, held: Held) -> ActLine:
    parts = (
        PartLine(person=ref, role=one.role, degree=one.degree, force=one.force)
        for one in held.all(kinds.Role)
        if one.act == act.id
        for ref in refs(desk, [one.person])
    )
    return ActLine(
        ref=desk.index.ref(act.id),
        type=act.type,
        date=act.date,
        place=act.place,
        person=next(iter(refs(desk, [act.person])), "gone"),
        forces=act.forces or ((act.detention.force,) if act.detention and act.detention.force else ()),
        known=act.known,
        status=act.status,
        parts=tuple(parts),
        detention=msgspec.to_builtins(act.detention) if act.detention else {},
        also=refs(desk, held.also.get(act.id, ())),
    )


def _proceeding_line(desk: Desk, one: kinds.Proceeding, held: Held) -> ProceedingLine:
    documents = (paper.id for paper in held.all(kinds.Document) if paper.proceeding == one.id)
    return ProceedingLine(
        ref=desk.index.ref(one.id),
        name=one.name,
        court=one.court,
        stage=one.stage,
        decision=one.decision,
        sentence=one.sentence,
        law=one.law,
        persons=refs(desk, one.about),
        documents=refs(desk, documents),
    )


def _step_line(desk: Desk, step: kinds.Step) -> StepLine:
    return StepLine(
        ref=desk.index.ref(step.id),
        type=step.type,
        what=step.what,
        addressee=step.addressee or next(iter(refs(desk, [step.recipient])), None)
        if step.recipient
        else step.addressee,
        sent=step.sent,
        due=step.due,
        answered=step.answered,
        outcome=step.outcome,
        next=step.next,
    )


def _dates(desk: Desk, records: Iterable[kinds.AnyRecord]) -> Iterable[DateLine]:
    """Every open date, and the terms of open steps."""
    for record in records:
        for one in record.dates:
            if not one.done:
                yield DateLine(on=one.on, what=one.what, ref=desk.index.ref(record.id))
        if isinstance(record, kinds.Step):
            day = record.due if record.answered is None else record.next
            if day and not record.closed:
                yield DateLine(
                    on=day,
                    what=tr("{step}: answer", step=vocabulary.spoken("steps", record.type)),
                    ref=desk.index.ref(record.id),
                )
