"""``archive consent record | withdraw | list``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from archive.casework import consents, withdrawing
from archive.commands import opening
from archive.commands.options import Command
from archive.records import vocabulary
from archive.records.answers import ConsentLine, ConsentList, WithdrawAnswer
from archive.records.forms import ConsentForm
from archive.records.wording import plain
from archive.speech import tr, trn
from archive.terminal import safe

app = typer.Typer(rich_markup_mode=None)
consent = typer.Typer(help="Who agreed to what.")
app.add_typer(consent, name="consent")
FromJson = Annotated[str | None, typer.Option("--from-json", metavar="FILE|-", help="All fields as JSON.")]
Person = Annotated[str, typer.Argument(metavar="PERSON", help="The person's reference.")]


@consent.command(cls=Command)
def record(
    ctx: typer.Context,
    ref: Person,
    purpose: Annotated[
        list[str] | None, typer.Option(metavar="PURPOSE", help="One they said yes to; several times.")
    ] = None,
    given_by: Annotated[str, typer.Option(help="self, guardian or representative.")] = "self",
    method: Annotated[str, typer.Option(help="written, recording, message or witnessed.")] = "witnessed",
    language: Annotated[str | None, typer.Option(help="In which language they were asked.")] = None,
    given_at: Annotated[str | None, typer.Option(metavar="DATE", help="The day they said it (else today).")] = None,
    expires_at: Annotated[str | None, typer.Option(metavar="DATE", help="When it ends (else after 24 months).")] = None,
    recipient: Annotated[
        list[str] | None, typer.Option(metavar="PURPOSE=REF", help="For whom, where the purpose names one.")
    ] = None,
    risks_explained: Annotated[
        bool, typer.Option("--risks-explained", help="The risks were explained to them.")
    ] = False,
    from_json: FromJson = None,
) -> None:
    """Record what a person agreed to, purpose by purpose. What was not asked counts as no."""
    if from_json is not None:
        form = opening.form_from(from_json, ConsentForm, {})
    else:
        purposes = (
            purpose
            or opening.terminal(ctx).ask(tr("Purposes they agreed to"), tr("Give --purpose.")).replace(",", " ").split()
        )
        asked = language or opening.terminal(ctx).ask(
            tr("Language they were asked in (uk, ru, cs, en)"), tr("Give --language.")
        )
        fields = {
            "purposes": purposes, "given_by": given_by, "method": method, "language": asked,
            "given_at": given_at or opening.now().date().isoformat(), "expires_at": expires_at,
            "recipients": _recipients(recipient or []), "risks_explained": risks_explained,
        }  # fmt: skip
        form = opening.form_from(None, ConsentForm, fields)
    made = consents.record_consent(opening.open_desk(ctx), ref, form)
    lines = [
        tr(
            "Consent {ref}: {purposes}",
            ref=made.ref,
            purposes=vocabulary.named("purposes", form.purposes) or tr("nothing"),
        ),
        *([made.note] if made.note else []),
    ]
    opening.terminal(ctx).answer(made, lambda: lines)


@consent.command(cls=Command)
def withdraw(
    ctx: typer.Context,
    ref: Person,
    purpose: Annotated[
        list[str] | None, typer.Option(metavar="PURPOSE", help="Only this one; several times. Else all of them.")
    ] = None,
    letters: Annotated[
        Path, typer.Option("--letters", metavar="DIR", help="Where the letters to those who hold something go.")
    ] = Path(),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would come to; change nothing.")] = False,
) -> None:
    """Take consent back, from now on: what falls, who holds what, a letter and a step for each of them."""
    desk = opening.open_desk(ctx)
    if dry_run:
        told = withdrawing.planned(desk, ref, purpose or ())
    else:
        told = withdrawing.withdraw(desk, ref, purpose or (), letters.expanduser())
    opening.terminal(ctx).answer(told, lambda: _withdrawn(told, dry_run=dry_run))


def _withdrawn(told: WithdrawAnswer, *, dry_run: bool) -> Iterator[str]:
    said = {"person": told.person, "purposes": vocabulary.named("purposes", told.purposes)}
    if dry_run:
        yield tr("Would be withdrawn by {person}: {purposes}.", **said)
    else:
        yield tr("Withdrawn by {person}: {purposes}.", **said)
    if told.falls:
        yield trn("What falls with it ({n:,} record):", "What falls with it ({n:,} records):", len(told.falls))
        yield from (f"  {line.ref}  {plain(line.why)}" for line in told.falls)
    if not told.held_by:
        yield tr("No dossier with their story is out.")
    for number, held in enumerate(told.held_by):
        whom = f" ({held.recipient})" if held.recipient else ""
        yield tr(
            "Whoever got dossier {bundle}{whom} of {exported_at} has it.",
            bundle=held.bundle,
            whom=whom,
            exported_at=held.exported_at[:10],
        )
        if told.letters:
            yield tr("  letter: {letters}", letters=safe(told.letters[number]))
            yield tr("  when they confirm: archive step answer {open} --outcome destroyed", open=told.open[number])
    if told.destroy:
        yield tr("They no longer agree that it is kept. To destroy it: archive shred {person}", person=told.person)


def _recipients(given: list[str]) -> dict[str, list[str]] | None:
    named: dict[str, list[str]] = {}
    for word in given:
        purpose, _, ref = word.partition("=")
        named.setdefault(purpose, []).append(ref)
    return named or None


@consent.command("list", cls=Command)
def list_(ctx: typer.Context, ref: Annotated[str | None, typer.Argument(metavar="[PERSON]")] = None) -> None:
    """What was agreed to and taken back, oldest first, and what holds today."""
    speaker = opening.terminal(ctx)
    listed = consents.list_consents(opening.open_desk(ctx), ref)
    if speaker.json:
        speaker.answer(listed, list)
        return
    rows = [(line.ref, line.person, line.given_at, *_said(line)) for line in listed.consents]
    speaker.table((tr("Consent"), tr("Person"), tr("Given"), tr("Agreed to"), tr("Holds today"), tr("Until")), rows)
    for line in _unfinished(listed):
        speaker.text(line)


def _said(line: ConsentLine) -> tuple[str, str, str]:
    """What was said, what of it holds, and until when; a withdrawal has no end."""
    if line.withdraws:
        return tr("took back: {withdraws}", withdraws=vocabulary.named("purposes", line.withdraws)), "", ""
    holds = (
        tr("all of it") if line.holds == line.purposes else vocabulary.named("purposes", line.holds) or tr("nothing")
    )
    return vocabulary.named("purposes", line.purposes) or tr("nothing"), holds, line.until


def _unfinished(listed: ConsentList) -> Iterator[str]:
    for said in listed.consents:
        if said.unseen_by:
            yield tr(
                "{ref} was not seen yet by {unseen_by}: archive sync TARGET",
                ref=said.ref,
                unseen_by=", ".join(said.unseen_by),
            )
    for line in listed.unfinished:
        yield (
            tr(
                "Not finished: {persons} said no on {since}, dossier {bundle} is out: archive step "
                "answer {step} --outcome destroyed",
                persons=", ".join(line.persons),
                since=line.since,
                bundle=line.bundle or tr("unknown"),
                step=line.step,
            )
        )
