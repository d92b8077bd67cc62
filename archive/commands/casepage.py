"""A case on the screen, in eighty columns."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from archive.records import edtf, vocabulary
from archive.records.answers_case import ActLine, CaseAnswer, PersonLine, RecordLine
from archive.records.wording import fields, plain
from archive.speech import language, tr
from archive.terminal import Terminal, safe

WIDTH = 79


def page(told: CaseAnswer, speaker: Terminal) -> Iterator[str]:
    """The whole case, section by section; what is empty says how to fill it."""
    yield from wrapped(f"{told.ref}  {told.title or ''}{'  (closed)' if told.closed else ''}", "       ")
    about = [
        _day(told.period) if told.period else None,
        told.place,
        tr("lead {lead}", lead=told.lead) if told.lead else None,
    ]
    if any(about):
        yield f"  {safe(' · '.join(filter(None, about)))}"
    for paragraph in (told.summary or "").split("\n"):
        yield from wrapped(paragraph, "  ", first="  ") if paragraph else ()
    for line in told.unfinished:
        yield from wrapped(
            tr(
                "NOT FINISHED: {persons} said no on {since}, dossier {bundle} is out: archive step answer {step}",
                persons=", ".join(line.persons), since=line.since, bundle=line.bundle or "", step=line.step,
            ),
            "    ", first="  ",
        )  # fmt: skip
    for title, empty, lines in _sections(told, speaker):
        yield ""
        yield title if lines else tr("{title}: none yet. {empty}", title=title, empty=empty)
        yield from lines


def _sections(told: CaseAnswer, speaker: Terminal) -> Iterator[tuple[str, str, list[str]]]:
    say = partial(label, own=told.terms)
    people = [line for one in told.people for line in _person(one, say, speaker)]
    yield tr("People"), f"archive person new --case {told.ref}", people
    yield tr("Acts"), "archive act new --person PERSON", [line for one in told.acts for line in _act(one, say)]
    records = [line for one in _with_versions(told.records) for line in _record(*one, say)]
    yield tr("Records"), f"archive add FILE --case {told.ref}", records
    if told.proceedings:
        yield (
            tr("Proceedings"),
            "",
            [line for one in _proceedings(told, say) for line in wrapped(one, "         ", first="  ")],
        )
    if told.steps:
        yield tr("Steps"), "", [line for one in _steps(told, say) for line in wrapped(one, "         ", first="  ")]
    if told.dates:
        dates = (f"{_day(line.on):<11}  {line.what}  {line.ref}" for line in told.dates)
        yield tr("Dates"), "", [line for one in dates for line in wrapped(one, "               ", first="  ")]
    if told.gaps:
        missing = (f"{fields(gap.field)}: {gap.why}?" for gap in told.gaps)
        yield tr("What will be asked next"), "", [line for one in missing for line in wrapped(one, "    ", first="  ")]


def wrapped(text: str, indent: str, first: str = "") -> list[str]:
    """Stored text in lines of the page, each made safe."""
    return textwrap.wrap(safe(text), WIDTH, initial_indent=first, subsequent_indent=indent) or [first.rstrip()]


def _day(date: str | None) -> str:
    return edtf.shown(date) if date else tr("undated")


Say = Callable[[str, str | None], str | None]


def label(name: str, code: str | None, own: Mapping[str, str] | None = None) -> str | None:
    """What a code of a vocabulary is called; ``own`` are the labels of the collective's own terms."""
    if not code:
        return None
    called = vocabulary.label(name, code, language())
    return (own or {}).get(code, code) if called == code else called


def _person(one: PersonLine, say: Say, speaker: Terminal) -> Iterator[str]:
    roles = ", ".join((say("roles", role) or role).lower() for role in one.roles)
    yield from wrapped(f"{one.ref}  {one.pseudonym}{f'  ({roles})' if roles else ''}", "         ", first="  ")
    agreed = vocabulary.named("purposes", one.agreed) or (tr("none holds today") if one.asked else tr("was not asked"))
    yield from wrapped(tr("consent: {agreed}", agreed=agreed), "                  ", first="         ")
    threats = "".join(f", {plain(name)}" for name in one.threats)
    where = (
        tr("{where}{threats}, as of {day}", where=say("where", one.where), threats=threats, day=one.as_of)
        if one.where
        else tr("nobody said where they are")
    )
    doubt = "" if one.risk_confirmed else tr("; NOT CONFIRMED, counts as the worst")
    held = tr("; publish nothing before {held_until}", held_until=one.held_until) if one.held_until else ""
    for line in wrapped(
        tr("risk: {where}{doubt}{held}", where=where, doubt=doubt, held=held), "               ", first="         "
    ):
        yield line if one.risk_confirmed else speaker.dim(line)
    if one.papers:
        yield from wrapped(tr("papers: {papers}", papers="; ".join(one.papers)), "                 ", first="         ")


