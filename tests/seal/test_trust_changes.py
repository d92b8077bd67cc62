"""Making changes of the list, what is refused to whom, and what a device is told about the list."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import replace

import msgspec
import pytest
from msgspec import structs

from archive.errors import DamagedError, ExistsError, NotAMemberError, NotFoundError
from archive.seal import canonical, changes, epoch, roster, versions
from archive.seal.changes import NotAllowedError
from archive.seal.epoch import KeyEvent
from archive.seal.identity import Identity
from archive.seal.roster import DisputeError, Roster, Version
from archive.seal.versions import Change

ANNA, BORIS, CLARA, DORA, EVE = (Identity(bytes([n]) * 32, f"{n:032x}") for n in range(1, 6))
ANNA_2 = Identity(bytes([9]) * 32, ANNA.person)
GENESIS = roster.found(ANNA, os.urandom)


def judge(*versions: Version, pins: Collection[str] = ()) -> Roster:
    return roster.judge([GENESIS, *versions], GENESIS.id, pins)


def card(owner: Identity) -> versions.Card:
    return roster.make_card(owner)


BORIS_COMES = changes.add(ANNA, judge(), [card(BORIS)], [BORIS.person])
CLARA_COMES = changes.add(BORIS, judge(BORIS_COMES), [card(CLARA)], [CLARA.person])
DORA_COMES = changes.add(ANNA, judge(BORIS_COMES, CLARA_COMES), [card(DORA)])
BASE = (BORIS_COMES, CLARA_COMES, DORA_COMES)
ALL = judge(*BASE)  # three admins, and Dora, who is a plain member


def without(owner: Identity, *gone: str, view: Roster = ALL) -> Version:
    return changes.remove(owner, view, gone, {})


def test_members_come_with_who_let_them_in() -> None:
    """Cards, roles, and for each member the version and the device that listed it."""
    assert ALL.cards.keys() == {one.device for one in (ANNA, BORIS, CLARA, DORA)}
    assert ALL.admins == {ANNA.person, BORIS.person, CLARA.person}
    assert ALL.entered[CLARA.device] == roster.Listing(card(CLARA), CLARA_COMES.id, BORIS.device)
    assert ALL.heads == (DORA_COMES.id,) and ALL.id == DORA_COMES.id
    assert ALL.hindrance is None


def test_lists_that_rest_on_several_versions_have_an_id_of_their_own() -> None:
    """Two changes made apart: the id is of both together."""
    two = judge(*BASE, without(ANNA, DORA.person), changes.add(BORIS, ALL, [card(EVE)]))
    assert len(two.heads) == 2
    assert two.id not in two.heads


def test_everybody_lists_their_own_second_device() -> None:
    """A plain member too; it reads and writes as the person does, and administers nothing."""
    second = Identity(bytes([7]) * 32, DORA.person)
    view = judge(*BASE, changes.add(DORA, ALL, [card(second)]))
    assert view.persons[DORA.person] == tuple(sorted((DORA.device, second.device)))
    with pytest.raises(NotAllowedError):
        changes.add(second, view, [card(EVE)])


def test_only_admins_let_others_in_or_make_admins() -> None:
    """A plain member is told whom to ask, a stranger that they are none."""
    with pytest.raises(NotAllowedError, match="admin"):
        changes.add(DORA, ALL, [card(EVE)])
    with pytest.raises(NotAllowedError, match="admin"):
        changes.add(DORA, ALL, admins=[DORA.person])
    with pytest.raises(NotAMemberError):
        changes.add(EVE, ALL, [card(EVE)])


def test_a_member_becomes_admin() -> None:
    """Once; and only somebody on the list."""
    view = judge(*BASE, changes.add(ANNA, ALL, admins=[DORA.person]))
    assert DORA.person in view.admins
    with pytest.raises(ExistsError):
        changes.add(ANNA, view, admins=[DORA.person])
    with pytest.raises(NotFoundError):
        changes.add(ANNA, view, admins=[EVE.person])


def test_nobody_comes_under_a_members_name() -> None:
    """A request that carries an admin's person id would be that admin's second device, and so an admin."""
    posing = Identity(bytes([8]) * 32, ANNA.person)
    with pytest.raises(NotAllowedError, match="member"):
        changes.add(BORIS, ALL, [card(posing)])


def test_a_card_has_to_be_signed_by_its_device() -> None:
    """Nor may its person's id look like a device's, so that removing the one cannot mean the other."""
    for bad in (msgspec.structs.replace(card(EVE), person="other"), card(Identity(EVE.seed, ANNA.device))):
        with pytest.raises(DamagedError):
            changes.add(ANNA, ALL, [bad])
        forged = Change(collective=GENESIS.id, parents=(GENESIS.id,), cards=(bad,), by=ANNA.device)
        assert judge(versions.sign(ANNA, forged)).cards.keys() == {ANNA.device}


def test_nobody_is_listed_twice() -> None:
    """What is there already is said."""
    with pytest.raises(ExistsError):
        changes.add(ANNA, ALL, [card(CLARA)])


def test_a_removed_key_never_returns() -> None:
    """Neither the device nor the person, under whichever name; a new key does."""
    view = judge(*BASE, without(ANNA, CLARA.person))
    assert CLARA.device not in view.cards and CLARA.person not in view.admins
    for back in (CLARA, Identity(CLARA.seed, "new"), Identity(bytes([8]) * 32, CLARA.person)):
        with pytest.raises(NotAllowedError, match="removed"):
            changes.add(ANNA, view, [card(back)])
    again = Identity(bytes([8]) * 32, "ab" * 16)
    assert again.device in judge(*BASE, *view.versions, changes.add(ANNA, view, [card(again)])).cards


def test_a_laptop_goes_and_its_person_stays() -> None:
    """Only that device is removed."""
    listed = changes.add(ANNA, ALL, [card(ANNA_2)])
    view = judge(*BASE, listed)
    view = judge(*BASE, listed, without(ANNA_2, ANNA.device, view=view))
    assert view.persons[ANNA.person] == (ANNA_2.device,)
    assert ANNA.person in view.admins


def test_members_remove_themselves_and_nobody_else() -> None:
    """A plain member may leave."""
    assert DORA.device not in judge(*BASE, without(DORA, DORA.person)).cards
    with pytest.raises(NotAllowedError):
        without(DORA, CLARA.person)
    with pytest.raises(NotFoundError):
        without(ANNA, EVE.person)


def test_the_last_admin_stays() -> None:
    """Neither as a person nor by their last device."""
    view = judge(*BASE, without(ANNA, BORIS.person, CLARA.person))
    for name in (ANNA.person, ANNA.device):
        with pytest.raises(NotAllowedError, match="last admin"):
            changes.remove(ANNA, view, [name], {})


def test_a_removal_cuts_the_chains_of_those_who_go() -> None:
    """Of every device of a person, at the newest segment known, and nobody else's."""
    places = {f"{device}/{'c' * 32}": digit * 64 for device, digit in ((CLARA.device, "1"), (DORA.device, "2"))}
    (removal,) = judge(*BASE, changes.remove(ANNA, ALL, [CLARA.person], places)).removals
    assert removal.cuts == {f"{CLARA.device}/{'c' * 32}": "1" * 64}
    assert removal.devices == {CLARA.device}


