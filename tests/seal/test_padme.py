"""PADMÉ: lengths are rounded up, by little, and to few different ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.seal.padme import padded

SIZES = st.integers(min_value=0, max_value=1 << 50)


@pytest.mark.parametrize(
    ("size", "expected"),
    [(0, 0), (1, 1), (2, 2), (8, 8), (9, 10), (17, 18), (100, 104), (129, 144), (1000, 1024), (3_000_000, 3_014_656)],
)
def test_known_lengths(size: int, expected: int) -> None:
    """Lengths computed by hand from the paper's algorithm."""
    assert padded(size) == expected


@given(SIZES)
def test_never_shorter_and_at_most_12_percent_longer(size: int) -> None:
    """The paper's bound holds."""
    assert size <= padded(size) <= size * 1.12


@given(SIZES)
def test_a_padded_length_stays(size: int) -> None:
    """Padding twice is padding once."""
    assert padded(padded(size)) == padded(size)


@given(SIZES)
def test_longer_stays_longer(size: int) -> None:
    """Lengths keep their order."""
    assert padded(size) <= padded(size + 1)


def test_few_lengths_remain() -> None:
    """Of a million lengths, a hundred and some are left to tell files by."""
    assert len({padded(size) for size in range(1, 1_000_000, 7)}) < 400
