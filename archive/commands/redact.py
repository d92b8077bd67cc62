"""``archive redact``: going through the words of a case before a dossier, one key each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer
from msgspec import structs

from archive.casework import covering, deciding, reviewing
from archive.commands import looking, opening
from archive.commands.options import Command
from archive.errors import UsageError
from archive.guided import words
from archive.records.answers_redact import RedactAnswer
from archive.redact.questions import Decided
from archive.speech import tr, trn
from archive.terminal import safe

app = typer.Typer(rich_markup_mode=None)
Layers = Annotated[
    list[str] | None,
    typer.Option(
        "--accept", metavar="LAYER", help="identity, pattern, capital or all: hide what it suggests, unasked."
    ),
]
Words = list[str] | None
_LAYERS = ("identity", "pattern", "capital", "all")


@app.callback()
def _group() -> None:
    """Keep the commands of this file a group, however many they are."""


@app.command(cls=Command)
def redact(
    ctx: typer.Context,
    refs: Annotated[list[str] | None, typer.Argument(metavar="[REF...]", help="Records; or cases.")] = None,
    case: Annotated[str | None, typer.Option(metavar="REF", help="Everything in this case.")] = None,
    hide: Annotated[Words, typer.Option(metavar="WORD", help="Hide it in all its forms; - reads them.")] = None,
    show: Annotated[Words, typer.Option(metavar="WORD", help="It names nobody; - reads them.")] = None,
    accept: Layers = None,
    box: Annotated[
        Words, typer.Option(metavar="REF[:PAGE]:CELLS", help="Cover these cells (open --grid): REF:B4-C6, REF:2:none.")
    ] = None,
    faces: Annotated[
        Words, typer.Option(metavar="REF:NUMBERS", help="Cover the faces with these numbers: 1,2 or all or none.")
    ] = None,
) -> None:
    """Prepare a dossier: decide which words with a capital name nobody, and what is covered on pages and photos."""
    if unknown := set(accept or ()) - set(_LAYERS):
        raise UsageError(
            tr("There is no layer {min}.", min=safe(min(unknown))), tr("There is: {known}.", known=", ".join(_LAYERS))
        )
    if not (refs or case or box or faces):
        raise UsageError(tr("What shall be gone through?"), tr("Name records, or a case: --case REF"))
    speaker = opening.terminal(ctx)
    to_hide, to_show = _words(ctx, hide, tr("Hide")), _words(ctx, show, tr("Show"))
    pages = [covering.said(one) for one in (*(box or ()), *(faces or ()))]
    desk = opening.open_desk(ctx)
    looked = covering.cover(desk, pages)
    if not refs and not case:
        only = RedactAnswer(records=(), undecided=(), looked=looked)
        speaker.answer(only, lambda: looking.covered(looked))
        return
    asked = reviewing.review(desk, refs or (), case)
    decided = Decided(*(reviewing.in_all_forms(said, asked.words) for said in (to_hide, to_show)))
    if asked.words and speaker.can_ask and not (accept or hide or show):
        with deciding.keeping(desk, asked.cases, decided) as keep:
            words.go_through(speaker, asked.words, decided, keep)
    else:
        for word in asked.words if {"capital", "all"} & set(accept or ()) else ():
            decided.to_rest(word)
        deciding.decide(desk, asked.cases, decided)
    if decided.anything:
        asked = reviewing.review(desk, refs or (), case)
    told = structs.replace(reviewing.answer(desk, asked, decided), looked=looked)
    speaker.answer(told, lambda: _report(told))


def _words(ctx: typer.Context, given: Words, question: str) -> list[str]:
    """The words of an option; those behind ``-`` are read, commas between them, and stay out of the shell's history."""
    said = [opening.words(ctx, one, question) if one == opening.STDIN else one for one in given or []]
    return [word.strip() for one in said for word in one.split(",") if word.strip()]


def _report(told: RedactAnswer) -> Iterator[str]:
    yield from looking.covered(told.looked)
    spans = [span for record in told.records for span in record.spans]
    if told.hidden or told.shown:
        yield trn(
            "{n:,} word hidden from now on, {shown} cleared. Back: archive undo",
            "{n:,} words hidden from now on, {shown} cleared. Back: archive undo",
            len(told.hidden),
            shown=len(told.shown),
        )
    yield tr(
        "{record}: {place} would be hidden.",
        record=trn("{n:,} record", "{n:,} records", len(told.records)),
        place=trn("{n:,} place", "{n:,} places", len(spans)),
    )
    if told.undecided:
        yield trn(
            "{n:,} word with a capital nobody has decided about: hidden until then.",
            "{n:,} words with a capital nobody has decided about: hidden until then.",
            len(told.undecided),
        )
        yield from (f"  {safe(word.word)}  {word.count}×  {', '.join(word.refs[:3])}" for word in told.undecided[:40])