ANNAS, BORISES = without(ANNA, BORIS.person), without(BORIS, ANNA.person)
FORK = (*BASE, ANNAS, BORISES)


def test_a_dispute_hinders_everybody_until_one_side_is_pinned() -> None:
    """Both sides are shown; the answer is a pin, and the fork stays visible."""
    view = judge(*FORK)
    assert {removal.version for removal in view.dispute} == {ANNAS.id, BORISES.id}
    assert isinstance(view.hindrance, DisputeError)
    assert not view.pins
    with pytest.raises(DisputeError):
        changes.add(CLARA, view, [card(EVE)])
    answered = judge(*FORK, pins={ANNAS.id})
    assert answered.hindrance is None
    assert BORIS.device not in answered.cards
    assert {removal.version for removal in answered.contested} == {ANNAS.id, BORISES.id}


@pytest.mark.parametrize("kept", [ANNA, BORIS])
@pytest.mark.parametrize("signers_side", [frozenset(), {ANNAS.id}, {BORISES.id}], ids=["none", "Anna", "Boris"])
def test_one_settling_version_ends_it_for_every_side(kept: Identity, signers_side: Collection[str]) -> None:
    """Whichever side each device had followed, the signer's included."""
    keep, admins = {kept.device, CLARA.device, DORA.device}, {kept.person, CLARA.person}
    settling = changes.settle(CLARA, judge(*FORK, pins=signers_side), keep, admins, {})
    for pins in ((), {ANNAS.id}, {BORISES.id}):
        view = judge(*FORK, settling, pins=pins)
        assert view.cards.keys() == keep and view.admins == admins
        assert not view.contested and not view.hindrance
        assert settling.id in view.pins
    revenge = versions.sign(
        next(one for one in (ANNA, BORIS) if one is not kept),
        Change(collective=GENESIS.id, parents=(BORIS_COMES.id,), removes=(CLARA.person,),
               by=next(one.device for one in (ANNA, BORIS) if one is not kept)),
    )  # fmt: skip
    assert judge(*FORK, settling, revenge, pins=judge(*FORK, settling).pins).cards.keys() == keep


