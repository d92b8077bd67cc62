"""Profiles: what is done with each category of what was found. What a profile does not name is masked.

A profile of somebody's own stands on a built-in one (``base``) and may be stricter than it, never looser.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct, structs

from archive.redact import settings
from archive.speech import tr

Action = Literal["pseudonym", "mask", "generalise", "keep", "drop"]
Hidden = Literal["mask", "drop"]
Kept = Literal["keep", "mask", "drop"]
Coarser = Literal["generalise", "mask", "drop"]
Dated = Literal["keep", "generalise", "mask", "drop"]
BuiltIn = Literal["advocacy", "press", "legal", "un", "self", "statistics"]
BUILT_IN: tuple[str, ...] = get_args(BuiltIn)
EXAMPLE = "archive profile show advocacy"

_REACH = frozenset({"phone", "email", "handle", "address"})
_STRICT: dict[Action, int] = {"keep": 0, "pseudonym": 1, "generalise": 1, "mask": 2, "drop": 3}
_FIELDS = {
    "exhibits": ("cleared", "all"),
    "places": ("hidden", "region", "place"),
    "papers": ("none", "cleared", "all"),
    "numbers": ("hidden", "shown"),
    "contact": ("hidden", "apart", "shown"),
}


class Actions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is done with each category: ``pseudonym`` is for names only, ``generalise`` for dates and places.

    ``mask`` puts a word for the category in its place, ``drop`` nothing, ``keep`` lets it stand.
    """

    name: Literal["pseudonym", "mask", "drop"] = "mask"
    place: Coarser = "mask"
    date: Dated = "mask"
    birth_date: Hidden = "mask"
    address: Hidden = "mask"
    phone: Hidden = "mask"
    email: Hidden = "mask"
    handle: Hidden = "mask"
    mask: Hidden = "mask"
    capital: Hidden = "mask"
    time: Kept = "mask"
    url: Kept = "mask"
    case_number: Kept = "mask"
    iban: Kept = "mask"
    card: Kept = "mask"
    passport: Kept = "mask"
    birth_number: Kept = "mask"
    tax_number: Kept = "mask"
    plate: Kept = "mask"
    coordinates: Kept = "mask"
    ip: Kept = "mask"
    number: Kept = "mask"


class Profile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The actions of one profile by category; ``base`` is the built-in one that a profile of one's own stands on."""

    name: Annotated[str, Meta(pattern=r"^[a-z][a-z-]{0,30}$(?!\n)")]
    version: int = 1
    base: BuiltIn | None = None
    exhibits: Annotated[
        Literal["all", "cleared"], Meta(description="texts and pictures of all, or of those cleared one by one")
    ] = "all"
    places: Annotated[
        Literal["hidden", "region", "place"],
        Meta(description="what is told of where something was: nothing, the region, or the place"),
    ] = "region"
    papers: Annotated[
        Literal["none", "cleared", "all"], Meta(description="papers of identity: none, those cleared one by one, all")
    ] = "none"
    numbers: Annotated[Literal["hidden", "shown"], Meta(description="the numbers of these papers")] = "hidden"
    contact: Annotated[
        Literal["hidden", "apart", "shown"],
        Meta(
            description="how those are reached who may be called by their names: hidden, told by itself in a file "
            "apart, or shown wherever it stands"
        ),
    ] = "hidden"
    actions: Actions = Actions()

    @property
    def kind(self) -> str:
        """The built-in profile it is or stands on: all that readers are told of it."""
        return self.base or self.name

    def action(self, category: str) -> Action:
        """What to do with ``category``; mask, if the profile says nothing."""
        said: Action = getattr(self.actions, category, "mask")
        return "mask" if category == "place" and said == "generalise" and self.places == "hidden" else said

    def without_regions(self) -> Profile:
        """The same, telling nothing where it would tell regions; a profile that tells places is for a named reader."""
        return structs.replace(self, places="hidden") if self.places == "region" else self

    @property
    def reach(self) -> frozenset[str]:
        """The categories by which somebody is reached, where they are hidden even of those who are named."""
        return frozenset() if self.contact == "shown" else _REACH

    @property
    def keeps(self) -> frozenset[str]:
        """The categories that stay as they are."""
        return frozenset(one.name for one in structs.fields(Actions) if self.action(one.name) == "keep")

    def looser(self, other: Profile) -> str | None:
        """The first field with which this profile is less strict than ``other``, or None."""
        for name, loosest_last in _FIELDS.items():
            if loosest_last.index(getattr(self, name)) > loosest_last.index(getattr(other, name)):
                return name
        for category in structs.fields(Actions):
            if _STRICT[self.action(category.name)] < _STRICT[other.action(category.name)]:
                return f"actions.{category.name}"
        return None


def parse(toml: bytes) -> Profile:
    """Read a profile; UsageError names the line and field that do not fit."""
    return settings.read(toml, Profile, "profile", EXAMPLE)


def own(toml: bytes) -> Profile:
    """Read a profile of somebody's own; UsageError also where it is looser than the one it stands on."""
    read = parse(toml)
    if read.base is None:
        raise settings.unfit(
            "profile", "base", tr("say which it is stricter than: {built_in}", built_in=", ".join(BUILT_IN)), EXAMPLE
        )
    if read.name in BUILT_IN:
        raise settings.unfit("profile", "name", tr("a built-in one is called so"), EXAMPLE)
    if field := read.looser(shipped(read.base)):
        raise settings.unfit("profile", field, tr("it is looser than in {base}", base=read.base), EXAMPLE)
    return read


def source(name: str) -> bytes:
    """The file of the built-in profile ``name``."""
    return resources.files(__package__).joinpath(f"{name}.toml").read_bytes()


@cache
def shipped(name: str) -> Profile:
    """The profile ``name`` that comes with the archive."""
    return parse(source(name))
