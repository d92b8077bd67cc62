"""What a lawyer will ask next of a case: the best next question a volunteer can be told. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archive.records.answers import Gap
from archive.records.answers_case import CaseAnswer
from archive.speech import tr

MOST = 12
_HOLDS = frozenset({"arrest", "detention", "incommunicado", "x-co-forced-mobilisation", "x-co-forced-transfer"})
_OF_DETENTION = (
    ("warrant_shown", tr("was a warrant shown, and who issued it")),
    ("ordered_by", tr("who ordered it")),
    ("reason_given", tr("which reason was given, under which law")),
    ("places", tr("where were they held, one place after the other")),
)


def of(case: CaseAnswer) -> tuple[Gap, ...]:
    """The gaps of a case, the gravest first, at most twelve."""
    found = [*_of_people(case), *_of_acts(case), *_of_records(case), *_of_course(case)]
    return tuple(found[:MOST])


def _of_people(case: CaseAnswer) -> Iterator[Gap]:
    if not case.people:
        yield Gap(field="people", why=tr("nobody belongs to this case yet"))
    for person in case.people:
        if "keep" not in person.agreed and not person.asked:
            yield Gap(field=f"{person.ref} consent", why=tr("were they asked whether it may be kept"))
        if not person.named:
            yield Gap(field=f"{person.ref} name", why=tr("which name has to be hidden in texts, or is none known"))
        if not person.risk_confirmed:
            yield Gap(field=f"{person.ref} risk", why=tr("where are they now, and who has spoken with them"))


def _of_acts(case: CaseAnswer) -> Iterator[Gap]:
    if not case.acts:
        yield Gap(field="acts", why=tr("what was done, to whom"))
    for act in case.acts:
        lacking = [
            name
            for name, value in (("date", act.date), ("place", act.place), ("forces", act.forces), ("known", act.known))
            if not value
        ]
        if lacking:
            yield Gap(field=f"{act.ref} {', '.join(lacking)}", why=_asked(lacking))
        if act.type in _HOLDS:
            for name, question in _OF_DETENTION:
                if name not in act.detention:
                    yield Gap(field=f"{act.ref} detention.{name}", why=question)


def _asked(lacking: Sequence[str]) -> str:
    words = {
        "date": tr("when"),
        "place": tr("in which region"),
        "forces": tr("which force did it"),
        "known": tr("how is it known"),
    }
    return ", ".join(words[name] for name in lacking)


def _of_records(case: CaseAnswer) -> Iterator[Gap]:
    for record in case.records:
        if record.made == "machine" and not record.checked:
            yield Gap(field=f"{record.ref} checked", why=tr("nobody read this machine translation beside the original"))
        if record.kind == "testimony" and not record.of and not record.language:
            yield Gap(field=f"{record.ref} language", why=tr("in which language was it told"))
        if record.kind == "document" and case.proceedings and not record.proceeding:
            yield Gap(field=f"{record.ref} proceeding", why=tr("to which proceeding does this paper belong"))


def _of_course(case: CaseAnswer) -> Iterator[Gap]:
    for trial in case.proceedings:
        if trial.stage not in ("final", "closed") and not any(one.ref == trial.ref for one in case.dates):
            yield Gap(field=f"{trial.ref} dates", why=tr("when is the next hearing"))
    if not case.steps:
        yield Gap(field="steps", why=tr("which steps were taken, or why none"))
