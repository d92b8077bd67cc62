"""``archive consent record | withdraw | list``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from archive.casework import consents, withdrawing
from archive.commands import opening
from archive.commands.options import Command
from archive.records.answers import ConsentLine, ConsentList, WithdrawAnswer
from archive.records.forms import ConsentForm
from archive.records.wording import count
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
            purpose or opening.terminal(ctx).ask("Purposes they agreed to", "Give --purpose.").replace(",", " ").split()
        )
        asked = language or opening.terminal(ctx).ask(
            "Language they were asked in (uk, ru, cs, en)", "Give --language."
        )
        fields = {
            "purposes": purposes, "given_by": given_by, "method": method, "language": asked,
            "given_at": given_at or opening.now().date().isoformat(), "expires_at": expires_at,
            "recipients": _recipients(recipient or []), "risks_explained": risks_explained,
        }  # fmt: skip
        form = opening.form_from(None, ConsentForm, fields)
    made = consents.record_consent(opening.open_desk(ctx), ref, form)
    lines = [f"Consent {made.ref}: {', '.join(form.purposes) or 'nothing'}", *([made.note] if made.note else [])]
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
    yield f"{'Would be withdrawn' if dry_run else 'Withdrawn'} by {told.person}: {', '.join(told.purposes)}."
    if told.falls:
        yield f"What falls with it ({count(len(told.falls), 'record')}):"
        yield from (f"  {line.ref}  {line.why}" for line in told.falls)
    if not told.held_by:
        yield "No dossier with their story is out."
    for number, held in enumerate(told.held_by):
        whom = f" ({held.recipient})" if held.recipient else ""
        yield f"Whoever got dossier {held.bundle}{whom} of {held.exported_at[:10]} has it."
        if told.letters:
            yield f"  letter: {safe(told.letters[number])}"
            yield f"  when they confirm: archive step answer {told.open[number]} --outcome destroyed"
    if told.destroy:
        yield f"They no longer agree that it is kept. To destroy it: archive shred {told.person}"


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
    speaker.table(("Consent", "Person", "Given", "Agreed to", "Holds today", "Until"), rows)
    for line in _unfinished(listed):
        speaker.text(line)


def _said(line: ConsentLine) -> tuple[str, str, str]:
    """What was said, what of it holds, and until when; a withdrawal has no end."""
    if line.withdraws:
        return f"took back: {', '.join(line.withdraws)}", "", ""
    holds = "all of it" if line.holds == line.purposes else ", ".join(line.holds) or "nothing"
    return ", ".join(line.purposes) or "nothing", holds, line.until


def _unfinished(listed: ConsentList) -> Iterator[str]:
    for said in listed.consents:
        if said.unseen_by:
            yield f"{said.ref} was not seen yet by {', '.join(said.unseen_by)}: archive sync TARGET"
    for line in listed.unfinished:
        yield (
            f"Not finished: {', '.join(line.persons)} said no on {line.since}, dossier {line.bundle or 'unknown'}"
            f" is out: archive step answer {line.step} --outcome destroyed"
        )
