"""The other copy of an archive at a place that the installed rclone reaches: SFTP, WebDAV, S3 and others.

rclone copies, this file decides what: files that lack over there or have another size go there, files that lack here
are fetched into a folder of their own and held against their names before they are taken over. What lies there is seen
by name and size only, unless all of it is fetched (``read_data``). rclone itself compares what it wrote with what it
read. It gets whole files and never a key; its settings and passwords are its own business.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import msgspec
from msgspec import Struct

from archive.errors import ArchiveError, DamagedError, MissingToolError
from archive.speech import tr
from archive.vault import disk, inventory, layout, placing
from archive.vault.entry import Problem
from archive.vault.folder import check_same, may_lie_beside, not_empty
from archive.vault.inventory import Inventory, Stray
from archive.vault.placing import Count, Placed, Transfer
from archive.vault.store import Store
from archive.vault.tree import AREAS, NAME

PREFIX = "rclone:"
_NOT_THERE = 3  # rclone's exit code for a folder that is not there
_HASH = re.compile("[0-9a-f]{64}")
_TIME = re.compile(r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d (?:[A-Z]+ *: )?", re.MULTILINE)  # before each line of its log
_QUIET = ("--ask-password=false", "--log-level=ERROR", "--stats=0")


class _Listed(Struct, frozen=True, rename="pascal"):
    """One line of ``rclone lsjson``."""

    path: str
    size: int


class Remote:
    """``remote:path`` as rclone names it. ``staging`` is a folder of this device for files on their way.

    MissingToolError if rclone is not installed.
    """

    def __init__(self, remote: str, staging: Path, random: Callable[[int], bytes]) -> None:
        program = shutil.which("rclone")
        if program is None:
            raise MissingToolError(
                tr("rclone is not installed."),
                tr("Install it: sudo apt install rclone. Then name your place: rclone config"),
            )
        self._program = program
        self._remote = remote
        self._staging = staging
        self._random = random

    def is_new(self, store: Store) -> bool:
        """Whether nothing lies there yet; UsageError if it is another archive, or no archive and not empty."""
        names = {PurePosixPath(one.path).name for one in self._list("--max-depth=1")}
        folders = {one.path for one in self._list("--max-depth=1", "--dirs-only")}
        is_ours = any(name in folders for name in store.collectives())
        if layout.MARKER in names:
            check_same(store, self._archive_id, is_ours=is_ours)
            return False
        strange = [name for name in names | folders if not may_lie_beside(name)]
        if strange and not is_ours:
            raise not_empty(len(strange))
        return not strange

    def begin(self, store: Store) -> int:
        """Puts ARCHIVE, README.txt and the rules for sync tools there; how many lost or damaged ones it mended."""
        fresh = not any(NAME.fullmatch(one.path) for one in self._list("--max-depth=1", "--dirs-only"))
        there = {one.path: one.size for one in self._list("--max-depth=1")}
        wanted = {**layout.FIXED, layout.MARKER: layout.marker(store.archive_id)}
        lacking = [name for name, data in wanted.items() if there.get(name) != len(data) and not _own(name, there)]
        with self._folder() as folder:
            for name in lacking:
                disk.rename(disk.write(folder, [wanted[name]], self._random).path, folder / name)
            if lacking:
                self._copy(folder.as_posix(), self._remote, lacking)
        return 0 if fresh else sum(not name.startswith(".") for name in lacking)

    def look(self, *, read_data: bool) -> Inventory:
        """What lies there, by name and size; ``read_data`` fetches everything and holds it against its name."""
        whole: dict[str, int] = {}
        strays: list[Stray] = []
        foreign: list[str] = []
        for one in sorted(self._list(), key=lambda one: one.path):
            folder, _, name = one.path.rpartition("/")
            inside = NAME.fullmatch(folder[:64]) and folder[65:].split("/")[0] in AREAS
            if inventory.has_form(one.path) and inventory.fits(one.path, one.size):
                whole[one.path] = one.size
            elif inside and (found := _HASH.search(name)) and "\n" not in one.path:
                strays.append(Stray(one.path, found[0], one.size))
            elif not name.startswith(".") and one.path not in (layout.MARKER, *layout.FIXED):
                foreign.append(one.path)
        damaged = self._damaged(whole) if read_data else {}
        return Inventory(
            whole={path: size for path, size in whole.items() if path not in damaged},
            damaged=damaged,
            strays=tuple(strays),
            foreign=tuple(foreign),
        )

    @contextmanager
    def lend(self, batch: Sequence[Transfer]) -> Iterator[Path]:
        """Fetches a batch into a folder that goes away again."""
        with self._folder() as folder:
            self._copy(self._remote, folder.as_posix(), [one.source for one in batch])
            yield folder

    def take(self, root: Path, batch: Sequence[Transfer], count: Count) -> Placed:
        """Sends a batch from below ``root``, but nothing that is not what its name says."""
        good = [one for one in batch if inventory.is_whole(root, one.source)]
        if good:
            self._copy(root.as_posix(), self._remote, [one.source for one in good])
        count(sum(one.size for one in batch))
        unwhole = [Problem(one.source, tr("is not what its name says: not sent")) for one in batch if one not in good]
        return good, unwhole

    def tidy(self, strays: Iterable[Stray], before: float) -> None:
        """Nothing: what is a copy of what can be told only from bytes, and those lie far away."""

    def room(self) -> int | None:
        """Not known: few places tell."""
        return None

    def _archive_id(self) -> str:
        text = self._run("cat", "--", f"{_folder_of(self._remote)}{layout.MARKER}").decode("ascii", "replace")
        archive_id = text.removeprefix(f"{layout.FORMAT}\n").removesuffix("\n")
        if layout.marker(archive_id).decode() != text or not layout.is_archive_id(archive_id):
            raise DamagedError(tr("The file ARCHIVE over there is damaged."), tr("Take it away there, and sync again."))
        return archive_id

    def _damaged(self, whole: dict[str, int]) -> dict[str, Stray]:
        """Fetches everything, batch by batch, for its hash."""
        damaged: dict[str, Stray] = {}
        for batch in placing.batches([Transfer(path, path, size) for path, size in whole.items()]):
            with self.lend(batch) as folder:
                for one in batch:
                    name = inventory.content_name(folder / one.source)
                    if name != one.name:
                        damaged[one.source] = Stray(one.source, name, one.size)
        return damaged

    def _list(self, *options: str) -> list[_Listed]:
        what = () if "--dirs-only" in options else ("--files-only",)
        try:
            said = self._run(
                "lsjson", "--recursive", "--no-modtime", "--no-mimetype", *what, *options, "--", self._remote
            )
            return msgspec.json.decode(said or b"[]", type=list[_Listed])
        except _NotThereError:
            return []
        except msgspec.MsgspecError as error:
            raise ArchiveError(
                tr("rclone's answer cannot be read."), tr("Is it a recent one? rclone version")
            ) from error

    def _copy(self, source: str, target: str, paths: Sequence[str]) -> None:
        """Copies exactly these files, whatever lies at the target."""
        lines = "".join(f"{path}\n" for path in paths).encode()
        self._run("copy", "--files-from-raw=-", "--ignore-times", "--no-traverse", "--", source, target, given=lines)

    def _run(self, command: str, *words: str, given: bytes = b"") -> bytes:
        done = subprocess.run(  # noqa: S603  the user's own rclone, no shell
            [self._program, command, *_QUIET, *words], input=given, capture_output=True, check=False
        )
        if done.returncode == _NOT_THERE:
            raise _NotThereError(tr("That folder is not there."), tr("Look: rclone lsf REMOTE:PATH"))
        if done.returncode:
            said = _TIME.sub("", done.stderr.decode("utf-8", "replace")).strip().splitlines()
            raise ArchiveError(
                tr(
                    "rclone could not do it: {said}",
                    said=said[-1] if said else tr("it ended with {returncode}", returncode=done.returncode),
                ),
                tr("Try it alone: rclone lsf REMOTE:PATH. What was copied so far is whole."),
            )
        return done.stdout

    @contextmanager
    def _folder(self) -> Iterator[Path]:
        """A folder for files on their way."""
        with disk.plainly():
            self._staging.mkdir(0o700, parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=disk.TEMPORARY, dir=self._staging, ignore_cleanup_errors=True) as folder:
            yield Path(folder)


class _NotThereError(ArchiveError):
    """There is no such folder at the remote."""


def _own(name: str, there: dict[str, int]) -> bool:
    """Whether somebody wrote rules for sync tools of their own."""
    return name.startswith(".") and name in there


def _folder_of(remote: str) -> str:
    return remote if remote.endswith((":", "/")) else f"{remote}/"
