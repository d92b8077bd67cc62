"""``dossier.html``: one page that is whole by itself, readable offline, by ear, on a phone and on paper.

No script, no link that leaves the folder, no request: its policy is ``default-src 'none'``; the style is allowed by its
hash, pictures are embedded as ``data:`` (a page opened from a stick may not load the files beside it in every browser).
Our own words and theirs never share a text node, so that the leak check can tell them apart: ``own`` lists ours.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from importlib import resources

import msgspec

from archive.bundle import content, facts_html
from archive.bundle.content import Dossier, Exhibit, Moment, Picture
from archive.bundle.entries import ENTRIES, Passage
from archive.bundle.labels import Labels, labels
from archive.bundle.markup import Markup, element, joined, paragraphs, unbroken
from archive.bundle.saying import place_called
from archive.bundle.template import Section

STYLE = (resources.files("archive.bundle") / "dossier.css").read_text("utf-8").strip()
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; base-uri 'none'; form-action 'none'"
COMMANDS = (
    "sha256sum -c manifest-sha256.txt",
    "sha256sum -c tagmanifest-sha256.txt",
    "sha256sum tagmanifest-sha256.txt",
)
SHOWN = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
"""The kinds of picture that every browser shows; others are in the folder and named in the page."""

META = {
    "viewport": "width=device-width, initial-scale=1",
    "color-scheme": "light dark",
    "referrer": "no-referrer",
}


class _Page(msgspec.Struct, frozen=True):
    """What every part of the page is made from."""

    dossier: Dossier
    words: Labels
    pictures: Mapping[str, Picture]
    apart: bool


def page(dossier: Dossier, sections: Iterable[Section], pictures: Mapping[str, Picture], *, apart: bool = False) -> str:
    """The whole page. ``dossier`` is sound, ``pictures`` are by ``Exhibit.file``; ``apart``: for the lawyer only."""
    it = _Page(dossier, labels(dossier.language), pictures, apart)
    shown = {name: body for name in sections if (body := SECTIONS[name](it))}
    body = element(
        "body",
        element("a", it.words.skip, class_="skip", href="#text"),
        _header(it),
        element("div", _contents(it, shown), _main(it, shown), class_="sheet"),
    )
    return "<!doctype html>\n" + element("html", _head(it), body, lang=dossier.language)


def _head(it: _Page) -> Markup:
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        *(element("meta", name=name, content=content) for name, content in META.items()),
        element("meta", name="salt", content=it.dossier.salt) if it.dossier.salt else "",
        element("title", it.dossier.title.text),
        element("style", Markup(STYLE)),
    )


def _header(it: _Page) -> Markup:
    dossier, words = it.dossier, it.words
    issued = (
        element("time", words.when_said(dossier.issued), datetime=_datetime(dossier.issued)) if dossier.issued else ""
    )
    line = [part for part in (element("span", dossier.issuer) if dossier.issuer else "", issued) if part]
    kicker = words.apart if it.apart else words.dossier
    return element(
        "header",
        element("p", kicker, class_="kicker") if kicker != dossier.title.text else "",
        element("h1", unbroken(dossier.title.text), lang=_lang(it, dossier.title)),
        element("p", *line, class_="imprint") if line else "",
        *(element("p", text) for text in facts_html.about(dossier, words, apart=it.apart)),
        class_="cover",
    )


def _contents(it: _Page, sections: Mapping[Section, Markup]) -> Markup:
    links = (element("li", element("a", getattr(it.words, name), href=f"#{name}")) for name in sections)
    heading = element("h2", it.words.contents, id="contents")
    return element("nav", heading, element("ol", *links), aria_labelledby="contents")


def _main(it: _Page, sections: Mapping[Section, Markup]) -> Markup:
    parts = (
        element(
            "section",
            element("h2", getattr(it.words, name), id=f"{name}-heading"),
            body,
            id=name,
            class_=name,
            aria_labelledby=f"{name}-heading",
        )
        for name, body in sections.items()
    )
    return element("main", *parts, id="text")


def _written(name: Section) -> Callable[[_Page], Markup]:
    """A section that is one passage."""
    return lambda it: _passage(it, getattr(it.dossier, name))


def _terms(it: _Page) -> Markup:
    """What holds for everybody who gets such a dossier, and what was agreed with this one."""
    return joined(element("p", it.words.terms_always), _passage(it, it.dossier.terms))


def _grounds(it: _Page) -> Markup:
    """On what it rests: papers and pictures, what several people tell, what one person tells."""
    exhibits = it.dossier.exhibits
    told = [one for one in exhibits if one.kind == "testimony"]
    rests = (
        (it.words.documented, [one for one in exhibits if one.kind != "testimony"]),
        (it.words.by_several, [one for one in told if one.several]),
        (it.words.by_one, [one for one in told if not one.several]),
    )
    rows = (
        element("div", element("dt", words), element("dd", *(joined(_reference(it, n), " ") for n in numbers)))
        for words, found in rests
        if (numbers := [one.number for one in found])
    )
    return element("dl", *rows) if exhibits else Markup()


def _contact(it: _Page) -> Markup:
    return paragraphs(it.dossier.contact) if it.dossier.contact else Markup()


def _counts(it: _Page) -> Markup:
    counts = msgspec.to_builtins(it.dossier.counts) or {}
    rows = (
        element("div", element("dt", it.words.numbers[name]), element("dd", str(number)))
        for name, number in counts.items()
        if number
    )
    return element("dl", *rows) if any(counts.values()) else Markup()


def _entries(name: Section) -> Callable[[_Page], Markup]:
    """A section of what is told by facts."""
    return lambda it: facts_html.entries(getattr(it.dossier, name), it.words, it.dossier.language)


def _chronology(it: _Page) -> Markup:
    """A drawing, and the same as a list."""
    rows = [
        element(
            "li",
            element("time", it.words.when_said(moment.month), datetime=_datetime(moment.month)),
            element("ul", *_said_of(it, moment)),
        )
        for moment in it.dossier.chronology
    ]
    if undated := content.undated(it.dossier.acts):
        lines = (element("li", facts_html.line(act, it.words, it.dossier.language)) for act in undated)
        rows.append(element("li", element("span", it.words.undated, class_="time"), element("ul", *lines)))
    if not rows:
        return Markup()
    return joined(facts_html.timeline(it.dossier.chronology, it.words), element("ol", *rows))


def _said_of(it: _Page, moment: Moment) -> Iterable[Markup]:
    """The acts and exhibits of one date."""
    acts = {act.number: act for act in it.dossier.acts}
    exhibits = {exhibit.number: exhibit for exhibit in it.dossier.exhibits}
    for number in moment.acts:
        yield element("li", facts_html.line(acts[number], it.words, it.dossier.language))
    for number in moment.exhibits:
        yield element("li", _named(it, exhibits[number]))


def _named(it: _Page, exhibit: Exhibit) -> Markup:
    """A line of the chronology: what it is called, and where to read it."""
    title = element("span", unbroken(_title(it, exhibit)), lang=_lang(it, exhibit.title))
    return joined(title, " ", _reference(it, exhibit.number))


def _reference(it: _Page, number: int) -> Markup:
    return element(
        "a",
        element("span", it.words.exhibit),
        " ",
        element("span", str(number)),
        href=f"#exhibit-{number}",
        class_="source",
    )


def _exhibits(it: _Page) -> Markup:
    shown = (_exhibit(it, exhibit) for exhibit in it.dossier.exhibits)
    return joined(element("p", it.words.quoted), *shown) if it.dossier.exhibits else Markup()


def _exhibit(it: _Page, exhibit: Exhibit) -> Markup:
    name = f"exhibit-{exhibit.number}"
    counted = element("span", element("b", it.words.exhibit), " ", element("b", str(exhibit.number)))
    kind = element("span", it.words.kinds[exhibit.kind]) if exhibit.title else ""
    title = element("span", unbroken(_title(it, exhibit)), lang=_lang(it, exhibit.title))
    return element(
        "article",
        element("h3", element("span", counted, " ", kind, class_="number"), " ", title, id=f"{name}-heading"),
        element("dl", *_facts(it, exhibit)),
        _picture(it, exhibit),
        _pages(it, exhibit),
        element("p", it.words.text_alone) if exhibit.text_alone else "",
        element("p", it.words.text_of_pages) if exhibit.pages and exhibit.text else "",
        element("blockquote", paragraphs(exhibit.text.text), lang=_lang(it, exhibit.text)) if exhibit.text else "",
        id=name,
        aria_labelledby=f"{name}-heading",
    )


def _title(it: _Page, exhibit: Exhibit) -> str:
    return exhibit.title.text if exhibit.title else it.words.kinds[exhibit.kind]


def _facts(it: _Page, exhibit: Exhibit) -> Iterable[Markup]:
    words = it.words
    if exhibit.persons:
        yield _fact(words.concerns, element("span", ", ".join(exhibit.persons), class_="persons"))
    yield _fact(words.when, words.when_said(exhibit.month) if exhibit.month else words.undated)
    if exhibit.place:
        yield _fact(place_called(it.dossier.profile, it.dossier.language), exhibit.place)
    if exhibit.text and exhibit.text.language:
        yield _fact(words.language, words.language_named(exhibit.text.language))
    if exhibit.use:
        yield _fact(words.may, words.uses[exhibit.use])
    if exhibit.how:
        yield _fact(words.known, words.how[exhibit.how])
    if exhibit.translates:
        yield _fact(words.translates, _reference(it, exhibit.translates))
    if exhibit.file:
        yield _fact(words.file, element("a", exhibit.file, href=exhibit.file))
    if exhibit.pages:
        links = (element("a", str(number), href=file) for number, file in enumerate(exhibit.pages, 1))
        yield _fact(words.pages, joined(*(part for link in links for part in (link, " "))))


def _fact(name: str, value: str) -> Markup:
    return element("div", element("dt", name), element("dd", value))


def _picture(it: _Page, exhibit: Exhibit) -> Markup:
    picture = it.pictures[exhibit.file] if exhibit.file else None
    if picture is None or picture.media_type not in SHOWN:
        return Markup()
    return element("figure", element("img", src=_embedded(picture), alt=alternative(it.words, exhibit)))


def _pages(it: _Page, exhibit: Exhibit) -> Markup:
    """Its pages in their order, after a word on what is black in them."""
    if not exhibit.pages:
        return Markup()
    shown = (
        element("img", src=_embedded(it.pictures[file]), alt=of_page(it.words, exhibit, number))
        for number, file in enumerate(exhibit.pages, 1)
    )
    return joined(element("p", it.words.black), *(element("figure", image, class_="paper") for image in shown))


def of_page(words: Labels, exhibit: Exhibit, number: int) -> str:
    """The text for those who do not see one of its pages."""
    return f"{alternative(words, exhibit)}, {number}/{len(exhibit.pages)}"


def _embedded(picture: Picture) -> str:
    return f"data:{picture.media_type};base64,{base64.b64encode(picture.data).decode()}"


def alternative(words: Labels, exhibit: Exhibit) -> str:
    """The text for those who do not see the picture; its title is read just before."""
    return f"{words.kinds[exhibit.kind]}, {words.exhibit} {exhibit.number}"


def _withheld(it: _Page) -> Markup:
    reasons = (element("li", it.words.reasons[reason]) for reason in it.dossier.withheld)
    here = joined(element("p", it.words.left_out_here), element("ul", *reasons)) if it.dossier.withheld else Markup()
    return joined(*(element("p", text) for text in facts_html.never_in_it(it.dossier, it.words)), here)


def _verify(it: _Page) -> Markup:
    lines = (element("code", command) for command in COMMANDS)
    listed = element("pre", *(part for line in lines for part in (line, "\n")))
    return joined(element("p", it.words.check_intro), listed, element("p", it.words.check_means))


def _passage(it: _Page, passage: Passage | None) -> Markup:
    return paragraphs(passage.text, lang=_lang(it, passage)) if passage else Markup()


def _lang(it: _Page, passage: Passage | None) -> str | None:
    """The ``lang`` attribute where words are in another language than the page."""
    spoken = passage.language if passage else None
    return spoken if spoken != it.dossier.language else None


def _datetime(date: str) -> str | None:
    """What machines can read of a date: only plain years, months and days, as HTML knows no other."""
    return date if re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2])(-\d\d)?)?", date) else None


SECTIONS: Mapping[Section, Callable[[_Page], Markup]] = {
    **{name: _written(name) for name in ("summary", "demands", "unknown", "law", "reply", "verified")},
    **{name: _entries(name) for name in ENTRIES},
    "form": lambda it: facts_html.form_of(it.dossier, it.words),
    "table": lambda it: facts_html.table_of(it.dossier.table, it.words, it.dossier.language),
    "terms": _terms,
    "grounds": _grounds,
    "counts": _counts,
    "chronology": _chronology,
    "exhibits": _exhibits,
    "withheld": _withheld,
    "verify": _verify,
    "contact": _contact,
}
