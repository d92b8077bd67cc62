"""Judging who belongs to a collective from signed versions that arrive in any order, without a server.

Everybody who was ever let in can sign anything, with any parents, and say it is old. So nothing here believes an order
of arrival, a clock or a number; ancestry alone dates a version, and naming a parent vouches for nothing. Two sets grow:
cards and removals; who is listed and not removed is a member. A removal *hits* what the removed sign, except what it
has among its own ancestors. And because no function of the files can tell a backdated removal from an honest one made
at the same time, each device adds what only it knows: its *pins*, the removals it has followed.

Anna founds, lets in Boris as an admin, and removes him again::

    >>> steps = {
    ...     "found": Step("a1", cards={"a1": "Anna"}, admins={"Anna"}),
    ...     "boris": Step("a1", ["found"], cards={"b1": "Boris"}, admins={"Boris"}),
    ...     "out":   Step("a1", ["boris"], removes={"Boris"}),
    ... }
    >>> judge(History(steps, "found")).members
    {'a1': 'Anna'}

Boris keeps his keys. He lets in a puppet and removes Anna, and dates both before his own removal. To a newcomer the two
removals look alike: a dispute, in which both count and nobody writes. A device that followed Anna's is not moved, but
tells its owner that somebody, somewhere, may believe Boris::

    >>> steps["puppet"] = Step("b1", ["boris"], cards={"x1": "Xenia"})
    >>> steps["revenge"] = Step("b1", ["puppet"], removes={"Anna"})
    >>> newcomer = judge(History(steps, "found"))
    >>> newcomer.disputed, sorted(newcomer.undecided), newcomer.members
    (True, ['out', 'puppet', 'revenge'], {})
    >>> followed = judge(History(steps, "found"), pins={"out"})
    >>> followed.disputed, followed.members, sorted(followed.contested)
    (False, {'a1': 'Anna'}, ['out', 'revenge'])

Each rule of the design is one short function below, so that a test can leave it out and see what breaks. Sets of
versions are integers with one bit for each: a history of thousands, which an attacker may send, is judged in seconds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

Set = int  # of versions: bit n is the n-th in the history's order


@dataclass(frozen=True)
class Step:
    """What a version says: who signs it (``by``, a device), after what, whose devices (device: person) it lists,
    which persons it makes admins, and which persons or devices it removes.
    """

    by: str
    parents: Collection[str] = ()
    cards: Mapping[str, str] = field(default_factory=dict)
    admins: Collection[str] = frozenset()
    removes: Collection[str] = frozenset()


@dataclass(frozen=True)
class Verdict:
    """What a history means to a device with certain pins; versions by id.

    ``standing`` and ``undecided`` divide what has not fallen. ``removals`` are those that count, ``members`` the
    devices with their persons, ``admins`` persons. ``pins`` is what to remember from now on. ``disputed``: do not
    write, ask which removal is right. ``contested`` removals are followed by some devices and not by others.
    """

    standing: frozenset[str]
    undecided: frozenset[str]
    removals: frozenset[str]
    members: Mapping[str, str]
    admins: frozenset[str]
    pins: frozenset[str]
    disputed: bool
    contested: frozenset[str]


class History:
    """The versions that have all their ancestors here (rule 1: the rest waits), and what the rules ask about them.

    ``genesis`` is the id of the one that alone has no parents; it must be among ``steps``.
    """

    def __init__(self, steps: Mapping[str, Step], genesis: str) -> None:
        self.genesis = genesis
        self.steps: dict[str, Step] = {}  # ancestors first
        self.bit: dict[str, Set] = {}
        self.before: dict[str, Set] = {}  # the ancestors of each
        self.signed: dict[str, Set] = {}  # by device
        self.listed: dict[str, dict[str, Set]] = {}  # by device and person: who lists this card
        self.devices: dict[str, set[str]] = {}  # by person
        self.made: dict[str, Set] = {}  # by person: who makes them admin
        for name in _ancestors_first(steps, genesis):
            self._take(name, steps[name])
        self.hits = {name: hits(self, name) for name, step in self.steps.items() if step.removes}

    def names(self, some: Set) -> list[str]:
        """The ids in a set, ancestors first."""
        return [name for name, bit in self.bit.items() if bit & some]

    def set_of(self, names: Iterable[str]) -> Set:
        """The set of those of the ids that are in the history."""
        return _union(self.bit.get(name, 0) for name in names)

    def hit_by(self, removals: Set) -> Set:
        """Everything that at least one of these versions hits."""
        return _union(struck for name, struck in self.hits.items() if self.bit[name] & removals)

    def _take(self, name: str, step: Step) -> None:
        self.steps[name] = step
        self.bit[name] = bit = 1 << len(self.bit)
        self.before[name] = _union(self.before[parent] | self.bit[parent] for parent in step.parents)
        self.signed[step.by] = self.signed.get(step.by, 0) | bit
        for device, person in step.cards.items():
            persons = self.listed.setdefault(device, {})
            persons[person] = persons.get(person, 0) | bit
            self.devices.setdefault(person, set()).add(device)
        for person in step.admins:
            self.made[person] = self.made.get(person, 0) | bit


def judge(history: History, pins: Collection[str] = ()) -> Verdict:
    """What the versions mean to a device with these pins; only which ones there are matters, not their order."""
    followed, stands, fell = _judge(history, history.set_of(pins))
    alone, bare, _ = _judge(history, 0)
    undecided = ~(stands | fell) & history.set_of(history.steps)
    removals = history.set_of(history.hits)
    counting = (stands | undecided | followed) & removals
    members, admins = listed(history, stands, counting)
    in_dispute = disputed(history, undecided, fell)
    return Verdict(
        standing=frozenset(history.names(stands)),
        undecided=frozenset(history.names(undecided)),
        removals=frozenset(history.names(counting)),
        members=members,
        admins=admins,
        pins=frozenset(history.names(followed if in_dispute else followed | stands & removals)),
        disputed=in_dispute,
        contested=frozenset(history.names(removals & ~bare & ~undone(history, settlements(history, bare | alone)))),
    )


def hits(history: History, removal: str) -> Set:
    """Rule 5, the cut: whatever the removed sign, unless it is an ancestor of the removal, or the removal itself."""
    devices = reached(history, history.steps[removal].removes)
    signed = _union(history.signed.get(device, 0) for device in devices)
    return signed & ~history.before[removal] & ~history.bit[removal]


def reached(history: History, removed: Collection[str]) -> frozenset[str]:
    """All that goes when these persons and devices are removed: a person goes with every device they ever had."""
    return frozenset(removed).union(*(history.devices.get(person, ()) for person in removed))


def granted(history: History, name: str, among: Set) -> bool:
    """Rule 4: whether ancestors in ``among`` list the signer and, unless it is own business, made them admin."""
    among &= history.before[name]
    return any(
        listing & among and (own_business(history, name, person) or history.made.get(person, 0) & among)
        for person, listing in history.listed.get(history.steps[name].by, {}).items()
    )


def own_business(history: History, name: str, person: str) -> bool:
    """Whether it only lists devices of this person, or removes the person or their devices."""
    step = history.steps[name]
    return (
        not step.admins
        and all(listed == person for listed in step.cards.values())
        and all(
            gone == person or history.listed.get(gone, {}).get(person, 0) & history.before[name]
            for gone in step.removes
        )
    )


def decide(history: History, pins: Set) -> tuple[Set, Set]:
    """Rule 6: what stands and what fell, found by repeating until nothing changes; the rest is undecided.

    Pinned are removals, never additions: a pinned version hits as if it stood, but grants only if it does.
    """
    stands, fell = history.bit[history.genesis], 0
    before = -1
    while before != stands | fell:
        before = stands | fell
        struck, threatened = history.hit_by(stands | pins), history.hit_by(~fell | pins)
        for name in history.names(~before):
            bit = history.bit[name]
            if bit & struck or not granted(history, name, ~fell):
                fell |= bit
            elif not bit & threatened and granted(history, name, stands):
                stands |= bit
    return stands, fell


def disputed(history: History, undecided: Set, fell: Set) -> bool:
    """Rule 6: whether a ring is a dispute. Devices of one person that remove each other concern nobody else."""
    return not all(
        any(
            own_business(history, name, person)
            for person, listing in history.listed[history.steps[name].by].items()
            if listing & history.before[name] & ~fell
        )
        for name in history.names(undecided)
    )


def settles(history: History, name: str) -> bool:
    """Rule 8: whether it is a full list: it has its signer, and lists or removes whoever its ancestors name."""
    step, before = history.steps[name], history.before[name]
    if step.by not in step.cards:
        return False
    named = {device for device, persons in history.listed.items() if _union(persons.values()) & before}
    made = {person for person, by in history.made.items() if by & before}
    return named <= reached(history, step.removes).union(step.cards) and made <= {*step.admins, *step.removes}


def settlements(history: History, stands: Set) -> Set:
    """The settling versions among these."""
    return history.set_of(name for name in history.hits if history.bit[name] & stands and settles(history, name))


def undone(history: History, by: Set) -> Set:
    """What settling versions void: what they hit, and what was granted by nothing else."""
    void = history.hit_by(by)
    for name in history.names(~void & ~history.bit[history.genesis]):
        if not granted(history, name, ~void):
            void |= history.bit[name]
    return void


def listed(history: History, stands: Set, counting: Set) -> tuple[dict[str, str], frozenset[str]]:
    """Rule 2: the members (device: person) and admins: who stands listed and is not removed, by whatever counts."""
    removed = frozenset(name for removal in history.names(counting) for name in history.steps[removal].removes)
    gone = reached(history, removed)
    members = {
        device: min(person for person, listing in persons.items() if listing & stands)
        for device, persons in sorted(history.listed.items())
        if device not in gone and _union(persons.values()) & stands
    }
    return members, frozenset(person for person in members.values() if history.made.get(person, 0) & stands)


def newest(history: History, among: Set) -> list[str]:
    """Those of ``among`` that no other of them has as an ancestor, sorted: what a new version names as parents."""
    older = _union(history.before[name] for name in history.names(among))
    return sorted(history.names(among & ~older))


def _judge(history: History, pins: Set) -> tuple[Set, Set, Set]:
    """The pins that hold, what stands and what fell.

    A settling version that stands ends what it voids, also where that was followed: it takes the place of those pins.
    """
    dropped: Set = 0
    while True:
        stands, fell = decide(history, pins)
        settling = settlements(history, stands)
        dropped |= undone(history, settling)
        held = (pins | settling) & ~dropped
        if held == pins:
            return pins, stands, fell
        pins = held


def _ancestors_first(steps: Mapping[str, Step], genesis: str) -> Iterator[str]:
    """The ids of all versions that descend from the genesis alone, each after its parents."""
    waiting = {name: set(step.parents) for name, step in steps.items() if step.parents and name != genesis}
    children: dict[str, list[str]] = {}
    for name, parents in waiting.items():
        for parent in parents:
            children.setdefault(parent, []).append(name)
    ready = [genesis]
    while ready:
        here = ready.pop()
        yield here
        for name in children.get(here, ()):
            waiting[name].discard(here)
            if not waiting[name]:
                ready.append(name)


def _union(sets: Iterable[Set]) -> Set:
    whole: Set = 0
    for one in sets:
        whole |= one
    return whole
