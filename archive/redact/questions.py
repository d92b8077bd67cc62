"""What a person is asked about: words that nobody has decided about, each once, however they are inflected.

Forms of one word are one question, over everything that is looked at. So are words that nearly always stand beside
each other ("Karlovy Vary", a heading in capitals); where one of them stands elsewhere, it is asked about by itself.
Every form that an answer holds for is shown, and a question of several parts can be answered part by part.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec import Struct

from archive.language.words import words
from archive.redact.capitals import PLAIN, ROW, SAID, group, links
from archive.redact.span import Span

AROUND = 40  # characters on either side of a word when a person is shown where it stands
_TOLD_BY, _TOLD_WITHIN = 3, 200  # words, and characters, on either side that tell a place
_MOST_SIGHTS = 50  # places that are remembered of a word
_LONGEST = 200  # letters of what is asked about; a longer word stays hidden, as nobody could read it
_NEARLY = 0.75  # the share of all its places in which a word has to stand beside another to be one question with it
_BEFORE = re.compile(rf"(?<!\w)(?P<word>{PLAIN.pattern})(?:{ROW.pattern})$")
_SMALL = re.compile(r"(?<![^\W_])[^\W\d_]+(?![^\W_])")

Place = tuple[str, str, Span]
"""A record's id, a text of it, and a span in this text."""


class Sight(Struct, frozen=True):
    """A place as it reads: ``shown`` are the words around it, ``at`` where in them it stands.

    ``here`` says this place alone (None: it cannot be told).
    """

    shown: str
    at: tuple[int, int]
    here: str | None


class Word(Struct, frozen=True):
    """A word to decide about, or several in a row: how often, in which records, and where it stands.

    ``forms``: as it is written, the commonest first; ``told``: one of them for each key of ``capitals.group``.
    ``small``: it stands in small letters too. ``parts``: what it can be taken apart into.
    """

    key: str
    forms: tuple[str, ...]
    told: tuple[str, ...]
    count: int
    records: tuple[str, ...]
    sights: tuple[Sight, ...]
    small: bool = False
    parts: tuple[Word, ...] = ()

    @property
    def is_row(self) -> bool:
        """Whether its parts stand in a row; else they are forms of one word."""
        return len(self.parts) > 1 and " " in self.key


class Decided(Struct):
    """What a person said so far.

    ``hide``: everywhere, in all forms; ``show``: where they have a capital, also words in a row and places; ``hold``:
    they stay hidden where they have a capital, and nobody is asked about them again.
    """

    hide: list[str] = []
    show: list[str] = []
    hold: list[str] = []

    @property
    def anything(self) -> bool:
        """Whether anything was said."""
        return bool(self.hide or self.show or self.hold)

    def to_hide(self, word: Word) -> None:
        """Everywhere; of words in a row those that stand in small letters too only where they have a capital."""
        self._hidden(word, whole=not word.is_row)

    def to_rest(self, word: Word) -> None:
        """Nobody looked at it: everywhere, unless it stands in small letters too, as no name does."""
        self._hidden(word, whole=False)

    def _hidden(self, word: Word, *, whole: bool) -> None:
        shown = set(map(group, self.show))
        said = (form for one in word.parts or (word,) if whole or not one.small for form in one.told)
        self.hide += [form for form in said if group(form) not in shown]
        self.hold += word.told

    def to_show(self, word: Word) -> None:
        """Wherever it has a capital; of words in a row where they stand so."""
        self.show += word.told

    def to_show_here(self, word: Word, sight: Sight) -> None:
        """Shown at this place, hidden where it has a capital elsewhere."""
        self.show += [sight.here] if sight.here else []
        self.hold += word.told

    def open_of(self, word: Word) -> tuple[Word, ...]:
        """What other answers leave to be asked: all, some of the words in a row, or nothing if it is hidden."""
        hidden, shown = set(map(group, self.hide)), set(map(group, self.show))
        if {group(form) for form in word.told} <= hidden:
            return ()
        left = tuple(one for one in word.parts if not {group(form) for form in one.told} <= hidden | shown)
        return left if word.is_row and len(left) < len(word.parts) else (word,)

    def copy(self) -> Decided:
        """The same, for later."""
        return Decided(list(self.hide), list(self.show), list(self.hold))

    def become(self, other: Decided) -> None:
        """What was said at another time, in place."""
        self.hide[:], self.show[:], self.hold[:] = other.hide, other.show, other.hold


def questions(places: Iterable[Place], texts: Iterable[str]) -> tuple[Word, ...]:
    """What to ask about the spans of ``places``, the commonest first; ``texts``: where small letters are looked for."""
    known = [place for place in places if place[2].end - place[2].start <= _LONGEST]
    if not known:
        return ()
    small = frozenset(group(word) for text in texts for word in set(_SMALL.findall(text)) if word.islower())
    known = _with_openers(known)
    named = _named(raw(place) for place in known)
    rows = defaultdict(list)
    for row in _rows(known, named):
        rows[tuple(named[raw(place)] for place in row)].append(row)
    asked = [_asked(names, found, small) for names, found in rows.items()]
    return tuple(sorted(asked, key=lambda word: (-word.count, word.key)))


