"""What waits is told in an order, in nine lines, and on the right day; risk ages; small numbers are not published."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.casework import numbers
from archive.records import due, risk, status
from archive.records.kinds import Consent, Deadline, Person, Risk, Step
from archive.records.status import StatusLine

COMMON = {"id": "1" * 32, "created": "2026-01-01T00:00Z", "entered_by": "d"}
TODAY = "2026-11-26"
DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1)).map(str)
RISKS = st.builds(
    Risk,
    where=st.sampled_from(["in-country", "in-transit", "abroad-with-status", "abroad-without-status", "unknown"]),
    as_of=DAYS,
    basis=st.sampled_from(["spoke", "relative-or-lawyer", "public", "nobody-asked"]),
    in_custody=st.booleans(),
    in_military_control=st.booleans(),
    family_in_reach=st.booleans(),
    wanted=st.booleans(),
)


@given(RISKS, DAYS)
def test_risk_ages_by_its_own_rule_and_status_tells_on_the_same_day(block: Risk, today: str) -> None:
    """30 days in custody or the army's hands, 365 safe abroad, else 90; nobody asked renews nothing."""
    days = (date.fromisoformat(today) - date.fromisoformat(block.as_of)).days
    limit = 30 if block.in_custody or block.in_military_control else 90
    if limit == 90 and block.where == "abroad-with-status" and not block.family_in_reach:
        limit = 365
    confirmed = block.basis != "nobody-asked" and -1 <= days <= limit
    standing = risk.standing(block, today)
    assert standing.confirmed is confirmed
    assert standing.grave or confirmed
    waiting = [one for one in due.of(Person(**COMMON, pseudonym="X", risk=block)) if one.what == "risk"]
    if days >= -1:
        assert (waiting[0].day <= today) is not confirmed


def test_who_was_never_asked_about_waits_from_the_beginning() -> None:
    """And somebody who is the same as somebody else waits for nothing."""
    assert [one.day for one in due.of(Person(**COMMON, pseudonym="X"))] == [due.ALWAYS]
    assert list(due.of(Person(**COMMON, pseudonym="X", merged_into="2" * 32))) == []


def test_a_term_is_pressing_its_warning_days_before_and_a_done_one_never() -> None:
    """Steps from the day they are due, until they are answered."""
    dates = (Deadline(what="h", on="2027-01-15", warn_days=10), Deadline(what="h", on="2027", done=True))
    case = Person(**COMMON, pseudonym="X", merged_into="2" * 32, dates=dates)
    assert [one.day for one in due.of(case) if one.what == "date"] == ["2027-01-05"]
    step = {**COMMON, "type": "complaint", "due": "2026-12-01"}
    assert [one.day for one in due.of(Step(**step))] == ["2026-12-01"]
    assert list(due.of(Step(**step, answered="2026-11-30"))) == []
    assert [one.day for one in due.of(Step(**step, answered="2026-11-30", next="2027-01-01"))] == ["2027-01-01"]
    assert [one.what for one in due.of(Step(**step, withdrawal="2" * 32))] == ["withdrawal"]


def test_a_withdrawal_has_no_end_to_wait_for() -> None:
    """Only what was agreed to ends."""
    said = {**COMMON, "person": "2" * 32, "given_by": "self", "method": "written", "given_at": "2026-01-01"}
    assert [one.day for one in due.of(Consent(**said, purposes=("keep",)))] == ["2027-12-02"]
    assert list(due.of(Consent(**said, withdraws=("keep",)))) == []


MATTERS = st.sampled_from(["withdrawal", "answer", "date", "risk", "plain-export", "consent", "recovery", "inbox"])
LINES = st.lists(
    st.builds(StatusLine, matter=MATTERS, count=st.just(1), text=st.text(max_size=5), command=st.just("archive x"),
              on=st.none() | DAYS),
    max_size=20,
)  # fmt: skip


@given(LINES)
def test_nine_lines_at_most_and_nothing_pressing_is_left_out(lines: list[StatusLine]) -> None:
    """What is left out is never more pressing than what is told."""
    told = status.told(lines, TODAY)
    assert len(told.lines) == min(len(lines), 9) and told.more == len(lines) - len(told.lines)
    order = [status.urgency(line, TODAY) for line in told.lines]
    assert order == sorted(order)
    left = [line for line in lines if line not in told.lines]
    assert all(status.urgency(line, TODAY) >= order[-1] for line in left)


def test_a_term_that_is_over_comes_before_everything_but_damage() -> None:
    """A hearing tomorrow comes before a withdrawal of last month; one in a month does not."""

    def line(matter: str, on: str | None) -> StatusLine:
        return StatusLine(matter=matter, count=1, text=matter, command="archive x", on=on)  # type: ignore[arg-type]

    far = (date.fromisoformat(TODAY) + timedelta(days=30)).isoformat()
    lines = [line("inbox", None), line("date", far), line("withdrawal", "2026-10-01"), line("date", TODAY)]
    assert [one.on for one in status.told(lines, TODAY).lines] == [TODAY, "2026-10-01", far, None]


@pytest.mark.parametrize(("day", "words"), [(TODAY, "today"), ("2026-11-27", "tomorrow"), ("2026-11-25", "1 day over"),
                                            ("2026-12-06", "in 10 days")])  # fmt: skip
def test_how_far_away_a_day_is(day: str, words: str) -> None:
    """In words that need no reckoning."""
    assert status.when(day, TODAY) == words


@given(st.dictionaries(st.text(max_size=3), st.integers(1, 50), max_size=8))
def test_no_small_number_can_be_read_or_reckoned_from_a_published_table(table: dict[str, int]) -> None:
    """None below five; and never only one missing, or the total would tell it."""
    told = numbers.suppressed(table)
    assert set(told) == set(table)
    shown = {name: count for name, count in told.items() if count != numbers.SUPPRESSED}
    assert all(count >= numbers.SMALLEST and count == table[name] for name, count in shown.items())
    missing = len(table) - len(shown)
    assert missing != 1 or len(table) == 1
