"""Risk is confirmed, not dated: what nobody confirmed in time counts as the worst case."""

import pytest

from archive.records.kinds import Risk
from archive.records.risk import standing

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
    from datetime import date, timedelta

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
