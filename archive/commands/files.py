"""Files that a command writes in clear, for its user's eyes only."""

from __future__ import annotations

import os
from pathlib import Path

from archive.errors import ArchiveError, ExistsError
from archive.speech import tr


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
