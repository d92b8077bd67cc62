"""``archive search``: finding anything again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Annotated

import msgspec
import typer

from archive.casework import searching
from archive.casework.searching import Wanted
from archive.commands import opening
from archive.commands.options import Command
from archive.errors import UsageError
from archive.index.facets import By
from archive.index.filters import Sort
from archive.records.answers import SearchAnswer
from archive.records.wording import plain
from archive.speech import tr
from archive.terminal import Terminal, safe

app = typer.Typer(rich_markup_mode=None)
_Words = Annotated[
    list[str] | None,
    typer.Argument(metavar="[QUERY...]", help='Words, "phrases", pre*, -without, this OR that, field:value; or -.'),
]
NOT_CLEANED, _BY_MACHINE = tr("  (not cleaned)"), tr("  (read by machine)")


@app.command(cls=Command)
def search(
    ctx: typer.Context,
    query: _Words = None,
    exact: Annotated[bool, typer.Option("--exact", help="The words as typed: no other form or script.")] = False,
    kind: Annotated[list[str] | None, typer.Option(help="Only this kind of record; may be given again.")] = None,
    case: Annotated[str | None, typer.Option(metavar="REF", help="Only in this case.")] = None,
    person: Annotated[str | None, typer.Option(metavar="REF", help="Only about or mentioning this person.")] = None,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="2024, 2024-03, 2024-21 (spring), 202X …")] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE")] = None,
    place: Annotated[str | None, typer.Option(help="Only with these words in the place.")] = None,
    tag: Annotated[str | None, typer.Option()] = None,
    act: Annotated[str | None, typer.Option(metavar="CODE", help="Acts of this type, and what is about whom.")] = None,
    language: Annotated[str | None, typer.Option(metavar="CODE", help="Only in this language.")] = None,
    grade: Annotated[str | None, typer.Option(help="Only what was graded so: B2, B or 2.")] = None,
    consent: Annotated[str | None, typer.Option(metavar="PURPOSE", help="Only who agreed, and about them.")] = None,
    sort: Annotated[Sort, typer.Option(help="relevance, date or added.")] = "relevance",
    count_by: Annotated[By | None, typer.Option(help="Count what is found instead of showing it.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="How many to show.")] = 20,
    offset: Annotated[int, typer.Option(min=0, help="How many to pass over first.")] = 0,
    page: Annotated[int | None, typer.Option(min=1, help="Which page of --limit records.")] = None,
    save: Annotated[str | None, typer.Option(metavar="NAME", help="Keep this search, sealed, under a name.")] = None,
    saved: Annotated[str | None, typer.Option(metavar="NAME", help="Ask a search that was kept.")] = None,
    saved_list: Annotated[bool, typer.Option("--saved-list", help="Which searches are kept.")] = False,
) -> None:
    """Find records by what stands in them, in any form and script.

    Without a query it asks, so that names stay out of the shell's history; it keeps no history itself.
    """
    filters = {
        "case": case, "person": person, "since": since, "until": until, "place": place, "tag": tag, "act": act,
        "language": language, "grade": grade, "consent": consent,
    }  # fmt: skip
    without_words = kind or count_by or saved or saved_list or any(filters.values())
    text = opening.words(ctx, " ".join(query) if query else "" if without_words else None, tr("Search for"))
    page_of = {"sort": sort, "limit": limit, "offset": _start(offset, page, limit)}
    wanted = msgspec.convert({"text": text, "exact": exact, "kinds": kind or (), **page_of, **filters}, Wanted)
    searching.check_kinds(wanted.kinds)
    if saved_list:
        _list(ctx)
    else:
        _find(ctx, wanted, count_by, save, saved)


def _find(ctx: typer.Context, wanted: Wanted, count_by: By | None, save: str | None, saved: str | None) -> None:
    """Ask what is wanted, or was once, keep it where that is said, and show what is found."""
    speaker, desk = opening.terminal(ctx), opening.open_desk(ctx)
    wanted = searching.kept(desk, saved, wanted) if saved else wanted
    if save:
        searching.keep(desk, save, wanted)
        speaker.note(tr("Kept: archive search --saved {name}", name=safe(shlex.quote(save))))
    found = searching.find(desk, wanted, count_by)
    speaker.answer(found, lambda: _counts(found) if count_by else _hits(found, speaker, wanted))


def _list(ctx: typer.Context) -> None:
    told = searching.list_kept(opening.open_desk(ctx))
    lines = [f"{one.ref}  {safe(one.name)}" for one in told.searches]
    opening.terminal(ctx).answer(told, lambda: lines or [tr("None is kept.")])


def _start(offset: int, page: int | None, limit: int) -> int:
    """How many records to pass over."""
    if page is not None and offset:
        raise UsageError(tr("--page and --offset say the same."), tr("Give one of them."))
    return offset if page is None else (page - 1) * limit


def _hits(found: SearchAnswer, speaker: Terminal, wanted: Wanted) -> Iterator[str]:
    for hit in found.hits:
        of = tr("  (of {told_of})", told_of=hit.told_of) if hit.told_of else ""
        marks = ("" if hit.cleaned else NOT_CLEANED) + (_BY_MACHINE if hit.text_source == "ocr" else "")
        yield f"{hit.ref}  {plain(hit.kind):<9}  {safe(hit.title or '')}{marks}{of}"
        if hit.snippet:
            yield f"      {speaker.mark(hit.snippet, hit.marks)}"
    if not found.total:
        yield tr("Nothing found.")
        return
    after = found.total - wanted.offset - len(found.hits)
    more = (
        tr(", {after:,} more: --offset {offset}", after=after, offset=wanted.offset + len(found.hits))
        if after > 0 and found.hits
        else ""
    )
    newest = (
        tr(", the newest first, as they are too many to be weighed") if wanted.sort != found.sort and after > 0 else ""
    )
    yield tr("{total:,} found{more}{newest}.", total=found.total, more=more, newest=newest)


def _counts(found: SearchAnswer) -> Iterator[str]:
    for one in found.counts:
        yield f"{one.count:>7,}  {safe(one.value) or tr('(none)')}{f'  {safe(one.title)}' if one.title else ''}"
    yield tr("{total:,} found.", total=found.total) if found.total else tr("Nothing found.")
