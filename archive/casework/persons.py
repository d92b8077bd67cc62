"""One person as a page, and two records of one person made one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import get_args

import msgspec
from msgspec import structs

from archive.casework import consents
from archive.casework.reading import masked
from archive.desk import Desk
from archive.errors import NotFoundError, UsageError
from archive.index.reading import Stored
from archive.records import consent, fields, forms, kinds, risk
from archive.records.answers_people import ContactLine, PaperLine, PersonAnswer, RiskLine
from archive.records.answers_upkeep import Changed
from archive.records.fields import Leaf
from archive.speech import tr
from archive.vault.deeds import Deed
from archive.vault.entry import Draft


def show(desk: Desk, ref: str, *, names: bool) -> PersonAnswer:
    """A person by pseudonym; with ``names`` the sealed names and contacts too, which is written down first.

    Ways that would harm come before any way to reach them; a paper's number is shown by its last two signs.
    """
    person = find(desk, ref)
    if names:
        note = "names and contacts shown"
        desk.save(Draft(desk.new(kinds.Custody, event="access", concerns=(person.id,), note=note)))
    said = consents.of(desk, person.id)
    today = desk.today()
    return PersonAnswer(
        ref=desk.index.ref(person.id),
        id=person.id,
        pseudonym=person.pseudonym,
        cases=tuple(_refs(desk, person.cases)),
        risk=_risk(person.risk, today),
        agreed=tuple(one for one in get_args(kinds.Purpose) if consent.agreed_to_somebody(said, one, today)),
        asked=bool(said),
        unfinished=consents.unfinished(desk, person.id),
        about=tuple(_refs(desk, (stored.record.id for stored in desk.index.about(person.id, desk.preferred)))),
        mentioned=tuple(_refs(desk, (stored.record.id for stored in desk.index.mentioning(person.id, desk.preferred)))),
        papers=tuple(_paper(desk, stored) for stored in desk.index.linked(person.id, "paper", desk.preferred)),
        contacts=_contacts(desk, person.id) if names else None,
    )


def find(desk: Desk, ref: str) -> kinds.Person:
    """The person meant; NotFoundError if it is none."""
    record = desk.record(desk.resolve(ref, "person"))
    if not isinstance(record, kinds.Person):
        raise NotFoundError(tr("This is no person."), tr("See: archive search --kind person"))
    return record


def _refs(desk: Desk, idents: Iterator[str] | tuple[str, ...]) -> Iterator[str]:
    for ident in idents:
        if desk.index.get(ident, desk.preferred) is not None:
            yield desk.index.ref(ident)


def _risk(block: kinds.Risk | None, today: str) -> RiskLine:
    standing = risk.standing(block, today)
    return RiskLine(
        where=block.where if block else None,
        as_of=block.as_of if block else None,
        basis=block.basis if block else None,
        threats=tuple(name for name in risk.THREATS if block and getattr(block, name)),
        uniqueness=block.uniqueness if block else None,
        confirmed=standing.confirmed,
        days=standing.days,
        held_until=block.hold_publication_until if block and standing.held else None,
    )


def _paper(desk: Desk, stored: Stored) -> PaperLine:
    record = stored.record
    if not isinstance(record, kinds.Paper):
        raise TypeError(record.__class__.__name__)
    return PaperLine(
        ref=desk.index.ref(record.id),
        type=record.type,
        state=record.state,
        number=masked(record.number),
        expires=record.expires,
        held=record.held,
        verified=record.verified.how if record.verified else None,
    )


def _contacts(desk: Desk, person: str) -> ContactLine:
    """All that is sealed about somebody, the ways that would harm first."""
    found = [one.record for one in desk.index.identities_of(person, desk.preferred)]
    known = [one for one in found if isinstance(one, kinds.Identity)]

    def every(field: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(word for one in known for word in getattr(one, field)))

    written = (name for one in known for name in one.names)
    parts = ((name.given, name.patronymic, name.surname) for name in written)
    return ContactLine(
        do_not_contact=every("do_not_contact"),
        safe_contact=tuple(dict.fromkeys(one.safe_contact for one in known if one.safe_contact)),
        phones=every("phones"),
        emails=every("emails"),
        handles=every("handles"),
        addresses=every("addresses"),
        names=tuple(dict.fromkeys(" ".join(filter(None, name)) for name in parts)),
        nicknames=every("nicknames"),
        aliases=every("aliases"),
        birth_date=next((one.birth_date for one in known if one.birth_date), None),
    )


# --- two are one ---

_ROLES = ("about", "mentions", "identifies", "paper", "affects", "part", "related")
_STAYING = kinds.Consent | kinds.Custody | kinds.Dossier
_WORSE = ("in-country", "unknown", "in-transit", "abroad-without-status", "abroad-with-status")


def merge(desk: Desk, kept: str, other: str) -> Changed:
    """Everything of ``other`` becomes ``kept``'s, in one step that ``undo`` takes back.

    What one of them took back counts for both, and so does the worse of what is known of their risk; what only
    ``other`` agreed to has to be asked again.
    """
    one, two = find(desk, kept), find(desk, other)
    if one.id == two.id:
        raise UsageError(tr("These are the same person already."), tr("Name two: archive person merge P1 P2"))
    drafts: list[Draft | Deed] = [
        _renamed(desk, stored, two.id, one.id) for stored in _pointing(desk, two.id) if stored.record.id != one.id
    ]
    drafts.append(_edited(desk, _stored(desk, one.id), _joined(one, two)))
    drafts.append(_edited(desk, _stored(desk, two.id), structs.replace(two, merged_into=one.id, cases=())))
    if taken := _taken_back(desk, one.id, two.id):
        desk.save(*taken)  # apart and first: undo takes the rest back, and a no is never taken back by undo
    desk.save(*drafts)
    return Changed(
        ref=desk.index.ref(one.id),
        changed=(tr("{drafts} records of {ref}", drafts=len(drafts) - 2, ref=desk.index.ref(two.id)),),
    )


def _pointing(desk: Desk, person: str) -> Iterator[Stored]:
    """Every state that counts of the records that name a person; what was agreed, done or given out stays as it was."""
    seen: set[str] = set()
    for role in _ROLES:
        for stored in desk.index.linked(person, role, desk.collective):
            if stored.record.id not in seen and not isinstance(stored.record, _STAYING):
                seen.add(stored.record.id)
                if len(stored.heads) > 1:
                    raise UsageError(
                        tr("A record of theirs has two states that were made apart."),
                        tr("Join them first: archive resolve {ref}", ref=desk.index.ref(stored.record.id)),
                    )
                yield stored


def _renamed(desk: Desk, stored: Stored, old: str, new: str) -> Draft:
    """A record in which one person stands in the place of another, in every field that holds a person."""
    kind = type(stored.record)

    def leaf(what: Leaf, value: str, _where: str) -> object:
        return new if what.what == "reference" and value == old else value

    told = fields.settle(kind, msgspec.to_builtins(stored.record), leaf)
    for field in ("about", "mentions"):
        told[field] = list(dict.fromkeys(told.get(field, ())))  # type: ignore[call-overload]  # lists of ids
    return _edited(desk, stored, forms.whole(kind, told))


def _edited(desk: Desk, stored: Stored, record: kinds.AnyRecord) -> Draft:
    return Draft(structs.replace(record, modified=desk.minute()), stored.heads, stored.attachments, stored.line)


def _stored(desk: Desk, ident: str) -> Stored:
    stored = desk.index.get(ident, desk.collective)
    if stored is None or len(stored.heads) > 1:
        raise UsageError(
            tr("One of them has two states that were made apart."), tr("Join them first: archive resolve PERSON")
        )
    return stored


def _joined(one: kinds.Person, two: kinds.Person) -> kinds.Person:
    """One person with what both records know; where they differ on risk, the worse."""
    blocks = [block for block in (one.risk, two.risk) if block]
    return structs.replace(
        one,
        cases=tuple(dict.fromkeys((*one.cases, *two.cases))),
        citizenship=tuple(dict.fromkeys((*one.citizenship, *two.citizenship))),
        languages=tuple(dict.fromkeys((*one.languages, *two.languages))),
        links=tuple(dict.fromkeys(link for link in (*one.links, *two.links) if link.person not in (one.id, two.id))),
        birth_year=one.birth_year or two.birth_year,
        sex=one.sex or two.sex,
        risk=_worse(blocks) if len(blocks) == 2 else None if blocks and one.risk is None else one.risk,
    )


def _worse(blocks: list[kinds.Risk]) -> kinds.Risk:
    """Of two blocks what is worse in each matter, as of the older day."""
    first = min(blocks, key=lambda block: _WORSE.index(block.where))
    older = min(blocks, key=lambda block: block.as_of)
    return structs.replace(
        first,
        as_of=older.as_of,
        basis=older.basis,
        uniqueness=max((block.uniqueness for block in blocks), key=("low", "medium", "high").index),
        hold_publication_until=max(filter(None, (one.hold_publication_until for one in blocks)), default=None),
        **{name: any(getattr(block, name) for block in blocks) for name in risk.THREATS},
    )


def _taken_back(desk: Desk, one: str, two: str) -> list[Draft]:
    """A withdrawal for the kept person of what the other one took back: it knows of nothing, so it beats every yes."""
    said, today = consents.of(desk, two), desk.today()
    purposes: Mapping[str, str] = {name: consent.answer(said, name, today) for name in get_args(kinds.Purpose)}
    taken = tuple(name for name, answer in purposes.items() if answer == "withdrawn")
    if not taken:
        return []
    fields_ = {"given_by": "self", "method": "message", "given_at": today, "withdraws": taken}
    return [Draft(desk.new(kinds.Consent, person=one, remarks="taken over from a merged record", **fields_))]
