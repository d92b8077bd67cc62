"""Trust in a small world: up to six devices, removed ones that forge, files that arrive in part and in any order.

Everything goes through what the product offers: versions are made by ``changes``, judged by ``roster``, epochs chosen
by ``epoch``. Forged versions are signed with real keys and say whatever the forger likes. A history is drawn from a
seed and played for a number of moves. FUZZ_SECONDS=600 plays on for that long.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from random import Random
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.errors import ArchiveError
from archive.seal import changes, epoch, roster, versions
from archive.seal import identity as identities
from archive.seal.epoch import Epoch, EventHead, KeyEvent
from archive.seal.identity import Identity
from archive.seal.lines import Signed
from archive.seal.roster import Roster, Version
from archive.seal.versions import Change

T = TypeVar("T")
SEEDS, MOVES = st.integers(0, 2**32), st.integers(5, 40)
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def key(name: str, person: str) -> Identity:
    """The keys of a device, the same in every run."""
    return Identity(
        blake2b(name.encode(), digest_size=32).digest(), blake2b(person.encode(), digest_size=16).hexdigest()
    )


KEYS = [key(f"device {n}", f"person {person}") for n, person in enumerate("ABCDAB")]
LATER = [key(f"later {n}", f"later {n}") for n in range(3)]  # let in by honest devices, and then only passive
PUPPETS = [key(f"puppet {n}", f"puppet {n}") for n in range(3)]
FOUNDED = roster.found(KEYS[0], bytes)


@pytest.fixture(autouse=True, scope="module")
def each_file_is_read_once() -> Iterator[None]:
    """The same few cards and versions are judged thousands of times here."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name in (
            (identities, "verify"), (identities, "device_id"), (versions, "_change"), (versions, "_unsigned"),
        ):  # fmt: skip
            patch.setattr(module, name, lru_cache(maxsize=100_000)(getattr(module, name)))
        yield


@dataclass
class Device:
    """What one device holds: files, and what it remembers."""

    owner: Identity
    versions: dict[str, Version] = field(default_factory=lambda: {FOUNDED.id: FOUNDED})
    events: dict[str, KeyEvent] = field(default_factory=dict)
    pins: frozenset[str] = frozenset()
    joined: bool = False

    def look(self) -> Roster:
        """Judges, and follows what it judged."""
        view = roster.judge(self.versions.values(), FOUNDED.id, self.pins)
        self.pins = view.pins
        return view

    def current(self) -> Epoch | None:
        """The epoch that this device would write to."""
        return epoch.current([*self.events.values()], self.look())

    def receive(self, some: Iterable[Version] = (), events: Iterable[KeyEvent] = ()) -> None:
        """Files arrive; a key event brings the versions it carries."""
        for one in events:
            self.events[one.id] = one
            self.versions.update({version.id: version for version in one.versions})
        self.versions.update({version.id: version for version in some})

    def write(self, *made: Version) -> None:
        """Takes in own new versions, and makes the epoch that comes with them."""
        self.receive(made)
        view = self.look()
        if not view.hindrance and self.owner.device in view.cards:
            after = epoch.newest(one.head.epoch for one in self.events.values())
            self.receive(events=[event(self.owner, after, sorted(view.cards), view.versions)])


def event(author: Identity, after: Sequence[str], to: Sequence[str], carried: tuple[Version, ...]) -> KeyEvent:
    """A key event, without the encryption around it."""
    said = repr((author.device, after, to, [version.id for version in carried])).encode()
    name = blake2b(said, digest_size=16).hexdigest()
    body = Epoch(id=name, pk="", roster=FOUNDED.id, after=tuple(after), to=tuple(to))
    head = EventHead(at="", collective=FOUNDED.id, dev=author.device, epoch=body, v=1)
    return KeyEvent(name * 2, head, {}, carried, Signed(name * 2, b"", b"", (), ()))


