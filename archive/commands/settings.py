"""``archive profile list | show | check`` and ``archive template list | show | check``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from archive.casework import choosing
from archive.casework.choosing import PROFILES, TEMPLATES, Shelf
from archive.commands import opening
from archive.commands.options import Command
from archive.records.answers_settings import ListedSettings, SettingsAnswer
from archive.records.wording import plain
from archive.speech import mark, tr, trn

app = typer.Typer(rich_markup_mode=None)


class _Help(NamedTuple):
    """What a group of these commands says of itself and of each."""

    meaning: str
    every: str
    one: str
    fits: str


_HELP = {
    "profile": _Help(
        mark("What is hidden in a dossier. Built in, and your own as TOML files."),
        mark("Every profile there is. Your own lie in the folder profiles of your state folder."),
        mark("One profile as its file says it: a copy of it is the beginning of one of your own."),
        mark("Whether a profile of your own fits; if not, which line or field does not."),
    ),
    "template": _Help(
        mark("What is in a dossier, in which order. Built in, and your own as TOML files."),
        mark("Every template there is. Your own lie in the folder templates of your state folder."),
        mark("One template as its file says it: a copy of it is the beginning of one of your own."),
        mark("Whether a template of your own fits; if not, which line or field does not."),
    ),
}


def _group(shelf: Shelf[Any]) -> None:
    """The three commands of one kind of settings; none of them asks for a key."""
    group = typer.Typer(help=_HELP[shelf.noun].meaning)
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
            rows = [
                (one.name, tr("own, from {base}", base=one.base) if one.base else tr("built in"))
                for one in answer.listed
            ]
            speaker.table((plain(shelf.noun).capitalize(), ""), rows)

    listed.__doc__ = _HELP[shelf.noun].every
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

    shown.__doc__ = _HELP[shelf.noun].one
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
        answer = _listed(choosing.checked(shelf, one, state) for one in files)
        opening.terminal(ctx).answer(answer, lambda: [_fitting(shelf.noun, len(answer.listed))])

    checked.__doc__ = _HELP[shelf.noun].fits
    return checked


def _fitting(noun: str, number: int) -> str:
    if noun == "profile":
        return trn("{n:,} profile: fits.", "{n:,} profiles: fits.", number)
    return trn("{n:,} template: fits.", "{n:,} templates: fits.", number)


def _listed(settings: Any) -> SettingsAnswer:
    return SettingsAnswer(listed=tuple(ListedSettings(name=one.name, base=one.base) for one in settings))


_group(PROFILES)
_group(TEMPLATES)
