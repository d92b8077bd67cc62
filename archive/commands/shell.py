"""``archive shell``, and ``archive`` alone: the same commands with one unlocking, nothing of it on disk."""

from __future__ import annotations

import dataclasses
import select
import shlex
import sys
import time
from typing import Annotated, Any

import typer

from archive.casework import pending
from archive.commands import opening, status
from archive.commands.options import Command, Session
from archive.errors import NoArchiveError, UsageError
from archive.speech import tr
from archive.terminal import Terminal
from archive.vault.store import Store
from archive.vault.unlocking import unlock

app = typer.Typer(rich_markup_mode=None)
_IDLE = 5.0  # minutes
_LOOK = 2.0  # seconds between two looks at the clock, which goes on while a laptop sleeps
_CLEAR = "\x1b[H\x1b[2J\x1b[3J"  # the screen, and what was scrolled out of it
_ENDS = ("exit", "quit", "!")
_BEGIN = (
    tr("Nothing is here yet. Begin with one of these:"),
    "$ archive demo",
    "$ archive init DIR --collective NAME",
    "$ archive join TARGET",
    tr("All commands: archive --help"),
)


@app.callback()
def _group() -> None:
    """Keep the command of this file a group."""


@app.command(cls=Command)
def shell(
    ctx: typer.Context,
    idle: Annotated[float, typer.Option(min=0.01, metavar="MINUTES", help="Lock after so long without a key.")] = _IDLE,
) -> None:
    """Several commands with one unlocking; no history is kept, and it locks itself when nothing is typed."""
    if not opening.terminal(ctx).can_ask:
        raise UsageError(tr("A shell needs a terminal."), tr("Scripts run each command by itself: --passphrase-file"))
    _unlock(ctx)
    _run(ctx, idle)


def greet(ctx: typer.Context) -> None:
    """What ``archive`` alone says on a terminal: how to begin, or what waits and then the shell."""
    speaker = opening.terminal(ctx)
    try:
        _unlock(ctx)
    except NoArchiveError:
        for line in _BEGIN:
            speaker.note(line)
        return
    told = pending.status_of(opening.open_desk(ctx))
    speaker.answer(told, lambda: status.lines(told, speaker))
    _run(ctx, _IDLE)


def _unlock(ctx: typer.Context) -> None:
    """Ask for the passphrase once, for all commands that follow."""
    said = opening.session(ctx)
    Store(opening.archive_root(said))
    where = said.identity_file
    said.unlocked = where, unlock(where, lambda: opening.passphrase(ctx, tr("Passphrase")))


def _run(ctx: typer.Context, idle: float) -> None:
    """Line after line, until somebody leaves or nothing is typed for ``idle`` minutes."""
    speaker, said = opening.terminal(ctx), opening.session(ctx)
    speaker.note(
        tr("Commands without the word archive; exit leaves. Locks after {idle:g} minutes without a key.", idle=idle)
    )
    while (line := _line(idle * 60)) is not None:
        words = _words(line, speaker)
        if words[:1] and words[0] in _ENDS:
            return
        if words:
            _command(ctx.find_root().command, words, said)
    sys.stderr.write(_CLEAR)
    speaker.note(tr("Locked: nothing was typed for {idle:g} minutes.", idle=idle))


def _words(line: str, speaker: Terminal) -> list[str]:
    """A line as the words of a command, ``archive`` before them or not."""
    try:
        words = shlex.split(line)
    except ValueError:
        speaker.note(tr("A quotation mark has no other end."))
        return []
    words = words[1:] if words[:1] == ["archive"] else words
    if words[:1] == ["shell"]:
        speaker.note(tr("You are in it."))
        return []
    return ["--help"] if words[:1] in (["help"], ["?"]) else words


def _command(door: Any, words: list[str], said: Session) -> None:
    """Run one command as if it stood alone, with the key that is open; its refusals are told as ever."""
    try:
        door.main(args=words, obj=dataclasses.replace(said, json=False, yes=False))
    except SystemExit:
        pass
    except KeyboardInterrupt:
        sys.stderr.write("\n")


def _line(seconds: float) -> str | None:
    """What is typed next, ``exit`` at the end of input; None where nothing comes for so long, asleep or not."""
    try:  # from the prompt on: who sees it may press Ctrl-C at once
        sys.stderr.write("archive> ")
        sys.stderr.flush()
        start = time.clock_gettime(time.CLOCK_BOOTTIME)
        while not select.select([sys.stdin], [], [], min(_LOOK, seconds))[0]:
            if time.clock_gettime(time.CLOCK_BOOTTIME) - start >= seconds:
                return None
        if time.clock_gettime(time.CLOCK_BOOTTIME) - start >= seconds + 2 * _LOOK:  # it slept: whose key is this?
            return None
        return sys.stdin.readline() or "exit"
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        return ""
