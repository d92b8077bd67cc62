"""Each rule of trust, left out in turn: a scene that holds with all of them breaks without that one.

The rules are plain functions; a test that leaves one out puts another in its place for as long as the scene is played.
"""

from __future__ import annotations

import doctest
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType

import msgspec
import pytest

from archive.seal import canonical, changes, epoch, roster, trust
from archive.seal.epoch import Epoch, EventHead, KeyEvent
from archive.seal.identity import Identity
from archive.seal.lines import Signed
from archive.seal.roster import Roster, Version
from archive.seal.trust import History, Step, Verdict

FOUND = Step("a1", cards={"a1": "Anna"}, admins={"Anna"})
BORIS = Step("a1", ["found"], cards={"b1": "Boris"}, admins={"Boris"})
CLARA = Step("b1", ["boris"], cards={"c1": "Clara"}, admins={"Clara"})
PLAIN = Step("a1", ["boris"], cards={"c1": "Clara"})
OUT = Step("a1", ["clara"], removes={"Boris"})
REVENGE = Step("b1", ["clara"], removes={"Anna"})
PUPPET = Step("b1", ["boris"], cards={"x1": "Xenia"}, admins={"Xenia"})
COUP = Step("c1", ["clara"], removes={"Anna"})


def judged(*pins: str, **steps: Step) -> Verdict:
    """The verdict on a history that begins with Anna, Boris and Clara, all admins unless the steps say otherwise."""
    return trust.judge(History({"found": FOUND, "boris": BORIS, "clara": CLARA, **steps}, "found"), pins)


def members(*pins: str, **steps: Step) -> list[str]:
    return list(judged(*pins, **steps).members)


def the_cut() -> None:
    """Who was removed lets nobody in, however it is dated."""
    assert members("out", out=OUT, puppet=PUPPET) == ["a1", "c1"]


def devices_go_with_their_person() -> None:
    """A second device of the removed person is removed too, and signs nothing any more."""
    second = Step("b1", ["clara"], cards={"b2": "Boris"})
    out = Step("a1", ["second"], removes={"Boris"})
    puppet = Step("b2", ["second"], cards={"x1": "Xenia"})
    assert members(second=second, out=out, puppet=puppet) == ["a1", "c1"]


def a_cut_voids_nothing_earlier() -> None:
    """Clara, let in by Boris before he was removed, stays."""
    assert members(out=OUT) == ["a1", "c1"]


def pins() -> None:
    """A removal that was followed is not shaken by its victim's revenge."""
    verdict = judged("out", out=OUT, revenge=REVENGE)
    assert not verdict.disputed
    assert list(verdict.members) == ["a1", "c1"]
    assert verdict.pins == {"out"}


def pinned_are_removals_only() -> None:
    """Anna, already removed by Clara unsynced, put Dora in Boris's place: he stays out, she does not stay in."""
    swap = Step("a1", ["clara"], cards={"d1": "Dora"}, removes={"Boris"})
    assert members("swap", swap=swap, coup=COUP) == ["c1"]


def parents_do_not_vouch() -> None:
    """Clara named a puppet's listing as parent before she heard of the removal: her work stands, the puppet falls."""
    dora = Step("c1", ["puppet", "clara"], cards={"d1": "Dora"})
    assert members("out", out=OUT, puppet=PUPPET, dora=dora) == ["a1", "c1", "d1"]


def joins_do_not_vouch() -> None:
    """The removed one joins the removal and his puppet: neither comes in."""
    join = Step("b1", ["out", "puppet"])
    assert members("out", out=OUT, puppet=PUPPET, join=join) == ["a1", "c1"]


def a_ring_is_a_dispute() -> None:
    """Two who remove each other: nobody writes until people have decided."""
    assert judged(out=OUT, revenge=REVENGE).disputed


