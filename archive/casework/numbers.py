"""Totals of acts: by type, region and month; for publishing only of those who agreed, and no small numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from archive.bundle.table import SMALLEST
from archive.desk import Desk
from archive.records import edtf, gate, kinds
from archive.records.answers_case import StatsAnswer
from archive.speech import tr

SUPPRESSED = -1
UNSAID = tr("not said")


def stats(desk: Desk, *, publish: bool) -> StatsAnswer:
    """Totals of all acts here; with ``publish`` of those whose people agreed to be counted."""
    acts = _agreed(desk) if publish else _all(desk)
    tables = (
        Counter(act.type for act in acts),
        Counter(act.place or UNSAID for act in acts),
        Counter(_month(act) for act in acts),
    )
    by_type, by_region, by_month = (suppressed(table) if publish else dict(sorted(table.items())) for table in tables)
    people = len({act.person for act in acts})
    return StatsAnswer(
        published=publish,
        acts=_told(len(acts), publish=publish),
        people=_told(people, publish=publish),
        by_type=by_type,
        by_region=by_region,
        by_month=by_month,
    )


def _all(desk: Desk) -> list[kinds.Act]:
    found = (stored.record for stored in desk.index.listing("act", collective=desk.preferred))
    return [one for one in found if isinstance(one, kinds.Act)]


def _agreed(desk: Desk) -> list[kinds.Act]:
    """The acts of which everybody they are about agreed to be counted: read from the journal itself."""
    truth, today = desk.truth(), desk.today()
    people, need = truth.people(), gate.NEEDS["numbers"]
    heads = {act.id: act for act in truth.all(kinds.Act)}
    return [
        act
        for act in heads.values()
        if act.confidentiality != "sealed"
        and not gate.judge_people(gate.subjects(act.about, act.case, people), people, need, today)
    ]


def _month(act: kinds.Act) -> str:
    """The month, or what is said of it where that is coarser."""
    return edtf.to_month(act.date).rstrip("?~%") if act.date else UNSAID


def _told(number: int, *, publish: bool) -> int:
    return SUPPRESSED if publish and 0 < number < SMALLEST else number


def suppressed(table: Mapping[str, int]) -> dict[str, int]:
    """A table without its small numbers; where only one would be missing, the next smallest goes too.

    Else whoever has the total could reckon the missing one.
    """
    small = {name for name, number in table.items() if number < SMALLEST}
    if len(small) == 1 and len(table) > 1:
        small.add(min(_others(table, small), key=lambda name: (table[name], name)))
    return {name: SUPPRESSED if name in small else number for name, number in sorted(table.items())}


def _others(table: Mapping[str, int], small: Iterable[str]) -> list[str]:
    return [name for name in table if name not in set(small)]
