"""The one JSON form of everything signed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import DamagedError
from archive.seal import canonical

_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_values = st.recursive(
    st.none() | st.booleans() | st.integers(0, canonical.LARGEST) | _texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4),
    max_leaves=12,
)


@given(_values)
def test_writes_what_the_standard_library_writes_sorted_and_without_spaces(value):
    """An independent writer gives the same bytes, escapes and order of keys included."""
    theirs = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    assert canonical.encode(value) == theirs


@given(_values)
def test_what_is_written_is_read_back_equal(value):
    """Reading gives the value, and the value the bytes."""
    assert canonical.decode(canonical.encode(value)) == value


@pytest.mark.parametrize(
    "data",
    [
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a": 1}',
        b" 1",
        b"1\n",
        b"\xef\xbb\xbf1",
        b"1.0",
        b"1e3",
        b"-1",
        b"-0",
        b"01",
        b"9007199254740992",
        b"1" * 5000,
        b"NaN",
        b'"\\u0041"',
        b'"\\/"',
        b'"\\u001F"',
        b'"\\ud800"',
        b'"\xed\xa0\x80"',
        b'"\xff"',
        b'{"a":1',
        b"",
        b"[" * 17 + b"]" * 17,
        b"[" * 100_000,
    ],
)
def test_refuses_every_other_spelling(data):
    """Duplicates, spaces, order, floats, signs, needless escapes, half characters, depth: none is accepted."""
    with pytest.raises(DamagedError):
        canonical.decode(data)


def test_depth_sixteen_is_the_last_that_is_accepted():
    """The limit is where the format says."""
    data = b"[" * 16 + b"]" * 16
    assert canonical.encode(canonical.decode(data)) == data


def test_a_text_of_512_kib_is_the_longest():
    """Bytes count, not characters."""
    longest = "ї" * (canonical.STRING // 2)
    assert canonical.decode(canonical.encode([longest])) == [longest]
    with pytest.raises(DamagedError):
        canonical.encode([longest + "a"])


def test_refuses_to_write_what_cannot_be_read_back():
    """Floats, negative numbers, half characters and keys that are no text have no canonical form."""
    for value in (1.5, -1, 2**53, "\ud800", {1: 2}, [object()]):
        with pytest.raises(DamagedError):
            canonical.encode(value)


def test_an_object_is_asked_for_where_one_is_needed():
    """A list is not an object."""
    with pytest.raises(DamagedError):
        canonical.decode_object(b"[]")
