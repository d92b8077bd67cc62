"""Exhibits as parts of the page, each with what it is, how it came and how it is known; and how they were kept."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping

from msgspec import Struct

from archive.bundle.content import Dossier, Exhibit, Picture
from archive.bundle.entries import Passage
from archive.bundle.exhibit_words import of_exhibit, of_files, of_translation, of_translator, what_it_is
from archive.bundle.labels import Labels
from archive.bundle.markup import Markup, element, joined, paragraphs, unbroken
from archive.bundle.saying import place_called

SHOWN = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
"""The kinds of picture that every browser shows; others are in the folder and named in the page."""


class View(Struct, frozen=True):
    """What every part of the page is made from."""

    dossier: Dossier
    words: Labels
    pictures: Mapping[str, Picture]
    apart: bool
    names: Mapping[str, Passage]


def exhibits(it: View) -> Markup:
    """One article for each."""
    shown = (_exhibit(it, exhibit) for exhibit in it.dossier.exhibits)
    return joined(element("p", it.words.quoted), *shown) if it.dossier.exhibits else Markup()


def custody(it: View) -> Markup:
    """How they were kept, and the digest of each file."""
    if not it.dossier.exhibits:
        return Markup()
    files = [
        element("li", element("a", name, href=name), " ", element("code", digest))
        for exhibit in it.dossier.exhibits
        for name, digest in of_files(exhibit)
    ]
    listed = joined(element("p", it.words.custody_files), element("ul", *files)) if files else Markup()
    return joined(element("p", it.words.custody_text), listed)


def reference(words: Labels, number: int) -> Markup:
    """The number of an exhibit, as a way to it."""
    return element(
        "a",
        element("span", words.exhibit),
        " ",
        element("span", str(number)),
        href=f"#exhibit-{number}",
        class_="source",
    )


def title(it: View, exhibit: Exhibit) -> str:
    """What it is called, else what it is."""
    return exhibit.title.text if exhibit.title else what_it_is(exhibit, it.words, it.dossier.language)[-1]


def spoken(it: View, passage: Passage | None) -> str | None:
    """The ``lang`` attribute where words are in another language than the page."""
    told = passage.language if passage else None
    return told if told != it.dossier.language else None


def alternative(words: Labels, exhibit: Exhibit) -> str:
    """The text for those who do not see the picture; its title is read just before."""
    return f"{words.kinds[exhibit.kind]}, {words.exhibit} {exhibit.number}"


def of_page(words: Labels, exhibit: Exhibit, number: int) -> str:
    """The text for those who do not see one of its pages."""
    return f"{alternative(words, exhibit)}, {number}/{len(exhibit.pages)}"


def _exhibit(it: View, exhibit: Exhibit) -> Markup:
    name = f"exhibit-{exhibit.number}"
    counted = element("span", element("b", it.words.exhibit), " ", element("b", str(exhibit.number)))
    what = what_it_is(exhibit, it.words, it.dossier.language)
    kinds = (element("span", said) for said in (what if exhibit.title else what[:-1]))
    number = element("span", *(piece for part in (counted, *kinds) for piece in (part, " ")), class_="number")
    called = element("span", unbroken(title(it, exhibit)), lang=spoken(it, exhibit.title))
    return element(
        "article",
        element("h3", number, " ", called, id=f"{name}-heading"),
        element("dl", *_facts(it, exhibit)),
        _picture(it, exhibit),
        _pages(it, exhibit),
        element("p", it.words.not_shown) if not (exhibit.text or exhibit.files) else "",
        element("p", it.words.text_alone) if exhibit.text_alone else "",
        element("p", it.words.text_of_pages) if exhibit.pages and exhibit.text else "",
        element("blockquote", paragraphs(exhibit.text.text), lang=spoken(it, exhibit.text)) if exhibit.text else "",
        id=name,
        aria_labelledby=f"{name}-heading",
    )


def _facts(it: View, exhibit: Exhibit) -> Iterator[Markup]:
    words, language = it.words, it.dossier.language
    for label, said in of_exhibit(exhibit, words, language):
        yield _fact(label, element("span", said, class_="persons") if label == words.concerns else said)
        if label == words.when and exhibit.place:
            yield _fact(place_called(it.dossier.profile, language), exhibit.place)
    for label, numbers in of_translation(exhibit, it.dossier.exhibits, words):
        made = (element("span", said) for said in of_translator(exhibit, words) if label == words.translates)
        links = (reference(words, number) for number in numbers)
        yield _fact(label, joined(*(part for one in (*links, *made) for part in (one, " "))))
    if exhibit.file:
        yield _fact(words.file, element("a", exhibit.file, href=exhibit.file))
    if exhibit.pages:
        pages = (element("a", str(number), href=file) for number, file in enumerate(exhibit.pages, 1))
        yield _fact(words.pages, joined(*(part for one in pages for part in (one, " "))))


def _fact(name: str, value: str) -> Markup:
    return element("div", element("dt", name), element("dd", value))


def _picture(it: View, exhibit: Exhibit) -> Markup:
    picture = it.pictures[exhibit.file] if exhibit.file else None
    if picture is None or picture.media_type not in SHOWN:
        return Markup()
    return element("figure", element("img", src=_embedded(picture), alt=alternative(it.words, exhibit)))


def _pages(it: View, exhibit: Exhibit) -> Markup:
    """Its pages in their order, after a word on what is black in them."""
    if not exhibit.pages:
        return Markup()
    shown = (
        element("img", src=_embedded(it.pictures[file]), alt=of_page(it.words, exhibit, number))
        for number, file in enumerate(exhibit.pages, 1)
    )
    return joined(element("p", it.words.black), *(element("figure", image, class_="paper") for image in shown))


def _embedded(picture: Picture) -> str:
    return f"data:{picture.media_type};base64,{base64.b64encode(picture.data).decode()}"
