"""From content to the files of a dossier: the page, its machine-readable twin, and the pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import get_args

import msgspec

from archive.bundle import content, html
from archive.bundle.bag import Member
from archive.bundle.content import Counts, Dossier, Exhibit, How, Kind, Moment, Picture, Use, Withholding
from archive.bundle.entries import Entry, Fact, Passage
from archive.bundle.facts import EntryKind, FactName
from archive.bundle.template import Template
from archive.language import regions

_FIELDS = {
    field.encode_name
    for struct in (Dossier, Exhibit, Moment, Counts, Passage, Entry, Fact)
    for field in msgspec.structs.fields(struct)
}
_CODES = {code for codes in (Kind, How, Use, Withholding, EntryKind, FactName) for code in get_args(codes)}


def members(dossier: Dossier, template: Template, pictures: Mapping[str, Picture]) -> tuple[Member, ...]:
    """The payload of a bag. ``pictures`` are by ``Exhibit.file``, as ``content.arrange`` gives them."""
    dossier = content.sound(dossier)
    files = tuple(exhibit.file for exhibit in dossier.exhibits if exhibit.file)
    return (
        Member("dossier.html", html.page(dossier, template, pictures).encode()),
        Member("dossier.json", msgspec.json.format(msgspec.json.encode(dossier), indent=2) + b"\n"),
        *(Member(file, pictures[file].data) for file in files),
    )


def own(dossier: Dossier) -> frozenset[str]:
    """Every whole piece of text of these files that is ours: labels, names of fields and files, codes, designations,
    and whom the collective chose to name as issuer and contact.

    The leak check passes over a text node, attribute, JSON string or file name only if all of it is one of these.
    """
    dossier = content.sound(dossier)
    exhibits = dossier.exhibits
    given = [words for words in (dossier.issuer, dossier.contact) if words]
    passages = (
        dossier.title,
        *(getattr(dossier, name) for name in content.WRITTEN),
        *(p for e in exhibits for p in (e.title, e.text)),
        *(fact.words for entry in dossier.entries for fact in entry.facts),
    )
    return html.own(dossier) | {
        *_FIELDS,
        *_CODES,
        *given,
        *(line for words in given for line in words.split("\n")),
        *("format", "dossier/1", "dossier.html", "dossier.json", dossier.template, dossier.profile, dossier.language),
        *(passage.language for passage in passages if passage and passage.language),
        *dossier.dates,
        *(word for exhibit in exhibits for word in (exhibit.token, exhibit.file, *exhibit.persons) if word),
        *_told(dossier),
    }


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
