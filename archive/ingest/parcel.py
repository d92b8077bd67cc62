"""What an export came as: a folder, a zip, or one file with others beside it. Nothing in it is read but side files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

from archive.errors import UncleanError, UsageError
from archive.ingest.exports import Member
from archive.ingest.files import LIMIT, Pick, Refused, Source, clean_name, collect
from archive.ingest.taking import Loose
from archive.speech import tr

File = Source | Loose | Refused

_SIDES = (".json", ".csv", ".asc", ".ots", ".gst", ".nostr", ".uri", ".cert", ".txt")
_ZIP = b"PK\x03\x04"
_LARGEST_SIDE = 16 * 1024 * 1024


class Parcel:
    """The files of an export by their paths below it; ``beside`` is the folder of an export that is one file."""

    def __init__(self, files: Mapping[str, File], beside: Path | None = None) -> None:
        self.files = files
        self._beside = beside

    def sides(self) -> dict[str, bytes]:
        """The small files that may say something about others, read."""
        return {path: data for path, file in self.files.items() if (data := _side(path, file)) is not None}

    def named(self, name: str) -> File:
        """The file called so, wherever it lies in the export, or beside it; Refused where there is none."""
        for path, file in self.files.items():
            if PurePosixPath(path).name == name:
                return file
        if self._beside is not None and PurePosixPath(name).name == name:
            return next(collect([self._beside / name], Pick()))
        return Refused(Path(name), clean_name(Path(name)), tr("it is not in the export"))


def open_parcel(path: Path, unzip: Callable[[bytes], tuple[Member, ...]]) -> Parcel:
    """Look into an export; ``unzip`` takes a zip apart, in the sandbox. UsageError for what is neither."""
    if path.is_dir() and not path.is_symlink():
        found = collect([path], Pick(recursive=True))
        return Parcel({one.path.relative_to(path).as_posix(): one for one in found})
    (only,) = collect([path], Pick())
    if isinstance(only, Refused):
        raise UsageError(
            tr("This export cannot be read: {reason}.", reason=tr(only.reason)),
            tr("Give the file or folder that the tool made."),
        )
    try:
        if not next(only.pieces()).startswith(_ZIP):
            return Parcel({path.name: only}, beside=path.parent)
        data = only.read() if only.size <= LIMIT else b""
    except UncleanError as error:
        raise UsageError(
            tr("This export cannot be read: {message}.", message=error.message), tr("Run the command again.")
        ) from None
    if not data:
        raise UsageError(tr("This zip is too large to be read."), tr("Unpack it yourself, and import the folder."))
    members = unzip(data)
    return Parcel({one.path: Loose(clean_name(Path(one.path)), one.data) for one in members if _is_plain(one.path)})


def _is_plain(path: str) -> bool:
    """Whether a file is meant, and not what a Mac packs beside it."""
    parts = PurePosixPath(path).parts
    return bool(parts) and "__MACOSX" not in parts and not parts[-1].startswith("._")


def _side(path: str, file: File) -> bytes | None:
    if isinstance(file, Refused) or not path.lower().endswith(_SIDES):
        return None
    try:
        data = file.data if isinstance(file, Loose) else file.read() if file.stamp[2] <= _LARGEST_SIDE else None
    except UncleanError:
        return None
    return data if data is not None and len(data) <= _LARGEST_SIDE else None
