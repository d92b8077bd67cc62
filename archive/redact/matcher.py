"""The identity matcher: every known form of every protected person, in any of the scripts.

A word becomes script-neutral keys; a key is cut into a known stem and one of the endings that may follow it. Names
in small letters count unless they are ordinary words too; those, and words that are short, need a capital or a name
beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache, partial
from typing import NamedTuple

from archive.language import endings as e
from archive.language.keys import keys
from archive.language.names import function_words
from archive.language.words import Word, letters_of, spellings, words
from archive.records.kinds import Identity
from archive.redact.around import alone, in_small_letters, small_words, speakers
from archive.redact.contacts import Contacts
from archive.redact.doubts import Doubts
from archive.redact.forms import PARTS, Form, Hit, forms, in_english, written
from archive.redact.initials import with_a_pair, with_initials, with_small_initials
from archive.redact.near import Near
from archive.redact.needs import INSIDE, SURE, TIED, needed
from archive.redact.span import Span
from archive.redact.spoken import house_after
from archive.redact.torn import IN_A_TITLE, LEAST, Torn

_CACHE = 100_000
_SHORTEST_GLUED, _LONGEST_GLUED = 5, 60  # letters a word has when it may be two names written as one
_SHORTEST_INSIDE, _SHORTEST_IN_A_TAG = 4, 5
_LONGEST_ENDING = 10
_INITIALLED = (*PARTS, "word")
_HEAD = 5  # letters of a word that tell whether a name may begin it
_LONGER = 5  # letters of a stem that may stand on two lines
_LONG = 8  # letters of a stem that may have a wrong one even in small letters
_ALSO_BEGINS = {
    "є": "i",
    "е": "i",
    "ё": "i",
    "х": "k",
    "ц": "t",
    "ж": "i",
    "щ": "c",
}  # Yefrem, Khariton, Tsvetana, Jora
_TIED = re.compile("[._-]")
_BESIDE = re.compile(r"[^\w\n]{1,3}|[^\w\n]{0,2}\n[^\w\n]{0,2}|[._-]?")


class _Reading(NamedTuple):
    """A word and whose form it may be, each with what it still needs to count."""

    word: Word
    hits: tuple[tuple[Hit, int], ...]


class _Writers(NamedTuple):
    """Who wrote messages of a chat, and where they are called so."""

    people: frozenset[str | None]
    places: list[tuple[int, int]]

    def mean(self, word: Word, hit: Hit, text: str, lines: dict[int, bool]) -> bool:
        """Whether a word that may be one of them is: beside a message, in lines in small letters, with a capital."""
        if hit.person not in self.people or hit.loose or hit.part not in PARTS:
            return False
        if _is_within(word, self.places):
            return True
        if word.raw.casefold() in function_words():
            return False
        return word.raw[0].isupper() or in_small_letters(text, word, lines)


class Matcher:
    """Finds people of ``identities`` and words of ``masks``; build it once, use it for many texts.

    ``wide`` adds what would hide too much in daily use but must not be left in a finished bundle: names with one
    letter wrong, and a name that is a word like *May* or *Will* wherever it stands with a capital.
    """

    def __init__(self, identities: Sequence[Identity], masks: Sequence[str] = (), wide: bool = False) -> None:
        self._forms = forms(identities, masks, kin=wide)
        self._initials = {one.person: _initials(one) for one in identities}
        self._heads = frozenset(stem[:3] for stem in self._forms)
        self._english = in_english(identities)
        self._begins = lru_cache(_CACHE)(self._may_begin)
        self._shortest_glued = _SHORTEST_GLUED - wide
        self._near = Near(self._forms) if wide else None
        self._written = written(identities, masks) if wide else {}
        self._torn = lru_cache(maxsize=2)(partial(Torn, self._forms))
        self._contacts = Contacts(identities)
        self._cache: dict[str, tuple[tuple[Hit, int], ...]] = {}
        self._glued: dict[str, tuple[tuple[int, int], ...]] = {}

    def spans(self, text: str, *, whole: bool = True) -> list[Span]:
        """What is found in ``text``, in order; spans of several people may overlap.

        Where it is not ``whole``, nobody knows whether its first and last line have a capital elsewhere.
        """
        read = list(self._readings(text))
        lines = {} if whole else dict.fromkeys((0, text.rfind("\n") + 1), False)
        writers = _writers(text, read)
        found, begun = set[Span](), list[tuple[Word, Hit]]()
        inside = set[tuple[Hit, str]]()
        for at, reading in enumerate(read):
            for hit, need in reading.hits:
                if (
                    need == SURE
                    or _beside(read, at, hit, text, need)
                    or alone(need, reading.word, text, lines)
                    or self._has_initial(reading.word, hit, text)
                    or (writers and writers.mean(reading.word, hit, text, lines))
                ):
                    found.add(_span(text, reading.word, hit))
                    inside.update([(hit, reading.word.raw)] if need == INSIDE else ())
                elif need == INSIDE:
                    begun.append((reading.word, hit))
        again = [(word, hit) for word, hit in begun if (hit, word.raw) in inside]
        small = small_words(text) if again else frozenset()
        found.update(_span(text, word, hit) for word, hit in again if word.raw.casefold() not in small)
        found.update(self._contacts.spans(text.replace("\t", " ")))  # as cells stand on paper
        return sorted(found, key=lambda span: (span.start, span.end, span.person or "", span.category))

    def doubts(self, text: str, found: Iterable[Span]) -> Iterator[Span]:
        """Words beside what was ``found`` that may be names, for a person to decide about; only if ``wide``."""
        if self._doubts:
            covered = tuple(found)
            yield from self._doubts.spans(text, covered, self._hits)
            yield from self._contacts.doubts(text, covered)

    @cached_property
    def _doubts(self) -> Doubts | None:
        """Made when it is asked for first: the last look at a bundle never does."""
        if self._near is None:
            return None
        return Doubts(self._forms, self._near, self._written, self._initials, self._torn(LEAST))

    def torn(self, text: str, *, brief: bool) -> Iterator[Span]:
        """Names torn by a blank in ``text`` that has no lines of its own, as a field or a cell; only if ``wide``.

        ``brief``: it is so short that names of three letters are looked for as well.
        """

        def sure(raw: str, long: bool) -> list[Hit]:
            wrapped = long or not (brief and raw.istitle())
            return [hit for hit, need in self._hits(raw, wrapped=wrapped) if need == SURE]

        plain = [word for word in words(text) if not word.joined] if self._near else []
        found = self._torn(IN_A_TITLE if brief else LEAST)
        for start, end in found.find(text, plain, lambda raw, long: bool(sure(raw, long))):
            said = "".join(word.raw for word in plain if start <= word.start < end)
            yield from (_span(text, Word(start, end, said, "torn"), hit) for hit in sure(said, long=False))

    def _readings(self, text: str) -> Iterator[_Reading]:
        """Every reading of every word that may be somebody."""
        for word in words(text):
            hits = self._hits(word.raw, wrapped=word.joined == "wrap")
            if hits:
                yield _Reading(word, hits)
            elif word.joined == "spaced":
                yield from self._inside(word, letters_of(word, text), whole=False)
            elif self._shortest_glued <= len(word.raw) <= _LONGEST_GLUED and word.joined not in (
                "line",
                "wrap",
                "cut",
            ):
                tagged = text[word.start - 1 : word.start] == "#"
                if tagged or word.raw.isascii():
                    yield from self._inside(word, range(word.start, word.end), whole=not tagged)

    def _inside(self, word: Word, places: Sequence[int], *, whole: bool) -> Iterator[_Reading]:
        """Names inside letters that run on: spaced without a gap between words, two names written as one, #hashtags."""
        least = 0 if whole or word.joined else _SHORTEST_IN_A_TAG
        for start, end in self._pieces(word.raw, whole=whole):
            part = Word(places[start], places[end - 1] + 1, word.raw[start:end], "part")
            hits = self._hits(part.raw) or self._hits(part.raw[1:]) or self._hits(part.raw[:-1])  # or an initial
            if end - start < least and not (self._near and any(need == SURE for _, need in hits)):
                continue
            yield _Reading(part, tuple((hit, SURE) for hit, _ in hits))

    def _pieces(self, raw: str, whole: bool) -> tuple[tuple[int, int], ...]:
        """Where names stand in ``raw``; if ``whole``, only when all of it is names of one person."""
        known = self._glued.get(raw)
        if known is None:
            found, at = list[tuple[int, int]](), 0
            while at <= len(raw) - _SHORTEST_INSIDE:
                if size := self._name_at(raw, at):
                    found.append((at, at + size))
                at += size or 1
            if whole and not (
                sum(end - start for start, end in found) == len(raw) and self._share_a_person(raw, found)
            ):
                found = self._two_names(raw)
            known = self._glued[raw] = tuple(found)
        return known

    def _share_a_person(self, raw: str, found: list[tuple[int, int]]) -> bool:
        people = [{hit.person for hit, _ in self._hits(raw[start:end])} for start, end in found]
        return len(people) > 1 and bool(set.intersection(*people))

    def _two_names(self, raw: str) -> list[tuple[int, int]]:
        """The halves of ``raw``, if they are names of one person, or a surname and an initial."""
        if self._begins(raw[:_HEAD]):
            for at in range(3, len(raw) - 2):
                left = {(hit.person, hit.part) for hit, _ in self._hits(raw[:at])}
                right = {(hit.person, hit.part) for hit, _ in self._hits(raw[at:])} if left else set()
                if any(one[0] == other[0] and one != other for one in left for other in right):
                    return [(0, at), (at, len(raw))]
        for initial, rest in ((raw[0], raw[1:]), (raw[-1], raw[:-1])):
            if self._begins(rest[:_HEAD]) and self._is_surname_of(rest, keys(initial)[0][:1]):
                return [(0, len(raw))]
        return []

    def _is_surname_of(self, raw: str, initial: str) -> bool:
        """Whether ``raw`` is the whole surname of somebody whose given name begins so."""
        return any(
            initial in self._initials.get(form.hit.person or "", "")
            for key in keys(raw)
            for form, size in self._cuts(key)
            if size == len(key) and form.kind == e.BARE and form.hit.part == "surname"
            if not form.hit.ordinary or size > _SHORTEST_INSIDE
        )

    def _has_initial(self, word: Word, hit: Hit, text: str) -> bool:
        """Whether a surname in small letters has its own initial tied to it: k.reddi, reddi_k."""
        if hit.part != "surname" or not word.raw.islower():
            return False
        start, end = with_small_initials(text, word.start, word.end)
        letters = {text[start] if start < word.start else "", text[end - 1] if end > word.end else ""} - {""}
        return any(keys(letter)[0][:1] in self._initials.get(hit.person or "", "") for letter in letters)

    def _name_at(self, raw: str, at: int) -> int:
        """The length of the longest name that begins at a place inside running letters."""
        if not self._begins(raw[at : at + _HEAD]):
            return 0
        sizes = range(min(len(raw) - at, 20), _SHORTEST_INSIDE - 1, -1)
        return next((size for size in sizes if self._hits(raw[at : at + size])), 0)

    def _may_begin(self, head: str) -> bool:
        """Whether a name may begin with ``head``, the first letters of a word."""
        return any(key[:3] in self._heads for key in keys(head))

    def _hits(self, raw: str, *, wrapped: bool = False) -> tuple[tuple[Hit, int], ...]:
        """Whose form ``raw`` may be, each with what it still needs.

        ``wrapped``: it stands on two lines without a hyphen, and is two words as a rule: only a long name counts then,
        and none that is misspelt.
        """
        kept = f"\n{raw}" if wrapped else raw
        known = self._cache.get(kept)
        if known is None:
            if len(self._cache) >= _CACHE:
                self._cache.clear()
                self._glued.clear()
            known = self._cache[kept] = self._look_up(raw, wrapped=wrapped)
        return known

    def _look_up(self, raw: str, *, wrapped: bool) -> tuple[tuple[Hit, int], ...]:
        if len(raw) > 60:
            return ()
        best: dict[Hit, int] = {}
        for bare in spellings(raw):
            for key in keys(bare):
                for form, size in self._cuts(key):
                    need = needed(bare, form, size) if size >= _LONGER or not wrapped else None
                    if need is not None and need < best.get(form.hit, 9):
                        best[form.hit] = need
                if not wrapped:
                    self._misspelt(bare, key, best)
            for hit in self._english.get(bare, ()):
                need = INSIDE if hit.ordinary else SURE
                best[hit] = min(need, best.get(hit, need))
            best.update((hit, SURE) for hit in self._written.get(bare, ()))
        return tuple(best.items())

    def _misspelt(self, bare: str, key: str, best: dict[Hit, int]) -> None:
        """Add to ``best`` whose name a word is with one letter wrong."""
        capital = bare[:1].isupper()
        if self._near and (capital or len(key) >= _LONG):
            best.update((form.hit, SURE) for form, _ in self._near.cuts(key, least=0 if capital else _LONG, known=best))

    def _cuts(self, key: str) -> Iterator[tuple[Form, int]]:
        """Every way to read ``key`` as a known stem and a fitting ending."""
        if key[:3] in self._heads or key[:2] in self._heads or key[:1] in self._heads:
            for size in range(len(key), max(0, len(key) - _LONGEST_ENDING - 1), -1):
                for form in self._forms.get(key[:size], ()):
                    if key[size:] in form.endings:
                        yield form, size


