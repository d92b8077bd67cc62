"""What of an exhibit is said in our words, for the page, the paper and the tables: what it is, how it came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from archive.bundle.content import Exhibit
from archive.bundle.labels import Labels
from archive.bundle.visible import bound
from archive.records import vocabulary


def what_it_is(one: Exhibit, words: Labels, language: str) -> tuple[str, ...]:
    """Its kind, and of a paper which it is, where that is known."""
    paper = (bound(vocabulary.label("documents", one.what, language), language),) if one.what else ()
    return (words.kinds[one.kind], *paper)


def of_exhibit(one: Exhibit, words: Labels, language: str) -> Iterator[tuple[str, str]]:
    """Label and value of all that is told of it in our words; its place is theirs."""
    if one.persons:
        yield words.concerns, ", ".join(one.persons)
    yield words.when, words.when_said(one.month) if one.month else words.undated
    if one.text and one.text.language:
        yield words.language, words.language_named(one.text.language)
    if one.use and (one.text or one.files):  # of what is not shown nothing can be printed
        yield words.may, words.uses[one.use]
    if one.how:
        yield words.got, words.how[one.how]
    if one.known:
        yield words.known, bound(vocabulary.label("knowing", one.known, language), language)


def of_translation(one: Exhibit, exhibits: Iterable[Exhibit], words: Labels) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Label and the numbers of the exhibits that it is made from, or that were made from it."""
    made_from = (
        (words.translates, one.translates), (words.transcribes, one.transcribes), (words.summarises, one.summarises)
    )  # fmt: skip
    yield from ((label, (number,)) for label, number in made_from if number)
    if translations := tuple(other.number for other in exhibits if other.translates == one.number):
        yield words.translation, translations


def of_translator(one: Exhibit, words: Labels) -> Iterator[str]:
    """Who translated it, and whether somebody compared it."""
    if one.translated:
        yield words.translated[one.translated]
    if one.compared:
        yield words.compared


def of_files(one: Exhibit) -> Iterator[tuple[str, str]]:
    """Each of its files and its SHA-256."""
    yield from zip(one.files, one.sha256, strict=True)


def own(exhibits: Iterable[Exhibit], words: Labels, language: str) -> Iterator[str]:
    """Every whole piece of text about exhibits that is ours."""
    for one in exhibits:
        yield from what_it_is(one, words, language)
        yield from (said for pair in of_exhibit(one, words, language) for said in pair)
        yield from of_translator(one, words)
        yield from (said for pair in of_files(one) for said in pair)
