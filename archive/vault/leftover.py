"""What lies in clear while a command runs must not outlive it: whoever comes next destroys what a killed one left.

A lock tells what still has somebody at it, since the kernel lets go of it however a process ends. Where a file system
knows no locks nothing is destroyed.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

DOSSIER = "archive-dossier"
"""As what a dossier that will be locked is drafted in memory: known here, as each command looks for one."""
_AT_ONCE = fcntl.LOCK_EX | fcntl.LOCK_NB


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Keep others from taking this file or folder for left over, until the block ends."""
    descriptor = _opened(path)
    try:
        with suppress(OSError):  # not every file system has locks
            fcntl.flock(descriptor, _AT_ONCE)
        yield
    finally:
        os.close(descriptor)


def sweep(place: Path, like: str) -> None:
    """Destroy the files and folders of this user in ``place`` whose names are ``like`` that and whom nobody holds."""
    for path in place.glob(like):
        with suppress(OSError):  # somebody else's, or somebody is at it
            _destroy(path)


def _destroy(path: Path) -> None:
    """Raises OSError where that may not or cannot be."""
    descriptor = _opened(path)
    try:
        fcntl.flock(descriptor, _AT_ONCE)
        if os.fstat(descriptor).st_uid != os.geteuid():
            return
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    finally:
        os.close(descriptor)


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
