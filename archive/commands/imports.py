"""``archive import``: what other tools have exported goes in, through the same cleaning."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from archive.casework import importing, lines
from archive.casework.bringing import Wanted
from archive.casework.originals import Ask
from archive.commands import add_options as say
from archive.commands import opening
from archive.commands.add import refs, take, walls
from archive.commands.options import Command
from archive.desk import Desk
from archive.ingest.exports import Tool
from archive.ingest.taking import Job
from archive.records.answers import FileAnswer
from archive.records.forms import AddForm
from archive.speech import tr

app = typer.Typer(rich_markup_mode=None)
Format = Literal["tella", "proofmode", "uwazi", "jsonl", "csv"]
_TOOLS: dict[str, Tool] = {"tella": "tella", "proofmode": "proofmode", "uwazi": "uwazi"}
_LEFT_OUT = tr("Left out: the collective, its members and its recovery key, as they belong to the other archive.")


@app.callback()
def _group() -> None:
    """Keep the commands of this file a group, however many they are."""


@app.command("import", cls=Command)
def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A zip, a folder, or a list with its files beside it.")],
    kind_of_export: Annotated[
        Format, typer.Option("--format", help="Whose export: tella, proofmode, uwazi; or our own jsonl or csv.")
    ],
    case: say.Case = None,
    language: say.Language = None,
    source: say.Origin = None,
    about: say.About = None,
    mentions: say.Mentions = None,
    keep_original: say.KeepOriginal = None,
    unclean: say.Unclean = False,
    no_sandbox: say.NoSandbox = False,
) -> None:
    """Take in what another tool exported: hashes and signatures checked, every file cleaned, nothing twice."""
    fields = {"case": case, "language": language, "source": source, "about": refs(about), "mentions": refs(mentions)}
    wanted = Wanted(
        form=opening.form_from(None, AddForm, fields),
        keep_original=keep_original,
        unclean=unclean,
        inside=True,
        walls=walls(no_sandbox),
    )

    def jobs(desk: Desk, ask: Ask) -> tuple[tuple[Job, ...], tuple[FileAnswer, ...]]:
        path = file.expanduser()
        if tool := _TOOLS.get(kind_of_export):
            return importing.jobs(desk, wanted, path, tool, ask), ()
        brought = lines.jobs(desk, wanted, opening.read_input(str(path)), path.parent, ask)
        if brought.left_out:
            opening.terminal(ctx).note(_LEFT_OUT)
        return brought.jobs, brought.made

    take(ctx, jobs, move=False, around=wanted.walls)
