"""An archive to try things on: its folder, a state folder, an identity, and the short ways to fill it."""

from __future__ import annotations

import os
from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.records.kinds import Attachment, Case
from archive.seal.identity import Identity
from archive.vault.deeds import Deed
from archive.vault.entry import Draft, Entry, Segment
from archive.vault.journal import Journal
from archive.vault.state import State
from archive.vault.store import Store

NOW = datetime(2026, 11, 22, 10, 5, 41, tzinfo=UTC)


@dataclass
class Place:
    """A founded archive and one device's state."""

    store: Store
    state: State
    identity: Identity
    collective: str
    now: datetime = NOW

    def open(self, state: State | None = None) -> Journal:
        return Journal.open(self.store, self.collective, self.identity, state or self.state, os.urandom)

    def elsewhere(self, name: str) -> State:
        """Another state folder for the same archive, which remembers nothing."""
        return State(self.state.root.parent / name, self.store.archive_id)

    def case(self, title: str) -> Case:
        return Case(id=os.urandom(16).hex(), created="2026-11-22T10:05Z", entered_by=self.identity.device, title=title)

    def add(self, title: str, *data: bytes, journal: Journal | None = None) -> Segment:
        """Commits one case with an attachment for each of ``data``."""
        with (journal or self.open()).begin(NOW) as batch:
            files = [batch.put([one], role="clean", media_type="text/plain") for one in data]
            return batch.commit([Draft(self.case(title), attachments=tuple(files))], NOW)

    def write(self, *drafts: Draft | Deed, journal: Journal | None = None) -> Segment:
        """Commits drafts and deeds without files."""
        with (journal or self.open()).begin(NOW) as batch:
            return batch.commit(drafts, self.now)

    def entries(self) -> list[Entry]:
        """Every entry of the journal."""
        return [entry for segment in self.open().segments(()) for entry in segment.entries]

    def files(self) -> dict[str, bytes]:
        """Every file of the archive, by relative path."""
        root = self.store.root
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}

    def temporary(self) -> list[Path]:
        """What writers left behind, in the archive and in the state."""
        return [*self.store.root.rglob(".tmp-*"), *self.state.root.rglob(".tmp-*")]

    def path(self, relative: str) -> Path:
        return self.store.root / relative

    def titles(self, journal: Journal | None = None, known: Container[str] = ()) -> list[str]:
        """The titles of all cases in the journal, sorted."""
        segments = (journal or self.open()).segments(known)
        records = [entry.record for segment in segments for entry in segment.entries]
        return sorted(record.title for record in records if record and record.title)

    def draft(self, title: str, *files: Attachment) -> Draft:
        return Draft(self.case(title), attachments=files)

    @staticmethod
    def overwrite(path: Path, data: bytes) -> None:
        """Changes a file that is read-only, as a sync tool might."""
        path.chmod(0o600)
        path.write_bytes(data)


@pytest.fixture(scope="session")
def found() -> Callable[[Path], Place]:
    """Makes an archive below a folder."""
    return _found


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A new archive."""
    return _found(tmp_path)


def _found(folder: Path) -> Place:
    identity = Identity(os.urandom(32), "aa" * 16)
    store = Store.create(folder / "archive", os.urandom)
    state = State(folder / "state", store.archive_id)
    journal = Journal.found(store, identity, state, NOW, os.urandom)
    return Place(store, state, identity, journal.collective)
