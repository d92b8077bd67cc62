"""``init`` that was broken off: while the folder was made, or before the collective had its name."""

from __future__ import annotations

import errno
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.casework import beginning
from archive.desk import Desk, Place
from archive.errors import ArchiveError, ExistsError
from archive.vault.journal import Journal
from archive.vault.store import Store

NOW = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)


def found(place: Place, name: str) -> str:
    """What ``archive init`` does; the name that the collective has then."""
    beginning.found(place, name, lambda: "pass", kdf="tests-only", random=os.urandom, clock=lambda: NOW)
    return Desk.open(place, lambda: "pass", random=os.urandom, clock=lambda: NOW).collective_name


@pytest.mark.parametrize("call", ["rename", "fsync"])
def test_a_fixed_file_that_is_refused_leaves_nothing_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """No temporary file stays in the new folder, and the next try makes the archive there."""

    def refused(*_: object) -> None:
        raise OSError(errno.EIO, "a fault")

    with monkeypatch.context() as patch, pytest.raises(ArchiveError, match="fault"):
        patch.setattr(os, call, refused)
        Store.create(tmp_path / "archive", os.urandom)
    assert [*(tmp_path / "archive").iterdir()] == []
    assert Store.create(tmp_path / "archive", os.urandom).archive_id


def test_the_next_init_goes_on_where_it_was_broken_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One collective with a name; from then on init says that an archive is here."""
    place = Place(tmp_path / "archive", tmp_path / "state", tmp_path / "identity")

    def stopped(*_: object) -> None:
        raise ArchiveError("stopped")

    with monkeypatch.context() as patch, pytest.raises(ArchiveError, match="stopped"):
        patch.setattr(Journal, "begin", stopped)
        found(place, "Weir")
    assert found(place, "Weir") == "Weir"
    with pytest.raises(ExistsError):
        found(place, "Weir")
