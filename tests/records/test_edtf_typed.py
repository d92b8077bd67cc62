"""Dates as people type them in four languages become EDTF, and nothing they type breaks the reading."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import UsageError
from archive.records import edtf, edtf_typed, edtf_words

TODAY = "2026-11-26"
TYPED = {
    "3.11.": "2026-11-03", "31.12.": "2025-12-31", "3.11.24": "2024-11-03", "3. 11. 2024": "2024-11-03",
    "11/2024": "2024-11", "spring": "2026-21", "winter": "2025-24", "навесні 2024": "2024-21",
    "весной 2024": "2024-21", "jaro 2023": "2023-21", "about 2024": "2024~", "близько 2024": "2024~",
    "около 2024 года": "2024~", "asi v březnu 2024": "2024-03~", "perhaps 2024": "2024?", "2024?": "2024?",
    "perhaps about 2024": "2024%", "3 листопада 2024": "2024-11-03", "5 марта": "2026-03-05",
    "3. listopadu 2024": "2024-11-03", "March 5, 2024": "2024-03-05", "в марте 2024 года": "2024-03",
    "березень 2024": "2024-03", "července 2024": "2024-07", "června 2024": "2024-06",
    "з березня до травня 2024": "2024-03/2024-05", "с марта по май 2024": "2024-03/2024-05",
    "od března do května 2024": "2024-03/2024-05", "between March and May 2024": "2024-03/2024-05",
    "3.11. – 5.11.2024": "2024-11-03/2024-11-05", "since March 2024": "2024-03/..", "до 2020": "../2020",
    "вчора": "2026-11-25", "loni": "2025", "today": TODAY, "2024-03/2024-05": "2024-03/2024-05", "1990s": "199X",
    "3-11-2024": "2024-11-03", "3.března 2024": "2024-03-03", "03.11.2024 р.": "2024-11-03",
    "early March": "2026-03~", "mid-March 2024": "2024-03~", "на початку березня": "2026-03~",
    "в начале марта 2024": "2024-03~", "začátkem března": "2026-03~", "koncem roku 2023": "2023~",
    "наприкінці 2023 року": "2023~", "в середине марта": "2026-03~", "kolem roku 2024": "2024~",
    "позавчора": "2026-11-24", "předevčírem": "2026-11-24", "3 days ago": "2026-11-23", "3 дня назад": "2026-11-23",
    "two weeks ago": "2026-11-12~", "тиждень тому": "2026-11-19~", "неделю назад": "2026-11-19~",
    "před dvěma týdny": "2026-11-12~", "last month": "2026-10", "минулого місяця": "2026-10", "рік тому": "2025",
    "год назад": "2025", "před rokem": "2025", "předloni": "2024", "on Tuesday": "2026-11-24",
    "у вівторок": "2026-11-24", "в прошлый вторник": "2026-11-24", "v úterý": "2026-11-24",
    "last Thursday": "2026-11-19", "Thursday": "2026-11-26", "минулого літа": "2026-22", "прошлой весной": "2026-21",
    "minulý podzim": "2025-23", "this spring": "2026-21", "торік влітку": "2025-22", "loni na jaře": "2025-21",
    "last November": "2025-11", "зима 2023/24": "2023-24", "v zimě 2023/2024": "2023-24", "2022-2023": "2022/2023",
    "між березнем і травнем 2024": "2024-03/2024-05", "mezi březnem a květnem 2024": "2024-03/2024-05",
    "березень-травень 2024": "2024-03/2024-05", "March to May 2024": "2024-03/2024-05",
    "3–5.11.2024": "2024-11-03/2024-11-05", "3-4 November 2024": "2024-11-03/2024-11-04",
    "с 3 по 5 ноября": "2026-11-03/2026-11-05", "the 1990s": "199X", "у 90-х": "199X", "v 90. letech": "199X",
    "не знаю": "../2026-11-26", "unknown": "../2026-11-26", "весь 2023 год": "2023",
    "на Великдень": None, "around Easter": None, "2022 or 2023": None, "5-3.11.2024": None, "summer 2023/24": None,
    "ago": None, "9999 weeks ago": None,
    "": None, "foo": None, "32.13.2024": None, "30.2.2024": None, "5": None, "spring 5 2024": None,
    "May 2024 - March 2024": None, "../..": None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "means"), TYPED.items())
def test_what_people_type_is_understood_or_refused(text: str, means: str | None) -> None:
    """Each language, each kind of date; what is not a date is refused and never guessed."""
    if means is None:
        with pytest.raises(UsageError):
            edtf_typed.read(text, TODAY)
    else:
        assert edtf_typed.read(text, TODAY) == means


def test_a_term_without_a_year_is_still_to_come() -> None:
    """An answer due on 3.1. is due next January; what happened on 3.1. has happened."""
    assert edtf_typed.read("3.1.", TODAY, ahead=True) == "2027-01-03"
    assert edtf_typed.read("1.12.", TODAY, ahead=True) == "2026-12-01"
    assert edtf_typed.read("3.1.", TODAY) == "2026-01-03"


COMING = {
    "in two weeks": "2026-12-10~", "через два тижні": "2026-12-10~", "za týden": "2026-12-03~", "next month": "2026-12",
    "next Thursday": "2026-12-03", "Thursday": TODAY, "до вівторка": "2026-12-01", "by Friday": "2026-11-27",
    "do pátku": "2026-11-27", "к пятнице": "2026-11-27", "next spring": "2027-21", "next November": "2027-11",
    "unknown": None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "means"), COMING.items())
def test_a_term_as_people_speak_of_it(text: str, means: str | None) -> None:
    """What comes is counted forward, and "by Friday" is that day."""
    if means is None:
        with pytest.raises(UsageError):
            edtf_typed.read(text, TODAY, ahead=True)
    else:
        assert edtf_typed.read(text, TODAY, ahead=True) == means


WORDS = sorted({
    *edtf_words.table().numbers, *edtf_words.table().weekdays, *edtf_words.table().counts, *edtf_words.table().units,
    *(word for words in edtf_words.table().does.values() for word in words),
    "3", "31", "2024", "3.11.", "-", "–", "2024-03", "23/24",
})  # fmt: skip
PHRASES = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)


@given(st.text(max_size=40) | PHRASES, st.dates(date(1950, 1, 1), date(2100, 1, 1)))
def test_whatever_is_typed_gives_a_date_or_a_refusal(text: str, today: date) -> None:
    """No crash, and nothing but EDTF comes out."""
    try:
        read = edtf_typed.read(text, today.isoformat())
    except UsageError:
        return
    assert edtf.parse(read) == read


WRITTEN = st.sampled_from(["{d}.{m}.{y}", "{d}/{m}/{y}", "{y}-{m:02}-{d:02}", "{d}. {m}. {y}", "{y}-{m}-{d}"])


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), WRITTEN)
def test_every_whole_day_reads_back(day: date, shape: str) -> None:
    """Written day first or as ISO, with or without zeros."""
    assert edtf_typed.read(shape.format(d=day.day, m=day.month, y=day.year), TODAY) == day.isoformat()
