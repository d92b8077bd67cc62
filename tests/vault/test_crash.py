"""Killed at any step, out of space at any step: nothing acknowledged is lost, nothing is half done, nothing forks."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from archive.errors import ArchiveError
from archive.vault.check import check

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 600  # seconds until a process counts as hung
COMMIT = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from archive.records.kinds import Case
from archive.seal.identity import Identity
from archive.vault.entry import Draft
from archive.vault.journal import Journal
from archive.vault.state import State
from archive.vault.store import Store

folder, collective, seed, count, rotate = sys.argv[1:]
store = Store(Path(folder) / "archive")
state = State(Path(folder) / "state", store.archive_id)
owner = Identity(bytes.fromhex(seed), "aa" * 16)
now = datetime(2026, 11, 22, tzinfo=UTC)
for number in range(int(count)):
    journal = Journal.open(store, collective, owner, state, os.urandom)
    if rotate == "rotate":
        journal.rotate(now)
        continue
    with journal.begin(now) as batch:
        files = tuple(batch.put([os.urandom(100)], role="clean", media_type="x") for _ in range(2))
        title = f"{os.getpid()}-{number}"
        record = Case(id=os.urandom(16).hex(), created="2026-11-22T10:05Z", entered_by=owner.device, title=title)
        batch.commit([Draft(record, attachments=files)], now)
        print(title, flush=True)
"""


class Killed(BaseException):
    """Stands for the process being killed: nothing below catches it."""


def command(place, count: int = 1, what: str = "add") -> list[str]:
    arguments = [str(place.store.root.parent), place.collective, place.identity.seed.hex(), str(count), what]
    return [sys.executable, "-B", "-c", COMMIT, *arguments]  # byte code is renamed too, when it is written


def run(words: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE)


def failing_at(monkeypatch, call: str, number: int, error: BaseException) -> list[int]:
    """Lets the given call of an os function raise, once; later ones are real. The list counts the calls."""
    real, calls = getattr(os, call), [0]

    def replaced(*arguments, **named):
        calls[0] += 1
        if calls[0] == number:
            raise error
        return real(*arguments, **named)

    monkeypatch.setattr(os, call, replaced)
    return calls


def survivors(place) -> list[str]:
    """What a healthy session finds afterwards; the archive must be whole and go on without a fork."""
    titles = place.titles()
    place.add("afterwards")
    journal = place.open()
    segments = list(journal.segments(()))
    chain = sorted(one.seq for one in segments if one.chain == segments[0].chain)
    assert chain == list(range(1, len(chain) + 1))
    assert len({one.chain for one in segments}) == 1
    assert check(place.store, [journal], read_data=True).problems == ()
    return titles


@pytest.mark.parametrize("call", ["open", "write", "fsync", "rename", "mkdir", "utime"])
def test_killed_at_any_step_of_a_commit(found, tmp_path, call):
    """At each call of each system function: the segment is there as a whole or not at all; the next commit goes on."""
    for number in range(1, 100):
        place = found(tmp_path / str(number))
        place.add("before", b"1")
        journal = place.open()
        with pytest.MonkeyPatch.context() as patch, suppress(Killed):
            calls = failing_at(patch, call, number, Killed())
            patch.setattr("archive.vault.tree.Placing.__exit__", lambda *_: None)  # a killed process tidies nothing
            patch.setattr("archive.vault.disk.remove", lambda *_: None)
            place.add("during", b"2", journal=journal)
        if calls[0] < number:
            break
        assert survivors(place) in (["before"], ["before", "during"])
    assert number > 2
    assert place.titles() == ["before", "during"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES])
@pytest.mark.parametrize("call", ["open", "write", "fsync", "rename", "mkdir", "utime"])
def test_refused_at_any_step_of_a_commit(place, call, code):
    """The error is plain, no temporary file stays, and whoever was told "done" finds the record."""
    refused = []
    for number in range(1, 200):
        journal = place.open()
        title = f"during {number}"
        with pytest.MonkeyPatch.context() as patch:
            calls = failing_at(patch, call, number, OSError(code, os.strerror(code)))
            try:
                place.add(title, b"2", journal=journal)
            except ArchiveError as error:
                assert error.exit_code == 1
                refused.append(title)
        assert not place.temporary()
        if calls[0] < number:
            break
    done = {f"during {n}" for n in range(1, number + 1)} - set(refused)
    assert refused
    assert done <= set(survivors(place))


def test_killed_by_the_system_at_each_rename_and_fsync(found, tmp_path, strace):
    """A real SIGKILL by strace: what was acknowledged is there, the rest whole or absent."""
    for call, numbers in (("rename", (1, 3, 4, 5, 6)), ("fsync", (2, 8))):
        for number in numbers:
            place = found(tmp_path / f"{call}{number}")
            inject = f"inject={call}:signal=SIGKILL:when={number}"
            done = run(["strace", "-o", "/dev/null", "-f", "-e", f"trace={call}", "-e", inject, *command(place)])
            there = survivors(place)
            if (call, number) == ("rename", 6):  # one more than there are
                assert done.stdout.split() == there
            else:
                assert done.returncode in (-9, 137)
                assert call == "fsync" or len(there) == (number > 3)  # the third gives the segment its name


def test_order_of_fsync_and_rename(place, tmp_path, strace):
    """From one real run: each file is on disk before it gets its name, its folder after; objects before the segment."""
    log = tmp_path / "log"
    done = run(["strace", "-o", str(log), "-f", "-y", "-e", "trace=fsync,rename,renameat,renameat2", *command(place)])
    assert done.returncode == 0, done.stderr
    events = list(_events(log.read_text()))
    renames = [(at, *paths) for at, (call, *paths) in enumerate(events) if call == "rename"]
    synced = [(at, paths[0]) for at, (call, *paths) in enumerate(events) if call == "fsync"]
    durable = [(at, old, new) for at, old, new in renames if "/mirror/" not in new]
    assert [re.search("objects|journal|seen", new)[0] for _, _, new in durable] == [*["objects"] * 2, "journal", "seen"]
    for at, old, new in durable:
        assert [place for place, path in synced if path == old and place < at], new
        assert [place for place, path in synced if path == str(Path(new).parent) and place > at], new
    segment = durable[2][0]
    for _, _, new in durable[:2]:
        assert [place for place, path in synced if path == str(Path(new).parent) and place < segment]


def _events(log: str):
    """fsync and rename calls in order, with their paths."""
    for line in log.splitlines():
        if sync := re.search(r"fsync\(\d+<([^>]*)>\)", line):
            yield "fsync", sync[1]
        elif "rename" in line:
            yield "rename", *re.findall(r'"([^"]*)"', line)


def test_eight_processes_at_once_all_succeed(place):
    """8 x 5 commits with one state folder: 40 present, in one chain without a gap."""
    running = [
        subprocess.Popen(command(place, 5), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(8)
    ]
    said = []
    for process in running:
        out, error = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, error
        said += out.split()
    assert len(said) == 40
    assert survivors(place) == sorted(said)


def test_two_processes_rotate_while_two_add(place):
    """Every record and every epoch is there afterwards."""
    running = [
        subprocess.Popen(command(place, 4, what), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for what in ("rotate", "rotate", "add", "add")
    ]
    for process in running:
        _, error = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, error
    assert len(survivors(place)) == 8
    assert len(place.open().secrets) == 9
