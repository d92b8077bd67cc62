"""``archive check``, ``index rebuild`` and ``log``: is all there, can it be found, who did what."""

from __future__ import annotations

from typing import Annotated

import typer

from archive.casework import adding, care, recovery
from archive.commands import opening
from archive.commands.options import Command, Everything, Limit, shown
from archive.errors import DamagedError
from archive.records import said
from archive.records.answers import BroughtAnswer, LogAnswer, ProblemLine, RebuildAnswer
from archive.records.wording import plain
from archive.speech import tr
from archive.terminal import Terminal, safe

app = typer.Typer(rich_markup_mode=None)
index = typer.Typer(help="The local index: a cache, made from the records alone.")
app.add_typer(index, name="index")


@index.callback()
def _group() -> None:
    """Keep the commands of this group a group, however many they are."""


@app.command(cls=Command)
def check(
    ctx: typer.Context,
    read_data: Annotated[
        bool, typer.Option("--read-data", help="Read and decrypt every file, not only its name.")
    ] = False,
    keyless: Annotated[bool, typer.Option("--keyless", help="Without a key: names against hashes only.")] = False,
) -> None:
    """Is everything there and unchanged? Names each damaged thing."""
    speaker, advice = opening.terminal(ctx), None
    if keyless:
        told = care.check_keyless(opening.archive_root(opening.session(ctx)))
    else:
        desk = opening.open_desk(ctx)
        told, advice = care.check(desk, read_data=read_data), recovery.note(desk)
    lines = [_problem(one) for one in told.problems]
    closing = tr("{records} records, {objects} files: ", records=told.records, objects=told.objects) + (
        tr("all there, unchanged.") if told.ok else tr("not whole.")
    )
    if keyless:
        closing = tr(
            "{objects} files are what their names say. This cannot show that none is missing, old or foreign.",
            objects=told.objects,
        )
    speaker.answer(told, lambda: [*lines, closing] if told.ok or not keyless else lines)
    if advice:
        speaker.note(tr("note: {advice}", advice=advice))
    if not told.ok:
        raise DamagedError(
            tr(
                "{sum} files are damaged or missing.",
                sum=sum(bool(one.path) and (not one.healed) for one in told.problems),
            ),
            tr("Take them again from another copy: a stick, a backup, another member. Nothing was deleted."),
        )


def _problem(one: ProblemLine) -> str:
    return safe(f"{one.path}: {one.problem}" if one.path else one.problem) + (tr(" (healed)") if one.healed else "")


@index.command(cls=Command)
def rebuild(ctx: typer.Context) -> None:
    """Make the index anew from the records."""
    count = RebuildAnswer(segments=opening.open_desk(ctx, anew=True).entered)
    opening.terminal(ctx).answer(
        count, lambda: [tr("Indexed anew from {segments} journal files.", segments=count.segments)]
    )


@app.command(cls=Command)
def log(
    ctx: typer.Context,
    ref: Annotated[str | None, typer.Argument(metavar="[REF]", help="Only what concerns this record.")] = None,
    last: Annotated[
        bool, typer.Option("--last", help="What became of the files of the last add or import here.")
    ] = False,
    refused: Annotated[bool, typer.Option("--refused", help="With --last: only those that were refused.")] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Read the signed journal again and hold every line against it.")
    ] = False,
    limit: Limit = None,
    everything: Everything = False,
) -> None:
    """The chain of custody: who did what, when, in PREMIS terms; the newest first."""
    speaker, many = opening.terminal(ctx), shown(opening.session(ctx), limit, everything)
    desk = opening.open_desk(ctx)
    if last or refused:
        _show_last(adding.last(desk, refused=refused), speaker, refused=refused)
        return
    told = care.custody(desk, ref, verify=verify, newest=many)
    if speaker.json:
        speaker.answer(told, list)
    else:
        _show_log(told, speaker)
    if told.verified:
        speaker.note(tr("Every line is signed, and each device's chain is whole."))
    elif told.verified is False:
        for problem in told.problems:
            speaker.note(safe(problem))
        raise DamagedError(tr("The log is not proven by the journal."), tr("Sync again, then: archive check"))


def _show_log(told: LogAnswer, speaker: Terminal) -> None:
    rows = [
        (
            one.at.replace("T", " ").removesuffix("Z"),  # the heading says which time it is
            said.event(one.event),
            " ".join(map(said.note, one.concerns)),
            said.note(one.outcome),
            one.device[:8],
        )
        for one in reversed(told.events)
    ]
    speaker.table((tr("When (UTC)"), tr("Event"), tr("Concerns"), tr("Outcome"), tr("Device")), rows)
    if told.more:
        speaker.note(tr("There is more before that: --all, or --limit N"))


def _show_last(told: BroughtAnswer, speaker: Terminal, *, refused: bool) -> None:
    """What became of each file; kept on this computer alone, until something else is added."""
    if speaker.json or not told.records:
        none = (
            tr("The last add or import on this computer refused nothing.")
            if refused
            else tr("Nothing to show: the last add or import on this computer left nothing here.")
        )
        speaker.answer(told, lambda: [none])
        return
    rows = [(one.file, plain(one.status), one.ref or "", one.reason or one.note or "") for one in told.records]
    speaker.table((tr("File"), tr("What became of it"), tr("Ref"), tr("Why")), rows)
