"""``archive incident``: a computer, a secret or a dossier is in wrong hands. First off the list, then whom to warn."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

import typer

from archive.casework import incidents, warning
from archive.casework.incidents import Incident, Outcome, Taken
from archive.casework.warning import Warned
from archive.commands import opening
from archive.commands.checklist import checklist, said
from archive.commands.options import Command
from archive.commands.sentences import say
from archive.desk import Desk
from archive.errors import PartlyDoneError, UsageError
from archive.records.answers_incident import IncidentAnswer
from archive.records.wording import plain
from archive.speech import tr, trn
from archive.terminal import Terminal, safe

app = typer.Typer(rich_markup_mode=None)
Leaked = Literal["passphrase", "key", "dossier"]
_ASK_ON = {
    "seized": tr("Was it on when it was taken? [y/n, Enter: not known]"),
    "lost": tr("Was it on when it was lost? [y/n, Enter: not known]"),
    "detained": tr("Was a computer of theirs on when they were taken? [y/n, Enter: not known]"),
}
_WHERE = {
    "in-country": tr("in the country"),
    "unknown": tr("where is not known"),
    "in-transit": tr("on the way"),
    "abroad-without-status": tr("abroad, without status"),
    "abroad-with-status": tr("abroad, with status"),
}


@app.callback()
def _group() -> None:
    """Keep the commands of this file a group, however many they are."""


@app.command(cls=Command)
def incident(
    ctx: typer.Context,
    kind: Annotated[Incident, typer.Argument(metavar="seized|lost|detained|leaked")],
    device: Annotated[str | None, typer.Option(metavar="REF", help="Which computer: how its id begins.")] = None,
    member: Annotated[str | None, typer.Option(metavar="MEMBER", help="Who is detained.")] = None,
    what: Annotated[
        Leaked | None, typer.Option("--what", help="What leaked: a passphrase, a key or a dossier.")
    ] = None,
    dossier: Annotated[str | None, typer.Option(metavar="REF", help="Which dossier leaked.")] = None,
    was_on: Annotated[
        bool | None, typer.Option("--was-on/--was-off", help="Whether the computer was on; not known counts as on.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the same, remove nothing.")] = False,
) -> None:
    """A computer was seized or lost, a member detained, a secret leaked: off the list with it, then whom to warn.

    Removes the computer (all of them where its member is detained) and makes a new key in the same step. Whom to warn
    is shown on a terminal only, on a screen of its own that is not kept.
    """
    desk, speaker = opening.open_desk(ctx), opening.terminal(ctx)
    leaked = _leaked(what, dossier, speaker) if kind == "leaked" else None
    if leaked == "dossier":
        _dossier(ctx, desk, dossier, dry_run=dry_run)
    else:
        taken = _taken(desk, speaker, kind, device, member)
        incidents.check_elsewhere(desk, taken)
        on = None if leaked else _was_on(speaker, kind, was_on)
        _device(ctx, desk, taken, kind, leaked, on, dry_run=dry_run)


def _device(
    ctx: typer.Context,
    desk: Desk,
    taken: Taken,
    kind: Incident,
    leaked: Leaked | None,
    was_on: bool | None,
    *,
    dry_run: bool,
) -> None:
    """The removal comes first; the list is shown even where that is refused."""
    speaker = opening.terminal(ctx)
    facts, words = _facts(desk, taken, was_on)
    outcome = _remove(desk, speaker, taken, say("removed", who=_shown(taken)), dry_run=dry_run)
    places = incidents.collectives_of(desk, taken)
    people = warning.everybody(desk, places)
    _show(desk, speaker, people, places)
    answer = IncidentAnswer(
        incident=kind,
        device=taken.devices[0],
        devices=taken.devices,
        member=taken.label,
        dossier=None,
        was_on=was_on,
        removed=outcome.removed,
        epoch=outcome.epoch,
        to_warn=len(people),
        checklist=checklist(leaked or kind, facts, words),
        said=said(),
        dry_run=dry_run,
    )
    speaker.answer(answer, lambda: _lines(answer, speaker))
    for refusal in outcome.refusals:
        raise PartlyDoneError(
            tr("{shown} is still on the list: {message}", shown=_shown(taken), message=refusal.message), refusal.hint
        )


def _dossier(ctx: typer.Context, desk: Desk, typed: str | None, *, dry_run: bool) -> None:
    """A dossier was made with no key, so nobody is removed; those in it are to be warned."""
    speaker = opening.terminal(ctx)
    if typed is None:
        speaker.note(tr("Dossiers made: {dossiers}", dossiers=" ".join(incidents.dossiers(desk)) or tr("none")))
        typed = speaker.ask(tr("Which one"), tr("Say which: --dossier REF"))
    found = incidents.find_dossier(desk, typed)
    people = warning.everybody_in(desk, found)
    _show(desk, speaker, people, [found.collective])
    answer = IncidentAnswer(
        incident="leaked",
        device=None,
        devices=(),
        member=None,
        dossier=desk.index.ref(found.record.id),
        was_on=None,
        removed=False,
        epoch=None,
        to_warn=len(people),
        checklist=checklist("dossier", (), {}),
        said=said(),
        dry_run=dry_run,
    )
    speaker.answer(answer, lambda: _lines(answer, speaker))


# --- which one, and was it on ---


def _leaked(what: Leaked | None, dossier: str | None, speaker: Terminal) -> Leaked:
    if what or dossier:
        return what or "dossier"
    typed = speaker.ask(
        tr("What leaked: passphrase, key or dossier"), tr("Say what: --what passphrase, key or dossier")
    )
    found: dict[str, Leaked] = {"passphrase": "passphrase", "key": "key", "dossier": "dossier"}
    if typed.lower() not in found:
        raise UsageError(tr("That is none of the three."), tr("Say what: --what passphrase, key or dossier"))
    return found[typed.lower()]


def _taken(desk: Desk, speaker: Terminal, kind: Incident, device: str | None, member: str | None) -> Taken:
    if kind == "detained" and device is None:
        if member is None:
            _list_devices(desk, speaker)
            member = speaker.ask(tr("Who is detained"), tr("Say who: --member MEMBER. See: archive member list"))
        return incidents.find_member(desk, member)
    if device is None:
        _list_devices(desk, speaker)
        question = tr("Whose computer is it") if kind == "leaked" else tr("Which computer")
        device = speaker.ask(
            tr("{question} (how its id begins)", question=question),
            tr("Say which: --device REF. See: archive device list"),
        )
    taken = incidents.find_device(desk, device)
    return incidents.find_member(desk, taken.person) if kind == "detained" else taken


def _list_devices(desk: Desk, speaker: Terminal) -> None:
    for one in incidents.devices(desk):
        speaker.note(f"  {one.device[:8]}  {safe(one.member)}{tr('  (this one)') if one.this else ''}")


def _was_on(speaker: Terminal, kind: Incident, given: bool | None) -> bool:
    """What is not known counts as on."""
    if given is not None:
        return given
    return speaker.ask(_ASK_ON[kind], tr("Say --was-on or --was-off. Not known? --was-on")).lower() not in ("n", "no")


def _facts(desk: Desk, taken: Taken, on: bool | None) -> tuple[set[str], dict[str, str]]:
    """What the checklist hangs on, and the words in it; told before the removal, which changes some of it."""
    shares, made = incidents.shares(desk, taken), incidents.dossiers(desk, taken.devices)
    found = {"last": incidents.is_last(desk, taken), "held": bool(shares), "made": bool(made)}
    facts = {fact for fact, holds in found.items() if holds}
    if on is not None:
        facts.add("on" if on else "off")
    return facts, {"who": taken.label, "shares": ", ".join(shares), "dossiers": " ".join(made)}


# --- off the list ---


def _remove(desk: Desk, speaker: Terminal, taken: Taken, means: str, *, dry_run: bool) -> Outcome:
    """Asks and removes; ``means`` is what a removal does and cannot do."""
    listed = incidents.listed(desk, taken)
    if dry_run or not listed:
        shown = _shown(taken)
        told = (
            tr("{shown} would be removed.", shown=shown)
            if listed
            else tr("{shown} is off the list already.", shown=shown)
        )
        speaker.note(told)
        return Outcome(not listed, (), incidents.epoch(desk, taken, desk.preferred))
    speaker.confirm(_loss(taken, last=incidents.is_last(desk, taken)))
    outcome = incidents.remove(desk, taken)
    if outcome.removed:
        speaker.note(
            tr(
                "{shown} is off the list, and a new key is made for the others.\n{means}",
                shown=_shown(taken),
                means=means,
            )
        )
    for refusal in outcome.refusals:
        speaker.note(tr("NOT removed: {message} {hint}", message=safe(refusal.message), hint=safe(refusal.hint)))
    return outcome


def _shown(taken: Taken) -> str:
    """What is removed, as people call it."""
    label = safe(taken.label)
    return (
        tr("{label} with every device", label=label)
        if taken.whole
        else tr("Device {devices} of {label}", devices=taken.devices[0][:8], label=label)
    )


def _loss(taken: Taken, *, last: bool) -> str:
    label = safe(taken.label)
    if taken.whole:
        return tr(
            "All devices of {label} are removed ({devices}), since {label} may be made to open "
            "them. They can be let in again later, with a new key: archive join, archive member "
            "add.",
            label=label,
            devices=len(taken.devices),
        )
    stays = tr("they have no other one, and need a new key to come back") if last else tr("{label} stays", label=label)
    return tr("{shown} is removed for good; {stays}.", shown=_shown(taken), stays=stays)


# --- whom to warn ---


def _show(desk: Desk, speaker: Terminal, people: Sequence[Warned], places: Sequence[str]) -> None:
    """On a screen of its own or not at all, a screenful at a time, since such a screen has no scrollback."""
    if not speaker.can_show_apart or not people:
        return
    warning.write_down(desk, places)
    size = shutil.get_terminal_size()
    pages = list(_pages([list(_block(one)) for one in people], size.columns, size.lines - 4))
    for number, page in enumerate(pages, 1):
        heading = tr(
            "Whom to warn: {people}. Page {number} of {pages}. This is not kept.",
            people=_people(len(people)),
            number=number,
            pages=len(pages),
        )
        speaker.page([heading, "", *page], tr("Enter goes on"))


def _pages(blocks: Sequence[list[str]], columns: int, rows: int) -> Iterator[list[str]]:
    """Whole people together on a page, as many as fit."""
    page: list[str] = []
    left = rows
    for block in blocks:
        needed = sum(-(-len(line) // max(columns, 1)) or 1 for line in block)
        if page and needed > left:
            yield page
            page, left = [], rows
        page += block
        left -= needed
    if page:
        yield page


def _block(one: Warned) -> Iterator[str]:
    """One person: what would harm stands before every way to reach them."""
    doubt = (
        ""
        if one.confirmed
        else tr(" (not confirmed since {as_of})", as_of=one.as_of)
        if one.as_of
        else tr(" (nobody has said)")
    )
    yield f"{one.ref}  {safe(one.pseudonym)}: {', '.join([_WHERE[one.where], *map(plain, one.threats)])}{doubt}"
    yield from (tr("    DO NOT CONTACT: {way}", way=safe(way)) for way in one.avoid)
    yield from (tr("    safe contact: {way}", way=safe(way)) for way in one.safe)
    if one.others:
        others = safe(", ".join(one.others))
        yield (
            tr("    else: {others}", others=others)
            if one.safe
            else tr("    not known to be safe: {others}", others=others)
        )
    if not (one.safe or one.others):
        yield tr("    no contact is sealed: who knows them?")
    yield ""


def _lines(answer: IncidentAnswer, speaker: Terminal) -> Iterator[str]:
    unseen = (
        "" if speaker.can_show_apart or not answer.to_warn else tr(" They are shown on a terminal only: run it there.")
    )
    yield tr("{people} to warn.{unseen}", people=_people(answer.to_warn), unseen=unseen)
    yield tr("In the first hour:")
    yield from (f"  {number}. {safe(step)}" for number, step in enumerate(answer.checklist, 1))
    yield answer.said


def _people(number: int) -> str:
    return trn("{n:,} person", "{n:,} people", number)
