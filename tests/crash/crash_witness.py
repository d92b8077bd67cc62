"""What a healthy command finds in an archive after something went wrong: entries, files' bytes, problems."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from archive.casework import care
from archive.desk import Desk, Place
from archive.errors import ArchiveError, NoArchiveError, NoKeyError, NotAMemberError, WrongPassphraseError
from archive.records.kinds import AnyRecord, Attachment
from archive.records.refs import LETTERS


def look(root: str, state: str, passphrases: list[str]) -> dict[str, Any]:
    """A document of all that is there; ``{"none": why}`` where no archive can be opened yet."""
    place = Place(Path(root), Path(state), Path(state) / "identity")
    for passphrase in passphrases:
        try:
            desk = Desk.open(place, lambda typed=passphrase: typed, random=os.urandom, clock=lambda: datetime.now(UTC))
        except WrongPassphraseError:
            continue
        except (NoArchiveError, NoKeyError, NotAMemberError) as error:
            return {"none": error.name}
        return {"passphrase": passphrase, **_told(desk, place)}
    return {"none": "wrong_passphrase"}


def _told(desk: Desk, place: Place) -> dict[str, Any]:
    named = [name for name in map(partial(_called, desk), desk.journals) if name]
    if len(named) > 1:
        desk.prefer("Weir")
    truth = desk.truth()
    report = care.check(desk, read_data=True)
    entries = [entry for one in desk.journal.segments(frozenset()) for entry in one.entries]
    return {
        "ok": report.ok,
        "unhealed": [f"{one.path}: {one.problem}" for one in report.problems if not one.healed],
        "entries": {
            entry.hash: [
                _kind(entry.record),
                _title(entry.record),
                {str(one.name): _read(desk, one) for one in entry.attachments},
            ]
            for entry in entries
        },
        "heads": sorted(entry.hash for heads in truth.heads.values() for entry in heads),
        "binned": sorted(entry.hash for heads in truth.binned.values() for entry in heads),
        "indexed": _indexed(desk) == sorted(truth.heads),
        "epochs": len(desk.journal.secrets),
        "members": len(desk.journal.roster.persons),
        "admins": len(desk.journal.roster.admins),
        "devices": len(desk.journal.roster.cards),
        "collectives": named,
        "requests": len(list((place.root / "requests").glob("[!.]*"))),
        "stick": _names(place.root.parent / "stick") == _names(place.root),
        "collective": desk.collective_name,
        "warnings": desk.warnings,
    }


def _called(desk: Desk, collective: str) -> str:
    """The name of a collective; empty where it has none."""
    return "".join(getattr(one.record, "name", "") for one in desk.index.listing("collective", collective=collective))


def _names(root: Path) -> set[str]:
    """What lies in an archive, or in a copy of it, but for what a killed writer left unfinished."""
    files = (path for path in root.glob("**/*") if path.is_file() and not path.name.startswith(".tmp-"))
    return {path.relative_to(root).as_posix() for path in files}


def _indexed(desk: Desk) -> list[str]:
    """The ids of all records of the collective that the index lists."""
    mine = desk.collective
    return sorted({stored.record.id for kind in LETTERS for stored in desk.index.listing(kind, collective=mine)})


def _kind(record: AnyRecord | None) -> str:
    return str(record.__struct_config__.tag) if record is not None else "deed"


def _title(record: AnyRecord | None) -> str | None:
    return record.title if record is not None else None


def _read(desk: Desk, file: Attachment) -> str:
    """The SHA-256 of what was read, or why it was not."""
    try:
        return sha256(b"".join(desk.journal.open_object(file))).hexdigest()
    except ArchiveError as error:
        return type(error).__name__
