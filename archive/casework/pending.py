"""What waits for whoever opens the archive: terms, answers, people nobody has heard of, and what lies about."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

from msgspec import structs

from archive.bundle import bag
from archive.casework import consents, members, recovery
from archive.desk import Desk
from archive.errors import UsageError
from archive.index.reading import Stored
from archive.records import consent, edtf, kinds, risk, status, vocabulary
from archive.records.answers_upkeep import Changed
from archive.records.status import StatusAnswer, StatusLine
from archive.speech import tr, trn
from archive.vault.entry import Draft

_SINGLE = 3  # terms of one matter that have a line each; the others share one
_SOON = 30  # days that people look ahead where nobody said otherwise
_SILENT = 30  # days after which it is said that somebody was not heard of
_LOOKED_AT = 50  # consents looked at closely: what was agreed to anew since needs no line
_READ, _EVERY = 1_000, -1  # terms of one matter that are read
_AHEAD = 366  # days that a calendar holds


def status_of(desk: Desk) -> StatusAnswer:
    """At most nine lines, the most pressing first."""
    today = desk.today()
    waiting = desk.index.waiting(today, desk.preferred)
    lines = [*_terms(desk, today), *_withdrawals(desk), *_risks(desk, today, waiting), *_consents(desk, today)]
    lines += [
        *_papers(desk, today),
        *_exports(desk),
        *_recovery(desk),
        *_unfinished(desk),
        *_inbox(desk, today, waiting),
        *_others(desk, today),
    ]
    lines += [
        StatusLine(matter="damage", count=1, text=warning, command="archive check") for warning in desk.warnings[:1]
    ]
    return status.told(lines, today)


def due(desk: Desk, days: int) -> StatusAnswer:
    """Every term of the next so many days, a line each, the nearest first."""
    until = (date.fromisoformat(desk.today()) + timedelta(days=days)).isoformat()
    lines = [line for line in _dated(desk, until, limit=_EVERY) if line.on is None or line.on <= until]
    return StatusAnswer(lines=tuple(sorted(lines, key=lambda line: (line.on or "", line.text))))


def calendar(desk: Desk) -> str:
    """The terms of a year as an iCalendar file in which nothing stored stands."""
    return status.calendar(due(desk, _AHEAD).lines, desk.clock().strftime("%Y%m%dT%H%M%SZ"))


def done(desk: Desk, ref: str) -> Changed:
    """The earliest open date of a record is done with."""
    ident = desk.resolve(ref)
    stored = desk.index.get(ident)
    open_dates = sorted((one for one in stored.record.dates if not one.done), key=lambda one: one.on) if stored else []
    if stored is None or not open_dates:
        raise UsageError(tr("This record has no open date."), tr("See: archive status --due"))
    changed = tuple(
        structs.replace(one, done=True) if one is open_dates[0] else one for one in stored.record.dates
    )  # fmt: skip
    record = structs.replace(stored.record, dates=changed, modified=desk.minute())
    desk.save(Draft(record, stored.heads, stored.attachments, stored.line))
    return Changed(ref=desk.index.ref(ident), changed=("dates",))


# --- terms ---


def _terms(desk: Desk, today: str) -> Iterator[StatusLine]:
    """Dates and answers: the nearest with a line each, the others of their kind in one."""
    until = (date.fromisoformat(today) + timedelta(days=_SOON)).isoformat()
    found = sorted(_dated(desk, until, ("date", "answer")), key=lambda line: (line.on or "", line.text))
    yield from found[:_SINGLE]
    if rest := found[_SINGLE:]:
        waiting = desk.index.waiting(until, desk.preferred)  # of very many only the first were read
        more = max(len(found), waiting.get("date", 0) + waiting.get("answer", 0)) - _SINGLE
        text = trn("{n:,} more term until {until}", "{n:,} more terms until {until}", more, until=until)
        yield StatusLine(matter="date", count=more, text=text, command="archive status --due", on=rest[0].on)


def _dated(
    desk: Desk, until: str, matters: tuple[str, ...] = ("date", "answer", "consent", "paper"), limit: int = _READ
) -> Iterator[StatusLine]:
    today = desk.today()
    for matter in matters:
        for stored in desk.index.pressing(matter, until, desk.preferred, limit):
            yield from _term_lines(desk, matter, stored, today)


def _term_lines(desk: Desk, matter: str, stored: Stored, today: str) -> Iterator[StatusLine]:
    """The terms of one record; of a stored text only what a person wrote for this list."""
    ref, record = desk.index.ref(stored.record.id), stored.record
    if matter == "date":
        for one in record.dates:
            if not one.done:
                day = edtf.bounds(one.on)[0]
                text = f"{one.what} {day}, {status.when(day, today)}"
                yield StatusLine(
                    matter="date", count=1, text=text, command=f"archive status --done {ref}", on=day, refs=(ref,)
                )
    elif isinstance(record, kinds.Step):
        day = (record.due if record.answered is None else record.next) or today
        said = {"step": vocabulary.spoken("steps", record.type), "day": day, "when": status.when(day, today)}
        waits = record.answered is None
        text = (
            tr("{step}, answer due {day}, {when}", **said) if waits else tr("{step}, next date {day}, {when}", **said)
        )
        yield StatusLine(matter="answer", count=1, text=text, command=f"archive step answer {ref}", on=day, refs=(ref,))
    elif isinstance(record, kinds.Consent) and _matters_still(desk, record, today):
        day, person = consent.ends(record), desk.index.ref(record.person)
        text = tr("consent ends {day}, {when}", day=day, when=status.when(day, today))
        command = f"archive consent record {person}"
        yield StatusLine(matter="consent", count=1, text=text, command=command, on=day, refs=(ref,))
    elif isinstance(record, kinds.Paper) and record.expires:
        day = edtf.bounds(record.expires)[1]
        text = tr(
            "{paper} of {person} expires {day}",
            paper=vocabulary.spoken("paper-types", record.type),
            person=desk.index.ref(record.person),
            day=day,
        )
        command = f"archive edit {ref} --set expires=DATE"
        yield StatusLine(matter="paper", count=1, text=text, command=command, on=day, refs=(ref,))


def _matters_still(desk: Desk, one: kinds.Consent, today: str) -> bool:
    """Whether something stands or stood by this consent that nobody agreed to anew, or took back, since."""
    everything, end = consents.of(desk, one.person), consent.ends(one)
    others = tuple(other for other in everything if other.id != one.id)
    later = max(end, today)
    for purpose in one.purposes:
        taken_back = consent.answer(everything, purpose, today) == "withdrawn"
        if not taken_back and not consent.agreed_to_somebody(others, purpose, later):
            return True
    return False


def ending(desk: Desk) -> tuple[kinds.Consent, ...]:
    """The consents that end within the days of warning or have ended, and that nobody agreed to anew since."""
    today, found = desk.today(), desk.index.pressing("consent", desk.today(), desk.preferred)
    said = (stored.record for stored in found)
    return tuple(one for one in said if isinstance(one, kinds.Consent) and _matters_still(desk, one, today))


def _consents(desk: Desk, today: str) -> Iterator[StatusLine]:
    found = desk.index.pressing("consent", today, desk.preferred, _LOOKED_AT)
    lines = [line for stored in found for line in _term_lines(desk, "consent", stored, today)]
    yield from _together("consent", lines, "archive review --consent")


def _papers(desk: Desk, today: str) -> Iterator[StatusLine]:
    found = desk.index.pressing("paper", today, desk.preferred, _LOOKED_AT)
    lines = [line for stored in found for line in _term_lines(desk, "paper", stored, today)]
    yield from _together("paper", lines, "archive status --due")


def _together(matter: status.Matter, lines: list[StatusLine], command: str) -> Iterator[StatusLine]:
    """One line as it is; several as one."""
    if len(lines) == 1:
        yield lines[0]
    elif lines:
        first = min(line.on or "" for line in lines)
        refs = tuple(ref for line in lines for ref in line.refs)
        text = (
            tr("{number} consents end or have ended, the first {day}", number=len(lines), day=first)
            if matter == "consent"
            else tr("{number} papers expire or have expired, the first {day}", number=len(lines), day=first)
        )
        yield StatusLine(matter=matter, count=len(lines), text=text, command=command, on=first, refs=refs)


# --- people ---


def _withdrawals(desk: Desk) -> Iterator[StatusLine]:
    found = consents.unfinished(desk)
    if found:
        first = found[0]
        text = trn(
            "{n:,} dossier out since somebody said no on {since}",
            "{n:,} dossiers out since somebody said no on {since}",
            len(found),
            since=first.since,
        )
        command = f"archive step answer {first.step} --outcome destroyed"
        refs = tuple(line.step for line in found)
        yield StatusLine(matter="withdrawal", count=len(found), text=text, command=command, on=first.since, refs=refs)


def _risks(desk: Desk, today: str, waiting: Mapping[str, int]) -> Iterator[StatusLine]:
    """Who was not confirmed in time; somebody in custody or the army's hands is named first."""
    total = waiting.get("risk", 0)
    if not total:
        return
    some = [one.record for one in desk.index.pressing("risk", today, desk.preferred, _LOOKED_AT)]
    persons = [one for one in some if isinstance(one, kinds.Person)]
    first = max(persons, key=lambda one: bool(one.risk and any(getattr(one.risk, name) for name in risk.THREATS)))
    ref = desk.index.ref(first.id)
    text = trn("{n} person not confirmed in time", "{n} people not confirmed in time", total)
    command = f"archive review {ref}" if total == 1 else "archive review"
    yield StatusLine(matter="risk", count=total, text=text, command=command, refs=(ref,))


