"""The gate: the one table of who may leave the archive, for whom. Every refusal of an export is a row of it.

A record leaves only if **every** person it is about agreed to one of the template's purposes, for this recipient,
today. A record of a case that names nobody in ``about`` counts as being about everybody in the case: silence must not
be a way out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct

from archive.records import consent, risk
from archive.records.kinds import Consent, Filed, Person, Photo, Purpose

Why = Literal[
    "nobody-named", "unnamed", "not-asked", "withdrawn", "expired", "risks-not-explained", "not-free-to-refuse",
    "other-recipient", "held", "incriminates", "sealed", "face", "grave", "not-redactable", "not-cleaned",
    "recording",
]  # fmt: skip

SENTENCES: dict[Why, str] = {
    "nobody-named": "it names nobody it is about, so nobody could be asked",
    "unnamed": "the name of {person} is not sealed, so it could not be hidden (archive person name)",
    "not-asked": "{person} was not asked about this purpose",
    "withdrawn": "{person} withdrew the consent to it",
    "expired": "the consent of {person} has ended",
    "risks-not-explained": "{person} agreed before the risks were explained",
    "not-free-to-refuse": "{person} may not have been free to say no",
    "other-recipient": "{person} agreed for another recipient",
    "held": "publication about {person} is held until a later date",
    "incriminates": "it could incriminate somebody: for a named lawyer only",
    "sealed": "it is marked as sealed or for partners",
    "face": "a face or a name may be made out in it, and covering is not possible yet",
    "grave": "where {person} is, is dangerous or was not confirmed lately: no photo",
    "not-redactable": "this kind of file cannot be redacted yet",
    "recording": "a voice or a film cannot be made unrecognisable: only its transcript may leave",
    "not-cleaned": "it was not cleaned: its metadata is still in it",
}


class Reason(Struct, frozen=True):
    """One reason why a record stays in, and whom it concerns."""

    why: Why
    person: str | None = None

    def sentence(self, shown: str | None) -> str:
        """In words, with ``shown`` (a reference or pseudonym) for the person."""
        return SENTENCES[self.why].format(person=shown or "somebody")


class Need(Struct, frozen=True):
    """What a template asks of everybody in ``about``: one of these purposes, for this recipient."""

    purposes: tuple[Purpose, ...]
    recipient: str | None = None


class People(Struct, frozen=True):
    """The persons and their consents as the journal tells them: never as the index does.

    ``named`` are those whose identity is sealed: nobody else's name can be found and hidden.
    """

    persons: Mapping[str, Person]
    consents: Mapping[str, Sequence[Consent]]
    named: frozenset[str]

    def of_case(self, case: str | None) -> tuple[str, ...]:
        """Ids of the persons who belong to the case."""
        return tuple(person.id for person in self.persons.values() if case is not None and case in person.cases)


def subjects(about: tuple[str, ...], case: str | None, people: People) -> tuple[str, ...]:
    """Whom a record counts as being about: those it names, else everybody in its case."""
    return about or people.of_case(case)


def judge_case(case: str, people: People, need: Need, today: str) -> tuple[Reason, ...]:
    """Why a case's own title and summary stay in: everybody in it has to agree, and to have a name that is hidden."""
    about = people.of_case(case)
    unnamed = (Reason("unnamed", person) for person in about if person not in people.named)
    return (*judge_people(about, people, need, today), *unnamed)


def judge_people(about: tuple[str, ...], people: People, need: Need, today: str) -> tuple[Reason, ...]:
    """Why the persons keep something in; empty if all of them agreed."""
    if not about:
        return (Reason("nobody-named"),)
    reasons = []
    for person in about:
        said = consent.any_of(people.consents.get(person, ()), need.purposes, today, need.recipient)
        if said != "yes":
            reasons.append(Reason(said, person))
        elif person not in people.persons:
            reasons.append(Reason("not-asked", person))
        elif risk.standing(people.persons[person].risk, today).held:
            reasons.append(Reason("held", person))
    return tuple(reasons)


def judge(record: Filed, people: People, need: Need, today: str) -> tuple[Reason, ...]:
    """Why ``record`` stays in; empty if it may leave for what ``need`` says on ``today`` (``YYYY-MM-DD``)."""
    about = subjects(record.about, record.case, people)
    reasons = (
        [] if record.basis in ("already-public", "public-docket") else list(judge_people(about, people, need, today))
    )
    reasons += [Reason("unnamed", person) for person in (*about, *record.mentions) if person not in people.named]
    if record.incriminates != "no":
        reasons.append(Reason("incriminates"))
    if record.confidentiality in ("sealed", "partners"):
        reasons.append(Reason("sealed"))
    if not record.scrub.cleaned:
        reasons.append(Reason("not-cleaned"))
    if record.scrub.media_type.startswith(("audio/", "video/")):
        reasons.append(Reason("recording"))
    elif isinstance(record, Photo):
        reasons.extend(_judge_picture(record, about, people, today))
    elif not record.scrub.media_type.startswith("text/") or record.text_source:
        reasons.append(Reason("not-redactable"))  # a name that a machine misread is not found
    return tuple(reasons)


def judge_original(original: Filed, people: People, need: Need, today: str) -> tuple[Reason, ...]:
    """Why what tells of ``original`` (a translation, a transcript) stays in: whatever keeps that in but its format."""
    return tuple(reason for reason in judge(original, people, need, today) if reason.why not in _OF_THE_FORMAT)


_OF_THE_FORMAT = frozenset({"face", "grave", "not-redactable", "not-cleaned", "recording"})


def _judge_picture(photo: Photo, about: tuple[str, ...], people: People, today: str) -> list[Reason]:
    reasons = []
    if photo.faces != "none" and not (photo.faces == "consented" and about and _all_show_face(about, people, today)):
        reasons.append(Reason("face"))
    for person in about:
        known = people.persons.get(person)
        if risk.standing(known.risk if known else None, today).grave:
            reasons.append(Reason("grave", person))
    return reasons


def _all_show_face(about: tuple[str, ...], people: People, today: str) -> bool:
    return all(consent.answer(people.consents.get(person, ()), "photo-with-face", today) == "yes" for person in about)
