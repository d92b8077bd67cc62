"""A fact in words, for the page, the form and the tables: what of it is ours, and what is theirs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from types import MappingProxyType

from msgspec import Struct, structs

from archive.bundle.content import WITH_DAYS
from archive.bundle.entries import DESIGNATION, Entry, Fact, Passage
from archive.bundle.facts import FactName, called
from archive.bundle.labels import Labels, labels
from archive.bundle.visible import bound
from archive.records import vocabulary

NOBODY: Mapping[str, Passage] = MappingProxyType({})
PERSONS = re.compile(rf"{DESIGNATION}(?:, {DESIGNATION})*")
_CYRILLIC, _WRITE_CYRILLIC = re.compile("[а-яєіїґў]", re.IGNORECASE), ("uk", "ru")
_IN_SHORT: tuple[FactName, ...] = ("act", "affected", "where", "force", "known")


class Said(Struct, frozen=True):
    """One value: words of theirs, words of ours (a term, a date, a designation), or theirs with a date of ours.

    ``leads``: it says of what the values below it are, where an answer tells of several things. ``name`` is what
    somebody is called whose designation is ours.
    """

    theirs: Passage | None = None
    ours: str | None = None
    leads: bool = False
    name: Passage | None = None


def names_of(people: Iterable[Entry], language: str) -> Mapping[str, Passage]:
    """What those are called who stand in a dossier by name, by designation: one each, in the letters of the page."""

    def other(name: Passage) -> tuple[bool, bool]:
        return name.language != language, bool(_CYRILLIC.search(name.text)) != (language in _WRITE_CYRILLIC)

    return {
        person: min(found, key=other)
        for one in people
        if (found := [fact.words for fact in one.all("name") if fact.words])
        for fact in one.all("designation")
        for person in fact.persons
    }


def say(fact: Fact, words: Labels, language: str, names: Mapping[str, Passage] = NOBODY) -> Said:
    """The value of one fact; ``names`` are what people are called, by designation."""
    told = [", ".join(fact.persons)] if fact.persons else []
    if fact.code is not None:
        told.append(term(fact.vocabulary or "", fact.code, words, language))
    if fact.yes is not None:
        told.append(words.yes if fact.yes else words.no)
    if fact.date is not None:
        told.append(words.when_said(fact.date))
    named = fact.persons[0] if len(fact.persons) == 1 and fact.name != "designation" else ""
    return Said(fact.words, ": ".join(told) or None, name=names.get(named))


def parts(ours: str) -> tuple[str, ...]:
    """Designations and what is said of them apart (``P-4417: Witness``); anything else of ours is one part."""
    people, colon, rest = ours.partition(": ")
    return (people, rest) if colon and PERSONS.fullmatch(people) else (ours,)


def term(terms: str, code: str, words: Labels, language: str) -> str:
    """What a code is called."""
    match terms:
        case "languages":
            return words.language_named(code)
        case "countries":
            return words.countries.get(code, code)
        case "threats":
            return words.threats.get(code, code)
    return bound(vocabulary.label(terms, code, language), language)


def grouped(
    entry: Entry, words: Labels, language: str, names: Mapping[str, Passage] = NOBODY
) -> Iterator[tuple[FactName, str, tuple[Said, ...]]]:
    """The facts of an entry in their order: name, what it is called, and its values."""
    for name, facts in groupby(_each(entry.facts, names), key=lambda fact: fact.name):
        yield name, called(name, language), tuple(say(fact, words, language, names) for fact in facts)


def in_short(act: Entry, words: Labels, language: str, names: Mapping[str, Passage]) -> Iterator[Said]:
    """What a line of the chronology tells of an act, how it is known last; that something is unknown is nothing."""
    for name in _IN_SHORT:
        told = (fact for fact in act.all(name) if fact.code != "unknown")
        yield from (say(fact, words, language, names) for fact in _each(told, names))


def _each(facts: Iterable[Fact], names: Mapping[str, Passage]) -> Iterator[Fact]:
    """The facts, and of several people one for each, where any of them stands by name."""
    for fact in facts:
        if names.keys() & set(fact.persons):
            yield from (structs.replace(fact, persons=(person,)) for person in fact.persons)
        else:
            yield fact


def heading(entry: Entry, language: str) -> str:
    """What kind of thing an entry is."""
    kinds = {"agreed": "consent", "handed": "dossier", "telling": "testimony"}
    return vocabulary.label("kinds", kinds.get(entry.kind, entry.kind), language)


def own(entries: Iterable[Entry], words: Labels, language: str) -> Iterator[str]:
    """Every whole piece of text about entries that is ours."""
    for entry in entries:
        yield from (heading(entry, language), f"{entry.kind}-{entry.number}")
        for _, label, values in grouped(entry, words, language):
            yield label
            yield from (part for value in values if value.ours for part in (value.ours, *parts(value.ours)))


def place_called(profile: str, language: str) -> str:
    """What the place of an exhibit is called: the region and no finer, unless readers are told places."""
    return called("where", language) if profile in WITH_DAYS else labels(language).where