def _act(one: ActLine, say: Say) -> Iterator[str]:
    forces = ", ".join(filter(None, (say("forces", force) for force in one.forces)))
    head = (say("acts", one.type), one.place, forces, say("act-statuses", one.status))
    yield from wrapped(f"{_day(one.date):<11}  {' · '.join(filter(None, head))}", "               ", first="  ")
    parts = [tr("{person} affected", person=one.person)]
    others = [part for part in one.parts if (part.person, part.role) != (one.person, "affected")]
    parts += [f"{part.person} {(say('roles', part.role) or part.role).lower()}" for part in others]
    yield from wrapped(f"{one.ref}: {', '.join(parts)}", "               ", first="               ")
    known = say("knowing", one.known)
    said = tr("also told in {also}", also=", ".join(one.also)) if one.also else None
    if known or said:
        told = "; ".join(filter(None, (tr("known: {how}", how=known.lower()) if known else None, said)))
        yield from wrapped(told, "               ", first="               ")


def _with_versions(records: Sequence[RecordLine]) -> Iterator[tuple[RecordLine, list[RecordLine]]]:
    """Each record with its translations, transcripts and summaries; those of nothing here stand alone."""
    here = {one.ref for one in records}
    for one in records:
        if one.of not in here:
            yield one, [other for other in records if other.of == one.ref]


def _record(one: RecordLine, versions: Sequence[RecordLine], say: Say) -> Iterator[str]:
    kind = say("documents", one.subtype) if one.subtype not in (None, "other") else plain(one.kind)
    language = f" [{one.language}]" if one.language else ""
    head = f"{_day(one.date):<11}  {one.ref}  {(kind or one.kind).lower()}{language}  {one.title or ''}"
    yield from wrapped(head, "               ", first="  ")
    more = [
        tr("about {about}", about=", ".join(one.about)) if one.about else None,
        tr("in {proceeding}", proceeding=one.proceeding) if one.proceeding else None,
    ]
    more += [tr("known: {how}", how=(say("knowing", one.known) or "").lower()) if one.known else None]
    more += [
        tr("also told in {also}", also=", ".join(one.also)) if one.also else None,
        None if one.cleaned else tr("NOT CLEANED: stays"),
    ]
    if told := "; ".join(filter(None, more)):
        yield from wrapped(told, "               ", first="               ")
    for version in versions:
        checked = tr(", checked") if version.checked else ""
        checked += "" if version.cleaned else tr(", NOT CLEANED: stays")
        made = plain(version.made or "version")
        made += (tr(" into {language}", language=version.language) if version.language else "") + checked
        yield from wrapped(f"= {version.ref}  {made}", "                ", first="               ")


def _proceedings(told: CaseAnswer, say: Say) -> Iterator[str]:
    for one in told.proceedings:
        parts = (
            one.name,
            one.court,
            say("stages", one.stage),
            say("decisions", one.decision),
            one.sentence,
            one.law,
        )
        persons = f"; {', '.join(one.persons)}" if one.persons else ""
        papers = tr("; papers: {documents}", documents=", ".join(one.documents)) if one.documents else ""
        yield f"{one.ref}  {' · '.join(filter(None, parts))}{persons}{papers}"


def _steps(told: CaseAnswer, say: Say) -> Iterator[str]:
    for one in told.steps:
        sent = tr(", sent {sent}", sent=one.sent) if one.sent else ""
        came = (
            tr(", {outcome} {day}", outcome=say("outcomes", one.outcome) or tr("answered"), day=one.answered)
            if one.answered
            else ""
        )
        due = tr(", due {due}", due=one.due) if one.due and not one.answered else ""
        following = tr(", next {next}", next=one.next) if one.next else ""
        whom = " ".join(
            filter(None, (one.what, tr("to {addressee}", addressee=one.addressee) if one.addressee else None))
        )
        yield f"{one.ref}  {say('steps', one.type)}{f' ({whom})' if whom else ''}{sent}{due}{came}{following}"
