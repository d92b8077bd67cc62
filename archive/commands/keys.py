"""``archive identity show`` and ``archive rotate``."""

from __future__ import annotations

from typing import Annotated

import typer

from archive.casework import beginning, care
from archive.commands import opening
from archive.commands.options import Command

app = typer.Typer(rich_markup_mode=None)
identity = typer.Typer(help="Your key.", no_args_is_help=True)
app.add_typer(identity, name="identity")


@identity.callback()
def _group() -> None:
    """Keep the commands of this group a group, however many they are."""


@identity.command(cls=Command)
def show(
    ctx: typer.Context,
    public: Annotated[
        bool, typer.Option("--public", help="Only what may be given away: one line for a member.")
    ] = False,
) -> None:
    """Show your key's public part; the secret one never leaves the keystore."""
    speaker = opening.terminal(ctx)
    told = beginning.show_identity(opening.session(ctx).identity_file, lambda: opening.passphrase(ctx, "Passphrase"))
    lines = [told.age] if public else [f"Device:     {told.device}", f"Public key: {told.age}"]
    speaker.answer(told, lambda: lines)


@app.command(cls=Command)
def rotate(
    ctx: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be written; write nothing.")] = False,
) -> None:
    """Make a new collective key for everything added from now on. What was stored before still opens."""
    desk, speaker = opening.open_desk(ctx), opening.terminal(ctx)
    done = care.rotate(desk, dry_run=dry_run)
    whom = f"{done.members} device{'' if done.members == 1 else 's'}"
    lines = [
        f"{'Would make a' if dry_run else 'A'} new key for {whom}: one small file.",
        care.WHAT_ROTATION_LEAVES,
    ]
    speaker.answer(done, lambda: lines)
