"""The inbox by day: each file to a case, into the bin, or left for later; one key each, kept at once."""

from __future__ import annotations

from itertools import groupby

from msgspec import structs

from archive.casework import mending, people
from archive.desk import Desk
from archive.errors import NotFoundError, UsageError
from archive.guided.review import Keys
from archive.index.reading import Stored
from archive.records.answers_guided import InboxDay, InboxLine, InboxList, Sorted, Triaged, TriageForm
from archive.records.forms import CaseForm
from archive.records.wording import plain
from archive.speech import tr, trn
from archive.terminal import safe

_MOST = 10_000  # files at once
_MISSING = tr("List the inbox: archive triage --json. Sort it: archive triage --from-json FILE")


def inbox(desk: Desk) -> InboxList:
    """What belongs to no case, by the day it came."""
    found = desk.index.pressing("inbox", desk.today(), desk.preferred, _MOST)
    days = groupby(sorted(found, key=lambda one: one.record.created), key=lambda one: one.record.created[:10])
    return InboxList(
        days=tuple(InboxDay(day=day, records=tuple(_line(desk, one) for one in some)) for day, some in days)
    )


def _line(desk: Desk, stored: Stored) -> InboxLine:
    record = stored.record
    return InboxLine(
        ref=desk.index.ref(record.id),
        kind=str(record.__struct_config__.tag),
        title=record.title,
        file=next((file.name for file in stored.attachments if file.name), None),
    )


def sort(desk: Desk, one: Sorted, cases: dict[str, str]) -> None:
    """One file where it belongs; ``cases`` are the references of new cases by title, and grow."""
    stored = desk.index.get(desk.resolve(one.ref, "testimony", "photo", "document"), desk.preferred)
    if stored is None or stored.record.case is not None:
        raise UsageError(tr("This file is not in the inbox."), tr("See what is: archive triage --json"))
    if (one.case is not None) + (one.title is not None) + one.discard != 1:
        raise UsageError(tr("Say one of the three: case, title or discard."), tr("See: schemas/triage.form.json"))
    if one.discard:
        mending.to_bin(desk, mending.to_be_binned(desk, [one.ref]))
        return
    if one.title is not None and one.title not in cases:
        cases[one.title] = people.new_case(desk, CaseForm(title=one.title)).ref
    case = one.case if one.title is None else cases[one.title]
    mending.edit(desk, one.ref, {"case": desk.resolve(case or "", "case")})


def answer(desk: Desk, form: TriageForm) -> Triaged:
    """All of a document, each file by itself; the first that does not fit ends it."""
    cases: dict[str, str] = {}
    for one in form.records:
        sort(desk, one, cases)
    discarded = sum(one.discard for one in form.records)
    kept = len(form.records) - discarded
    return Triaged(kept=kept, discarded=discarded, cases=tuple(cases.values()))


class Triage:
    """The inbox on a terminal; ``done`` counts what was sorted so far."""

    def __init__(self, desk: Desk, speaker: Keys) -> None:
        self.done = Triaged()
        self._desk, self._speaker = desk, speaker
        self._last: str | None = None
        self._cases: dict[str, str] = {}

    def go_through(self, found: InboxList) -> None:
        """Day by day; KeyboardInterrupt, or ``!``, leaves the rest where it is."""
        total = sum(len(day.records) for day in found.days)
        self._speaker.note(
            tr("k keep to a case · a all the rest of this day to the last case · d discard · l later · !")
        )
        for day in found.days:
            self._speaker.note("")
            self._speaker.note(trn("{day}: {n:,} file", "{day}: {n:,} files", len(day.records), day=day.day))
            if not self._day(day):
                break
        self.done = structs.replace(self.done, later=total - self.done.kept - self.done.discarded)

    def _day(self, day: InboxDay) -> bool:
        """Whether to go on."""
        for number, line in enumerate(day.records):
            called = safe(line.title or line.file or "")
            keys = "kadl!" if self._last else "kdl!"
            pressed = self._speaker.key(f"  {line.ref}  {plain(line.kind)}  {called}  {'/'.join(keys)}", keys, _MISSING)
            if pressed == "!":
                return False
            if pressed == "a":
                for rest in day.records[number:]:
                    self._keep(rest.ref, self._last or "")
                return True
            if pressed == "d":
                sort(self._desk, Sorted(ref=line.ref, discard=True), {})
                self.done = structs.replace(self.done, discarded=self.done.discarded + 1)
            if pressed == "k":
                self._keep(line.ref, self._case())
        return True

    def _keep(self, ref: str, case: str) -> None:
        sort(self._desk, Sorted(ref=ref, case=case), {})
        self.done = structs.replace(self.done, kept=self.done.kept + 1, cases=tuple(self._cases.values()))
        self._last = case

    def _case(self) -> str:
        """The case meant: by reference, the last one again, or a new one by its title."""
        again = tr("; Enter: {last}", last=self._last) if self._last else ""
        while True:
            said = self._speaker.ask(
                tr("    Case: its reference, or a title for a new one{again}", again=again), _MISSING
            )
            if not said and self._last:
                return self._last
            try:
                return self._desk.index.ref(self._desk.resolve(said, "case"))
            except NotFoundError as error:
                if len(said.split()) > 1:
                    return self._new(said)
                self._speaker.note(tr("    {message} A new title has two words or more.", message=error.message))

    def _new(self, title: str) -> str:
        made = people.new_case(self._desk, CaseForm(title=title))
        self._cases[title] = made.ref
        self._speaker.note(tr("    Case {ref}. {note}", ref=made.ref, note=made.note or ""))
        return made.ref
