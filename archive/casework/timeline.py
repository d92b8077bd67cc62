"""What happened, in time: of a case or of a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from archive.casework.casepage import refs
from archive.casework.reading import log_access
from archive.desk import Desk
from archive.errors import NotFoundError, UsageError
from archive.index.reading import Stored
from archive.records import edtf, kinds, vocabulary
from archive.records.answers_case import TimeLine, TimelineAnswer
from archive.speech import tr

_NOT_EVENTS = kinds.Person | kinds.Role | kinds.Custody | kinds.Consent | kinds.Identity


def timeline(desk: Desk, ref: str) -> TimelineAnswer:
    """The events of a case or a person in their order; what has no date is named at the end."""
    ident = desk.resolve(ref, "case", "person")
    record = desk.record(ident)
    if isinstance(record, kinds.Case):
        held: Iterable[Stored] = desk.index.of_case(ident, desk.preferred)
    elif isinstance(record, kinds.Person):
        held = desk.index.about(ident, desk.preferred)
    else:
        raise NotFoundError(tr("This is no case and no person."), tr("See: archive case list"))
    records = [stored.record for stored in held if not isinstance(stored.record, _NOT_EVENTS)]
    lines = sorted(
        (line for one in (record, *records) for line in _lines(desk, one)), key=lambda line: (line.first, line.last)
    )
    dated = {line.ref for line in lines}
    undated = [one for one in refs(desk, (one.id for one in records)) if one not in dated]
    return TimelineAnswer(ref=desk.index.ref(ident), events=tuple(lines), undated=tuple(undated))


def write_down(desk: Desk, ref: str) -> None:
    """A drawing of a timeline leaves in clear: that stands in the chain of custody."""
    log_access(desk, desk.resolve(ref), "timeline written out")


def _lines(desk: Desk, record: kinds.AnyRecord) -> Iterator[TimeLine]:
    """What one record says about days: what it is of, and the terms that it sets."""
    for date, text in _said(desk, record):
        try:
            first, last = edtf.bounds(date)
        except UsageError:  # another program's date
            continue
        kind = str(record.__struct_config__.tag)
        yield TimeLine(date=date, first=first, last=last, kind=kind, text=text, ref=desk.index.ref(record.id))


def _said(desk: Desk, record: kinds.AnyRecord) -> Iterator[tuple[str, str]]:
    for one in record.dates:
        yield one.on, one.what
    match record:
        case kinds.Act(date=str(date)):
            who = ", ".join(refs(desk, [record.person]))
            place = f", {record.place}" if record.place else ""
            yield date, f"{vocabulary.label('acts', record.type)}: {who}{place}"
        case kinds.Testimony(date=str(date)) | kinds.Photo(date=str(date)) | kinds.Document(date=str(date)):
            yield date, record.title or str(record.__struct_config__.tag)
        case kinds.Capture(date=str(date)):
            yield date, record.title or tr("seen online")
        case kinds.Proceeding(decided=str(date)):
            yield date, f"{record.court or tr('proceeding')}: {record.decision or tr('decided')}"
        case kinds.Step():
            name = vocabulary.label("steps", record.type)
            told = (
                (record.sent, tr("sent")),
                (record.due, tr("answer due")),
                (record.answered, tr("answered")),
                (record.next, tr("next date")),
            )
            yield from ((day, f"{name}, {what}") for day, what in told if day)
    if isinstance(record, kinds.Act) and record.detention:
        for held in record.detention.places:
            if held.since:
                yield held.since, tr("held: {place}", place=held.place)
        if record.detention.ended:
            yield (
                record.detention.ended,
                tr("detention ended: {how}", how=record.detention.ending)
                if record.detention.ending
                else tr("detention ended"),
            )
