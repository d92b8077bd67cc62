"""How safe a person is to write about: confirmed, not dated. Overdue or absent counts as the worst case."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import Struct

from archive.records.kinds import Risk

THREATS = ("in_custody", "in_military_control", "wanted", "family_in_reach")
"""The fields of a risk block that say what threatens somebody."""


class Standing(Struct, frozen=True):
    """What the risk block means today."""

    confirmed: bool
    grave: bool  # coarser place and time, no photo
    held: bool  # publication waits for a date that has not come
    days: int | None  # since it was last confirmed


def days_valid(risk: Risk) -> int:
    """For how many days a confirmation holds: 30 in custody or the army's hands, 365 safe abroad, else 90."""
    if risk.in_custody or risk.in_military_control:
        return 30
    return 365 if risk.where == "abroad-with-status" and not risk.family_in_reach else 90


def overdue_from(risk: Risk) -> str:
    """The first day (``YYYY-MM-DD``) on which a confirmation no longer holds; nobody asked confirms nothing."""
    if risk.basis == "nobody-asked":
        return "0000-01-01"
    return (date.fromisoformat(risk.as_of) + timedelta(days=days_valid(risk) + 1)).isoformat()


def standing(risk: Risk | None, today: str) -> Standing:
    """What ``risk`` means on ``today`` (``YYYY-MM-DD``)."""
    if risk is None:
        return Standing(confirmed=False, grave=True, held=False, days=None)
    day, as_of = date.fromisoformat(today), date.fromisoformat(risk.as_of)
    fresh = as_of <= day + timedelta(days=1) and day <= as_of + timedelta(days=days_valid(risk))
    confirmed = fresh and risk.basis != "nobody-asked"
    safe = risk.where == "abroad-with-status" and not (
        risk.in_custody or risk.in_military_control or risk.family_in_reach or risk.wanted
    )
    held = risk.hold_publication_until is not None and today < risk.hold_publication_until
    return Standing(confirmed=confirmed, grave=not (confirmed and safe), held=held, days=(day - as_of).days)
