"""A private folder in memory for what may be looked at and must not stay: gone when the block ends, however it ends."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.errors import MissingToolError
from archive.speech import tr
from archive.vault import leftover

_KINDS = frozenset({"tmpfs", "ramfs"})
_MOUNTS = Path("/proc/self/mountinfo")


PLACES = (Path("/dev/shm"), Path("/run/shm"))  # noqa: S108 - a memory file system is what is wanted
_LIKE = ("archive-look-*", f"{leftover.DOSSIER}.draft-*")


def place() -> Path | None:
    """The first of ``PLACES`` that lies in memory and takes files; None where none does."""
    return next((one for one in PLACES if _lies_in_memory(one) and os.access(one, os.W_OK)), None)


def sweep() -> None:
    """Destroy what killed commands left in memory, where it would stay until the machine is switched off."""
    for one in PLACES:
        for like in _LIKE:
            leftover.sweep(one, like)


@contextmanager
def folder() -> Iterator[Path]:
    """A new folder (0700) in memory; MissingToolError where there is no such place."""
    within = place()
    if within is None:
        raise MissingToolError(
            tr("This machine has no memory file system to show it from, and it is not written to a disk."),
            tr("Mount one at /dev/shm. Or write the file out where you want it: archive get REF -o FILE"),
        )
    made = within / f"archive-look-{secrets.token_hex(8)}"
    made.mkdir(0o700)
    try:
        with leftover.held(made):
            yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def put(path: Path, data: bytes) -> None:
    """A file that nobody else reads."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as file:
        file.write(data)


def _lies_in_memory(place: Path) -> bool:
    """Whether the file system that holds ``place`` is one in memory, as the kernel tells."""
    try:
        real, lines = place.resolve(strict=True), _MOUNTS.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return False
    holding: tuple[int, str] = (-1, "")
    for line in lines:
        fields, _, rest = line.partition(" - ")
        mounted = Path(fields.split()[4].encode().decode("unicode_escape"))
        if real.is_relative_to(mounted):
            holding = max(holding, (len(mounted.parts), rest.split()[0]), key=lambda one: one[0])
    return holding[1] in _KINDS
