"""How words, dates and places become what a dossier may say of them; what was found in a text is found once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import structs

from archive.bundle.entries import Passage
from archive.bundle.visible import visible
from archive.language.regions import region_of
from archive.records import edtf
from archive.redact import capitals, layers
from archive.redact.matcher import Matcher
from archive.redact.profile import Profile
from archive.redact.span import Span
from archive.redact.text import redact, stretches

_LONGEST_FIELD, _LONGEST_TITLE = 1_000, 100  # in the shorter one short names are looked for as well
_ROW = re.compile(r"(?m)^[^\t\n]*\t.*$")


class Finder:
    """Finds what may have to be hidden, once in each text, however often a dossier is composed.

    Every other capitalised word inside a sentence counts too, as it may be the name of somebody whom the archive does
    not know, unless a person has looked at it: ``cleared`` are the keys of such words. Nobody has to decide about
    those in ``held`` any more: they stay hidden.
    """

    def __init__(self, matcher: Matcher, cleared: Collection[str], held: Collection[str] = ()) -> None:
        self._matcher = matcher
        self._cleared, self._held = cleared, held
        self._found: dict[tuple[str, bool, bool], list[Span]] = {}

    def find(self, text: str, *, capitals: bool, office: bool = False) -> list[Span]:
        """The spans in ``text``; without unknown words where ``capitals`` is false.

        What an ``office`` says has capitals of its own (``layers.find``).
        """
        key = (text, capitals, office)
        if key not in self._found:
            found = layers.find(text, self._matcher, self._cleared if capitals else None, office=office)
            torn = frozenset(self._torn(text))
            asked = (one for one in found if one.layer != "capital" or not _is_within(one, torn))
            self._found[key] = sorted({*asked, *torn}, key=lambda span: (span.start, span.end))
        return self._found[key]

    def _torn(self, text: str) -> Iterator[Span]:
        """Names torn by a blank in a field or a cell."""
        for start, end in _of_one_line(text):
            for span in self._matcher.torn(text[start:end], brief=end - start <= _LONGEST_TITLE):
                yield structs.replace(span, start=start + span.start, end=start + span.end)

    def seen(self) -> Iterator[tuple[str, list[Span]]]:
        """Every text in which unknown words were looked for, with all that was found in it."""
        yield from ((text, spans) for (text, unknown, _), spans in self._found.items() if unknown)

    def open_of(self, text: str, spans: Sequence[Span]) -> list[Span]:
        """Those of the ``spans`` of ``text`` that nobody has decided about."""
        return capitals.left(text, [span for span in spans if span.layer == "capital"], self._held)


def _is_within(span: Span, others: Collection[Span]) -> bool:
    return any(one.start <= span.start and span.end <= one.end for one in others)


def _of_one_line(text: str) -> Iterator[tuple[int, int]]:
    """Where in ``text`` what was typed stands without lines of its own: all of it, or the rows of a table."""
    if "\n" not in text and len(text) <= _LONGEST_FIELD:
        yield 0, len(text)
    else:
        yield from (row.span() for row in _ROW.finditer(text) if len(row[0]) <= _LONGEST_FIELD)


class Hiding:
    """Hides people and numbers in every passage, and counts what it hid.

    ``clear`` are the ids of those whose names stand in clear unless a passage says otherwise.
    """

    def __init__(
        self,
        finder: Finder,
        profile: Profile,
        pseudonyms: Mapping[str, str],
        language: str = "en",
        clear: frozenset[str] = frozenset(),
    ) -> None:
        self.profile = profile
        self.language = language  # of the dossier: what regions are called in it
        self._finder = finder
        self._pseudonyms = pseudonyms
        self._clear = clear
        self.count = 0
        self.unknown = 0

    def passage(
        self,
        text: str | None,
        language: str | None,
        clear: frozenset[str] | None = None,
        *,
        office: bool = False,
        reach: bool = False,
        law: bool = False,
    ) -> Passage | None:
        """``text`` without names and numbers; None where there is no text.

        What ``office`` says (a court, an authority, a place typed into its own field) is full of capitals that are no
        names: where readers are told places, they stay, but for accounts and what is in doubt. ``reach``: it tells how
        they are reached, and may. ``law``: it names laws and where to read them, for every reader.
        """
        text = visible(text or "")
        if not text.strip():
            return None
        told = office and self.profile.places == "place"
        spans = self._finder.find(text, capitals=True, office=law or told)
        if told:  # a town is home to many: it stays wherever something happened, if somebody from there is named at all
            spans = [one for one in spans if one.category != "place" or one.person not in self._clear]
        self.unknown += len(self._finder.open_of(text, spans))
        in_clear = self._clear if clear is None else clear
        profile = structs.replace(self.profile, contact="shown") if reach else self.profile
        profile = structs.replace(profile, actions=structs.replace(profile.actions, url="keep")) if law else profile
        hidden = redact(text, spans, self._pseudonyms, profile, self.language, in_clear)
        self.count += hidden.count
        return Passage(text=hidden.text, language=language) if hidden.text.strip() else None

    def to_cover(self, text: str, clear: frozenset[str] | None, *, capitals: bool) -> list[tuple[int, int]]:
        """Start and end of all that would be replaced in ``text``, for a page on which it can only be covered.

        Without unknown ``capitals``: what the leak check would find there.
        """
        spans = self._finder.find(text, capitals=capitals)
        return stretches(text, spans, self.profile, self._clear if clear is None else clear)

    def as_it_is(self, text: str) -> Passage | None:
        """A number or name that is itself what is told: only whoever else stands in it is hidden."""
        text = visible(text)
        spans = [one for one in self._finder.find(text, capitals=False) if one.layer in ("identity", "mask")]
        hidden = redact(text, spans, self._pseudonyms, self.profile, self.language, self._clear)
        self.count += hidden.count
        return Passage(text=hidden.text) if hidden.text.strip() else None

    def place(self, text: str | None, clear: frozenset[str] | None = None) -> Passage | None:
        """A place typed into its own field: the region and no finer, unless the profile tells places."""
        if self.profile.places == "place":
            return self.passage(text, None, clear, office=True)
        shown = self.profile.action("place") == "generalise"
        region = region_of(text, self.language) if shown and text else None
        return Passage(text=region) if region else None

    def date(self, date: str | None) -> str | None:
        """A date typed into its own field: the month, unless the profile keeps days."""
        if date is None:
            return None
        told = edtf.without_gaps(date)
        return told if self.profile.action("date") == "keep" else edtf.to_month(told)

    def persons(self, ids: Sequence[str]) -> tuple[str, ...]:
        """The designations of persons."""
        return tuple(self._pseudonyms[person] for person in ids if person in self._pseudonyms)
