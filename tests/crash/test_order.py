"""From one strace of each command: a file is on the disk before it has its name, its folder after, the index last.

A power cut may undo whatever was not fsynced, in any order; killing the program cannot show that,
the order of calls can.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from crash_bench import Bench, Call
from crash_commands import COMMANDS, Command

pytestmark = pytest.mark.usefixtures("strace")
_QUOTED = re.compile(r'"([^"]*)"')
_OPEN = re.compile(r"\(\d+<([^>]*)>")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_order_of_writing(named: tuple[Bench, dict[str, str]], command: Command) -> None:
    """No violation, in a command that does write."""
    bench, names = named
    bench.restore(command.kept)
    run = bench.traced(*(word.format(**names) for word in command.words))
    assert run.code == 0, run
    trace = Trace(bench, run.calls)
    assert [*trace.violations()] == []
    assert trace.index_writes if command.name == "index rebuild" else trace.renames


def test_a_wrong_order_is_seen(named: tuple[Bench, dict[str, str]]) -> None:
    """Each fsync of a file that was left out, and each name given too early or too late, is a violation."""
    bench, names = named
    bench.restore("filled")
    calls = bench.traced("add", f"{names['desk']}/100.txt").calls
    assert [*Trace(bench, calls).violations()] == []
    fsyncs = [at for at, call in enumerate(calls) if call.name == "fsync" and "/.tmp-" in call.text]
    named_at = [at for at, call in enumerate(calls) if call.name == "rename" and names["archive"] in call.text]
    assert len(fsyncs) >= 3 and len(named_at) == 2
    for at in fsyncs:
        if "/mirror/" not in calls[at].text:
            assert [*Trace(bench, (*calls[:at], *calls[at + 1 :])).violations()], calls[at].text
    for at in named_at:
        rest = (*calls[:at], *calls[at + 1 :])
        assert [*Trace(bench, (calls[at], *rest)).violations()], calls[at].text
        assert [*Trace(bench, (*rest, calls[at])).violations()], calls[at].text


class Trace:
    """The calls of one command as what they do: each with its place in time."""

    def __init__(self, bench: Bench, calls: tuple[Call, ...]) -> None:
        own = [(at, call) for at, call in enumerate(calls) if bench.touches(call.text) and ") = -1 " not in call.text]
        self.renames = [(at, *_QUOTED.findall(call.text)) for at, call in own if call.name.startswith("rename")]
        self.renames = [one for one in self.renames if "/mirror/" not in one[2]]  # read by its hash; may be lost
        kept = ((at, call) for at, call in enumerate(calls) if call.name in ("fsync", "fdatasync"))
        self.synced = [(at, _opened(call)) for at, call in kept if ") = -1 " not in call.text]
        self.index_writes = [at for at, call in own if call.name == "pwrite64" and "index.db" in _opened(call)]
        self.unlinked = [(at, _QUOTED.findall(call.text)[-1]) for at, call in own if call.name.startswith("unlink")]
        self.archive = str(bench.archive)

    def violations(self) -> Iterator[str]:
        """What a power cut could turn against the archive."""
        for at, old, new in self.renames:
            if not any(path == old and when < at for when, path in self.synced):
                yield f"{new} got its name before its bytes were on the disk"
            if self._kept(at, new) is None:
                yield f"{new}: its folder was not fsynced afterwards"
        yield from self._needed_first()
        yield from self._index_last()
        yield from self._removed_last()

    def _kept(self, at: int, new: str) -> int | None:
        """When the folder of a file that was named at one time was on the disk."""
        return next((when for when, path in self.synced if path == str(Path(new).parent) and when > at), None)

    def _of(self, area: str) -> list[tuple[int, str]]:
        return [(at, new) for at, _, new in self.renames if f"/{area}/" in new and new.startswith(self.archive)]

    def _needed_first(self) -> Iterator[str]:
        """Objects and key events lasted before a segment was named after them."""
        for area in ("objects", "keys"):
            for at, new in self._of(area):
                later = [when for when, _ in self._of("journal") if when > at]
                kept = self._kept(at, new)
                if later and (kept is None or kept > min(later)):
                    yield f"{new} was not kept before the next segment was named"
        for at, _, new in self.renames:
            if new.endswith("/seen") and any(
                when < at < (self._kept(when, name) or at) for when, name in self._of("journal")
            ):
                yield "what is remembered came before the segment was kept"

    def _index_last(self) -> Iterator[str]:
        """Nothing goes into the index while files are on their way into the archive."""
        for at, new in [*self._of("objects"), *self._of("journal")]:
            last = min((self._kept(when, name) or at for when, name in self._of("journal") if when >= at), default=at)
            if any(at < when < last for when in self.index_writes):
                yield f"the index was written before {new} was kept"
        journal = self._of("journal")
        if journal and not any(when > journal[-1][0] for when in self.index_writes):
            yield "the index does not know the last segment"

    def _removed_last(self) -> Iterator[str]:
        """What is taken away for good goes after the segment that says so."""
        said = [self._kept(at, new) or at for at, new in self._of("journal")]
        for at, path in self.unlinked:
            stored = path.startswith(self.archive) and "/.tmp-" not in path and "/requests/" not in path
            if stored and not any(when < at for when in said):
                yield f"{path} was taken away before a segment said so"


def _opened(call: Call) -> str:
    """The path behind the descriptor of a call."""
    found = _OPEN.search(call.text)
    return found[1] if found else ""
