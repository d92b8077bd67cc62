"""Profiles: what is done with each category of what was found. What a profile does not name is masked."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Literal

import msgspec
from msgspec import Struct

from archive.errors import DamagedError

Action = Literal["pseudonym", "mask", "generalise", "keep", "drop"]


class Profile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The actions of one profile by category."""

    name: str
    version: int
    actions: dict[str, Action]

    def action(self, category: str) -> Action:
        """What to do with ``category``; mask, if the profile says nothing."""
        return self.actions.get(category, "mask")


def parse(toml: bytes) -> Profile:
    """Read a profile; raises DamagedError when it is not one."""
    try:
        return msgspec.toml.decode(toml, type=Profile)
    except (msgspec.DecodeError, ValueError) as error:
        raise DamagedError("This redaction profile cannot be read.", "Compare it with the schema.") from error


@cache
def shipped(name: str) -> Profile:
    """The profile ``name`` that comes with the archive."""
    return parse(resources.files(__package__).joinpath(f"{name}.toml").read_bytes())
