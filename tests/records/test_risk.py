"""Risk is confirmed, not dated: what nobody confirmed in time counts as the worst case."""

from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from archive.records.kinds import Risk, RiskBasis, Where
from archive.records.risk import THREATS, days_valid, overdue_from, standing

TODAY = "2026-11-22"


def test_no_risk_block_is_the_worst_case() -> None:
    assert standing(None, TODAY).grave
    assert not standing(None, TODAY).confirmed


@pytest.mark.parametrize(
    ("fields", "days"),
    [
        ({"where": "abroad-with-status", "in_custody": True}, 30),
        ({"where": "in-country", "in_military_control": True}, 30),
        ({"where": "in-country"}, 90),
        ({"where": "abroad-with-status", "family_in_reach": True}, 90),
        ({"where": "abroad-with-status"}, 365),
    ],
)
def test_a_confirmation_holds_for_so_many_days(fields, days: int) -> None:
    last = (date.fromisoformat(TODAY) - timedelta(days=days)).isoformat()
    before = (date.fromisoformat(TODAY) - timedelta(days=days + 1)).isoformat()
    assert standing(Risk(as_of=last, basis="spoke", **fields), TODAY).confirmed
    assert not standing(Risk(as_of=before, basis="spoke", **fields), TODAY).confirmed


def test_nobody_asked_renews_nothing() -> None:
    risk = Risk(where="abroad-with-status", as_of=TODAY, basis="nobody-asked")
    assert standing(risk, TODAY).grave


def test_a_date_ahead_of_today_confirms_nothing() -> None:
    risk = Risk(where="abroad-with-status", as_of="2027-01-01", basis="spoke")
    assert not standing(risk, TODAY).confirmed


@pytest.mark.parametrize("danger", ["in_custody", "in_military_control", "family_in_reach", "wanted"])
def test_each_danger_alone_is_grave(danger: str) -> None:
    safe = Risk(where="abroad-with-status", as_of=TODAY, basis="spoke")
    assert not standing(safe, TODAY).grave
    assert standing(Risk(where="abroad-with-status", as_of=TODAY, basis="spoke", **{danger: True}), TODAY).grave


def test_publication_can_wait_for_a_day() -> None:
    risk = Risk(where="abroad-with-status", as_of=TODAY, basis="spoke", hold_publication_until="2026-11-23")
    assert standing(risk, TODAY).held
    assert not standing(risk, "2026-11-23").held


RISKS = st.builds(
    Risk,
    where=st.sampled_from(get_args(Where)),
    as_of=st.dates(date(2024, 1, 1), date(2026, 12, 31)).map(str),
    basis=st.sampled_from(get_args(RiskBasis)),
    **{name: st.booleans() for name in THREATS},
)
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
EDGES = st.sampled_from([0, 1, 29, 30, 31, 89, 90, 91, 364, 365, 366])


@given(RISKS, EDGES, st.integers(1, 400))
def test_what_is_overdue_stays_overdue_and_counts_as_the_worst(risk: Risk, age: int, later: int) -> None:
    """Time alone confirms nothing once it was confirmed; the day it ends is the day that ``overdue_from`` tells."""
    day = date.fromisoformat(risk.as_of) + timedelta(days=age)
    now, then = standing(risk, str(day)), standing(risk, str(day + timedelta(days=later)))
    assert now.grave or now.confirmed
    assert now.confirmed == (str(day) < overdue_from(risk))
    assert now.confirmed or (not then.confirmed and then.grave)


@given(RISKS, DAYS, st.sampled_from(THREATS))
def test_a_threat_more_never_makes_anybody_safer(risk: Risk, day: date, threat: str) -> None:
    """It is confirmed for as long or shorter, and what was grave stays grave."""
    worse = structs.replace(risk, **{threat: True})
    before, after = standing(risk, str(day)), standing(worse, str(day))
    assert days_valid(worse) <= days_valid(risk)
    assert after.grave and (before.confirmed or not after.confirmed)


@given(RISKS, DAYS)
def test_nobody_is_safe_but_who_is_abroad_confirmed_and_unthreatened(risk: Risk, day: date) -> None:
    """What is not grave has every reason for it."""
    if not standing(risk, str(day)).grave:
        assert risk.where == "abroad-with-status" and risk.basis != "nobody-asked"
        assert not any(getattr(risk, name) for name in THREATS)
        assert day <= date.fromisoformat(risk.as_of) + timedelta(days=365)
