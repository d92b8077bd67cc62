"""Timelines and totals as pages and drawings of their own: no script, nothing from elsewhere, every word escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from archive.bundle.markup import Markup, element, joined
from archive.records.answers_case import StatsAnswer, TimeLine, TimelineAnswer

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
    rows = [element("tr", *(element("td", word) for word in (one.date, one.text, one.ref))) for one in told.events]
    return _page(f"Timeline {told.ref}", element("table", *rows))


def stats_html(told: StatsAnswer, labels: Mapping[str, str]) -> str:
    """Totals as bars; ``labels`` are what the types of acts are called."""
    parts = [element("p", f"Acts: {number(told.acts)}. People: {number(told.people)}.")]
    tables = (
        ("By type", {labels.get(code, code): count for code, count in told.by_type.items()}),
        ("By region", told.by_region),
        ("By month", told.by_month),
    )
    for title, table in tables:
        parts += [element("h2", title), _bars(table)]
    return _page("Totals", joined(*parts))


def number(count: int) -> str:
    """A total as it is told; one that was left out as being small."""
    return f"{count:,}" if count >= 0 else "few"


def _bars(table: Mapping[str, int]) -> Markup:
    most = max((count for count in table.values()), default=1) or 1
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
    return "<!doctype html>\n" + element("html", head, element("body", element("h1", title), body), lang="en")


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
    when = element("text", one.date, x="4", y=str(y))
    text = element("text", f"{one.text} ({one.ref})", x=str(_LEFT + _BAR + 12), y=str(y))
    return element("g", when, bar, text)
