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
        speaker.confirm("There is no archive yet: a full copy of yours, encrypted as it is, will be made there.")
    key = None if keyless else _key(ctx)
    opened = exchange.open_desk(place, key, secrets.token_bytes, opening.now) if key else None
    before = exchange.known(opened)
    meeting = exchange.meet(store, state, other, opened, read_data=read_data)
    if opened:
        opened.index.close()
    if dry_run:
        _say(ctx, exchange.answer(meeting, exchange.planned(meeting.plan), None, dry_run=True))
        return
    with speaker.progress("Copying", meeting.plan.size, unit="bytes") as count:
        done = exchange.carry_out(meeting, now=opening.now(), random=secrets.token_bytes, count=count)
    opened = exchange.open_desk(place, key, secrets.token_bytes, opening.now) if key else None
    _say(ctx, exchange.answer(meeting, done, exchange.arrived(opened, before) if opened else None, dry_run=False))
    if opened and opened.anew:
        speaker.note(f"{_count(opened.anew, 'file')} encrypted anew, as others have forgotten the old key: sync again.")
    if key and not opened:
        speaker.note("Your key opens nothing here yet: once a member has let you in, sync again.")
    _fail_in_part(done)


def _key(ctx: typer.Context) -> Secrets | None:
    """This user's key, unlocked; None where there is none."""
    try:
        return unlock(opening.session(ctx).identity_file, lambda: opening.passphrase(ctx, "Passphrase"))
    except NoKeyError:
        return None


def _say(ctx: typer.Context, told: SyncAnswer) -> None:
    opening.terminal(ctx).answer(told, lambda: _lines(told))


def _lines(told: SyncAnswer) -> Iterator[str]:
    """The answer in people's words."""
    would = "Would send" if told.dry_run else "Sent"
    size = _size(told.bytes) + (" planned" if told.stopped else "")
    if told.sent or told.received or told.healed:
        yield f"{would} {_count(told.sent, 'file')}, receive{'' if told.dry_run else 'd'} {told.received}: {size}."
    elif not told.stopped:
        yield "Nothing to copy." if told.problems else "Nothing to copy: both sides hold the same files."
    if told.healed:
        yield f"{'Would mend' if told.dry_run else 'Mended'} {_count(told.healed, 'damaged or lost file')}."
    if told.arrived:
        yield from _arrived(told.arrived)
    if told.dropped:
        yield f"{_count(told.dropped, 'file')} moved or shredded here still on one side: left there."
    yield from (f"{safe(one.path)}: {safe(one.problem)}" for one in told.problems)
    yield from (f"{safe(path)}: does not belong to the archive: left alone" for path in told.foreign)


def _arrived(came: Arrived) -> Iterator[str]:
    for who, count in sorted(came.records.items(), key=lambda pair: -pair[1]):
        yield f"{_count(count, 'record')} from {safe(who)}."
    if came.files_lacking:
        yield f"{came.files_lacking} of {_count(came.files, 'file')} not here yet."
    if came.waiting:
        verb = "record is here but its key is" if came.waiting == 1 else "records are here but their key is"
        yield f"{came.waiting} {verb} not yet."
        who = safe(came.waits_for) if came.waits_for else "the member who has it"
        yield f"They open after {who} has synced to this place."


def _size(number: int) -> str:
    """Bytes in the largest unit that fits."""
    unit, name = next((pair for pair in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")) if number >= pair[0]), (1, "bytes"))
    return f"{number / unit:,.{0 if unit == 1 else 1}f} {name}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _fail_in_part(done: Outcome) -> None:
    """Exit 3 where a side could not take everything, or something is whole nowhere."""
    if done.stopped:
        side, message, hint = done.stopped[0]
        raise PartlyDoneError(f"{'This archive' if side == 'here' else 'The other side'}: {message}", hint)
    if done.problems:
        count = _count(len(done.problems), "file")
        raise PartlyDoneError(
            f"{count} could not be exchanged.", "Sync with another copy that may have them. Nothing was deleted."
        )
