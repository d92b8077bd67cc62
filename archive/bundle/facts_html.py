"""Entries of facts as parts of the page, and the chronology as a drawing that a screen reader can pass over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from archive.bundle import form, saying
from archive.bundle.content import WITH_DAYS, Dossier, Moment
from archive.bundle.entries import Cell, Entry, Passage
from archive.bundle.exhibits_html import reference
from archive.bundle.labels import Labels
from archive.bundle.markup import Markup, element, joined, paragraphs, unbroken
from archive.bundle.saying import Said, grouped, heading, in_short, term
from archive.records import edtf

_WIDTH, _HEIGHT, _MARGIN, _LINE, _MOST_YEARS = 680, 74, 14, 34, 12
_BOX = f"0 0 {_WIDTH} {_HEIGHT}"
OPENS = "age -d -i KEY.txt identities.age"
"""How a partner opens who is who."""
OWN = (_BOX, "img", "timeline-title", "timeline-desc", "timeline-title timeline-desc", OPENS)
"""Attributes of the drawing that are ours, and the command."""


def about(dossier: Dossier, words: Labels, *, apart: bool) -> Iterator[str]:
    """Whom it is for, how people and times stand in it; ``apart``: in what is for the lawyer alone."""
    if dossier.template == "numbers":  # nobody is in it, and no date
        return
    if dossier.template in words.readers:
        yield words.readers[dossier.template]
    if apart:
        yield words.about_apart
    elif dossier.template == "own-copy":
        yield words.about_you
    elif dossier.profile in WITH_DAYS and dossier.template != "handover":
        yield words.about_named
    else:
        yield words.about_people
    if dossier.template == "own-copy":
        yield words.about_your_time
    else:
        yield words.about_days if dossier.profile in WITH_DAYS else words.about_time
    if dossier.template == "handover":
        yield words.about_sealed


def never_in_it(dossier: Dossier, words: Labels) -> Iterator[str]:
    """What no dossier of this kind holds."""
    if dossier.template == "own-copy":
        yield words.left_out_yours
    elif dossier.template == "numbers":
        yield words.left_out_counted
    elif dossier.template == "handover":
        yield words.left_out_sealed
    else:
        yield words.left_out_named if dossier.profile in WITH_DAYS else words.left_out


def entries(told: Sequence[Entry], words: Labels, language: str, names: Mapping[str, Passage]) -> Markup:
    """One article for each."""
    return joined(*(_entry(one, words, language, names) for one in told))


def line(act: Entry, words: Labels, language: str, names: Mapping[str, Passage]) -> Markup:
    """An act as a line of the chronology: what, to whom, where."""
    parts = [_value(said, language) for said in in_short(act, words, language, names)]
    return element("span", *parts, class_="told")


def _entry(one: Entry, words: Labels, language: str, names: Mapping[str, Passage]) -> Markup:
    name = f"{one.kind}-{one.number}"
    counted = element("span", element("b", heading(one, language)), " ", element("b", str(one.number)))
    number = element("span", counted, class_="number")
    rows = (
        element("div", element("dt", label), element("dd", *_values(values, language)))
        for _, label, values in grouped(one, words, language, names)
    )
    links = (part for number in one.exhibits for part in (reference(words, number), " "))
    told = element("div", element("dt", words.source), element("dd", *links)) if one.exhibits else ""
    return element(
        "article", element("h3", number, id=f"{name}-heading"), element("dl", *rows, told), id=name, class_="entry",
        aria_labelledby=f"{name}-heading",
    )  # fmt: skip


def _values(values: Sequence[Said], language: str) -> Iterator[Markup]:
    """Several values one below the other."""
    for value in values:
        yield element("div", _value(value, language), class_=_class(value))


def _class(value: Said) -> str | None:
    """Ours may begin with a capital; an address or number of theirs stands as it is."""
    if value.leads:
        return "of"
    return "ours" if value.theirs is None and value.name is None else None


def _value(value: Said, language: str) -> Markup:
    theirs = value.theirs
    parts = [] if value.name is None else [element("span", value.name.text, lang=_spoken(value.name, language))]
    if theirs is not None:
        spoken = _spoken(theirs, language)
        if "\n" in theirs.text:
            parts.append(paragraphs(theirs.text, lang=spoken))
        else:
            parts.append(element("span", unbroken(theirs.text), lang=spoken))
    for ours in saying.parts(value.ours) if value.ours is not None else ():
        parts.append(element("span", ours, class_="persons" if saying.PERSONS.fullmatch(ours) else None))
    return joined(*(piece for part in parts for piece in (part, " ")))


def _spoken(theirs: Passage, language: str) -> str | None:
    """The ``lang`` attribute where words are in another language than the page."""
    return theirs.language if theirs.language != language else None


def form_of(dossier: Dossier, words: Labels, *, apart: bool = False) -> Markup:
    """The questions and their answers, numbered as in ``form.txt``; ``apart``: those on who hands it in."""
    told = form.told(dossier, apart=apart)
    items = (
        element(
            "li",
            element("b", form.fields()[one.field].called(dossier.language)),
            *(_values(said, dossier.language) if (said := form.answers(one, dossier.language)) else [_unknown(words)]),
        )
        for _, one in told
    )
    if not told:
        return Markup()
    note = words.submitter_note if apart else words.form_note
    return joined(element("p", note), element("ol", *items, start=str(told[0][0]) if apart else None))


def _unknown(words: Labels) -> Markup:
    return element("div", element("span", words.no_answer, class_="unknown"))


def table_of(cells: Sequence[Cell], words: Labels, language: str) -> Markup:
    """Numbers as a table with headings."""
    head = element("tr", *(element("th", name, scope="col") for name in columns(words)))
    rows = (element("tr", *(element("td", text) for text in line_of(cell, words, language))) for cell in cells)
    return joined(element("p", words.table_note), element("table", head, *rows)) if cells else Markup()


def own_of_table(cells: Sequence[Cell], words: Labels, language: str) -> Iterator[str]:
    """Every cell of it: all of them are ours."""
    for cell in cells:
        yield from line_of(cell, words, language)


def columns(words: Labels) -> tuple[str, ...]:
    """What stands over its columns."""
    return (words.column_quarter, words.column_region, words.column_act, words.column_acts, words.column_people)


def line_of(cell: Cell, words: Labels, language: str) -> tuple[str, ...]:
    """A line of the table, as it is told."""
    said = term("acts", cell.act, words, language)
    return (
        words.quarter_said(cell.quarter) if cell.quarter else words.unsaid,
        cell.region or words.unsaid,
        said,
        str(cell.acts),
        str(cell.people),
    )


def timeline(moments: Sequence[Moment], words: Labels) -> Markup:
    """The dates on a line, in proportion; nothing where there are fewer than two. A vague one would hide the rest."""
    spans = [(moment, *_days(moment.month)) for moment in moments if "X" not in moment.month]
    known = [one for one in spans if one[1] and one[2]]
    if len(known) < 2:
        return Markup()
    low, high = min(one[1] for one in known), max(one[2] for one in known)

    def place(day: int) -> str:
        return str(_MARGIN + (day - low) * (_WIDTH - 2 * _MARGIN) // max(1, high - low))

    marks = (
        _mark(place(start), place(end), len(one.exhibits) + len(one.acts), a_month=end - start < 31)
        for one, start, end in known
    )
    longest = next(one[0] for one in known if one[2] == high)
    labels = (
        element("text", words.when_said(date), x=str(x), y="68", class_=at)
        for date, x, at in zip(
            _ends(known[0][0], longest), (_MARGIN, _WIDTH - _MARGIN), ("atstart", "atend"), strict=False
        )
    )
    axis = element("line", x1=str(_MARGIN), y1=str(_LINE), x2=str(_WIDTH - _MARGIN), y2=str(_LINE))
    return element(
        "svg",
        element("title", words.timeline, id="timeline-title"),
        element("desc", words.timeline_text, id="timeline-desc"),
        axis, *_years(low, high, place), *marks, *labels,
        viewBox=_BOX, role="img", aria_labelledby="timeline-title timeline-desc",
        class_="timeline",
    )  # fmt: skip


def _ends(first: Moment, last: Moment) -> tuple[str, ...]:
    """The dates at the ends of the drawing; of one that lasts from end to end, its first and last month."""
    told = (sides(first.month)[0], sides(last.month)[-1])
    return tuple(dict.fromkeys(told if told[0] != told[1] else months(told[0])))


def sides(date: str) -> tuple[str, ...]:
    """The date itself, or the two of an interval, however surely known: what may stand at an end of the drawing."""
    return tuple(side.rstrip("?~%") for side in date.split("/"))


def months(date: str) -> tuple[str, ...]:
    """Its first and its last month, which may stand there, too."""
    return tuple(day[: len("2025-03")] for day in edtf.bounds(date))


def _mark(start: str, end: str, weight: int, *, a_month: bool) -> Markup:
    """A month as a dot, larger the more speaks of it; what lasted longer as a bar."""
    if not a_month:
        return element("rect", x=start, y=str(_LINE - 3), width=str(int(end) - int(start)), height="6", rx="3")
    return element("circle", cx=str((int(start) + int(end)) // 2), cy=str(_LINE), r=str(min(4 + weight, 11)))


def _years(low: int, high: int, place: object) -> Iterator[Markup]:
    """Where years begin."""
    first, last = date.fromordinal(low).year + 1, date.fromordinal(high).year
    if not callable(place) or last - first > _MOST_YEARS:
        return
    for year in range(first, last + 1):
        x = place(date(year, 1, 1).toordinal())
        yield element("line", x1=x, y1=str(_LINE - 12), x2=x, y2=str(_LINE + 12), class_="year")
        yield element("text", str(year), x=x, y="14", class_="atyear")


def _days(month: str) -> tuple[int, int]:
    """First and last day as ordinals; 0 where a side is open."""
    first, last = edtf.bounds(month)
    return tuple(date.fromisoformat(day).toordinal() if "0001" < day < "9999" else 0 for day in (first, last))  # type: ignore[return-value]
