"""Cases, persons and their names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from msgspec import structs, to_builtins

from archive.casework import naming
from archive.casework.making import Reading
from archive.desk import Desk
from archive.errors import UsageError
from archive.records import fields, forms, kinds, refs
from archive.records.answers import Made
from archive.speech import tr
from archive.vault.entry import Draft

Kind = TypeVar("Kind", bound=kinds.Record)
_HIDES_NOTHING = ("safe_contact", "do_not_contact", "service", "stays", "refusal")
"""Of an identity: without a name, these make nobody hideable."""


def new_case(desk: Desk, form: forms.CaseForm) -> Made:
    """A new case."""
    given = {name: value for name, value in to_builtins(form).items() if value}
    if isinstance(form.dates, str):  # when it happened; as a list they are deadlines
        given["period"] = given.pop("dates")
    return _new(desk, kinds.Case, given)


def new_person(desk: Desk, form: forms.PersonForm) -> Made:
    """A new person; without a pseudonym one is made of the reference, which tells nothing."""
    given = to_builtins(form)
    case = given.pop("case", None)
    given["cases"] = [*([case] if case else []), *given.get("cases", ())]
    stamp = desk.stamp()
    given.setdefault("pseudonym", f"Person {refs.encode(stamp['id'])[: refs.SHORTEST]}")
    return _new(desk, kinds.Person, given, stamp)


def _new(desk: Desk, kind: type[Kind], given: Mapping[str, object], stamp: Mapping[str, str] | None = None) -> Made:
    """A record from what was given, with what there is to say about its words."""
    reading = Reading(desk)
    record = forms.whole(kind, {**fields.settle(kind, given, reading.leaf), **(stamp or desk.stamp())})
    made = _made(desk, record)  # type: ignore[arg-type]  # each kind is one of AnyRecord
    return structs.replace(made, note=" ".join((*reading.notes, *naming.notes(desk, record))) or None)


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
            tr("There is nothing to seal."), tr("Give a name; or say --unknown if none is known or in any record.")
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
        service=form.service or merged.service,
        refusal=form.refusal or merged.refusal,
    )
    if len(known) > 1 or structs.replace(merged, modified=before[0].modified) != before[0]:
        desk.save(Draft(merged, parents=tuple(head.entry for head in known), edited=known[0].line))
    return Made(ref=desk.index.ref(merged.id), id=merged.id)


def _joined(identity: kinds.Identity, other: kinds.Identity | forms.IdentityForm) -> kinds.Identity:
    """An identity with all that another one knows: a name must never be forgotten, or it would no longer be hidden."""
    several = (
        "names", "nicknames", "aliases", "places", "phones", "emails", "handles", "addresses", "do_not_contact",
        "stays",
    )  # fmt: skip
    both = {field: tuple(dict.fromkeys((*getattr(identity, field), *getattr(other, field)))) for field in several}
    return structs.replace(identity, **both)


def _made(desk: Desk, record: kinds.AnyRecord) -> Made:
    desk.save(Draft(record))
    return Made(ref=desk.index.ref(record.id), id=record.id)
