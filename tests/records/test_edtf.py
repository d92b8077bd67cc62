"""Dates: what is accepted, how it is made coarser, and which days it can mean."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import UsageError
from archive.records import edtf

GOOD = (
    "2024", "2024-03", "2024-03-07", "2024?", "2024-03~", "2024-03-07%", "202X", "2024-XX", "2024-03-XX", "2024-21",
    "2024/2025", "2024-03/..", "../2024-03-07", "/2024", "2024-02-29",
)  # fmt: skip
BAD = (
    "", "/", "../..", "24", "2024-13", "2024-02-30", "2023-02-29", "2024-3-7", "07.03.2024", "2024-21-01",
    "2024/2025/2026", "2024-00", "20XX-01", "2024-03-07T10:00", "yesterday",
)  # fmt: skip


@pytest.mark.parametrize("text", GOOD)
def test_a_date_of_level_0_or_1_is_taken_as_it_is(text: str) -> None:
    assert edtf.parse(text) == text


@pytest.mark.parametrize("text", BAD)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        edtf.parse(text)


@pytest.mark.parametrize(
    ("fine", "coarse"),
    [
        ("2024-03-07", "2024-03"),
        ("2024-03-07~", "2024-03~"),
        ("2024-03-XX", "2024-03"),
        ("2024-03-07/2024-05-01?", "2024-03/2024-05?"),
        ("2024-03-07/..", "2024-03/.."),
        ("2024-03-07/2024-03-12", "2024-03"),
        ("2024-03-07/2024-03-12~", "2024-03/2024-03~"),
        ("../..", "../.."),
        ("2024", "2024"),
        ("2024-21", "2024-21"),
    ],
)
def test_nothing_finer_than_a_month_is_left(fine: str, coarse: str) -> None:
    assert edtf.to_month(fine) == coarse


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-03", "2024-03-01", "2024-03-31"),
        ("202X", "2020-01-01", "2029-12-31"),
        ("2024-21", "2024-03-01", "2024-05-31"),
        ("2024-03/..", "2024-03-01", "9999-12-31"),
        ("/2024-03-07~", "0000-01-01", "2024-03-07"),
    ],
)
def test_a_date_stands_for_a_first_and_a_last_day(text: str, first: str, last: str) -> None:
    assert edtf.bounds(text) == (first, last)


@given(st.dates())
def test_every_day_is_a_date_and_its_month_hides_the_day(day) -> None:
    text = day.isoformat()
    assert edtf.parse(text) == text
    assert edtf.to_month(text) == text[:7]
    assert edtf.bounds(text) == (text, text)


@given(st.text(max_size=20))
def test_no_text_makes_it_stumble(text: str) -> None:
    with contextlib.suppress(UsageError):
        edtf.bounds(edtf.parse(text))
