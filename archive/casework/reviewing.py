"""The review of texts before a dossier: what would be hidden, and what somebody decides about words with a capital.

Names, masks and shapes are always hidden. Every other word with a capital inside a sentence is hidden too until a
person says of it, once for all its forms and for the whole case, that it names nobody. What is decided is kept in the
case (``masks``, ``cleared``, ``held``), so that the next dossier asks only about what is new.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import reduce

from msgspec import Struct

from archive.bundle.hiding import Finder
from archive.casework.deciding import each
from archive.casework.reading import full_text
from archive.desk import Desk
from archive.errors import NotFoundError
from archive.records import kinds
from archive.records.answers_redact import RecordSpans, RedactAnswer, SpanAnswer, WordAnswer
from archive.records.kinds import Filed
from archive.redact import capitals
from archive.redact.layers import find
from archive.redact.matcher import Matcher
from archive.redact.questions import Decided, Place, Word, questions
from archive.redact.span import Span
from archive.speech import tr
from archive.vault.entry import Entry
from archive.vault.truth import Truth


class Review(Struct, frozen=True):
    """What is under review: records with their spans, and the words that nobody has decided about, commonest first."""

    cases: tuple[str, ...]
    spans: tuple[tuple[str, tuple[Span, ...]], ...]
    words: tuple[Word, ...]


def review(desk: Desk, refs: Sequence[str], case: str | None) -> Review:
    """Look at records by reference, or at all of a case; NotFoundError if none of them has a text."""
    truth = desk.truth()
    named = {desk.resolve(ref) for ref in (*refs, *([case] if case else ()))}
    entries = [
        heads[0]
        for heads in truth.heads.values()
        if isinstance(record := heads[0].record, Filed) and (record.id in named or record.case in named)
    ]
    texts = [(entry, text) for entry in entries if (text := _text(desk, entry))]
    if not texts:
        raise NotFoundError(tr("There is no text here to go through."), tr("Name a case or a record that has one."))
    cases = frozenset(entry.record.case for entry, _ in texts if entry.record and entry.record.case)
    known, matcher = cleared(truth, cases), Matcher(truth.identities(), truth.masks(), wide=True)
    found = [(entry, text, find(text, matcher, known)) for entry, text in texts]
    titles = [(entry, title) for entry in entries if entry.record and (title := entry.record.title)]
    settled = held(truth, cases)
    unknown = [
        *_unknown(found, settled),
        *_unknown(((entry, title, find(title, matcher, known)) for entry, title in titles), settled),
    ]
    return Review(
        cases=tuple(sorted(cases)),
        spans=tuple((_id(entry), tuple(spans)) for entry, _, spans in found),
        words=questions(unknown, (text for _, text in texts)),
    )


def undecided(finder: Finder, texts: Iterable[str]) -> tuple[Word, ...]:
    """The words that nobody has decided about in all that ``finder`` has seen and in ``texts``, commonest first."""
    for text in texts:
        finder.find(text, capitals=True)
    seen = list(finder.seen())
    places = (("", text, span) for text, spans in seen for span in finder.open_of(text, spans))
    return questions(places, (text for text, _ in seen))


def in_all_forms(words: Iterable[str], asked: Sequence[Word]) -> list[str]:
    """``words`` that somebody typed, with the other forms of the questions they are an answer to."""
    found = list[str]()
    for typed in words:
        key = capitals.group(typed)
        one = next((word for word in asked if key in set(map(capitals.group, word.told))), None)
        found += dict.fromkeys((typed, *(one.told if one else ())))
    return found


def answer(desk: Desk, asked: Review, said: Decided) -> RedactAnswer:
    """A review, and what was decided in it, as ``--json`` tells it."""
    refs: dict[str, str] = {}

    def ref(ident: str) -> str:
        return refs.setdefault(ident, desk.index.ref(ident))

    def told(span: Span) -> SpanAnswer:
        layer = "pattern" if span.layer == "date" else span.layer
        person = ref(span.person) if span.person else None
        return SpanAnswer(start=span.start, end=span.end, layer=layer, person=person)

    return RedactAnswer(
        records=tuple(RecordSpans(ref=ref(record), spans=tuple(map(told, spans))) for record, spans in asked.spans),
        undecided=tuple(
            WordAnswer(word=word.forms[0], forms=word.forms, count=word.count, refs=tuple(map(ref, word.records)))
            for word in asked.words
        ),
        hidden=each(*said.hide, *said.hold),
        shown=tuple(said.show),
    )


def cleared(truth: Truth, cases: Collection[str]) -> frozenset[str]:
    """Keys of the words that may stand in records of all these cases: cleared in every state of every one of them."""
    said = [frozenset(map(capitals.group, case.cleared)) for case in _heads(truth, cases)]
    return reduce(frozenset.intersection, said) if said else frozenset()


def held(truth: Truth, cases: Collection[str]) -> frozenset[str]:
    """Keys of the words that stay hidden where they have a capital, and that nobody is to be asked about again."""
    return frozenset(capitals.group(word) for case in _heads(truth, cases) for word in case.held)


def _heads(truth: Truth, cases: Collection[str]) -> list[kinds.Case]:
    return [case for case in truth.all(kinds.Case) if case.id in cases]


def _text(desk: Desk, entry: Entry) -> str | None:
    record = entry.record
    return full_text(desk, record, entry.attachments, desk.collective) if isinstance(record, Filed) else None


def _unknown(found: Iterable[tuple[Entry, str, list[Span]]], settled: frozenset[str]) -> Iterator[Place]:
    for entry, text, spans in found:
        unknown = [span for span in spans if span.layer == "capital"]
        yield from ((_id(entry), text, span) for span in capitals.left(text, unknown, settled))


def _id(entry: Entry) -> str:
    return entry.record.id if entry.record else ""
