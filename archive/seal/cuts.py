"""Which segments of a removed device still count: those up to where every removal that counts has cut its chains.

Whoever removes a device names the last segment they accept of each of its chains. What leads up to that one through
``prev`` counts. Whatever else the device signed is set aside: listed, never deleted, and an admin may adopt it under
their own signature. Where a segment in between has not arrived, older ones cannot be told from set-aside ones yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from archive.seal.roster import Roster


@dataclass(frozen=True)
class Sifted:
    """Segments of one chain, by id: those that ``count``, those ``pending`` on a missing one, those set ``aside``."""

    count: frozenset[str]
    pending: frozenset[str]
    aside: frozenset[str]


def sift(members: Roster, device: str, chain: str, links: Mapping[str, str | None]) -> Sifted:
    """Divides the segments of a device's chain that are here; ``links`` leads from each id to its ``prev``."""
    here = frozenset(links)
    removals = [removal for removal in members.removals if device in removal.devices]
    if not removals:
        return (
            Sifted(here, frozenset(), frozenset())
            if device in members.cards
            else Sifted(frozenset(), frozenset(), here)
        )
    heads = {removal.cuts.get(f"{device}/{chain}") for removal in removals}
    parts = [_cut(head, links) for head in heads]
    aside = frozenset[str]().union(*(part.aside for part in parts))
    count = here.intersection(*(part.count for part in parts))
    return Sifted(count, here - count - aside, aside)


def _cut(head: str | None, links: Mapping[str, str | None]) -> Sifted:
    """What one removal says, which names ``head`` as the last segment, or none."""
    reached: set[str] = set()
    while head is not None and head in links:
        reached.add(head)
        head = links[head]
    rest = frozenset(links).difference(reached)
    if head is None:
        return Sifted(frozenset(reached), frozenset(), rest)
    after = _after(reached, links)
    return Sifted(frozenset(reached), rest - after, after)


def _after(reached: Iterable[str], links: Mapping[str, str | None]) -> frozenset[str]:
    """The segments that go on from those reached, and so lie beyond the cut or beside it."""
    following: dict[str | None, list[str]] = {}
    for name, prev in links.items():
        following.setdefault(prev, []).append(name)
    known = set(reached)
    waiting, after = list(known), set[str]()
    while waiting:
        new = [name for name in following.get(waiting.pop(), ()) if name not in known and name not in after]
        after.update(new)
        waiting.extend(new)
    return frozenset(after)
