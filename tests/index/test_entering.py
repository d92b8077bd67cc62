"""Segments become rows: heads, links and words depend on what came in and not on the order in which it came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from index_material import CASE, KEY, OURS, THEIRS, case, consent, entry, fill, identity, number, person, segment, told

from archive.index.filters import Query
from archive.index.index import Index
from archive.records import kinds
from archive.vault.entry import Entry, Segment

# every table by names that do not depend on the order of arrival
LOGICAL = (
    "SELECT collective.id, applied.name FROM applied JOIN collective ON collective.row = applied.collective",
    "SELECT collective.id, hash, record, kind, superseded, line FROM entry"
    " JOIN collective ON collective.row = entry.collective",
    "SELECT segment.head, segment.device, segment.at, chain, seq, entry.hash, position FROM filed"
    " JOIN segment ON segment.row = filed.segment JOIN entry ON entry.row = filed.entry",
    "SELECT parent, collective.id, entry.hash FROM parent JOIN collective ON collective.row = parent.collective"
    " JOIN entry ON entry.row = parent.child",
    "SELECT record.id, collective.id, record.kind, created, binned, first, last, added, language, place FROM record"
    " JOIN collective ON collective.row = record.collective LEFT JOIN brief ON brief.row = record.row",
    "SELECT what, day, record.id, record.collective IS NULL FROM due JOIN record ON record.row = due.record",
    "SELECT target, role, record.id, record.collective IS NULL FROM link JOIN record ON record.row = link.record",
    "SELECT word.term, record.id, collective.id, word.col, word.offset FROM word JOIN record ON record.row = word.doc"
    " JOIN collective ON collective.row = record.collective",
)


def content(index: Index) -> list[list[tuple[Any, ...]]]:
    """All that the index holds, by value; of the search table every word and where it stands."""
    db = index._db
    db.run("CREATE VIRTUAL TABLE temp.word USING fts5vocab(main, 'words', 'instance')")
    found = [sorted(db.rows(query), key=repr) for query in LOGICAL]
    db.run("DROP TABLE temp.word")
    return found


def built(segments: Sequence[tuple[str, Segment]]) -> list[list[tuple[Any, ...]]]:
    with Index.open(None, KEY) as index:
        for collective, one in segments:
            index.enter(collective, [one])
        return content(index)


def history() -> list[tuple[str, Segment]]:
    """Edits, two heads, a joined pair, an identity moved to another person, a hollow copy, an unknown entry."""
    raven, finch = person("1", "Raven", cases=(CASE,)), person("2", "Finch")
    first = entry(told("a", text="first words", place="Харків", tags=("one",)))
    left = entry(told("a", text="left words", modified="2026-03-02T10:00Z"), first.hash)
    right = entry(told("a", text="right words", about=(raven.id,), modified="2026-03-03T10:00Z"), first.hash)
    joined = entry(told("b", text="joined"), "f" * 64)
    named = entry(identity("3", raven))
    moved = entry(identity("3", finch, surname="Němcová"), named.hash)
    fork = entry(identity("3", raven, surname="Сокіл"), named.hash)
    newer = Entry("9" * 64, b'{"t":"newer","v":2}', None)
    whole = segment(left, right, joined, name="whole", head="same")
    return [
        (OURS, segment(case(CASE, summary="Побиття"), raven, name="s1")),
        (OURS, segment(first, entry(finch), newer, name="s2")),
        (OURS, whole),
        (OURS, msgspec.structs.replace(whole, name="hollow", entries=whole.entries[1:])),
        (OURS, segment(named, name="s3")),
        (OURS, segment(moved, name="s4")),
        (OURS, segment(fork, first, name="s5")),
        (OURS, segment(consent("4", raven), name="s6")),
        (THEIRS, segment(raven, told("a", text="their words"), name="s1")),
    ]


EXPECTED = built(history())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(order=st.permutations(history()), again=st.integers(0, 8))
def test_any_order_gives_the_same_index(order: list[tuple[str, Segment]], again: int) -> None:
    """And a segment that comes twice changes nothing."""
    assert built([*order, order[again]]) == EXPECTED


@settings(max_examples=15, deadline=None)
@given(order=st.permutations([one for collective, one in history() if collective == OURS]))
def test_one_transaction_gives_the_same_as_many(order: list[Segment]) -> None:
    ours = built([(OURS, one) for one in order])
    with Index.open(None, KEY) as index:
        assert index.enter(OURS, order) == len(order)
        assert content(index) == ours


def test_reset_and_entering_again_gives_the_same_index(index: Index) -> None:
    for collective, one in history():
        index.enter(collective, [one])
    assert content(index) == EXPECTED
    index.reset()
    assert index.state == "new"
    assert not any(content(index))
    for collective, one in reversed(history()):
        index.enter(collective, [one])
    assert content(index) == EXPECTED


def test_many_records_are_settled_in_parts(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound on memory in a rebuild changes nothing in the result."""
    monkeypatch.setattr("archive.index.entering.AT_ONCE", 1)
    monkeypatch.setattr("archive.index.entering._KEPT_AFTER", 2)
    for collective in (OURS, THEIRS):
        index.enter(collective, [one for where, one in history() if where == collective])
    assert content(index) == EXPECTED


