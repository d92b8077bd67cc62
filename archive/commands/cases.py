"""``archive case new | list | show``."""

from __future__ import annotations

from typing import Annotated

import typer

from archive.casework import casepage, people
from archive.commands import opening
from archive.commands.casepage import page
from archive.commands.options import Command, Everything, Limit, shown
from archive.records.forms import CaseForm
from archive.speech import tr

app = typer.Typer(rich_markup_mode=None)
case = typer.Typer(help="Cases: what happened to one person or group, as one story.")
app.add_typer(case, name="case")


@case.command(cls=Command)
def new(
    ctx: typer.Context,
    title: Annotated[str | None, typer.Argument(metavar="[TITLE]", help="Neutral, without names; - reads it.")] = None,
    summary: Annotated[str | None, typer.Option(help="One sentence, without names.")] = None,
    dates: Annotated[str | None, typer.Option(help="When: 2024, 2024-03, 2024-03/2024-05, 2024~.")] = None,
    place: Annotated[str | None, typer.Option(help="Where: the region.")] = None,
    language: Annotated[str | None, typer.Option(help="Of the title and summary: uk, ru, cs, en.")] = None,
    from_json: Annotated[str | None, typer.Option("--from-json", metavar="FILE|-", help="All fields as JSON.")] = None,
) -> None:
    """Begin a case."""
    if from_json is None:
        title = opening.words(ctx, title, tr("Title (neutral, without names)"))
    fields = {"title": title, "summary": summary, "dates": dates, "place": place, "language": language}
    form = opening.form_from(from_json, CaseForm, fields)
    made = people.new_case(opening.open_desk(ctx), form)
    lines = [
        tr("Case {ref}", ref=made.ref),
        *([made.note] if made.note else []),
        tr("Next: archive person new --case {ref}", ref=made.ref),
    ]
    opening.terminal(ctx).answer(made, lambda: lines)


@case.command("list", cls=Command)
def list_(ctx: typer.Context, limit: Limit = None, everything: Everything = False) -> None:
    """The cases you may read, the newest first."""
    speaker, many = opening.terminal(ctx), shown(opening.session(ctx), limit, everything)
    listed = casepage.list_cases(opening.open_desk(ctx), many)
    if speaker.json:
        speaker.answer(listed, list)
    elif not listed.cases:
        speaker.answer(listed, lambda: [tr("No cases yet. Begin one: archive case new")])
    else:
        rows = [
            (line.ref, line.title or "", str(line.records), tr("closed") if line.closed else tr("open"))
            for line in reversed(listed.cases)
        ]
        speaker.table((tr("Case"), tr("Title"), tr("Records"), tr("State")), rows)
        if len(rows) < listed.total:
            told = tr("{shown} of {total}, the newest. All of them:", shown=len(rows), total=listed.total)
            speaker.note(tr("{told} archive case list --all", told=told))


@case.command(cls=Command)
def show(ctx: typer.Context, ref: Annotated[str, typer.Argument(metavar="REF", help="The case.")]) -> None:
    """The whole case: people by pseudonym, records, consent."""
    speaker = opening.terminal(ctx)
    told = casepage.show_case(opening.open_desk(ctx), ref)
    speaker.answer(told, lambda: page(told, speaker))
