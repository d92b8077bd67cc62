"""Killed, starved, refused at each system call that touches archive or state: nothing is lost or half done."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from crash_bench import IN_MEMORY, Bench, Call, Run
from crash_commands import COMMANDS, ELSEWHERE, PASSPHRASES, READS, Command, Look, entries

KILL = "signal=SIGKILL"
FAULTS = {
    "openat": (KILL, "error=ENOSPC", "error=EIO", "error=EACCES", "error=EMFILE"),
    "write": (KILL, "error=ENOSPC", "error=EIO"),
    "pwrite64": (KILL, "error=ENOSPC", "error=EIO"),
    "ftruncate": (KILL, "error=ENOSPC", "error=EIO"),
    "fsync": (KILL, "error=ENOSPC", "error=EIO"),
    "fdatasync": (KILL, "error=ENOSPC", "error=EIO"),
    "unlink": (KILL, "error=EIO", "error=EACCES"),
    "unlinkat": (KILL, "error=EIO", "error=EACCES"),
}
OTHERS = (KILL, "error=ENOSPC", "error=EIO", "error=EACCES")  # rename, mkdir, link
READING = ("error=EIO", "error=EACCES", "error=EMFILE")
"""Of a file or folder that is only read: killed there, a command leaves what it leaves if it is killed at its next
call that writes, and no disk is too full to be read."""
SHORT = "3"  # faults a command, where CRASH does not say another number, "all" (make crash), or a share of all: 2/5
MOST = os.environ.get("CRASH", SHORT)
AIMED = 6  # tries: names are random, so folders are there or not, and the same call has another number the next time
Named = tuple[Bench, dict[str, str]]
Fault = tuple[Call, str]
_IN_MEMORY = re.compile(rf"{re.escape(str(IN_MEMORY))}\.draft-[0-9a-f]+")
_NAME = re.compile(r"[0-9a-f]{16,}|(?<=/)[0-9a-f]{2}(?=[/\"])")
pytestmark = pytest.mark.usefixtures("strace")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_whatever_is_cut_off_nothing_is_lost(named: Named, command: Command) -> None:
    """The next command finds all that was there, and the new things whole or not at all; doing it again does it."""
    if "{waiver}" in command.words and not named[1]["waiver"]:
        pytest.skip("needs tesseract with ukr, rus, ces and eng")
    trial = Trial(*named, command)
    possible = [*trial.faults()]
    assert len(possible) > 30
    faults = chosen(command, possible)
    wrong = [line for call, fault in faults for line in trial.run(call, fault)]
    told = (
        f"{command.name}: {len(faults)} of {len(possible)} faults, {trial.hit} as meant, {trial.failed} stopped it, "
        f"{trial.idle} changed nothing"
    )
    print(told)
    assert not wrong, "\n".join([told, *wrong[:20]])
    assert trial.hit >= len(faults) * 0.9


def chosen(command: Command, possible: list[Fault]) -> list[Fault]:
    """All, every so manyth, or some that are the same each time."""
    if MOST == "all":
        return possible
    share, _, shares = MOST.partition("/")
    if shares:
        return possible[int(share) - 1 :: int(shares)]
    return random.Random(command.name).sample(possible, min(int(share), len(possible)))


def test_every_command_that_writes_has_a_row() -> None:
    """The reference of commands, which the tests of documents hold to the program, names no other."""
    reference = Path(__file__).parents[2] / "docs" / "commands.md"
    commands = set(re.findall(r"^## archive (.+)$", reference.read_text(encoding="utf-8"), re.MULTILINE))
    rows = {" ".join(command.words[:size]) for command in COMMANDS for size in (1, 2)}
    assert commands - rows == {*READS, *ELSEWHERE}


def told(run: Run) -> int:
    """How many testimonies ``add`` said are there now, new or with something new beside them, before it ended."""
    return len(re.findall(r"^\S+: (?:T\w+ \(testimony\), |known already as T\w+; )", run.err, re.MULTILINE))


class Trial:
    """One command, tried with many faults on the same archive."""

    def __init__(self, bench: Bench, names: dict[str, str], command: Command) -> None:
        self.bench, self.command = bench, command
        self.words = tuple(word.format(**names) for word in command.words)
        self.hit = self.failed = self.idle = 0
        bench.restore(command.kept)
        self.before = self._look()
        bench.restore(command.kept)
        whole = bench.traced(*self.words)
        assert whole.code == 0, whole
        self.calls = [call for call in whole.calls if bench.touches(call.text)]
        after = self._look()
        if self.command.words[0] == "add":  # else what is told is not seen, and nothing below looks at it
            assert told(whole) == len(entries(self.before, after, "testimony")), whole.err
        self.full = _new(self.before, after)
        self.before["doomed"] = _doomed(self.before, after)
        assert command.done(self.before, after), "it is not done when it is done"

    def faults(self) -> Iterator[Fault]:
        """Each call with each fault that it may meet; of many that read alike in a row, the first and the last."""
        for call in _telling(self.calls):
            for fault in READING if _only_reads(call) else FAULTS.get(call.name, OTHERS):
                yield call, fault

    def run(self, call: Call, fault: str) -> list[str]:
        """What was not as it has to be; nothing, if all is well. A fault that met another call is tried again."""
        wrong: list[str] = []
        for _ in range(AIMED):
            self.bench.restore(self.command.kept)
            run = self.bench.traced(*self.words, inject=f"{call.name}:{fault}:when={call.number}")
            wrong += self._wrong(run, call, fault)
            if wrong or self.bench.touches(run.injected):
                break
        self.hit += self.bench.touches(run.injected)
        self.failed += run.code != 0
        return wrong

    def _wrong(self, run: Run, call: Call, fault: str) -> list[str]:
        try:
            wrong = [*self._judge(run, fault)]
        except AssertionError as error:
            wrong = [str(error)]
        where = run.injected.replace(str(self.bench.root), "")[:300]
        return [
            f"{self.command.name}, {call.name} {call.number} {fault}: {line} [{where}] {run.code}" for line in wrong
        ]

    def _judge(self, run: Run, fault: str) -> Iterator[str]:
        if "Traceback" in run.err or "fault (" in run.err:
            yield f"no plain refusal: {run.err}"
        if run.code and not self.bench.changed(self.command.kept):
            self.idle += 1  # refused, and all is to the byte as it was: as it was looked at before
            return
        killed = fault == KILL
        if not killed and not run.injected.startswith("unlink") and (left := self.bench.leftovers()):
            yield f"left behind: {left}"
        if found := self.bench.plaintext():
            yield f"in plain text: {found}"
        yield from self._whole(after := self._look(), "after")
        if told(run) > len(entries(self.before, after, "testimony")):
            yield "a file was told and is not there"
        if run.code == 0 and not self.command.done(self.before, after):
            yield "acknowledged and not done"
        if "entries" in after and (new := _new(self.before, after)) not in (*self.command.steps, self.full):
            yield f"half done: {new} entries"
        yield from self._sources(after)
        yield from self._export(killed)
        yield from self._again(after)
        yield from self._drafts(run)

    def _again(self, after: Look) -> Iterator[str]:
        """The same command once more."""
        path = self.bench.root / PASSPHRASES.get(after.get("passphrase", ""), "passphrase")
        once_more = self.bench.run("--passphrase-file", str(path), *self.words)
        if once_more.code not in (0, *self.command.again):
            yield f"cannot be done again: {once_more.code} {once_more.err}"
        at_last = self._look()
        yield from self._whole(at_last, "at last")
        if not self.command.done(self.before, at_last):
            yield f"not done at last: {once_more}"

    def _whole(self, look: Look, when: str) -> Iterator[str]:
        """Everything that was there is there, and check has nothing to say."""
        if "none" in look:
            if self.command.kept != "nothing":
                yield f"{when}: does not open: {look['none']}"
            return
        lost = {
            name: entry for name, entry in self.before.get("entries", {}).items() if look["entries"].get(name) != entry
        }
        if lost.keys() - ({self.before.get("doomed")} if self.command.name == "shred" else set()):
            yield f"{when}: lost or changed: {[*lost.values()][:3]}"
        if not look["ok"] or look["unhealed"]:
            yield f"{when}: check says {look['unhealed']}"
        if not look["indexed"]:
            yield f"{when}: the index does not list what the journal holds"
        if broken := [entry for entry in look["entries"].values() for digest in entry[2].values() if len(digest) != 64]:
            yield f"{when}: cannot be read: {broken[:3]}"

    def _sources(self, after: Look) -> Iterator[str]:
        """A file that was brought is gone only if the archive has it."""
        stored = {digest for entry in after.get("entries", {}).values() for digest in entry[2].values()}
        for path in (self.bench.root / "kept" / self.command.kept / "desk").iterdir():
            if not (self.bench.desk / path.name).exists() and sha256(path.read_bytes()).hexdigest() not in stored:
                yield f"deleted, and not in the archive: {path.name}"

    def _export(self, killed: bool) -> Iterator[str]:
        """A dossier is there whole or not at all, and a draft only where nobody was left to take it away."""
        if not self.command.name.startswith("export"):
            return
        for made in (self.bench.root / "dossier", self.bench.root / "dossier.zip"):
            if made.exists() and (verified := self.bench.run("verify", str(made))).code:
                yield f"half a dossier: {verified.err}"
        if (drafts := self._left()) and not killed:
            yield f"a draft was left: {drafts}"

    def _left(self) -> list[str]:
        return [path.name for path in self.bench.root.glob("*dossier*.draft-*")]

    def _drafts(self, run: Run) -> Iterator[str]:
        """What a run left that was killed is gone when the next one has ended, in memory too."""
        begun = (call.text for call in run.calls if call.name == "mkdir")  # what is only opened may be another run's
        made = {path for text in begun for path in _IN_MEMORY.findall(text) if Path(path).exists()}
        if left := [*self._left(), *made]:
            yield f"a draft outlived the next run: {left}"

    def _look(self) -> dict[str, Any]:
        return self.bench.look()


def _telling(calls: list[Call]) -> Iterator[Call]:
    """All that write; and reading one file or folder of a row is as reading another: how many there are is chance."""
    for _, row in groupby(calls, lambda call: (call.name, _NAME.sub("#", call.text.partition(" = ")[0]))):
        alike = [*row]
        yield from (alike[0], *alike[1:][-1:]) if _only_reads(alike[0]) else alike


def _only_reads(call: Call) -> bool:
    return call.name == "openat" and "O_RDONLY" in call.text and "O_CREAT" not in call.text


def _new(before: Look, after: Look) -> int:
    """How many entries came."""
    return len(after["entries"].keys() - before.get("entries", {}).keys())


def _doomed(before: Look, after: Look) -> str | None:
    """The entry that the command destroys or puts into the bin."""
    gone = before.get("entries", {}).keys() - after["entries"].keys()
    binned = set(after["binned"]) - set(before.get("binned", ()))
    return next(iter(gone | binned), None)