# --- the archive itself ---


def _exports(desk: Desk) -> Iterator[StatusLine]:
    """Dossiers that lie unencrypted where this computer wrote them, whole or as a draft of a run that was killed."""
    noted = [Path(path) for path, _ in desk.index.plain_exports()]
    lying = [str(one) for path in noted for one in (path, *path.parent.glob(bag.drafts(path))) if one.exists()]
    if lying:
        text = trn(
            "{n:,} dossier unencrypted on this computer", "{n:,} dossiers unencrypted on this computer", len(lying)
        )
        command = f"rm -r {shlex.quote(lying[0])}"
        yield StatusLine(matter="plain-export", count=len(lying), text=text, command=command)


def _recovery(desk: Desk) -> Iterator[StatusLine]:
    note = recovery.note(desk)
    if note:
        text, _, command = note.rpartition(": ")
        yield StatusLine(matter="recovery", count=1, text=text, command=command)


def _unfinished(desk: Desk) -> Iterator[StatusLine]:
    """Interviews that somebody left in the middle."""
    left = desk.index.listing("draft", collective=desk.preferred)
    if left:
        since = left[0].record.created[:10]
        text = trn(
            "{n:,} interview unfinished since {since}",
            "{n:,} interviews unfinished since {since}",
            len(left),
            since=since,
        )
        yield StatusLine(matter="intake", count=len(left), text=text, command="archive intake --resume", on=since)


