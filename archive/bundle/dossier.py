"""From content to the files of a dossier: the page, its machine-readable twin, and the pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import get_args

import msgspec
from msgspec import Struct

from archive.bundle import blocks, content, form, html, ours, tables
from archive.bundle.bag import Member
from archive.bundle.content import Counts, Dossier, Exhibit, How, Kind, Moment, Picture, Use
from archive.bundle.entries import Answer, Cell, Entry, Fact, Passage
from archive.bundle.facts import EntryKind, FactName
from archive.bundle.pdf_writing import Job
from archive.bundle.reasons import Withholding
from archive.bundle.template import Section
from archive.language import regions
from archive.records.common import TranslatedBy
from archive.redact import patterns

SEALED = "identities.age"
"""Who is who, sealed to the recipient, where a template says so."""

_FIELDS = {
    field.encode_name
    for struct in (Dossier, Exhibit, Moment, Counts, Passage, Entry, Fact, Answer, Cell)
    for field in msgspec.structs.fields(struct)
}
_CODES = {
    code for codes in (Kind, How, Use, Withholding, EntryKind, FactName, TranslatedBy) for code in get_args(codes)
}


class Page(Struct, frozen=True):
    """One page of a bundle: its name without ending, what it says and in which order.

    ``apart``: for the named lawyer alone. ``again``: the same in another language, for people only.
    """

    stem: str
    dossier: Dossier
    sections: tuple[Section, ...]
    apart: bool = False
    again: bool = False


def members(
    pages: Sequence[Page],
    pictures: Mapping[str, Picture],
    sealed: bytes | None = None,
    papers: Mapping[str, bytes] | None = None,
) -> tuple[Member, ...]:
    """The payload of a bag. ``pictures`` are by ``Exhibit.file``, as ``content.arrange`` gives them.

    ``sealed`` is who is who, encrypted for the recipient; ``papers`` are the pages on paper (``pdf_writing.write`` of
    their ``job``), by the stem of each.
    """
    files = {file for page in pages for one in page.dossier.exhibits for file in one.files}
    return (
        *(member for page in pages for member in _files(page, pictures, _also(page, pages))),
        *(Member(file, pictures[file].data) for file in sorted(files)),
        *((Member(SEALED, sealed),) if sealed is not None else ()),
        *(Member(f"{stem}.pdf", data) for stem, data in (papers or {}).items()),
    )


def job(page: Page, pictures: Mapping[str, Picture]) -> Job:
    """What is to be drawn of a page."""
    said = content.sound(page.dossier)
    shown = {file: pictures[file].data for one in said.exhibits for file in one.files}
    told = tuple(blocks.blocks(said, page.sections, apart=page.apart))
    return Job(told, shown, said.language, blocks.kicker(said, apart=page.apart), said.mark)


def _also(page: Page, pages: Iterable[Page]) -> Mapping[str, str]:
    """The files of the same page in other languages, by language."""
    same = (one for one in pages if one.apart is page.apart and one is not page)
    return {one.dossier.language: f"{one.stem}.html" for one in same}


def _files(page: Page, pictures: Mapping[str, Picture], also: Mapping[str, str]) -> Iterator[Member]:
    """What is written of one page; ``also`` are those in other languages."""
    said = content.sound(page.dossier)
    shown = html.page(said, page.sections, pictures, apart=page.apart, also=also)
    yield Member(f"{page.stem}.html", shown.encode())
    if not page.again:
        yield from (Member(name, data) for name, data in tables.files(said) if not page.apart)
        yield Member(f"{page.stem}.json", msgspec.json.format(msgspec.json.encode(said), indent=2) + b"\n")
    if said.form:
        yield Member(page.stem.replace("dossier", "form") + ".txt", form.text(said).encode())


def own(pages: Iterable[Page]) -> frozenset[str]:
    """Every whole piece of text of these files that is ours: labels, names of fields and files, codes, designations,
    and whom the collective chose to name as issuer and contact, and where to read the law.

    The leak check passes over a text node, attribute, JSON string or file name only if all of it is one of these.
    """
    stems = {stem for page in pages for stem in (page.stem, page.stem.replace("dossier", "form"))}
    files = {f"{stem}.{ending}" for stem in stems for ending in ("html", "json", "txt", "pdf")}
    files |= {SEALED, "exhibits.csv", "acts.csv", "numbers.csv"}
    return frozenset({*files, *(piece for page in pages for piece in _own(content.sound(page.dossier), page))})


def _own(dossier: Dossier, page: Page) -> frozenset[str]:
    exhibits = dossier.exhibits
    given = [words for words in (dossier.issuer, dossier.contact) if words]
    passages = (
        dossier.title,
        *(getattr(dossier, name) for name in content.WRITTEN),
        *(p for e in exhibits for p in (e.title, e.text)),
        *(fact.words for entry in dossier.entries for fact in entry.facts),
        *(answer.words for answer in dossier.form),
    )
    return ours.of_page(dossier) | {
        *_FIELDS,
        *_CODES,
        *given,
        *(line for words in given for line in words.split("\n")),
        *("format", "dossier/1", dossier.template, dossier.profile, dossier.language),
        *(passage.language for passage in passages if passage and passage.language),
        *dossier.dates,
        *(word for exhibit in exhibits for word in (exhibit.token, *exhibit.files, *exhibit.persons, *exhibit.sha256)),
        *(code for exhibit in exhibits for code in (exhibit.what, exhibit.known) if code),
        *(word for cell in dossier.table for word in (cell.act, cell.quarter, cell.region) if word),
        *filter(None, (dossier.salt, dossier.mark)),
        *tables.own(dossier),
        *_links(dossier),
        *blocks.own(dossier, page.sections, apart=page.apart),
        *_told(dossier),
    }


def _links(dossier: Dossier) -> Iterator[str]:
    """Where to read the law."""
    text = dossier.law.text if dossier.law else ""
    yield from (text[span.start : span.end] for span in patterns.find(text) if span.category == "url")


def _told(dossier: Dossier) -> Iterator[str]:
    """Of the facts: terms, designations, regions, and the numbers and recipients that are told as they are."""
    places = [exhibit.place for exhibit in dossier.exhibits if exhibit.place]
    for entry in dossier.entries:
        for fact in entry.facts:
            yield from (*fact.persons, *filter(None, (fact.code, fact.vocabulary)))
            if fact.words and fact.name in ("number", "recipient-name"):
                yield fact.words.text
            elif fact.words:
                places.append(fact.words.text)
    yield from (place for place in places if place in regions.names())
