"""Answers of a round on the disk: a write that was torn takes only itself, and one round is held by one process."""

from __future__ import annotations

import os
import random
from pathlib import Path

from archive.vault import rounds

FRAMES = tuple(random.Random(7).randbytes(size) for size in (40, 1, 300))


def test_wherever_the_power_went_the_last_whole_answer_counts(tmp_path: Path) -> None:
    """Cut at each byte, and with rubbish where the next frame should be."""
    with rounds.begin(tmp_path / "rounds", os.urandom) as one:
        for frame in FRAMES:
            one.keep(frame)
        assert one.last() == FRAMES[-1]
    (path,) = (tmp_path / "rounds").iterdir()
    whole, ends = path.read_bytes(), [44, 49, 353]
    for cut in range(len(whole) + 1):
        path.write_bytes(whole[:cut])
        (found,) = [one.last() for one in rounds.left(tmp_path / "rounds")]
        count = sum(end <= cut for end in ends)
        assert found == (FRAMES[count - 1] if count else None), cut
    path.write_bytes(whole + b"\xff" * 9)
    assert [one.last() for one in rounds.left(tmp_path / "rounds")] == [FRAMES[-1]]


def test_a_round_is_taken_over_only_when_nobody_holds_it(tmp_path: Path) -> None:
    """Two at a time have a file each; one that ended is gone, one that did not stays for whoever comes."""
    folder = tmp_path / "rounds"
    assert list(rounds.left(folder)) == []
    with rounds.begin(folder, os.urandom) as one, rounds.begin(folder, os.urandom) as other:
        one.keep(FRAMES[0])
        other.keep(FRAMES[1])
        assert list(rounds.left(folder)) == [] and len(list(folder.iterdir())) == 2
        one.end()
    for kept in rounds.left(folder):
        assert kept.last() == FRAMES[1]
        assert list(rounds.left(folder)) == []
        kept.end()
    assert list(folder.iterdir()) == []
