"""A machine on which no sandbox can be had: brought files are refused unless a person insists, and that is logged."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from archive.errors import MissingToolError
from archive.sandbox.walls import Wall
from archive.sandbox.worker import Worker, wall_here

PROGRAM = """
import sys
from archive.sandbox import worker
from archive.sandbox.walls import Wall
worker.command = lambda wall, disk, program: list(program) if wall is Wall.NOTHING else None
import cli
sys.exit(cli.main())
"""


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The program on such a machine."""
    (folder / "passphrase").write_text("horse battery staple seven")
    environment = os.environ | {
        "ARCHIVE_DIR": str(folder / "a"), "ARCHIVE_STATE": str(folder / "state"), "COLUMNS": "200",
        "ARCHIVE_PASSPHRASE_FILE": str(folder / "passphrase"),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }  # fmt: skip
    words = (sys.executable, "-c", PROGRAM, *words)
    return subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def logged(folder: Path) -> list[dict[str, str]]:
    """The chain of custody."""
    events = json.loads(run(folder, "log", "--json").stdout)["events"]
    assert isinstance(events, list)
    return events


def test_files_are_refused_unless_a_person_insists(tmp_path: Path) -> None:
    """``init`` names what is missing; ``add`` takes nothing in, and says what to do; ``--no-sandbox`` is loud."""
    made = run(tmp_path, "init", str(tmp_path / "a"), "--collective", "T", "--kdf", "tests-only", "--yes")
    assert "Missing: a sandbox" in made.stdout
    picture = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(picture, "JPEG")
    (tmp_path / "p.jpg").write_bytes(picture.getvalue())

    refused = run(tmp_path, "add", "p.jpg")
    assert refused.returncode == MissingToolError.exit_code
    assert "No sandbox can be had on this machine" in refused.stderr
    assert "bubblewrap" in refused.stderr
    assert all(event["event"] != "ingestion" for event in logged(tmp_path))

    insisted = run(tmp_path, "add", "p.jpg", "--no-sandbox")
    assert insisted.returncode == 0
    assert "WITHOUT A SANDBOX" in insisted.stderr
    assert [event["outcome"] for event in logged(tmp_path)].count("read without a sandbox") == 1


def test_a_worker_without_a_wall_opens_nothing() -> None:
    """And says so each time; the first wall that can be had is used."""
    with Worker("sandbox_probes:handle", walls=[]) as worker:
        for _ in range(2):
            with pytest.raises(MissingToolError, match="No sandbox"):
                worker.call(b"echo", b"")
    assert wall_here([]) is None
    assert wall_here([Wall.NOTHING]) is Wall.NOTHING


def test_the_next_wall_is_tried_where_one_does_not_stand(wall: Wall, monkeypatch: pytest.MonkeyPatch) -> None:
    """bubblewrap may be installed and forbidden, as in many containers: its start fails, and Landlock is taken."""
    if wall is not Wall.LANDLOCK:
        pytest.skip("about Landlock")
    monkeypatch.setattr("archive.sandbox.walls._BUBBLEWRAP", ("/bin/false",))
    with Worker("sandbox_probes:handle") as worker:
        assert worker.call(b"echo", b"here") == b"here"
        assert worker.wall() is Wall.LANDLOCK
