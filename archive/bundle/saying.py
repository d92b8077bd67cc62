"""A fact in words, for the page, the form and the tables: what of it is ours, and what is theirs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from msgspec import Struct

from archive.bundle.content import WITH_DAYS
from archive.bundle.entries import Entry, Fact, Passage
from archive.bundle.facts import FactName, called
from archive.bundle.labels import Labels, labels
from archive.records import vocabulary

_IN_SHORT: tuple[FactName, ...] = ("act", "affected", "where", "force", "known")


class Said(Struct, frozen=True):
    """One value: words of theirs, words of ours (a term, a date, a designation), or theirs with a date of ours.

    ``leads``: it says of what the values below it are, where an answer tells of several things.
    """

    theirs: Passage | None = None
    ours: str | None = None
    leads: bool = False


def say(fact: Fact, words: Labels, language: str) -> Said:
    """The value of one fact."""
    told = [", ".join(fact.persons)] if fact.persons else []
    if fact.code is not None:
        told.append(term(fact.vocabulary or "", fact.code, words, language))
    if fact.yes is not None:
        told.append(words.yes if fact.yes else words.no)
    if fact.date is not None:
        told.append(words.when_said(fact.date))
    return Said(fact.words, ": ".join(told) or None)


def term(terms: str, code: str, words: Labels, language: str) -> str:
    """What a code is called."""
    match terms:
        case "languages":
            return words.language_named(code)
        case "countries":
            return words.countries.get(code, code)
        case "threats":
            return words.threats.get(code, code)
    return vocabulary.label(terms, code, language)


def grouped(entry: Entry, words: Labels, language: str) -> Iterator[tuple[FactName, str, tuple[Said, ...]]]:
    """The facts of an entry in their order: name, what it is called, and its values."""
    for name, facts in groupby(entry.facts, key=lambda fact: fact.name):
        yield name, called(name, language), tuple(say(fact, words, language) for fact in facts)


def in_short(act: Entry) -> Iterator[Fact]:
    """The facts of an act that a line of the chronology tells, how it is known last; that it is unknown is none."""
    for name in _IN_SHORT:
        yield from (fact for fact in act.all(name) if fact.code != "unknown")


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
            yield from (value.ours for value in values if value.ours)


def place_called(profile: str, language: str) -> str:
    """What the place of an exhibit is called: the region and no finer, unless readers are told places."""
    return called("where", language) if profile in WITH_DAYS else labels(language).where
