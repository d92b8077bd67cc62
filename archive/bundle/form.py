"""Forms: numbered questions, answered from what the dossier tells anyway, or by what was written for it.

An answer holds no fact that is not in the dossier, so a form can let out nothing that the template does not tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources

import msgspec
from msgspec import Struct, structs

from archive import speech
from archive.bundle import facts
from archive.bundle.content import WRITTEN, Dossier
from archive.bundle.entries import Answer, Entry, Fact, Passage
from archive.bundle.facts import FactName
from archive.bundle.labels import labels
from archive.bundle.saying import Said, say

_CALLED: Mapping[str, FactName] = {
    "people": "designation", "acts": "act", "proceedings": "proceeding", "steps": "step", "papers": "paper",
}  # fmt: skip
"""By which fact an entry is told from the others that answer a question."""
_CONCERNS: Sequence[tuple[str, FactName]] = (("acts", "affected"), ("proceedings", "concerns"), ("papers", "holder"))


class Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """What to ask where there is no answer, in each language of whoever runs the command."""

    en: str
    uk: str
    ru: str
    cs: str


class Field(Struct, frozen=True, forbid_unknown_fields=True):
    """One question: its words, what to ask where there is no answer, and the facts that answer it.

    A fact is written ``acts.when``, or with one code alone ``acts.role:witness``.
    """

    ask: Asked
    en: str
    uk: str
    ru: str
    cs: str
    facts: tuple[str, ...] = ()

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


def fill(
    form: Sequence[str], told: Mapping[str, Sequence[Entry]], written: Mapping[str, Passage | None]
) -> tuple[Answer, ...]:
    """The answers in the order of the form; one without an answer stays in its place."""
    return tuple(
        Answer(field=name, words=written.get(name), facts=tuple(_facts(fields()[name].facts, told))) for name in form
    )


def _facts(wanted: Sequence[str], told: Mapping[str, Sequence[Entry]]) -> Iterator[Fact]:
    """The facts that answer a question, entry by entry; where several do, each after what it is called."""
    parts = [one.partition(".")[::2] for one in wanted]
    for part in dict.fromkeys(part for part, _ in parts):
        names = [name for of, name in parts if of == part]
        entries = _concerned(told) if part == "people" else told.get(part, ())
        answering = [(entry, found) for entry in entries if (found := tuple(_of(entry, names)))]
        for entry, found in answering:
            called = _CALLED.get(part)
            if called and len(answering) > 1 and all(fact.name != called for fact in found):
                yield from entry.all(called)
            yield from found


def _of(entry: Entry, names: Sequence[str]) -> Iterator[Fact]:
    """The facts of these names in their order; of ``role:witness`` only those with this code."""
    for name, _, code in (one.partition(":") for one in names):
        yield from (fact for fact in entry.facts if fact.name == name and code in ("", fact.code))


def _concerned(told: Mapping[str, Sequence[Entry]]) -> Sequence[Entry]:
    """The people whose form it is: to whom something was done, else whom a procedure or paper concerns, else all.

    Officials and witnesses who are named as well are no answer to "whose name".
    """
    people = told.get("people", ())
    for part, name in _CONCERNS:
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
    """``form.txt``: numbered answers to paste, each value on lines of its own, and the mark of the dossier."""
    lines = (line for number, one in enumerate(dossier.form, 1) for line in _lines(number, one, dossier.language))
    return "".join(f"{line}\n" for line in (*lines, *_marked(dossier)))


def own(dossier: Dossier) -> Iterator[str]:
    """The lines of it that are ours."""
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
