"""Templates: what is in a dossier, in which order, and what its readers expect.

Whom a template is for, and which purposes everybody in it must have agreed to, stands in the gate (``gate.NEEDS``), by
the name of the built-in template: no file can ask for less.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Annotated, Literal

from msgspec import Meta, Struct

from archive.bundle.content import Dossier
from archive.bundle.facts import Tells
from archive.errors import NotFoundError
from archive.records import gate
from archive.records.gate import Need
from archive.redact import profile, settings

Section = Literal[
    "summary", "demands", "counts", "chronology", "exhibits", "withheld", "verify", "contact", "grounds", "unknown",
    "law", "terms", "reply", "verified", "people", "acts", "proceedings", "papers", "steps", "agreed", "handed",
]  # fmt: skip
Required = Literal[  # what a dossier may turn out to lack
    "summary", "demands", "exhibits", "chronology", "contact", "unknown", "law", "terms", "reply", "verified",
    "people", "acts", "proceedings", "papers", "steps",
]  # fmt: skip
BuiltIn = Literal["public", "press", "own-copy"]
BUILT_IN: tuple[str, ...] = ("public", "press", "own-copy")
EXAMPLE = "archive template show public"
Name = Annotated[str, Meta(pattern=r"^[a-z][a-z-]{0,30}$(?!\n)")]


class Template(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A template as its TOML file says it; ``required`` is a part of ``sections``.

    ``base`` is the built-in one that a template of one's own stands on, and that decides who may be in it.
    """

    name: Name
    profile: Annotated[Name, Meta(description="what is hidden, unless the export says otherwise")]
    sections: Annotated[tuple[Section, ...], Meta(min_length=1)]
    required: tuple[Required, ...] = ()
    tells: Annotated[Tells, Meta(description="which facts are told of people, acts and the rest")] = Tells()
    base: BuiltIn | None = None

    def __post_init__(self) -> None:
        if len(set(self.sections)) < len(self.sections):
            raise ValueError("a section stands in it twice")
        if not set(self.required) <= set(self.sections):
            raise ValueError("what is required has to be one of the sections")

    @property
    def kind(self) -> str:
        """The built-in template it is or stands on: all that readers are told of it."""
        return self.base or self.name

    @property
    def need(self) -> Need:
        """What it needs of people."""
        return gate.NEEDS[self.kind]


def parse(toml: bytes) -> Template:
    """Read a template; UsageError names the line or field that does not fit."""
    return settings.read(toml, Template, "template", EXAMPLE)


def own(toml: bytes) -> Template:
    """Read a template of somebody's own; UsageError where it stands on none of the built-in ones."""
    read = parse(toml)
    if read.base is None:
        raise settings.unfit("template", "base", f"say which it stands on: {', '.join(BUILT_IN)}", EXAMPLE)
    if read.name in BUILT_IN:
        raise settings.unfit("template", "name", "a built-in one is called so", EXAMPLE)
    if fact := read.tells.more_than(load(read.base).tells):
        raise settings.unfit("template", f"tells.{fact}", f"{read.base} does not tell it", EXAMPLE)
    return read


def fits(template: Template, chosen: profile.Profile) -> str | None:
    """The field with which ``chosen`` hides less than the profile this kind of template comes with, or None."""
    return chosen.looser(profile.shipped(load(template.kind).profile))


def source(name: str) -> bytes:
    """The file of the built-in template ``name``."""
    return (resources.files("archive.bundle") / f"{name}.toml").read_bytes()


@cache
def load(name: str) -> Template:
    """The built-in template of this name; NotFoundError if there is none."""
    if name not in BUILT_IN:
        raise NotFoundError("There is no such template.", f"There is: {', '.join(BUILT_IN)}.")
    return parse(source(name))


def gaps(template: Template, dossier: Dossier) -> tuple[Required, ...]:
    """The required sections that this dossier has nothing for."""
    return tuple(section for section in template.required if not getattr(dossier, section))
