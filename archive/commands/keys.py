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
from archive.speech import tr, trn
from archive.terminal import Terminal

app = typer.Typer(rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """Keep the commands of this file a group, however many they are."""


_FORGETS = tr(
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
        raise UsageError(
            tr("Old keys are forgotten once nothing needs them."), tr("Use: archive rotate --reencrypt --forget")
        )
    desk, speaker = opening.open_desk(ctx), opening.terminal(ctx)
    if reencrypt:
        _reencrypt(desk, speaker, forget=forget, dry_run=dry_run)
        return
    done = care.rotate(desk, dry_run=dry_run)
    whom = trn("{n} device", "{n} devices", done.members)
    lines = [
        tr("Would make a new key for {whom}: one small file.", whom=whom)
        if dry_run
        else tr("A new key for {whom}: one small file.", whom=whom),
        sentences.say("removed", who=sentences.say("holder")),
    ]
    speaker.answer(done, lambda: lines)


def _reencrypt(desk: Desk, speaker: Terminal, *, forget: bool, dry_run: bool) -> None:
    """The size first, then the work, which may be broken off."""
    if forget:
        rekeying.check(desk)  # before hours of work
    work = rekeying.look(desk)
    sentence = sentences.say("reencrypt", size=sentences.size(work.size))
    goes_on = tr("Goes on where it was broken off: ") if work.goes_on else ""
    told = tr("{goes_on}{files} files.", goes_on=goes_on, files=len(work.files)) + (f"\n{_FORGETS}" if forget else "")
    if dry_run:
        speaker.answer(rekeying.answer(desk, 0, work.size, left=len(work.files)), lambda: [told, sentence])
        return
    speaker.confirm(f"{told}\n{sentence}")
    with speaker.progress(tr("Encrypting anew"), len(work.files)) as advance:
        done = rekeying.run(desk, work, advance)
    if forget and not done.left:
        done = rekeying.forget(desk, done)
    speaker.answer(done, lambda: _done(done))
    if done.left:
        raise PartlyDoneError(
            tr("{left} files could not be encrypted anew: they are damaged.", left=done.left),
            tr("See which: archive check --read-data. Mend them, then: archive rotate --reencrypt"),
        )


def _done(done: ReencryptAnswer) -> Iterator[str]:
    yield tr("{files} files ({size}) are encrypted to the new key.", files=done.files, size=sentences.size(done.bytes))
    if done.forgotten:
        count = trn("{n} old key", "{n} old keys", done.forgotten)
        yield tr("{count} forgotten here. The other devices follow when they sync.", count=count)
