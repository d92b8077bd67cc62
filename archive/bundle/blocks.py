"""A dossier as blocks for paper: the same words as on the page, each block ours or theirs and never both.

Every block begins on a line of its own, so that the leak check can tell our words from theirs in the finished file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct, structs

from archive.bundle import content, form
from archive.bundle.content import WRITTEN, Dossier, Exhibit
from archive.bundle.entries import ENTRIES, Entry, Passage
from archive.bundle.exhibit_words import of_exhibit, of_files, of_translation, of_translator, what_it_is
from archive.bundle.facts_html import OPENS, about, columns, line_of, never_in_it
from archive.bundle.html import COMMANDS
from archive.bundle.labels import Labels, labels
from archive.bundle.saying import Said, grouped, heading, in_short, names_of, place_called
from archive.bundle.template import Section
from archive.language import regions

_A_LINE = 90  # letters
Style = Literal[
    "kicker", "title", "heading", "part", "name", "question", "label", "text", "quote", "note", "item", "columns",
    "row", "picture", "paper", "file", "digest",
]  # fmt: skip


class Block(Struct, frozen=True):
    """One paragraph, or a picture or page of a paper by the name of its file; of a passage also its language.

    A row of a table has ``cells``, and is one line to whoever reads it. ``keeps``: it stands on the page of what
    follows; ``fresh``: it begins a page.
    """

    style: Style
    text: str
    ours: bool = True
    language: str | None = None
    cells: tuple[str, ...] = ()
    keeps: bool = False
    fresh: bool = False


def blocks(dossier: Dossier, sections: Sequence[Section], *, apart: bool) -> Iterator[Block]:
    """The whole dossier in the order of the page; sections that have nothing are left out."""
    words = labels(dossier.language)
    if (above := kicker(dossier, apart=apart)) != dossier.title.text:
        yield Block("kicker", above)
    yield Block("title", dossier.title.text, ours=False, language=dossier.title.language)
    yield from (Block("note", text) for text in about(dossier, words, apart=apart))
    yield from (Block("text", OPENS),) if dossier.template == "handover" else ()
    shown = {name: held for name in sections if (held := tuple(_section(name, dossier, words)))}
    yield Block("label", words.contents)
    yield from (Block("item", f"– {getattr(words, name)}") for name in shown)
    for name, held in shown.items():
        yield Block("heading", getattr(words, name), fresh=name == "submitter")
        yield from held


def _together(held: Iterable[Block]) -> Iterator[Block]:
    """The blocks as such that no page parts."""
    *first, last = held
    yield from (structs.replace(one, keeps=True) for one in first)
    yield last


def kicker(dossier: Dossier, *, apart: bool) -> str:
    """What every dossier of its language is called, above its own title."""
    words = labels(dossier.language)
    return words.apart if apart else words.dossier


def own(dossier: Dossier, sections: Sequence[Section], *, apart: bool) -> Iterator[str]:
    """The blocks that are ours."""
    yield from (block.text for block in blocks(dossier, sections, apart=apart) if block.ours)


def _section(name: Section, dossier: Dossier, words: Labels) -> Iterator[Block]:
    if name in ENTRIES:
        names = names_of(dossier.people, dossier.language)
        for entry in getattr(dossier, name):
            yield from _together(_entry(entry, words, dossier.language, names))
    elif name == "exhibits":
        yield from (Block("label", words.quoted),) if dossier.exhibits else ()
        for exhibit in dossier.exhibits:
            yield from _exhibit(exhibit, dossier, words)
    elif name == "chronology":
        yield from _chronology(dossier, words)
    elif name in ("form", "submitter"):
        yield from _form(dossier, words, apart=name == "submitter")
    elif name in WRITTEN or name == "contact":
        yield from (Block("text", words.terms_always),) if name == "terms" else ()
        yield from _passage(getattr(dossier, name), "text")
    else:
        yield from _ours(name, dossier, words)


def _ours(name: Section, dossier: Dossier, words: Labels) -> Iterator[Block]:
    """Sections of which every word is ours."""
    match name:
        case "counts" if dossier.counts:
            counts = ((key, getattr(dossier.counts, key)) for key in words.counted)
            yield from (Block("text", f"{number} {words.counted_as(key, number)}") for key, number in counts if number)
        case "table" if dossier.table:
            yield Block("text", words.table_note)
            yield _row("columns", columns(words))
            yield from (_row("row", line_of(cell, words, dossier.language)) for cell in dossier.table)
        case "grounds":
            yield from (Block("text", text) for text in _grounds(dossier.exhibits, words))
        case "withheld":
            yield from (Block("text", text) for text in never_in_it(dossier, words))
            if dossier.withheld:
                items = (Block("item", f"– {words.reasons[reason]}") for reason in dossier.withheld)
                yield from _together((Block("text", words.left_out_here), *items))
        case "custody" if dossier.exhibits:
            yield Block("text", words.custody_text)
            files = [pair for exhibit in dossier.exhibits for pair in of_files(exhibit)]
            yield from (Block("text", words.custody_files, keeps=True),) if files else ()
            yield from (block for file, digest in files for block in (Block("file", file), Block("digest", digest)))
        case "verify":
            yield from _together(Block("text", text) for text in (words.check_intro, *COMMANDS))
            yield Block("text", words.check_means)


def _row(style: Style, cells: tuple[str, ...]) -> Block:
    return Block(style, " ".join(cells), cells=cells)


def _grounds(exhibits: Iterable[Exhibit], words: Labels) -> Iterator[str]:
    rests = {words.documented: [], words.by_several: [], words.by_one: []}  # type: dict[str, list[str]]
    for one in exhibits:
        told = words.by_several if one.several else words.by_one
        rests[told if one.kind == "testimony" else words.documented].append(str(one.number))
    yield from (f"{text}: {words.exhibit} {', '.join(numbers)}" for text, numbers in rests.items() if numbers)


def _passage(passage: Passage | str | None, style: Style) -> Iterator[Block]:
    """A passage of theirs, paragraph by paragraph; the contact is ours."""
    text = passage.text if isinstance(passage, Passage) else passage or ""
    language = passage.language if isinstance(passage, Passage) else None
    for part in text.split("\n"):
        if part.strip():
            yield Block(style, part.strip(), ours=isinstance(passage, str), language=language)


def _entry(entry: Entry, words: Labels, language: str, names: Mapping[str, Passage]) -> Iterator[Block]:
    yield Block("part", f"{heading(entry, language)} {entry.number}")
    for _, label, values in grouped(entry, words, language, names):
        if all(map(_is_ours, values)) and (len(values) == 1 or not any(one.name for one in values)):
            yield Block("text", f"{label}: {'; '.join(map(_in_a_line, values))}")
            yield from _passage(values[0].name, "text")
        else:
            yield Block("label", label)
            yield from _values(values)
    yield from _sources(entry, words, "text")


def _sources(entry: Entry, words: Labels, style: Style) -> Iterator[Block]:
    """The exhibits that tell of it."""
    if entry.exhibits:
        yield Block(style, f"{words.source}: {words.exhibit} {', '.join(map(str, entry.exhibits))}")


def _values(values: Iterable[Said]) -> Iterator[Block]:
    for value in values:
        style: Style = "label" if value.leads else "text"
        yield from _passage(value.name, style)  # first: below a role it would be read with the next one
        yield from _passage(value.theirs, style)
        yield from (Block(style, value.ours),) if value.ours else ()


def _form(dossier: Dossier, words: Labels, *, apart: bool) -> Iterator[Block]:
    told = form.told(dossier, apart=apart)
    if told:
        yield Block("note", words.submitter_note if apart else words.form_note)
    for number, one in told:
        question = Block("question", f"{number}. {form.fields()[one.field].called(dossier.language)}")
        answered = _values(form.answers(one, dossier.language) or (Said(ours=words.no_answer),))
        yield from _together((question, *answered))


def _chronology(dossier: Dossier, words: Labels) -> Iterator[Block]:
    acts = {act.number: act for act in dossier.acts}
    exhibits = {exhibit.number: exhibit for exhibit in dossier.exhibits}
    names = names_of(dossier.people, dossier.language)
    for moment in dossier.chronology:
        yield Block("question", _capital(words.when_said(moment.month)))
        for number in moment.acts:
            yield from _together(_act(acts[number], words, dossier.language, names))
        for number in moment.exhibits:
            title = tuple(_passage(exhibits[number].title, "text"))
            told = f"{words.kinds[exhibits[number].kind]} · {words.exhibit} {number}"
            yield from _together((*title, Block("note" if title else "text", told)))
    if undated := content.undated(dossier.acts):
        yield Block("question", _capital(words.undated))
        for act in undated:
            yield from _together(_act(act, words, dossier.language, names))


def _capital(heading: str) -> str:
    return heading[:1].upper() + heading[1:]


def _act(act: Entry, words: Labels, language: str, names: Mapping[str, Passage]) -> Iterator[Block]:
    """An act as a line of the chronology; names stand above it, a place in somebody's own words below.

    Below it a name would be that of whoever told of it, who is the last in the line.
    """
    shown = tuple(in_short(act, words, language, names))
    for value in filter(_is_ours, shown):
        yield from _passage(value.name, "text")
    yield Block("text", " · ".join(map(_in_a_line, filter(_is_ours, shown))))
    yield from _values(value for value in shown if not _is_ours(value))
    yield from _sources(act, words, "note")


def _in_a_line(value: Said) -> str:
    return value.theirs.text if value.theirs else value.ours or ""


def _is_ours(value: Said) -> bool:
    """Whether it may stand among our words: a region is one of ours."""
    return value.theirs is None or (value.ours is None and value.theirs.text in regions.names())


def _exhibit(one: Exhibit, dossier: Dossier, words: Labels) -> Iterator[Block]:
    language = dossier.language
    yield Block("part", " · ".join((f"{words.exhibit} {one.number}", *what_it_is(one, words, language))))
    yield from _passage(one.title, "name")
    for label, said in of_exhibit(one, words, language):
        yield Block("label", f"{label}: {said}")
    if one.place in regions.names():
        yield Block("label", f"{place_called(dossier.profile, language)}: {one.place}")
    elif one.place:
        yield from (Block("label", place_called(dossier.profile, language)), Block("label", one.place, ours=False))
    for label, numbers in of_translation(one, dossier.exhibits, words):
        made = of_translator(one, words) if label == words.translates else ()
        yield Block("label", f"{label}: {words.exhibit} {'; '.join((', '.join(map(str, numbers)), *made))}")
    yield from (Block("label", words.black),) if one.pages else ()
    yield from (Block("note", words.not_shown),) if not (one.text or one.files) else ()
    for file in one.files:
        yield from (Block("paper" if file in one.pages else "picture", file), Block("note", file))
    yield from (Block("label", words.text_alone),) if one.text_alone else ()
    yield from (Block("label", words.text_of_pages),) if one.pages and one.text else ()
    yield from _begun(tuple(_passage(one.text, "quote")))


def _begun(held: Sequence[Block]) -> Iterator[Block]:
    """A text whose first lines, where they are short ones, stand with the third: none alone below what announces it."""
    for number, block in enumerate(held):
        short = len(block.text) < _A_LINE and number + 1 < len(held)
        yield structs.replace(block, keeps=True) if number < 2 and short else block
