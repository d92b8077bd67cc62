"""Segments of devices that are not on the list any more: which of them still count.

A removal names the last segment of each chain that it accepts (``cuts.py``). To follow a chain from there, all of its
segments are needed, also those that were read long ago; so this opens every segment of the collective. It is done once
for each removal, and again when a segment arrives from a removed device; what came of it is remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field

from archive.seal import cuts
from archive.seal.lines import Signed, digest
from archive.seal.roster import Roster
from archive.seal.segment import Head
from archive.speech import tr

ASIDE = tr("is set aside: a removed device wrote it, and no part of it counts")
PENDING = tr("waits: a file between this one and the last that counts of a removed device has not arrived")
NOTHING = "/"  # the stamp before anything was sifted
Opened = tuple[Head, Signed]


@dataclass
class Late:
    """What was found of removed devices, by file name: segments that ``count``, are ``pending`` or set ``aside``.

    ``ids`` are the segments' own, of all three.
    """

    count: set[str] = field(default_factory=set)
    pending: set[str] = field(default_factory=set)
    aside: set[str] = field(default_factory=set)
    ids: frozenset[str] = frozenset()


def stamp(members: Roster) -> str:
    """What the sifting depends on: the removals that count (empty if there are none), then who is on the list."""
    removals = [removal.version for removal in members.removals]
    return f"{_hash(removals) if removals else ''}/{_hash(members.cards)}"


def same_removals(one: str, other: str) -> bool:
    """Whether two stamps stand for the same removals."""
    return one.partition("/")[0] == other.partition("/")[0]


def sift(
    members: Roster,
    names: Iterable[str],
    read: Callable[[str], tuple[bytes, Opened | None] | None],
    known: Container[str] = (),
) -> Late:
    """Divides all segments of devices that are not on the list. ``read`` gives a file and what is in it.

    A ``known`` one that was in order once and is signed by nobody on the list now is set aside.
    """
    chains: dict[tuple[str, str], dict[str, str | None]] = {}
    files: dict[str, set[str]] = {}
    fallen: set[str] = set()
    for name in names:
        match read(name):
            case (_, None) if name in known:
                fallen.add(name)
            case (_, (head, signed)) if head.dev not in members.cards:
                chains.setdefault((head.dev, head.chain), {})[signed.id] = head.prev
                files.setdefault(signed.id, set()).add(name)
    late = Late(aside=fallen, ids=frozenset(files))
    for (device, chain), links in chains.items():
        sifted = cuts.sift(members, device, chain, links)
        for ids, into in ((sifted.count, late.count), (sifted.pending, late.pending), (sifted.aside, late.aside)):
            into.update(name for one in ids for name in files[one])
    return late


def _hash(ids: Iterable[str]) -> str:
    return digest("\n".join(sorted(ids)).encode())
