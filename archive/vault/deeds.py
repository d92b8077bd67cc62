"""Entries that hold no record but say what becomes of some: tombstones, moves, shreds, and shreds taken back. Pure.

Their body lines, in canonical JSON like a record's (here not in sorted order)::

    {"t":"tomb",  "v":1, "salt":…, "id":"<record id>", "parents":["<entry hash>", …]}
    {"t":"moved", "v":1, "salt":…, "from":"<file name>", "to":"<file name>"}
    {"t":"shred", "v":1, "salt":…, "entries":["<entry hash>", …], "files":["<file name>", …], "why":…}
    {"t":"keep",  "v":1, "salt":…, "shreds":["<entry hash of a shred>", …]}

A field that is not known makes the whole a newer program's: kept and counted, and without effect. To destroy something
on half-understood words would be worse than to keep it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from archive.records.kinds import Id, Line
from archive.seal.canonical import Value

Hash = Annotated[str, Meta(max_length=64, pattern="^[0-9a-f]{64}$")]
Hashes = Annotated[tuple[Hash, ...], Meta(min_length=1, max_length=10_000)]
Salt = Annotated[str, Meta(max_length=32, pattern="^[0-9a-f]{32}$")]


class _Deed(Struct, frozen=True, kw_only=True, tag_field="t", forbid_unknown_fields=True, omit_defaults=True):
    """What they have in common; ``v`` and ``salt`` are the line's, not the deed's."""


class Tomb(_Deed, frozen=True, kw_only=True, tag="tomb"):
    """A record goes to the bin: the heads it had are its parents. It is kept, and an entry after it brings it back."""

    id: Id
    parents: Hashes


class Moved(_Deed, frozen=True, kw_only=True, tag="moved", rename={"source": "from", "target": "to"}):
    """A file was encrypted again: ``target`` holds what ``source`` held, and whoever has seen that may drop it."""

    source: Hash
    target: Hash


class Shred(_Deed, frozen=True, kw_only=True, tag="shred"):
    """Lines are destroyed, and the objects that only they named."""

    entries: Hashes
    files: Annotated[tuple[Hash, ...], Meta(max_length=10_000)]
    why: Line | None = None


class Keep(_Deed, frozen=True, kw_only=True, tag="keep"):
    """An admin takes shreds back: they have no effect where they had none yet."""

    shreds: Hashes


Deed = Tomb | Moved | Shred | Keep
TYPES = frozenset({"tomb", "moved", "shred", "keep"})


class Ordered(Struct, frozen=True):
    """A deed and the device that ordered it."""

    by: str
    deed: Deed


class Met:
    """What was ordered in the segments read so far: shreds and what took them back by entry hash, moves by source."""

    def __init__(self) -> None:
        self.orders: dict[str, Ordered] = {}
        self.moves: dict[str, set[str]] = {}

    def add(self, name: str, by: str, deed: Deed) -> None:
        """Takes in the deed of one entry."""
        if isinstance(deed, Moved):
            self.moves.setdefault(deed.source, set()).add(deed.target)
        elif not isinstance(deed, Tomb):
            self.orders[name] = Ordered(by, deed)


class _Envelope(Struct, frozen=True):
    salt: Salt
    v: Annotated[int, Meta(ge=1, le=1)]


def fields(deed: Deed, salt: bytes) -> dict[str, Value]:
    """The fields of a deed's line."""
    told: dict[str, Value] = msgspec.to_builtins(deed)
    return {**told, "v": 1, "salt": salt.hex()}


def read(value: Mapping[str, Value]) -> Deed | None:
    """The deed in a line's fields; None for what this version of the program does not know."""
    try:
        msgspec.convert(value, _Envelope)
        told: Deed = msgspec.convert({name: value[name] for name in value.keys() - {"v", "salt"}}, Deed)
    except msgspec.ValidationError:
        return None
    return told
