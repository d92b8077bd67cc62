"""Files that a command writes in clear, for its user's eyes only, and the user's own that it changes."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from archive.errors import ArchiveError, ExistsError
from archive.speech import tr
from archive.vault import disk


def write_private(path: Path, text: str) -> None:
    """A text at ``path``, mode 0600, lines as they are; ExistsError if something is there."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise ExistsError(tr("There is a file of this name already."), tr("Choose another.")) from None
    except OSError as error:
        raise ArchiveError(
            tr("The file cannot be written: {strerror}.", strerror=error.strerror), tr("Choose another place.")
        ) from None
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        file.write(text)


def replace(path: Path, data: bytes) -> None:
    """Puts the user's own file at ``path``, in place of what may be there, in one step: never half of it.

    A file that is there keeps its mode, and a link to it stays a link. ArchiveError where it cannot be written.
    """
    with disk.plainly():
        path = path.resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o600
    written = disk.temporary(path.parent, secrets.token_bytes)
    try:
        disk.write_at(written, [data])
        with disk.plainly():
            written.chmod(mode)
            os.utime(written)  # written now, unlike a file of an archive
        disk.sync(written)
        disk.rename(written, path)
    except BaseException:  # Ctrl-C too leaves nothing behind
        disk.remove(written)
        raise
    disk.sync(path.parent)
