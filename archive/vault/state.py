"""The state folder of one device for one archive: never synced, never needed to read what is stored.

::

    <state>/identity                     the keystore, mode 0400
    <state>/<archive id>/index.db        the index's place
    <state>/<archive id>/lock            held while this device writes
    <state>/<archive id>/mirror/…        copies of verified key events and segments, laid out as the archive is
    <state>/<archive id>/rounds/…        answers of reviews that are under way: ``rounds.py``
    <state>/<archive id>/seen            the memory against rollback: a MAC on line 1 over all after it

What ``seen`` says is ``memory.py``'s business. Its MAC is BLAKE2b-256 under a key that the caller derives from the
identity, so only the holder of this device's key can have written it.
"""

from __future__ import annotations

import fcntl
import hmac
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from archive.errors import ArchiveError, DamagedError, ExistsError, InUseError, NotFoundError
from archive.seal import canonical
from archive.speech import tr
from archive.vault import disk
from archive.vault.tree import Tree

WAIT = 60.0  # seconds that a writer waits for another one of this device: dozens of commits
_LOOK = 0.02  # seconds between two looks
_MOST = 64 * 1024 * 1024  # bytes of a memory


class State:
    """The state folder ``root`` as far as the archive ``archive_id`` is concerned."""

    def __init__(self, root: Path, archive_id: str) -> None:
        self.root = root
        self.folder = root / archive_id
        self.identity = root / "identity"
        self.index = self.folder / "index.db"
        self.rounds = self.folder / "rounds"
        self.mirror = Tree(self.folder / "mirror")
        self._seen = self.folder / "seen"

    def make(self) -> None:
        """Makes the folders, for the owner alone."""
        with disk.plainly():
            self.root.mkdir(0o700, parents=True, exist_ok=True)
        for folder in (self.folder, self.mirror.root):
            disk.make_folder(folder)

    @contextmanager
    def lock(self, wait: float = WAIT) -> Iterator[None]:
        """Keeps other processes with this state from writing; InUseError if one does so for ``wait`` seconds."""
        self.make()
        with disk.plainly():
            descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            _await(descriptor, wait)
            yield
        finally:
            os.close(descriptor)  # lets go of the lock too, as the end of the process would

    def recall(self, key: bytes) -> bytes | None:
        """The text of the memory; None if there is none. DamagedError unless this key wrote it."""
        try:
            mac, _, text = disk.read(self._seen, _MOST).partition(b"\n")
        except NotFoundError:
            return None
        if not hmac.compare_digest(mac, _mac(text, key)):
            raise DamagedError(
                tr("What this computer remembers of the archive was changed, or written with another key.")
            )
        return text

    def glance(self) -> bytes | None:
        """The text of the memory whoever wrote it; None if there is none."""
        try:
            return disk.read(self._seen, _MOST).partition(b"\n")[2]
        except ArchiveError:
            return None

    def remember(self, text: bytes, key: bytes, random: Callable[[int], bytes]) -> None:
        """Replaces the memory, durably; only under ``lock``."""
        _replace(self._seen, _mac(text, key) + b"\n" + text, random)

    def place(self) -> int:
        """The inode number of the state folder, which a copy or a restored backup of it does not have."""
        with disk.plainly():
            return self.folder.stat().st_ino % (canonical.LARGEST + 1)


def read_identity(path: Path) -> bytes:
    """The bytes of a keystore; NotFoundError if there is none."""
    return disk.read(path, 64 * 1024)


def write_identity(path: Path, data: bytes, random: Callable[[int], bytes]) -> None:
    """Writes a keystore where none is, durably; ExistsError otherwise: a key is never overwritten."""
    with disk.plainly():
        path.parent.mkdir(0o700, parents=True, exist_ok=True)
    if os.path.lexists(path):
        raise ExistsError(tr("There is a key here already."), tr("Use it, or name another file: --identity FILE."))
    _replace(path, data, random)


def change_identity(path: Path, data: bytes, random: Callable[[int], bytes]) -> None:
    """Puts another keystore in place of one, durably; the old one stays beside it until ``drop_old_identity``."""
    _replace(old_identity(path), read_identity(path), random)
    _replace(path, data, random)


def old_identity(path: Path) -> Path:
    """Where the keystore lies that a new passphrase has replaced, until the new one has opened once."""
    return path.with_name(path.name + ".old")


def drop_old_identity(path: Path) -> None:
    """Takes away the replaced keystore: the new one has opened."""
    with disk.plainly():
        old_identity(path).unlink(missing_ok=True)
    disk.sync(path.parent)


def set_identity_aside(path: Path) -> Path:
    """Moves a keystore that is not used any more out of the way, never over another; where it lies now."""
    numbers = (path.with_name(f"{path.name}.replaced-{number}") for number in range(1, 1000))
    free = next(name for name in numbers if not os.path.lexists(name))
    disk.rename(path, free)
    disk.sync(path.parent)
    return free


def _replace(path: Path, data: bytes, random: Callable[[int], bytes]) -> None:
    """Puts a file in place of another in one step, durably."""
    disk.put(path, data, random)
    disk.sync(path.parent)


def _mac(text: bytes, key: bytes) -> bytes:
    return blake2b(text, digest_size=32, key=key, person=b"seen/1").hexdigest().encode()


def _await(descriptor: int, wait: float) -> None:
    """Takes the lock, looking again and again, since flock itself knows no longest time."""
    for _ in range(max(1, int(wait / _LOOK))):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_LOOK)
        else:
            return
    raise InUseError(
        tr("Another program on this computer is writing to the archive."),
        tr("Wait until it is done and run the command again."),
    )
