"""From the shared options to an opened archive: where it is, whose key, which passphrase.

And forms from options or JSON.
"""

from __future__ import annotations

import secrets
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TextIO, TypeVar

import typer
from msgspec import Struct

from archive.casework import news
from archive.commands import memory
from archive.commands.options import Session
from archive.desk import Desk, Place
from archive.errors import UsageError
from archive.index.entering import Tell
from archive.records import forms
from archive.speech import tr
from archive.terminal import Terminal, safe
from archive.vault import disk
from archive.vault.store import Store

Form = TypeVar("Form", bound=Struct)
_HOW_TO_GIVE = tr("Give it with --passphrase-file, ARCHIVE_PASSPHRASE_FILE or ARCHIVE_PASSPHRASE_COMMAND.")
STDIN = "-"
_LONGEST_LINE = 1_000_000  # characters


def now() -> datetime:
    """The machine's clock, in UTC: read here and handed down."""
    return datetime.now(UTC)


def session(ctx: typer.Context) -> Session:
    """What the shared options said."""
    found: Session = ctx.find_root().obj
    return found


def terminal(ctx: typer.Context) -> Terminal:
    """Where this command speaks."""
    said = session(ctx)
    return Terminal(json=said.json, yes=said.yes)


def archive_root(said: Session) -> Path:
    """``--archive``, else ARCHIVE_DIR, else the nearest folder above that holds an archive."""
    given = said.value("archive", "ARCHIVE_DIR")
    return Path(given).expanduser() if given else Store.find(Path.cwd())


def place(ctx: typer.Context, root: Path) -> Place:
    """The archive at ``root`` with this user's state."""
    said = session(ctx)
    return Place(
        root=root, state=said.state_folder, identity=said.identity_file, watch=partial(_watched, terminal(ctx))
    )


@contextmanager
def _watched(speaker: Terminal, segments: int) -> Iterator[Tell]:
    """Says that the index takes in many records, and shows how far it is; of a second's work nothing is said."""
    left = segments
    with ExitStack() as shown:
        advance: Tell | None = None

        def tell(more: int) -> None:
            nonlocal advance, left
            left -= more
            if advance is None and left > 0:
                speaker.note(tr("The records are being read for the search. If you stop this, it goes on next time."))
                advance = shown.enter_context(speaker.progress(tr("Reading records"), segments))
            if advance is not None:
                advance(more)

        yield tell


def open_desk(ctx: typer.Context, *, anew: bool = False) -> Desk:
    """The archive, opened with this user's key; asks for the passphrase unless a file or a command gives it.

    ``anew``: with an index made from the journals alone.
    """
    memory.sweep()
    said = session(ctx)
    where = place(ctx, archive_root(said))
    if said.unlocked is not None and said.unlocked[0] == where.identity:
        desk = Desk.open_with(where, said.unlocked[1], random=secrets.token_bytes, clock=now, anew=anew)
    else:
        desk = Desk.open(
            where, lambda: passphrase(ctx, tr("Passphrase")), random=secrets.token_bytes, clock=now, anew=anew
        )
    desk.prefer(said.value("collective", "ARCHIVE_COLLECTIVE"))
    speaker = terminal(ctx)
    _take_over(desk, speaker)
    for warning in desk.warnings:
        speaker.note(tr("warning: {warning}", warning=warning))
    _tell_news(desk, speaker)
    return desk


def _take_over(desk: Desk, speaker: Terminal) -> None:
    """What was answered in a review that was cut off goes into its case, and a person is told."""
    if not disk.names(desk.state.rounds):
        return
    from archive.casework import deciding  # noqa: PLC0415 - all that looks for names, and hardly ever needed

    if deciding.take_over(desk) and not speaker.json:
        speaker.note(tr("A review was cut off: what was answered in it is in its case now."))


def _tell_news(desk: Desk, speaker: Terminal) -> None:
    """Who came and who went, once, to a person; a script does not read it, so it is not taken as told."""
    if speaker.json:
        return
    for line in news.news(desk):
        speaker.note(tr("members: {line}", line=safe(line)))
    news.heard(desk)