def parents_are_what_stands() -> None:
    """A new version goes on from the newest that stand for its signer, not from what fell."""
    _, history = collective()
    view = history.judge()
    out = changes.remove(ANNA, view, [BORYS.person], {})
    puppet = changes.add(BORYS, view, [roster.make_card(XENIA)])
    after = roster.judge([*view.versions, out, puppet], view.collective, [out.id])
    dora = changes.add(ANNA, after, [roster.make_card(DORA)])
    assert canonical.decode_object(dora.line)["parents"] == [out.id]


def only_a_full_list_settles() -> None:
    """An unsynced Clara removes Anna: that does not bring back Boris where Anna's removal of him was followed."""
    assert members("out", out=OUT, coup=COUP) == ["c1"]


def admins_only() -> None:
    """A plain member lets nobody else in."""
    assert members(clara=PLAIN, mine=Step("c1", ["clara"], cards={"x1": "Xenia"})) == ["a1", "b1", "c1"]


def own_business_has_own_cards() -> None:
    """A plain member lists a second device of her own, and nobody under another name beside it."""
    own = Step("c1", ["clara"], cards={"c2": "Clara"})
    assert members(clara=PLAIN, own=own) == ["a1", "b1", "c1", "c2"]
    foreign = Step("c1", ["clara"], cards={"c2": "Clara", "x1": "Xenia"})
    assert members(clara=PLAIN, foreign=foreign) == ["a1", "b1", "c1"]


def grants_must_stand() -> None:
    """A puppet's puppets fall with it."""
    second = Step("x1", ["puppet"], cards={"y1": "Yuri"})
    assert members("out", out=OUT, puppet=PUPPET, second=second) == ["a1", "c1"]


def an_epoch_has_a_member_as_author() -> None:
    """Nobody writes to a key that a removed device made, even if it says that it is for the members alone."""
    view = removed_boris()
    assert not epoch.usable(event(view, BORYS, [ANNA.device]), view)
    assert epoch.usable(event(view, ANNA, [ANNA.device]), view)


def own_business_is_no_dispute() -> None:
    """Two laptops of a plain member remove each other: both go, and the others write on."""
    second = Step("c1", ["clara"], cards={"c2": "Clara"})
    ring = {"one": Step("c1", ["second"], removes={"c2"}), "two": Step("c2", ["second"], removes={"c1"})}
    verdict = judged(clara=PLAIN, second=second, **ring)
    assert (verdict.disputed, list(verdict.members)) == (False, ["a1", "b1"])


def the_removed_never_return() -> None:
    """Listing a removed device again does not bring it back."""
    again = Step("a1", ["out"], cards={"b1": "Boris"}, admins={"Boris"})
    assert members(out=OUT, again=again) == ["a1", "c1"]


def a_grant_is_an_ancestor() -> None:
    """What dates from before its signer was let in counts for nothing."""
    early = Step("c1", ["boris"], cards={"x1": "Xenia"})
    assert members(early=early) == ["a1", "b1", "c1"]


def an_epoch_stays_inside_the_list() -> None:
    """Nobody writes to a key that a removed device was given."""
    view = removed_boris()
    assert not epoch.usable(event(view, ANNA, [ANNA.device, BORYS.device]), view)


def an_old_epoch_does_not_come_back() -> None:
    """Boris was handed the founder's first key when he came. When he is gone it fits the list again: still not it."""
    before = event(roster.judge([FOUNDED], FOUNDED.id), ANNA, [ANNA.device])
    assert epoch.current([before], removed_boris()) is None


ANNA, BORYS, XENIA, DORA = (Identity(bytes([n]) * 32, f"{n:032x}") for n in range(1, 5))
FOUNDED = roster.found(ANNA, os.urandom)


@dataclass(frozen=True)
class Files:
    """Versions on a device."""

    versions: tuple[Version, ...]

    def judge(self) -> Roster:
        return roster.judge(self.versions, FOUNDED.id)


def collective() -> tuple[Version, Files]:
    """Anna's collective with Borys as a second admin."""
    view = roster.judge([FOUNDED], FOUNDED.id)
    borys = changes.add(ANNA, view, [roster.make_card(BORYS)], [BORYS.person])
    return borys, Files((FOUNDED, borys))


