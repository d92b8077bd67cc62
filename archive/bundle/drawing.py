"""Timelines and totals as pages and drawings of their own, in the language of whoever runs the program.

No script, nothing from elsewhere, every word escaped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from archive import speech
from archive.bundle.markup import Markup, element, joined
from archive.records import edtf
from archive.records.answers_case import StatsAnswer, TimeLine, TimelineAnswer
from archive.speech import tr

_ROW, _LEFT, _WIDTH, _BAR = 22, 130, 800, 260  # pixels
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:52em;margin:2em auto;padding:0 1em}"
    "table{border-collapse:collapse}td,th{padding:.2em .8em .2em 0;text-align:left;vertical-align:top}"
    ".bar{background:#456;display:inline-block;height:.8em}"
)


def timeline_svg(told: TimelineAnswer) -> str:
    """A line for each event on a common scale; what may have been longer is drawn longer."""
    low, high = _span(told.events)
    rows = [_event(number, line, low, high) for number, line in enumerate(told.events)]
    height = _ROW * (len(rows) + 1)
    svg = element(
        "svg", *rows, xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {_WIDTH} {height}", width=str(_WIDTH),
        height=str(height), font_family="sans-serif", font_size="12", role="img",
    )  # fmt: skip
    return svg.replace("font_family", "font-family").replace("font_size", "font-size")


def timeline_html(told: TimelineAnswer) -> str:
    """The events as a table that a screen reader reads."""
    cells = ((edtf.shown(one.date), one.text, one.ref) for one in told.events)
    rows = [element("tr", *(element("td", word) for word in row)) for row in cells]
    return _page(tr("Timeline {ref}", ref=told.ref), element("table", *rows))


def stats_html(told: StatsAnswer, labels: Mapping[str, str]) -> str:
    """Totals as bars; ``labels`` are what the types of acts are called."""
    parts = [element("p", in_all(told))]
    for title, table in tables(told, labels):
        parts += [element("h2", title), _bars(table)]
    return _page(tr("Totals"), joined(*parts))


def in_all(told: StatsAnswer) -> str:
    """How many acts and people there are, as a sentence."""
    return tr("Acts: {acts}. People: {people}.", acts=number(told.acts), people=number(told.people))


def tables(told: StatsAnswer, labels: Mapping[str, str]) -> Iterator[tuple[str, dict[str, int]]]:
    """Totals under their titles, each count beside what it is called; none that is empty."""
    by_type = {labels.get(code, code): count for code, count in told.by_type.items()}
    by_month = {edtf.shown(month): count for month, count in told.by_month.items()}
    for title, table in ((tr("By type"), by_type), (tr("By region"), told.by_region), (tr("By month"), by_month)):
        if table:
            yield title, dict(table)


def number(count: int) -> str:
    """A total as it is told; one that was left out as being small."""
    return f"{count:,}" if count >= 0 else tr("few")


def _bars(table: Mapping[str, int]) -> Markup:
    most = max(table.values()) or 1
    rows = (
        element(
            "tr",
            element("td", name),
            element("td", element("span", "", class_="bar", style=f"width:{max(0, count) * 20 // most}em")),
            element("td", number(count)),
        )
        for name, count in table.items()
    )
    return element("table", *rows)


def _page(title: str, body: Markup) -> str:
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("title", title),
        element("style", Markup(_STYLE)),
    )
    return "<!doctype html>\n" + element(
        "html", head, element("body", element("h1", title), body), lang=speech.language()
    )


def _span(events: Sequence[TimeLine]) -> tuple[int, int]:
    """First and last day on the scale; open sides do not stretch it."""
    days = [_ordinal(day) for one in events for day in (one.first, one.last) if "0001" < day < "9999"]
    return (min(days), max(*days, min(days) + 1)) if days else (0, 1)


def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def _event(row: int, one: TimeLine, low: int, high: int) -> Markup:
    def place(day: str, else_: int) -> int:
        known = _ordinal(day) if "0001" < day < "9999" else else_
        return _LEFT + (known - low) * _BAR // (high - low)

    start, end = place(one.first, low), place(one.last, high)
    y = _ROW * (row + 1)
    bar = element("rect", x=str(start), y=str(y - 9), width=str(max(4, end - start)), height="8", fill="#456")
    when = element("text", edtf.shown(one.date), x="4", y=str(y))
    text = element("text", f"{one.text} ({one.ref})", x=str(_LEFT + _BAR + 12), y=str(y))
    return element("g", when, bar, text)
