"""Key events: who can open them, what they hand over, which epoch is written to."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from msgspec import structs

from archive.errors import DamagedError
from archive.seal import age, canonical, epoch, header, lines, roster
from archive.seal.epoch import Epoch, EventHead, KeyEvent
from archive.seal.identity import Identity
from archive.seal.lines import NewerError

ANNA = Identity(bytes(range(32)), "aa" * 16)
EVE = Identity(bytes(32), "ee" * 16)
GENESIS = roster.found(ANNA, os.urandom)
MEMBERS = roster.judge([GENESIS], GENESIS.id)
AT = "2026-11-22T10:05Z"


def make(events=(), members=MEMBERS, owner=ANNA) -> bytes:
    return epoch.make(owner, members, list(events), [GENESIS], at=AT, random=os.urandom)


def opened(events=(), **more) -> KeyEvent:
    return epoch.open_event(make(events, **more), ANNA.age_secret)


def event_of(head: dict, body: list[bytes]) -> bytes:
    """A key event with any content, signed."""
    _, plaintext = lines.write(head, body, lambda message: ANNA.sign("keys", message))
    return age.encrypt_bytes(plaintext, [ANNA.age_public], os.urandom)


def test_the_device_opens_it_and_nobody_else():
    """What comes out is signed, names its epoch by its key, and carries the genesis."""
    event = opened()
    assert event.is_signed(MEMBERS)
    assert event.versions == (GENESIS,)
    assert event.head.epoch.to == (ANNA.device,)
    assert epoch.epoch_id(event.head.epoch.age_public) == event.head.epoch.id
    with pytest.raises(age.NoMatchError):
        epoch.open_event(make(), EVE.age_secret)


def test_recipients_are_filled_up_to_sixteen_with_real_wraps():
    """One device or sixteen look the same; seventeen look like thirty-two."""
    card = MEMBERS.cards[ANNA.device]
    for devices, stanzas in ((1, 16), (16, 16), (17, 32)):
        cards = {ANNA.device: card} | {f"{n:064x}": card for n in range(devices - 1)}
        data = make(members=replace(MEMBERS, cards=cards))
        parsed = header.parse(header.split([data])[0])
        assert len(parsed.stanzas) == stanzas
        assert {len(stanza.body) for stanza in parsed.stanzas} == {32}


def test_the_device_is_not_always_in_the_same_place():
    """The order is shuffled: in 40 events it is not the first stanza each time."""
    places = set()
    for _ in range(40):
        parsed = header.parse(header.split([make()])[0])
        for place, stanza in enumerate(parsed.stanzas):
            try:
                age._unwrap(header.Header((stanza,), parsed.mac, parsed.covered), [ANNA.age_secret])
                places.add(place)
            except age.NoMatchError:
                pass
    assert len(places) > 5


def test_each_event_unites_the_secrets_of_all_before_it():
    """The last of ten alone gives all ten."""
    events: list[KeyEvent] = []
    for _ in range(10):
        events.append(opened(events))
    assert len(epoch.unite(events[-1:])) == 10
    assert epoch.current(events, MEMBERS) == events[-1].head.epoch
    assert events[-1].head.epoch.after == (events[-2].head.epoch.id,)


def test_two_made_apart_are_both_followed_by_the_next():
    """Concurrent rotations: the longer chain, then the smaller id is current; the next one names both."""
    first = opened()
    second, third = opened([first]), opened([first])
    current = epoch.current([first, second, third], MEMBERS)
    assert current is not None
    assert current.id == min(second.head.epoch.id, third.head.epoch.id)
    joined = opened([first, second, third])
    assert set(joined.head.epoch.after) == {second.head.epoch.id, third.head.epoch.id}
    assert epoch.current([first, second, third, joined], MEMBERS) == joined.head.epoch


def unsigned(author: str, to: tuple[str, ...], name: str, after: tuple[str, ...] = ()) -> KeyEvent:
    """An event for questions about epochs only."""
    body = Epoch(id=name, pk="", roster="", after=after, to=to)
    return replace(opened(), head=EventHead(at=AT, collective=GENESIS.id, dev=author, epoch=body, v=1))


def test_an_epoch_that_reaches_outside_the_list_is_never_current():
    """Nor one whose author is not among those it is for."""
    own = ANNA.device
    assert epoch.current([unsigned(own, (own, EVE.device), "a" * 32)], MEMBERS) is None
    assert epoch.current([unsigned(EVE.device, (own,), "a" * 32)], MEMBERS) is None
    assert epoch.current([unsigned(own, (own,), "a" * 32)], MEMBERS) is not None


def test_an_epoch_to_the_whole_list_goes_before_a_longer_chain():
    """The rule's order: whole list, then generation, then id."""
    both = replace(MEMBERS, cards={ANNA.device: MEMBERS.cards[ANNA.device], "f" * 64: MEMBERS.cards[ANNA.device]})
    whole = unsigned(ANNA.device, (ANNA.device, "f" * 64), "a" * 32)
    longer = unsigned(ANNA.device, (ANNA.device,), "b" * 32, ("a" * 32,))
    assert epoch.current([whole, longer], both) == whole.head.epoch


def test_epochs_in_a_ring_end():
    """A member who lets two epochs follow each other hangs nobody."""
    own = (ANNA.device,)
    ring = [unsigned(own[0], own, "a" * 32, ("b" * 32,)), unsigned(own[0], own, "b" * 32, ("a" * 32,))]
    assert epoch.current(ring, MEMBERS) is not None


def test_a_secret_under_a_wrong_name_is_refused():
    """A member cannot slip another key under an epoch's name."""
    event = opened()
    head = canonical.decode_object(event.signed.head)
    other = opened().signed.body[0]
    forged = canonical.encode({**canonical.decode_object(other), "id": event.head.epoch.id})
    with pytest.raises(DamagedError):
        epoch.open_event(event_of(head, [forged]), ANNA.age_secret)


def test_a_hollow_event_is_refused():
    """Lines that are signed but not there: secrets would be missing without a word."""
    event = opened()
    first = canonical.encode({"sigs": [event.signed.signature.hex()]})
    hollow = age.encrypt_bytes(first + b"\n" + event.signed.head + b"\n", [ANNA.age_public], os.urandom)
    with pytest.raises(DamagedError):
        epoch.open_event(hollow, ANNA.age_secret)


def test_a_later_version_is_told_apart_from_damage():
    """``v`` 2 says: update first."""
    head = {**canonical.decode_object(opened().signed.head), "v": 2}
    with pytest.raises(NewerError):
        epoch.open_event(event_of(head, []), ANNA.age_secret)


def test_a_signature_by_a_stranger_or_for_another_collective_does_not_count():
    """Only a device of the list, and only for this collective."""
    assert not opened(owner=EVE).is_signed(MEMBERS)
    other = roster.found(ANNA, os.urandom)
    assert not opened().is_signed(roster.judge([other], other.id))
    event = opened()
    assert not replace(event, head=structs.replace(event.head, dev=EVE.device)).is_signed(MEMBERS)
