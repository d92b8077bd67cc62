"""What of a choice is told by facts: acts, proceedings, steps, papers and people, each judged like a record.

Only what the template tells is judged, so that nothing stays out that would not have been told anyway. A part that
somebody has in an act counts as mentioning them. Papers of identity are told only of those who may be called by their
names, and where the profile says so one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, json, structs, to_builtins

from archive.bundle.facts import Tells
from archive.bundle.telling import Deed, Handed, Known, Telling
from archive.bundle.template import Template
from archive.casework.judging import Choice, Judged, named
from archive.desk import Desk
from archive.records import consent, gate, kinds
from archive.records.gate import Need, People, Reason
from archive.redact.profile import Profile
from archive.vault.truth import Truth


class Gathered(Struct, frozen=True):
    """What may be told, the ids behind it, what stays out and why, and who may be called by their names."""

    telling: Telling
    included: tuple[str, ...]
    withheld: tuple[tuple[str, tuple[Reason, ...]], ...]
    clear: frozenset[str]


class _Asking(Struct, frozen=True):
    """What every judgement is made with."""

    truth: Truth
    people: People
    need: Need
    today: str

    def clear(self, record: kinds.Record) -> frozenset[str]:
        """Who may be called by their names in a record; the UN names to a state only who agreed to that as well."""
        also = (*self.need.also, "un-name-to-state") if self.need.audience == "un" else self.need.also
        return gate.in_clear(record, self.people, structs.replace(self.need, also=also), self.today)


def gather(
    desk: Desk, truth: Truth, choice: Choice, judged: Judged, need: Need, template: Template, profile: Profile,
    cleared: frozenset[str],
) -> Gathered:  # fmt: skip
    """All that the template tells by facts of what was chosen."""
    ask, tells = _Asking(truth, judged.people, need, desk.today()), template.tells
    roles = _roles(truth, need)
    told, withheld = [], []
    for ident, heads in _chosen(desk, ask, choice, tells):
        if template.chosen == "cleared" and ident not in cleared:
            continue
        reasons = [one for head in heads for one in _judged(head, roles.get(ident, ()), ask)]
        if reasons:
            withheld.append((ident, tuple(dict.fromkeys(reasons))))
        else:
            told.append(heads[0])
    clear = {one.id: ask.clear(_with_roles(one, roles.get(one.id, ()))) for one in told}
    clear |= {entry.record.id: ask.clear(entry.record) for entry in judged.leaving if entry.record}
    named_here = frozenset(person for found in clear.values() for person in found)
    papers = _papers(ask, profile, tells, cleared, named_here)
    subjects = _subjects(told, judged)
    telling = Telling(
        people=tuple(_people(ask, tells, named_here, subjects)),
        acts=tuple(Deed(one, tuple(roles.get(one.id, ()))) for one in told if isinstance(one, kinds.Act)),
        proceedings=tuple(one for one in told if isinstance(one, kinds.Proceeding)),
        papers=papers,
        steps=tuple(one for one in told if isinstance(one, kinds.Step)),
        agreed=tuple(one for one in truth.all(kinds.Consent) if tells.agreed and one.person == need.person),
        may=tuple(_may(ask, subjects)) if tells.agreed and need.audience == "un" else (),
        tellings=_tellings(judged) if template.apart else (),
        handed=tuple(_handed(truth, need)) if tells.handed else (),
        clear={}
        if template.names == "sealed"
        else clear | {one.id: frozenset({one.person}) for one in papers} | dict.fromkeys(named_here, named_here),
        terms=tuple(truth.all(kinds.Term)),
    )
    included = (*(one.id for one in told), *(one.id for one in papers))
    return Gathered(telling, tuple(dict.fromkeys(included)), tuple(withheld), named_here)


def _chosen(
    desk: Desk, ask: _Asking, choice: Choice, tells: Tells
) -> Iterator[tuple[str, tuple[kinds.Act | kinds.Proceeding | kinds.Step, ...]]]:
    """The heads of every record asked for that the template tells by facts."""
    wanted = named(desk, choice)
    person = desk.resolve(choice.person, "person") if choice.person else None
    counting = ask.need.audience == "statistics"
    shown = tuple(
        kind
        for kind, facts in ((kinds.Act, tells.act), (kinds.Proceeding, tells.proceeding), (kinds.Step, tells.step))
        if facts or (kind is kinds.Act and counting)
    )
    every = counting and choice == Choice()
    for ident, entries in ask.truth.heads.items():
        heads = tuple(entry.record for entry in entries if isinstance(entry.record, shown))
        if (every and heads) or any(
            ident in wanted or one.case in wanted or (person and person in one.about) for one in heads
        ):
            yield ident, heads


def _roles(truth: Truth, need: Need) -> Mapping[str, Sequence[kinds.Role]]:
    """The parts in each act that these readers may hear of, by the act."""
    found: dict[str, list[kinds.Role]] = {}
    for role in truth.all(kinds.Role):
        open_to_them = role.confidentiality in need.rule.confidentiality and role.incriminates in need.rule.incriminates
        if open_to_them and role.role != "affected":
            found.setdefault(role.act, []).append(role)
    return found


def _with_roles(record: kinds.Record, roles: Sequence[kinds.Role]) -> kinds.Record:
    others = tuple(role.person for role in roles if role.person not in record.about)
    return structs.replace(record, mentions=(*record.mentions, *others))


def _judged(record: kinds.Record, roles: Sequence[kinds.Role], ask: _Asking) -> list[Reason]:
    reasons = gate.judge_itself(_with_roles(record, roles), ask.people, ask.need, ask.today)
    if ask.need.audience == "statistics":  # of what is counted no word is told, so no name has to be hidden
        return [one for one in reasons if one.why != "unnamed"]
    return reasons


def _papers(
    ask: _Asking, profile: Profile, tells: Tells, cleared: frozenset[str], clear: frozenset[str]
) -> tuple[kinds.Paper, ...]:
    """The papers of those who may be named: all, or those cleared one by one."""
    if profile.papers == "none" or not tells.paper:
        return ()
    return tuple(
        one
        for one in ask.truth.all(kinds.Paper)
        if one.person in clear
        and (profile.papers == "all" or one.id in cleared)
        and one.confidentiality in ask.need.rule.confidentiality
        and one.incriminates in ask.need.rule.incriminates
    )


def _subjects(told: Sequence[kinds.Record], judged: Judged) -> frozenset[str]:
    """Whom what leaves is about."""
    records = (*told, *(entry.record for entry in judged.leaving if entry.record))
    return frozenset(who for one in records for who in gate.subjects(one.about, one.case, judged.people))


def _people(ask: _Asking, tells: Tells, clear: frozenset[str], subjects: frozenset[str]) -> Iterator[Known]:
    """Those who may be named, with their names; of an official their office alone. To the UN the others, unnamed."""
    if not tells.person:
        return
    identities: dict[str, list[kinds.Identity]] = {}
    for identity in ask.truth.all(kinds.Identity):
        identities.setdefault(identity.person, []).append(identity)
    for ident in sorted(clear | (subjects if ask.need.audience == "un" else frozenset())):
        person = ask.people.persons.get(ident)
        if person is None:
            continue
        held = tuple(identities.get(ident, ())) if ident in clear else ()
        if ident in subjects:
            yield Known(person, held)
        else:
            bare = kinds.Person(
                id=ident, created=person.created, entered_by=person.entered_by, pseudonym=person.pseudonym,
                public_role=person.public_role,
            )  # fmt: skip
            names = tuple(_only_names(one) for one in held)
            yield Known(bare, names)


def _only_names(one: kinds.Identity) -> kinds.Identity:
    return kinds.Identity(id=one.id, created=one.created, entered_by=one.entered_by, person=one.person, names=one.names)


def _may(ask: _Asking, subjects: frozenset[str]) -> Iterator[tuple[str, tuple[kinds.Purpose, ...]]]:
    """What each person agrees that the UN is told, or tells."""
    asked: tuple[kinds.Purpose, ...] = ("un-confidential", "un-name-to-state", "un-name-public")
    for person in sorted(subjects):
        said = ask.people.consents.get(person, ())
        yes = (one for one in asked if consent.answer(said, one, ask.today, kin=ask.need.kin) == "yes")
        yield person, tuple(yes)


def _tellings(judged: Judged) -> tuple[kinds.Testimony, ...]:
    """What was told and does not match something else."""
    records = (entry.record for entry in judged.leaving)
    return tuple(one for one in records if isinstance(one, kinds.Testimony) and one.inconsistencies)


def who_is_who(telling: Telling, called: Mapping[str, str]) -> bytes:
    """The names and contacts of those who agreed, by designation, as JSON to be sealed."""
    rows = [
        {"designation": called[known.person.id], "identities": [_told(one) for one in known.identities]}
        for known in telling.people
        if known.identities and known.person.id in called
    ]
    return json.format(json.encode(rows), indent=2)


def _told(one: kinds.Identity) -> dict[str, object]:
    """An identity without what is the archive's own."""
    told: dict[str, object] = to_builtins(one)
    return {
        name: value for name, value in told.items() if name not in ("id", "created", "entered_by", "person", "kind")
    }


def _handed(truth: Truth, need: Need) -> Iterator[Handed]:
    """What left before with something about the person whose own copy it is."""
    records = [head.record for heads in truth.heads.values() for head in heads if head.record]
    about = {record.id for record in records if need.person in record.about}
    theirs = about.union(record.id for record in records if getattr(record, "person", None) == need.person)
    known = {one.id: one for one in truth.all(kinds.Recipient)}
    for dossier in truth.all(kinds.Dossier):
        if about.intersection(dossier.included):
            yield Handed(dossier, known.get(dossier.recipient or ""), to_them=_to_them(dossier, theirs))


def _to_them(dossier: kinds.Dossier, theirs: set[str]) -> bool:
    """Whether it was their own copy, not that of somebody who is in a record with them."""
    return dossier.template == "own-copy" and theirs.issuperset(dossier.included)
