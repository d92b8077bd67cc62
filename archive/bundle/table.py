"""Numbers: acts by kind, region and quarter, without the small ones, which may be somebody."""

from __future__ import annotations

from collections.abc import Iterable

from archive.bundle.entries import Cell
from archive.language.regions import region_of
from archive.records import edtf, vocabulary
from archive.records.kinds import Act

SMALLEST = 5
"""Published numbers below this are left out: a total of one is a person."""


def table(acts: Iterable[Act], language: str, *, regions: bool) -> tuple[Cell, ...]:
    """The cells with at least ``SMALLEST`` people; the others are left out whole, and no totals are told.

    What is left out cannot be reckoned from what is told, nor whether there is any.
    """
    cells: dict[tuple[str, str, str], list[str]] = {}
    for act in acts:
        kind = act.type if act.type in vocabulary.built_in()["acts"] else "other"
        region = region_of(act.place, language) if regions and act.place else None
        cells.setdefault((_quarter(act.date), region or "", kind), []).append(act.person)
    return tuple(
        Cell(quarter=quarter or None, region=region or None, act=kind, acts=len(people), people=len(set(people)))
        for (quarter, region, kind), people in sorted(cells.items())
        if len(set(people)) >= SMALLEST
    )


def _quarter(date: str | None) -> str:
    """``2025-Q1``; nothing where the month is not known."""
    first, last = edtf.bounds(date) if date else ("", "")
    quarters = {f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}" for day in (first, last) if day}
    return quarters.pop() if len(quarters) == 1 else ""
