"""What people agree to: recorded, listed, and taken back with all that hangs on it.

Taking back holds from the moment it is recorded. It is *finished* only when everybody who holds a dossier has
confirmed, and every member's computer has seen it; until then it is shown as unfinished.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import get_args

from msgspec import to_builtins

from archive.casework import members
from archive.desk import Desk
from archive.errors import NotFoundError, UsageError
from archive.records import consent, forms, gate, kinds
from archive.records.answers import ConsentLine, ConsentList, FallLine, HeldBy, Made, UnfinishedLine
from archive.speech import tr
from archive.vault.entry import Draft

_RETELLING = {"translates": "translation", "transcribes": "transcript", "sums up": "summary"}


def record_consent(desk: Desk, person: str, form: forms.ConsentForm) -> Made:
    """One asking: it knows of all consents of this person that are here."""
    ident = desk.resolve(person, "person")
    known = sorted({head.record.id for head in desk.index.consents_of(ident, desk.collective)})
    recipients = {purpose: tuple(desk.resolve(ref) for ref in named) for purpose, named in form.recipients.items()}
    fields = to_builtins(form) | {
        "recipients": recipients,
        "after": tuple(known),
        "evidence": tuple(desk.resolve(ref) for ref in form.evidence),
        "text_sha256": hashlib.sha256(form.wording.encode()).hexdigest() if form.wording else None,
    }
    record = forms.whole(kinds.Consent, {**desk.stamp(), "person": ident, **_said(fields)})
    desk.save(Draft(record))
    notes = [] if form.risks_explained else [tr("The risks were not explained: this holds for keeping only.")]
    nobody = [one for one in form.purposes if one in consent.NAMES_A_RECIPIENT and not recipients.get(one)]
    notes += [
        tr("{one} names no recipient, so it holds for nobody. Again, with: --recipient {one}=REF", one=one)
        for one in nobody
    ]
    if not form.free_to_refuse:
        notes.append(tr("They may not be free to say no: publishing waits for a second asking, when they are."))
    return Made(ref=desk.index.ref(record.id), id=record.id, note=" ".join(notes) or None)


def _said(fields: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}


# --- listing ---


def list_consents(desk: Desk, person: str | None) -> ConsentList:
    """What was agreed to and taken back, oldest first; of everybody where no person is given."""
    ident = desk.resolve(person, "person") if person is not None else None
    everybodys = (stored.record for stored in desk.index.listing("consent", collective=desk.preferred))
    said = of(desk, ident) if ident else tuple(one for one in everybodys if isinstance(one, kinds.Consent))
    return ConsentList(
        consents=tuple(_consent_line(desk, one) for one in said),
        unfinished=unfinished(desk, ident),
    )


def of(desk: Desk, person: str) -> tuple[kinds.Consent, ...]:
    """Every state of every consent of a person, as the index has them."""
    found = (head.record for head in desk.index.consents_of(person, desk.preferred))
    return tuple(one for one in found if isinstance(one, kinds.Consent))


def _consent_line(desk: Desk, one: kinds.Consent) -> ConsentLine:
    today, all_of_them = desk.today(), of(desk, one.person)
    named = {purpose: tuple(_ref(desk, ident) for ident in ids) for purpose, ids in one.recipients.items()}
    return ConsentLine(
        ref=desk.index.ref(one.id),
        person=_ref(desk, one.person),
        given_at=one.given_at,
        until=consent.ends(one),
        purposes=one.purposes,
        withdraws=one.withdraws,
        holds=tuple(purpose for purpose in one.purposes if consent.agreed_to_somebody(all_of_them, purpose, today)),
        recipients=named,
        text_version=one.text_version,
        text_sha256=one.text_sha256,
        conditions=one.conditions,
        unseen_by=unseen_by(desk, one.id) if one.withdraws else (),
    )


def unfinished(desk: Desk, person: str | None = None) -> tuple[UnfinishedLine, ...]:
    """The withdrawals that not everybody has confirmed: dossiers that are out, and members who have not seen it."""
    steps = [
        stored.record
        for stored in desk.index.pressing("withdrawal", "9999-12-31", desk.preferred)
        if isinstance(stored.record, kinds.Step) and (person is None or person in stored.record.about)
    ]
    return tuple(
        UnfinishedLine(
            step=desk.index.ref(step.id),
            persons=tuple(_ref(desk, one) for one in step.about),
            bundle=_ref(desk, step.dossier) if step.dossier else None,
            recipient=_ref(desk, step.recipient) if step.recipient else None,
            since=step.created[:10],
        )
        for step in steps
    )


def unseen_by(desk: Desk, consent_id: str) -> tuple[str, ...]:
    """What the members are called of whom no computer is known to have seen a consent record."""
    stored = desk.index.get(consent_id)
    if stored is None:
        return ()
    journal = desk.journals[stored.collective]
    saw = desk.index.seen_by(stored.collective, stored.entry)
    named = members.everybody(desk, stored.collective)
    waiting = (person for person, devices in journal.roster.persons.items() if saw.isdisjoint(devices))
    return tuple(sorted(named[person].label for person in waiting if named[person].label != "recovery"))


def _ref(desk: Desk, ident: str) -> str:
    try:
        return desk.index.ref(ident)
    except NotFoundError:
        return "gone"


# --- what falls, and who has it ---


def purposes_of(desk: Desk, person: str, wanted: Sequence[str]) -> tuple[str, ...]:
    """What is taken back: what was named, else all that was ever agreed to. UsageError for a purpose there is not."""
    if unknown := set(wanted) - set(get_args(kinds.Purpose)):
        raise UsageError(
            tr("There is no such purpose ({unknown}).", unknown=len(unknown)),
            tr("There is: {known}.", known=", ".join(get_args(kinds.Purpose))),
        )
    taken = tuple(wanted) or tuple(dict.fromkeys(purpose for one in of(desk, person) for purpose in one.purposes))
    if not taken:
        raise NotFoundError(
            tr("Nothing was agreed to, so there is nothing to take back."), tr("See: archive consent list")
        )
    return taken


def falling(desk: Desk, person: str) -> tuple[FallLine, ...]:
    """All that tells of a person: what is about them, every version of it, and their acts, roles and papers."""
    found: dict[str, str] = {}
    for stored in desk.index.about(person, desk.collective):
        if isinstance(stored.record, kinds.Filed | kinds.Capture):
            found[stored.record.id] = tr("about them")
    for ident, why in _silent(desk, person):
        found.setdefault(ident, why)
    for ident in list(found):
        _versions(desk, ident, found)
    for role, why in (("affects", "act"), ("part", "role"), ("paper", tr("identity paper"))):
        for stored in desk.index.linked(person, role, desk.collective):
            found.setdefault(stored.record.id, why)
    return tuple(FallLine(ref=_ref(desk, ident), why=why) for ident, why in found.items())


def _silent(desk: Desk, person: str) -> Iterator[tuple[str, str]]:
    """What names nobody and belongs to their cases: it counts as about everybody there."""
    record = desk.record(person)
    for case in record.cases if isinstance(record, kinds.Person) else ():
        for stored in desk.index.of_case(case, desk.collective):
            if isinstance(stored.record, kinds.Filed) and not stored.record.about:
                yield stored.record.id, tr("names nobody in their case")


def _versions(desk: Desk, ident: str, found: dict[str, str]) -> None:
    """Adds translations, transcripts and summaries of a record, and what it is one of, and so on."""
    waiting = [ident]
    while waiting:
        here = waiting.pop()
        stored = desk.index.get(here, desk.collective)
        record = stored.record if stored else None
        up = [getattr(record, field, None) for field in ("translation_of", "transcript_of", "summary_of")]
        near = [(one, "original") for one in up if one]
        for role, why in _RETELLING.items():
            near += [(other.record.id, why) for other in desk.index.linked(here, role, desk.collective)]
        for other, why in near:
            if other not in found:
                found[other] = why
                waiting.append(other)


def holding(desk: Desk, person: str, purposes: Sequence[str]) -> Iterator[tuple[kinds.Dossier, HeldBy]]:
    """The dossiers that hold a record about the person and left for one of these purposes."""
    for stored in desk.index.listing("dossier", collective=desk.collective):
        dossier = stored.record
        if not isinstance(dossier, kinds.Dossier) or not _is_for(dossier, purposes):
            continue
        if any(_concerns(desk, one, person) for one in dossier.included):
            recipient = _ref(desk, dossier.recipient) if dossier.recipient else None
            held = HeldBy(bundle=desk.index.ref(dossier.id), exported_at=dossier.created, recipient=recipient)
            yield dossier, held


def _is_for(dossier: kinds.Dossier, purposes: Sequence[str]) -> bool:
    """Whether a dossier may rest on one of these purposes; one whose template is not known here cannot be ruled out."""
    rests = gate.rests_on(dossier.template)
    return rests is None or "keep" in purposes or not rests or not rests.isdisjoint(purposes)


def _concerns(desk: Desk, record_id: str, person: str) -> bool:
    """Whether a record is about the person: by name, or because it names nobody and belongs to their case."""
    stored, who = desk.index.get(record_id), desk.index.get(person)
    if stored is None or who is None or not isinstance(who.record, kinds.Person):
        return True  # what is not here any more cannot be ruled out
    about = (stored.record.person,) if isinstance(stored.record, kinds.Paper) else stored.record.about
    return person in about or (not about and stored.record.case in who.record.cases)
