"""``archive vocabulary list | add``: the terms of codes, the collective's own beside the built-in ones."""

from __future__ import annotations

from typing import Annotated

import typer

from archive import speech
from archive.casework import recipients
from archive.commands import opening
from archive.commands.options import Command
from archive.errors import UsageError
from archive.speech import tr

app = typer.Typer(rich_markup_mode=None)
vocabulary = typer.Typer(help="Terms: built in, and the collective's own.")
app.add_typer(vocabulary, name="vocabulary")


@vocabulary.command("list", cls=Command)
def list_(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One vocabulary; else the names of all.")] = None,
    language: Annotated[str | None, typer.Option(help="Of the labels: en, uk, ru, cs (else as your system).")] = None,
) -> None:
    """The terms of a vocabulary with their labels."""
    speaker, desk = opening.terminal(ctx), opening.open_desk(ctx)
    if name is None:
        every = recipients.vocabularies(desk)
        if speaker.json:
            speaker.answer(every, list)
        else:
            speaker.table(
                (tr("Vocabulary"), tr("Terms")), [(one, str(count)) for one, count in every.vocabularies.items()]
            )
        return
    spoken = language or speech.readers_language()
    told = recipients.terms(desk, name, spoken)
    if speaker.json:
        speaker.answer(told, list)
    else:
        speaker.table(
            (tr("Code"), tr("Label"), ""), [(one.code, one.label, tr("own") if one.own else "") for one in told.terms]
        )


@vocabulary.command(cls=Command)
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The vocabulary.")],
    code: Annotated[str, typer.Argument(metavar="CODE", help="Small letters and hyphens; it never changes.")],
    label: Annotated[
        list[str] | None, typer.Option(metavar="LANGUAGE=WORDS", help="What it is called; once a language.")
    ] = None,
) -> None:
    """A term of your own; it travels with the archive."""
    said = [one.partition("=") for one in label or []]
    if any(not words for _, _, words in said):
        raise UsageError(tr("A label needs its language."), tr("For example: --label uk='Нічний виклик'"))
    made = recipients.add_term(opening.open_desk(ctx), name, code, {language: words for language, _, words in said})
    opening.terminal(ctx).answer(made, lambda: [tr("Term {ref}: {code}", ref=made.ref, code=code)])
