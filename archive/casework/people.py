"""Cases, persons, their names, and what they agreed to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import get_args

from msgspec import structs

from archive.desk import Desk
from archive.errors import NotFoundError, UsageError
from archive.records import consent, forms, kinds, refs
from archive.records.answers import ConsentLine, ConsentList, HeldBy, Made, WithdrawAnswer
from archive.vault.entry import Draft

_HIDES_NOTHING = ("safe_contact", "do_not_contact")  # of an identity: without a name, these make nobody hideable


def new_case(desk: Desk, form: forms.CaseForm) -> Made:
    """A new case."""
    period = form.dates if isinstance(form.dates, str) else None
    deadlines = () if form.dates is None or isinstance(form.dates, str) else form.dates
    case = desk.new(
        kinds.Case,
        title=form.title,
        summary=form.summary,
        period=period,
        dates=deadlines,
        place=form.place,
        language=form.language,
    )
    return _made(desk, case)


def new_person(desk: Desk, form: forms.PersonForm) -> Made:
    """A new person; without a pseudonym one is made of the reference, which tells nothing."""
    cases = (desk.resolve(form.case, "case"),) if form.case else ()
    person = desk.new(kinds.Person, pseudonym=form.pseudonym, cases=cases, risk=form.risk)
    if form.pseudonym is None:
        person = structs.replace(person, pseudonym=f"Person {refs.encode(person.id)[: refs.SHORTEST]}")
    return _made(desk, person)


def name_person(desk: Desk, person: str, form: forms.IdentityForm) -> Made:
    """Seal names and contacts of a person; what is known already stays, the new is added to it."""
    ident = desk.resolve(person, "person")
    known = desk.index.identities_of(ident, desk.collective)
    before = [head.record for head in known if isinstance(head.record, kinds.Identity)]
    said = {field: value for field, value in structs.asdict(form).items() if field != "unknown"}
    reach = form.safe_contact or form.do_not_contact
    hides = any(value for field, value in said.items() if field not in _HIDES_NOTHING)
    if form.unknown == hides and not (reach and before and not form.unknown):
        raise UsageError(
            "There is nothing to seal.", "Give a name; or say --unknown if none is known or in any record."
        )
    if not before:
        return _made(desk, desk.new(kinds.Identity, person=ident, **said))
    merged = before[0]
    for other in before[1:]:
        merged = _joined(merged, other)
    merged = _joined(merged, form)
    merged = structs.replace(
        merged,
        modified=desk.minute(),
        birth_date=form.birth_date or merged.birth_date,
        safe_contact=form.safe_contact or merged.safe_contact,
    )
    if len(known) > 1 or structs.replace(merged, modified=before[0].modified) != before[0]:
        desk.save(Draft(merged, parents=tuple(head.entry for head in known), edited=known[0].line))
    return Made(ref=desk.index.ref(merged.id), id=merged.id)


def _joined(identity: kinds.Identity, other: kinds.Identity | forms.IdentityForm) -> kinds.Identity:
    """An identity with all that another one knows: a name must never be forgotten, or it would no longer be hidden."""
    several = ("names", "nicknames", "aliases", "places", "phones", "emails", "handles", "addresses", "do_not_contact")
    both = {field: tuple(dict.fromkeys((*getattr(identity, field), *getattr(other, field)))) for field in several}
    return structs.replace(identity, **both)


def record_consent(desk: Desk, person: str, form: forms.ConsentForm) -> Made:
    """One asking: it knows of all consents of this person that are here."""
    ident = desk.resolve(person, "person")
    known = sorted({head.record.id for head in desk.index.consents_of(ident, desk.collective)})
    recipients = {purpose: tuple(desk.resolve(ref) for ref in named) for purpose, named in form.recipients.items()}
    fields = structs.asdict(form) | {"recipients": recipients, "after": tuple(known)}
    made = _made(desk, desk.new(kinds.Consent, person=ident, **fields))
    notes = [] if form.risks_explained else ["The risks were not explained: this holds for keeping only."]
    nobody = [one for one in form.purposes if one in consent.NAMES_A_RECIPIENT and not recipients.get(one)]
    notes += [f"{one} names no recipient, so it holds for nobody." for one in nobody]
    return structs.replace(made, note=" ".join(notes) or None)


def withdraw(desk: Desk, person: str, purposes: Sequence[str]) -> WithdrawAnswer:
    """Take consent back, for these purposes or for all ever agreed to; tells which dossiers hold the person's story.

    It holds from now on, whatever the dates say, until somebody agrees anew and knowing of it.
    """
    ident = desk.resolve(person, "person")
    known = [head.record for head in desk.index.consents_of(ident, desk.collective)]
    given = [one for one in known if isinstance(one, kinds.Consent)]
    if unknown := set(purposes) - set(get_args(kinds.Purpose)):
        raise UsageError(
            f"There is no such purpose ({len(unknown)}).", f"There is: {', '.join(get_args(kinds.Purpose))}."
        )
    taken = tuple(purposes) or tuple(dict.fromkeys(purpose for one in given for purpose in one.purposes))
    if not taken:
        raise NotFoundError("Nothing was agreed to, so there is nothing to take back.", "See: archive consent list")
    record = desk.new(
        kinds.Consent,
        person=ident,
        given_by="self",
        method="message",
        given_at=desk.today(),
        withdraws=taken,
        after=tuple(sorted({one.id for one in given})),
    )
    desk.save(Draft(record))
    return WithdrawAnswer(person=desk.index.ref(ident), purposes=taken, held_by=tuple(_holding(desk, ident)))


def _holding(desk: Desk, person: str) -> Iterator[HeldBy]:
    """The dossiers that hold a record about the person."""
    for stored in desk.index.listing("dossier", collective=desk.collective):
        dossier = stored.record
        if isinstance(dossier, kinds.Dossier) and any(_concerns(desk, one, person) for one in dossier.included):
            yield HeldBy(bundle=desk.index.ref(dossier.id), exported_at=dossier.created)


def _concerns(desk: Desk, record_id: str, person: str) -> bool:
    """Whether a record is about the person: by name, or because it names nobody and belongs to their case."""
    stored, who = desk.index.get(record_id), desk.index.get(person)
    if stored is None or who is None or not isinstance(who.record, kinds.Person):
        return True  # what is not here any more cannot be ruled out
    about = stored.record.about
    return person in about or (not about and stored.record.case in who.record.cases)


def _made(desk: Desk, record: kinds.AnyRecord) -> Made:
    desk.save(Draft(record))
    return Made(ref=desk.index.ref(record.id), id=record.id)


def list_consents(desk: Desk, person: str | None) -> ConsentList:
    """What was agreed to and taken back, oldest first; of everybody where no person is given."""
    if person is None:
        stored = desk.index.listing("consent", collective=desk.preferred)
    else:
        stored = desk.index.consents_of(desk.resolve(person, "person"), desk.preferred)
    said = [head.record for head in stored if isinstance(head.record, kinds.Consent)]
    return ConsentList(consents=tuple(_consent_line(desk, one) for one in said))


def _consent_line(desk: Desk, one: kinds.Consent) -> ConsentLine:
    return ConsentLine(
        ref=desk.index.ref(one.id),
        person=desk.index.ref(one.person),
        given_at=one.given_at,
        until=consent.ends(one),
        purposes=one.purposes,
        withdraws=one.withdraws,
    )
