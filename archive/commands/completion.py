"""``archive completion install | show``: commands and options by the Tab key, and no line of ours in a shell's history.

The file that is written holds the words of the program and nothing else. Pressing Tab runs no program: so nothing that
somebody begins to type (a name) is handed to a process, and no archive is opened or read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from archive.commands import files, opening, shells
from archive.commands.options import Command, Session
from archive.commands.shells import SHELLS, Shell, Words
from archive.errors import ArchiveError, UsageError
from archive.records.answers_settings import CompletionAnswer
from archive.speech import tr
from archive.terminal import safe
from archive.vault import disk

app = typer.Typer(rich_markup_mode=None)
completion = typer.Typer(help="The Tab key in your shell, and your shell's history.")
app.add_typer(completion, name="completion")
Which = Annotated[str | None, typer.Option("--shell", metavar="SHELL", help="bash, zsh or fish (else your own).")]


@completion.command(cls=Command)
def install(ctx: typer.Context, shell: Which = None) -> None:
    """Let the Tab key complete commands and options, and keep lines with archive out of your shell's history."""
    said = opening.session(ctx)
    chosen = _chosen(said, shell)
    script = shells.script(chosen, tree(ctx.find_root().command, ctx))
    home = Path(said.environment.get("HOME") or "~").expanduser()
    place, start = SHELLS[chosen].places(home, said.environment)
    try:
        written = _written(place, script, start)
    except ArchiveError as error:
        raise ArchiveError(error.message, tr("See what would be written: archive completion show")) from None
    told = CompletionAnswer(shell=chosen, written=tuple(map(str, written)))
    opening.terminal(ctx).answer(told, lambda: _lines(told))


@completion.command(cls=Command)
def show(ctx: typer.Context, shell: Which = None) -> None:
    """Print what install would write."""
    chosen = _chosen(opening.session(ctx), shell)
    speaker = opening.terminal(ctx)
    if speaker.json:
        raise UsageError(tr("This is a text for a shell, and no JSON."), tr("Leave --json out."))
    speaker.text(shells.script(chosen, tree(ctx.find_root().command, ctx)))


def _lines(told: CompletionAnswer) -> Iterator[str]:
    for path in told.written:
        yield tr("Written: {path}", path=safe(path))
    yield tr("Open a new terminal, and press Tab after archive.")
    yield tr("From then on lines with archive stay out of the history; what was typed before is still in it.")


def _chosen(said: Session, given: str | None) -> Shell:
    """The shell that is meant; UsageError where it is none of ours."""
    typed = given or Path(said.environment.get("SHELL", "")).name
    for shell in SHELLS:
        if shell == typed:
            return shell
    raise UsageError(tr("Which shell is not known."), "archive completion install --shell bash|zsh|fish")


def _written(place: Path, script: str, start: Path | None) -> Iterator[Path]:
    """Write the script, and once a line that reads it into the file with which the shell starts."""
    files.replace(place, script.encode())
    written = [place]
    line = f"source {shells.quoted(str(place))}".encode()
    if start is not None:
        with disk.plainly():
            before = start.read_bytes() if start.exists() else b""
        if line not in before.splitlines():
            files.replace(start, before + b"\n" + line + b"\n")
            written.append(start)
    return iter(written)


def tree(root: Any, context: Any) -> Mapping[str, Words]:
    """What may follow each beginning of a line: ``"case"`` to ``new`` and what it is for, and the options."""
    found: dict[str, Words] = {}
    _walk(root, "", context, found)
    return found


def _walk(command: Any, path: str, context: Any, found: dict[str, Words]) -> None:
    inner = {}
    if hasattr(command, "list_commands"):
        named = ((name, command.get_command(context, name)) for name in command.list_commands(context))
        inner = {name: one for name, one in named if one is not None and not one.hidden}
    options = {
        name: (param.help or "").split("\n")[0]
        for param in command.params
        for name in (*param.opts, *param.secondary_opts)
        if name.startswith("--") and not getattr(param, "hidden", False)
    }
    shown = {name: (one.help or "").strip().split("\n")[0] for name, one in inner.items()}
    found[path] = Words(shown, options | {"--help": ""})
    for name, one in inner.items():
        _walk(one, f"{path} {name}".strip(), context, found)