def removed_boris() -> Roster:
    """The list after Anna has removed Borys."""
    view = collective()[1].judge()
    return roster.judge([*view.versions, changes.remove(ANNA, view, [BORYS.person], {})], FOUNDED.id)


def event(view: Roster, author: Identity, to: list[str]) -> KeyEvent:
    """A key event as its author would make it, knowing this list."""
    body = Epoch(id="0" * 32, pk="", roster=view.id, after=(), to=tuple(to))
    head = EventHead(at="", collective=view.collective, dev=author.device, epoch=body, v=1)
    return KeyEvent("", head, {}, view.versions, Signed("", b"", b"", (), ()))


# What stands in a rule's place when it is left out.

HITS, REACHED, DECIDE, GRANTED = trust.hits, trust.reached, trust.decide, trust.granted


def all_before(history: History, names: list[str]) -> int:
    return history.set_of(name for name in history.steps if any(history.bit[name] & history.before[n] for n in names))


def hits_earlier_too(history: History, removal: str) -> int:
    devices = REACHED(history, history.steps[removal].removes)
    return history.set_of(name for name, step in history.steps.items() if step.by in devices)


def parents_vouch(history: History, removal: str) -> int:
    gone = REACHED(history, history.steps[removal].removes)
    return HITS(history, removal) & ~all_before(history, [n for n, s in history.steps.items() if s.by not in gone])


def joins_vouch(history: History, removal: str) -> int:
    joins = [name for name, step in history.steps.items() if len(step.parents) > 1]
    return HITS(history, removal) & ~all_before(history, joins)


def pinned_additions(history: History, pinned: int) -> tuple[int, int]:
    stands, fell = DECIDE(history, pinned)
    return stands | pinned, fell & ~pinned


def foreign_cards(history: History, name: str, person: str) -> bool:
    step = history.steps[name]
    return not step.admins and not step.removes and person in step.cards.values()


def grants_from_anywhere(history: History, name: str, among: int) -> bool:
    own = history.before[name]
    history.before[name] = -1
    try:
        return GRANTED(history, name, among)
    finally:
        history.before[name] = own


def listing_brings_back(history: History, stands: int, counting: int) -> tuple[dict[str, str], frozenset[str]]:
    late = {
        device: person
        for removal in history.names(counting)
        for name in history.names(stands)
        if history.before[name] & history.bit[removal]
        for device, person in history.steps[name].cards.items()
    }
    found, admins = LISTED(history, stands, counting)
    return {**found, **late}, admins


def signed_by_anybody(history: History, name: str, among: int) -> bool:
    signer = history.steps[name].by
    return any(listing & among & history.before[name] for listing in history.listed.get(signer, {}).values())


def usable_without(check: str) -> Callable[[KeyEvent, Roster], bool]:
    """``epoch.usable`` without one of its three conditions."""

    def usable(one: KeyEvent, view: Roster) -> bool:
        to, author = set(one.head.epoch.to), one.head.dev
        held = {
            "author": author in view.cards and author in to,
            "outside": to <= view.cards.keys(),
            "removals": {removal.version for removal in view.removals} <= {version.id for version in one.versions},
        }
        return all(holds for name, holds in held.items() if name != check)

    return usable


