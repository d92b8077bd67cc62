"""What the commands that make a record share: fields from options, from ``--set``, or as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from archive.casework import making
from archive.commands import opening
from archive.errors import UsageError
from archive.records import fields, forms, kinds
from archive.records.answers import Made
from archive.speech import tr

FromJson = Annotated[str | None, typer.Option("--from-json", metavar="FILE|-", help="All fields as JSON.")]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="FIELD=VALUE", help="Any other field; lists at commas, parts as JSON; - reads it."),
]
Case = Annotated[str | None, typer.Option(metavar="REF", help="The case it belongs to.")]
Persons = Annotated[list[str] | None, typer.Option("--for", metavar="PERSON", help="Whom it is for; several times.")]


def make(
    ctx: typer.Context,
    kind: type[kinds.Record],
    said: Mapping[str, object],
    sets: Sequence[str] | None,
    from_json: str | None,
) -> Made:
    """A new record of ``kind``; ``said`` are the options, absent ones None."""
    form = fields.form_of(kind)
    given = {**said, **set_fields(ctx, kind, sets or ())}
    given = {name: value for name, value in given.items() if value not in (None, [], ())}
    data = None if from_json is None else opening.read_input(from_json)
    filled = forms.fill(form, given) if data is None else forms.read(data, form, given)
    return making.make(opening.open_desk(ctx), kind, filled)


def set_fields(ctx: typer.Context, kind: type[kinds.Record], sets: Sequence[str]) -> dict[str, object]:
    """What ``--set FIELD=VALUE`` says, each as its field takes it."""
    found: dict[str, object] = {}
    for one in sets:
        name, is_given, value = one.partition("=")
        if not is_given:
            raise UsageError(tr("A field is set with FIELD=VALUE."), tr("For example: --set place='Kharkiv region'"))
        word = opening.words(ctx, value, name) if value == opening.STDIN else value
        found[name.strip()] = fields.typed(fields.hint_of(kind, name.strip()), word)
    return found


def tell(ctx: typer.Context, made: Made, called: str, *more: str) -> None:
    """Say what was made."""
    opening.terminal(ctx).answer(made, lambda: [f"{called} {made.ref}", *([made.note] if made.note else []), *more])
