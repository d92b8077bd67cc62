"""How far long work is: on a screen a bar that moves, where nothing may move a line at each tenth; rich draws.

The time left is told from the pace of the last ten minutes, as a page may take a second and the next one a minute: a
time that jumps up and down tells nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, TextIO

from archive.speech import tr

if TYPE_CHECKING:  # rich is loaded by commands that show something moving
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

Advance = Callable[[int], None]
"""Takes how many more are done."""
Unit = Literal["things", "bytes"]
_LATELY, _FIRST = 600.0, 1.0  # seconds; before the first is over a pace tells nothing
_PARTS, _SOON = 10, 10.0  # seconds


@contextmanager
def moving(stream: TextIO, what: str, total: int | None, unit: Unit) -> Iterator[Advance]:
    """A bar with rate and time left until the block ends; where nobody knows a ``total``, how long it has taken."""
    from rich import progress  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415

    counted = progress.DownloadColumn() if unit == "bytes" else progress.MofNCompleteColumn()
    known = () if total is None else (counted, progress.TextColumn("{task.fields[pace]}"))
    columns = (
        progress.TextColumn("{task.description}"), progress.BarColumn(bar_width=None), *known,
        progress.TextColumn("{task.fields[left]}") if known else progress.TimeElapsedColumn(),
    )  # fmt: skip
    console = Console(file=stream)
    with progress.Progress(
        *columns, console=console, transient=True, expand=True, speed_estimate_period=_LATELY
    ) as bar:
        task = bar.add_task(what, total=total, pace="", left="")
        bar.advance(task, 0)  # the pace counts from here: the first of a few pages takes its time, too
        yield lambda done: _advance(bar, task, done, unit)


def _advance(bar: Bar, task: TaskID, done: int, unit: Unit) -> None:
    """Move a bar, and say at what pace it has moved lately and how long it will still take."""
    bar.advance(task, done)
    now = bar.tasks[0]
    if (now.elapsed or 0) < _FIRST:
        return
    pace = "" if unit == "bytes" or not now.speed else _pace(now.speed)
    bar.update(task, pace=pace, left="" if now.time_remaining is None else left(now.time_remaining))


def _pace(speed: float) -> str:
    return tr("{n}/s", n=f"{speed:.1f}") if speed >= 1 else tr("{n}/min", n=f"{speed * 60:.0f}")


def left(seconds: float) -> str:
    """How long it will still take, no finer than anybody can know it."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return tr("{n} s left", n=max(1, round(seconds)))
    if minutes < 90:
        return tr("{n} min left", n=minutes)
    return tr("{hours} h {minutes} min left", hours=minutes // 60, minutes=minutes % 60)


@contextmanager
def told(say: Callable[[str], None], what: str, total: int | None) -> Iterator[Advance]:
    """The same in lines: one at each tenth of the way, but none of work that is soon over."""
    began = said = time.monotonic()
    done = part = 0

    def advance(more: int) -> None:
        nonlocal done, part, said
        done, now = done + more, time.monotonic()
        if total and part < done * _PARTS // total < _PARTS and now - said > _SOON:
            part, said = done * _PARTS // total, now
            say(f"{what}: {100 * done // total} %, {left((now - began) / done * (total - done))}")

    yield advance
