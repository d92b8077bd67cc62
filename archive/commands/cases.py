"""``archive case new | list | show``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from archive.casework import people, reading
from archive.commands import opening
from archive.commands.options import Command
from archive.commands.searching import NOT_CLEANED
from archive.records.answers import CaseAnswer
from archive.records.forms import CaseForm
from archive.terminal import Terminal, safe

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
        title = opening.words(ctx, title, "Title (neutral, without names)")
    fields = {"title": title, "summary": summary, "dates": dates, "place": place, "language": language}
    form = opening.form_from(from_json, CaseForm, fields)
    made = people.new_case(opening.open_desk(ctx), form)
    lines = [f"Case {made.ref}", *([made.note] if made.note else []), f"Next: archive person new --case {made.ref}"]
    opening.terminal(ctx).answer(made, lambda: lines)


@case.command("list", cls=Command)
def list_(ctx: typer.Context) -> None:
    """All cases you may read."""
    speaker = opening.terminal(ctx)
    listed = reading.list_cases(opening.open_desk(ctx))
    if speaker.json:
        speaker.answer(listed, list)
    elif not listed.cases:
        speaker.answer(listed, lambda: ["No cases yet. Begin one: archive case new"])
    else:
        rows = [
            (line.ref, line.title or "", str(line.records), "closed" if line.closed else "open")
            for line in listed.cases
        ]
        speaker.table(("Case", "Title", "Records", ""), rows)


@case.command(cls=Command)
def show(ctx: typer.Context, ref: Annotated[str, typer.Argument(metavar="REF", help="The case.")]) -> None:
    """The whole case: people by pseudonym, records, consent."""
    speaker = opening.terminal(ctx)
    told = reading.show_case(opening.open_desk(ctx), ref)
    speaker.answer(told, lambda: _page(told, speaker))


def _page(told: CaseAnswer, speaker: Terminal) -> Iterator[str]:
    yield f"{told.ref}  {safe(told.title or '')}{'  (closed)' if told.closed else ''}"
    for word in (told.period, told.place, told.summary):
        if word:
            yield f"  {safe(word)}"
    yield ""
    yield "People" if told.people else "People: none yet. archive person new --case " + told.ref
    for person in told.people:
        agreed = ", ".join(person.agreed) or ("none holds today" if person.asked else "was not asked")
        risk = "" if person.risk_confirmed else speaker.dim("  risk not confirmed: counts as the worst")
        yield f"  {person.ref}  {safe(person.pseudonym)}  consent: {agreed}{risk}"
    yield ""
    yield "Records" if told.records else "Records: none yet. archive add FILE --case " + told.ref
    for record in told.records:
        about = f"  about {', '.join(record.about)}" if record.about else ""
        title = safe(record.title or "") + ("" if record.cleaned else NOT_CLEANED)
        yield f"  {record.ref}  {record.kind:<9}  {record.date or '          '}  {title}{about}"
