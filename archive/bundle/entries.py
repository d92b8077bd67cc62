"""What is told by facts: entries of one shape for people, acts, proceedings, papers and steps. Derivatives only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct

from archive.bundle.facts import EntryKind, FactName
from archive.records.kinds import Language

Words = Annotated[str, Meta(min_length=1)]
DESIGNATION = r"P-\d{2,6}"
"""What people are called in a dossier, as a regular expression."""
Pseudonym = Annotated[str, Meta(pattern=f"^{DESIGNATION}$")]
Code = Annotated[str, Meta(pattern="^[A-Za-z0-9-]{2,64}$")]
Month = Annotated[
    str,
    Meta(pattern=r"^[0-9X?~%./-]{4,32}$", description="EDTF; to the month, and to the day only in legal and un"),
]


class Passage(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Words and their language, if it is known."""

    text: Words
    language: Language | None = None


class Fact(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing told of somebody or something: by exactly one of a code, words, a date, a yes or no, or persons.

    ``vocabulary`` says what the code is a term of; a role has persons beside its code, a place held at a date.
    """

    name: FactName
    vocabulary: str | None = None
    code: Code | None = None
    words: Passage | None = None
    date: Month | None = None
    yes: bool | None = None
    persons: tuple[Pseudonym, ...] = ()


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One person, act, proceeding, paper or step, or what was agreed to or handed over, by its facts."""

    kind: EntryKind
    number: int
    facts: tuple[Fact, ...]
    exhibits: Annotated[tuple[int, ...], Meta(description="the exhibits that tell of it")] = ()

    def all(self, name: FactName) -> tuple[Fact, ...]:
        """Every fact of this name."""
        return tuple(fact for fact in self.facts if fact.name == name)


class Answer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to one question of a form: facts that the dossier tells, and what was written for it."""

    field: Annotated[str, Meta(pattern="^[a-z-]{2,40}$")]
    facts: tuple[Fact, ...] = ()
    words: Passage | None = None


class Cell(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """So many acts of one kind against so many people, in one region and quarter of a year (as far as it is known)."""

    act: Code
    acts: int
    people: int
    region: Words | None = None
    quarter: Annotated[str, Meta(pattern="^[0-9]{4}-Q[1-4]$")] | None = None


Part = Literal["people", "acts", "proceedings", "papers", "steps", "agreed", "handed", "tellings"]
ENTRIES: Mapping[Part, EntryKind] = {
    "people": "person",
    "acts": "act",
    "proceedings": "proceeding",
    "papers": "paper",
    "steps": "step",
    "agreed": "agreed",
    "handed": "handed",
    "tellings": "telling",
}
"""The parts of a dossier that are told by facts, and of what kind each is."""
