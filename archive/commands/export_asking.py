"""``archive export`` without a word more: about what, for whom, by which template, one at a time.

What follows is the same as with options: the gate, what is missing, how it is sealed; and in which language, which is
asked once something may leave. Only templates that fit whoever
it is for are offered, so that nobody goes the whole way to a refusal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from archive.bundle import labels
from archive.casework import publishing
from archive.desk import Desk
from archive.errors import ArchiveError, UsageError
from archive.records import kinds
from archive.speech import mark, tr
from archive.terminal import Terminal, safe

_MISSING = mark("Name cases or records, or --person REF, or --query WORDS.")
_FOR: Mapping[str, tuple[str, ...]] = {
    "lawyer": ("asylum", "handover"),
    "court": ("court",),
    "un": ("wgad", "un-communication", "disappearance", "torture", "belief"),
    "ngo": ("handover",),
    "journalist": ("press",),
}
_MEANS: Mapping[str, str] = {
    "public": mark("for anybody: it may be printed"),
    "numbers": mark("numbers alone, no small ones"),
    "own-copy": mark("somebody's own copy, with their name"),
    "press": mark("for this journalist, to understand"),
    "asylum": mark("for this lawyer, to ask for protection"),
    "court": mark("for this court, what you clear one by one"),
    "handover": mark("the whole case, the names sealed"),
    "wgad": mark("arbitrary detention"),
    "un-communication": mark("an allegation to UN experts"),
    "disappearance": mark("a disappearance"),
    "torture": mark("torture"),
    "belief": mark("conscience and belief"),
}


class Wished(Struct, frozen=True):
    """What somebody answered."""

    cases: tuple[str, ...]
    person: str | None
    recipient: str | None
    template: str


def ask(speaker: Terminal, desk: Desk, recipient: str | None) -> Wished:
    """The answers, each asked again until it fits; UsageError where nobody is there to ask."""
    typed, kind = _about(speaker, desk)
    whom = _whom(speaker, desk, recipient)
    person = typed if kind == "person" else None
    fitting = _FOR.get(whom.type, ("handover",)) if whom else ("public", *(("own-copy",) if person else ()), "numbers")
    template = _one_of(speaker, tr("Template"), fitting)
    return Wished((typed,) if person is None else (), person, whom.name if whom else None, template)


def _about(speaker: Terminal, desk: Desk) -> tuple[str, str]:
    """A case or a person by reference."""
    while True:
        typed = speaker.ask(tr("About which case or person (archive case list)"), tr(_MISSING))
        try:
            record = desk.record(desk.resolve(typed, "case", "person"))
        except ArchiveError as error:
            speaker.note(f"  {safe(error.message)} {safe(error.hint)}")
            continue
        return typed, "person" if isinstance(record, kinds.Person) else "case"


def _whom(speaker: Terminal, desk: Desk, said: str | None) -> kinds.Recipient | None:
    """Somebody of the address book; Enter: anybody."""
    while True:
        typed = said or speaker.ask(tr("For whom (a name in the address book; Enter: anybody)"), tr(_MISSING))
        if not typed:
            return None
        try:
            return publishing.recipient(desk, typed)
        except ArchiveError as error:
            if said:
                raise
            speaker.note(f"  {safe(error.message)} {safe(error.hint)}")


def _one_of(speaker: Terminal, question: str, names: Sequence[str]) -> str:
    """One of several by its number; the first for Enter."""
    for number, name in enumerate(names, 1):
        speaker.note(f"  {number}  {name}: {tr(_MEANS[name])}")
    while True:
        typed = speaker.ask(f"{question} [1]", tr(_MISSING)) or "1"
        if typed in names:
            return typed
        if typed.isdecimal() and 1 <= int(typed) <= len(names):
            return names[int(typed) - 1]


def languages(speaker: Terminal) -> tuple[str, ...]:
    """Of the headings, several with commas between; Enter: English."""
    while True:
        typed = speaker.ask(tr("Language of the headings: en, uk, ru, cs, or several [en]"), tr(_MISSING))
        try:
            return named(typed or "en")
        except UsageError as error:
            speaker.note(f"  {safe(error.message)} {safe(error.hint)}")


def named(*typed: str) -> tuple[str, ...]:
    """Languages as they are typed, each once; UsageError for one that headings do not come in."""
    found = tuple(dict.fromkeys(one.strip() for said in typed for one in said.split(",")))
    for one in found:
        labels.labels(one)
    return found
