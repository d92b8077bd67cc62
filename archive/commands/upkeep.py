"""``archive shred`` and ``archive wipe``: destroying records beyond undo, and the means to open this copy."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Annotated

import typer

from archive.casework import upkeep
from archive.casework.upkeep import Doomed
from archive.commands import opening, sentences
from archive.commands.options import Command
from archive.desk import Desk
from archive.errors import UsageError
from archive.records.answers_upkeep import ShredAnswer, ShredList, WipeAnswer
from archive.records.wording import plain
from archive.speech import tr, trn
from archive.terminal import Terminal, safe
from archive.vault import wiping

app = typer.Typer(rich_markup_mode=None)


@app.command(cls=Command)
def shred(
    ctx: typer.Context,
    refs: Annotated[list[str] | None, typer.Argument(metavar="[REF...]")] = None,
    names: Annotated[bool, typer.Option("--names", help="Of a person only the sealed names.")] = False,
    bin_: Annotated[bool, typer.Option("--bin", help="All that has been in the bin for 30 days.")] = False,
    why: Annotated[str | None, typer.Option(help="A reason the others will read, without names.")] = None,
    show: Annotated[bool, typer.Option("--list", help="What others ordered to be destroyed and still waits.")] = False,
    agree: Annotated[
        str | None, typer.Option(metavar="N", help="Destroy here now what waits; N as --list says.")
    ] = None,
    withdraw: Annotated[str | None, typer.Option(metavar="N", help="As an admin: take a waiting one back.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be lost; destroy nothing.")] = False,
) -> None:
    """Destroy records beyond undo: here at once, on the other devices 30 days after they first see it."""
    speaker, desk = opening.terminal(ctx), opening.open_desk(ctx)
    if show:
        _show(upkeep.list_shreds(desk), speaker)
    elif agree or withdraw:
        _decide(desk, agree, withdraw, speaker)
    else:
        named = [line.ref for line in upkeep.bin_over(desk)] if bin_ else refs
        if not named:
            raise UsageError(tr("Which record?"), tr("Name it: archive shred REF"))
        going = upkeep.doomed(desk, named, names=names)
        if dry_run:
            speaker.answer(upkeep.answer(desk, going), lambda: _lost(going))
            return
        speaker.confirm("\n".join([*_lost(going), tr("This cannot be undone.")]))
        done = upkeep.shred(desk, going, why)
        sentence = sentences.say("shred")
        speaker.answer(done, lambda: [sentence, _elsewhere(done)])


def _lost(going: Doomed) -> Iterator[str]:
    count = len(going.lines)
    size = sentences.size(going.size)
    yield trn(
        "Lost for good: {n} record, {files} ({size}).",
        "Lost for good: {n} records, {files} ({size}).",
        count,
        files=trn("{n:,} file", "{n:,} files", len(going.files)),
        size=size,
    )
    for line in going.lines:
        yield f"  {line.ref}  {plain(line.kind)}  {safe(line.title or '')}"
        if line.hides_in:
            yield trn(
                "      Names are hidden because they are known: in {n} record these no longer will be.",
                "      Names are hidden because they are known: in {n} records these no longer will be.",
                line.hides_in,
            )


def _elsewhere(done: ShredAnswer) -> str:
    return tr(
        "Devices that see this today destroy it on {day}, unless an admin takes it back. Backups, sticks and exported "
        "dossiers keep what they have; a disk may keep deleted blocks for a while.",
        day=done.elsewhere,
    )


def _decide(desk: Desk, agree: str | None, withdraw: str | None, speaker: Terminal) -> None:
    if withdraw:
        told = upkeep.withdraw(desk, withdraw)
        speaker.answer(told, lambda: [tr("Taken back: where it had no effect yet, it has none any more.")])
        return
    waiting = [line for line in upkeep.list_shreds(desk).shreds if line.shred.startswith((agree or "")[:8])]
    refs = ", ".join(ref for line in waiting for ref in line.records)
    speaker.confirm(tr("Lost here for good: {refs}.", refs=refs or tr("nothing that is here")))
    told = upkeep.agree(desk, agree or "")
    speaker.answer(told, lambda: [tr("Destroyed here.")])


def _show(waiting: ShredList, speaker: Terminal) -> None:
    if speaker.json:
        speaker.answer(waiting, list)
    elif not waiting.shreds:
        speaker.answer(waiting, lambda: [tr("Nothing waits to be destroyed.")])
    else:
        rows = [
            (
                line.shred,
                " ".join(line.records),
                line.device[:8],
                line.seen[:10],
                tr("once you agree") if line.asks else line.due,
            )
            for line in waiting.shreds
        ]
        speaker.table((tr("Shred"), tr("Records"), tr("Ordered by"), tr("First seen here"), tr("Destroyed here")), rows)


@app.command(cls=Command)
def wipe(
    ctx: typer.Context,
    now: Annotated[bool, typer.Option("--now", help="Ask nothing.")] = False,
) -> None:
    """Destroy this computer's key and state, so that this copy opens no more. The archive's folder is left as it is."""
    said, speaker = opening.session(ctx), opening.terminal(ctx)
    if not now:
        speaker.confirm(
            tr(
                "Lost for good: the key on this computer, its index and its memory, for every archive it opens. What "
                "is stored can then be read only with another device, by another member or with the recovery words."
            )
        )
    gone = WipeAnswer(wiped=wiping.wipe(said.identity_file, said.state_folder, secrets.token_bytes))
    lines = [tr("This computer's key is destroyed.") if gone.wiped else tr("There was nothing to destroy.")]
    lines.append(
        tr("The archive's folder is untouched: it is encrypted, and deleting it here could delete it for the others.")
    )
    lines.append(tr("A disk may keep deleted blocks for a while, behind your passphrase."))
    speaker.answer(gone, lambda: lines)
