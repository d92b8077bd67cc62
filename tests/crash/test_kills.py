"""Killed at any moment, again and again, on an archive of 200 records: nothing that was there or was told is lost."""

from __future__ import annotations

import os
import random
import time

from crash_bench import CANARY, Bench

KILLS, RECORDS = (500, 200) if os.environ.get("CRASH") else (5, 20)
WORDS = (
    ("add", "{desk}/100.txt", "{desk}/101.txt"), ("case", "new", f"new {CANARY}"), ("rotate",), ("index", "rebuild"),
    ("edit", "{case}", "--set", "summary=number {number}"), ("search", "heron"), ("consent", "record", "{person}",
    "--language", "uk", "--purpose", "keep"),
)  # fmt: skip


def test_random_kills(named: tuple[Bench, dict[str, str]]) -> None:
    """Nobody repairs anything between kills; what was acknowledged stays, index and check agree with the journal."""
    bench, names = named
    moments = random.Random(KILLS)
    bench.restore("filled")
    _enlarge(bench)
    before = bench.look()
    assert len(before["heads"]) >= RECORDS
    started = time.monotonic()
    bench.ask("case", "new", f"before {CANARY}")
    usual = time.monotonic() - started
    acknowledged, killed = 0, 0
    for number in range(KILLS):
        for path in (bench.desk / "100.txt", bench.desk / "101.txt"):
            path.write_text(f"Heron {number} in {path.stem}, {CANARY}\n")
        words = [word.format(**names, number=number) for word in moments.choice(WORDS)]
        run = bench.killed_after(moments.uniform(0, 1.5 * usual), *words)
        assert run.code in (0, -9), (words, run)
        killed += run.code != 0
        if run.code == 0 or number % 10 == 0 or number == KILLS - 1:
            after = bench.look()
            assert after["ok"] and not after["unhealed"] and after["indexed"], (words, after["unhealed"])
            assert before["entries"].items() <= after["entries"].items(), words
            if run.code == 0 and words[0] in ("add", "case", "consent", "edit"):
                assert len(after["entries"]) > len(before["entries"]), (words, run)
                acknowledged += 1
            before = after
    print(f"{KILLS} runs, {killed} killed, {acknowledged} acknowledged, {len(before['entries'])} entries in the end")
    assert killed or KILLS < 10  # of a few, each may end before it is killed
    assert bench.plaintext() == []


def _enlarge(bench: Bench) -> None:
    """Adds text files until there are enough records."""
    for number in range(RECORDS):
        (bench.desk / f"more-{number}.txt").write_text(f"Record {number} of many, {CANARY}\n")
    bench.ask("add", *(str(bench.desk / f"more-{number}.txt") for number in range(RECORDS)))
