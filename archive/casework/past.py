"""What a record said before: every state it had, with who changed what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

from archive.casework import members
from archive.casework.reading import log_access, masked, named
from archive.desk import Desk
from archive.index.history import Tip
from archive.records import kinds
from archive.records.answers_upkeep import ChangeLine, HistoryAnswer, PastLine

_OF_THE_PROGRAM = frozenset({"id", "kind", "created", "entered_by", "modified"})


def history(desk: Desk, ref: str) -> HistoryAnswer:
    """Every state of a record, oldest first. Names in it are shown, so that is written down first."""
    ident = desk.index.resolve(ref, binned=True)
    found = desk.index.get(ident)
    collective = found.collective if found else desk.collective
    states = list({tip.entry.hash: tip for tip in desk.index.states(ident, collective)}.values())
    if any(isinstance(tip.entry.record, kinds.Identity | kinds.Paper | kinds.Unfinished) for tip in states):
        log_access(desk, ident, "names shown, with their history")
    told: dict[str, Mapping[str, object]] = {}
    for tip in states:  # in the bin it says what it said before
        told[tip.entry.hash] = _before(tip, told) if tip.kind == "tomb" else _told(tip)
    labels = dict(_labels(desk, collective))
    lines = tuple(
        PastLine(
            at=tip.at,
            by=labels.get(tip.device, tip.device[:8]),
            what=_what(tip),
            changes=tuple(_changes(_before(tip, told), told[tip.entry.hash])) if tip.kind != "tomb" else (),
        )
        for tip in states
    )
    refs = {one: shown for tip in states if tip.entry.record for one, shown in named(desk, tip.entry.record)}
    return HistoryAnswer(ref=desk.index.ref(ident), states=lines, refs=refs)


def _labels(desk: Desk, collective: str) -> Iterator[tuple[str, str]]:
    """What the others call whom each device belongs to."""
    called = members.everybody(desk, collective)
    for device, card in desk.journals[collective].roster.known.items():
        yield device, called[card.person].label


def _told(tip: Tip) -> Mapping[str, object]:
    """What a state says, without what the program fills in; of a paper's number only the end."""
    if tip.entry.record is None:
        return {}
    told: dict[str, object] = msgspec.to_builtins(tip.entry.record)
    if isinstance(tip.entry.record, kinds.Paper):
        told["number"] = masked(tip.entry.record.number)
    return {name: value for name, value in told.items() if name not in _OF_THE_PROGRAM}


def _before(tip: Tip, told: Mapping[str, Mapping[str, object]]) -> Mapping[str, object]:
    """The state that one replaced; of several, all that they said."""
    return {name: value for parent in tip.entry.parents for name, value in told.get(parent, {}).items()}


def _changes(before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[ChangeLine]:
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) != after.get(name):
            yield ChangeLine(field=name, before=before.get(name), after=after.get(name))


def _what(tip: Tip) -> Literal["made", "changed", "in the bin", "joined"]:
    if tip.kind == "tomb":
        return "in the bin"
    return "made" if not tip.entry.parents else "joined" if len(tip.entry.parents) > 1 else "changed"
