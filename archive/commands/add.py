"""``archive add``: files go in, clean and sealed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from archive.casework import adding
from archive.commands import opening
from archive.commands.options import Command
from archive.errors import PartlyDoneError, UncleanError
from archive.records.answers import AddAnswer, FileAnswer
from archive.records.forms import AddForm
from archive.terminal import Terminal, safe

app = typer.Typer(rich_markup_mode=None)
_HINT = "Take a photo or a PDF print of it instead. Nothing was stored."
Words = Annotated[list[str] | None, typer.Option(metavar="REF")]


@app.callback()
def _group() -> None:
    """Keep the commands of this file a group, however many they are."""


@app.command(cls=Command)
def add(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Texts, pictures, PDFs.")],
    case: Annotated[str | None, typer.Option(metavar="REF", help="The case; without it: the inbox.")] = None,
    kind: Annotated[str | None, typer.Option(help="testimony, photo or document (else by the file's type).")] = None,
    subtype: Annotated[str | None, typer.Option(help="Of a document: summons, ruling, verdict, ...")] = None,
    title: Annotated[
        str | None, typer.Option(help="Neutral, without names (else the file's name); - reads it.")
    ] = None,
    date: Annotated[str | None, typer.Option(help="When: 2024-03-07, 2024-03, 2024~.")] = None,
    place: Annotated[str | None, typer.Option(help="Where: the region.")] = None,
    language: Annotated[str | None, typer.Option(help="uk, ru, cs, en, ...")] = None,
    source: Annotated[str | None, typer.Option(help="How it came to us.")] = None,
    about: Annotated[list[str] | None, typer.Option(metavar="PERSON", help="Whose story or face it is.")] = None,
    mentions: Annotated[list[str] | None, typer.Option(metavar="PERSON", help="Who is only named in it.")] = None,
    faces: Annotated[str | None, typer.Option(help="Of a photo, looked at by you: none, consented, to-cover.")] = None,
    transcript_of: Annotated[str | None, typer.Option(metavar="REF", help="The recording it writes down.")] = None,
    translation_of: Annotated[str | None, typer.Option(metavar="REF", help="The record it translates.")] = None,
    recursive: Annotated[bool, typer.Option("--recursive", help="Take in what lies in folders.")] = False,
    keep_original: Annotated[bool, typer.Option("--keep-original", help="Seal the file as brought beside it.")] = False,
    from_json: Annotated[str | None, typer.Option("--from-json", metavar="FILE|-", help="All fields as JSON.")] = None,
) -> None:
    """Take files in: cleaned of metadata, encrypted, findable. One bad file does not stop the rest."""
    fields = {
        "case": case, "kind": kind, "subtype": subtype, "title": _title(ctx, title), "date": date, "place": place,
        "language": language, "source": source, "about": _refs(about), "mentions": _refs(mentions), "faces": faces,
        "transcript_of": transcript_of, "translation_of": translation_of,
    }  # fmt: skip
    form = opening.form_from(from_json, AddForm, fields)
    speaker, desk = opening.terminal(ctx), opening.open_desk(ctx)
    with speaker.progress("Cleaning and sealing", len(files)) as advance:
        done = adding.add(
            desk,
            files,
            form,
            recursive=recursive,
            keep_original=keep_original,
            tell=lambda one: _line(speaker, one),
            advance=advance,
        )
    speaker.answer(done, lambda: _closing(done, keep_original=keep_original))
    _refuse(done)


def _refs(given: list[str] | None) -> list[str]:
    """References given one by one or with commas between them."""
    return [ref for word in given or [] for ref in word.split(",") if ref.strip()]


def _title(ctx: typer.Context, given: str | None) -> str | None:
    return opening.words(ctx, given, "Title") if given == opening.STDIN else given


def _line(speaker: Terminal, one: FileAnswer) -> None:
    """One file: what became of it and what was removed."""
    name = safe(one.file)
    if one.status == "refused":
        speaker.note(f"{name}: refused, {safe(one.reason or '')}")
    elif one.status == "duplicate":
        speaker.note(f"{name}: known already as {one.ref}")
    else:
        removed = ", ".join(one.removed) or "nothing to remove"
        speaker.note(f"{name}: {one.ref} ({one.kind}), removed: {safe(removed)}")


def _closing(done: AddAnswer, *, keep_original: bool) -> Iterator[str]:
    """How many of each; where some were refused, the error line says it."""
    if not done.refused:
        yield _counts(done)
    if done.added and not keep_original:
        yield "Originals were not kept: do not delete the phone's copy if a court may ask."


def _counts(done: AddAnswer) -> str:
    return f"{done.added} added, {done.duplicates} known already, {done.refused} refused."


def _refuse(done: AddAnswer) -> None:
    """Exit 14 where nothing given could be taken in, 3 where only some could."""
    if not done.refused:
        return
    if done.added or done.duplicates:
        raise PartlyDoneError(
            _counts(done),
            "The reasons stand above. Run again after mending: nothing is added twice.",
        )
    one = next(one for one in done.records if one.status == "refused")
    raise UncleanError(
        f"{one.file}: {one.reason}." if done.refused == 1 else f"None of the {done.refused} files could be taken in.",
        _HINT if "could not be cleaned" in (one.reason or "") else "Nothing was stored.",
    )
