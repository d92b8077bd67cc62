"""``archive rotate``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from archive.casework import care, rekeying
from archive.commands import opening, sentences
from archive.commands.options import Command
from archive.desk import Desk
from archive.errors import PartlyDoneError, UsageError
from archive.records.answers_upkeep import ReencryptAnswer
from archive.terminal import Terminal

app = typer.Typer(rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """Keep the commands of this file a group, however many they are."""


_FORGETS = (
    "Then the old keys are forgotten, here at once and on the other devices when they have followed. Sticks and "
    "backups that hold the key files of their day still open with a key from the list of that day: make them anew."
)


@app.command(cls=Command)
def rotate(
    ctx: typer.Context,
    reencrypt: Annotated[
        bool, typer.Option("--reencrypt", help="Encrypt everything stored anew, too; goes on where it was broken off.")
    ] = False,
    forget: Annotated[
        bool, typer.Option("--forget", help="With --reencrypt: then forget the old keys, on every device that follows.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be written; write nothing.")] = False,
) -> None:
    """Make a new collective key for everything added from now on. What was stored before still opens."""
    if forget and not reencrypt:
        raise UsageError("Old keys are forgotten once nothing needs them.", "Use: archive rotate --reencrypt --forget")
    desk, speaker = opening.open_desk(ctx), opening.terminal(ctx)
    if reencrypt:
        _reencrypt(desk, speaker, forget=forget, dry_run=dry_run)
        return
    done = care.rotate(desk, dry_run=dry_run)
    whom = f"{done.members} device{'' if done.members == 1 else 's'}"
    lines = [
        f"{'Would make a' if dry_run else 'A'} new key for {whom}: one small file.",
        sentences.say("removed", who=sentences.say("holder")),
    ]
    speaker.answer(done, lambda: lines)


def _reencrypt(desk: Desk, speaker: Terminal, *, forget: bool, dry_run: bool) -> None:
    """The size first, then the work, which may be broken off."""
    if forget:
        rekeying.check(desk)  # before hours of work
    work = rekeying.look(desk)
    sentence = sentences.say("reencrypt", size=sentences.size(work.size))
    goes_on = "Goes on where it was broken off: " if work.goes_on else ""
    told = f"{goes_on}{len(work.files)} files." + (f"\n{_FORGETS}" if forget else "")
    if dry_run:
        speaker.answer(rekeying.answer(desk, 0, work.size, left=len(work.files)), lambda: [told, sentence])
        return
    speaker.confirm(f"{told}\n{sentence}")
    with speaker.progress("Encrypting anew", len(work.files)) as advance:
        done = rekeying.run(desk, work, advance)
    if forget and not done.left:
        done = rekeying.forget(desk, done)
    speaker.answer(done, lambda: _done(done))
    if done.left:
        raise PartlyDoneError(
            f"{done.left} files could not be encrypted anew: they are damaged.",
            "See which: archive check --read-data. Mend them, then: archive rotate --reencrypt",
        )


def _done(done: ReencryptAnswer) -> Iterator[str]:
    yield f"{done.files} files ({sentences.size(done.bytes)}) are encrypted to the new key."
    if done.forgotten:
        count = f"{done.forgotten} old key{'' if done.forgotten == 1 else 's'}"
        yield f"{count} forgotten here. The other devices follow when they sync."
