"""What two copies of one archive lack of each other, from what lies in each. Reads no more than it has to.

Every file is named by the hash of its own bytes, so that two copies can only lack files of each other, never contradict
each other. What is whole on one side and lacking or damaged on the other goes there; what is damaged is never taken
over; what is damaged everywhere is told. The private mirror and files under a wrong name (a sync tool's conflict
copies) are looked to as well. Nothing vanishes: what somebody deleted on one side comes back from the other, unless the
caller says that it was dropped on purpose.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

from msgspec import Struct

from archive.speech import tr
from archive.vault import inventory, placing
from archive.vault.entry import Problem
from archive.vault.inventory import Inventory, Stray
from archive.vault.placing import Transfer

_UNWHOLE = tr("is not what its name says: it did not arrive whole, or was changed; no whole copy is on either side")
_NEITHER = tr("is not what its name says on the other side, and is not here: it was not taken over")
_ODD = tr("is a link, a folder or too large where a file of the archive should be: left alone")


class Sides(Struct, frozen=True):
    """What was found here and on the other side; and of what is whole in the mirror but not here, sizes by path."""

    here: Inventory
    there: Inventory
    mirror: Mapping[str, int] = {}


class Plan(Struct, frozen=True):
    """What an exchange would do: copy from the mirror, from wrong names here, from there, and then to there.

    ``dropped`` counts files that a side still has though they were dropped on purpose; ``problems`` will stay as they
    are; ``foreign`` are paths of what does not belong to the archive.
    """

    mirrored: tuple[Transfer, ...] = ()
    mended: tuple[Transfer, ...] = ()
    received: tuple[Transfer, ...] = ()
    sent: tuple[Transfer, ...] = ()
    dropped: int = 0
    problems: tuple[Problem, ...] = ()
    foreign: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Bytes to be written, on both sides."""
        return sum(one.size for one in (*self.mirrored, *self.mended, *self.received, *self.sent))


class _Origin(Struct, frozen=True):
    """Where a wanted file can be had."""

    side: Literal["mirror", "here", "there"]
    path: str
    size: int


def compare(root: Path, sides: Sides, dropped: Container[str] = ()) -> Plan:
    """What has to be copied so that both sides hold every file that is whole anywhere.

    ``dropped`` are names of files that were moved or shredded: nobody wants them back, and nobody here deletes them
    over there. Of two attachments of different sizes under one name, ours is read to see which one is whole.
    """
    here, there = sides.here, sides.there
    spoilt = {path for path, size in here.whole.items() if there.whole.get(path, size) != size}
    spoilt = {path for path in spoilt if not inventory.is_whole(root, path)} | (here.whole.keys() & sides.mirror.keys())
    have = {path: size for path, size in here.whole.items() if path not in spoilt}
    true = {**sides.mirror, **have}
    theirs = {path for path, size in there.whole.items() if true.get(path, size) == size}
    known = {*here.whole, *here.damaged, *there.whole, *there.damaged, *sides.mirror}
    origins = _origins(sides, theirs, known)
    unwanted = {path for path in known | origins.keys() if _name(path) in dropped}
    missing = (known | origins.keys()) - have.keys() - unwanted - here.odd
    incoming = {path: origins[path] for path in sorted(missing & origins.keys())}
    will_have = {**have, **{path: origin.size for path, origin in incoming.items()}}
    bad_here, bad_there = here.damaged.keys() | spoilt, there.damaged.keys() | (there.whole.keys() - theirs)
    sent = [
        Transfer(path, path, size, path in bad_there)
        for path, size in will_have.items()
        if path not in theirs and path not in unwanted and path not in there.odd
    ]
    lost = [Problem(path, _UNWHOLE if path in bad_here else _NEITHER) for path in sorted(missing - origins.keys())]
    return Plan(
        mirrored=_transfers("mirror", incoming, bad_here),
        mended=_transfers("here", incoming, bad_here),
        received=_transfers("there", incoming, bad_here),
        sent=tuple(placing.in_order(sent)),
        dropped=len(unwanted & (have.keys() | there.whole.keys())),
        problems=(*lost, *(Problem(path, _ODD) for path in sorted(here.odd | there.odd))),
        foreign=tuple(sorted({*_foreign(here, known), *_foreign(there, known)})),
    )


def misplaced(found: Inventory, whole: Container[str]) -> list[Stray]:
    """The strays that are copies of what is ``whole`` under its right name: of no use any more."""
    return [stray for stray in found.strays if stray.place in whole]


def _origins(sides: Sides, theirs: Iterable[str], known: Container[str]) -> dict[str, _Origin]:
    """Where each file can be had; the nearest place counts."""
    return {
        **{stray.place: _Origin("there", stray.path, stray.size) for stray in _loose(sides.there, known)},
        **{path: _Origin("there", path, sides.there.whole[path]) for path in theirs},
        **{stray.place: _Origin("here", stray.path, stray.size) for stray in _loose(sides.here, known)},
        **{path: _Origin("mirror", path, size) for path, size in sides.mirror.items()},
    }


def _loose(found: Inventory, known: Container[str]) -> Iterator[Stray]:
    """Files under a wrong name that are the archive's: their name holds the hash of their bytes, or it is missed."""
    for stray in found.strays:
        if stray.name in _name(stray.path) or stray.place in known:
            yield stray
    yield from (stray for stray in found.damaged.values() if stray.place in known)


def _foreign(found: Inventory, known: Container[str]) -> Iterator[str]:
    """What does not belong here; hidden files are some tool's own."""
    yield from found.foreign
    loose = {stray.path for stray in _loose(found, known)}
    yield from (stray.path for stray in found.strays if stray.path not in loose and _name(stray.path)[0] != ".")


def _transfers(side: str, incoming: Mapping[str, _Origin], bad: Container[str]) -> tuple[Transfer, ...]:
    """What comes from one place; from anywhere but the other side's right name, it mends something."""
    found = [
        Transfer(origin.path, path, origin.size, path in bad or side != "there" or origin.path != path)
        for path, origin in incoming.items()
        if origin.side == side
    ]
    return tuple(placing.in_order(found))


def _name(path: str) -> str:
    return path.rpartition("/")[2]
