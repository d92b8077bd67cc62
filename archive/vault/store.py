"""An archive on disk: the folder that any sync tool may copy, found, made and read without a key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from archive.errors import DamagedError, ExistsError, NoArchiveError, NotFoundError
from archive.speech import tr
from archive.vault import disk, layout
from archive.vault.tree import Tree

_LONGEST_MARKER = 4096


class Store(Tree):
    """The archive in the folder ``root``. NoArchiveError if there is none, DamagedError if ARCHIVE is not readable."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        try:
            text = disk.read(root / layout.MARKER, _LONGEST_MARKER)
        except NotFoundError as error:
            raise no_archive() from error
        except DamagedError as error:  # something else in its place, or too long: say which file it is
            raise _damaged_marker() from error
        first, _, rest = text.decode("ascii", "replace").partition("\n")
        if first.startswith("case-archive/") and first != layout.FORMAT:
            raise DamagedError(
                tr("This archive has a format that this version of the program does not know."), tr("Update first.")
            )
        self.archive_id = rest.removesuffix("\n")
        if text != layout.marker(self.archive_id) or not layout.is_archive_id(self.archive_id):
            raise _damaged_marker()

    @classmethod
    def create(cls, root: Path, random: Callable[[int], bytes]) -> Store:
        """Makes an archive with a random id; one that was made but never founded in is taken up again.

        The file ARCHIVE comes last. ExistsError if an archive is here already or the folder holds other things.
        """
        with disk.plainly():
            root.mkdir(0o700, parents=True, exist_ok=True)
        if layout.MARKER in (names := disk.names(root)):
            return cls._unfinished(root)
        if strange := [name for name in names if not name.startswith(".") and name not in layout.FIXED]:
            raise ExistsError(
                tr("This folder is not empty: it holds {strange} other things.", strange=len(strange)),
                tr("Name a new or empty folder."),
            )
        for name, data in {**layout.FIXED, layout.MARKER: layout.marker(layout.new_archive_id(random))}.items():
            put_fixed(root, name, data, random)
        return cls(root)

    @classmethod
    def _unfinished(cls, root: Path) -> Store:
        """The archive at ``root`` if nobody founded a collective in it yet."""
        store = cls(root)
        if store.collectives():
            raise ExistsError(
                tr("There is an archive here already."), tr("Use it: archive status. Or name another folder.")
            )
        return store

    @staticmethod
    def find(start: Path) -> Path:
        """The nearest folder from ``start`` upwards that holds an archive; NoArchiveError if none does."""
        for folder in (start.absolute(), *start.absolute().parents):
            if (folder / layout.MARKER).is_file():
                return folder
        raise no_archive()


def no_archive() -> NoArchiveError:
    """The refusal where no archive is."""
    return NoArchiveError(
        tr("No archive in this folder or above it."),
        tr("Begin one: archive init. Take one over: archive join /media/usb"),
    )


def _damaged_marker() -> DamagedError:
    return DamagedError(
        tr("The file ARCHIVE is damaged."), tr("Take it again from another device or a backup: it is two short lines.")
    )


def put_fixed(root: Path, name: str, data: bytes, random: Callable[[int], bytes]) -> None:
    """Writes one of the fixed files of ``layout`` durably, in place of what may be there."""
    disk.put(root / name, data, random)
    disk.settle(root)
