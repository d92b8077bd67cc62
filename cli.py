"""The front door: the table of commands and where each lives, the global options, and errors turned into text and
codes.

A command's module is loaded only when it runs, so that ``archive --help`` costs no more than typer itself. Everything
below raises ``ArchiveError``; only this file makes an exit code of it.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Any, NamedTuple

import typer
from typer.core import TyperGroup

from archive.commands.options import Session, shared_options
from archive.errors import ArchiveError, UsageError

VERSION = "0.1.0"


class Place(NamedTuple):
    """Where a command lives and under which heading the help shows it."""

    heading: str
    module: str


COMMANDS = {
    "demo": Place("every day", "demo"),
    "init": Place("every day", "init"),
    "intake": Place("every day", "intake"),
    "case": Place("every day", "cases"),
    "add": Place("every day", "add"),
    "import": Place("every day", "imports"),
    "search": Place("every day", "searching"),
    "show": Place("every day", "reading"),
    "get": Place("every day", "reading"),
    "edit": Place("every day", "mending"),
    "undo": Place("every day", "mending"),
    "rm": Place("every day", "mending"),
    "resolve": Place("every day", "mending"),
    "triage": Place("every day", "reviewing"),
    "status": Place("every day", "status"),
    "timeline": Place("every day", "timeline"),
    "stats": Place("every day", "timeline"),
    "person": Place("people", "people"),
    "review": Place("people", "reviewing"),
    "consent": Place("people", "consents"),
    "act": Place("people", "acts"),
    "role": Place("people", "acts"),
    "proceeding": Place("people", "acts"),
    "paper": Place("people", "papers"),
    "step": Place("people", "steps"),
    "answer": Place("people", "steps"),
    "source": Place("people", "acts"),
    "capture": Place("people", "acts"),
    "vocabulary": Place("people", "vocabulary"),
    "recipient": Place("for others", "papers"),
    "redact": Place("for others", "redact"),
    "export": Place("for others", "export"),
    "profile": Place("for others", "settings"),
    "template": Place("for others", "settings"),
    "verify": Place("for others", "export"),
    "identity": Place("together", "together"),
    "join": Place("together", "together"),
    "member": Place("together", "together"),
    "device": Place("together", "together"),
    "collective": Place("together", "collectives"),
    "sync": Place("together", "sync"),
    "rotate": Place("care", "keys"),
    "recovery": Place("care", "recovery"),
    "shell": Place("care", "shell"),
    "check": Place("care", "care"),
    "index": Place("care", "care"),
    "log": Place("care", "care"),
    "incident": Place("danger", "incident"),
    "shred": Place("danger", "upkeep"),
    "wipe": Place("danger", "upkeep"),
}


class FrontDoor(TyperGroup):
    """Loads a command when it is asked for, and says every refusal in the same two lines."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]  # typer.Context is the public name
        """All commands, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]  # as above
        """The command called ``cmd_name`` from its module, or None."""
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module = importlib.import_module(f"archive.commands.{place.module}")
        return typer.main.get_group(module.app).commands[cmd_name]

    def format_commands(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]  # as above
        """The commands in groups, a line each; no module is loaded for it."""
        headings: dict[str, list[str]] = {}
        for name, place in COMMANDS.items():
            headings.setdefault(place.heading, []).append(name)
        with formatter.section("Commands"):
            formatter.write_dl([(heading, " · ".join(names)) for heading, names in headings.items()])

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> Any:  # type: ignore[override]  # the other parameters pass through
        """Run a command line and leave with its exit code."""
        words = list(sys.argv[1:] if args is None else args)
        extra["standalone_mode"] = False
        try:
            code = super().main(args=words, prog_name=prog_name or "archive", **extra)
            if sys.stdout is not None:
                sys.stdout.flush()  # here, where a full disk is still told in two lines
        except Exception as error:  # noqa: BLE001 - the last line of defence: a traceback would show case data
            code = _say(error, json="--json" in words)
        sys.exit(code if isinstance(code, int) else 0)


def _say(error: Exception, *, json: bool) -> int:
    """The two lines (or the document) for an error; its exit code."""
    from archive.terminal import Terminal, hand_over

    if os.environ.get("ARCHIVE_DEBUG"):  # for whoever mends the program, on material that is not real
        raise error
    hand_over(sys.stdout)
    if isinstance(error, BrokenPipeError):  # whoever read our answer has left: nothing more to say
        return 1
    return Terminal(json=json).fail(_as_refusal(error))


def _as_refusal(error: Exception) -> ArchiveError:
    if isinstance(error, ArchiveError):
        return error
    if isinstance(error, typer.TyperException):
        return UsageError(
            error.format_message(),
            "See: archive --help, or --help after the command.",
        )
    if isinstance(error, OSError):
        return ArchiveError(
            f"The system refused: {error.strerror or 'unknown reason'}.", "Nothing in the archive is lost."
        )
    if isinstance(error, MemoryError):
        return ArchiveError("This machine ran out of memory.", "Close other programs. Nothing in the archive is lost.")
    if isinstance(error, typer.Abort):
        return ArchiveError("Stopped.", "Nothing in the archive is lost.")
    return ArchiveError(
        f"The program has a fault ({type(error).__name__}).",
        "Nothing in the archive is lost. Tell us what you did (SECURITY.md); see the place with ARCHIVE_DEBUG=1.",
    )


app = typer.Typer(
    cls=FrontDoor,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,  # local variables hold passphrases
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def begin(
    ctx: typer.Context,
    version: bool = typer.Option(False, "--version", help="Print the version and leave."),
) -> None:
    """An encrypted case archive for people who document repression.

    Begin: archive demo, or archive init DIR --collective NAME. Help on one command: archive COMMAND --help.
    """
    ctx.obj = ctx.obj or Session()
    if version:
        sys.stdout.write(f"archive {VERSION}\n")
    elif ctx.invoked_subcommand is None:
        if _somebody_is_there(ctx.obj):
            importlib.import_module("archive.commands.shell").greet(ctx)
        else:
            sys.stdout.write(ctx.get_help() + "\n")


def _somebody_is_there(said: Session) -> bool:
    """Whether a person looks at a terminal, and can type."""
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return not said.json and all(stream is not None and stream.isatty() for stream in streams)


def _end_as_interrupted(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """The console script. A closed terminal or a plain kill ends it as Ctrl-C does, so that drafts are taken away."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # not under nohup
            signal.signal(number, _end_as_interrupted)
    door = typer.main.get_command(app)
    door.params.extend(shared_options())
    door.main()


if __name__ == "__main__":
    main()
