"""What is known of people beside their names: phones in any spacing, mail, handles, the day of birth."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from archive.records.kinds import Identity
from archive.redact import spoken
from archive.redact.dates import days
from archive.redact.digits import runs
from archive.redact.months import any_of
from archive.redact.shapes import SHAPES
from archive.redact.span import Span, taken

_PHONE_TAIL = 9  # digits that tell a subscriber apart whatever stands before them
_SHORTEST = 5
_IN_PIECES = 7  # digits at the end that tell a phone where it is told in pieces
_APART = 3  # characters between pieces that are written as one
_LAST = re.compile(r"(?<![\d.,/:-])(?!(?:19|20)\d\d)\d\d[ \u00a0-]?\d\d(?![\d/:]|[.,-]\d)")
"""The last four digits of a phone, by which people tell one from another; no year."""
_FAR = 40  # characters between two pieces of one number
_SHORT_DAY = re.compile(r"(?<![\d.])(\d{1,2})\.[ \u00a0]?(\d{1,2})\.(?!\d)")  # as Czechs write it: 28. 7.
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_TIME = re.compile(r"(?<!\d)\d{1,2}:\d\d(?::\d\d)?(?!\d)")
_HANDLE = re.compile(r"^(?:https?://)?(?:www\.)?(?:[\w-]+\.(?:me|com|ru|org|net)/)?@?", re.IGNORECASE)


_Chain = list[tuple[int, int, str]]


class Contacts:
    """Finds the contacts of ``identities``."""

    def __init__(self, identities: Sequence[Identity]) -> None:
        self._phones: dict[str, set[str]] = {}
        self._exact: dict[str, set[tuple[str, str]]] = {}
        self._ends: dict[str, set[tuple[str, str]]] = {}  # the last digits of phones, as they are said in pieces
        self._last = set[str]()
        self._births: dict[tuple[int, int], set[tuple[int, str]]] = {}
        for identity in identities:
            self._learn(identity)
        literals = sorted(self._exact, key=len, reverse=True)
        self._literal = re.compile(rf"(?<![^\W_])@?{any_of(literals)}(?![^\W_])", re.I) if literals else None

    def _learn(self, identity: Identity) -> None:
        person = identity.person
        for phone in identity.phones:
            digits = "".join(c for c in phone if c.isdecimal())
            self._last.add(digits[-4:])
            if len(digits) >= _SHORTEST:
                self._phones.setdefault(digits[-_PHONE_TAIL:], set()).add(person)
            if len(digits) >= _IN_PIECES:
                self._ends.setdefault(digits[-_IN_PIECES:], set()).add((digits[:-_IN_PIECES], person))
        for email in identity.emails:
            self._exact.setdefault(email.casefold(), set()).add((person, "email"))
            local = email.partition("@")[0].casefold()
            if len(local) > _SHORTEST:
                self._exact.setdefault(local, set()).add((person, "email"))
        reach = identity.safe_contact or ""  # other people's numbers are in it, and lead to them as well
        for run in runs(reach):
            if len(run.digits) >= _PHONE_TAIL:
                self._phones.setdefault(run.digits[-_PHONE_TAIL:], set()).add(person)
        for mail in SHAPES["email"].findall(reach):
            self._exact.setdefault(mail.casefold(), set()).add((person, "email"))
        for handle in identity.handles:
            bare = _HANDLE.sub("", handle.strip()).strip("/").casefold()
            if bare:
                self._exact.setdefault(bare, set()).add((person, "handle"))
        if born := _DAY.match(identity.birth_date or ""):
            year, month, day = map(int, born.groups())
            self._births.setdefault((month, day), set()).add((year, person))

    def spans(self, text: str) -> Iterator[Span]:
        """The contacts in ``text``."""
        if self._literal:
            for match in self._literal.finditer(text):
                for person, category in self._exact.get(match.group().removeprefix("@").casefold(), ()):
                    yield Span(match.start(), match.end(), "identity", person, category)
        if self._phones or self._births:
            yield from self._numbers(text)
        if self._ends:
            yield from self._in_pieces(text)
        if self._births:
            yield from self._days(text)

    def doubts(self, text: str, covered: Iterable[Span]) -> Iterator[Span]:
        """What may be the end of somebody's phone, where no span in ``covered`` touches it: ending in 41-17."""
        held = taken(text, covered) if self._last else bytearray()
        for match in _LAST.finditer(text) if self._last else ():
            start, end = match.span()
            if re.sub(r"\D", "", match.group()) in self._last and held.find(1, start, end) < 0:
                yield Span(start, end, "capital", None, "capital")

    def _numbers(self, text: str) -> Iterator[Span]:
        """Phones, and dates of birth written without anything between, as in file names."""
        tails = set(map(len, self._phones))
        for run in runs(text):
            for size in tails:
                for at in range(len(run.digits) - size + 1):
                    for person in self._phones.get(run.digits[at : at + size], ()):
                        yield Span(run.start, run.end, "identity", person, "phone")
            for year, month, day in _without_signs(run.digits):
                for born, person in self._births.get((month, day), ()):
                    if year in (born, born % 100):
                        yield Span(run.start, run.end, "identity", person, "birth_date")

    def _in_pieces(self, text: str) -> Iterator[Span]:
        """Phones of which one part is told after the other, with words or the end of a sentence between."""
        for chain in _as_told(text, _chains(text)):
            told, owner = (
                "".join(digits for _, _, digits in chain),
                [at for at, one in enumerate(chain) for _ in one[2]],
            )
            for at in range(len(told) - _IN_PIECES + 1):
                for before, person in self._ends.get(told[at : at + _IN_PIECES], ()):
                    first, last = owner[at - _alike(told[:at], before)], owner[at + _IN_PIECES - 1]
                    for start, end in _together(text, chain[first : last + 1]):
                        yield Span(start, end, "identity", person, "phone")

    def _days(self, text: str) -> Iterator[Span]:
        """Dates of birth, with the year or without."""
        for match in _SHORT_DAY.finditer(text):
            for _, person in self._births.get((int(match[2]), int(match[1])), ()):
                yield Span(match.start(), match.end(), "identity", person, "birth_date")
        for start, end, mentioned in days(text):
            for month, day in {(mentioned.month, mentioned.day), (mentioned.day, mentioned.month)}:
                for year, person in self._births.get((month, day), ()):
                    if mentioned.year in (None, year):
                        yield Span(start, end, "identity", person, "birth_date")