def test_who_was_removed_does_not_settle() -> None:
    """Nor does a list that keeps both, or one with somebody nobody knows, or one by a plain member."""
    view = judge(*FORK)
    both = {one.device for one in (ANNA, BORIS, CLARA, DORA)}
    with pytest.raises(NotAllowedError, match="removed you"):
        changes.settle(ANNA, view, {ANNA.device, CLARA.device}, {ANNA.person}, {})
    with pytest.raises(NotAllowedError, match="not end"):
        changes.settle(CLARA, view, both, {ANNA.person, BORIS.person, CLARA.person}, {})
    with pytest.raises(NotAllowedError, match="not end"):
        changes.settle(DORA, view, {DORA.device, CLARA.device}, {CLARA.person}, {})
    with pytest.raises(NotFoundError):
        changes.settle(CLARA, view, {CLARA.device, EVE.device}, {CLARA.person}, {})


def test_settling_keeps_earlier_cuts() -> None:
    """Whoever was removed before counts up to where it was cut then; whoever goes now, up to the newest known."""
    chain = "c" * 32
    early = changes.remove(ANNA, ALL, [DORA.person], {f"{DORA.device}/{chain}": "1" * 64})
    view = judge(*BASE, early)
    sides = [without(ANNA, BORIS.person, view=view), without(BORIS, ANNA.person, view=view)]
    newest = {f"{one.device}/{chain}": "2" * 64 for one in (ANNA, BORIS, DORA)}
    keep = {ANNA.device, CLARA.device}
    settling = changes.settle(CLARA, judge(*BASE, early, *sides), keep, {ANNA.person, CLARA.person}, newest)
    assert canonical.decode_object(settling.line)["cuts"] == {
        f"{DORA.device}/{chain}": "1" * 64, f"{BORIS.device}/{chain}": "2" * 64,
    }  # fmt: skip


def test_cards_that_fell_are_offered_and_may_be_listed_again() -> None:
    """Boris let Eve in after he was removed, unsynced: an admin sees her card and takes it over."""
    eve = changes.add(BORIS, ALL, [card(EVE)])
    view = judge(*BASE, ANNAS, eve)
    assert view.offered == (roster.Listing(card(EVE), eve.id, BORIS.device),)
    taken = judge(*view.versions, changes.add(ANNA, view, [card(EVE)]))
    assert EVE.device in taken.cards and not taken.offered


def test_a_newcomer_pins_what_stood_for_whoever_let_them_in() -> None:
    """Backdated revenge that arrives at the same time does not reach them."""
    view = judge(*BASE, ANNAS)
    eve = changes.add(ANNA, view, [card(EVE)])
    arrived = [GENESIS, *FORK, eve]
    pins = roster.newcomer_pins(arrived, GENESIS.id, eve.id)
    assert pins == {ANNAS.id}
    assert EVE.device in roster.judge(arrived, GENESIS.id, pins).cards
    assert roster.judge(arrived, GENESIS.id).dispute
    with pytest.raises(NotFoundError):
        roster.newcomer_pins((*FORK[:1], GENESIS), GENESIS.id, eve.id)


def test_a_pin_whose_version_is_gone_hinders() -> None:
    """Somebody took the removal out of the folder: this device notices, and writes nothing to whom it removed."""
    view = judge(*BASE, pins={ANNAS.id})
    assert view.lacking == {ANNAS.id}
    assert isinstance(view.hindrance, DamagedError)
    assert view.pins == {ANNAS.id}


def sealed(owner: Identity, **fields: canonical.Value) -> Version:
    """A version in a form of the future."""
    value = {**canonical.decode_object(DORA_COMES.line), "by": owner.device, **fields}
    line = canonical.encode(value)
    return Version(line, (owner.sign("version", line),))


@pytest.mark.parametrize("fields", [{"v": 2}, {"why": "moved"}, {"cards": [{"v": 2}]}, {"parents": []}], ids=str)
def test_a_members_newer_version_is_carried_but_not_judged(fields: dict[str, canonical.Value]) -> None:
    """Read on, write nothing. A stranger's or an ex-member's hinders nobody."""
    newer = sealed(DORA, **fields)
    view = judge(*BASE, newer)
    assert not view.judged
    assert isinstance(view.hindrance, DamagedError)
    assert view.cards == ALL.cards
    assert newer in view.versions
    assert judge(*BASE, sealed(EVE, **fields)).judged
    assert judge(*BASE, without(ANNA, DORA.person), newer).judged
    assert judge(*BASE, sealed(DORA, collective="0" * 64, **fields)).judged


