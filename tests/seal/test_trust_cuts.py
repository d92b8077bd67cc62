"""Which segments of a removed device count, wait for others, or are set aside."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.seal import roster
from archive.seal.cuts import Sifted, sift
from archive.seal.identity import Identity
from archive.seal.roster import Removal, Roster

ANNA = Identity(bytes(range(32)), "aa" * 16)
GENESIS = roster.found(ANNA, os.urandom)
MEMBERS = roster.judge([GENESIS], GENESIS.id)
CHAIN = {"s1": None, "s2": "s1", "s3": "s2", "s4": "s3"}  # each segment and the one before it


def cut(*heads: str | None) -> Roster:
    """A list from which the device d was removed, once for each head."""
    removals = (
        Removal(str(n), "a", frozenset("d"), frozenset("d"), {"d/c": head} if head else {})
        for n, head in enumerate(heads)
    )
    return replace(MEMBERS, removals=tuple(removals))


def sifted(count: str = "", pending: str = "", aside: str = "") -> Sifted:
    return Sifted(*(frozenset(names.split()) for names in (count, pending, aside)))


def without(*names: str) -> dict[str, str | None]:
    return {name: prev for name, prev in CHAIN.items() if name not in names}


@pytest.mark.parametrize(
    ("heads", "links", "expected"),
    [
        (["s4"], CHAIN, sifted("s1 s2 s3 s4")),
        (["s2"], CHAIN, sifted("s1 s2", aside="s3 s4")),
        ([None], CHAIN, sifted(aside="s1 s2 s3 s4")),
        (["s3", "s2"], CHAIN, sifted("s1 s2", aside="s3 s4")),
        (["s3", None], CHAIN, sifted(aside="s1 s2 s3 s4")),
        (["s3"], without("s2"), sifted("s3", "s1", "s4")),
        (["s3"], without("s3"), sifted(pending="s1 s2 s4")),
        (["s3", "s2"], without("s3"), sifted(pending="s1 s2", aside="s4")),
        (["s3"], {**CHAIN, "x3": "s2", "x4": "x3"}, sifted("s1 s2 s3", aside="s4 x3 x4")),
        (["s3"], {}, sifted()),
    ],
    ids=[
        "all of it", "up to the head", "not named", "two removals", "one removal does not name it", "a gap",
        "the head is missing", "one head is missing", "a fork beside it", "nothing here",
    ],
)  # fmt: skip
def test_a_chain_counts_up_to_the_cut(heads: list[str | None], links: dict[str, str | None], expected: Sifted) -> None:
    """What leads up to every head counts; what goes on from it or beside it does not; a gap leaves older ones open."""
    assert sift(cut(*heads), "d", "c", links) == expected


def test_members_count_and_strangers_do_not() -> None:
    """Without a removal it is the list that decides."""
    assert sift(MEMBERS, ANNA.device, "c", CHAIN) == sifted("s1 s2 s3 s4")
    assert sift(MEMBERS, "nobody", "c", CHAIN) == sifted(aside="s1 s2 s3 s4")


def test_another_chain_of_the_device_has_its_own_cut() -> None:
    """A restored laptop's second chain is not covered by the first one's head."""
    assert sift(cut("s4"), "d", "other", CHAIN) == sifted(aside="s1 s2 s3 s4")


@given(st.lists(st.sampled_from([*CHAIN, None]), min_size=1, max_size=3), st.sets(st.sampled_from([*CHAIN])))
def test_more_files_only_decide_what_was_open(heads: list[str | None], here: set[str]) -> None:
    """Each segment is in one of the three parts; what counts or is set aside stays so when the rest arrives."""
    part = sift(cut(*heads), "d", "c", {name: prev for name, prev in CHAIN.items() if name in here})
    whole = sift(cut(*heads), "d", "c", CHAIN)
    assert part.count | part.pending | part.aside == here
    assert len(part.count) + len(part.pending) + len(part.aside) == len(here)
    assert part.count <= whole.count and part.aside <= whole.aside and not whole.pending
