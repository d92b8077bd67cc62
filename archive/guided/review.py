"""The review: risk and consent of one after the other, one key each, each answer kept at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import msgspec
from msgspec import structs

from archive.casework import pending, persons
from archive.desk import Desk
from archive.errors import UsageError
from archive.guided import typed
from archive.guided.dialog import Speaker
from archive.guided.texts import Texts
from archive.records import consent as agreed
from archive.records import kinds, risk, vocabulary
from archive.records.answers_guided import (
    ConsentSays,
    DueConsent,
    DuePerson,
    PersonSays,
    Reviewed,
    ReviewForm,
    ReviewList,
)
from archive.records.wording import plain
from archive.speech import tr, trn
from archive.terminal import safe
from archive.vault.entry import Draft

_MOST = 10_000  # people in one review
_MISSING = tr("List what is due: archive review --json. Answer: archive review --from-json FILE")
_WHERE = ("in-country", "in-transit", "abroad-with-status", "abroad-without-status", "unknown")
_BASES: dict[str, kinds.RiskBasis] = {"s": "spoke", "r": "relative-or-lawyer", "p": "public", "n": "nobody-asked"}
_THREATS = tr(
    "  Letters: h held, a in the army's hands, w wanted, f family in reach, r recognisable; n none; Enter: as before"
)


class Keys(Speaker, Protocol):
    """Who also reads single keys."""

    def key(self, question: str, keys: str, missing: str) -> str:
        """One of ``keys``."""


def due(desk: Desk, person: str | None, *, consent: bool) -> ReviewList:
    """Whose risk is not confirmed (or the one person named, in any case) and, with ``consent``, what ends."""
    if person is not None:
        named = persons.find(desk, person)
        ending = tuple(_consent(desk, one) for one in pending.ending(desk) if one.person == named.id) if consent else ()
        return ReviewList(people=(_person(desk, named),), consents=ending)
    found = desk.index.pressing("risk", desk.today(), desk.preferred, _MOST)
    people = (one.record for one in found)
    return ReviewList(
        people=tuple(_person(desk, one) for one in people if isinstance(one, kinds.Person)),
        consents=tuple(_consent(desk, one) for one in pending.ending(desk)) if consent else (),
    )


def _person(desk: Desk, one: kinds.Person) -> DuePerson:
    block, standing = one.risk, risk.standing(one.risk, desk.today())
    return DuePerson(
        person=desk.index.ref(one.id),
        pseudonym=one.pseudonym,
        where=block.where if block else None,
        threats=tuple(name for name in risk.THREATS if block and getattr(block, name)),
        as_of=block.as_of if block else None,
        basis=block.basis if block else None,
        days=standing.days,
    )


def _consent(desk: Desk, one: kinds.Consent) -> DueConsent:
    person = desk.record(one.person)
    called = person.pseudonym if isinstance(person, kinds.Person) else ""
    return DueConsent(
        consent=desk.index.ref(one.id),
        person=desk.index.ref(one.person),
        pseudonym=called,
        purposes=one.purposes,
        until=agreed.ends(one),
    )


# --- what was answered ---


def confirm(desk: Desk, says: PersonSays) -> bool:
    """Keep how somebody is today; whether that is other than it was. UsageError where nothing was known before."""
    person = persons.find(desk, says.person)
    stored = desk.index.get(person.id, desk.collective)
    if stored is None or len(stored.heads) > 1:
        raise UsageError(
            tr("This person has two states that were made apart."), tr("Join them first: archive resolve PERSON")
        )
    before = person.risk
    if before is None and says.where is None:
        raise UsageError(tr("Nobody ever said where this person is."), tr("Say where they are now."))
    block = before or kinds.Risk(where=says.where or "unknown", as_of=desk.today(), basis=says.basis)
    block = structs.replace(block, as_of=desk.today(), basis=says.basis, where=says.where or block.where)
    if says.threats is not None:
        block = structs.replace(block, **{name: name in says.threats for name in risk.THREATS})
    if says.uniqueness is not None:
        block = structs.replace(block, uniqueness=says.uniqueness)
    new = structs.replace(person, risk=block, modified=desk.minute())
    desk.save(Draft(new, stored.heads, stored.attachments, stored.line))
    same = before and structs.replace(block, as_of=before.as_of, basis=before.basis) == before
    return not same


def renew(desk: Desk, says: ConsentSays, texts: Texts | None) -> None:
    """The same purposes for another 24 months: a new consent that knows of all there are."""
    old = desk.record(desk.resolve(says.consent, "consent"))
    if not isinstance(old, kinds.Consent):
        raise TypeError(old.__class__.__name__)
    known = tuple(sorted({one.record.id for one in desk.index.consents_of(old.person, desk.collective)}))
    read = texts.read_out(old.purposes, old.language or "en") if texts else {}
    record = desk.new(
        kinds.Consent, person=old.person, given_by=old.given_by, method="witnessed", given_at=desk.today(),
        purposes=old.purposes, recipients=old.recipients, language=old.language, conditions=old.conditions,
        free_to_refuse=old.free_to_refuse, risks_explained=says.risks_explained, after=known, **read,
    )  # fmt: skip
    desk.save(Draft(record))


def answer(desk: Desk, form: ReviewForm) -> Reviewed:
    """All answers of a document, each kept by itself; the first that does not fit ends it."""
    changed = [confirm(desk, one) for one in form.people]
    for one in form.consents:
        renew(desk, one, None)
    return Reviewed(confirmed=changed.count(False), changed=changed.count(True), renewed=len(form.consents))


# --- one key each ---


class Review:
    """The review on a terminal; ``done`` counts what was answered so far."""

    def __init__(self, desk: Desk, texts: Texts, speaker: Keys) -> None:
        self.done = Reviewed()
        self._desk, self._texts, self._speaker = desk, texts, speaker

    def go_through(self, found: ReviewList) -> None:
        """Person by person, then consent by consent; KeyboardInterrupt, or ``!``, leaves the rest for later."""
        total = len(found.people) + len(found.consents)
        self._speaker.note(trn("{n:,} question, a key each.", "{n:,} questions, a key each.", total))
        self._speaker.note(tr("Still so: s they say so · r a relative or lawyer says so · p it is public"))
        self._speaker.note(tr("Else: c changed · l later · ! stops"))
        waiting: list[DuePerson | DueConsent] = [*found.people, *found.consents]
        for number, one in enumerate(waiting, 1):
            place = f"{number}/{total}"
            goes_on = self._ask_person(one, place) if isinstance(one, DuePerson) else self._ask_consent(one, place)
            if not goes_on:
                break
        answered = self.done.confirmed + self.done.changed + self.done.renewed
        self.done = structs.replace(self.done, later=total - answered)

    def _ask_person(self, one: DuePerson, place: str) -> bool:
        """Whether to go on."""
        for line in _lines(one, place):
            self._speaker.note(line)
        keys = "srpcl!" if one.where else "cl!"
        pressed = self._speaker.key(f"  {'/'.join(keys)}", keys, _MISSING)
        if pressed in "l!":
            return pressed == "l"
        says = self._changed(one) if pressed == "c" else PersonSays(person=one.person, basis=_BASES[pressed])
        changed = confirm(self._desk, says)
        kept = {"changed": self.done.changed + 1} if changed else {"confirmed": self.done.confirmed + 1}
        self.done = structs.replace(self.done, **kept)
        return True

    def _changed(self, one: DuePerson) -> PersonSays:
        for number, code in enumerate(_WHERE, 1):
            self._speaker.note(f"  {number}  {vocabulary.label('where', code)}")
        where = _WHERE[int(self._speaker.key(tr("  Where are they now? 1-5"), "12345", _MISSING)) - 1]
        while True:
            try:
                said = typed.threats(self._speaker.ask(_THREATS, _MISSING))
            except UsageError as error:
                self._speaker.note(f"  {error.message}")
            else:
                break
        fields = {"person": one.person, "basis": self._basis(), "where": where, **said}
        return msgspec.convert(fields, PersonSays)

    def _basis(self) -> kinds.RiskBasis:
        question = tr("  How is it known? s spoke, r relative or lawyer, p public, n nobody asked")
        return _BASES[self._speaker.key(question, "srpn", _MISSING)]

    def _ask_consent(self, one: DueConsent, place: str) -> bool:
        """Whether to go on."""
        labels = ", ".join(vocabulary.label("purposes", purpose) for purpose in one.purposes)
        self._speaker.note("")
        self._speaker.note(
            tr(
                "{place}  {person}  {pseudonym}: {labels}; ends {until}",
                place=place,
                person=one.person,
                pseudonym=safe(one.pseudonym),
                labels=labels,
                until=one.until,
            )
        )
        record = self._desk.record(self._desk.resolve(one.consent))
        self._speaker.note(tr("  Read to them, then ask:"))
        for line in self._texts.wording(one.purposes, record.language or "en").splitlines():
            self._speaker.note(f"  {line}")
        pressed = self._speaker.key(tr("  s still yes, to all of it · c changed · l later · !"), "scl!", _MISSING)
        if pressed == "s":
            renew(self._desk, ConsentSays(consent=one.consent, risks_explained=True), self._texts)
            self.done = structs.replace(self.done, renewed=self.done.renewed + 1)
        if pressed == "c":
            self._speaker.note(tr("  No to some: archive consent withdraw {person} --purpose P", person=one.person))
            self._speaker.note(tr("  Yes to others: archive consent record {person}", person=one.person))
        return pressed != "!"


def _lines(one: DuePerson, place: str) -> Iterator[str]:
    yield ""
    yield f"{place}  {one.person}  {safe(one.pseudonym)}"
    yield f"  {summary(one)}"


def summary(one: DuePerson) -> str:
    """What is known of somebody, in a line."""
    if one.where is None:
        return tr("nobody ever said where they are: counts as the worst")
    threats = "".join(f", {plain(name)}" for name in one.threats)
    basis = vocabulary.label("risk-bases", one.basis or "")
    days = one.days or 0
    ago = tr("today") if days <= 0 else trn("{n} day ago", "{n} days ago", days)
    return f"{vocabulary.label('where', one.where)}{threats}; {ago}, {basis}"
