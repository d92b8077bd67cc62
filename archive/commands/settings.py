"""``archive profile list | show | check`` and ``archive template list | show | check``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from archive.casework import choosing
from archive.casework.choosing import PROFILES, TEMPLATES, Shelf
from archive.commands import opening
from archive.commands.options import Command
from archive.records.answers_settings import ListedSettings, SettingsAnswer
from archive.records.wording import count

app = typer.Typer(rich_markup_mode=None)


def _group(shelf: Shelf[Any], meaning: str) -> None:
    """The three commands of one kind of settings; none of them asks for a key."""
    group = typer.Typer(help=f"{meaning} Built in, and your own as TOML files.")
    app.add_typer(group, name=shelf.noun)
    for name, command in (("list", _list), ("show", _show), ("check", _check)):
        group.command(name, cls=Command)(command(shelf))


def _list(shelf: Shelf[Any]) -> Callable[..., None]:
    def listed(ctx: typer.Context) -> None:
        speaker, state = opening.terminal(ctx), opening.session(ctx).state_folder
        answer = _listed(choosing.every(shelf, state))
        if speaker.json:
            speaker.answer(answer, list)
        else:
            rows = [(one.name, f"own, from {one.base}" if one.base else "built in") for one in answer.listed]
            speaker.table((shelf.noun.capitalize(), ""), rows)

    listed.__doc__ = f"Every {shelf.noun} there is. Your own lie in the folder {shelf.noun}s of your state folder."
    return listed


def _show(shelf: Shelf[Any]) -> Callable[..., None]:
    def shown(
        ctx: typer.Context,
        name: Annotated[str, typer.Argument(metavar="NAME", help="Its name, or a file of your own.")],
    ) -> None:
        speaker, state = opening.terminal(ctx), opening.session(ctx).state_folder
        if speaker.json:
            speaker.answer(shelf.told(shelf.find(name, state)), list)
        else:
            speaker.text(shelf.text(name, state).rstrip("\n"))

    shown.__doc__ = f"One {shelf.noun} as its file says it: a copy of it is the beginning of one of your own."
    return shown


def _check(shelf: Shelf[Any]) -> Callable[..., None]:
    def checked(
        ctx: typer.Context,
        file: Annotated[
            Path | None, typer.Argument(metavar="[FILE]", help="A file of your own; else all in your state folder.")
        ] = None,
    ) -> None:
        state = opening.session(ctx).state_folder
        files = [file] if file is not None else shelf.files(state)
        answer = _listed(shelf.check(one, state) for one in files)
        opening.terminal(ctx).answer(answer, lambda: [f"{count(len(answer.listed), shelf.noun)}: fits."])

    checked.__doc__ = f"Whether a {shelf.noun} of your own fits; if not, which line or field does not."
    return checked


def _listed(settings: Any) -> SettingsAnswer:
    return SettingsAnswer(listed=tuple(ListedSettings(name=one.name, base=one.base) for one in settings))


_group(PROFILES, "What is hidden in a dossier.")
_group(TEMPLATES, "What is in a dossier, in which order.")
