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
from types import MappingProxyType

import msgspec

from archive.bundle import content, exhibits_html, facts_html
from archive.bundle.content import Dossier, Exhibit, Moment, Picture
from archive.bundle.entries import ENTRIES, Entry, Passage
from archive.bundle.exhibits_html import View, reference, spoken, title
from archive.bundle.labels import Labels, labels
from archive.bundle.markup import Markup, element, joined, paragraphs, unbroken
from archive.bundle.saying import names_of
from archive.bundle.template import Section

STYLE = (resources.files("archive.bundle") / "dossier.css").read_text("utf-8").strip()
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; base-uri 'none'; form-action 'none'"
COMMANDS = (
    "sha256sum -c manifest-sha256.txt",
    "sha256sum -c tagmanifest-sha256.txt",
    "sha256sum tagmanifest-sha256.txt",
)
META = {
    "viewport": "width=device-width, initial-scale=1",
    "color-scheme": "light dark",
    "referrer": "no-referrer",
}


def page(
    dossier: Dossier,
    sections: Iterable[Section],
    pictures: Mapping[str, Picture],
    *,
    apart: bool = False,
    also: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The whole page. ``dossier`` is sound, ``pictures`` are by ``Exhibit.file``; ``apart``: for the lawyer only.

    ``also`` are the files of the same page in other languages, by language.
    """
    it = View(dossier, labels(dossier.language), pictures, apart, names_of(dossier.people, dossier.language))
    shown = {name: body for name in sections if (body := SECTIONS[name](it))}
    body = element(
        "body",
        element("a", it.words.skip, class_="skip", href="#text"),
        _header(it, also),
        element("div", _contents(it, shown), _main(it, shown), class_="sheet"),
    )
    return "<!doctype html>\n" + element("html", _head(it), body, lang=dossier.language)


def _head(it: View) -> Markup:
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        *(element("meta", name=name, content=content) for name, content in META.items()),
        element("meta", name="salt", content=it.dossier.salt) if it.dossier.salt else "",
        element("title", it.dossier.title.text),
        element("style", Markup(STYLE)),
    )


def _header(it: View, also: Mapping[str, str]) -> Markup:
    dossier, words = it.dossier, it.words
    issued = (
        element("time", words.when_said(dossier.issued), datetime=_datetime(dossier.issued)) if dossier.issued else ""
    )
    line = [part for part in (element("span", dossier.issuer) if dossier.issuer else "", issued) if part]
    kicker = words.apart if it.apart else words.dossier
    return element(
        "header",
        element("p", kicker, class_="kicker") if kicker != dossier.title.text else "",
        element("h1", unbroken(dossier.title.text), lang=spoken(it, dossier.title)),
        element("p", *line, class_="imprint") if line else "",
        _languages(words, also),
        *(element("p", text) for text in facts_html.about(dossier, words, apart=it.apart)),
        element("p", element("code", facts_html.OPENS)) if dossier.template == "handover" else "",
        class_="cover",
    )


def _languages(words: Labels, also: Mapping[str, str]) -> Markup:
    """The way to the same page in other languages, each called as it calls itself."""
    links = (
        element("a", labels(language).language_named(language), href=file, lang=language)
        for language, file in also.items()
    )
    ways = [piece for link in links for piece in (" ", link)]
    return element("p", element("span", words.also_in), *ways, class_="languages") if ways else Markup()


def _contents(it: View, sections: Mapping[Section, Markup]) -> Markup:
    links = (element("li", element("a", getattr(it.words, name), href=f"#{name}")) for name in sections)
    heading = element("h2", it.words.contents, id="contents")
    return element("nav", heading, element("ol", *links), aria_labelledby="contents")


def _main(it: View, sections: Mapping[Section, Markup]) -> Markup:
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


def _written(name: Section) -> Callable[[View], Markup]:
    """A section that is one passage."""
    return lambda it: _passage(it, getattr(it.dossier, name))


def _terms(it: View) -> Markup:
    """What holds for everybody who gets such a dossier, and what was agreed with this one."""
    return joined(element("p", it.words.terms_always), _passage(it, it.dossier.terms))


def _grounds(it: View) -> Markup:
    """On what it rests: papers and pictures, what several people tell, what one person tells."""
    exhibits = it.dossier.exhibits
    told = [one for one in exhibits if one.kind == "testimony"]
    rests = (
        (it.words.documented, [one for one in exhibits if one.kind != "testimony"]),
        (it.words.by_several, [one for one in told if one.several]),
        (it.words.by_one, [one for one in told if not one.several]),
    )
    rows = (
        element("div", element("dt", words), element("dd", *(joined(reference(it.words, n), " ") for n in numbers)))
        for words, found in rests
        if (numbers := [one.number for one in found])
    )
    return element("dl", *rows) if exhibits else Markup()


def _contact(it: View) -> Markup:
    return paragraphs(it.dossier.contact) if it.dossier.contact else Markup()


def _counts(it: View) -> Markup:
    counts = msgspec.to_builtins(it.dossier.counts) or {}
    items = (
        element("li", element("b", str(number)), " ", element("span", it.words.counted_as(name, number)))
        for name, number in counts.items()
        if number
    )
    return element("ul", *items) if any(counts.values()) else Markup()


def _entries(name: Section) -> Callable[[View], Markup]:
    """A section of what is told by facts."""
    return lambda it: facts_html.entries(getattr(it.dossier, name), it.words, it.dossier.language, it.names)


def _chronology(it: View) -> Markup:
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
        lines = (element("li", _act(it, act)) for act in undated)
        rows.append(element("li", element("span", it.words.undated, class_="time"), element("ul", *lines)))
    if not rows:
        return Markup()
    return joined(facts_html.timeline(it.dossier.chronology, it.words), element("ol", *rows))


def _said_of(it: View, moment: Moment) -> Iterable[Markup]:
    """The acts and exhibits of one date."""
    acts = {act.number: act for act in it.dossier.acts}
    exhibits = {exhibit.number: exhibit for exhibit in it.dossier.exhibits}
    for number in moment.acts:
        yield element("li", _act(it, acts[number]))
    for number in moment.exhibits:
        yield element("li", _named(it, exhibits[number]))


def _act(it: View, act: Entry) -> Markup:
    """A line of the chronology: what was done, and where to read of it."""
    said = facts_html.line(act, it.words, it.dossier.language, it.names)
    return joined(said, *(part for number in act.exhibits for part in (" ", reference(it.words, number))))


def _named(it: View, exhibit: Exhibit) -> Markup:
    """A line of the chronology: what it is called, and where to read it."""
    called = element("span", unbroken(title(it, exhibit)), lang=spoken(it, exhibit.title))
    return joined(called, " ", reference(it.words, exhibit.number))


def _withheld(it: View) -> Markup:
    reasons = (element("li", it.words.reasons[reason]) for reason in it.dossier.withheld)
    above = element("p", it.words.left_out_here)
    here = joined(above, element("ul", *reasons)) if it.dossier.withheld else Markup()
    return joined(*(element("p", text) for text in facts_html.never_in_it(it.dossier, it.words)), here)


def _verify(it: View) -> Markup:
    lines = (element("code", command) for command in COMMANDS)
    listed = element("pre", *(part for line in lines for part in (line, "\n")))
    return joined(element("p", it.words.check_intro), listed, element("p", it.words.check_means))


def _passage(it: View, passage: Passage | None) -> Markup:
    return paragraphs(passage.text, lang=spoken(it, passage)) if passage else Markup()


def _datetime(date: str) -> str | None:
    """What machines can read of a date: only plain years, months and days, as HTML knows no other."""
    return date if re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2])(-\d\d)?)?", date) else None


SECTIONS: Mapping[Section, Callable[[View], Markup]] = {
    **{name: _written(name) for name in ("summary", "demands", "unknown", "law", "reply", "verified")},
    **{name: _entries(name) for name in ENTRIES},
    "form": lambda it: facts_html.form_of(it.dossier, it.words),
    "submitter": lambda it: facts_html.form_of(it.dossier, it.words, apart=True),
    "table": lambda it: facts_html.table_of(it.dossier.table, it.words, it.dossier.language),
    "terms": _terms,
    "grounds": _grounds,
    "counts": _counts,
    "chronology": _chronology,
    "exhibits": exhibits_html.exhibits,
    "custody": exhibits_html.custody,
    "withheld": _withheld,
    "verify": _verify,
    "contact": _contact,
}
