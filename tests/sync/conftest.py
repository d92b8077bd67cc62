"""Copies of one archive on several devices, and short ways to let them exchange and to damage them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.records.kinds import Case
from archive.seal.identity import Identity
from archive.vault import comparing, exchange
from archive.vault.comparing import Plan
from archive.vault.entry import Draft, Segment
from archive.vault.exchange import Outcome
from archive.vault.folder import Folder
from archive.vault.journal import Journal
from archive.vault.state import State
from archive.vault.store import Store

NOW = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)


@dataclass
class Device:
    """One copy of the archive with its own state folder."""

    root: Path
    state: State
    identity: Identity
    collective: str

    @property
    def store(self) -> Store:
        return Store(self.root)

    def open(self) -> Journal:
        return Journal.open(self.store, self.collective, self.identity, self.state, os.urandom)

    def add(self, title: str, *data: bytes) -> Segment:
        """Commits one case with an attachment for each of ``data``."""
        made = Case(id=os.urandom(16).hex(), created="2026-11-22T10:05Z", entered_by=self.identity.device, title=title)
        with self.open().begin(NOW) as batch:
            files = [batch.put([one], role="clean", media_type="text/plain") for one in data]
            return batch.commit([Draft(made, attachments=tuple(files))], NOW)

    def entries(self) -> dict[str, bytes]:
        """Every entry that this device can read, by hash: its logical state."""
        return {entry.hash: entry.line for segment in self.open().segments(()) for entry in segment.entries}

    def titles(self) -> list[str]:
        records = [entry.record for segment in self.open().segments(()) for entry in segment.entries]
        return sorted(record.title for record in records if record and record.title)

    def files(self, area: str = "") -> dict[str, bytes]:
        """The archive's own files below the collective, by relative path."""
        found = (self.root / self.collective / area).rglob("*")
        return {path.relative_to(self.root).as_posix(): path.read_bytes() for path in found if path.is_file()}

    def plan(self, other: Path, dropped: Container[str] = (), *, read_data: bool = False) -> Plan:
        found = exchange.look(self.root, Folder(other, os.urandom), self.state.mirror, read_data=read_data)
        return comparing.compare(self.root, found, dropped)

    def sync(
        self,
        other: Path,
        dropped: Container[str] = (),
        *,
        read_data: bool = False,
        count: Callable[[int], None] = lambda _: None,
    ) -> Outcome:
        peer = Folder(other, os.urandom)
        peer.is_new(self.store)
        found = exchange.look(self.root, peer, self.state.mirror, read_data=read_data)
        plan = comparing.compare(self.root, found, dropped)
        return exchange.exchange(
            self.store, peer, self.state.mirror, found, plan,
            now=NOW.timestamp(), random=os.urandom, count=count,
        )  # fmt: skip

    def second(self, name: str) -> Device:
        """Another device of the same person: a copy of the archive and a state folder that remembers nothing."""
        root = self.root.parent / name
        shutil.copytree(self.root, root)
        state = State(self.root.parent / f"{name}-state", self.state.folder.name)
        return Device(root, state, self.identity, self.collective)


@pytest.fixture(scope="session")
def found() -> Callable[[Path], Device]:
    """Makes an archive below a folder."""

    def make(folder: Path) -> Device:
        identity = Identity(os.urandom(32), "aa" * 16)
        store = Store.create(folder / "laptop", os.urandom)
        state = State(folder / "laptop-state", store.archive_id)
        journal = Journal.found(store, identity, state, NOW, os.urandom)
        return Device(store.root, state, identity, journal.collective)

    return make


@pytest.fixture
def laptop(tmp_path: Path, found: Callable[[Path], Device]) -> Device:
    """A new archive with one case and one attachment."""
    device = found(tmp_path)
    device.add("first", b"a statement")
    return device


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """A folder that is not there yet."""
    return tmp_path / "stick"
