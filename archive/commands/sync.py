"""``archive sync``: exchange with another folder, stick or rclone remote, both ways."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Annotated

import typer

from archive.casework import exchange
from archive.commands import opening
from archive.commands.options import Command
from archive.errors import NoKeyError, PartlyDoneError
from archive.records.answers_sync import Arrived, SyncAnswer
from archive.seal.keystore import Secrets
from archive.speech import tr, trn
from archive.terminal import safe
from archive.vault.exchange import Outcome
from archive.vault.state import State
from archive.vault.store import Store
from archive.vault.unlocking import unlock

app = typer.Typer(rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """Keep the command under its name."""


@app.command(cls=Command)
def sync(
    ctx: typer.Context,
    target: Annotated[str, typer.Argument(metavar="TARGET", help="A folder, a stick, or rclone:REMOTE:PATH.")],
    keyless: Annotated[bool, typer.Option("--keyless", help="Ask for no passphrase; do not open what came.")] = False,
    read_data: Annotated[
        bool, typer.Option("--read-data", help="Read every file on both sides, not only those that differ.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be copied; copy nothing.")] = False,
) -> None:
    """Exchange with another copy of the archive, both ways. No file of the archive is ever lost by it."""
    said, speaker = opening.session(ctx), opening.terminal(ctx)
    store = Store(opening.archive_root(said))
    state, place = State(said.state_folder, store.archive_id), opening.place(ctx, store.root)
    other = exchange.peer(target, state, secrets.token_bytes)
    if other.is_new(store) and not dry_run:
        speaker.confirm(tr("There is no archive yet: a full copy of yours, encrypted as it is, will be made there."))
    key = None if keyless else _key(ctx)
    opened = exchange.open_desk(place, key, secrets.token_bytes, opening.now) if key else None
    before = exchange.known(opened)
    meeting = exchange.meet(store, state, other, opened, read_data=read_data)
    if opened:
        opened.index.close()
    if dry_run:
        _say(ctx, exchange.answer(meeting, exchange.planned(meeting.plan), None, dry_run=True))
        return
    with speaker.progress(tr("Copying"), meeting.plan.size, unit="bytes") as count:
        done = exchange.carry_out(meeting, now=opening.now(), random=secrets.token_bytes, count=count)
    opened = exchange.open_desk(place, key, secrets.token_bytes, opening.now) if key else None
    _say(ctx, exchange.answer(meeting, done, exchange.arrived(opened, before) if opened else None, dry_run=False))
    if opened and opened.anew:
        speaker.note(
            trn(
                "{n:,} file encrypted anew, as others have forgotten the old key: sync again.",
                "{n:,} files encrypted anew, as others have forgotten the old key: sync again.",
                opened.anew,
            )
        )
    if key and not opened:
        speaker.note(tr("Your key opens nothing here yet: once a member has let you in, sync again."))
    _fail_in_part(done)


def _key(ctx: typer.Context) -> Secrets | None:
    """This user's key, unlocked; None where there is none."""
    try:
        return unlock(opening.session(ctx).identity_file, lambda: opening.passphrase(ctx, tr("Passphrase")))
    except NoKeyError:
        return None


def _say(ctx: typer.Context, told: SyncAnswer) -> None:
    opening.terminal(ctx).answer(told, lambda: _lines(told))


def _lines(told: SyncAnswer) -> Iterator[str]:
    """The answer in people's words."""
    size = tr("{size} planned", size=_size(told.bytes)) if told.stopped else _size(told.bytes)
    if told.sent or told.received or told.healed:
        counts = {"sent": trn("{n:,} file", "{n:,} files", told.sent), "received": told.received, "size": size}
        if told.dry_run:
            yield tr("Would send {sent}, receive {received}: {size}.", **counts)
        else:
            yield tr("Sent {sent}, received {received}: {size}.", **counts)
    elif not told.stopped:
        yield tr("Nothing to copy.") if told.problems else tr("Nothing to copy: both sides hold the same files.")
    if told.healed:
        yield (
            trn("Would mend {n:,} damaged or lost file.", "Would mend {n:,} damaged or lost files.", told.healed)
            if told.dry_run
            else trn("Mended {n:,} damaged or lost file.", "Mended {n:,} damaged or lost files.", told.healed)
        )
    if told.arrived:
        yield from _arrived(told.arrived)
    if told.dropped:
        yield trn(
            "{n:,} file moved or shredded here still on one side: left there.",
            "{n:,} files moved or shredded here still on one side: left there.",
            told.dropped,
        )
    yield from (f"{safe(one.path)}: {safe(one.problem)}" for one in told.problems)
    yield from (tr("{path}: does not belong to the archive: left alone", path=safe(path)) for path in told.foreign)


def _arrived(came: Arrived) -> Iterator[str]:
    for who, count in sorted(came.records.items(), key=lambda pair: -pair[1]):
        yield trn("{n:,} record from {who}.", "{n:,} records from {who}.", count, who=safe(who))
    if came.files_lacking:
        yield trn(
            "{lacking} of {n:,} file not here yet.",
            "{lacking} of {n:,} files not here yet.",
            came.files,
            lacking=came.files_lacking,
        )
    if came.waiting:
        yield trn(
            "{n} record is here but its key is not yet.", "{n} records are here but their key is not yet.", came.waiting
        )
        who = safe(came.waits_for) if came.waits_for else tr("the member who has it")
        yield tr("They open after {who} has synced to this place.", who=who)


def _size(number: int) -> str:
    """Bytes in the largest unit that fits."""
    unit, name = next((pair for pair in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")) if number >= pair[0]), (1, tr("bytes")))
    return f"{number / unit:,.{0 if unit == 1 else 1}f} {name}"


def _fail_in_part(done: Outcome) -> None:
    """Exit 3 where a side could not take everything, or something is whole nowhere."""
    if done.stopped:
        side, message, hint = done.stopped[0]
        told = tr("This archive: {message}", message=message)
        raise PartlyDoneError(told if side == "here" else tr("The other side: {message}", message=message), hint)
    if done.problems:
        raise PartlyDoneError(
            trn("{n:,} file could not be exchanged.", "{n:,} files could not be exchanged.", len(done.problems)),
            tr("Sync with another copy that may have them. Nothing was deleted."),
        )