def raw(place: Place) -> str:
    """The word of a place."""
    _, text, span = place
    return text[span.start : span.end]


def _with_openers(places: Sequence[Place]) -> list[Place]:
    """The places, and before some of them the word that opens the sentence, if it is asked about beside the same word.

    Of "Karlovy Vary lies … in Karlovy Vary" the first word has a capital anyway, and still belongs to the second.
    """
    beside = {(group(raw(one)), group(raw(other))) for one, other in pairwise(places) if _is_beside(one, other)}
    found = list[Place]()
    for place in places:
        record, text, span = place
        before = _BEFORE.search(text, max(0, span.start - _LONGEST), span.start)
        if before and (not found or found[-1][1] is not text or found[-1][2].end <= before.start()):
            opener = (record, text, Span(before.start(), before.end("word"), "capital"))
            if (group(before["word"]), group(raw(place))) in beside:
                found.append(opener)
        found.append(place)
    return found


def _named(raws: Iterable[str]) -> Mapping[str, str]:
    """What each word is called by: the least key of all that are linked with it."""
    above: dict[str, str] = {}

    def top(key: str) -> str:
        while (parent := above.setdefault(key, key)) != key:
            key = parent
        return key

    said = dict.fromkeys(raws)
    for word in said:
        for key in links(word):
            one, other = sorted((top(key), top(group(word))))
            above[other] = one
    return {word: top(group(word)) for word in said}


def _rows(places: Sequence[Place], named: Mapping[str, str]) -> Iterator[list[Place]]:
    """The places, those of words that belong together as one."""
    counts = Counter(named[raw(place)] for place in places)
    beside = Counter((named[raw(one)], named[raw(other)]) for one, other in pairwise(places) if _is_beside(one, other))
    row: list[Place] = []
    for place in places:
        if row and place[2].end - row[0][2].start <= _LONGEST and _is_beside(row[-1], place):
            pair = named[raw(row[-1])], named[raw(place)]
            if pair[0] != pair[1] and beside[pair] >= _NEARLY * max(counts[pair[0]], counts[pair[1]]):
                row.append(place)
                continue
        if row:
            yield row
        row = [place]
    if row:
        yield row


def _is_beside(one: Place, other: Place) -> bool:
    return (
        one[1] is other[1]
        and ROW.fullmatch(one[1], one[2].end, other[2].start) is not None
        and PLAIN.fullmatch(raw(one)) is not None
        and PLAIN.fullmatch(raw(other)) is not None
    )


def _asked(names: Sequence[str], rows: Sequence[Sequence[Place]], small: Collection[str]) -> Word:
    """One question about rows of words of these names."""
    parts: dict[str, list[Place]] = defaultdict(list)
    for row in rows:
        for name, place in zip(names, row, strict=True):
            parts[name if len(names) > 1 else group(raw(place))].append(place)
    whole = [(row[0][0], row[0][1], Span(row[0][2].start, row[-1][2].end, "capital")) for row in rows]
    apart = tuple(_word(key, found, small) for key, found in parts.items()) if len(parts) > 1 else ()
    return _word(" ".join(names), whole, small, apart)


def _word(key: str, places: Sequence[Place], small: Collection[str], parts: tuple[Word, ...] = ()) -> Word:
    counted = Counter(" ".join(raw(place).split()) for place in places)
    forms = tuple(form for form, _ in counted.most_common())
    return Word(
        key=key,
        forms=forms,
        told=tuple({group(form): form for form in reversed(forms)}.values()),
        count=len(places),
        records=tuple(dict.fromkeys(record for record, _, _ in places)),
        sights=tuple(_sight(text, span) for _, text, span in places[:_MOST_SIGHTS]),
        small=any(group(form) in small for form in forms),
        parts=parts,
    )


def _sight(text: str, span: Span) -> Sight:
    start = max(0, span.start - AROUND)
    return Sight(text[start : span.end + AROUND], (span.start - start, span.end - start), _here(text, span))


def _here(text: str, span: Span) -> str | None:
    """This place, told by the words around it; None where it is no plain word."""
    said = " ".join(text[span.start : span.end].split())
    if not SAID.fullmatch(said):
        return None
    begin, end = max(0, span.start - _TOLD_WITHIN), span.end + _TOLD_WITHIN
    before = _plain(text[begin : span.start])[1 if begin else 0 :]
    after = _plain(text[span.end : end])[: -1 if end < len(text) else None]
    return " ".join((*before[-_TOLD_BY:], f"[{said}]", *after[:_TOLD_BY]))


def _plain(text: str) -> list[str]:
    return [word.raw for word in words(text) if not word.joined]
