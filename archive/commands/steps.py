"""``archive step new``, ``step answer`` (also ``archive answer``): what was asked for, and what came back."""

from __future__ import annotations

from typing import Annotated

import typer

from archive.casework import mending
from archive.commands import making, opening
from archive.commands.making import Case, FromJson, Persons, Sets
from archive.commands.options import Command
from archive.records import kinds
from archive.speech import tr

app = typer.Typer(rich_markup_mode=None)
step = typer.Typer(help="Requests, complaints, promises, and their terms.")
app.add_typer(step, name="step")


@step.command(cls=Command)
def new(
    ctx: typer.Context,
    type_: Annotated[
        str | None, typer.Option("--type", metavar="CODE", help="See: archive vocabulary list steps.")
    ] = None,
    persons: Persons = None,
    what: Annotated[str | None, typer.Option(help="In a few words, without names.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="The office it goes to.")] = None,
    recipient: Annotated[str | None, typer.Option(metavar="REF", help="Or somebody of the address book.")] = None,
    sent: Annotated[str | None, typer.Option(metavar="DAY", help="When it was sent.")] = None,
    due: Annotated[str | None, typer.Option(metavar="DAY", help="When the answer, or our promise, is due.")] = None,
    due_from: Annotated[str | None, typer.Option("--due-from", help="Where that term comes from.")] = None,
    case: Case = None,
    sets: Sets = None,
    from_json: FromJson = None,
) -> None:
    """Something done for somebody: a request, a complaint, a promise; status reminds of its term."""
    said = {
        "type": type_, "about": persons, "what": what, "addressee": to, "recipient": recipient, "sent": sent,
        "due": due, "due_from": due_from, "case": case,
    }  # fmt: skip
    made = making.make(ctx, kinds.Step, said, sets, from_json)
    making.tell(
        ctx, made, tr("Step"), tr("When an answer comes: archive step answer {ref} --outcome granted", ref=made.ref)
    )


@step.command("answer", cls=Command)
@app.command("answer", cls=Command)
def answer(
    ctx: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="STEP")],
    outcome: Annotated[str | None, typer.Option(metavar="CODE", help="See: archive vocabulary list outcomes.")] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="DAY", help="When it came (else today).")] = None,
    text: Annotated[str | None, typer.Option(help="What they said; - reads it.")] = None,
    next_: Annotated[str | None, typer.Option("--next", metavar="DAY", help="The next term, e.g. to appeal.")] = None,
    told: Annotated[str | None, typer.Option("--told", metavar="DAY", help="When the person was told.")] = None,
) -> None:
    """An answer came, or somebody confirmed what they destroyed."""
    said = {
        "answered": on or opening.now().date().isoformat(), "outcome": outcome, "next": next_, "told": told,
        "answer": opening.words(ctx, text, tr("Answer")) if text == opening.STDIN else text,
    }  # fmt: skip
    done = mending.edit(opening.open_desk(ctx), ref, {name: value for name, value in said.items() if value})
    lines = [tr("{ref}: answered.", ref=done.ref), *([done.note] if done.note else [])]
    if not told:
        lines.append(tr("When the person was told: archive edit {ref} --set told=DAY", ref=done.ref))
    opening.terminal(ctx).answer(done, lambda: lines)
