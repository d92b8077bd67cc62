"""``archive init``."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer
from msgspec import structs

from archive.casework import beginning
from archive.commands import opening
from archive.commands.options import Command
from archive.terminal import safe

app = typer.Typer()


@app.callback()
def _group() -> None:
    """Keep the commands of this file a group, however many they are."""


@app.command(cls=Command)
def init(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The new archive's folder.")],
    kdf: Annotated[
        str, typer.Option("--kdf", help="How hard a passphrase is to guess: standard, low-memory (or tests-only).")
    ] = "standard",
) -> None:
    """Make a new archive with its first collective, and your key if you have none."""
    said, speaker = opening.session(ctx), opening.terminal(ctx)
    name = said.value("collective", "ARCHIVE_COLLECTIVE")
    name = opening.words(ctx, name, "Name of the collective (only members can read it)")
    where = opening.place(ctx, folder.expanduser())
    has_key = where.identity.exists()
    made = beginning.found(
        where,
        name,
        lambda: opening.passphrase(ctx, "Passphrase") if has_key else opening.new_passphrase(ctx),
        kdf=kdf,
        random=secrets.token_bytes,
        clock=opening.now,
    )
    made = structs.replace(made, missing=_missing())
    speaker.answer(
        made,
        lambda: [
            f"Archive made: {safe(str(folder))}",
            f"Collective: {safe(made.collective)}",
            f"Your key: {safe(str(where.identity))}{'' if has_key else ' (new)'}",
            *(f"Missing: {word}" for word in made.missing),
            "Nobody can help if its passphrase is lost: keep it in two heads or in a safe.",
            "Next: archive case new",
        ],
    )


def _missing() -> tuple[str, ...]:
    """What this machine lacks to be trusted: swap that is not known to be encrypted keeps what was in memory."""
    try:
        areas = [line.split()[0] for line in Path("/proc/swaps").read_text().splitlines()[1:]]
    except OSError:
        return ()
    if any(not area.startswith(("/dev/dm-", "/dev/mapper/", "/dev/zram")) for area in areas):
        return ("encrypted swap; what is read here may be written to the disk in clear. Encrypt it or switch it off.",)
    return ()
