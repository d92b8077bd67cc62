"""References keep prefixes; forms refuse by the name of the field and never repeat its value."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import UsageError
from archive.records import forms, kinds, refs


@given(st.binary(min_size=16, max_size=16), st.integers(1, 25))
def test_a_prefix_of_the_reference_is_a_prefix_of_the_id(raw: bytes, digits: int) -> None:
    first, same_start = raw.hex(), bytearray(raw)
    same_start[-1] ^= 1  # the last bit: all digits but the last agree
    assert len(refs.encode(first)) == 26
    assert refs.encode(first)[:digits] == refs.encode(bytes(same_start).hex())[:digits]


def test_order_of_references_is_order_of_ids() -> None:
    ids = sorted(f"{number * 0x1234567:032x}" for number in range(100))
    assert sorted(ids, key=refs.encode) == ids


def test_misread_letters_are_mended() -> None:
    assert refs.mend(refs.normalise(" p3-ol i")) == "P3011"


@pytest.mark.parametrize(
    ("data", "form", "field"),
    [
        (b'{"title": ""}', forms.CaseForm, "title"),
        (b'{"titel": "x", "title": "SECRET"}', forms.CaseForm, "titel"),
        (b'{"date": "SECRET"}', forms.AddForm, "date"),
        (b'{"risk": {"where": "SECRET", "as_of": "2026-01-01", "basis": "spoke"}}', forms.PersonForm, "risk.where"),
        (b'{"names": [{"language": "SECRET!"}]}', forms.IdentityForm, "names[0].language"),
        (
            b'{"risk": {"where": "in-country", "as_of": "2026-01-01", "basis": "spoke", "in_custdy": true}}',
            forms.PersonForm,
            "risk.in_custdy",
        ),
        (
            b'{"names": [{"language": "en"}, {"language": "en", "surnme": "SECRET"}]}',
            forms.IdentityForm,
            "names.1.surnme",
        ),
        (b'{"title": "x", "dates": [{"what": "h", "on": "2027", "warn": 3}]}', forms.CaseForm, "dates.0.warn"),
        (b"{", forms.CaseForm, "JSON"),
        (b'"SECRET"', forms.CaseForm, "document"),
    ],
)
def test_a_refusal_names_the_field_and_not_the_value(data: bytes, form, field: str) -> None:
    with pytest.raises(UsageError) as refused:
        forms.read(data, form)
    assert field in refused.value.message
    assert "SECRET" not in refused.value.message + refused.value.hint


def test_a_case_takes_a_date_or_deadlines() -> None:
    assert forms.read(b'{"title": "x", "dates": "2024-03/2024-05"}', forms.CaseForm).dates == "2024-03/2024-05"
    listed = forms.read(b'{"title": "x", "dates": [{"what": "hearing", "on": "2027-01-14"}]}', forms.CaseForm).dates
    assert listed[0].what == "hearing"


@pytest.mark.parametrize(
    ("kind", "good"),
    [
        (kinds.Id, "a" * 32),
        (kinds.Sha256, "a" * 64),
        (kinds.Language, "uk"),
        (kinds.Language, "zh-Hant"),
        (kinds.Instant, "2026-11-22T10:05Z"),
        (kinds.Day, "2026-11-22"),
    ],
)
def test_a_pattern_does_not_let_a_newline_slip_in_behind(kind, good: str) -> None:
    assert msgspec.convert(good, kind) == good
    for bad in (good + "\n", "\n" + good, good + "x!"):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(bad, kind)
