"""New records of any kind from a form, and fields set on old ones: references resolved, dates read, codes checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import msgspec
from msgspec import Struct, structs

from archive.casework import members, naming
from archive.desk import Desk
from archive.errors import UsageError
from archive.records import edtf_typed, fields, forms, kinds, vocabulary
from archive.records.answers import Made
from archive.records.fields import Leaf
from archive.records.refs import LETTERS
from archive.records.wording import plain
from archive.speech import tr
from archive.vault.entry import Draft

Kind = TypeVar("Kind", bound=kinds.Record)
_POINTS_AT = {"cases": "case", "about": "person", "mentions": "person", "counsel": "person", "trusted": "person"}
_POINTS_AT |= {"merged_into": "person", "sources": "source", "withdrawal": "consent"}

_AHEAD = frozenset({"due", "next", "expires", "valid_until", "until", "on", "expires_at", "hold_publication_until"})
"""Dates that are still to come: without a year the next such day is meant."""


def make(desk: Desk, kind: type[Kind], form: Struct) -> Made:
    """A new record of ``kind`` from its form; the note says how its dates were read and which names its words hold."""
    record, notes = prepare(desk, kind, form)
    desk.save(Draft(record))  # type: ignore[arg-type]  # each kind is one of AnyRecord
    return Made(ref=desk.index.ref(record.id), id=record.id, note=" ".join(notes) or None)


def prepare(desk: Desk, kind: type[Kind], form: Struct) -> tuple[Kind, tuple[str, ...]]:
    """The record, not yet saved, and what to say about it."""
    given = {name: value for name, value in msgspec.to_builtins(form).items() if value is not None}
    reading = Reading(desk)
    told = fields.settle(kind, given, reading.leaf)
    record = forms.whole(kind, {**told, **desk.stamp()})
    record = structs.replace(record, **_follows(desk, record))
    return record, (*reading.notes, *naming.notes(desk, record))


class Reading:
    """Reads what people typed for a record's fields; ``notes`` tell how each date was understood."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.notes: list[str] = []

    def leaf(self, leaf: Leaf, value: str, where: str) -> object:
        """One value as the record keeps it; UsageError or NotFoundError where it fits nothing."""
        name = where.rpartition(".")[2]
        match leaf.what:
            case "reference":
                wanted = _POINTS_AT.get(name, name)
                return self._desk.resolve(value, *((wanted,) if wanted in LETTERS else ()))
            case "member":
                return members.find(self._desk, value).person
            case "date" | "day":
                return self._date(name, value, whole=leaf.what == "day")
        return vocabulary.check(leaf.vocabulary, value, own_terms(self._desk), where)

    def _date(self, name: str, value: str, *, whole: bool) -> str:
        read = edtf_typed.read(value, self._desk.today(), ahead=name in _AHEAD)
        if whole and (len(read) != len("2024-03-07") or not read[-1].isdecimal()):
            raise UsageError(tr("{name} needs a day.", name=name), tr("Write 3.11.2024 or 2024-11-03."))
        if read != value:
            self.notes.append(understood(name, read))
        return read


def understood(name: str, read: str) -> str:
    """How a date that people typed is told back: ``Date: 2024-11-03.``"""
    return f"{plain(name).capitalize()}: {read}."


def own_terms(desk: Desk) -> tuple[kinds.Term, ...]:
    """The terms that the collectives added themselves."""
    found = (stored.record for stored in desk.index.listing("term", collective=desk.preferred))
    return tuple(term for term in found if isinstance(term, kinds.Term))


def _follows(desk: Desk, record: kinds.Record) -> Mapping[str, object]:
    """What one field says of another: whom a record is about, and to which case it belongs."""
    match record:
        case kinds.Act(person=person):
            return {"about": _with(record.about, person), "case": record.case or only_case(desk, person)}
        case kinds.Role(act=act, person=person):
            found = desk.record(act)
            field = "about" if record.role == "affected" else "mentions"
            return {field: _with(getattr(record, field), person), "case": record.case or found.case}
        case kinds.Step() | kinds.Proceeding() if record.about:
            return {"case": record.case or only_case(desk, record.about[0])}
        case kinds.Source(person=str(person)):
            return {"mentions": _with(record.mentions, person)}
    return {}


def _with(persons: tuple[str, ...], person: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*persons, person)))


def only_case(desk: Desk, person: str) -> str | None:
    """The one case of a person; None if there are several or none."""
    record = desk.record(person)
    return record.cases[0] if isinstance(record, kinds.Person) and len(record.cases) == 1 else None