def test_applied_names_are_per_collective(index: Index) -> None:
    one = segment(told("1"), name="n1")
    assert index.applied(OURS) == frozenset()
    assert index.enter(OURS, [one]) == 1
    assert index.enter(OURS, [one]) == 0
    assert index.applied(OURS) == {"n1"}
    assert index.applied(THEIRS) == frozenset()


def test_nothing_new_takes_no_lock(index: Index, path: Any) -> None:
    """Most commands have nothing to enter, and must not wait for a writer."""
    with Index.open(path, KEY) as other, other._db.transaction():
        assert index.enter(OURS, iter(())) == 0


def test_an_edit_replaces_its_parent(index: Index) -> None:
    first = entry(told("1", text="oldword"))
    fill(index, first)
    second = entry(told("1", text="newword"), first.hash)
    fill(index, second)
    stored = index.get(number("1"))
    assert stored is not None
    assert (stored.entry, stored.parents, stored.heads) == (second.hash, (first.hash,), (second.hash,))
    assert isinstance(stored.record, kinds.Testimony)
    assert stored.record.text == "newword"
    assert stored.line == second.line
    assert index.search(Query(text="oldword")).total == 0
    assert index.search(Query(text="newword")).total == 1


def test_two_edits_apart_are_two_heads_both_found(index: Index) -> None:
    """Shown is the one modified last; joining them leaves one."""
    first = entry(told("1", text="base"))
    left = entry(told("1", text="leftword", modified="2026-03-05T10:00Z"), first.hash)
    right = entry(told("1", text="rightword", modified="2026-03-04T10:00Z"), first.hash)
    fill(index, first, left, right)
    stored = index.get(number("1"))
    assert stored is not None
    assert stored.heads == (left.hash, right.hash)
    assert [head.entry for head in index.heads(number("1"))] == [left.hash, right.hash]
    assert index.search(Query(text="leftword")).total == index.search(Query(text="rightword")).total == 1
    assert index.search(Query(text="rightword")).hits[0].snippet == "rightword"
    fill(index, entry(told("1", text="both"), left.hash, right.hash))
    assert len(index.heads(number("1"))) == 1
    assert index.search(Query(text="leftword OR rightword")).total == 0


def test_an_entry_of_another_record_hides_nothing(index: Index) -> None:
    """Naming a foreign entry as parent, in the same collective or in another, replaces it not."""
    target = entry(told("1", text="victim"))
    fill(index, target)
    fill(index, entry(told("2"), target.hash))
    fill(index, entry(told("1"), target.hash), collective=THEIRS)
    stored = index.get(number("1"), OURS)
    assert stored is not None
    assert stored.heads == (target.hash,)


def test_an_entry_of_a_newer_version_stands_in_the_log_and_replaces_nothing(index: Index) -> None:
    first = entry(told("1"))
    fill(index, first, Entry("8" * 64, b'{"t":"newer","v":2}', None, (first.hash,)))
    assert index.get(number("1")) is not None
    assert [line.kind for line in index.log()] == ["testimony", "unknown"]


def test_attachments_come_back(index: Index) -> None:
    part = kinds.Part(o="1" * 64, size=3)
    clean = kinds.Attachment(role="clean", type="image/jpeg", size=3, sha256="2" * 64, parts=(part,), name="a.jpg")
    fill(index, entry(told("1"), attachments=(clean,)))
    stored = index.get(number("1"))
    assert stored is not None
    assert stored.attachments == (clean,)


def test_entering_that_is_broken_off_goes_on_where_it_was(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was told as read before the last step stays; the rest is read next time, and nothing twice."""
    monkeypatch.setattr("archive.index.entering.AT_ONCE", 1)
    monkeypatch.setattr("archive.index.entering._KEPT_AFTER", 1)
    ours = [one for where, one in history() if where == OURS]
    told: list[int] = []

    def interrupted(more: int) -> None:
        told.append(more)
        if len(told) == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.enter(OURS, ours, interrupted)
    assert told == [1, 1, 1, 1]
    assert index.applied(OURS) == {one.name for one in ours[:3]}
    assert index.enter(OURS, ours) == len(ours) - 3
    for where, one in history():
        if where != OURS:
            index.enter(where, [one])
    assert content(index) == EXPECTED
