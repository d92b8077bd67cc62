"""What of a page is ours, not theirs: whole pieces of text that the leak check may pass over."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from archive.bundle import exhibit_words, exhibits_html, facts_html, form, html, saying
from archive.bundle.content import Dossier
from archive.bundle.labels import labels


def of_page(dossier: Dossier) -> frozenset[str]:
    """Every text node and attribute value of the page that is ours, not theirs."""
    words = labels(dossier.language)
    numbers = [f"exhibit-{exhibit.number}" for exhibit in dossier.exhibits]
    numbers += [f"{entry.kind}-{entry.number}" for entry in dossier.entries]
    names = [
        name
        for part in (*html.SECTIONS, *numbers, "contents", "text")
        for name in (part, f"#{part}", f"{part}-heading")
    ]
    return frozenset(
        {
            *_strings(msgspec.to_builtins(words)),
            *(
                words.when_said(side)
                for date in dossier.dates
                for side in (date, *facts_html.sides(date), *facts_html.months(date))
            ),
            *saying.own(dossier.entries, words, dossier.language),
            saying.place_called(dossier.profile, dossier.language),
            *form.own(dossier),
            *facts_html.own_of_table(dossier.table, words, dossier.language),
            *(exhibits_html.alternative(words, exhibit) for exhibit in dossier.exhibits),
            *(
                said
                for exhibit in dossier.exhibits
                for number in range(1, len(exhibit.pages) + 1)
                for said in (exhibits_html.of_page(words, exhibit, number), str(number))
            ),
            *exhibit_words.own(dossier.exhibits, words, dossier.language),
            *re.findall(r"\.([a-z]+)", html.STYLE),
            *names,
            *(word for pair in html.META.items() for word in pair),
            *html.COMMANDS,
            *facts_html.OWN,
            html.STYLE,
            html.POLICY,
            "Content-Security-Policy",
            "utf-8",
            "salt",
        }
    )


def _strings(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for held in value.values() for text in _strings(held))
    elif isinstance(value, list):
        yield from (text for held in value for text in _strings(held))
