"""Names that stand where none should: in titles and pseudonyms, which lists and prompts show to whoever looks on."""

from __future__ import annotations

from collections.abc import Iterable

from archive.desk import Desk
from archive.records import kinds
from archive.redact.matcher import Matcher
from archive.speech import tr

SHOWN = ("title", "pseudonym", "what", "name", "depicts")
"""Fields that lists and prompts show. A recipient's name is one that has to be there."""


def notes(desk: Desk, record: kinds.Record) -> tuple[str, ...]:
    """A sentence for each shown field of a record that holds a name the archive knows; never the name itself."""
    if isinstance(record, kinds.Recipient | kinds.Collective | kinds.Member):
        return ()
    return in_words(desk, {field: getattr(record, field, None) for field in SHOWN})


def in_words(desk: Desk, said: dict[str, str | None]) -> tuple[str, ...]:
    """The same for words that are no record yet, by what they are called."""
    return tuple(
        tr(
            "The {field} holds a name, place or contact of {held}: lists show it to whoever looks on.",
            field=field,
            held=", ".join(held),
        )
        for field, text in said.items()
        if text and (held := _held(desk, text))
    )


def _held(desk: Desk, text: str) -> tuple[str, ...]:
    """The references of those whose name stands in ``text``."""
    alike = desk.index.namesakes(text, desk.collective)
    if not alike:
        return ()
    names = [one.record for person in alike for one in desk.index.identities_of(person, desk.collective)]
    matcher = Matcher([one for one in names if isinstance(one, kinds.Identity)])
    return tuple(desk.index.ref(person) for person in _persons(matcher, text) if desk.index.get(person))


def _persons(matcher: Matcher, text: str) -> Iterable[str]:
    found = (span.person for span in matcher.spans(text))
    return dict.fromkeys(person for person in found if person)
