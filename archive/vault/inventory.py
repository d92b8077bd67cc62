"""What lies in one copy of an archive, seen without a key: whole files, damaged ones, copies under wrong names.

A file has the right form if it lies where its name belongs::

    <collective id>/keys/<hash>     <collective id>/journal/<hh>/<hash>     <collective id>/objects/<hh>/<hash>
    requests/<hash>

Key events, segments and requests are small, and everything hangs on them, so that each is read and held against its
name. Attachments are taken at their size unless ``read_data``: they are held against their names when they are copied.
Links are never followed; hidden files and what systems put on every stick are passed over.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path

from msgspec import Struct

from archive.errors import ArchiveError
from archive.seal.lines import LARGEST
from archive.vault import disk, layout, objects, requests
from archive.vault.layout import REQUESTS
from archive.vault.tree import AREAS, NAME

CLUTTER = frozenset({"System Volume Information", "$RECYCLE.BIN", "lost+found", "LOST.DIR"})
_FORM = re.compile(r"(?:[0-9a-f]{64}/(keys|(?:journal|objects)/([0-9a-f]{2}))|requests)/([0-9a-f]{64})")
_MOST = {  # bytes of a file
    "keys": LARGEST,
    "journal": LARGEST,
    "objects": objects.PART + objects.PART // 64,
    REQUESTS: requests.LARGEST,
}


class Stray(Struct, frozen=True):
    """A file whose own name says nothing: where it lies, the name that its bytes have, its size."""

    path: str
    name: str
    size: int

    @property
    def place(self) -> str:
        """The path that its bytes have by right, in its own collective and area; empty if it cannot be read."""
        collective, area = self.path.split("/")[:2]
        if area == "keys":
            return f"{collective}/{area}/{self.name}"
        return f"{collective}/{area}/{self.name[:2]}/{self.name}"


class Inventory(Struct, frozen=True):
    """``whole`` are sizes by path of files that are what their names say, as far as was looked.

    ``damaged`` lie in the right place with wrong bytes; ``odd`` are links, folders or too large where a file should be;
    ``strays`` and ``damaged`` may be right under another name. ``foreign`` are paths of what does not belong here.
    """

    whole: Mapping[str, int] = {}
    damaged: Mapping[str, Stray] = {}
    odd: frozenset[str] = frozenset()
    strays: tuple[Stray, ...] = ()
    foreign: tuple[str, ...] = ()


def has_form(path: str) -> bool:
    """Whether a file of the archive may lie at this path."""
    found = _FORM.fullmatch(path)
    return found is not None and found[3].startswith(found[2] or "")


def area(path: str) -> str:
    """keys, journal, objects or requests."""
    return path.split("/")[-2 if path.count("/") < 3 else -3]


def fits(path: str, size: int) -> bool:
    """Whether a file at this path may have this size."""
    return size <= _MOST[area(path)]


def content_name(path: Path) -> str:
    """The name that a file's bytes have; empty if it cannot be read as a file."""
    hasher = blake2b(digest_size=32)
    try:
        for piece in disk.stream(path):
            hasher.update(piece)
    except ArchiveError:
        return ""
    return hasher.hexdigest()


def is_whole(root: Path, path: str) -> bool:
    """Whether the file's bytes are what its name says."""
    return content_name(root / path) == path.rpartition("/")[2]


def look(root: Path, *, read_data: bool = False) -> Inventory:
    """Looks through the copy at ``root``; one that is not there is empty. ArchiveError if the disk refuses."""
    whole: dict[str, int] = {}
    damaged: dict[str, Stray] = {}
    odd: set[str] = set()
    strays: list[Stray] = []
    foreign: list[str] = []
    for path, status in _files(root):
        size, regular = status.st_size, stat.S_ISREG(status.st_mode)
        if not has_form(path):
            stray = _stray(root, path, size) if regular and _inside_area(path) else None
            if stray:
                strays.append(stray)
            foreign += [path] if not stray and _is_told(path) else []
        elif not regular or not fits(path, size):
            odd.add(path)
        elif (area(path) == "objects" and not read_data) or is_whole(root, path):
            whole[path] = size
        else:
            damaged[path] = Stray(path, content_name(root / path), size)  # perhaps another file's bytes
    return Inventory(whole, damaged, frozenset(odd), tuple(strays), tuple(foreign))


def _files(root: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Every file of the archive's own folders; of other folders only their names."""
    for path, status, is_folder in _listed(root, ""):
        own = NAME.fullmatch(path) or path == REQUESTS
        if is_folder and own:
            yield from _below(root, path)
        elif path not in (layout.MARKER, *layout.FIXED, *CLUTTER):
            yield path, status


def _below(root: Path, inner: str) -> Iterator[tuple[str, os.stat_result]]:
    for path, status, is_folder in _listed(root, inner):
        if is_folder and not has_form(path):
            yield from _below(root, path)
        else:
            yield path, status


def _listed(root: Path, inner: str) -> Iterator[tuple[str, os.stat_result, bool]]:
    """Path, status and whether it is a folder, for everything in one folder but temporary files."""
    with disk.plainly():
        try:
            with os.scandir(root / inner) as found:
                seen = sorted(found, key=lambda entry: entry.name)
        except FileNotFoundError:
            return
        for entry in seen:
            if not entry.name.startswith(disk.TEMPORARY):
                path = f"{inner}/{entry.name}" if inner else entry.name
                yield path, entry.stat(follow_symlinks=False), entry.is_dir(follow_symlinks=False)


def _inside_area(path: str) -> bool:
    parts = path.split("/")
    return len(parts) > 2 and parts[1] in AREAS


def _stray(root: Path, path: str, size: int) -> Stray | None:
    """A file under a wrong name, hashed; None if it cannot be read, or is too large to be one of the archive's."""
    name = content_name(root / path) if size <= _MOST[path.split("/")[1]] else ""
    return Stray(path, name, size) if name else None


def _is_told(path: str) -> bool:
    return not path.rpartition("/")[2].startswith(".")
