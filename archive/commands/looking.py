"""``archive open``: look at a record's file, or at its pages under a grid, from memory; gone when closed."""

from __future__ import annotations

import mimetypes
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from archive.casework import covering, reading
from archive.commands import memory, opening
from archive.commands.options import Command
from archive.errors import ArchiveError, UsageError
from archive.records.answers_pictures import OpenAnswer, PageLine
from archive.speech import tr
from archive.terminal import Terminal, safe

app = typer.Typer(rich_markup_mode=None)
PLACES = (Path("/dev/shm"), Path("/run/shm"))  # noqa: S108 - a memory file system is what is wanted
USUAL = "xdg-open"


@app.callback()
def _group() -> None:
    """Keep the commands of this file a group, however many they are."""


@app.command("open", cls=Command)
def look_at(
    ctx: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="REF")],
    grid: Annotated[
        bool, typer.Option("--grid", help="Pages or photo under a grid, to say what to cover (redact --box).")
    ] = False,
    page: Annotated[int | None, typer.Option(min=1, metavar="N", help="This page alone.")] = None,
    viewer: Annotated[
        str | None,
        typer.Option(metavar="COMMAND", help="What shows it, until it ends (else ARCHIVE_VIEWER, else xdg-open)."),
    ] = None,
) -> None:
    """Look at a file from a memory file system; nothing is written to a disk, and nothing stays."""
    if page is not None and not grid:
        raise UsageError(tr("Single pages are shown under the grid only."), tr("Add --grid."))
    speaker, said = opening.terminal(ctx), opening.session(ctx)
    command = viewer or said.environment.get("ARCHIVE_VIEWER")
    if command is None and not (speaker.can_ask and shutil.which(USUAL)):
        raise UsageError(tr("There is nothing to show it with."), tr("Say what: --viewer COMMAND, or ARCHIVE_VIEWER."))
    desk = opening.open_desk(ctx)
    if not grid and reading.needs_warning(desk, ref):
        speaker.confirm(
            tr("This file was never cleaned: it still holds its metadata, and opening it may betray or harm you.")
        )
    with memory.folder(PLACES) as folder:
        lines: list[PageLine] = []
        if grid:
            for shown in covering.previews(desk, ref, page):
                ending = mimetypes.guess_extension(shown.picture.media_type) or ""
                memory.put(folder / f"page-{shown.line.page:03}{ending}", shown.picture.data)
                lines.append(shown.line)
        else:
            kind = reading.media_type(desk, ref)
            memory.put(folder / f"file{mimetypes.guess_extension(kind) or ''}", reading.whole(desk, ref))
        for line in _told(lines):
            speaker.note(line)
        show(speaker, command, sorted(folder.iterdir()))
        count = len(list(folder.iterdir()))
    told = OpenAnswer(ref=desk.index.ref(desk.resolve(ref)), files=count, pages=tuple(lines))
    speaker.answer(told, lambda: [tr("Closed: it is gone from memory.")])


def show(speaker: Terminal, command: str | None, files: Sequence[Path]) -> None:
    """Run what shows the files and wait; the usual one ends at once, so a person says when they have seen enough."""
    if command is not None:
        _run([*shlex.split(command), *map(str, files)])
        return
    _run([USUAL, str(files[0] if len(files) == 1 else files[0].parent)])
    speaker.ask(tr("Close it, then press Enter"), tr("Say what shows it: ARCHIVE_VIEWER=COMMAND"))


def _run(words: Sequence[str]) -> None:
    try:
        subprocess.run(  # noqa: S603 - the user's own command
            words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        raise ArchiveError(
            tr("What should show it could not, or ended with a fault."), tr("Say what shows it: ARCHIVE_VIEWER=COMMAND")
        ) from None


def _told(lines: Sequence[PageLine]) -> Iterator[str]:
    for line in lines:
        yield tr(
            "page {page}: cells A1 to Z{rows}, covered anyway (hatched): {covered}",
            page=line.page, rows=line.rows, covered=line.covered,
        )  # fmt: skip
        if line.faces:
            faces = ", ".join(f"{number} ({cells})" for number, cells in enumerate(line.faces, 1))
            yield tr("may be faces or plates: {faces}", faces=safe(faces))
