"""From records of people, acts, proceedings, papers and steps to facts.

Which facts are told is said by the template (``Tells``). Facts that name somebody are told only of those who may be
called by their names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, structs

from archive.bundle.content import Random, numbered
from archive.bundle.entries import Entry, Fact
from archive.bundle.facts import EntryKind, FactName, Tells, order
from archive.bundle.hiding import Hiding
from archive.bundle.teller import Teller
from archive.records import consent, gate, kinds, risk


class Known(Struct, frozen=True):
    """A person, with their names if they may be called by them."""

    person: kinds.Person
    identities: tuple[kinds.Identity, ...] = ()


class Deed(Struct, frozen=True):
    """An act and the parts that others have in it."""

    act: kinds.Act
    roles: tuple[kinds.Role, ...] = ()


class Handed(Struct, frozen=True):
    """A dossier that left before, and for whom; ``to_them``: for the person whose own copy tells of it."""

    dossier: kinds.Dossier
    recipient: kinds.Recipient | None = None
    to_them: bool = False


class Telling(Struct, frozen=True):
    """The records that may leave to be told by facts.

    ``may`` says of persons what they agree to today, in place of each asking; ``clear`` are those who may be called by
    their names in a record, by its id; ``terms`` a collective's own.
    """

    people: tuple[Known, ...] = ()
    acts: tuple[Deed, ...] = ()
    proceedings: tuple[kinds.Proceeding, ...] = ()
    papers: tuple[kinds.Paper, ...] = ()
    steps: tuple[kinds.Step, ...] = ()
    agreed: tuple[kinds.Consent, ...] = ()
    handed: tuple[Handed, ...] = ()
    may: tuple[tuple[str, tuple[kinds.Purpose, ...]], ...] = ()
    tellings: tuple[kinds.Testimony, ...] = ()
    clear: Mapping[str, frozenset[str]] = {}
    terms: tuple[kinds.Term, ...] = ()


_Makes = Callable[[Teller], Iterator[Fact]]


def tell(
    telling: Telling, tells: Tells, hiding: Hiding, random: Random, sources: Mapping[str, tuple[int, ...]] | None = None
) -> dict[str, tuple[Entry, ...]]:
    """The entries by the part of the dossier that they belong to; ``sources`` are exhibits by the id of the act."""

    def part(kind: EntryKind, made: Iterable[tuple[str, _Makes]]) -> tuple[Entry, ...]:
        told = tells.of(kind)
        facts = (
            (
                sorted(
                    make(Teller(hiding, told, telling.clear.get(ident, frozenset()), telling.terms)), key=_order(told)
                ),
                (sources or {}).get(ident, ()),
            )
            for ident, make in sorted(made, key=lambda one: one[0])
            if told
        )
        return numbered(kind, facts, random)

    return {
        "people": part("person", ((one.person.id, _of(_person, one)) for one in telling.people)),
        "acts": part("act", ((one.act.id, _of(_act, one)) for one in telling.acts)),
        "proceedings": part("proceeding", ((one.id, _of(_proceeding, one)) for one in telling.proceedings)),
        "papers": part("paper", ((one.id, _of(_paper, one)) for one in telling.papers)),
        "steps": part("step", ((one.id, _of(_step, one)) for one in telling.steps)),
        "agreed": part(
            "agreed",
            (
                *((one.id, _of(_agreed, one)) for one in telling.agreed),
                *((person, _of(_may, (person, purposes))) for person, purposes in telling.may),
            ),
        ),
        "tellings": part("telling", ((one.id, _of(_inconsistent, one)) for one in telling.tellings)),
        "handed": part("handed", ((one.dossier.id, _of(_handed, one)) for one in telling.handed)),
    }


def only(telling: Telling, *, private: bool) -> Telling:
    """The same without acts, trials, papers and steps that may incriminate somebody, or with these alone.

    So of the parts in an act: where one may, the act stands in the other file too, with all of them.
    """

    def fits(record: kinds.Record) -> bool:
        return (record.incriminates != "no") is private

    def deed(one: Deed) -> Deed | None:
        roles = tuple(filter(fits, one.roles))
        if one.act.incriminates != "no" or not roles:
            return one if fits(one.act) else None
        return one if private else structs.replace(one, roles=roles)

    return structs.replace(
        telling,
        acts=tuple(filter(None, map(deed, telling.acts))),
        proceedings=tuple(filter(fits, telling.proceedings)),
        papers=tuple(filter(fits, telling.papers)),
        steps=tuple(filter(fits, telling.steps)),
    )


def _of(make: Callable[..., Iterator[Fact]], record: object) -> _Makes:
    return lambda teller: make(teller, record)


def _order(told: Sequence[FactName]) -> Callable[[Fact], int]:
    ranks = order(told)
    return lambda fact: ranks[fact.name]


def _person(t: Teller, known: Known) -> Iterator[Fact]:
    person = known.person
    yield from t.persons("designation", [person.id])
    yield from t.code("sex", "sexes", person.sex)
    known_to_the_day = "born" in t.told and any(one.birth_date for one in known.identities)
    yield from t.date("born-in", str(person.birth_year) if person.birth_year and not known_to_the_day else None)
    yield from t.code("citizenship", "countries", *person.citizenship)
    yield from t.code("speaks", "languages", *person.languages)
    yield from t.code("public-role", "public-roles", person.public_role)
    if person.risk and known.identities:
        yield from t.code("dangers", "where", person.risk.where)
        yield from t.code(
            "dangers", "threats", *(one.replace("_", "-") for one in risk.THREATS if getattr(person.risk, one))
        )
    for identity in known.identities:
        yield from _identity(t, identity)


def _identity(t: Teller, one: kinds.Identity) -> Iterator[Fact]:
    for name in one.names:
        written = " ".join(filter(None, (name.given, name.patronymic, name.surname)))
        yield from t.words("name", written, name.language)
    yield from t.date("born", one.birth_date)
    yield from t.reach("avoid", *one.do_not_contact)
    yield from t.reach("phone", *one.phones)
    yield from t.reach("email", *one.emails)
    yield from t.reach("handle", *one.handles)
    yield from t.reach("address", *one.addresses)
    yield from t.reach("contact", one.safe_contact)
    if one.service:
        yield from t.code("service", "military-statuses", one.service.status)
        yield from t.date("service-since", one.service.since)
        yield from t.date("service-until", one.service.until)
        yield from t.words("unit", one.service.unit)
        yield from t.words("objector", one.service.objector_application)
    if one.refusal:
        yield from t.words("refusal-words", one.refusal.words)
        yield from t.code("refusal", "refusal-reasons", one.refusal.reason)
    for stay in one.stays:
        yield from t.code("stay-in", "countries", stay.country)
        yield from t.code("stay", "protections", stay.protection)
        yield from t.code("stay-stage", "asylum-stages", stay.stage)
        yield from t.date("stay-until", stay.valid_until)


def _act(t: Teller, deed: Deed) -> Iterator[Fact]:
    act = deed.act
    yield from t.code("act", "acts", act.type)
    yield from t.persons("affected", [act.person, *act.about])
    yield from t.date("when", act.date)
    exact = t.hiding.profile.places == "place"
    yield from t.place("where", (act.exact_place if exact else None) or act.place)
    yield from t.words("method", act.method, act.language)
    yield from t.code("force", "forces", *act.forces)
    yield from t.code("consequence", "consequences", *act.consequences)
    yield from t.code("status", "act-statuses", act.status)
    yield from t.words("law", act.law)
    yield from t.code("known", "knowing", act.known)
    for role in deed.roles:
        yield from t.persons("role", [role.person], "roles", role.role)
    if act.detention:
        yield from _detention(t, act.detention)


def _detention(t: Teller, one: kinds.Detention) -> Iterator[Fact]:
    yield from t.date("arrested", one.date)
    yield from t.place("arrest-place", one.place)
    yield from t.code("arrest-force", "forces", one.force)
    yield from t.yes("warrant", one.warrant_shown)
    yield from t.words("issued-by", one.issued_by)
    yield from t.words("ordered-by", one.ordered_by)
    yield from t.words("arrest-law", one.law)
    yield from t.words("reason", one.reason_given)
    for held in one.places:
        known = held.since or held.until
        yield from t.place("held", held.place, f"{held.since or '..'}/{held.until or '..'}" if known else None)
    yield from t.code("held-by", "forces", *one.held_by)
    yield from t.date("ended", one.ended)
    yield from t.code("ending", "endings", one.ending)


def _proceeding(t: Teller, one: kinds.Proceeding) -> Iterator[Fact]:
    yield from t.words("proceeding", one.name)
    yield from t.persons("concerns", one.about)
    if t.hiding.profile.action("case_number") == "keep":
        yield from t.words("case-number", one.number)
    yield from t.words("court", one.court)
    yield from t.words("district", one.district)
    yield from t.code("state", "countries", one.country)
    yield from t.code("instance", "instances", one.instance)
    yield from t.words("law", one.law)
    yield from t.code("stage", "stages", one.stage)
    yield from t.code("decision", "decisions", one.decision)
    yield from t.date("decided", one.decided)
    yield from t.words("sentence", one.sentence)
    yield from t.date("next", *(date.on for date in one.dates if not date.done))


def _paper(t: Teller, one: kinds.Paper) -> Iterator[Fact]:
    yield from t.code("paper", "paper-types", one.type)
    yield from t.persons("holder", [one.person])
    yield from t.code("state", "countries", one.state)
    yield from t.words("issuer", one.issuer)
    yield from t.words("printed-name", one.printed_name)
    if t.hiding.profile.numbers == "shown":
        yield from t.as_it_is("number", one.number)
    yield from t.date("issued", one.issued)
    yield from t.date("expires", one.expires)
    yield from t.code("holding", "holdings", one.held)
    yield from t.code("verified", "verifications", one.verified.how if one.verified else None)
    yield from t.words("mismatch", one.verified.mismatch if one.verified else None)


def _step(t: Teller, one: kinds.Step) -> Iterator[Fact]:
    yield from t.code("step", "steps", one.type)
    yield from t.persons("concerns", one.about)
    yield from t.words("what", one.what)
    yield from t.words("addressee", one.addressee)
    yield from t.date("sent", one.sent)
    yield from t.date("due", one.due if one.answered is None and not one.closed else None)
    yield from t.date("answered", one.answered)
    yield from t.code("outcome", "outcomes", one.outcome)
    yield from t.words("answer", one.answer, one.language)


def _agreed(t: Teller, one: kinds.Consent) -> Iterator[Fact]:
    yield from t.date("given", one.given_at)
    yield from t.code("agreed", "purposes", *one.purposes)
    yield from t.code("taken-back", "purposes", *one.withdraws)
    yield from t.date("until", consent.ends(one) if one.purposes else None)


def _may(t: Teller, one: tuple[str, tuple[kinds.Purpose, ...]]) -> Iterator[Fact]:
    person, purposes = one
    yield from t.persons("concerns", [person])
    yield from t.code("agreed", "purposes", *purposes)


def _inconsistent(t: Teller, one: kinds.Testimony) -> Iterator[Fact]:
    if one.inconsistencies:
        yield from t.persons("concerns", one.about)
        yield from t.words("inconsistency", one.inconsistencies, one.language)


def _handed(t: Teller, one: Handed) -> Iterator[Fact]:
    yield from t.date("handed", one.dossier.created[: len("2025-03-14")])
    need = gate.NEEDS.get(one.dossier.template)
    yield from t.code("purpose", "purposes", *(need.purposes[:1] if need else ()))
    if one.to_them:
        yield from t.code("recipient", "recipients", "person")
    elif one.recipient:
        yield from t.code("recipient", "recipients", one.recipient.type)
        yield from t.as_it_is("recipient-name", one.recipient.name)