def test_versions_that_nobody_signed_rightly_count_for_nothing() -> None:
    """Wrong key, other label, two signatures, none, or for another collective."""
    good = changes.add(ANNA, ALL, [card(EVE)])
    for signatures in ((BORIS.sign("version", good.line),), (ANNA.sign("card", good.line),), good.signatures * 2, ()):
        assert EVE.device not in judge(*BASE, Version(good.line, signatures)).cards
    body = msgspec.convert(canonical.decode(good.line), Change)
    other = versions.sign(ANNA, msgspec.structs.replace(body, collective="0" * 64))
    twice = versions.sign(ANNA, msgspec.structs.replace(body, cards=(card(EVE), card(Identity(EVE.seed, "x")))))
    assert judge(*BASE, other).cards == judge(*BASE, twice).cards == ALL.cards


def event(owner: Identity, view: Roster, events: Collection[KeyEvent] = ()) -> KeyEvent:
    data = epoch.make(owner, view, [*events], view.versions, at="2026-11-22T10:05Z", random=os.urandom)
    return epoch.open_event(data, ANNA.age_secret)


def test_a_removed_members_events_are_read_and_not_handed_on_whole() -> None:
    """Its epoch opens what was written to it; of the rest that it claims to hand over, nothing swells later events."""
    first = event(BORIS, ALL)
    swollen = replace(first, secrets={**first.secrets, "f" * 32: bytes(32)})
    view = judge(*BASE, ANNAS)
    assert first.is_signed(view)
    after = event(ANNA, view, [swollen])
    assert after.secrets.keys() == {first.head.epoch.id, after.head.epoch.id}
    assert epoch.current([swollen, after], view) == after.head.epoch


def test_who_was_never_rightly_listed_signs_no_event() -> None:
    """A puppet, whose listing fell."""
    eve = changes.add(BORIS, ALL, [card(EVE)])
    alone = judge(*BASE, eve)
    assert event(EVE, alone).is_signed(alone)
    assert not event(EVE, alone).is_signed(judge(*BASE, ANNAS, eve))


def test_the_new_epoch_comes_with_the_removal() -> None:
    """Before it, no epoch is usable; after it, the removed one's and the older ones stay unusable."""
    before = event(ANNA, ALL)
    view = judge(*BASE, ANNAS)
    assert epoch.current([before], ALL) == before.head.epoch
    assert epoch.current([before], view) is None
    after = event(ANNA, view, [before])
    forged = replace(before, head=structs.replace(before.head, epoch=structs.replace(
        before.head.epoch, id="e" * 32, after=(after.head.epoch.id,), to=tuple(view.cards))))  # fmt: skip
    backdated = replace(forged, head=structs.replace(forged.head, dev=BORIS.device))
    assert epoch.current([before, after, forged, backdated], view) == after.head.epoch


def test_a_removal_by_somebody_removed_meanwhile_is_shown_until_it_is_settled() -> None:
    """Boris is back where Anna's removal was not followed before Clara's of Anna came; one version ends that."""
    clara = without(CLARA, ANNA.person)
    for pins, listed in (((), {BORIS, CLARA, DORA}), ({ANNAS.id}, {CLARA, DORA})):
        view = judge(*BASE, ANNAS, clara, pins=pins)
        assert view.cards.keys() == {one.device for one in listed}
        assert [removal.version for removal in view.contested] == [ANNAS.id]
        assert view.hindrance is None
    for kept in ({BORIS, CLARA}, {CLARA, DORA}):
        keep, admins = {one.device for one in kept}, {one.person for one in kept} - {DORA.person}
        settling = changes.settle(CLARA, judge(*BASE, ANNAS, clara, pins={ANNAS.id}), keep, admins, {})
        for pins in ((), {ANNAS.id}):
            view = judge(*BASE, ANNAS, clara, settling, pins=pins)
            assert view.cards.keys() == keep and not view.contested


def test_an_admin_settles_what_two_laptops_of_one_person_did_to_each_other() -> None:
    """Nobody else is hindered meanwhile, and it is shown."""
    second = Identity(bytes([7]) * 32, DORA.person)
    listed = changes.add(DORA, ALL, [card(second)])
    view = judge(*BASE, listed)
    ring = [without(DORA, second.device, view=view), without(second, DORA.device, view=view)]
    torn = judge(*BASE, listed, *ring)
    assert torn.hindrance is None and len(torn.contested) == 2
    keep = {ANNA.device, BORIS.device, CLARA.device}
    settling = changes.settle(ANNA, torn, keep, ALL.admins, {})
    assert judge(*torn.versions, settling).cards.keys() == keep
    assert not judge(*torn.versions, settling).contested
