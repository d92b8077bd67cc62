"""Templates: what is in a dossier, in which order, and what its readers expect.

Whom a template is for, and which purposes everybody in it must have agreed to, stands in the gate (``gate.NEEDS``), by
the name of the built-in template: no file can ask for less.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct

from archive.bundle import form
from archive.bundle.content import WRITTEN, Dossier
from archive.bundle.facts import Tells
from archive.errors import NotFoundError
from archive.records import gate, vocabulary
from archive.records.gate import Need
from archive.redact import profile, settings
from archive.speech import tr

Section = Literal[
    "summary", "demands", "counts", "chronology", "exhibits", "withheld", "verify", "contact", "grounds", "unknown",
    "law", "terms", "reply", "verified", "people", "acts", "proceedings", "papers", "steps", "agreed", "handed",
    "tellings", "form", "submitter", "table", "custody",
]  # fmt: skip
Required = Literal[  # what a dossier may turn out to lack
    "summary", "demands", "exhibits", "chronology", "contact", "unknown", "law", "terms", "reply", "verified",
    "people", "acts", "proceedings", "papers", "steps", "table",
]  # fmt: skip
BuiltIn = Literal[
    "public", "press", "asylum", "court", "wgad", "un-communication", "disappearance", "torture", "belief", "handover",
    "own-copy", "numbers",
]  # fmt: skip
BUILT_IN: tuple[str, ...] = get_args(BuiltIn)
EXAMPLE = "archive template show public"
Name = Annotated[str, Meta(pattern=r"^[a-z][a-z-]{0,30}$(?!\n)")]


class Apart(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A file apart, for the named lawyer alone: what may incriminate somebody goes there, and these sections."""

    sections: tuple[Section, ...]
    required: tuple[Required, ...] = ()
    tells: Tells = Tells()


class Template(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A template as its TOML file says it; ``required`` is a part of ``sections``.

    ``base`` is the built-in one that a template of one's own stands on, and that decides who may be in it.
    """

    name: Name
    profile: Annotated[Name, Meta(description="what is hidden, unless the export says otherwise")]
    sections: Annotated[tuple[Section, ...], Meta(min_length=1)]
    required: tuple[Required, ...] = ()
    tells: Annotated[Tells, Meta(description="which facts are told of people, acts and the rest")] = Tells()
    form: Annotated[
        tuple[str, ...], Meta(description="questions of forms.toml, answered from what is told or written for it")
    ] = ()
    asked: Annotated[tuple[str, ...], Meta(description="those of them that have to be answered")] = ()
    subject: Annotated[
        tuple[str, ...], Meta(description="the kinds of acts that its form is for, a term of acts; none: all")
    ] = ()
    whose: Annotated[
        tuple[str, ...], Meta(description="those of them that say whose form it is; none: each of them does")
    ] = ()
    chosen: Annotated[
        Literal["all", "cleared"], Meta(description="all records that were asked for, or those cleared one by one")
    ] = "all"
    names: Annotated[
        Literal["shown", "sealed"], Meta(description="of those who agreed to be named: in clear, or sealed apart")
    ] = "shown"
    apart: Apart | None = None
    base: BuiltIn | None = None

    def __post_init__(self) -> None:
        if unknown := [name for name in self.form if name not in form.fields()]:
            raise ValueError(f"there is no question called {unknown[0]}")
        if unknown := [code for code in self.subject if code not in vocabulary.built_in()["acts"]]:
            raise ValueError(f"there is no kind of act called {unknown[0]}")
        if not set(self.whose) <= set(self.subject):
            raise ValueError("what says whose form it is has to be one of the subject")
        if not set(self.asked) <= set(self.form):
            raise ValueError("what is asked has to be one of the form")
        if len(set(self.sections)) < len(self.sections):
            raise ValueError("a section stands in it twice")
        if not set(self.required) <= set(self.sections):
            raise ValueError("what is required has to be one of the sections")

    @property
    def kind(self) -> str:
        """The built-in template it is or stands on: all that readers are told of it."""
        return self.base or self.name

    @property
    def parts(self) -> frozenset[str]:
        """Everything that may be written for it, by name: sections that are a passage, and answers to its questions."""
        sections = {*self.sections, *(self.apart.sections if self.apart else ())}
        return frozenset((*sections.intersection((*WRITTEN, "contact")), *self.form))

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
        raise settings.unfit(
            "template", "base", tr("say which it stands on: {built_in}", built_in=", ".join(BUILT_IN)), EXAMPLE
        )
    if read.name in BUILT_IN:
        raise settings.unfit("template", "name", tr("a built-in one is called so"), EXAMPLE)
    if field := _looser(read, load(read.base)):
        raise settings.unfit("template", field, tr("{base} does not go so far", base=read.base), EXAMPLE)
    return read


def _looser(mine: Template, base: Template) -> str | None:
    """The first field by which a template of one's own would tell more than what it stands on."""
    if fact := mine.tells.more_than(base.tells):
        return f"tells.{fact}"
    if base.chosen == "cleared" and mine.chosen == "all":
        return "chosen"
    if base.names == "sealed" and mine.names == "shown":
        return "names"
    return "apart" if mine.apart != base.apart else None


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
        raise NotFoundError(tr("There is no such template."), tr("There is: {known}.", known=", ".join(BUILT_IN)))
    return parse(source(name))


def gaps(template: Template, dossier: Dossier, apart: Dossier | None = None) -> tuple[tuple[str, str], ...]:
    """What this dossier lacks, and why that matters: required sections, then questions, as they may be asked.

    ``apart`` is what is for the named lawyer alone, where the template has such a file.
    """
    why = tr("readers of this template expect it")
    expected = [(dossier, one) for one in template.required]
    expected += [(apart, one) for one in template.apart.required] if template.apart and apart else []
    missing = ((one, why) for held, one in expected if not getattr(held, one))
    questions = ((one, form.fields()[one].question()) for one in form.unanswered(dossier, template.asked))
    return (*missing, *questions)
