"""``archive review`` and ``archive triage``: what waits, one key each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from archive.commands import opening
from archive.commands.intake import consent_texts
from archive.commands.options import Command
from archive.guided.review import Review, answer, due, summary
from archive.guided.triage import Triage, inbox
from archive.guided.triage import answer as sort_all
from archive.records import forms
from archive.records.answers_guided import InboxList, ReviewForm, ReviewList, TriageForm
from archive.speech import tr, trn
from archive.terminal import safe

app = typer.Typer(rich_markup_mode=None)
FromJson = Annotated[
    str | None, typer.Option("--from-json", metavar="FILE|-", help="The answers as JSON; asks nothing.")
]


@app.command(cls=Command)
def review(
    ctx: typer.Context,
    ref: Annotated[str | None, typer.Argument(metavar="[PERSON]", help="Only this one, due or not.")] = None,
    consent: Annotated[bool, typer.Option("--consent", help="Consents that end, too.")] = False,
    own: Annotated[
        Path | None, typer.Option("--texts", metavar="FILE", help="Your consent texts (else ARCHIVE_CONSENT_TEXTS).")
    ] = None,
    from_json: FromJson = None,
) -> None:
    """Is it still so? Everybody whose risk is overdue, one key each, in one unlocking."""
    form = None if from_json is None else forms.read(opening.read_input(from_json), ReviewForm)
    speaker, read = opening.terminal(ctx), consent_texts(ctx, own)
    desk = opening.open_desk(ctx)
    if form is not None:
        done = answer(desk, form)
    else:
        found = due(desk, ref, consent=consent)
        if not speaker.can_ask or not (found.people or found.consents):
            speaker.answer(found, lambda: _due(found))
            return
        talk = Review(desk, read, speaker)
        talk.go_through(found)
        done = talk.done
    line = tr(
        "{confirmed} still so, {changed} changed, {renewed} agreed anew, {later} for later.",
        confirmed=done.confirmed,
        changed=done.changed,
        renewed=done.renewed,
        later=done.later,
    )
    speaker.answer(done, lambda: [line])


def _due(found: ReviewList) -> Iterator[str]:
    if not (found.people or found.consents):
        yield tr("Nothing is overdue.")
    for one in found.people:
        yield f"{one.person}  {safe(one.pseudonym)}: {summary(one)}"
    for one_ in found.consents:
        yield tr(
            "{consent}  {pseudonym}: {purposes}; ends {until}",
            consent=one_.consent,
            pseudonym=safe(one_.pseudonym),
            purposes=", ".join(one_.purposes),
            until=one_.until,
        )


@app.command(cls=Command)
def triage(ctx: typer.Context, from_json: FromJson = None) -> None:
    """The inbox by day: each file to a case, into the bin, or later; one key each."""
    form = None if from_json is None else forms.read(opening.read_input(from_json), TriageForm)
    speaker, desk = opening.terminal(ctx), opening.open_desk(ctx)
    if form is not None:
        done = sort_all(desk, form)
    else:
        found = inbox(desk)
        if not speaker.can_ask or not found.days:
            speaker.answer(found, lambda: _inbox(found))
            return
        talk = Triage(desk, speaker)
        talk.go_through(found)
        done = talk.done
    new = tr(" New: {cases}.", cases=", ".join(done.cases)) if done.cases else ""
    speaker.answer(
        done,
        lambda: [
            tr(
                "{kept} to a case, {discarded} in the bin, {later} for later.{new}",
                kept=done.kept,
                discarded=done.discarded,
                later=done.later,
                new=new,
            )
        ],
    )


def _inbox(found: InboxList) -> Iterator[str]:
    if not found.days:
        yield tr("The inbox is empty.")
    for day in found.days:
        yield trn("{day}: {n:,} file", "{day}: {n:,} files", len(day.records), day=day.day)
        yield from (f"  {one.ref}  {one.kind}  {safe(one.title or one.file or '')}" for one in day.records)
