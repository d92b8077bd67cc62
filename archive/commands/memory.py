"""A private folder in memory for what may be looked at and must not stay: gone when the block ends, however it ends."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.errors import MissingToolError
from archive.speech import tr

_KINDS = frozenset({"tmpfs", "ramfs"})
_MOUNTS = Path("/proc/self/mountinfo")


@contextmanager
def folder(places: tuple[Path, ...]) -> Iterator[Path]:
    """A new folder (0700) in the first of ``places`` that lies in memory; MissingToolError where none does."""
    place = next((one for one in places if _lies_in_memory(one) and os.access(one, os.W_OK)), None)
    if place is None:
        raise MissingToolError(
            tr("This machine has no memory file system to show it from, and it is not written to a disk."),
            tr("Mount one at /dev/shm. Or write the file out where you want it: archive get REF -o FILE"),
        )
    made = Path(tempfile.mkdtemp(prefix="look-", dir=place))
    try:
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
