"""``archive export --format jsonl``: all that you can read in one file, for yourself and for other programs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import typer
from msgspec import structs

from archive.casework import everything
from archive.commands import handing_over, opening
from archive.errors import UsageError
from archive.records.answers_upkeep import EverythingAnswer
from archive.speech import tr, trn
from archive.terminal import safe

_DOSSIER = (
    "cases", "person", "query", "template", "profile", "language", "section", "exhibit", "recipient", "zipped", "sign",
    "waive", "reviewed", "partial", "dry_run",
)  # fmt: skip


def write(ctx: typer.Context) -> None:
    """Ask whether it may lie there unencrypted, and write it."""
    said = ctx.params
    if any(said.get(name) for name in _DOSSIER):
        raise UsageError(
            tr("--format jsonl writes out everything, as it is: nothing is chosen and nothing hidden."),
            tr("For others make a dossier: leave --format out."),
        )
    speaker = opening.terminal(ctx)
    target = Path(said["output"] or opening.words(ctx, None, tr("Write everything to"))).expanduser()
    file = Path(said["dossier_passphrase_file"]) if said["dossier_passphrase_file"] else None  # as typed here
    plain, wanted = bool(said["plain"]), handing_over.Wanted(
        target=target, recipient=None, keys=tuple(said["keys"] or ()), passphrase=said["passphrase"],
        passphrase_file=file, zipped=False, sign=False, languages=("en",),
    )  # fmt: skip
    desk = opening.open_desk(ctx)
    way = handing_over.way(desk, wanted, None, plain=plain)
    if not (plain or wanted.says_lock):
        speaker.confirm(
            tr(
                "Every name, number and contact that you can read will stand in one file, unencrypted. "
                "--passphrase or --recipient locks it."
            )
        )
    if wanted.passphrase or wanted.passphrase_file is not None:
        said_twice = handing_over.typed_passphrase(ctx, wanted.passphrase_file, tr("Passphrase of the file"))
        way = structs.replace(way, passphrase=said_twice)
    written = everything.write(desk, target, way)
    speaker.answer(written, lambda: _told(written))


def _told(written: EverythingAnswer) -> Iterator[str]:
    yield trn(
        "{n:,} record written to {file}.", "{n:,} records written to {file}.", written.records, file=safe(written.file)
    )
    yield tr("Files are not in it, nor what is in the bin, nor what records said before.")
    if written.locked:
        yield tr("Locked. Whoever opens it reads every name: it is for you, not for others.")
    else:
        yield tr("It is NOT encrypted, and every name stands in it. Delete it when done; an SSD may keep a copy.")
