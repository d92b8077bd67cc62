"""``archive status``: what waits, most pressing first, each line with the command that clears it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from archive.casework import pending
from archive.commands import opening
from archive.commands.options import Command
from archive.errors import ArchiveError, ExistsError
from archive.records.status import StatusAnswer
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
        speaker.answer(changed, lambda: [f"{changed.ref}: done. Back: archive undo"])
    elif ics == opening.STDIN:
        speaker.stream([pending.calendar(desk).encode()])
    elif ics is not None:
        _write(Path(ics).expanduser(), pending.calendar(desk))
        speaker.note(f"Written to {safe(ics)}: dates and references only.")
    else:
        told = pending.due(desk, days) if due else pending.status_of(desk)
        speaker.answer(told, lambda: _lines(told, speaker))


def _lines(told: StatusAnswer, speaker: Terminal) -> Iterator[str]:
    if not told.lines:
        yield "Nothing waits."
    for line in told.lines:
        yield f"{safe(line.text)}: {speaker.dim(safe(line.command))}"
    if told.more:
        yield f"and {told.more} more: archive status --due"


def _write(path: Path, text: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        raise ExistsError("There is a file of this name already.", "Choose another with --ics.") from None
    except OSError as error:
        raise ArchiveError(f"The file cannot be written: {error.strerror}.", "Choose another place.") from None
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        file.write(text)
