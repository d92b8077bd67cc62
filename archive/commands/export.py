"""``archive export`` and ``archive verify``: a dossier leaves, and anybody can check it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from msgspec import structs

from archive.casework import publishing
from archive.commands import opening
from archive.commands.options import Command
from archive.errors import DamagedError, PartlyWithheldError
from archive.records.answers import ExportAnswer, VerifyAnswer
from archive.records.wording import count
from archive.terminal import safe

app = typer.Typer(rich_markup_mode=None)


@app.command(cls=Command)
def export(
    ctx: typer.Context,
    cases: Annotated[list[str] | None, typer.Argument(metavar="[CASE...]", help="Cases or single records.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="PATH", help="The new folder.")] = None,
    person: Annotated[str | None, typer.Option(metavar="REF", help="Everything about one person.")] = None,
    query: Annotated[str | None, typer.Option(help="Everything a search finds; - reads it.")] = None,
    template: Annotated[str, typer.Option(help="What is in, in which order.")] = "public",
    profile: Annotated[str | None, typer.Option(help="What is hidden (else the template's).")] = None,
    language: Annotated[str, typer.Option(help="Of the headings: en, uk, ru, cs.")] = "en",
    plain: Annotated[bool, typer.Option("--plain", help="It may lie unencrypted; a terminal asks otherwise.")] = False,
    reviewed: Annotated[
        bool,
        typer.Option("--reviewed", help="You read every text: leave capitalised words that are no known name."),
    ] = False,
    partial: Annotated[bool, typer.Option("--partial", help="Export what may go when something must stay in.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, stay and be missing; write nothing.")
    ] = False,
) -> None:
    """Make a redacted dossier: a BagIt folder that anybody can read offline and check. Refuses on any leak."""
    speaker = opening.terminal(ctx)
    asked = publishing.Asked(
        refs=tuple(cases or ()),
        person=person,
        query=opening.words(ctx, query, "Search for") if query == opening.STDIN else query,
        template=template,
        profile=profile,
        language=language,
        reviewed=reviewed,
        partial=partial,
        target=None if dry_run else Path(output or opening.words(ctx, None, "Write the dossier to")).expanduser(),
    )
    desk = opening.open_desk(ctx)
    if speaker.can_ask and asked.target is not None and not plain:
        speaker.confirm("The dossier will lie there unencrypted: hand it over yourself, or encrypt it with age.")
    try:
        made = publishing.publish(desk, asked)
    except PartlyWithheldError as error:
        if not speaker.can_ask:
            raise
        for reason in error.reasons:
            speaker.note(f"stays in: {safe(reason)}")
        speaker.confirm(f"{error.message} Export the others.")
        made = publishing.publish(desk, structs.replace(asked, partial=True))
    speaker.answer(made, lambda: _report(made, reviewed=reviewed))


def _report(made: ExportAnswer, *, reviewed: bool) -> Iterator[str]:
    for stays in made.withheld:
        yield f"stays in: {stays.ref}, {safe(stays.reason)}"
    for gap in made.gaps:
        yield f"missing: {gap.field}, {safe(gap.why)}"
    if made.bundle is None:
        yield f"{count(len(made.included), 'record')} would go, {len(made.withheld)} stay in. Nothing was written."
    else:
        yield f"{count(len(made.included), 'record')}, {count(made.redactions, 'place')} hidden, no leak found."
        if not reviewed:
            yield "Read it: every unknown capitalised word was hidden. If too much is gone: --reviewed."
        yield f"Dossier: {safe(made.bundle)}/data/dossier.html"
        yield "It is not encrypted. Who knows the story may recognise it; what is published cannot be called back."


@app.command(cls=Command)
def verify(ctx: typer.Context, path: Annotated[Path, typer.Argument(metavar="PATH", help="The bundle.")]) -> None:
    """Check a bundle: complete and unchanged. Needs no key."""
    told: VerifyAnswer = publishing.verify(path)
    speaker = opening.terminal(ctx)
    speaker.answer(told, lambda: ["Complete and unchanged."] if told.ok else map(safe, told.problems))
    if not told.ok:
        raise DamagedError("This bundle is not what was sealed.", "Ask whoever gave it to you for a whole copy.")
