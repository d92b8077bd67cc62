"""Which template and which profile: a built-in one by its name, or one of the user's own, a TOML file.

One's own lie in ``templates`` and ``profiles`` of the state folder, each under its name, or anywhere (``./our.toml``).
They are plain text on the disk and hold nothing of a case; they are read before a key is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Generic, TypeVar

from msgspec import Struct, to_builtins

from archive.bundle import template
from archive.bundle.template import Template
from archive.errors import NotFoundError, UsageError
from archive.records.answers import Answer
from archive.records.answers_settings import ProfileAnswer, TemplateAnswer
from archive.redact import profile, settings
from archive.redact.profile import Profile
from archive.speech import tr

_Kind = TypeVar("_Kind", Template, Profile)
_NAME = re.compile(r"[a-z][a-z-]{0,30}")


class Shelf(Struct, Generic[_Kind], frozen=True):
    """One kind of settings: what is built in, and how one's own are read and told."""

    noun: str
    built_in: tuple[str, ...]
    source: Callable[[str], bytes]
    shipped: Callable[[str], _Kind]
    own: Callable[[bytes], _Kind]
    told: Callable[[_Kind], Answer]

    def folder(self, state: Path) -> Path:
        """Where one's own lie."""
        return state / f"{self.noun}s"

    def text(self, typed: str, state: Path) -> str:
        """The file as it stands, for reading; it is a whole one."""
        self.find(typed, state)
        data = self.source(typed) if typed in self.built_in else _read(self._place(typed, state))
        return data.decode()

    def find(self, typed: str, state: Path) -> _Kind:
        """By name or by path; NotFoundError if there is none, UsageError if it does not fit."""
        return self.shipped(typed) if typed in self.built_in else self.check(self._place(typed, state), state)

    def check(self, file: Path, state: Path) -> _Kind:
        """One's own in ``file``; UsageError names the line or field that does not fit."""
        read = self.own(_read(file))
        if file.parent == self.folder(state) and file.stem != read.name:
            raise UsageError(
                tr("This {noun} is called otherwise than its file.", noun=tr(self.noun)), tr("Make the two the same.")
            )
        return read

    def files(self, state: Path) -> list[Path]:
        """Those that lie in the state folder."""
        return sorted(self.folder(state).glob("*.toml"))

    def _place(self, typed: str, state: Path) -> Path:
        if "/" in typed or typed.endswith(".toml"):
            return Path(typed).expanduser()
        kept = self.folder(state) / f"{typed}.toml"
        if not _NAME.fullmatch(typed) or not kept.is_file():
            known = (*self.built_in, *(file.stem for file in self.files(state)))
            raise NotFoundError(
                tr("There is no such {noun}.", noun=tr(self.noun)), tr("There is: {known}.", known=", ".join(known))
            )
        return kept


def _profile(told: Profile) -> ProfileAnswer:
    return ProfileAnswer(name=told.name, base=told.base, actions=to_builtins(told.actions))


def _template(told: Template) -> TemplateAnswer:
    return TemplateAnswer(
        name=told.name,
        base=told.base,
        profile=told.profile,
        purposes=told.need.purposes,
        sections=told.sections,
        required=told.required,
    )


PROFILES: Shelf[Profile] = Shelf("profile", profile.BUILT_IN, profile.source, profile.shipped, profile.own, _profile)
TEMPLATES: Shelf[Template] = Shelf(
    "template", template.BUILT_IN, template.source, template.load, template.own, _template
)


def together(wanted: str, hiding: str | None, state: Path) -> tuple[Template, Profile]:
    """The template and the profile of an export; UsageError where the profile hides less than the template needs."""
    what = TEMPLATES.find(wanted, state)
    return what, _hiding(what, hiding, state)


def checked(shelf: Shelf[_Kind], file: Path, state: Path) -> _Kind:
    """One's own in ``file``, a template with the profile that it comes with; UsageError, NotFoundError as an export."""
    read = shelf.check(file, state)
    if isinstance(read, Template):
        _hiding(read, None, state)
    return read


def _hiding(what: Template, hiding: str | None, state: Path) -> Profile:
    how = PROFILES.find(hiding or what.profile, state)
    if category := template.fits(what, how):
        raise UsageError(
            tr("The profile {name} hides less than this template needs: {category}.", name=how.name, category=category),
            tr("Leave it to the template, or make it stricter. See: archive template show {kind}", kind=what.kind),
        )
    return how


def every(shelf: Shelf[_Kind], state: Path) -> Iterator[_Kind]:
    """Those built in, then one's own; UsageError at the first that does not fit."""
    yield from map(shelf.shipped, shelf.built_in)
    for file in shelf.files(state):
        yield shelf.check(file, state)


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            data = opened.read(settings.LIMIT + 1)
    except OSError as error:
        raise UsageError(
            tr("The file cannot be read: {strerror}.", strerror=error.strerror), tr("Give another file.")
        ) from None
    if len(data) > settings.LIMIT:
        raise UsageError(
            tr("The file is too large for settings."), tr("It may have {limit} octets.", limit=settings.LIMIT)
        )
    return data
