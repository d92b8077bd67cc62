"""The whole model as JSON lines, a record a line as its schema says: written out, and taken in again as it is.

Every head of every record that is not in the bin, without files and without what it said before. Read from the
journal itself, so that fields of a newer version are in it too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import msgspec

from archive.bundle.handover import Way
from archive.casework import reading
from archive.desk import Desk
from archive.errors import ArchiveError, UsageError
from archive.index.facts import kind_of
from archive.records import forms, kinds
from archive.records.answers import FileAnswer
from archive.records.answers_upkeep import EverythingAnswer
from archive.seal import age, canonical, passphrase
from archive.speech import mark, tr
from archive.vault.entry import ENVELOPE, Draft, Entry

_KINDS = {str(kind.__struct_config__.tag): kind for kind in get_args(kinds.AnyRecord)}
_ORDER = {kind: number for number, kind in enumerate(_KINDS)}
Whole = tuple[int, Mapping[str, Any]]
"""The number of a line and its fields."""
_SEALED = (kinds.Identity, kinds.Paper, kinds.CaptureFacts, kinds.Unfinished)
_OF_ITS_ARCHIVE = frozenset({"collective", "member", "recovery"})  # who is in it, and who can open it
_AT_ONCE = 1_000  # records in one entry of the log, and in one segment
NOTE = mark("everything written out as JSON lines")


def write(desk: Desk, path: Path, way: Way) -> EverythingAnswer:
    """All records of the collective at ``path`` (``.age`` behind it where ``way`` locks it), one a line.

    That the sealed ones are shown is written down first. ExistsError if something is there.
    """
    entries = sorted((entry for heads in desk.truth().heads.values() for entry in heads), key=_place)
    target = path.with_name(f"{path.name}.age") if way.locked and path.suffix != ".age" else path
    reading.refuse_if_there(target)
    desk.save(*_showing(desk, [entry.record.id for entry in entries if isinstance(entry.record, _SEALED)]))
    reading.write_new(target, _sealed(map(_line, entries), way, desk))
    if not way.locked:
        desk.index.note_export(str(target.resolve()), desk.minute())
    counted = Counter(kind_of(entry.record) for entry in entries)
    return EverythingAnswer(file=str(target), records=len(entries), kinds=dict(counted), locked=way.locked)


def _place(entry: Entry) -> tuple[int, str, str, str]:
    """Kinds in the order of the model, each from the oldest to the newest."""
    record = entry.record
    return (_ORDER[kind_of(record)], record.created, record.id, entry.hash) if record else (0, "", "", "")


def _line(entry: Entry) -> bytes:
    """A record as its schema says, and what a newer version put beside."""
    told: dict[str, object] = msgspec.to_builtins(entry.record)
    newer = {name: value for name, value in canonical.decode_object(entry.line).items() if name not in ENVELOPE}
    return msgspec.json.encode({**told, **newer}) + b"\n"


def _showing(desk: Desk, shown: Sequence[str]) -> Iterator[Draft]:
    for at in range(0, len(shown) or 1, _AT_ONCE):
        concerned = tuple(dict.fromkeys(shown[at : at + _AT_ONCE]))
        yield Draft(desk.new(kinds.Custody, event="access", concerns=concerned, note=NOTE))


def _sealed(lines: Iterator[bytes], way: Way, desk: Desk) -> Iterator[bytes]:
    if way.passphrase is not None:
        return passphrase.encrypt(lines, way.passphrase, desk.random)
    return age.encrypt(lines, way.recipients, desk.random) if way.recipients else lines


# --- back again ---


def take_in(desk: Desk, lines: Sequence[Whole]) -> tuple[tuple[FileAnswer, ...], tuple[str, ...]]:
    """Whole records as lines give them, ids kept; what is here already stays as it is. UsageError names a line.

    The second are the kinds that were left out, since they belong to the archive that was written out: its collective,
    its members, its recovery key.
    """
    read = [(number, _record(desk, number, fields)) for number, fields in lines]
    wanted = [(number, record) for number, record in read if kind_of(record) not in _OF_ITS_ARCHIVE]
    known = {record.id for _, record in wanted if desk.index.states(record.id, desk.collective)}
    new = [Draft(record) for _, record in wanted if record.id not in known]
    for at in range(0, len(new), _AT_ONCE):
        desk.save(*new[at : at + _AT_ONCE])
    refs = desk.index.refs(record.id for _, record in wanted)
    told = tuple(
        FileAnswer(
            file=tr("line {number}", number=number),
            status="duplicate" if record.id in known else "added",
            kind=kind_of(record),
            ref=refs[record.id],
        )
        for number, record in wanted
    )
    return told, tuple(sorted({kind_of(record) for _, record in read} & _OF_ITS_ARCHIVE))


def _record(desk: Desk, number: int, fields: Mapping[str, Any]) -> kinds.AnyRecord:
    try:
        record: kinds.AnyRecord = forms.record(_KINDS, fields)
        if any(head.collective != desk.collective for head in desk.index.heads(record.id)):
            raise UsageError(
                tr("another collective of this archive holds this record."), tr("Import it into an archive of its own.")
            )
    except ArchiveError as error:
        raise UsageError(tr("Line {number}: {message}", number=number, message=error.message), error.hint) from None
    return record
