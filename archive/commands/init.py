"""``archive init``."""

from __future__ import annotations

import secrets
from ctypes.util import find_library
from pathlib import Path
from typing import Annotated

import typer
from msgspec import structs

from archive.casework import beginning
from archive.commands import opening, recovery
from archive.commands.options import Command, Kdf
from archive.desk import Desk
from archive.errors import UsageError
from archive.sandbox.worker import wall_here
from archive.scrub.ocr import HOW
from archive.speech import tr
from archive.terminal import Terminal, safe

app = typer.Typer(rich_markup_mode=None)
_SWAP = tr("encrypted swap; what is read here may be written to the disk in clear. Encrypt it or switch it off.")
OFFER = "archive recovery split --threshold 2 --shares 3"


@app.callback()
def _group() -> None:
    """Keep the commands of this file a group, however many they are."""


@app.command(cls=Command)
def init(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The new archive's folder.")],
    kdf: Kdf = "standard",
) -> None:
    """Make a new archive with its first collective, and your key if you have none."""
    said, speaker = opening.session(ctx), opening.terminal(ctx)
    name = said.value("collective", "ARCHIVE_COLLECTIVE")
    name = opening.words(ctx, name, tr("Name of the collective (only members can read it)"))
    where = opening.place(ctx, folder.expanduser())
    has_key = where.identity.exists()
    typed: list[str] = []  # so that it is not asked again for what follows

    def ask() -> str:
        typed.append(opening.passphrase(ctx, tr("Passphrase")) if has_key else opening.new_passphrase(ctx))
        return typed[-1]

    made = beginning.found(
        where,
        name,
        ask,
        kdf=kdf,
        random=secrets.token_bytes,
        clock=opening.now,
    )
    made = structs.replace(made, missing=_missing())
    speaker.answer(
        made,
        lambda: [
            tr("Archive made: {folder}", folder=safe(str(folder))),
            tr("Collective: {collective}", collective=safe(made.collective)),
            tr("Your key: {identity}{what}", identity=safe(str(where.identity)), what="" if has_key else tr(" (new)")),
            *(tr("Missing: {word}", word=word) for word in made.missing),
            tr("Nobody can help if its passphrase is lost: keep it in two heads or in a safe."),
            tr("Next: {offer}, then archive case new", offer=OFFER),
        ],
    )
    if speaker.can_ask and not speaker.yes and _wanted(speaker):
        desk = Desk.open(where, typed.pop, random=secrets.token_bytes, clock=opening.now)
        desk.prefer(made.collective)
        count = speaker.ask(tr("How many people get a share (Enter: 3)"), OFFER)
        enough = speaker.ask(tr("How many of them together are enough (Enter: 2)"), OFFER)
        recovery.make(ctx, desk, _number(enough, 2), _number(count, 3), ())


def _wanted(speaker: Terminal) -> bool:
    question = tr("A lost key or passphrase loses everything, unless people hold recovery words. Make them now? [y/N]")
    return speaker.ask(question, OFFER).lower() in ("y", "yes")


def _number(said: str, otherwise: int) -> int:
    if said and not said.isdecimal():
        raise UsageError(tr("That is no number."), tr("The archive is made. Later: {offer}", offer=OFFER))
    return int(said or otherwise)


def _missing() -> tuple[str, ...]:
    """What this machine lacks to be trusted, or to take everything in, and what to do about each."""
    found = []
    if wall_here() is None:
        found.append(tr("a sandbox; brought files are not opened without one. Install bubblewrap."))
    if find_library("tesseract") is None:
        found.append(tr("text recognition; scans are not searched. {how}.", how=HOW))
    if _plain_swap():
        found.append(_SWAP)
    return tuple(found)


def _plain_swap() -> bool:
    """Whether there is swap that is not known to be encrypted: it keeps what was in memory."""
    try:
        areas = [line.split()[0] for line in Path("/proc/swaps").read_text().splitlines()[1:]]
    except OSError:
        return False
    return any(not area.startswith(("/dev/dm-", "/dev/mapper/", "/dev/zram")) for area in areas)
