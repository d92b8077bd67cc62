"""References: as short as can be without a doubt; what is printed resolves; a doubt is told and never guessed."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from index_material import KEY, OURS, THEIRS, case, fill, identity, person, segment, told

from archive.errors import AmbiguousError, NotFoundError
from archive.index.index import Index
from archive.records.refs import encode

IDS = st.lists(
    st.tuples(st.sampled_from(["00000", "0000f", "8421", "c0ffee"]), st.binary(min_size=16, max_size=16)).map(
        lambda parts: (parts[0] + parts[1].hex())[:32]
    ),
    min_size=1,
    max_size=12,
    unique=True,
)


@settings(max_examples=60, deadline=None)
@given(ids=IDS, also=IDS)
def test_what_is_shown_is_shortest_and_resolves(ids: list[str], also: list[str]) -> None:
    """For people and testimonies with much the same ids: each ref resolves to its record, one digit less does not."""
    with Index.open(None, KEY) as index:
        fill(index, *(person(one) for one in ids), *(told(one) for one in set(also) - set(ids)))
        for one in ids:
            ref = index.ref(one)
            assert ref[0] == "P"
            assert encode(one).startswith(ref[1:])
            assert (
                index.resolve(ref)
                == index.resolve(ref.lower(), ("person",))
                == index.resolve(f" {ref[:3]}-{ref[3:]} ")
                == one
            )
            assert index.resolve(one) == index.resolve(one.upper()) == one
            if len(ref) > 5:
                with pytest.raises(AmbiguousError):
                    index.resolve(ref[:-1], ("person",))


def test_at_least_four_digits(index: Index) -> None:
    fill(index, person("1"))
    assert len(index.ref(person("1").id)) == 5


def test_a_ref_is_unambiguous_within_its_kind_only(index: Index) -> None:
    """The letter tells the kinds apart."""
    fill(index, person("abcdef1"), told("abcdef2"))
    assert index.ref(person("abcdef1").id)[1:] == index.ref(told("abcdef2").id)[1:]
    assert index.resolve(index.ref(told("abcdef2").id)) == told("abcdef2").id


def test_prefix_without_the_letter_and_misread_letters(index: Index) -> None:
    one = person("08421")  # 1100 and more in Crockford digits, which people read as IL OO
    fill(index, one)
    code = encode(one.id)
    assert index.resolve(code[:2]) == one.id
    misread = code[:4].replace("1", "l").replace("0", "o")
    assert misread != code[:4]
    assert index.resolve(misread) == index.resolve("p" + misread) == one.id


def test_all_digits_resolve_and_one_more_does_not(index: Index) -> None:
    """The last of the 26 digits holds three bits only: its neighbours stand for no id."""
    one = person("f" * 32)
    fill(index, one, person("0"))
    code = encode(one.id)
    assert index.resolve(code) == index.resolve("P" + code) == one.id
    for wrong in (code[:-1] + "X", code[:-1] + "Z", code + "0", "P" + code + "0"):
        with pytest.raises(NotFoundError):
            index.resolve(wrong)


def test_hex_needs_six_digits(index: Index) -> None:
    one = told("ffffffffff")
    fill(index, one)
    assert index.resolve("ffffff") == one.id
    with pytest.raises(NotFoundError):
        index.resolve("ffffe")


def test_kinds_narrow_what_counts(index: Index) -> None:
    fill(index, person("1"), told("11"))
    both = encode(person("1").id)[:1]
    assert index.resolve(both, ("person",)) == person("1").id
    assert index.resolve(both, ("testimony",)) == told("11").id
    with pytest.raises(AmbiguousError):
        index.resolve(both)
    with pytest.raises(NotFoundError):
        index.resolve(index.ref(person("1").id), ("case",))


def test_an_ambiguous_one_lists_refs_and_pseudonyms_of_persons_only(index: Index) -> None:
    raven = person("1", "Raven")
    fill(index, raven, person("11", "Finch"), case("12", "Secret title"), identity("13", raven))
    with pytest.raises(AmbiguousError) as caught:
        index.resolve(encode(raven.id)[:1])
    error = caught.value
    assert error.exit_code == 17
    refs = [index.ref(one.id) for one in (raven, person("11"), case("12"), identity("13", raven))]
    assert error.details == {"candidates": refs}
    assert all(ref in error.message for ref in refs)
    assert f"{refs[0]} (Raven)" in error.message
    assert "Finch" in error.message
    assert "Secret" not in error.message + error.hint
    assert "Кравець" not in error.message + error.hint


def test_many_candidates_are_cut(index: Index) -> None:
    fill(index, *(told(f"1{value:02x}") for value in range(40)))
    with pytest.raises(AmbiguousError, match="and more") as caught:
        index.resolve(encode(told("1").id)[:1])
    assert len(caught.value.details["candidates"]) == 8  # type: ignore[index]


def test_a_letter_alone_means_the_only_one_of_its_kind(index: Index) -> None:
    """Any unambiguous beginning will do, the kind's letter too."""
    fill(index, person("1"))
    assert index.resolve("P") == person("1").id
    fill(index, person("2"))
    with pytest.raises(AmbiguousError):
        index.resolve("p")


@pytest.mark.parametrize(
    "typed", ["", " ", "-", "Іван", "P\0", "%", "_" * 40, "P1' OR 1", "\ud800", "9" * 100_000, "F" * 32]
)
def test_nothing_answers_to_nonsense_and_it_is_not_repeated(index: Index, typed: str) -> None:
    """What was typed may be a name: the message does not say it."""
    fill(index, person("1"))
    with pytest.raises(NotFoundError) as caught:
        index.resolve(typed)
    assert caught.value.exit_code == 17
    assert not typed.strip() or len(typed) < 4 or typed not in caught.value.message


@settings(max_examples=200, deadline=None)
@given(typed=st.text())
def test_whatever_is_typed_is_answered(typed: str) -> None:
    """An id or exit 17, never another error."""
    with suppress(NotFoundError):
        assert FILLED.resolve(typed) in (person("1").id, told("2").id)


FILLED = Index.open(None, KEY)
FILLED.enter(OURS, [segment(person("1"), told("2"))])


def test_one_id_in_two_collectives_has_one_ref(index: Index) -> None:
    """Which of the two is asked when the record is fetched."""
    fill(index, person("1", "ours"))
    fill(index, person("1", "theirs"), collective=THEIRS)
    assert index.resolve(index.ref(person("1").id)) == person("1").id


def test_the_ref_of_nothing_is_not_found(index: Index) -> None:
    with pytest.raises(NotFoundError):
        index.ref("f" * 32)