LISTED, NEWEST = trust.listed, trust.newest
LEFT_OUT: dict[str, tuple[Callable[[], None], ModuleType, str, object]] = {
    "the cut": (the_cut, trust, "hits", lambda history, removal: 0),
    "devices cut with their person": (
        devices_go_with_their_person, trust, "reached", lambda history, removed: frozenset(removed),
    ),
    "a cut that voids earlier work": (a_cut_voids_nothing_earlier, trust, "hits", hits_earlier_too),
    "pins": (pins, trust, "decide", lambda history, pinned: DECIDE(history, 0)),
    "pinned additions": (pinned_are_removals_only, trust, "decide", pinned_additions),
    "parents that vouch": (parents_do_not_vouch, trust, "hits", parents_vouch),
    "joins that vouch": (joins_do_not_vouch, trust, "hits", joins_vouch),
    "no dispute": (a_ring_is_a_dispute, trust, "disputed", lambda history, undecided, fell: False),
    "wrong parents": (parents_are_what_stands, trust, "newest", lambda history, among: NEWEST(history, -1)),
    "settling without a full list": (only_a_full_list_settles, trust, "settles", lambda history, name: True),
    "the admin check": (admins_only, trust, "granted", signed_by_anybody),
    "foreign cards": (own_business_has_own_cards, trust, "own_business", foreign_cards),
    "grants that need not stand": (
        grants_must_stand, trust, "granted", lambda history, name, among: GRANTED(history, name, -1),
    ),
    "the epoch's author": (an_epoch_has_a_member_as_author, epoch, "usable", usable_without("author")),
    "the ring of own business": (
        own_business_is_no_dispute, trust, "disputed", lambda history, undecided, fell: undecided != 0,
    ),
    "a removed card that returns": (the_removed_never_return, trust, "listed", listing_brings_back),
    "a grant that is no ancestor": (a_grant_is_an_ancestor, trust, "granted", grants_from_anywhere),
    "an epoch that reaches outside the roster": (
        an_epoch_stays_inside_the_list, epoch, "usable", usable_without("outside"),
    ),
    "an epoch older than a removal": (an_old_epoch_does_not_come_back, epoch, "usable", usable_without("removals")),
}  # fmt: skip


@contextmanager
def left_out(rule: str) -> Iterator[None]:
    """Plays without one rule."""
    _, module, name, instead = LEFT_OUT[rule]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, name, instead)
        yield


@pytest.mark.parametrize("rule", LEFT_OUT)
def test_the_scene_holds_with_all_rules(rule: str) -> None:
    """What a rule is there for, in one scene."""
    LEFT_OUT[rule][0]()


@pytest.mark.parametrize("rule", LEFT_OUT)
def test_a_rule_that_is_left_out_is_caught(rule: str) -> None:
    """The same scene ends differently without it."""
    with left_out(rule), pytest.raises(AssertionError):
        LEFT_OUT[rule][0]()


def test_the_worked_example_is_true() -> None:
    """The example in the module's docstring is run."""
    result = doctest.testmod(trust)
    assert result.attempted == 8
    assert not result.failed


def test_what_waits_for_an_ancestor_counts_for_nothing() -> None:
    """Rule 1: until Clara's listing is here, neither her work nor what builds on it is looked at."""
    dora = Step("c1", ["clara"], cards={"d1": "Dora"})
    steps = {"found": FOUND, "boris": BORIS, "dora": dora}
    assert list(trust.judge(History(steps, "found")).members) == ["a1", "b1"]
    assert list(trust.judge(History({**steps, "clara": CLARA}, "found")).members) == ["a1", "b1", "c1", "d1"]


def test_a_second_beginning_is_ignored() -> None:
    """Only the genesis has no parents."""
    other = Step("x1", cards={"x1": "Xenia"}, admins={"Xenia"})
    assert members(other=other, more=Step("x1", ["other", "clara"], cards={"y1": "Yuri"})) == ["a1", "b1", "c1"]


def test_a_device_that_claims_two_persons_goes_with_either() -> None:
    """A second card under a new name is no way back in for removed keys."""
    renamed = Step("a1", ["out"], cards={"b1": "Bohdan"})
    assert members(out=OUT, renamed=renamed) == ["a1", "c1"]


def test_bytes_are_as_they_were() -> None:
    """A change is canonical JSON with exactly the fields of the design."""
    borys, _ = collective()
    value = canonical.decode_object(borys.line)
    assert [*value] == ["admins", "by", "cards", "collective", "cuts", "parents", "removes", "v"]
    assert value["cards"] == [msgspec.to_builtins(roster.make_card(BORYS))]
