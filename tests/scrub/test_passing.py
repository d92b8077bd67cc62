"""Recordings pass through two children of the real sandbox: one cleans, one looks; neither is believed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from archive.errors import UncleanError
from archive.sandbox.worker import Worker
from archive.scrub.clean import Cleaner
from archive.scrub.contract import Reason
from archive.scrub.passing import Passing

HERE = Path(__file__).parent
MIB = 1 << 20


@pytest.fixture(scope="module")
def cleaner() -> Iterator[Cleaner]:
    """One cleaner for all tests here."""
    with Cleaner() as started:
        yield started


def recording(path: Path, size: int, *, dirty: bool = True) -> Path:
    """A WAV of silence of so many bytes, as good as empty on the disk, with a note behind its samples."""
    note = b"LIST" + (16).to_bytes(4, "little") + b"INFOICMTKANAREK\0" if dirty else b""
    head = b"WAVEfmt \x10\0\0\0\1\0\1\0\x80\xbb\0\0\0\x77\1\0\2\0\x10\0data" + size.to_bytes(4, "little")
    with path.open("wb") as file:
        file.write(b"RIFF" + (len(head) + size + len(note)).to_bytes(4, "little") + head)
        file.seek(size, os.SEEK_CUR)
        file.write(note)
        file.truncate()
    return path


def opener(path: Path) -> Callable[[], AbstractContextManager[int]]:
    @contextlib.contextmanager
    def opened() -> Iterator[int]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    return opened


def passing(cleaner: Cleaner, path: Path) -> Passing:
    return cleaner.pass_through(opener(path), path.stat().st_size)


def test_what_passes_is_what_cleaning_in_memory_makes(cleaner: Cleaner, tmp_path: Path) -> None:
    """The same bytes and the same report, in blocks of at most 1 MiB."""
    path = recording(tmp_path / "a.wav", 5 * MIB + 2)
    through = passing(cleaner, path)
    blocks = list(through)
    whole = cleaner.clean(path.read_bytes(), "a")
    assert b"".join(blocks) == whole.data
    assert max(map(len, blocks)) <= MIB
    assert (through.cleaned.found, through.cleaned.media_type) == (("LIST info",), "audio/wav")
    assert through.cleaned.data == b""


def test_what_is_no_recording_is_told_before_anything_passes(cleaner: Cleaner, tmp_path: Path) -> None:
    """The caller may then read it whole."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"The gate.\n" * 1000)
    through = passing(cleaner, path)
    with pytest.raises(UncleanError) as caught:
        next(iter(through))
    assert caught.value.message == Reason.UNKNOWN
    with pytest.raises(UncleanError):
        _ = through.cleaned


def test_a_recording_that_ends_early_is_refused_by_name(cleaner: Cleaner, tmp_path: Path) -> None:
    """As any other file."""
    path = recording(tmp_path / "a.wav", 3 * MIB, dirty=False)
    os.truncate(path, 2 * MIB)
    with pytest.raises(UncleanError) as caught:
        list(passing(cleaner, path))
    assert caught.value.message == f"it could not be cleaned ({Reason.ENDS_EARLY})"


@pytest.mark.parametrize(
    ("probe", "reason"),
    [("forgetful", Reason.RESIDUE), ("boastful", Reason.ANSWER), ("garbling", Reason.ANSWER)],
)
def test_a_child_that_lies_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, probe: str, reason: Reason
) -> None:
    """Nobody who takes the blocks can take them for clean: the last thing that happens is a refusal."""
    monkeypatch.syspath_prepend(HERE)
    path = recording(tmp_path / "a.wav", 2 * MIB)
    with Worker("passing_probes:handle", streaming=f"passing_probes:{probe}") as worker:
        through = Passing(worker, opener(path), path.stat().st_size)
        with pytest.raises(UncleanError) as caught:
            list(through)
        assert caught.value.message == f"it could not be cleaned ({reason})"
        with pytest.raises(UncleanError):
            _ = through.cleaned


def test_nobody_waits_for_a_recording_that_is_given_up(cleaner: Cleaner, tmp_path: Path) -> None:
    """Ctrl-C in the middle of a long film: little more of it is handed on, or read here."""
    path = recording(tmp_path / "a.wav", 2000 * MIB)
    blocks = iter(passing(cleaner, path))
    start = time.process_time()
    for _ in range(3):
        next(blocks)
    blocks.close()  # type: ignore[attr-defined]  # a generator
    assert time.process_time() - start < 0.5
    assert cleaner.clean(b"The gate.\n", "a").media_type == "text/plain"


def test_memory_stays_flat(tmp_path: Path) -> None:
    """400 MiB pass, and the process with the keys never holds more than a few blocks of them."""
    path = recording(tmp_path / "a.wav", 400 * MIB)
    program = f"""
import hashlib, resource, sys
sys.path.insert(0, {str(HERE)!r})
from pathlib import Path
from test_passing import passing
from archive.scrub.clean import Cleaner
with Cleaner() as cleaner:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    digest = hashlib.sha256()
    for block in passing(cleaner, Path({str(path)!r})):
        digest.update(block)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, digest.hexdigest())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    grown, digest = done.stdout.split()
    clean = recording(tmp_path / "b.wav", 400 * MIB, dirty=False)
    with clean.open("rb") as file:
        assert digest == hashlib.file_digest(file, "sha256").hexdigest()
    assert int(grown) < 24 * 1024  # KiB