def passphrase(ctx: typer.Context, question: str) -> str:
    """The passphrase from a file, a command or the terminal, in this order (restic's)."""
    said = session(ctx)
    file = said.value("passphrase_file", "ARCHIVE_PASSPHRASE_FILE")
    if file is not None:
        return _from_file(Path(file).expanduser())
    command = said.environment.get("ARCHIVE_PASSPHRASE_COMMAND")
    if command:
        return _from_command(command)
    return terminal(ctx).ask_hidden(question, _HOW_TO_GIVE)


def new_passphrase(ctx: typer.Context) -> str:
    """A passphrase for a new key: asked twice where a person types it."""
    said = session(ctx)
    if said.value("passphrase_file", "ARCHIVE_PASSPHRASE_FILE") or said.environment.get("ARCHIVE_PASSPHRASE_COMMAND"):
        return passphrase(ctx, tr("Passphrase"))
    first = passphrase(ctx, tr("New passphrase (several words are good)"))
    if passphrase(ctx, tr("Once more")) != first:
        raise UsageError(tr("The two were not the same."), tr("Run the command again; nothing was made."))
    return first


def changed_passphrase(ctx: typer.Context, file: Path | None) -> str:
    """The passphrase that takes the place of the present one: from a file, or asked twice."""
    question = tr("New passphrase (several words are good)")
    return chosen_passphrase(ctx, file, question, tr("Give it with --new-passphrase-file."))


def chosen_passphrase(ctx: typer.Context, file: Path | None, question: str, missing: str) -> str:
    """A passphrase that is made now: from a file without its line end, or asked twice."""
    if file is not None:
        return _from_file(file.expanduser())
    speaker = terminal(ctx)
    first = speaker.ask_hidden(question, missing)
    if speaker.ask_hidden(tr("Once more"), missing) != first:
        raise UsageError(tr("The two were not the same."), tr("Run the command again; nothing was changed."))
    return first


def form_from(source: str | None, form: type[Form], fields: Mapping[str, object]) -> Form:
    """The form in ``--from-json FILE|-``, else from the options; not both."""
    if source is None:
        return forms.fill(form, fields)
    if any(value not in (None, (), []) for value in fields.values()):
        raise UsageError(
            tr("--from-json holds all the fields; no other field fits beside it."), tr("Put them into the JSON.")
        )
    return forms.read(read_input(source), form)


def read_input(source: str) -> bytes:
    """All of a file, or of standard input for ``-``."""
    if source == STDIN:
        return _stdin().buffer.read()
    try:
        return Path(source).read_bytes()
    except OSError as error:
        raise UsageError(
            tr("The file cannot be read: {strerror}.", strerror=error.strerror),
            tr("Give another file, or - for standard input."),
        ) from None


def words(ctx: typer.Context, given: str | None, question: str) -> str:
    """A sensitive word: as given, from standard input for ``-``, or asked where nothing was given."""
    speaker = terminal(ctx)
    if given == STDIN and not speaker.can_ask:
        return _line_of_input().strip()
    if given is None or given == STDIN:
        return speaker.ask(question, tr("Give it as an argument, or - to read it from input."))
    return given


def _line_of_input() -> str:
    line = _stdin().readline(_LONGEST_LINE + 1)
    if len(line) > _LONGEST_LINE:
        raise UsageError(
            tr("The line on standard input is too long."), tr("At most {longest:,} characters.", longest=_LONGEST_LINE)
        )
    return line


def _stdin() -> TextIO:
    if sys.stdin is None:  # closed by the caller: <&-
        raise UsageError(tr("Standard input is closed."), tr("Give a file, or the words as an argument."))
    return sys.stdin


def _from_file(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except OSError as error:
        raise UsageError(
            tr("The passphrase file cannot be read: {strerror}.", strerror=error.strerror), _HOW_TO_GIVE
        ) from None
    except UnicodeDecodeError:
        raise UsageError(tr("The passphrase file is not UTF-8 text."), tr("Save it as UTF-8.")) from None


def _from_command(command: str) -> str:
    try:
        done = subprocess.run(shlex.split(command), stdout=subprocess.PIPE, check=True)  # noqa: S603 - the user's own command
        return done.stdout.decode()
    except (OSError, subprocess.CalledProcessError, UnicodeDecodeError, ValueError):
        raise UsageError(tr("ARCHIVE_PASSPHRASE_COMMAND gave no passphrase."), tr("Try the command by hand.")) from None
