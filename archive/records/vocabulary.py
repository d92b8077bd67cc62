"""Vocabularies: codes with labels in en, uk, ru, cs, from data files; a collective's own terms stand beside them. Pure.

A vocabulary is a table of ``terms/*.toml``. Codes never change and are never reused; labels may. Terms of the
collective's own are records (``kinds.Term``) and travel with the archive; a built-in code cannot be given another label
by them, or two archives would read one code differently.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files

from msgspec import Struct

from archive import speech
from archive.errors import UsageError
from archive.records.entities import Term
from archive.speech import tr

LANGUAGES = ("en", "uk", "ru", "cs")
FILES = ("acts", "people", "papers", "fixed")
Labels = Mapping[str, str]


class Word(Struct, frozen=True):
    """One term: its code, its labels by language, and whether it is the collective's own."""

    code: str
    labels: Labels
    own: bool = False


@cache
def built_in() -> Mapping[str, Mapping[str, Labels]]:
    """Every built-in vocabulary: name, code, language, label."""
    folder = files("archive.records") / "terms"
    read = (tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8")) for name in FILES)
    return {name: table for one in read for name, table in one.items()}


@cache
def fixed() -> frozenset[str]:
    """The vocabularies that nobody can add to: the program acts on their values."""
    text = (files("archive.records") / "terms" / "fixed.toml").read_text(encoding="utf-8")
    return frozenset(tomllib.loads(text))


def words(name: str, own: Iterable[Term] = ()) -> tuple[Word, ...]:
    """The terms of a vocabulary, the built-in ones first; UsageError if there is none of this name."""
    table = built_in().get(name)
    if table is None:
        raise UsageError(
            tr("There is no such vocabulary."), tr("There is: {known}.", known=", ".join(sorted(built_in())))
        )
    mine = {term.code: term.labels for term in own if term.vocabulary == name and term.code not in table}
    return (
        *(Word(code, labels) for code, labels in table.items()),
        *(Word(code, labels, own=True) for code, labels in sorted(mine.items())),
    )


def check(name: str, code: str, own: Iterable[Term], field: str) -> str:
    """``code`` unchanged if the vocabulary has it; UsageError names the field and the nearest terms otherwise."""
    known = [word.code for word in words(name, own)]
    if code not in known:
        near = list(_near(code, known))
        shown = (
            tr("Perhaps {near}.", near=", ".join(near))
            if near
            else tr("There is: {known} …", known=", ".join(known[:12]))
        )
        raise UsageError(
            tr("{field} does not fit: the vocabulary {name} has no such term.", field=field, name=name),
            tr(
                "{shown} All: archive vocabulary list {name}. A new one: archive vocabulary add {name} CODE",
                shown=shown,
                name=name,
            ),
        )
    return code


def label(name: str, code: str, language: str | None = None, own: Iterable[Term] = ()) -> str:
    """The label of a code in a language (that of whoever runs the command), in English, or in any; else the code."""
    language = language or speech.language()
    found = built_in().get(name, {}).get(code)
    if found is None:
        found = next((term.labels for term in own if term.vocabulary == name and term.code == code), {})
    return found.get(language) or found.get("en") or next(iter(found.values()), code)


def spoken(name: str, code: str) -> str:
    """A code within a line: plain words in English, its label in other languages."""
    return code.replace("-", " ") if speech.language() == "en" else label(name, code)


def named(name: str, codes: Iterable[str]) -> str:
    """Codes in a row: as they are in English, where people also type them, their labels in other languages."""
    return ", ".join(code if speech.language() == "en" else label(name, code) for code in codes)


def _near(code: str, known: Iterable[str]) -> Iterator[str]:
    """Terms that share a part with what was typed."""
    parts = {part for part in code.split("-") if len(part) > 2}
    for one in known:
        if any(part in one or one in part for part in parts):
            yield one
