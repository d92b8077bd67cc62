"""Our own JSON lines: cases, people, consents and all else as their commands take them, and files as a manifest does.

A line with a ``label`` can be meant by later ones: ``"case": "@label"``. A record made from a line has an id that
follows from the line and the collective, so the same line makes nothing a second time. A line with an ``id`` is a whole
record, as ``archive export --format jsonl`` writes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, structs

from archive.casework import bringing, consents, everything, making, people
from archive.casework.bringing import Wanted
from archive.casework.originals import Ask
from archive.desk import Desk
from archive.errors import ArchiveError, UsageError
from archive.ingest import manifest
from archive.ingest.taking import Job
from archive.records import forms, kinds
from archive.records.answers import FileAnswer, Made
from archive.records.fields import form_of
from archive.speech import tr

Make = Callable[[Desk, str, Any], Made]

_MAKERS: Mapping[str, tuple[type[Struct], Make]] = {
    "case": (forms.CaseForm, lambda desk, _, form: people.new_case(desk, form)),
    "person": (forms.PersonForm, lambda desk, _, form: people.new_person(desk, form)),
    "identity": (forms.IdentityForm, people.name_person),
    "consent": (forms.ConsentForm, consents.record_consent),
}
_OTHERS: Mapping[str, type[kinds.Record]] = {
    str(kind.__struct_config__.tag): kind
    for kind in (
        kinds.Act, kinds.Role, kinds.Proceeding, kinds.Paper, kinds.Step, kinds.Source, kinds.Recipient, kinds.Capture
    )
}  # fmt: skip
_OF_A_PERSON = frozenset({"identity", "consent"})


class Line(Struct, frozen=True):
    """A line that makes a record: its number, label, kind, whose it is, and the fields of its form."""

    number: int
    label: str | None
    kind: str
    fields: Mapping[str, Any]


class Brought(Struct, frozen=True):
    """What is there to do: files to take in, what became of the lines that make records, and kinds left out."""

    jobs: tuple[Job, ...]
    made: tuple[FileAnswer, ...] = ()
    left_out: tuple[str, ...] = ()


def split(data: bytes) -> tuple[tuple[Line, ...], tuple[everything.Whole, ...], bytes]:
    """The lines that make records, those that are whole records, and those that name files, each in its place.

    UsageError names a line.
    """
    made: list[Line] = []
    whole: list[everything.Whole] = []
    rest: list[bytes] = []
    for number, fields in manifest.objects(manifest.text(data)):
        if "id" in fields:
            whole.append((number, fields))
        elif "file" in fields or fields.get("kind") not in _MAKERS.keys() | _OTHERS.keys():
            rest += [b""] * (number - 1 - len(rest)) + [msgspec.json.encode(fields)]
        else:
            label = fields.get("label")
            own = {name: value for name, value in fields.items() if name not in ("kind", "label")}
            made.append(Line(number, str(label) if label else None, str(fields["kind"]), own))
    return tuple(made), tuple(whole), b"\n".join(rest)


def make(desk: Desk, lines: tuple[Line, ...], rest: bytes) -> tuple[tuple[FileAnswer, ...], bytes]:
    """Make the records; what became of each line, and the lines of files with their labels replaced."""
    called: dict[str, str] = {}
    told = []
    for line in lines:
        try:
            answer, ident = _make_one(desk, line, called)
        except ArchiveError as error:
            raise UsageError(
                tr("Line {number}: {message}", number=line.number, message=error.message), error.hint
            ) from None
        told.append(answer)
        if line.label:
            called[f"@{line.label}"] = ident  # not the reference, which grows with the archive
    files = [msgspec.json.encode(_meant(msgspec.json.decode(one), called)) if one else b"" for one in rest.split(b"\n")]
    return tuple(told), b"\n".join(files)


def _maker(kind: str) -> tuple[type[Struct], Make]:
    """The form of a kind, and what makes a record of it."""
    if kind in _MAKERS:
        return _MAKERS[kind]
    record = _OTHERS[kind]
    return form_of(record), lambda desk, _, form: making.make(desk, record, form)


def _make_one(desk: Desk, line: Line, called: Mapping[str, str]) -> tuple[FileAnswer, str]:
    """What became of a line, and the id of its record."""
    fields = _meant(line.fields, called)
    form_type, make = _maker(line.kind)
    person = str(fields.pop("person", "")) if line.kind in _OF_A_PERSON else ""
    form = forms.fill(form_type, fields)
    ident = _ident(desk, line, fields, person)
    answer = FileAnswer(file=tr("line {number}", number=line.number), status="added", kind=line.kind)
    if desk.index.states(ident, desk.collective):  # also of what is in the bin by now
        return structs.replace(answer, status="duplicate", ref=desk.index.ref(ident)), ident
    with desk.minting(ident):
        made = make(desk, person, form)
    return structs.replace(answer, ref=made.ref), made.id


def _ident(desk: Desk, line: Line, fields: Mapping[str, Any], person: str) -> str:
    """What the record of a line is called: it follows from what the line says, and of whom."""
    whose = desk.resolve(person, "person") if person else ""
    said = msgspec.json.encode([line.kind, line.label, whose, fields], order="deterministic")
    return hashlib.blake2b(said, digest_size=16, key=bytes.fromhex(desk.collective), person=b"case-archive").hexdigest()


def _meant(fields: Mapping[str, Any], called: Mapping[str, str]) -> dict[str, Any]:
    """The fields with labels replaced by what they mean; UsageError for one that no earlier line has."""
    return {name: _meant_value(value, called) for name, value in fields.items()}


def _meant_value(value: Any, called: Mapping[str, str]) -> Any:
    if isinstance(value, str) and value.startswith("@") and len(value) > 1:
        if value not in called:
            raise UsageError(
                tr("a label is used that no earlier line has."), tr("Give the line that is meant a label.")
            )
        return called[value]
    if isinstance(value, list):
        return [_meant_value(one, called) for one in value]
    return value


def jobs(desk: Desk, wanted: Wanted, data: bytes, folder: Path, ask: Ask) -> Brought:
    """The records made of a list of our own, and a job for each file that it names, all below ``folder``."""
    records, whole, rest = split(data) if data.lstrip()[:1] == b"{" else ((), (), data)
    kept, left_out = everything.take_in(desk, whole)
    made, rest = make(desk, records, rest) if records else ((), rest)
    if (records or whole) and not rest.strip():
        return Brought((), (*kept, *made), left_out)
    return Brought(bringing.jobs(desk, structs.replace(wanted, listed=(rest, folder)), ask), (*kept, *made), left_out)
