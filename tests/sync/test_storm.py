"""Three members under a hostile sync tool: whatever it does, all end with the same entries and nothing told is lost.

A schedule is a seed. In it, devices write, rotate and read, exchange with each other and with a stick, and are broken
off while they do; between them a tool copies files one by one in any order, in part, over whole ones, with conflict
copies, and deletes. It replaces files as such tools do, with a new one under the old name, so that hard links in the
private mirrors survive; and it may do so with every copy there is. The full 300 schedules: ``make storm``.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.errors import ArchiveError
from archive.seal import changes
from archive.seal.identity import Identity
from archive.seal.roster import make_card
from archive.vault import check
from archive.vault.state import State
from archive.vault.store import Store

Device = Any  # conftest.py's; pytest imports it by itself
NOW = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
SCHEDULES = 300 if os.environ.get("SYNC_STORM") else 25
STEPS = 30
CONFLICTS = ("{} (conflicted copy)", "{}.sync-conflict-20261122-100541-ABCDEFG", "Copy of {}.x")


class Storm:
    """One schedule: three devices, a stick, the tool between them, and what was told to be kept."""

    def __init__(self, seed: int, template: Device, others: Sequence[Identity], folder: Path) -> None:
        self.dice = random.Random(seed)
        self.devices = []
        for name, identity in zip(("one", "two", "three"), (template.identity, *others), strict=True):
            shutil.copytree(template.root, folder / name)
            state = State(folder / f"{name}-state", template.state.folder.name)
            self.devices.append(type(template)(folder / name, state, identity, template.collective))
        shutil.copytree(template.state.root, self.devices[0].state.root)  # of whoever wrote what was before
        for device in self.devices:
            device.open().standing.compare()
            device.entries()  # has read the beginning
        self.stick = folder / "stick"
        self.kept: dict[str, bytes] = {}  # entries by hash, as they were acknowledged
        self.contents: dict[str, bytes] = {}  # what attachments hold, by SHA-256

    def run(self) -> None:
        acts = (self.write, self.write, self.spread, self.spread, self.cut, self.cut, self.set_aside, self.delete)
        acts += (self.read, self.meet, self.meet, self.break_off, self.rotate)
        for _ in range(STEPS):
            self.dice.choice(acts)()

    # --- what devices do ---

    def device(self) -> Device:
        return self.dice.choice(self.devices)

    def write(self) -> None:
        files = [self.dice.randbytes(self.dice.randrange(1, 3000)) for _ in range(self.dice.randrange(3))]
        try:
            segment = self.device().add(f"case {self.dice.random()}", *files)
        except ArchiveError:
            return  # all keys are damaged here just now: nothing was told to be kept
        for entry in segment.entries:
            self.kept[entry.hash] = entry.line
            self.contents |= {one.sha256: data for one, data in zip(entry.attachments, files, strict=True)}

    def read(self) -> None:
        try:
            self.device().entries()
        except ArchiveError:
            return

    def rotate(self) -> None:
        if self.dice.random() < 0.5:
            try:
                self.device().open().rotate(NOW)
            except ArchiveError:
                return

    def meet(self) -> None:
        one, other = self.dice.sample([*(device.root for device in self.devices), self.stick], 2)
        by_root = {device.root: device for device in self.devices}
        if one in by_root:
            by_root[one].sync(other)
        else:
            by_root[other].sync(one)

    def break_off(self) -> None:
        """An exchange that is interrupted after some bytes."""
        left = self.dice.randrange(8)

        def count(_done: int) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise KeyboardInterrupt

        try:
            self.device().sync(self.stick, count=count)
        except KeyboardInterrupt:
            return

    # --- what the tool does ---

    def some(self, root: Path) -> Path | None:
        """Any file of the archive's own there, as a relative path."""
        found = [path.relative_to(root) for path in root.glob("*/**/*") if path.is_file() and "-tmp" not in path.name]
        return self.dice.choice(sorted(found)) if found else None

    def pair(self) -> tuple[Path, Path]:
        source, target = self.dice.sample([device.root for device in self.devices], 2)
        return source, target

    def put(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_bytes(data)

    def spread(self) -> None:
        """Some files go over one by one, in any order, whether they are whole or not, over whatever is there."""
        source, target = self.pair()
        for _ in range(self.dice.randrange(1, 12)):
            if path := self.some(source):
                self.put(target / path, (source / path).read_bytes())

    def cut(self) -> None:
        """A file arrives in part, perhaps everywhere, and over whole ones."""
        source, _ = self.pair()
        if path := self.some(source):
            data = (source / path).read_bytes()
            part = data[: self.dice.randrange(len(data) + 1)]
            for device in self.devices:
                if self.dice.random() < 0.6:
                    self.put(device.root / path, part)

    def set_aside(self) -> None:
        """The tool takes its copy for newer and sets ours aside under another name."""
        source, target = self.pair()
        if (path := self.some(source)) and (target / path).exists():
            aside = (target / path).with_name(self.dice.choice(CONFLICTS).format(path.name))
            (target / path).rename(aside)
            self.put(target / path, (source / path).read_bytes()[: self.dice.choice([0, 100, 10_000_000])])

    def delete(self) -> None:
        """A file goes, perhaps everywhere."""
        source, _ = self.pair()
        if path := self.some(source):
            for device in self.devices:
                if self.dice.random() < 0.6:
                    (device.root / path).unlink(missing_ok=True)

    # --- the end ---

    def settle(self) -> None:
        """The storm is over: everybody meets the stick twice, reading everything."""
        for _ in range(2):
            for device in self.devices:
                device.sync(self.stick, read_data=True)

    def judge(self) -> None:
        states = [device.entries() for device in self.devices]
        assert states[0] == states[1] == states[2]
        assert self.kept.items() <= states[0].items()
        for device in self.devices:
            held = {}
            journal = device.open()
            for segment in journal.segments(()):
                for attachment in (one for entry in segment.entries for one in entry.attachments):
                    held[attachment.sha256] = b"".join(journal.open_object(attachment))
            assert self.contents.items() <= held.items()
        for root in (*(device.root for device in self.devices), self.stick):
            told = [one for one in check.check(Store(root)).problems if "does not belong" not in one.problem]
            assert told == []


@pytest.fixture(scope="module")
def beginning(
    tmp_path_factory: pytest.TempPathFactory, found: Callable[[Path], Device]
) -> tuple[Device, list[Identity]]:
    """An archive with a record in it, and two more people whom its founder has let in."""
    device = found(tmp_path_factory.mktemp("beginning"))
    others = [Identity(os.urandom(32), person * 16) for person in ("bb", "cc")]
    cards = [make_card(other) for other in others]
    device.open().change([lambda list_, _: changes.add(device.identity, list_, cards, [])], NOW)
    device.add("before the storm", b"a statement")
    return device, others


@pytest.mark.parametrize("seed", range(SCHEDULES))
def test_all_converge_and_nothing_told_is_lost(
    seed: int, beginning: tuple[Device, list[Identity]], tmp_path: Path
) -> None:
    storm = Storm(seed, *beginning, tmp_path)
    storm.run()
    storm.settle()
    storm.judge()
