"""``archive show`` and ``get``: reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, get_args

import msgspec
import typer

from archive import speech
from archive.casework import past, reading
from archive.commands import opening
from archive.commands.columns import side_by_side
from archive.commands.options import Command
from archive.records import kinds, said
from archive.records.answers import RecordAnswer, SideLine
from archive.records.answers_upkeep import HistoryAnswer
from archive.records.refs import LETTERS
from archive.records.wording import plain
from archive.speech import tr
from archive.terminal import safe

app = typer.Typer(rich_markup_mode=None)


@app.command(cls=Command)
def show(
    ctx: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="REF")],
    capture: Annotated[
        bool, typer.Option("--capture", help="Also what its capture proves: time, place, device; this is logged.")
    ] = False,
    history: Annotated[bool, typer.Option("--history", help="What it said before, and who changed what.")] = False,
    full: Annotated[bool, typer.Option("--full", help="The number of an identity paper in full; logged.")] = False,
    beside: Annotated[
        str | None, typer.Option("--beside", metavar="REF", help="Its text and another's, side by side.")
    ] = None,
) -> None:
    """Read one record."""
    speaker, desk = opening.terminal(ctx), opening.open_desk(ctx)
    if beside is not None:
        both = reading.beside(desk, ref, beside)
        speaker.answer(both, lambda: side_by_side(_headed(both.left), _headed(both.right)))
        return
    if history:
        told = past.history(desk, ref)
        speaker.answer(told, lambda: _states(told))
        return
    shown = reading.read(desk, ref, capture=capture, full=full)
    if speaker.json:
        speaker.document({"ref": shown.ref, **msgspec.to_builtins(shown.record), **_beside(shown)})
    else:
        for line in _fields(shown):
            speaker.text(line)


def _beside(shown: RecordAnswer) -> dict[str, object]:
    """What is no field of the record itself; absent where there is none."""
    told: dict[str, object] = {name: getattr(shown, name) for name in ("told_by", "originals", "capture_facts")}
    if shown.captured:
        told["captured"] = [msgspec.to_builtins(one) for one in shown.captured]
    return {name: value for name, value in told.items() if value}


def _headed(side: SideLine) -> str:
    """A text under its reference and language."""
    return f"{side.ref}{f' [{side.language}]' if side.language else ''}  {side.title or ''}\n\n{side.text}"


def _states(told: HistoryAnswer) -> Iterator[str]:
    for state in told.states:
        yield tr(
            "{day} {time} UTC  {by}  {what}",
            day=state.at[:10],
            time=state.at[11:16],
            by=safe(state.by),
            what=plain(state.what),
        )
        for change in state.changes:
            (name, was), (_, now) = (_called(told.ref, change.field, one) for one in (change.before, change.after))
            before = "" if change.before is None else f"{_words(was, told.refs)} -> "
            after = tr("taken away") if change.after is None else _words(now, told.refs)
            yield f"    {name}: {safe(before + after)}"


def _called(ref: str, field: str, value: object) -> tuple[str, object]:
    """A field and its value in words; the kind of the record stands in its reference."""
    kind = next(one for one in get_args(kinds.AnyRecord) if LETTERS[str(one.__struct_config__.tag)] == ref[0])
    return next(iter(said.record(kind, {field: value}).items()))


def _fields(shown: RecordAnswer) -> Iterator[str]:
    """A line a field, references in the place of ids; the text last."""
    fields = msgspec.to_builtins(shown.record)
    text = fields.pop("text", None)
    yield f"{shown.ref}  {said.kind(fields.pop('kind'))}"
    yield from _lines(said.record(type(shown.record), fields), shown.refs)
    for what, named in ((tr("told by"), shown.told_by), (tr("originals"), shown.originals)):
        if named:
            yield f"{what:>14}  {', '.join(named)}"
    yield from _capture(shown)
    if text:
        yield ""
        yield text


def _lines(fields: Mapping[str, object], refs: Mapping[str, str]) -> Iterator[str]:
    longest = max(map(len, fields), default=0) if speech.language() != "en" else 0
    width = max(14, min(22, longest))
    for name, value in fields.items():
        rows = [f"{part}: {_words(held, refs)}" for part, held in value.items()] if isinstance(value, dict) else []
        first, *others = rows or [_words(value, refs)]
        yield f"{name:>{width}}  {first}"
        yield from (" " * (width + 2) + row for row in others)


_CAPTURED = ("part", "taken_at", "zone", "latitude", "longitude", "device", "proof")


def _capture(shown: RecordAnswer) -> Iterator[str]:
    """Whether there is something that its capture proves, and where; what it is, if that was asked for."""
    if not shown.capture_facts:
        return
    how = "" if shown.captured else tr("; see them: archive show {ref} --capture (this is logged)", ref=shown.ref)
    yield tr(
        "{what:>14}  sealed apart as {capture_facts}{how}",
        what=tr("capture facts"),
        capture_facts=", ".join(shown.capture_facts),
        how=how,
    )
    if not shown.captured:
        return
    refs = dict(zip(dict.fromkeys(one.id for one in shown.captured), shown.capture_facts, strict=True))
    for one in shown.captured:
        told = {tr("capture facts"): refs[one.id] if len(refs) > 1 else None}
        told |= {said.field(name): getattr(one, name) for name in _CAPTURED}
        told[said.field("proof")] = said.proof(one.proof) if one.proof else None
        yield from _lines({name: value for name, value in told.items() if value is not None}, {})


def _words(value: object, refs: Mapping[str, str]) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_words(held, refs)}" for name, held in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_words(held, refs) for held in value)
    return tr("yes") if value is True else tr("no") if value is False else refs.get(str(value), str(value))


@app.command(cls=Command)
def get(
    ctx: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="REF")],
    output: Annotated[str, typer.Option("-o", "--output", metavar="FILE", help="Where to; - is standard output.")],
    original: Annotated[bool, typer.Option("--original", help="The kept original; this is logged.")] = False,
    file: Annotated[str | None, typer.Option(metavar="NAME", help="Of several originals the one called so.")] = None,
) -> None:
    """Write a record's clean file out, for your eyes only (mode 0600)."""
    speaker, desk = opening.terminal(ctx), opening.open_desk(ctx)
    if not original and reading.needs_warning(desk, ref):
        speaker.confirm(tr("This file was never cleaned: it still holds its metadata, which may betray somebody."))
    if output == opening.STDIN:
        speaker.stream(reading.contents(desk, ref, original=original, name=file))
        return
    reading.write_out(desk, ref, Path(output).expanduser(), original=original, name=file)
    speaker.note(
        tr("Written to {output}, unencrypted. Delete it when done; an SSD may keep a copy.", output=safe(output))
    )
