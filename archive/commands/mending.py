"""``archive edit``, ``undo``, ``rm`` and ``resolve``: changing one's mind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from archive.casework import mending
from archive.commands import opening
from archive.commands.options import Command
from archive.desk import Desk
from archive.errors import UsageError
from archive.records.answers_upkeep import BinAnswer, StatesAnswer
from archive.records.wording import plain
from archive.speech import tr, trn
from archive.terminal import Terminal, safe

app = typer.Typer(rich_markup_mode=None)


@app.command(cls=Command)
def edit(
    ctx: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="REF")],
    said: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="FIELD=VALUE", help="Lists at commas; nothing after = takes it away; - reads it."
        ),
    ] = None,
) -> None:
    """Change fields of a record; what it said before stays in its history."""
    fields = {}
    for one in said or []:
        name, is_given, value = one.partition("=")
        if not is_given:
            raise UsageError(tr("A field is set with FIELD=VALUE."), tr("For example: --set place='Kharkiv region'"))
        fields[name.strip()] = opening.words(ctx, value, name) if value == opening.STDIN else value
    done = mending.edit(opening.open_desk(ctx), ref, fields)
    lines = [
        tr("{ref}: {changed} changed. Back: archive undo", ref=done.ref, changed=", ".join(done.changed)),
        *([done.note] if done.note else []),
    ]
    opening.terminal(ctx).answer(done, lambda: lines)


@app.command(cls=Command)
def undo(ctx: typer.Context) -> None:
    """Take the last thing back that you did on this computer. Once more brings it again."""
    done = mending.undo(opening.open_desk(ctx))
    lines = [tr("What was done on {day} at {time} UTC is taken back:", day=done.at[:10], time=done.at[11:16])]
    lines += [tr("  {ref} is {changed}", ref=one.ref, changed=", ".join(one.changed)) for one in done.changed]
    opening.terminal(ctx).answer(done, lambda: lines)


@app.command(cls=Command)
def rm(
    ctx: typer.Context,
    refs: Annotated[list[str] | None, typer.Argument(metavar="[REF...]")] = None,
    show: Annotated[bool, typer.Option("--list", help="What is in the bin.")] = False,
    restore: Annotated[bool, typer.Option("--restore", help="Bring these back out of the bin.")] = False,
) -> None:
    """Put records into the bin: gone from lists, search and dossiers, kept for at least 30 days."""
    speaker, desk = opening.terminal(ctx), opening.open_desk(ctx)
    if show:
        _show_bin(mending.list_bin(desk), speaker)
    elif not refs:
        raise UsageError(tr("Which record?"), tr("Name it: archive rm REF. See the bin: archive rm --list"))
    elif restore:
        back = [line for ref in refs for line in mending.restore(desk, ref).records]
        done = BinAnswer(records=tuple(back))
        speaker.answer(done, lambda: [tr("{ref} is back.", ref=line.ref) for line in done.records])
    else:
        _throw_away(desk, refs, speaker)


def _throw_away(desk: Desk, refs: list[str], speaker: Terminal) -> None:
    idents = mending.to_be_binned(desk, refs)
    titles = (f"{desk.index.ref(one)} ({safe(mending.shown(desk.record(one)) or tr('untitled'))})" for one in idents)
    speaker.confirm(tr("Into the bin: {titles}.", titles=", ".join(titles)))
    done = mending.to_bin(desk, idents)
    count = len(done.records)
    speaker.answer(
        done,
        lambda: [
            trn(
                "{n} record in the bin. Back: archive rm --restore {ref}",
                "{n} records in the bin. Back: archive rm --restore {ref}",
                count,
                ref=done.records[0].ref,
            ),
            tr("Nothing is destroyed by this; that is: archive shred"),
        ],
    )


def _show_bin(held: BinAnswer, speaker: Terminal) -> None:
    if speaker.json:
        speaker.answer(held, list)
    elif not held.records:
        speaker.answer(held, lambda: [tr("The bin is empty.")])
    else:
        rows = [(line.ref, plain(line.kind), line.title or "", line.since[:10], line.until) for line in held.records]
        speaker.table((tr("Record"), tr("Kind"), tr("Title"), tr("In the bin since"), tr("Kept at least until")), rows)


@app.command(cls=Command)
def resolve(
    ctx: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="REF")],
    take: Annotated[int | None, typer.Option("--take", metavar="N", help="The number of the state that holds.")] = None,
) -> None:
    """Join two states of a record that were made apart: shows them, and goes on with the one you take."""
    speaker, desk = opening.terminal(ctx), opening.open_desk(ctx)
    if take is None:
        found = mending.states(desk, ref)
        if speaker.json:
            speaker.answer(found, list)
            return
        for line in _differences(found):
            speaker.text(line)
        if len(found.states) < 2:
            return
        take = _number(
            speaker.ask(
                tr("Which one holds? [1-{states}]", states=len(found.states)), f"archive resolve {ref} --take 1"
            )
        )
    done = mending.resolve(desk, ref, take)
    speaker.answer(
        done,
        lambda: [
            tr("{ref}: {changed}. The others stay in its history.", ref=done.ref, changed=", ".join(done.changed))
        ],
    )


def _number(typed: str) -> int:
    return int(typed) if typed.isdecimal() else 0


def _differences(found: StatesAnswer) -> Iterator[str]:
    if len(found.states) < 2:
        yield tr("{ref} has one state only: there is nothing to join.", ref=found.ref)
        return
    for state in found.states:
        yield tr(
            "{number}  {day} {time} UTC, device {device}",
            number=state.number,
            day=state.at[:10],
            time=state.at[11:16],
            device=state.device[:8],
        )
        if state.binned:
            yield tr("     in the bin")
        for name, value in state.differs.items():
            yield f"     {name.replace('_', ' ')}: {value}"
