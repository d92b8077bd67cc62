"""Who belongs to a collective, as one device sees it: the signed versions it has, judged with what it remembers.

``versions.py`` says how versions are written and who signed them, ``trust.py`` what they mean together, ``changes.py``
makes new ones, ``cuts.py`` says which segments of removed devices count. Here they become the list that everybody else
asks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from archive.errors import ArchiveError, DamagedError, NotFoundError
from archive.seal import canonical, trust, versions
from archive.seal.lines import digest
from archive.seal.trust import History, Step, Verdict
from archive.seal.versions import Card, Change, Genesis, Key, Version, found, from_line, make_card, to_line
from archive.speech import tr

__all__ = [  # the door for the other rooms: what a list is made of comes in here too
    "Card", "DisputeError", "Key", "Listing", "Removal", "Roster", "Version",
    "found", "from_line", "judge", "make_card", "newcomer_pins", "remembered", "to_line",
]  # fmt: skip


class DisputeError(ArchiveError):
    """Two sides removed each other, and only people can say which removal is right."""

    name = "dispute"


@dataclass(frozen=True)
class Listing:
    """A card, the version that listed it and the device that signed that version."""

    card: Card
    version: str
    by: str


@dataclass(frozen=True)
class Removal:
    """A version that removes: its id, the device that signed it, the persons and devices it names.

    ``devices`` are all that go by it, a person's included. ``cuts`` names the last segment that counts in each of their
    chains, by ``<device>/<chain>``.
    """

    version: str
    by: str
    removes: frozenset[str]
    devices: frozenset[str]
    cuts: Mapping[str, str]


@dataclass(frozen=True)
class Roster:
    """The judged list: ``cards`` of the members by device, ``admins`` by person, ``id`` of what the list rests on.

    ``heads`` are the newest versions that stand, ``versions`` all there are, to be carried on. ``pins`` is what this
    device must remember. ``removals`` count. ``entered`` tells, by device, how each member came onto the list;
    ``offered`` are cards that fell, which an admin may list again. ``known`` has the cards of members and of those who
    were: who signed older work is verified with it, and it grants nothing.

    Nothing may be written while ``hindrance`` says why: ``judged`` is False (a member's newer program made a version
    this one cannot judge), ``lacking`` names removals that were followed and are no longer here, or ``dispute`` has
    the removals of a ring. ``contested`` removals hold on some devices and not on others: shown, but no hindrance.
    """

    collective: str
    id: str
    cards: Mapping[str, Card]
    admins: frozenset[str]
    judged: bool
    known: Mapping[str, Card]
    entered: Mapping[str, Listing]
    offered: tuple[Listing, ...]
    removals: tuple[Removal, ...]
    dispute: tuple[Removal, ...]
    contested: tuple[Removal, ...]
    pins: frozenset[str]
    lacking: frozenset[str]
    heads: tuple[str, ...]
    versions: tuple[Version, ...]

    @property
    def persons(self) -> Mapping[str, tuple[str, ...]]:
        """The devices of each member, by person."""
        people = sorted({card.person for card in self.cards.values()})
        return {
            person: tuple(sorted(device for device, card in self.cards.items() if card.person == person))
            for person in people
        }

    @property
    def hindrance(self) -> ArchiveError | None:
        """Why nothing may be written and no epoch made; None if it may."""
        if not self.judged:
            return DamagedError(
                tr("A newer version of the program changed the list of members."),
                tr("Update first: nothing was written."),
            )
        if self.lacking:
            return DamagedError(
                tr("A removal that this computer has followed is no longer in the archive."),
                tr("Sync again, or take the folder from another device. Nothing is written until it is back."),
            )
        if self.dispute:
            return DisputeError(
                tr("Two sides of this collective have removed each other."),
                tr("Ask by voice which removal is right: archive member list shows both. Nothing was written."),
            )
        return None


def judge(known: Iterable[Version], collective: str, pins: Collection[str] = ()) -> Roster:
    """The list that these versions give a device that remembers these pins.

    DamagedError unless the genesis of this collective is there and sound.
    """
    kept = {version.id: version for version in known}
    read = versions.read(kept.values(), collective)
    history = remembered(read.bodies, collective)
    bodies = {name: read.bodies[name] for name in history.steps}
    verdict = trust.judge(history, pins)
    heads = trust.newest(history, history.set_of(verdict.standing))
    lacking = frozenset(pins).difference(bodies)
    listings = sorted(_listings(bodies), key=lambda one: (history.before[one.version].bit_count(), one.version))
    entered = _entered(listings, verdict)
    return Roster(
        collective=collective,
        id=heads[0] if len(heads) == 1 else digest(canonical.encode(heads)),
        cards={device: listing.card for device, listing in entered.items()},
        admins=verdict.admins,
        judged=read.unknown.isdisjoint(entered),
        known={one.card.device: one.card for one in listings if one.version in verdict.standing | verdict.undecided},
        entered=entered,
        offered=_offered(listings, history, verdict),
        removals=_removals(bodies, history, verdict.removals),
        dispute=_removals(bodies, history, verdict.undecided) if verdict.disputed else (),
        contested=_removals(bodies, history, verdict.contested),
        pins=verdict.pins | lacking,
        lacking=lacking,
        heads=tuple(heads),
        versions=tuple(kept[name] for name in sorted(kept)),
    )


def remembered(bodies: Mapping[str, Genesis | Change], collective: str) -> History:
    """The history that these versions make, as far as their ancestors are here."""
    return History({name: _step(body) for name, body in bodies.items()}, collective)


def newcomer_pins(known: Iterable[Version], collective: str, added_by: str) -> frozenset[str]:
    """What a newcomer pins: the removals that stood for whoever signed ``added_by``, the version that lets them in.

    Only to be used once the words of ``added_by`` were compared by voice. NotFoundError if it is not here whole.
    """
    read = versions.read(known, collective)
    history = remembered(read.bodies, collective)
    if added_by not in history.steps:
        raise NotFoundError(tr("What lets you in has not arrived whole yet."), tr("Sync again, then try once more."))
    seen = [*history.names(history.before[added_by]), added_by]
    return trust.judge(remembered({name: read.bodies[name] for name in seen}, collective)).pins


def _step(body: Genesis | Change) -> Step:
    """What the rules need of a version: the ids in it, no keys."""
    cards = {card.device: card.person for card in body.cards}
    return Step(body.by, body.parents, cards, frozenset(body.admins), frozenset(body.removes))


def _listings(bodies: Mapping[str, Genesis | Change]) -> list[Listing]:
    return [Listing(card, name, body.by) for name, body in bodies.items() for card in body.cards]


def _entered(listings: Iterable[Listing], verdict: Verdict) -> dict[str, Listing]:
    """By device of each member: the first of the listings that stands."""
    entered: dict[str, Listing] = {}
    for one in listings:
        if one.version in verdict.standing and verdict.members.get(one.card.device) == one.card.person:
            entered.setdefault(one.card.device, one)
    return entered


def _offered(listings: Iterable[Listing], history: History, verdict: Verdict) -> tuple[Listing, ...]:
    """The listings that do not stand, of devices that are neither members nor removed."""
    removed = [name for removal in verdict.removals for name in history.steps[removal].removes]
    away = trust.reached(history, removed).union(verdict.members)
    return tuple(one for one in listings if one.card.device not in away)


def _removals(bodies: Mapping[str, Genesis | Change], history: History, names: Collection[str]) -> tuple[Removal, ...]:
    """Those of the versions that remove, in the order of their ids."""
    return tuple(
        Removal(name, body.by, frozenset(body.removes), _devices(history, body.removes), body.cuts)
        for name, body in sorted(bodies.items())
        if name in names and body.removes
    )


def _devices(history: History, removed: Collection[str]) -> frozenset[str]:
    return trust.reached(history, removed).intersection(history.listed)