def _without_signs(digits: str) -> Iterator[tuple[int, int, int]]:
    """Year, month and day that a row of digits may be, either end first, as in file names and numbers of people.

    A year of two digits stays so. In Czech and Slovak ones 50 is added to the month of a woman.
    """
    if len(digits) in (6, 8):
        head, tail = digits[:-4], digits[4:]
        for year, month, day in ((head, digits[-4:-2], digits[-2:]), (tail, digits[2:4], digits[:2])):
            yield int(year), int(month) - 50 * (int(month) > 50), int(day)


def _chains(text: str) -> Iterator[_Chain]:
    """The numbers of ``text`` (start, end, digits), those together that stand near each other."""
    chain: _Chain = []
    for piece in spoken.pieces(text):
        if chain and piece[0] - chain[-1][1] > _FAR:
            yield chain
            chain = []
        chain.append(piece)
    if chain:
        yield chain


def _as_told(text: str, chains: Iterable[_Chain]) -> Iterator[_Chain]:
    """Each chain, and what of it is said in words, and what is no day and no time.

    In a table the number of a row stands between two parts, in a chat when each message was written.
    """
    whens = [(start, end) for start, end, _ in days(text)] + [match.span() for match in _TIME.finditer(text)]
    for chain in chains:
        yield chain
        said = [piece for piece in chain if not text[piece[0]].isdecimal()]
        other = [piece for piece in chain if not any(start <= piece[0] < end for start, end in whens)]
        yield from (part for part in (said, other) if 1 < len(part) < len(chain))


def _together(text: str, pieces: _Chain) -> Iterator[tuple[int, int]]:
    """Start and end of ``pieces``, those as one that only a sign or two part."""
    first, last, _ = pieces[0]
    for start, end, _ in pieces[1:]:
        if start - last > _APART or "\n" in text[last:start]:
            yield first, last
            first = start
        last = end
    yield first, last


def _alike(told: str, known: str) -> int:
    """How many digits at the end of both are the same."""
    return sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(reversed(told), reversed(known), strict=False))
    )
