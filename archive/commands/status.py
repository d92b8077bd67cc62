"""``archive status``: what waits, most pressing first, each line with the command that clears it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from archive.casework import pending
from archive.commands import opening
from archive.commands.files import write_private
from archive.commands.options import Command
from archive.records.status import StatusAnswer
from archive.speech import tr
from archive.terminal import Terminal, safe

app = typer.Typer(rich_markup_mode=None)


@app.command(cls=Command)
def status(
    ctx: typer.Context,
    due: Annotated[bool, typer.Option("--due", help="Every term of the next days, a line each.")] = False,
    days: Annotated[int, typer.Option(min=1, max=3650, help="How many days --due looks ahead.")] = 60,
    done: Annotated[str | None, typer.Option("--done", metavar="REF", help="Its earliest date is done with.")] = None,
    ics: Annotated[
        str | None, typer.Option("--ics", metavar="FILE|-", help="The terms of a year for a calendar, without names.")
    ] = None,
) -> None:
    """What waits for you, the most pressing first: at most nine lines, each with the command that clears it."""
    speaker, desk = opening.terminal(ctx), opening.open_desk(ctx)
    if done is not None:
        changed = pending.done(desk, done)
        speaker.answer(changed, lambda: [tr("{ref}: done. Back: archive undo", ref=changed.ref)])
    elif ics == opening.STDIN:
        speaker.stream([pending.calendar(desk).encode()])
    elif ics is not None:
        write_private(Path(ics).expanduser(), pending.calendar(desk))
        speaker.note(tr("Written to {ics}: dates and references only.", ics=safe(ics)))
    else:
        told = pending.due(desk, days) if due else pending.status_of(desk)
        speaker.answer(told, lambda: lines(told, speaker))


def lines(told: StatusAnswer, speaker: Terminal) -> Iterator[str]:
    """What waits, a line each with its command."""
    if not told.lines:
        yield tr("Nothing waits.")
    for line in told.lines:
        yield f"{safe(line.text)}: {speaker.dim(safe(line.command))}"
    if told.more:
        yield tr("and {more} more: archive status --due", more=told.more)
