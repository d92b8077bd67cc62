"""Exchange through real rclone with a real WebDAV server on this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.errors import ArchiveError, MissingToolError, UsageError
from archive.vault import check, comparing, exchange
from archive.vault.exchange import Outcome
from archive.vault.remote import Remote
from archive.vault.store import Store

Device = Any  # conftest.py's; pytest imports it by itself
needs_rclone = pytest.mark.skipif(shutil.which("rclone") is None, reason="needs rclone")


@pytest.fixture
def dav(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """What rclone calls the served folder, and the folder itself."""
    served = tmp_path / "served"
    served.mkdir()
    server = subprocess.Popen(
        ["rclone", "serve", "webdav", served, "--addr", "127.0.0.1:0", "--dir-cache-time", "0s"],
        stderr=subprocess.PIPE, text=True, env={**os.environ, "RCLONE_CONFIG": os.devnull},
    )  # fmt: skip
    try:
        assert server.stderr is not None
        url = next(found[0] for line in server.stderr if (found := re.search(r"http://127\.0\.0\.1:\d+/", line)))
        yield f":webdav,url='{url}',vendor=other:", served
    finally:
        server.terminate()
        server.wait()


def sync(device: Device, remote: str, staging: Path, *, read_data: bool = False) -> Outcome:
    peer = Remote(remote, staging, os.urandom)
    peer.is_new(device.store)
    found = exchange.look(device.root, peer, device.state.mirror, read_data=read_data)
    plan = comparing.compare(device.root, found)
    return exchange.exchange(
        device.store, peer, device.state.mirror, found, plan, now=0, random=os.urandom, count=lambda _: None
    )


@needs_rclone
def test_two_devices_meet_at_a_webdav_server(laptop: Device, dav: tuple[str, Path], tmp_path: Path) -> None:
    """Both write apart, meet there, lose files there to damage and deletion, and end with the same records."""
    remote, served = f"{dav[0]}case", dav[1] / "case"
    staging = tmp_path / "staging"
    assert sync(laptop, remote, staging).sent == 3
    assert check.check(Store(served)).problems == ()
    other = laptop.second("other")
    laptop.add("here", b"1")
    other.add("there", b"2", b"3")
    assert sync(laptop, remote, staging).sent == 2
    done = sync(other, remote, staging)
    assert (done.sent, done.received) == (3, 2)
    cut, gone = sorted(laptop.files("journal"))[:2]
    (served / cut).write_bytes(b"cut")
    (served / gone).unlink()
    done = sync(laptop, remote, staging)
    assert (done.sent, done.received, done.healed, done.problems, done.stopped) == (1, 3, 1, (), ())
    assert laptop.titles() == other.titles() == ["first", "here", "there"]
    assert check.check(Store(served)).problems == ()
    assert not list(staging.iterdir())


@needs_rclone
def test_what_came_changed_from_afar_is_not_taken_over(laptop: Device, dav: tuple[str, Path], tmp_path: Path) -> None:
    """A changed file of the same size is found when it is fetched; `read_data` finds and mends it over there."""
    remote, served = dav
    sync(laptop, remote, tmp_path / "staging")
    (path,) = laptop.files("objects")
    data = bytearray((served / path).read_bytes())
    data[-1] ^= 1
    (served / path).write_bytes(data)
    whole = (laptop.root / path).read_bytes()
    for root in (laptop.root, laptop.state.mirror.root):
        (root / path).unlink()
    done = sync(laptop, remote, tmp_path / "staging")
    assert ([problem.path for problem in done.problems], done.received) == ([path], 0)
    assert not (laptop.root / path).exists()
    (laptop.root / path).write_bytes(whole)
    assert sync(laptop, remote, tmp_path / "staging", read_data=True).healed == 1
    assert (served / path).read_bytes() == whole


@needs_rclone
def test_a_conflict_copy_at_the_server_is_used(laptop: Device, dav: tuple[str, Path], tmp_path: Path) -> None:
    remote, served = dav
    sync(laptop, remote, tmp_path / "staging")
    (path,) = laptop.files("objects")
    (laptop.root / path).rename(served / f"{path} (conflicted copy)")
    (served / path).unlink()
    sync(laptop, remote, tmp_path / "staging")
    assert check.check(laptop.store).problems == ()
    assert (served / path).read_bytes() == (laptop.root / path).read_bytes()


@needs_rclone
def test_another_archive_or_a_full_folder_at_the_server_is_refused(
    laptop: Device, dav: tuple[str, Path], tmp_path: Path
) -> None:
    remote, served = dav
    Store.create(served / "theirs", os.urandom)
    with pytest.raises(UsageError, match="another archive"):
        sync(laptop, f"{remote}theirs", tmp_path / "staging")
    with pytest.raises(UsageError, match="1 other things"):
        sync(laptop, remote, tmp_path / "staging")


@needs_rclone
def test_a_server_that_is_away_is_one_sentence(laptop: Device, tmp_path: Path) -> None:
    before = laptop.files()
    with pytest.raises(ArchiveError, match="rclone could not do it"):
        sync(laptop, ":webdav,url='http://127.0.0.1:9/':", tmp_path / "staging")
    assert laptop.files() == before


def test_without_rclone_the_refusal_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingToolError, match="not installed"):
        Remote("stick:case", tmp_path, os.urandom)
