"""From what stands in a record to a fact: every word passes the matcher.

A term of a collective's own becomes words, as its code would tell whose the dossier is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from archive.bundle.entries import Fact
from archive.bundle.facts import FactName
from archive.bundle.hiding import Hiding
from archive.records import kinds, vocabulary

_OWN_WORDS: frozenset[FactName] = frozenset(
    (
        "answer", "inconsistency", "method", "mismatch", "objector", "proceeding", "reason", "refusal-words",
        "sentence", "what",
    )
)  # fmt: skip
"""Facts that are told in sentences, whose capitals may be names."""


class Teller:
    """Makes facts of one record; nothing of a fact whose name is not told.

    ``clear`` are those who may be called by their names in it, ``terms`` a collective's own.
    """

    def __init__(
        self, hiding: Hiding, told: Sequence[FactName], clear: frozenset[str], terms: tuple[kinds.Term, ...]
    ) -> None:
        self.hiding = hiding
        self.told = told
        self._clear = clear
        self._terms = terms

    def words(self, name: FactName, text: str | None, language: str | None = None) -> Iterator[Fact]:
        """What somebody typed: of an office, a court, a law; or in sentences."""
        office = name not in _OWN_WORDS
        if name in self.told and (said := self.hiding.passage(text, language, clear=self._clear, office=office)):
            yield Fact(name=name, words=said)

    def as_it_is(self, name: FactName, text: str | None) -> Iterator[Fact]:
        """A number or name that is itself what is told."""
        if name in self.told and text and (said := self.hiding.as_it_is(text)):
            yield Fact(name=name, words=said)

    def reach(self, name: FactName, *texts: str | None) -> Iterator[Fact]:
        """How somebody is reached."""
        for text in texts if name in self.told and self.hiding.profile.contact != "hidden" else ():
            if said := self.hiding.passage(text, None, clear=self._clear, office=True, reach=True):
                yield Fact(name=name, words=said)

    def place(self, name: FactName, text: str | None, date: str | None = None) -> Iterator[Fact]:
        """A place as the profile tells it, with the time for which it was one."""
        if name in self.told and (said := self.hiding.place(text, self._clear)):
            yield Fact(name=name, words=said, date=self.hiding.date(date))

    def code(self, name: FactName, terms: str, *codes: str | None) -> Iterator[Fact]:
        """Terms of a vocabulary."""
        known = vocabulary.built_in().get(terms)
        for code in filter(None, codes):
            if name not in self.told:
                return
            if known is None or code in known:
                yield Fact(name=name, vocabulary=terms, code=code)
            else:
                label = vocabulary.label(terms, code, self.hiding.language, self._terms)
                yield from self.words(name, label if label != code else None, self.hiding.language)

    def date(self, name: FactName, *dates: str | None) -> Iterator[Fact]:
        """Dates as the profile tells them."""
        for date in filter(None, dates):
            if name in self.told:
                yield Fact(name=name, date=self.hiding.date(date))

    def yes(self, name: FactName, said: bool | None) -> Iterator[Fact]:
        """A yes or no."""
        if name in self.told and said is not None:
            yield Fact(name=name, yes=said)

    def persons(
        self, name: FactName, ids: Iterable[str], terms: str | None = None, code: str | None = None
    ) -> Iterator[Fact]:
        """People by their designations, with the part they have, or what they agreed to, as a term."""
        shown = self.hiding.persons(tuple(dict.fromkeys(ids))) if name in self.told else ()
        if shown:
            yield Fact(name=name, persons=tuple(sorted(shown)), vocabulary=terms, code=code)
