"""``archive timeline`` and ``archive stats``: a case in time, and totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

import typer

from archive.bundle import drawing
from archive.bundle.table import SMALLEST
from archive.casework import numbers, timeline
from archive.commands import opening
from archive.commands.casepage import label, wrapped
from archive.commands.files import write_private
from archive.commands.options import Command
from archive.errors import UsageError
from archive.letters import in_columns
from archive.records import edtf
from archive.records.answers_case import StatsAnswer, TimelineAnswer
from archive.speech import tr
from archive.terminal import Terminal, safe

app = typer.Typer(rich_markup_mode=None)
_WIDE = 76  # columns of a table of totals, which stands two in
Output = Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Where to (mode 0600).")]


@app.command("timeline", cls=Command)
def show(
    ctx: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="REF", help="A case or a person.")],
    format_: Annotated[
        Literal["svg", "html"] | None, typer.Option("--format", help="svg or html, into a file; this is logged.")
    ] = None,
    output: Output = None,
) -> None:
    """What happened and what is to come, in time."""
    target = _target(format_, output)
    speaker, desk = opening.terminal(ctx), opening.open_desk(ctx)
    told = timeline.timeline(desk, ref)
    if target is None:
        speaker.answer(told, lambda: _lines(told))
        return
    drawn = drawing.timeline_svg(told) if format_ == "svg" else drawing.timeline_html(told)
    timeline.write_down(desk, ref)
    write_private(target, drawn)
    speaker.note(
        tr(
            "Written to {target}, unencrypted, with titles as they stand. Delete it when done.",
            target=safe(str(target)),
        )
    )


def _target(format_: str | None, output: Path | None) -> Path | None:
    """The file that a drawing goes to, None where it is told on the terminal; known before a passphrase is typed."""
    if format_ is None:
        return None
    if output is None:
        raise UsageError(tr("Where to?"), tr("Give -o FILE."))
    return output.expanduser()


def _lines(told: TimelineAnswer) -> Iterator[str]:
    if not told.events:
        yield tr("Nothing here has a date yet.")
    year = ""
    for one in told.events:
        if one.first[:4] != year:
            year = one.first[:4]
            yield year if year != "0000" else tr("before")
        yield from wrapped(f"{edtf.shown(one.date):<12}  {one.text}  {one.ref}", "                ", first="  ")
    if told.undated:
        yield from wrapped(tr("without a date: {undated}", undated=", ".join(told.undated)), "  ")


@app.command(cls=Command)
def stats(
    ctx: typer.Context,
    publish: Annotated[
        bool, typer.Option("--publish", help="Only who agreed to be counted; small numbers left out.")
    ] = False,
    format_: Annotated[Literal["html"] | None, typer.Option("--format", help="html, into a file.")] = None,
    output: Output = None,
) -> None:
    """Totals of acts by type, region and month."""
    target = _target(format_, output)
    speaker, desk = opening.terminal(ctx), opening.open_desk(ctx)
    told = numbers.stats(desk, publish=publish)
    if target is None:
        speaker.answer(told, lambda: _totals(told, speaker))
        return
    write_private(target, drawing.stats_html(told, _labels(told)))
    speaker.note(tr("Written to {target}.", target=safe(str(target))))


def _labels(told: StatsAnswer) -> dict[str, str]:
    return {code: label("acts", code) or code for code in told.by_type}


def _totals(told: StatsAnswer, speaker: Terminal) -> Iterator[str]:
    yield drawing.in_all(told)
    if told.published:
        yield tr("Only those who agreed to be counted; numbers below {smallest} are left out.", smallest=SMALLEST)
    else:
        yield tr("Not for publishing: small numbers point at people. For publishing: --publish")
    for title, table in drawing.tables(told, _labels(told)):
        yield ""
        yield title
        yield from _bars(table, speaker)


def _bars(table: Mapping[str, int], speaker: Terminal) -> Iterator[str]:
    """A row for each total; what is called by many words takes several lines."""
    most = max(table.values())
    rows = [
        (safe(name), f"{drawing.number(count):>5}", speaker.bar(max(0, count), most)) for name, count in table.items()
    ]
    yield from (f"  {line}" for line in in_columns(rows, _WIDE))
