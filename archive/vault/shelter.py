"""Hard links of attachments in the private mirror: a second name that no sync tool reaches, and no second copy.

A tool that deletes a file, or puts a truncated one in its place, leaves the linked one whole; one that writes into the
file itself spoils both, so that a link is held against its name before it is used. Where the mirror lies on another
disk, or the disk knows no links (FAT), there are none.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from archive.errors import ArchiveError
from archive.vault import disk, inventory
from archive.vault.tree import Tree


def shelter(store: Tree, mirror: Tree, collective: str, names: Iterable[str]) -> None:
    """Gives objects of the archive a second name in the mirror, as far as that can be done."""
    with suppress(ArchiveError, OSError):  # the archive's own file is there, whatever becomes of the link
        folder = mirror.folder(collective, "objects")
        folder.mkdir(0o700, parents=True, exist_ok=True)
        for name in names:
            _link(store.path(collective, "objects", name), mirror.path(collective, "objects", name), mirror.root)


def _link(source: Path, target: Path, root: Path) -> None:
    """Links a file; a link that is there already stays, unless its bytes are not what its name says any more."""
    disk.make_folder(target.parent)
    try:
        os.link(source, target, follow_symlinks=False)
    except FileExistsError:
        same = source.lstat().st_ino == target.lstat().st_ino
        if not same and not inventory.is_whole(root, target.relative_to(root).as_posix()):
            disk.remove(target)
            os.link(source, target, follow_symlinks=False)
