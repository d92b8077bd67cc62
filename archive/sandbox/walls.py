"""Which walls can stand around a reader on this machine, and what of the disk is left inside them.

Two kinds, tried in this order; that one can be had is found out by starting the server inside it:

- ``BUBBLEWRAP``: namespaces of its own for users, processes, network, messages and mounts. There is no other disk than
  ``needed``, read-only, no network, no other process; it dies with its parent.
- ``LANDLOCK``: the same disk as far as opening files goes, by rules of the kernel; ``syscalls.py`` takes away the rest.

Inside bubblewrap Landlock and the list of system calls are added where the kernel has them: two walls, one behind the
other. ``NOTHING`` is for the person who insists (``--no-sandbox``): limits on memory, time and files alone.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path

_BUBBLEWRAP = ("/usr/bin/bwrap", "/bin/bwrap", "/usr/local/bin/bwrap", "/run/current-system/sw/bin/bwrap")
_SYSTEM = (
    "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/local/lib64", "/lib", "/lib64", "/etc/ld.so.cache",
    "/nix/store", "/gnu/store",
    "/usr/share/fonts", "/usr/local/share/fonts",  # pages of a PDF may name a font that is not in it
    "/usr/share/tesseract-ocr", "/usr/share/tessdata", "/usr/local/share/tessdata",  # letters, as it knows them
)  # fmt: skip
_CHANCE = "/dev/urandom"  # without it qpdf opens no PDF that is encrypted as programs do it today
_LARGE_PAGES = "/sys/kernel/mm/transparent_hugepage"  # where the C library looks, once, whether there are any
_FOR_ONE_FILE = ("hugetlb=1", "mmap_threshold=1073741824", "trim_threshold=2147483648")
ENVIRONMENT = {
    "GLIBC_TUNABLES": ":".join(f"glibc.malloc.{setting}" for setting in _FOR_ONE_FILE),
    "OMP_THREAD_LIMIT": "1",
}
"""All that a reader finds in its environment: large pages of memory, and none given back, since it lives for one file
only. Half of the time on a photograph went into small pages. And one thread for each: tesseract shares every line of
a page among four, that spend six times the work on waiting for each other; several pages are read at a time instead."""

_LIBRARIES = ("site-packages", "dist-packages", "lib-dynload")


class Wall(StrEnum):
    """What stands around a reader; the value is its name for people."""

    BUBBLEWRAP = "bubblewrap"
    LANDLOCK = "Landlock"
    NOTHING = "nothing"


WALLS = (Wall.BUBBLEWRAP, Wall.LANDLOCK)
NO_WALLS = (Wall.NOTHING,)


def interpreter() -> str:
    """The Python itself, past the links of a virtual environment."""
    return str(Path(getattr(sys, "_base_executable", None) or sys.executable).resolve())


def import_path() -> list[str]:
    """List where this process finds modules, this package first; works for a wheel, an editable install, a checkout."""
    here = str(_here())
    return [here, *(entry for entry in sys.path if entry != here and Path(entry).is_absolute())]


def needed(*targets: str) -> list[str]:
    """List what of the disk Python, its libraries and the targets' modules need, none of it inside another of them.

    Of a folder that may hold other things too (a checkout, a home) only the packages that are used.
    """
    found: list[Path] = []
    for path in sorted(_needed(targets)):
        if os.access(path, os.R_OK) and not any(path.is_relative_to(other) for other in found):
            found.append(path)
    return list(map(str, found))


def command(wall: Wall, disk: Sequence[str], program: Sequence[str]) -> list[str] | None:
    """The words that start a program inside a wall; None where the wall cannot be had."""
    if wall is not Wall.BUBBLEWRAP:
        return list(program)
    bubblewrap = next((path for path in _BUBBLEWRAP if os.access(path, os.X_OK)), None)
    if bubblewrap is None:
        return None
    binds = [word for path in disk for word in ("--dev-bind" if path == _CHANCE else "--ro-bind", path, path)]
    return [
        bubblewrap, "--unshare-all", "--die-with-parent", "--as-pid-1", "--cap-drop", "ALL", "--clearenv",
        *(word for name, value in ENVIRONMENT.items() for word in ("--setenv", name, value)),
        *binds, "--ro-bind-try", _LARGE_PAGES, _LARGE_PAGES, "--remount-ro", "/", "--chdir", "/", "--", *program,
    ]  # fmt: skip


def _needed(targets: Sequence[str]) -> Iterator[Path]:
    yield from map(Path, (*_SYSTEM, _CHANCE))
    yield Path(interpreter())
    yield from (Path(sys.base_prefix, name) for name in ("lib", "lib64"))
    entries = [Path(entry) for entry in import_path()]
    yield from (entry for entry in entries if entry.name in _LIBRARIES or _is_standard(entry))
    yield _here() / "archive"
    for package in {target.partition(":")[0].partition(".")[0] for target in targets if target}:
        yield from (entry / name for entry in entries for name in (package, f"{package}.py"))


def _is_standard(entry: Path) -> bool:
    return entry.suffix == ".zip" or (entry.name == f"python{sys.version_info[0]}.{sys.version_info[1]}")


def _here() -> Path:
    return Path(__file__).resolve().parent.parent.parent
