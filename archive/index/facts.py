"""What an entry and its record tell the tables: kind, days, and what they point at. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from archive.errors import UsageError
from archive.index.words import is_searched
from archive.language.fold import fold
from archive.records import edtf, kinds
from archive.vault.deeds import Tomb
from archive.vault.entry import Entry


def subject_of(entry: Entry) -> str | None:
    """The id of the record that an entry is a state of: as it reads now, or in the bin."""
    if isinstance(entry.deed, Tomb):
        return entry.deed.id
    return entry.record.id if entry.record is not None else None


def type_of(entry: Entry) -> str:
    """A record's kind or a deed's type."""
    return str(entry.deed.__struct_config__.tag) if entry.deed is not None else kind_of(entry.record)


def kind_of(record: kinds.AnyRecord | None) -> str:
    """The kind as the line writes it; ``unknown`` for an entry made by a newer version."""
    return str(record.__struct_config__.tag) if record is not None else "unknown"


def days_of(record: kinds.AnyRecord) -> tuple[str, str]:
    """First and last day a record speaks of; the day it was entered where it says nothing readable."""
    named = [getattr(record, field, None) for field in ("date", "period", "given_at", "sent")]
    for day in (*filter(None, named), record.created[:10]):
        try:
            return edtf.bounds(day)
        except UsageError:  # another program's date: the record stays and is sorted by when it was entered
            continue
    return record.created[:10], record.created[:10]


_POINTS = {
    "about": "about", "mentions": "mentions", "case": "case", "sources": "says", "also": "also",
    "translation_of": "translates", "transcript_of": "transcribes", "summary_of": "sums up",
}  # fmt: skip
"""Of every record: the field, and the role in which it points at another."""

_OWN_POINTS: dict[type[kinds.Record], dict[str, str]] = {
    kinds.Person: {"cases": "case", "trusted": "related"},
    kinds.Identity: {"person": "identifies"},
    kinds.Paper: {"person": "paper", "scans": "file"},
    kinds.Act: {"person": "affects"},
    kinds.Role: {"act": "act", "person": "part"},
    kinds.Proceeding: {"counsel": "related"},
    kinds.Step: {"recipient": "for", "dossier": "recalls", "withdrawal": "recalls", "papers": "file"},
    kinds.Source: {"person": "related"},
    kinds.Testimony: {"person": "related"},
    kinds.Document: {"proceeding": "proceeding"},
    kinds.Capture: {"files": "file"},
    kinds.CaptureFacts: {"item": "captured"},
    kinds.Consent: {"person": "consent", "evidence": "file"},
    kinds.Custody: {"concerns": "concerns"},
    kinds.Dossier: {"included": "included", "recipient": "for"},
}


def links_of(record: kinds.AnyRecord) -> Iterator[tuple[str, str]]:
    """What a record points at, as (role, target)."""
    for field, role in (*_POINTS.items(), *_OWN_POINTS.get(type(record), {}).items()):
        value = getattr(record, field)
        targets = value if isinstance(value, tuple) else (value,)
        yield from ((role, target) for target in targets if target)
    if is_searched(record):  # nobody asks for the tags of anything else, and so nobody has to pass over them
        yield from (("tag", fold(tag)) for tag in record.tags)
    if isinstance(record, kinds.Person):
        yield from (("related", link.person) for link in record.links)
    if isinstance(record, kinds.Filed):
        yield "original", record.scrub.sha256_original
    if isinstance(record, kinds.Act):
        yield "act-type", f"act:{record.type}"
    if isinstance(record, kinds.Source):  # what is graded is pointed at, nothing where the source as such is
        yield from ((f"grade:{grade.reliability}{grade.credibility}", grade.item or "") for grade in record.grades)
