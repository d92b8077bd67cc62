"""``archive open``: look at a record's file, or at its pages under a grid, from memory; gone when closed."""

from __future__ import annotations

import mimetypes
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from archive.casework import covering, reading
from archive.commands import memory, opening
from archive.commands.options import Command
from archive.desk import Desk
from archive.errors import ArchiveError, UsageError
from archive.records.answers_pictures import LookedLine, OpenAnswer, PageLine
from archive.scrub.boxes import Grid, as_seen
from archive.speech import tr
from archive.terminal import Terminal, safe

app = typer.Typer(rich_markup_mode=None)
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
    with memory.folder() as folder:
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
        files = sorted(folder.iterdir())
        with showing(speaker, command, files):
            if grid and speaker.can_ask:
                _ask(speaker, desk, ref, found=any(line.faces for line in lines))
    told = OpenAnswer(ref=desk.index.ref(desk.resolve(ref)), files=len(files), pages=tuple(lines))
    speaker.answer(told, lambda: [tr("Closed: it is gone from memory.")])


@contextmanager
def showing(speaker: Terminal, command: str | None, files: Sequence[Path]) -> Iterator[None]:
    """Run what shows the files, and wait at the end until they were closed.

    The usual one ends at once, so a person says when they have seen enough.
    """
    words = [USUAL, str(files[0] if len(files) == 1 else files[0].parent)]
    with _run([*shlex.split(command), *map(str, files)] if command is not None else words):
        yield
    if command is None:
        speaker.ask(tr("Close it, then press Enter"), tr("Say what shows it: ARCHIVE_VIEWER=COMMAND"))


@contextmanager
def _run(words: Sequence[str]) -> Iterator[None]:
    """The user's own command, beside what is done meanwhile; ended with it, if that is left early."""
    try:
        shown = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    except OSError:
        raise _no_viewer() from None
    try:
        yield
        if shown.wait():
            raise _no_viewer()
    finally:
        shown.terminate()


def _no_viewer() -> ArchiveError:
    return ArchiveError(
        tr("What should show it could not, or ended with a fault."), tr("Say what shows it: ARCHIVE_VIEWER=COMMAND")
    )


def _ask(speaker: Terminal, desk: Desk, ref: str, *, found: bool) -> None:
    """What is to be covered, as often as somebody says something, kept at once; what is unclear is asked again."""
    question = tr("To cover? [add B4-C6; of another page 2: add D1; none; Enter ends]")
    if found:
        question = tr("To cover? [keep 1 2, add B4-C6; of another page 2: add D1; none; Enter ends]")
    while typed := speaker.ask(question, "archive redact --box"):
        try:
            lines = covering.cover(desk, [covering.answered(ref, typed)])
        except ArchiveError as error:
            speaker.note(f"{safe(error.message)} {safe(error.hint)}")
        else:
            for line in covered(lines):
                speaker.note(line)


def covered(lines: Sequence[LookedLine]) -> Iterator[str]:
    """What is covered from now on, a line for each page."""
    for one in lines:
        if boxes := ", ".join(map(as_seen, one.boxes)):
            yield tr("{ref}, page {page}: looked at; covered: {boxes}", ref=one.ref, page=one.page, boxes=boxes)
        else:
            yield tr("{ref}, page {page}: looked at; nothing more to cover", ref=one.ref, page=one.page)


def _told(lines: Sequence[PageLine]) -> Iterator[str]:
    for line in lines:
        yield tr(
            "page {page}: cells A1 to {last}, covered anyway (hatched): {covered}",
            page=line.page, last=Grid(line.columns, line.rows).last, covered=line.covered,
        )  # fmt: skip
        if line.faces:
            faces = ", ".join(f"{number} ({as_seen(cells)})" for number, cells in enumerate(line.faces, 1))
            yield tr("may be faces or plates: {faces}", faces=safe(faces))