class World:
    """All devices, and a history that a seed decides. ``honest`` are the devices that have not forged anything."""

    def __init__(self, seed: int, moves: int) -> None:
        self.dice = Random(seed)
        self.devices = [Device(owner) for owner in KEYS]
        self.forgers: set[str] = set()
        self.devices[0].joined = True
        self.devices[0].write()
        for number in (1, 2, 3):
            self._let_in(self.devices[0], self.devices[number], admin=number < 3 or seed % 2 == 0)
        for number in (4, 5):
            self._let_in(self.devices[number - 4], self.devices[number], admin=False)
        for device in self.devices:
            device.receive(self.all_versions().values(), self.all_events())
            device.look()
        for _ in range(moves):
            self.dice.choice((self._deliver, self._deliver, self._remove, self._add, self._settle, self._forge,
                              self._answer))()  # fmt: skip

    @property
    def honest(self) -> list[Device]:
        return [device for device in self.devices if device.joined and device.owner.device not in self.forgers]

    def all_versions(self) -> dict[str, Version]:
        return {name: version for device in self.devices for name, version in device.versions.items()}

    def all_events(self) -> list[KeyEvent]:
        return [*{one.id: one for device in self.devices for one in device.events.values()}.values()]

    def ever_removed(self) -> set[str]:
        """The ids that any version names, rightly or not."""
        read = versions.read(self.all_versions().values(), FOUNDED.id)
        return {name for body in read.bodies.values() for name in body.removes}

    def some(self, of: Iterable[T], most: int) -> list[T]:
        pool = list(of)
        return self.dice.sample(pool, min(len(pool), self.dice.randint(0, most)))

    def _let_in(self, by: Device, new: Device, *, admin: bool) -> None:
        made = changes.add(by.owner, by.look(), [roster.make_card(new.owner)], [new.owner.person] if admin else [])
        by.write(made)
        new.receive(by.versions.values(), by.events.values())
        new.pins = roster.newcomer_pins(by.versions.values(), FOUNDED.id, made.id)
        new.joined = True

    def act_apart(self) -> None:
        """Somebody removes or lets in somebody, and nobody hears of it yet."""
        self.dice.choice((self._remove, self._remove, self._add))()

    def _deliver(self) -> None:
        sender, receiver = self.dice.sample(self.devices, 2)
        if self.dice.random() < 0.5:
            receiver.receive(sender.versions.values(), sender.events.values())
        else:
            receiver.receive(self.some(sender.versions.values(), 3), self.some(sender.events.values(), 2))
        receiver.look()

    def _remove(self) -> None:
        device = self.dice.choice(self.honest)
        view = device.look()
        names = self.dice.choice([[*view.persons], [*view.cards]]) or [""]
        self._try(device, lambda: changes.remove(device.owner, view, [self.dice.choice(names)], {}))

    def _add(self) -> None:
        device, other = self.dice.choice(self.honest), self.dice.choice([*KEYS, *LATER])
        view = device.look()
        admins = [other.person] if self.dice.random() < 0.3 else []
        self._try(device, lambda: changes.add(device.owner, view, [roster.make_card(other)], admins))

    def _settle(self) -> None:
        device = self.dice.choice(self.honest)
        self._try(device, lambda: self.settlement(device))

    def settlement(self, device: Device) -> Version:
        """This device's owner confirms the list as it would be with one side of a dispute."""
        view = device.look()
        sides = [one.version for one in (*view.dispute, *view.contested)]
        shown = roster.judge(view.versions, FOUNDED.id, {*view.pins, *self.some(sides, 1)})
        return changes.settle(device.owner, view, [*shown.cards], [*shown.admins], {})

    def _answer(self) -> None:
        device = self.dice.choice(self.honest)
        if dispute := device.look().dispute:
            device.pins |= {self.dice.choice(dispute).version}

    def _forge(self) -> None:
        """Somebody whom a removal names signs anything at all, and whoever takes it takes it."""
        gone = {device for one in self.devices for removal in one.look().removals for device in removal.devices}
        forgers = [device for device in self.devices if device.owner.device in gone]
        if forgers and len(self.honest) > 1:
            forger = self.dice.choice(forgers)
            self.forgers.add(forger.owner.device)
            forger.receive([self.forged([forger.owner], self.all_versions())])

    def forged(self, keys: Sequence[Identity], parents: Iterable[str]) -> Version:
        """A version that one of these signs, with any of these parents, saying anything."""
        cards = [roster.make_card(one) for one in self.some([*KEYS, *PUPPETS, *PUPPETS], 4)]
        persons = {one.person for one in (*KEYS, *PUPPETS)}
        removable = sorted({*persons, *(one.device for one in KEYS)})
        author = self.dice.choice(keys)
        if self.dice.random() < 0.2:  # a full list, as a settling version has it
            cards = [roster.make_card(one) for one in (*keys, *self.some(KEYS, 6))]
            removable = sorted(persons - {card.person for card in cards})
        change = Change(
            collective=FOUNDED.id,
            parents=tuple(self.some(sorted(parents), 3) or [FOUNDED.id]),
            cards=tuple({card.device: card for card in cards}.values()),
            admins=tuple(self.some(sorted(persons), 3)),
            removes=tuple(self.some(removable, len(removable))),
            by=author.device,
        )
        return versions.sign(author, change)

    def _try(self, device: Device, make: object) -> None:
        try:
            device.write(make())  # type: ignore[operator]
        except ArchiveError:
            return
        for other in self.devices:
            if other.owner.device in device.look().cards and not other.joined:
                other.joined = True


def seen(view: Roster) -> tuple[object, ...]:
    """What must not move."""
    removals = [removal.version for removal in view.removals]
    return dict(view.cards), view.admins, view.pins, view.dispute, view.heads, removals


def attackers(files: Iterable[Version], view: Roster, pins: Collection[str]) -> list[Identity]:
    """The keys of whom pinned removals removed, and of the puppets that only they have listed; none without the first.

    A puppet is theirs no longer where it is a member, or where somebody took it over with the list of a forger's side.
    """
    gone = {name for removal in view.removals if removal.version in pins for name in removal.devices}
    bodies = versions.read(files, FOUNDED.id).bodies.values()
    taken = {*view.cards, *(card.device for body in bodies if body.by not in gone for card in body.cards)}
    removed = [one for one in KEYS if one.device in gone]
    return removed and removed + [one for one in PUPPETS if one.device not in taken]


