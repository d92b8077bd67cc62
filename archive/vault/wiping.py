"""Destroying the means to open this copy: the keystore, then what this device remembers. Nothing shared is touched.

Without the keystore neither the index (its key lies there) nor the mirror (encrypted like the archive) opens, so the
first step is the one that counts, and it takes milliseconds. The file is overwritten before its name goes; on an SSD or
a file system that copies on writing, old blocks may outlive that, guarded by the passphrase alone.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from archive.vault import disk, layout


def wipe(identity: Path, state: Path, random: Callable[[int], bytes]) -> int:
    """Destroys a keystore, those it replaced, and the state of every archive in ``state``; how many of them.

    Only what the program itself made there: other files in the folder stay.
    """
    beside = sorted(identity.parent.glob(f"{identity.name}.*"))  # replaced by join or by a new passphrase
    stores = [path for path in (identity, *beside) if os.path.lexists(path)]
    for path in stores:
        _destroy(path, random)
    folders = [state / name for name in disk.names(state) if layout.is_archive_id(name)]
    for folder in folders:
        with disk.plainly():
            shutil.rmtree(folder)
    return len(stores) + len(folders)


def _destroy(path: Path, random: Callable[[int], bytes]) -> None:
    """Overwrites a file, has the disk keep that, and takes it away."""
    with disk.plainly():
        if path.is_file() and not path.is_symlink():
            path.chmod(0o600)
            with path.open("r+b") as file:
                file.write(random(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
        path.unlink()
    disk.sync(path.parent)