def _writers(text: str, read: Sequence[_Reading]) -> _Writers | None:
    """Who wrote the messages of ``text``; None if it is no chat, or nobody's who is known."""
    places = speakers(text) if read else []
    people = {hit.person for one in read if places and _is_within(one.word, places) for hit, _ in one.hits}
    return _Writers(frozenset(people), places) if people else None


def _is_within(word: Word, places: Sequence[tuple[int, int]]) -> bool:
    return any(start <= word.start and word.end <= end for start, end in places)


def _beside(read: Sequence[_Reading], at: int, hit: Hit, text: str, need: int) -> bool:
    """Whether another part of the same person's name stands beside."""
    between, word = _TIED if need == TIED else _BESIDE, read[at].word
    return any(
        near.person == hit.person and (near != hit or (hit.loose and read[other].word.raw != word.raw))
        for other in (at - 2, at - 1, at + 1, at + 2)
        if 0 <= other < len(read) and _touch(text, between, *sorted((word, read[other].word)))
        for near, _ in read[other].hits
    )


def _touch(text: str, between: re.Pattern[str], left: Word, right: Word) -> bool:
    return left.end <= right.start and bool(between.fullmatch(text, left.end, right.start))


def _span(text: str, word: Word, hit: Hit) -> Span:
    """The span of a hit; a name takes the initials beside it, and so does a mask, which may be one."""
    start, end = word.start, word.end
    if hit.part in _INITIALLED:
        start, end = with_initials(text, start, end)
    if hit.part in ("surname", "word"):
        start, end = with_a_pair(text, start, end)
        if word.raw.islower():
            start, end = with_small_initials(text, start, end)
    if hit.part == "address":
        end = house_after(text, end)
    return Span(start, end, "identity" if hit.person else "mask", hit.person, hit.category)


def _initials(identity: Identity) -> str:
    """The letters (of keys) with which somebody's given names and nicknames begin, in any spelling."""
    called = [*(word for name in identity.names for word in (name.given or "").split()), *identity.nicknames]
    begun = "".join(_ALSO_BEGINS.get(one[:1].casefold(), "") for one in called)
    return begun + "".join(key[:1] for one in called for key in (*keys(one), *keys(one[:1])))
