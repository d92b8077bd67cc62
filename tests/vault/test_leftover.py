"""What a killed command left in clear is destroyed by the next one; what somebody is at, or another user's, is not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from archive.vault import leftover

HOLDING = """
import sys
from pathlib import Path
from archive.vault import leftover
with leftover.held(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("folder", [True, False])
def test_what_is_held_stays_until_its_holder_is_killed(tmp_path: Path, folder: bool) -> None:
    """A folder with what is in it, or a file; by another process and by this one."""
    left = tmp_path / "a.draft-0123abcd"
    if folder:
        (left / "in").mkdir(parents=True)
        (left / "in" / "name.txt").write_text("Sokyrko")
    else:
        left.write_text("Sokyrko")
    with leftover.held(left):
        leftover.sweep(tmp_path, "a.draft-*")
        assert left.exists()
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, left], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout and holder.stdout.readline() == "held\n"
        leftover.sweep(tmp_path, "a.draft-*")
        assert left.exists()
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    leftover.sweep(tmp_path, "b.draft-*")
    assert left.exists()
    leftover.sweep(tmp_path, "a.draft-*")
    assert not left.exists()


def test_a_link_leads_nowhere(tmp_path: Path) -> None:
    """Whoever may write into the same folder in memory cannot have anything of ours destroyed by it."""
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("x")
    (tmp_path / "a.draft-1").symlink_to(kept)
    leftover.sweep(tmp_path, "a.draft-*")
    assert (kept / "file").exists()


def test_what_is_another_users_stays(tmp_path: Path) -> None:
    """In a folder where everybody may write."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to make something another user's")
    left = tmp_path / "a.draft-1"
    left.mkdir()
    os.chown(left, 12345, 12345)
    leftover.sweep(tmp_path, "a.draft-*")
    assert left.exists()
