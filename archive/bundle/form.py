"""Forms: numbered questions, answered from what the dossier tells anyway, or by what was written for it.

An answer holds no fact that is not in the dossier, so a form can let out nothing that the template does not tell.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Literal

import msgspec
from msgspec import Struct, structs

from archive import speech
from archive.bundle import facts
from archive.bundle.content import WRITTEN, Dossier
from archive.bundle.entries import Answer, Entry, Fact, Passage, Pseudonym
from archive.bundle.facts import FactName
from archive.bundle.labels import labels
from archive.bundle.saying import Said, say

_RULE = "* * *"
_CALLED: Mapping[str, FactName] = {
    "people": "designation", "acts": "act", "proceedings": "proceeding", "steps": "step", "papers": "paper",
    "agreed": "concerns",
}  # fmt: skip
"""By which fact an entry is told from the others that answer a question."""
_CONCERNS: Mapping[str, FactName] = {
    "acts": "affected", "proceedings": "concerns", "papers": "holder", "steps": "concerns",
}  # fmt: skip
"""By which fact an entry says whose it is."""
_OF_DETENTION: frozenset[FactName] = frozenset(
    (
        "arrested", "arrest-place", "arrest-force", "warrant", "issued-by", "ordered-by", "arrest-law", "reason",
        "held", "held-by", "ended", "ending",
    )
)  # fmt: skip
"""Facts that only an act by which somebody was held has."""


class Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """What to ask where there is no answer, in each language of whoever runs the command."""

    en: str
    uk: str
    ru: str
    cs: str


class Field(Struct, frozen=True, forbid_unknown_fields=True):
    """One question: its words, what to ask where there is no answer, and the facts that answer it.

    A fact is written ``acts.when``, or with one code alone ``acts.role:witness``. ``apart``: the answer says who hands
    the form in; it is shown as it is written, in a block by itself. ``office``: it is of states, offices or places.
    ``acts`` that answer it: all, those that the form is for (and papers, steps and consents of whom they were done to),
    or those by which somebody was held.
    """

    ask: Asked
    en: str
    uk: str
    ru: str
    cs: str
    facts: tuple[str, ...] = ()
    apart: bool = False
    office: bool = False
    acts: Literal["all", "subject", "detention"] = "all"

    def called(self, language: str) -> str:
        """The question in a language that headings come in."""
        said: str = getattr(self, language)
        return said

    def question(self) -> str:
        """What to ask, as whoever runs the command is spoken to."""
        said: str = getattr(self.ask, speech.language())
        return said


@cache
def fields() -> Mapping[str, Field]:
    """Every question there is, by its name."""
    data = (resources.files("archive.bundle") / "forms.toml").read_bytes()
    return msgspec.toml.decode(data, type=dict[str, Field])


@cache
def writable() -> frozenset[str]:
    """All that may be written for a dossier: sections that are a passage, the contact, and answers to questions."""
    return frozenset((*WRITTEN, "contact", *fields()))


def as_written(part: str) -> bool:
    """Whether a part is shown as somebody wrote it: the contact, and who hands a form in."""
    asked = fields().get(part)
    return part == "contact" or (asked is not None and asked.apart)


def fill(
    form: Sequence[str],
    told: Mapping[str, Sequence[Entry]],
    written: Mapping[str, Passage | None],
    subject: Collection[str] = (),
    whose: Collection[str] = (),
) -> tuple[Answer, ...]:
    """The answers in the order of the form; one without an answer stays in its place.

    ``subject``: the kinds of acts that the form is for, where it is for some alone; ``whose``: those of them that say
    whose form it is, where not all do.
    """
    meant = {
        "all": told,
        "subject": _of_subject(told, subject, whose) if subject else told,
        "detention": {**told, "acts": [one for one in told.get("acts", ()) if _tells(one, _OF_DETENTION)]},
    }
    return tuple(
        Answer(field=name, words=written.get(name), facts=tuple(_facts(asked.facts, meant[asked.acts])))
        for name, asked in ((name, fields()[name]) for name in form)
    )


def _of_subject(
    told: Mapping[str, Sequence[Entry]], subject: Collection[str], whose: Collection[str]
) -> Mapping[str, Sequence[Entry]]:
    """What is told of these acts and of those whom they were done to; where there is none, every act may answer."""
    acts = told.get("acts", ())
    found = _of_kinds(acts, subject) or acts
    persons = {one for act in _of_kinds(acts, whose) or found for one in _whose("acts", act)}

    def theirs(part: str, entries: Sequence[Entry]) -> Sequence[Entry]:
        return [one for one in entries if not (of := _whose(part, one)) or persons.intersection(of)]

    others = {part: theirs(part, told.get(part, ())) for part in ("proceedings", "papers", "steps", "agreed")}
    return {**told, **others, "acts": theirs("acts", found)}


def _of_kinds(acts: Sequence[Entry], codes: Collection[str]) -> Sequence[Entry]:
    return [one for one in acts if any(fact.code in codes for fact in one.all("act"))]


def _tells(one: Entry, names: Collection[str]) -> bool:
    return any(fact.name in names for fact in one.facts)


def _facts(wanted: Sequence[str], told: Mapping[str, Sequence[Entry]]) -> Iterator[Fact]:
    """The facts that answer a question, entry by entry.

    Where several entries do, or are of several people, each after what it is called, and of whom.
    """
    parts = [one.partition(".")[::2] for one in wanted]
    named: set[Pseudonym] = set()  # who somebody is, is said where they stand first
    for part in dict.fromkeys(part for part, _ in parts):
        names = [name for of, name in parts if of == part]
        entries = _concerned(told) if part == "people" else told.get(part, ())
        answering = [(entry, found) for entry in entries if (found := tuple(_of(entry, names)))]
        several = len({_whose(part, entry) for entry in entries}) > 1
        called = _CALLED[part]
        for entry, found in answering:
            whose = _whose(part, entry)
            unsaid = (several or len(answering) > 1) and all(fact.name != called for fact in found)
            leads = (entry.all(called) or (Fact(name=called, persons=whose),)) if unsaid else ()
            for fact in (*leads, *found):
                told_of = several and fact.name == called
                yield structs.replace(fact, persons=whose) if told_of and whose else fact
                if fact.name == "role":
                    yield from _who([one for one in fact.persons if one not in named], told)
                    named.update(fact.persons)


def _whose(part: str, entry: Entry) -> tuple[Pseudonym, ...]:
    """Whom an entry is about, by designation."""
    return tuple(person for fact in entry.all(_CONCERNS.get(part, _CALLED[part])) for person in fact.persons)


def _who(persons: Sequence[Pseudonym], told: Mapping[str, Sequence[Entry]]) -> Iterator[Fact]:
    """Their names and offices, of those who are called by their names in the dossier."""
    for one in told.get("people", ()):
        if any(set(persons).intersection(fact.persons) for fact in one.all("designation")):
            yield from _of(one, ("name", "public-role"))


def _of(entry: Entry, names: Sequence[str]) -> Iterator[Fact]:
    """The facts of these names in their order; of ``role:witness`` only those with this code."""
    wanted = {name: code for name, _, code in (one.partition(":") for one in names)}
    ranks = facts.order(tuple(wanted))
    found = (fact for fact in entry.facts if fact.name in wanted and wanted[fact.name] in ("", fact.code))
    said: set[str] = set()  # a place where somebody was arrested is where it was, too
    for fact in sorted(found, key=lambda fact: ranks[fact.name]):
        if fact.words is None or fact.date or fact.words.text not in said:
            yield fact
        said.update([fact.words.text] if fact.words else ())


def _concerned(told: Mapping[str, Sequence[Entry]]) -> Sequence[Entry]:
    """The people whose form it is: to whom something was done, else whom a procedure or paper concerns, else all.

    Officials and witnesses who are named as well are no answer to "whose name".
    """
    people = told.get("people", ())
    for part, name in _CONCERNS.items():
        named = {person for entry in told.get(part, ()) for fact in entry.all(name) for person in fact.persons}
        found = [one for one in people if any(named.intersection(fact.persons) for fact in one.all("designation"))]
        if found:
            return found
    return people


def unanswered(dossier: Dossier, asked: Sequence[str]) -> tuple[str, ...]:
    """The questions that have to be answered and are not."""
    return tuple(one.field for one in dossier.form if one.field in asked and not (one.facts or one.words))


def answers(one: Answer, language: str) -> tuple[Said, ...]:
    """The values of an answer: what was written, then what the archive holds.

    A bare date says what it is of where facts of several names answer.
    """
    words, several = labels(language), len(fields()[one.field].facts) > 1
    parts = len({fact.name for fact in one.facts}) > 1
    told = ((fact, say(fact, words, language)) for fact in one.facts)
    named = (
        Said(ours=f"{facts.called(fact.name, language)}: {said.ours}")
        if several and _is_bare(fact)
        else structs.replace(said, leads=parts and fact.name in _CALLED.values())
        for fact, said in told
    )
    return (*((Said(one.words),) if one.words else ()), *named)


def _is_bare(fact: Fact) -> bool:
    """Whether it is a date and nothing else."""
    return fact.date is not None and not (fact.words or fact.code or fact.persons)


def text(dossier: Dossier) -> str:
    """``form.txt``: numbered answers to paste, each value on lines of its own, who hands it in apart, and the mark."""
    language = dossier.language
    lines = [line for number, one in told(dossier, apart=False) for line in _lines(number, one, language)]
    apart = [line for number, one in told(dossier, apart=True) for line in _lines(number, one, language)]
    note = (_RULE, labels(language).submitter_note, "") if apart else ()
    ends = (_RULE,) if apart else ()
    return "".join(f"{line}\n" for line in (*lines, *note, *apart, *ends, *_marked(dossier)))


def told(dossier: Dossier, *, apart: bool) -> tuple[tuple[int, Answer], ...]:
    """The answers with their numbers: those about the case, or ``apart`` who hands it in."""
    return tuple((at, one) for at, one in enumerate(dossier.form, 1) if fields()[one.field].apart is apart)


def own(dossier: Dossier) -> Iterator[str]:
    """The lines of it that are ours; who hands it in is whom the collective chose, like its contact."""
    yield from (_RULE, labels(dossier.language).submitter_note)
    for number, one in told(dossier, apart=True):
        words = one.words.text if one.words else ""
        yield from (str(number), words, *words.split("\n"))
    for number, one in enumerate(dossier.form, 1):
        yield from (one.field, fields()[one.field].called(dossier.language), _question(number, one, dossier.language))
        for said in answers(one, dossier.language):
            yield from (said.ours, _line(said.ours, said)) if said.ours else ()
    yield from (labels(dossier.language).no_answer, *_marked(dossier))


def _marked(dossier: Dossier) -> Iterator[str]:
    if dossier.mark:
        yield f"{labels(dossier.language).mark}: {dossier.mark}"


def _lines(number: int, one: Answer, language: str) -> Iterator[str]:
    yield _question(number, one, language)
    said = answers(one, language)
    for value in said:
        yield from (value.theirs.text.splitlines() if value.theirs else ())
        yield from (_line(value.ours, value),) if value.ours else ()
    if not said:
        yield labels(language).no_answer
    yield ""


def _line(ours: str, value: Said) -> str:
    return f"{ours}:" if value.leads else ours


def _question(number: int, one: Answer, language: str) -> str:
    return f"{number}. {fields()[one.field].called(language)}"
