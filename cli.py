"""The front door: the table of commands and where each lives, the global options, and errors turned into text and
codes.

A command's module is loaded only when it runs, so that ``archive --help`` costs no more than typer itself, and so that
the language is chosen before it says anything. Everything below raises ``ArchiveError``; only this file makes an exit
code of it.
"""

from __future__ import annotations

import importlib
import io
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Any, NamedTuple

import typer
from typer.core import TyperGroup

from archive import speech
from archive.commands.options import Session, shared_options
from archive.errors import ArchiveError, UsageError
from archive.speech import mark, tr

VERSION = "0.1.0"


class Place(NamedTuple):
    """Where a command lives and under which heading the help shows it."""

    heading: str
    module: str


EVERY_DAY, PEOPLE, FOR_OTHERS = mark("every day"), mark("people"), mark("for others")
TOGETHER, CARE, DANGER = mark("together"), mark("care"), mark("danger")
COMMANDS = {
    "demo": Place(EVERY_DAY, "demo"),
    "init": Place(EVERY_DAY, "init"),
    "intake": Place(EVERY_DAY, "intake"),
    "case": Place(EVERY_DAY, "cases"),
    "add": Place(EVERY_DAY, "add"),
    "import": Place(EVERY_DAY, "imports"),
    "search": Place(EVERY_DAY, "searching"),
    "show": Place(EVERY_DAY, "reading"),
    "get": Place(EVERY_DAY, "reading"),
    "open": Place(EVERY_DAY, "looking"),
    "edit": Place(EVERY_DAY, "mending"),
    "undo": Place(EVERY_DAY, "mending"),
    "rm": Place(EVERY_DAY, "mending"),
    "resolve": Place(EVERY_DAY, "mending"),
    "triage": Place(EVERY_DAY, "reviewing"),
    "status": Place(EVERY_DAY, "status"),
    "timeline": Place(EVERY_DAY, "timeline"),
    "stats": Place(EVERY_DAY, "timeline"),
    "person": Place(PEOPLE, "people"),
    "review": Place(PEOPLE, "reviewing"),
    "consent": Place(PEOPLE, "consents"),
    "act": Place(PEOPLE, "acts"),
    "role": Place(PEOPLE, "acts"),
    "proceeding": Place(PEOPLE, "acts"),
    "paper": Place(PEOPLE, "papers"),
    "step": Place(PEOPLE, "steps"),
    "answer": Place(PEOPLE, "steps"),
    "source": Place(PEOPLE, "acts"),
    "capture": Place(PEOPLE, "acts"),
    "vocabulary": Place(PEOPLE, "vocabulary"),
    "recipient": Place(FOR_OTHERS, "papers"),
    "redact": Place(FOR_OTHERS, "redact"),
    "export": Place(FOR_OTHERS, "export"),
    "profile": Place(FOR_OTHERS, "settings"),
    "template": Place(FOR_OTHERS, "settings"),
    "verify": Place(FOR_OTHERS, "export"),
    "identity": Place(TOGETHER, "together"),
    "join": Place(TOGETHER, "joining"),
    "member": Place(TOGETHER, "together"),
    "device": Place(TOGETHER, "together"),
    "collective": Place(TOGETHER, "collectives"),
    "sync": Place(TOGETHER, "sync"),
    "rotate": Place(CARE, "keys"),
    "recovery": Place(CARE, "recovery"),
    "shell": Place(CARE, "shell"),
    "completion": Place(CARE, "completion"),
    "check": Place(CARE, "care"),
    "index": Place(CARE, "care"),
    "log": Place(CARE, "care"),
    "incident": Place(DANGER, "incident"),
    "shred": Place(DANGER, "upkeep"),
    "wipe": Place(DANGER, "upkeep"),
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
        return _spoken(typer.main.get_group(module.app).commands[cmd_name])

    def format_commands(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]  # as above
        """The commands in groups, a line each; no module is loaded for it."""
        headings: dict[str, list[str]] = {}
        for name, place in COMMANDS.items():
            headings.setdefault(place.heading, []).append(name)
        with formatter.section("Commands"):
            formatter.write_dl([(tr(heading), " · ".join(names)) for heading, names in headings.items()])

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> Any:  # type: ignore[override]  # the other parameters pass through
        """Run a command line and leave with its exit code."""
        words = list(sys.argv[1:] if args is None else args)
        extra["standalone_mode"] = False
        try:
            if not extra.get("obj"):  # a line of a shell speaks as the shell does
                speech.choose(_language(words), to_machines="--json" in words)
                _spoken(self, deep=False)
            code = super().main(args=words, prog_name=prog_name or "archive", **extra)
            if sys.stdout is not None:
                sys.stdout.flush()  # here, where a full disk is still told in two lines
        except Exception as error:  # noqa: BLE001 - the last line of defence: a traceback would show case data
            code = _say(error, json="--json" in words)
        sys.exit(code if isinstance(code, int) else 0)


def _language(words: Sequence[str]) -> str:
    """The language to speak; UsageError for one that there is not."""
    wanted = speech.wanted(words, os.environ)
    if wanted not in speech.LANGUAGES:
        raise UsageError(tr("There is no such language."), f"{speech.OPTION} {'|'.join(speech.LANGUAGES)}")
    return wanted


def _spoken(command: Any, *, deep: bool = True) -> Any:
    """A command with its help in the chosen language."""
    if speech.language() == "en":
        return command
    from archive.commands import usage

    return usage.spoken(command, deep=deep)


def _retold(message: str) -> str:
    if speech.language() == "en":
        return message
    from archive.commands import usage

    return usage.retold(message)


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
            _retold(error.format_message()),
            tr("See: archive --help, or --help after the command."),
        )
    safe = tr("Nothing in the archive is lost.")
    if isinstance(error, OSError):
        return ArchiveError(tr("The system refused: {why}.", why=error.strerror or tr("unknown reason")), safe)
    if isinstance(error, MemoryError):
        return ArchiveError(tr("This machine ran out of memory."), tr("Close other programs.") + f" {safe}")
    if isinstance(error, typer.Abort):
        return ArchiveError(tr("Stopped."), safe)
    return ArchiveError(
        tr("The program has a fault ({name}).", name=type(error).__name__),
        safe + " " + tr("Tell us what you did (SECURITY.md); see the place with ARCHIVE_DEBUG=1."),
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
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="surrogateescape")  # as arguments: what is no text is refused with a sentence
    door = typer.main.get_command(app)
    door.params.extend(shared_options())
    door.main()


if __name__ == "__main__":
    main()
