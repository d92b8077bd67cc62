"""The gate: the one table of who may leave the archive, for whom. Every refusal of an export is a row of it.

A record leaves only if **every** person it is about agreed to what the template needs, for this recipient, today. A
record of a case that names nobody in ``about`` counts as being about everybody in the case: silence must not be a way
out. What the record says of itself (confidentiality, whether it incriminates, on which basis it is here) and what is
known of people's risk are further columns. ``RULES`` has a row for each kind of reader, ``NEEDS`` one for each
template.

Who may be called by their real name is asked apart (``in_clear``), and the answer is nobody unless the table says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct

from archive.records import consent, risk
from archive.records.kinds import Basis, Confidentiality, Consent, Filed, Incriminates, Person, Photo, Purpose, Record
from archive.speech import mark, tr

Audience = Literal["public", "press", "lawyer", "court", "partner", "un", "statistics", "self"]
Why = Literal[
    "nobody-named", "unnamed", "not-asked", "withdrawn", "not-begun", "expired", "risks-not-explained",
    "not-free-to-refuse", "other-recipient", "other-case", "not-theirs", "held", "incriminates", "sealed", "face",
    "grave", "not-redactable", "unchecked-text", "not-cleaned", "recording", "unreadable", "no-reader",
]  # fmt: skip

SENTENCES: dict[Why, str] = {
    "nobody-named": mark("it names nobody it is about, so nobody could be asked"),
    "unnamed": mark("the name of {person} is not sealed, so it could not be hidden (archive person name)"),
    "not-asked": mark("{person} was not asked about this purpose"),
    "withdrawn": mark("{person} withdrew the consent to it"),
    "not-begun": mark("{person} agreed on a day that is still to come by the clock of this computer"),
    "expired": mark("the consent of {person} has ended"),
    "risks-not-explained": mark("{person} agreed before the risks were explained"),
    "not-free-to-refuse": mark("{person} may not have been free to say no"),
    "other-recipient": mark("{person} agreed for another recipient"),
    "other-case": mark("{person} was not asked about this one case"),
    "not-theirs": mark("it is not about {person}"),
    "held": mark("publication about {person} is held until a later date"),
    "incriminates": mark("it could incriminate somebody: for a named lawyer only"),
    "sealed": mark("it is marked as too confidential for this"),
    "face": mark("a face or a name may be made out in it, and nobody has covered it"),
    "grave": mark("where {person} is, is dangerous or was not confirmed lately: no photo"),
    "not-redactable": mark("it holds no text, and what it looks like cannot be covered"),
    "unchecked-text": mark("its text may differ from what it shows: a misread or covered name could be in it"),
    "recording": mark("a voice or a film cannot be made unrecognisable: only its transcript may leave"),
    "not-cleaned": mark("it was not cleaned: its metadata is still in it"),
    "unreadable": mark("not every page of it can be read well enough to find the names on it"),
    "no-reader": mark(
        "its pages cannot be read here, so no name on them could be found: tesseract or a language is missing"
    ),
}


ASKED: Mapping[Purpose, str] = {
    "publish-anonymous": mark("{person} was not asked about publishing"),
    "journalist": mark("{person} was not asked about this journalist"),
    "lawyer": mark("{person} was not asked about this lawyer"),
    "partner": mark("{person} was not asked about this organisation"),
    "court": mark("{person} was not asked about giving it to a court"),
    "un-confidential": mark("{person} was not asked about telling it to UN experts"),
    "statistics": mark("{person} was not asked about being counted"),
}
"""What somebody was not asked about, by the first of the purposes that would do."""


class Reason(Struct, frozen=True):
    """One reason why a record stays in, whom it concerns, and which ``purpose`` nobody asked them about."""

    why: Why
    person: str | None = None
    purpose: Purpose | None = None

    def sentence(self, shown: str | None) -> str:
        """In words, with ``shown`` (a reference or pseudonym) for the person."""
        said = ASKED.get(self.purpose) if self.purpose else None
        return tr(said or SENTENCES[self.why], person=shown or tr("somebody"))


class Rule(Struct, frozen=True):
    """One row of the table: what a kind of reader may be given at all.

    ``bases``: of what is here on such a basis nobody is asked, and everybody in it is hidden. ``publishes``: what they
    get is out for good, so holds and dangers to people keep things in. ``sees_faces``: pictures may go uncovered, once
    somebody looked at them. ``names_who_agreed``: who agreed to this very reader may be named; ``names_officials``: so
    may people in a public role who are not protected.
    """

    confidentiality: frozenset[Confidentiality] = frozenset({"public", "collective"})
    incriminates: frozenset[Incriminates] = frozenset({"no"})
    bases: frozenset[Basis] = frozenset({"already-public", "public-docket"})
    publishes: bool = False
    sees_faces: bool = False
    names_who_agreed: bool = False
    names_officials: bool = False


_SHARED: frozenset[Confidentiality] = frozenset({"public", "collective", "partners"})
_ALL: frozenset[Incriminates] = frozenset({"no", "self", "others"})

RULES: Mapping[Audience, Rule] = {
    "public": Rule(publishes=True),
    "press": Rule(publishes=True),
    "lawyer": Rule(_SHARED, _ALL, sees_faces=True, names_who_agreed=True, names_officials=True),
    "court": Rule(sees_faces=True, names_who_agreed=True, names_officials=True),
    "partner": Rule(_SHARED, sees_faces=True, names_who_agreed=True, names_officials=True),
    "un": Rule(names_who_agreed=True, names_officials=True),
    "statistics": Rule(bases=frozenset()),
    "self": Rule(_SHARED, frozenset({"no", "self"}), bases=frozenset(), sees_faces=True),
}
"""Sealed records leave for nobody. Of what incriminates others, helpers and routes stay masked even for a lawyer."""


class Need(Struct, frozen=True):
    """What a template asks: one of ``purposes``, and every one of ``also``, of everybody a record is about.

    ``recipient`` is the id of whom it is for, where a purpose names one. ``case``: the one case that a court gets, each
    person having been asked about that one. ``kin``: who cannot speak is spoken for by their next of kin. ``person``:
    whose own copy it is; they are asked nothing, and get nothing that is not about them.
    """

    purposes: tuple[Purpose, ...]
    recipient: str | None = None
    audience: Audience = "public"
    also: tuple[Purpose, ...] = ()
    case: str | None = None
    kin: bool = False
    person: str | None = None

    @property
    def rule(self) -> Rule:
        """The row of the table for its readers."""
        return RULES[self.audience]

    def for_whom(self, purpose: Purpose) -> str | None:
        """Whom or what a consent to ``purpose`` has to name."""
        return self.case if purpose == "court" else self.recipient


_UN: tuple[Purpose, ...] = ("un-confidential",)
_PUBLISH: tuple[Purpose, ...] = ("publish-anonymous", "publish-pseudonym", "publish-name")
NEEDS: Mapping[str, Need] = {
    "public": Need(_PUBLISH),
    "press": Need(("journalist",), audience="press"),
    "asylum": Need(("lawyer",), audience="lawyer"),
    "wgad": Need(_UN, audience="un"),
    "un-communication": Need(_UN, audience="un"),
    "torture": Need(_UN, audience="un"),
    "belief": Need(_UN, audience="un"),
    "disappearance": Need(_UN, audience="un", kin=True),
    "court": Need(("court",), audience="court"),
    "handover": Need(("partner",), audience="partner"),
    "own-copy": Need((), audience="self"),
    "numbers": Need(("statistics",), audience="statistics"),
}
"""What each template needs; recipient, case and person come with the export. Naming to a state: ``also``."""


def rests_on(template: str) -> frozenset[Purpose] | None:
    """The purposes that a dossier of this template rests on, also for what may be printed and who is named.

    None if the template is not known here.
    """
    need = NEEDS.get(template)
    if need is None:
        return None
    printed = _PUBLISH if need.audience == "press" else ()
    named: tuple[Purpose, ...] = ("un-name-to-state",) if need.audience == "un" else ()
    return frozenset((*need.purposes, *need.also, *printed, *named))


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
    if need.audience == "self":
        return () if need.person in about else (Reason("not-theirs", need.person),)
    return tuple(reason for person in about for reason in _judge_person(person, people, need, today))


def _judge_person(person: str, people: People, need: Need, today: str) -> list[Reason]:
    said = people.consents.get(person, ())
    answers = [
        consent.best(consent.answer(said, one, today, need.for_whom(one), kin=need.kin) for one in need.purposes)
    ]
    answers += [consent.answer(said, one, today, need.for_whom(one), kin=need.kin) for one in need.also]
    missing = [answer for answer in answers if answer != "yes"]
    if missing:
        why: Why = missing[0] if (missing[0], need.audience) != ("other-recipient", "court") else "other-case"
        return [_unasked(person, need) if why == "not-asked" else Reason(why, person)]
    if person not in people.persons:
        return [_unasked(person, need)]
    held = need.rule.publishes and risk.standing(people.persons[person].risk, today).held
    return [Reason("held", person)] if held else []


def _unasked(person: str, need: Need) -> Reason:
    return Reason("not-asked", person, next(iter(need.purposes), None))


def in_clear(record: Record, people: People, need: Need, today: str) -> frozenset[str]:
    """The ids of those who may be called by their real name in this record, for this reader; nobody unless said here.

    Somebody only named in it counts too, if they agreed themselves; an official in a public role unless protected.
    """
    if need.audience == "self":
        return frozenset({need.person}) if need.person else frozenset()
    named: set[str] = set()
    everybody = (*subjects(record.about, record.case, people), *record.mentions)
    if need.rule.names_who_agreed and record.basis == "consent":
        named.update(one for one in everybody if not _judge_person(one, people, need, today))
    if need.rule.names_officials:
        known = (people.persons[one] for one in everybody if one in people.persons)
        named.update(one.id for one in known if one.public_role and not one.protected)
    return frozenset(named)


def judge_itself(record: Record, people: People, need: Need, today: str) -> list[Reason]:
    """Why a record of any kind stays in, whatever its form: its people, whether they can be hidden, what it says."""
    about = subjects(record.about, record.case, people)
    reasons = [] if record.basis in need.rule.bases else list(judge_people(about, people, need, today))
    clear = in_clear(record, people, need, today)
    hidden = (person for person in (*about, *record.mentions) if person not in clear)
    reasons += [Reason("unnamed", person) for person in hidden if person not in people.named]
    if record.incriminates not in need.rule.incriminates:
        reasons.append(Reason("incriminates"))
    if record.confidentiality not in need.rule.confidentiality:
        reasons.append(Reason("sealed"))
    return reasons


def judge(record: Filed, people: People, need: Need, today: str) -> tuple[Reason, ...]:
    """Why ``record`` stays in; empty if it may leave for what ``need`` says on ``today`` (``YYYY-MM-DD``)."""
    reasons = judge_itself(record, people, need, today)
    if not record.scrub.cleaned:
        reasons.append(Reason("not-cleaned"))
    if record.scrub.media_type.startswith(("audio/", "video/")):
        reasons.append(Reason("recording"))
    elif isinstance(record, Photo) and leaves_as_picture(record):
        others = {*subjects(record.about, record.case, people), *record.mentions} - {need.person}
        if record.faces == "unreviewed" or (need.audience == "self" and others):
            reasons.append(Reason("face"))  # who else may be on it nobody knows; an own copy hides everybody else
        if not need.rule.sees_faces:
            reasons.extend(_judge_picture(record, subjects(record.about, record.case, people), people, today))
    elif not leaves_as_pages(record):
        reasons.extend(judge_text(record))
    return tuple(dict.fromkeys(reasons))


def judge_version(version: Filed, people: People, need: Need, today: str) -> tuple[Reason, ...]:
    """Why another ``version`` of a record (a translation, what it was made from) keeps it in: all but its format."""
    return tuple(reason for reason in judge(version, people, need, today) if reason.why not in _OF_THE_FORMAT)


def leaves_as_picture(record: Filed) -> bool:
    """Whether the file itself would leave: a photo. Of all else it is the text that leaves."""
    return isinstance(record, Photo) and record.scrub.media_type.startswith("image/")


def leaves_as_pages(record: Filed) -> bool:
    """Whether the pages of the file may leave as pictures with everything covered that is to be hidden."""
    kind = record.scrub.media_type
    return not isinstance(record, Photo) and (kind == "application/pdf" or kind.startswith("image/"))


_OF_THE_FORMAT = frozenset({"face", "grave", "not-redactable", "unchecked-text", "not-cleaned", "recording"})

_SAID_BY_LETTERS = re.compile(
    r"text/.+|application/(epub\+zip|vnd\.(oasis\.opendocument|openxmlformats-officedocument)\..+)"
)
"""Kinds of file whose text is what they show. Packages and mails with files may hold papers of any kind."""


def judge_text(record: Filed) -> list[Reason]:
    """A text leaves if it is what people see: else names that a machine misread or somebody covered are in it."""
    if not record.text and not record.scrub.media_type.startswith("text/"):
        return [Reason("not-redactable")]
    if record.text_source in ("shown", "checked"):
        return []
    sure = record.text_source is None and _SAID_BY_LETTERS.fullmatch(record.scrub.media_type)
    return [] if sure else [Reason("unchecked-text")]


def _judge_picture(photo: Photo, about: tuple[str, ...], people: People, today: str) -> list[Reason]:
    reasons = []
    covered = photo.faces == "to-cover" and any(page.boxes for page in photo.looked)
    agreed = photo.faces == "consented" and about and _all_show_face(about, people, today)
    if not (photo.faces == "none" or covered or agreed):
        reasons.append(Reason("face"))
    for person in about:
        known = people.persons.get(person)
        if risk.standing(known.risk if known else None, today).grave:
            reasons.append(Reason("grave", person))
    return reasons


def _all_show_face(about: tuple[str, ...], people: People, today: str) -> bool:
    return all(consent.answer(people.consents.get(person, ()), "photo-with-face", today) == "yes" for person in about)