def _inbox(desk: Desk, today: str, waiting: Mapping[str, int]) -> Iterator[StatusLine]:
    total = waiting.get("inbox", 0)
    if total:
        first = desk.index.pressing("inbox", today, desk.preferred, 1)[0].record
        ref, since = desk.index.ref(first.id), first.created[:10]
        text = trn(
            "{n:,} file in the inbox since {since}", "{n:,} files in the inbox since {since}", total, since=since
        )
        yield StatusLine(matter="inbox", count=total, text=text, command="archive triage", on=since, refs=(ref,))


def _others(desk: Desk, today: str) -> Iterator[StatusLine]:
    """Members of whom nothing came for a while: what they know is not here, and what is here they may not know."""
    for collective, journal in desk.journals.items():
        if desk.preferred not in (None, collective):
            continue
        heard, called = desk.index.last_written(collective), members.everybody(desk, collective)
        for person, devices in journal.roster.persons.items():
            if person == journal.identity.person or called[person].label == "recovery":
                continue
            last = max((heard[device] for device in devices if device in heard), default=None)
            days = (date.fromisoformat(today) - date.fromisoformat(last[:10])).days if last else None
            if days is None or days > _SILENT:
                who = called[person].label
                text = (
                    tr("{who}: nothing came yet", who=who)
                    if days is None
                    else trn("{who}: nothing came for {n} day", "{who}: nothing came for {n} days", days, who=who)
                )
                yield StatusLine(
                    matter="sync", count=1, text=text, command="archive sync TARGET", on=last and last[:10]
                )
