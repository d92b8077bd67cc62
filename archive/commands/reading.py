"""``archive search``, ``show`` and ``get``: finding and reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from archive.casework import reading
from archive.commands import opening
from archive.commands.options import Command
from archive.errors import UsageError
from archive.index.searching import Query, Sort
from archive.records.answers import RecordAnswer, SearchAnswer
from archive.records.refs import LETTERS
from archive.terminal import Terminal, safe

app = typer.Typer(rich_markup_mode=None)


@app.command(cls=Command)
def search(
    ctx: typer.Context,
    query: Annotated[
        list[str] | None, typer.Argument(metavar="[QUERY...]", help='Words, "phrases", pre*, -without.')
    ] = None,
    kind: Annotated[str | None, typer.Option(help="Only this kind of record.")] = None,
    case: Annotated[str | None, typer.Option(metavar="REF", help="Only in this case.")] = None,
    person: Annotated[str | None, typer.Option(metavar="REF", help="Only about or mentioning this person.")] = None,
    since: Annotated[str | None, typer.Option(metavar="DATE")] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE")] = None,
    place: Annotated[str | None, typer.Option()] = None,
    tag: Annotated[str | None, typer.Option()] = None,
    sort: Annotated[Sort, typer.Option(help="relevance, date or added.")] = "relevance",
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="How many to show.")] = 20,
    offset: Annotated[int, typer.Option(min=0, help="How many to pass over first.")] = 0,
) -> None:
    """Find records by what stands in them. Without a query it asks, so that names stay out of the shell's history."""
    if kind is not None and kind not in LETTERS:
        raise UsageError("There is no such kind of record.", f"There is: {', '.join(LETTERS)}.")
    filters = {"case": case, "person": person, "since": since, "until": until, "place": place, "tag": tag, "kind": kind}
    typed = " ".join(query) if query else "" if any(filters.values()) else None
    text = opening.words(ctx, typed, "Search for")
    speaker, desk = opening.terminal(ctx), opening.open_desk(ctx)
    found = reading.find(
        desk,
        Query(
            text=text,
            kinds=(kind,) if kind else (),
            case=case,
            person=person,
            since=since,
            until=until,
            place=place,
            tag=tag,
            sort=sort,
            limit=limit,
            offset=offset,
        ),
    )
    speaker.answer(found, lambda: _hits(found, speaker))


def _hits(found: SearchAnswer, speaker: Terminal) -> Iterator[str]:
    for hit in found.hits:
        yield f"{hit.ref}  {hit.kind:<9}  {safe(hit.title or '')}"
        if hit.snippet:
            yield f"      {speaker.mark(hit.snippet, hit.marks)}"
    more = found.total - len(found.hits)
    yield (
        f"{found.total} found{f', {more} more with --limit' if more > 0 else ''}." if found.total else "Nothing found."
    )


@app.command(cls=Command)
def show(ctx: typer.Context, ref: Annotated[str, typer.Argument(metavar="REF")]) -> None:
    """Read one record."""
    speaker = opening.terminal(ctx)
    shown = reading.read(opening.open_desk(ctx), ref)
    if speaker.json:
        speaker.document({"ref": shown.ref, **msgspec.to_builtins(shown.record)})
    else:
        for line in _fields(shown):
            speaker.text(line)


def _fields(shown: RecordAnswer) -> Iterator[str]:
    """A line a field, references in the place of ids; the text last."""
    fields = msgspec.to_builtins(shown.record)
    text = fields.pop("text", None)
    yield f"{shown.ref}  {fields.pop('kind')}"
    for name, value in fields.items():
        yield f"{name.replace('_', ' '):>14}  {_words(value, shown.refs)}"
    if text:
        yield ""
        yield text


def _words(value: object, refs: Mapping[str, str]) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name.replace('_', ' ')}: {_words(held, refs)}" for name, held in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_words(held, refs) for held in value)
    return "yes" if value is True else "no" if value is False else refs.get(str(value), str(value))


@app.command(cls=Command)
def get(
    ctx: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="REF")],
    output: Annotated[str, typer.Option("-o", "--output", metavar="FILE", help="Where to; - is standard output.")],
    original: Annotated[bool, typer.Option("--original", help="The kept original; this is logged.")] = False,
) -> None:
    """Write a record's clean file out, for your eyes only (mode 0600)."""
    speaker, desk = opening.terminal(ctx), opening.open_desk(ctx)
    if output == opening.STDIN:
        speaker.stream(reading.contents(desk, ref, original=original))
        return
    reading.write_out(desk, ref, Path(output).expanduser(), original=original)
    speaker.note(f"Written to {safe(output)}, unencrypted. Delete it when done; an SSD may keep a copy.")
