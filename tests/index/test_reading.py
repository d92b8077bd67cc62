"""Records out of the index: lists in a stable order, what belongs to a case or a person, and collectives kept apart."""

from __future__ import annotations

from typing import Any

import pytest
from index_material import (
    CASE,
    COMMON,
    OURS,
    THEIRS,
    case,
    consent,
    entry,
    fill,
    identity,
    number,
    person,
    scrubbed,
    segment,
    told,
)

from archive.errors import AmbiguousError
from archive.index.index import Index
from archive.index.reading import Stored
from archive.records import kinds


def ids(found: tuple[Stored, ...]) -> list[str]:
    return [stored.record.id for stored in found]


def test_listing_is_oldest_first_then_by_id(index: Index) -> None:
    fill(index, told("3"), told("1"), told("2", created="2025-01-01T00:00Z"), person("9"))
    assert ids(index.listing("testimony")) == [number("2"), number("1"), number("3")]
    assert ids(index.listing("person")) == [number("9")]
    assert ids(index.listing("testimony", newest=2)) == [number("1"), number("3")]
    assert (index.count_of("testimony"), index.count_of("person", OURS), index.count_of("photo")) == (3, 1, 0)
    assert index.listing("photo") == ()


def test_what_belongs_to_a_case(index: Index) -> None:
    raven, finch = person("1", cases=(CASE,)), person("2", case=CASE)
    fill(index, case(CASE), case("d"), raven, finch, person("3"), told("4", case=CASE), told("5", case=number("d")))
    assert ids(index.listing("person", CASE)) == [raven.id, finch.id]
    assert ids(index.of_case(CASE)) == [raven.id, finch.id, number("4")]
    assert ids(index.listing("testimony", CASE)) == [number("4")]
    assert index.of_case(number("e")) == ()


def test_what_belongs_to_a_person(index: Index) -> None:
    raven, finch = person("1"), person("2")
    fill(index, raven, finch, identity("3", raven), identity("4", finch), consent("5", raven), consent("6", finch))
    fill(index, told("7", about=(raven.id,), mentions=(finch.id,)), told("8", about=(raven.id,), mentions=(raven.id,)))
    assert ids(index.identities_of(raven.id)) == [number("3")]
    assert ids(index.consents_of(raven.id)) == [number("5")]
    assert ids(index.about(raven.id)) == [number("7"), number("8")]
    assert ids(index.mentioning(raven.id)) == [number("8")]
    assert ids(index.mentioning(finch.id)) == [number("7")]
    assert ids(index.identities()) == [number("3"), number("4")]


def test_no_head_of_a_name_or_a_consent_is_overlooked(index: Index) -> None:
    """Hiding and withholding have to know all of them."""
    raven = person("1")
    first, asked = entry(identity("3", raven)), entry(consent("5", raven))
    names = [entry(identity("3", raven, surname=surname), first.hash) for surname in ("Сокіл", "Немченко")]
    said = [entry(consent("5", raven, withdraws=purposes), asked.hash) for purposes in (("keep",), ("lawyer",))]
    fill(index, raven, first, asked, *names, *said)
    assert {head.entry for head in index.identities_of(raven.id)} == {one.hash for one in names}
    assert {head.entry for head in index.identities()} == {one.hash for one in names}
    assert {head.entry for head in index.consents_of(raven.id)} == {one.hash for one in said}


def test_an_identity_of_another_person_after_an_edit_is_no_longer_found(index: Index) -> None:
    raven, finch = person("1"), person("2")
    first = entry(identity("3", raven))
    fill(index, raven, finch, first)
    fill(index, entry(identity("3", finch), first.hash))
    assert index.identities_of(raven.id) == ()
    assert ids(index.identities_of(finch.id)) == [number("3")]


def test_another_collective_adds_no_consent_and_no_name(index: Index) -> None:
    """Even if it knows the id of the person."""
    raven = person("1")
    fill(index, raven)
    fill(index, consent("5", raven), identity("6", raven), told("7", about=(raven.id,)), collective=THEIRS)
    assert index.consents_of(raven.id) == index.identities_of(raven.id) == index.about(raven.id) == ()


def test_an_id_in_two_collectives_is_ambiguous_until_one_is_named(index: Index) -> None:
    fill(index, person("1", "ours"), consent("5", person("1")))
    fill(index, person("1", "theirs"), collective=THEIRS)
    with pytest.raises(AmbiguousError):
        index.get(number("1"))
    with pytest.raises(AmbiguousError):
        index.consents_of(number("1"))
    stored = index.get(number("1"), THEIRS)
    assert stored is not None
    assert (stored.collective, stored.record.pseudonym) == (THEIRS, "theirs")  # type: ignore[union-attr]
    assert ids(index.consents_of(number("1"), OURS)) == [number("5")]
    assert index.consents_of(number("1"), THEIRS) == ()
    assert len(index.listing("person")) == 2
    assert len(index.listing("person", collective=OURS)) == 1


def test_unknown_is_none(index: Index) -> None:
    assert index.get(number("1")) is None
    assert index.heads(number("1")) == ()


def test_known_original_is_per_collective(index: Index) -> None:
    fill(index, told("1", scrub=scrubbed("7" * 64)))
    assert index.known_original(OURS, "7" * 64) == number("1")
    assert index.known_original(THEIRS, "7" * 64) is None
    assert index.known_original(OURS, "8" * 64) is None


def test_custody_and_dossiers_are_listed(index: Index) -> None:
    shown: dict[str, Any] = {"event": "access", "concerns": (number("1"),)}
    event = kinds.Custody(id=number("5"), **shown, **COMMON)  # type: ignore[arg-type]
    bundle: dict[str, Any] = {"template": "public", "profile": "advocacy", "bundle_sha256": "1" * 64}
    dossier = kinds.Dossier(id=number("6"), **bundle, **COMMON)  # type: ignore[arg-type]
    fill(index, told("1"), told("2"), event, dossier)
    assert ids(index.listing("custody")) == ids(index.custody_of(number("1"))) == [number("5")]
    assert index.custody_of(number("2")) == ()
    assert ids(index.listing("dossier")) == [number("6")]


def test_the_log_is_in_journal_order_however_it_came(index: Index) -> None:
    """By the minute a device claims, then by its count of segments, then as the lines stand in the segment."""
    first = entry(told("2"))
    late = segment(
        told("9"), entry(told("2", text="edited"), first.hash), at="2026-05-01T10:00Z", name="a late", seq=12
    )
    middle = segment(told("7"), at="2026-05-01T10:00Z", name="middle", seq=3)
    early = segment(first, told("1"), at="2026-04-01T10:00Z", name="z early", seq=2)
    index.enter(OURS, [late, middle])
    index.enter(OURS, [early])
    assert [(line.at[5:7], line.record) for line in index.log()] == [
        ("04", number("2")), ("04", number("1")), ("05", number("7")), ("05", number("9")), ("05", number("2")),
    ]  # fmt: skip
    assert [line.segment for line in index.log([number("2")])] == ["z early", "a late"]
    assert {(line.device, line.kind, line.collective) for line in index.log()} == {("d" * 64, "testimony", OURS)}
    assert index.log(collective=THEIRS) == ()
    whole = index.log()
    assert [index.newest(many) for many in (1, 3, 9)] == [whole[-1:], whole[-3:], whole]
    assert [line.begins for line in whole] == [True, True, True, True, False]
    assert index.newest(3, THEIRS) == ()
