"""Templates: what is in a dossier, in which order, and which purposes everybody in it must have agreed to."""

from __future__ import annotations

from importlib import resources
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from archive.bundle.content import Dossier
from archive.errors import DamagedError, NotFoundError
from archive.records.kinds import Purpose

Section = Literal["summary", "demands", "counts", "chronology", "exhibits", "withheld", "verify", "contact"]
Required = Literal["summary", "demands", "exhibits", "chronology", "contact"]  # what a dossier may turn out to lack
BUILT_IN = ("public",)


class Template(Struct, frozen=True, forbid_unknown_fields=True):
    """A template as its TOML file says it; ``required`` is a part of ``sections``."""

    name: Annotated[str, Meta(pattern="^[a-z][a-z-]{0,30}$")]
    profile: Annotated[str, Meta(pattern="^[a-z][a-z-]{0,30}$")]
    purposes: Annotated[tuple[Purpose, ...], Meta(min_length=1)]
    sections: tuple[Section, ...]
    required: tuple[Required, ...] = ()

    def __post_init__(self) -> None:
        if len(set(self.sections)) < len(self.sections) or not set(self.required) <= set(self.sections):
            raise ValueError("sections stand once each, and hold what is required")


def parse(toml: bytes) -> Template:
    """Read a template; DamagedError names the line or field that does not fit."""
    try:
        return msgspec.toml.decode(toml, type=Template)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DamagedError(
            f"The template cannot be read: {error}.", "Compare it with: archive template show public"
        ) from error


def load(name: str) -> Template:
    """The built-in template of this name; NotFoundError if there is none."""
    if name not in BUILT_IN:
        raise NotFoundError("There is no such template.", f"There is: {', '.join(BUILT_IN)}.")
    return parse((resources.files("archive.bundle") / f"{name}.toml").read_bytes())


def gaps(template: Template, dossier: Dossier) -> tuple[Required, ...]:
    """The required sections that this dossier has nothing for."""
    return tuple(section for section in template.required if not getattr(dossier, section))
