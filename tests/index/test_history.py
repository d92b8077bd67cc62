"""The bin, shreds and moves as the index tells them."""

from __future__ import annotations

import pytest
from index_material import OURS, case, entry, fill, number, person, segment, told

from archive.errors import NotFoundError
from archive.index.filters import Query
from archive.index.index import Index
from archive.records import kinds
from archive.vault.deeds import Keep, Moved, Shred, Tomb
from archive.vault.entry import read_line, write_line

SALT = bytes(16)


def tomb(record: str, *parents: str):
    return read_line(write_line(Tomb(id=record, parents=parents), SALT))


def gone(index: Index, ident: str) -> bool:
    return (
        index.get(ident) is None and not index.listing("testimony") and not index.search(Query(text="heronword")).total
    )


@pytest.mark.parametrize("tomb_first", [False, True])
def test_a_tombstone_takes_a_record_out_of_lists_and_search(index: Index, tomb_first: bool) -> None:
    """Whichever came first; its reference still means it where the bin is asked for."""
    put = entry(told("1", text="heronword"))
    away = tomb(number("1"), put.hash)
    for one in [away, put] if tomb_first else [put, away]:
        fill(index, one)
    assert gone(index, number("1"))
    assert index.search(Query(text="", kinds=("testimony",))).total == 0
    ref = index.ref(number("1"))
    assert index.resolve(ref, binned=True) == number("1")
    with pytest.raises(NotFoundError):
        index.resolve(ref)
    assert [tip.record for tip in index.binned(OURS)] == [number("1")]
    assert {tip.kind for tip in index.states(number("1"), OURS)} == {"testimony", "tomb"}


def test_what_follows_a_tombstone_brings_the_record_back(index: Index) -> None:
    put = entry(told("1", text="heronword"))
    away = tomb(number("1"), put.hash)
    fill(index, put, away, entry(told("1", text="heronword"), away.hash))
    assert index.search(Query(text="heronword")).total == 1
    assert index.binned(OURS) == ()


def test_an_edit_made_apart_keeps_the_record_in_sight(index: Index) -> None:
    """Two heads, one of them a tombstone: somebody has to say which."""
    put = entry(told("1", text="heronword"))
    fill(index, put, tomb(number("1"), put.hash), entry(told("1", text="heronword again"), put.hash))
    assert index.search(Query(text="heronword")).total == 1
    assert [tip.kind for tip in index.tips(number("1"), OURS)].count("tomb") == 1
    assert len(index.heads(number("1"))) == 1


def test_a_binned_person_is_found_by_no_name(index: Index) -> None:
    """The identity stays, to hide the names, and nothing is found by it."""
    from index_material import identity

    raven = entry(person("2", "Raven"))
    fill(index, raven, identity("3", raven.record, surname="Сокіл"), tomb(number("2"), raven.hash))
    assert index.search(Query(text="Сокіл")).total == 0
    assert isinstance(index.identities(OURS)[0].record, kinds.Identity)


def test_moves_are_followed_step_by_step(index: Index) -> None:
    """A ring ends somewhere."""
    names = ["1" * 64, "2" * 64, "3" * 64]
    for source, target in zip(names, [*names[1:], names[0]], strict=True):
        fill(index, read_line(write_line(Moved(source=source, target=target), SALT)))
    assert index.moved(OURS, names[0]) == (names[1], names[2], names[0])
    assert index.moved(OURS, "4" * 64) == ()
    assert len(index.moves(OURS)) == 3


def test_shreds_and_what_took_them_back_are_listed(index: Index) -> None:
    shred = read_line(write_line(Shred(entries=("1" * 64,), files=()), SALT))
    keep = read_line(write_line(Keep(shreds=(shred.hash,)), SALT))
    fill(index, shred, keep)
    assert [tip.entry for tip in index.deeds("shred", OURS)] == [shred]
    assert [tip.entry for tip in index.deeds("keep", OURS)] == [keep]
    assert index.count(OURS) == 0


def test_the_last_thing_a_device_did(index: Index) -> None:
    """The newest segment that says something about a record."""
    index.enter(OURS, [segment(case("1"), name="a", at="2026-03-01T10:00Z")])
    index.enter(OURS, [segment(case("2"), case("3"), name="b", at="2026-03-01T10:00Z", seq=2)])
    assert [tip.record for tip in index.last_of("d" * 64, OURS)] == [number("2"), number("3")]
    assert index.last_of("e" * 64, OURS) == ()


def test_files_that_are_gone_are_not_counted_as_entered(index: Index) -> None:
    index.enter(OURS, [segment(case("1"), name="a")])
    index.forget(OURS, ["a"])
    assert index.applied(OURS) == frozenset()
    assert index.get(number("1"))
