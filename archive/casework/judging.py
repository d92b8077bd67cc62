"""Which records somebody wants to publish, and which of them may leave: the gate is asked of all that each hangs on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct, structs

from archive.desk import Desk
from archive.index.filters import Query
from archive.records import gate, kinds
from archive.records.gate import Need, People, Reason
from archive.records.kinds import Filed
from archive.vault.entry import Entry
from archive.vault.truth import Truth

PAGE = 500  # hits of a search asked for at once


class Choice(Struct, frozen=True):
    """Cases or records by reference, or all on a person, or all that a search finds."""

    refs: tuple[str, ...] = ()
    person: str | None = None
    query: str | None = None


class Judged(Struct, frozen=True):
    """The records asked for: those that may leave, and those that stay in, each with every reason."""

    cases: tuple[kinds.Case, ...]
    leaving: tuple[Entry, ...]
    withheld: tuple[tuple[str, tuple[Reason, ...]], ...]
    people: People


def judge(desk: Desk, truth: Truth, choice: Choice, need: Need, only: frozenset[str] | None = None) -> Judged:
    """Every record asked for, judged by the gate in each of its heads; with ``only`` those alone of these ids.

    Where only acts are counted, no record leaves and no case is told of.
    """
    people, today = truth.people(), desk.today()
    if need.audience == "statistics":
        return Judged((), (), (), people)
    chosen = tuple(ident for ident in _chosen(desk, truth, choice) if only is None or ident in only)
    leaving, withheld = [], []
    for ident in chosen:
        heads = truth.heads[ident]
        reasons = [
            reason
            for head in heads
            if isinstance(head.record, Filed)
            for reason in _reasons(head.record, truth, people, need, today)
        ]
        if reasons:
            withheld.append((ident, tuple(dict.fromkeys(reasons))))
        else:
            leaving.append(heads[0])
    touched = _cases_of(chosen, truth) | named(desk, choice)
    cases = [
        case
        for case in truth.all(kinds.Case)
        if case.id in touched and not gate.judge_case(case.id, people, need, today)
    ]
    return Judged(cases=tuple(cases), leaving=tuple(leaving), withheld=tuple(withheld), people=people)


def _reasons(record: Filed, truth: Truth, people: People, need: Need, today: str) -> Iterator[Reason]:
    """Why one state of a record stays in.

    If it names nobody, those of every case that it was ever in are asked: moving it must not be a way out. Every other
    version of it (a translation, a transcript, what they were made from) is judged as well.
    """
    cases: Sequence[str | None] = sorted(truth.cases.get(record.id, frozenset())) or [None]
    for case in cases:
        yield from gate.judge(structs.replace(record, case=case), people, need, today)
    for version in _versions(record, truth):
        yield from gate.judge_version(version, people, need, today)


def _versions(record: Filed, truth: Truth) -> Iterator[Filed]:
    """All states of every other version of a record: what it was made from, what was made of that; in the bin or not.

    Whoever says no to a story says no to its translation, and whoever says no to the translation to the story.
    """
    seen, waiting = {record.id}, list(truth.versions.get(record.id, ()))
    while waiting:
        ident = waiting.pop()
        if ident in seen:
            continue
        seen.add(ident)
        waiting += truth.versions.get(ident, ())
        for entry in (*truth.heads.get(ident, ()), *truth.binned.get(ident, ())):
            if isinstance(entry.record, Filed):
                yield entry.record


def named(desk: Desk, choice: Choice) -> frozenset[str]:
    """The ids of the cases and records that a choice names or finds."""
    found = _found(desk, choice.query) if choice.query else ()
    return frozenset((*map(desk.resolve, choice.refs), *found))


def _chosen(desk: Desk, truth: Truth, choice: Choice) -> tuple[str, ...]:
    """The ids of the filed records asked for."""
    wanted = named(desk, choice)
    person = desk.resolve(choice.person, "person") if choice.person else None
    chosen = (
        record.id
        for record in _filed(truth)
        if record.id in wanted or record.case in wanted or (person is not None and person in record.about)
    )
    return tuple(dict.fromkeys(chosen))


def _found(desk: Desk, text: str) -> Iterator[str]:
    """The ids of all that a search finds, page by page."""
    passed = 0
    while hits := desk.index.search(
        Query(text=text, collective=desk.collective, sort="added", limit=PAGE, offset=passed)
    ).hits:
        yield from (hit.id for hit in hits)
        passed += len(hits)


def _filed(truth: Truth) -> Iterator[Filed]:
    yield from truth.all(kinds.Testimony)
    yield from truth.all(kinds.Photo)
    yield from truth.all(kinds.Document)


def _cases_of(chosen: Sequence[str], truth: Truth) -> set[str | None]:
    return {record.case for record in _filed(truth) if record.id in chosen}
