"""``archive collective``: several collectives in one archive, and how each wants things done."""

from __future__ import annotations

from typing import Annotated

import typer

from archive.casework import collectives
from archive.commands import opening
from archive.commands.options import Command
from archive.records.answers_together import CollectiveLine
from archive.records.kinds import Kept, Originals, Places
from archive.speech import tr
from archive.terminal import safe

app = typer.Typer(rich_markup_mode=None)
collective = typer.Typer(help="Several collectives in one archive.", rich_markup_mode=None)
app.add_typer(collective, name="collective")


@collective.command("add", cls=Command)
def add_collective(
    ctx: typer.Context,
    called: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Only its members can read it; - reads it.")
    ] = None,
) -> None:
    """Found another collective in the same archive, with a key of its own and you as its only member."""
    wanted = opening.words(ctx, called, tr("Name of the collective (only members can read it)"))
    made = collectives.add_collective(opening.open_desk(ctx), wanted)
    opening.terminal(ctx).answer(
        made, lambda: [tr("Collective: {name}. Say so: --collective NAME", name=safe(made.name))]
    )


@collective.command("list", cls=Command)
def list_collectives(ctx: typer.Context) -> None:
    """The collectives that you belong to."""
    speaker = opening.terminal(ctx)
    listed = collectives.list_collectives(opening.open_desk(ctx))
    if speaker.json:
        speaker.answer(listed, list)
        return
    rows = [
        (one.name, one.role, str(one.members), one.id[:8], one.originals, one.capture_facts, one.places)
        for one in listed.collectives
    ]
    speaker.table(
        (
            tr("Collective"),
            tr("You are"),
            tr("Members"),
            tr("Id"),
            tr("Originals"),
            tr("Capture facts"),
            tr("Places"),
        ),
        rows,
    )


@collective.command("set", cls=Command)
def set_collective(
    ctx: typer.Context,
    called: Annotated[str | None, typer.Option("--name", help="Another name for all members; - reads it.")] = None,
    originals: Annotated[
        Originals | None, typer.Option(help="Files as they were brought: keep, drop, or ask once a batch.")
    ] = None,
    capture_facts: Annotated[
        Kept | None, typer.Option(help="What a capture proves (time, place, device): keep it sealed apart, or drop it.")
    ] = None,
    places: Annotated[
        Places | None, typer.Option(help="In dossiers that tell regions: the region of a place, or nothing.")
    ] = None,
) -> None:
    """Change the collective's name and settings, for all its members."""
    wanted = opening.words(ctx, called, tr("New name")) if called is not None else None
    desk = opening.open_desk(ctx)
    made = collectives.change_collective(
        desk, name=wanted, originals=originals, capture_facts=capture_facts, places=places
    )
    opening.terminal(ctx).answer(made, lambda: _settings(made))


@collective.command("show", cls=Command)
def show_collective(ctx: typer.Context) -> None:
    """The collective worked for, and its settings."""
    told = collectives.show_collective(opening.open_desk(ctx))
    opening.terminal(ctx).answer(told, lambda: _settings(told))


def _settings(told: CollectiveLine) -> list[str]:
    return [
        tr("Collective: {name}", name=safe(told.name)),
        tr("Originals: {originals}", originals=told.originals),
        tr("Capture facts: {capture_facts}", capture_facts=told.capture_facts),
        tr("Places: {places}", places=told.places),
    ]