def assert_unmoved(seed: int, moves: int) -> int:
    """Nothing that those sign whose removal a device followed moves its list or its epoch; how many attacks it bore."""
    world = World(seed, moves)
    attacks = 0
    for device in world.honest:
        view = device.look()
        before, writing = seen(view), device.current()
        keys = attackers(device.versions.values(), view, device.pins)
        if view.dispute or not keys:
            continue
        for _ in range(6):
            forged = world.forged(keys, device.versions)
            author = world.dice.choice(keys)
            to = [one.device for one in world.some([*KEYS, *PUPPETS], 6)]
            names = [one.head.epoch.id for one in device.events.values()]
            device.receive([forged], [event(author, world.some(names, 3), to, (*device.versions.values(),))])
            assert seen(device.look()) == before
            assert device.current() == writing
            attacks += 1
    return attacks


def assert_news_arrive_unmoved(seed: int, moves: int) -> bool:
    """What is new to a device does to it what it would without the attacks that come along; whether any came."""
    world = World(seed, moves)
    device = world.dice.choice(world.honest)
    held, pins = world.all_versions(), device.pins
    calm = roster.judge(held.values(), FOUNDED.id, pins)
    keys = attackers(held.values(), calm, pins)
    if calm.dispute or not keys:
        return False
    for _ in range(6):
        forged = world.forged(keys, held)
        held[forged.id] = forged
        assert seen(roster.judge(held.values(), FOUNDED.id, pins)) == seen(calm)
    return True


def assert_the_same_in_any_order(seed: int, moves: int) -> None:
    """Same files and pins: same roster and epoch."""
    world = World(seed, moves)
    for device in world.devices:
        view, writing = device.look(), device.current()
        files, events = [*device.versions.values()], [*device.events.values()]
        world.dice.shuffle(files)
        world.dice.shuffle(events)
        again = roster.judge(files, FOUNDED.id, device.pins)
        assert again == view
        assert epoch.current(events, again) == writing


def assert_healed(seed: int, moves: int) -> bool:
    """One settling version, once it is everywhere, leaves every honest device with one list; whether one was needed."""
    world = World(seed, moves // 4)
    for _ in range(3):
        world.act_apart()
    for device in world.honest:
        device.receive(world.all_versions().values(), world.all_events())
        device.look()
    lists = {tuple(sorted(device.look().cards)) for device in world.honest}
    for device in world.honest:
        try:
            settling = world.settlement(device)
        except ArchiveError:
            continue
        if {device.owner.device, device.owner.person} & world.ever_removed():
            continue  # then the recovery shares are needed
        device.write(settling)
        ends = set()
        for other in world.honest:
            other.receive([settling], device.events.values())
            view = other.look()
            assert not view.dispute
            assert not view.contested
            current = other.current()
            ends.add((tuple(sorted(view.cards)), view.admins, current and current.id))
        assert len(ends) == 1
        assert None not in {end[2] for end in ends}
        return len(lists) > 1
    return False


@FEW
@given(SEEDS, MOVES)
def test_no_attack_moves_a_device_that_followed_the_removal(seed: int, moves: int) -> None:
    """Removed members and their puppets sign versions and epochs, backdated as they like."""
    assert_unmoved(seed, moves)
    assert_news_arrive_unmoved(seed, moves)


@FEW
@given(SEEDS, MOVES)
def test_order_decides_nothing(seed: int, moves: int) -> None:
    """The list and the epoch are functions of the files and the pins."""
    assert_the_same_in_any_order(seed, moves)


@FEW
@given(SEEDS, MOVES)
def test_one_settling_version_heals_a_fork(seed: int, moves: int) -> None:
    """Whatever the devices followed before."""
    assert_healed(seed, moves)


def test_the_world_is_no_paradise() -> None:
    """The properties above are tried where it counts: there are attacks to bear and forks to heal."""
    assert sum(assert_unmoved(seed, 25) for seed in range(12)) > 60
    assert sum(assert_news_arrive_unmoved(seed, 25) for seed in range(12)) > 3
    assert sum(assert_healed(seed, 25) for seed in range(24)) >= 4


@pytest.mark.skipif("FUZZ_SECONDS" not in os.environ, reason="needs FUZZ_SECONDS")
def test_the_world_for_a_while() -> None:
    """As many histories as fit into the time."""
    end = time.monotonic() + float(os.environ["FUZZ_SECONDS"])
    seed = int(time.time())
    played = attacks = healed = 0
    while time.monotonic() < end:
        seed, played = seed + 1, played + 1
        try:
            attacks += assert_unmoved(seed, 10 + seed % 40)
            assert_news_arrive_unmoved(seed, 10 + seed % 40)
            assert_the_same_in_any_order(seed, 10 + seed % 40)
            healed += assert_healed(seed, 10 + seed % 40)
        except Exception as error:
            raise AssertionError(f"seed {seed}, {10 + seed % 40} moves") from error
    print(f"{played} histories, {attacks} attacks, {healed} forks healed")
