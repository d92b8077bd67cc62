"""The genesis and how it is judged."""

from __future__ import annotations

import os

import msgspec
import pytest

from archive.errors import DamagedError
from archive.seal import canonical, roster
from archive.seal.identity import Identity
from archive.seal.roster import Version

ANNA = Identity(bytes(range(32)), "aa" * 16)
EVE = Identity(bytes(32), "ee" * 16)


def changed(version: Version, signer: Identity = ANNA, **fields: object) -> Version:
    """The version with other fields, signed anew."""
    line = canonical.encode({**canonical.decode_object(version.line), **fields})
    return Version(line, (signer.sign("version", line),))


def card_of(owner: Identity) -> dict[str, object]:
    return msgspec.to_builtins(roster.make_card(owner))


def test_the_founder_is_the_only_member_and_admin():
    """A genesis gives one card, one admin, and the collective's id is the hash of its bytes."""
    genesis = roster.found(ANNA, os.urandom)
    members = roster.judge([genesis], genesis.id)
    assert list(members.cards) == [ANNA.device]
    assert members.admins == {ANNA.person}
    assert members.judged
    assert members.id == members.collective == genesis.id


def test_the_same_person_founds_two_different_collectives():
    """The nonce keeps their ids apart."""
    assert roster.found(ANNA, os.urandom).id != roster.found(ANNA, os.urandom).id


def test_a_genesis_of_another_collective_is_refused():
    """The folder's name decides which genesis counts."""
    with pytest.raises(DamagedError):
        roster.judge([roster.found(ANNA, os.urandom)], roster.found(ANNA, os.urandom).id)


@pytest.mark.parametrize(
    "fields",
    [
        {"admins": ["other"]},
        {"admins": []},
        {"by": EVE.device},
        {"cards": []},
        {"cards": [card_of(ANNA), card_of(EVE)]},
        {"cards": [card_of(EVE)]},
        {"cards": [{**card_of(ANNA), "person": "other"}]},
        {"cards": [{**card_of(ANNA), "x": EVE.age_public.hex()}]},
        {"cuts": {"a": "b" * 64}},
        {"parents": ["0" * 64]},
        {"removes": ["x"]},
        {"v": 2},
        {"later": 1},
        {"nonce": ""},
    ],
    ids=str,
)
def test_a_genesis_that_says_anything_else_is_refused(fields):
    """Whatever is changed in it, even if signed again: no list comes of it."""
    version = changed(roster.found(ANNA, os.urandom), **fields)
    with pytest.raises(DamagedError):
        roster.judge([version], version.id)


def test_only_the_founders_signature_counts():
    """One by somebody else, for another purpose, none, or two are refused."""
    genesis = roster.found(ANNA, os.urandom)
    for signatures in (
        (),
        (EVE.sign("version", genesis.line),),
        (ANNA.sign("card", genesis.line),),
        genesis.signatures * 2,
        (b"",),
    ):
        with pytest.raises(DamagedError):
            roster.judge([Version(genesis.line, signatures)], genesis.id)


def test_any_further_version_makes_the_list_one_that_is_not_judged():
    """The founder still counts for reading."""
    genesis = roster.found(ANNA, os.urandom)
    members = roster.judge([genesis, changed(genesis, parents=[genesis.id])], genesis.id)
    assert not members.judged
    assert list(members.cards) == [ANNA.device]


def test_a_version_travels_as_a_line():
    """Line and back, byte for byte; a line that holds none is refused."""
    genesis = roster.found(ANNA, os.urandom)
    value = canonical.decode_object(roster.to_line(genesis))
    assert roster.from_line(value) == genesis
    for broken in ({**value, "sigs": ["zz"]}, {**value, "version": 1}, {**value, "v": 2}, {}):
        with pytest.raises(DamagedError):
            roster.from_line(broken)
