"""Writing a BagIt 1.0 folder (RFC 8493) as a draft, which ``handover`` looks at and names; whole or not at all.

Layout: ``bagit.txt``, ``bag-info.txt`` (how many octets, and a digest of the list of files, so that no two bags have
the same: no tool, no host, no date), ``data/…``, ``manifest-sha256.txt``, ``tagmanifest-sha256.txt``. Files are 0600,
folders 0700, every time is ``MTIME``. The same members give the same bytes.
"""

from __future__ import annotations

import glob
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from archive.errors import ArchiveError, NotFoundError
from archive.speech import tr
from archive.vault import leftover

MTIME = 315_532_800
"""1980-01-01T00:00:00Z in seconds, the earliest time a zip can hold: the one time of every file and folder."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


class Member(Struct, frozen=True):
    """One payload file; ``name`` is its path under ``data/``."""

    name: str
    data: bytes


def stem(name: str, language: str, at: int) -> str:
    """What a page is called, without the ending; of several languages the first (``at`` 0) has no mark."""
    return f"{name}.{language}" if at else name


@contextmanager
def draft(near: Path, members: Sequence[Member], random: Callable[[int], bytes]) -> Iterator[Path]:
    """The bag as a folder of its own beside ``near``, which goes again in the end unless it got another name.

    It is visible (``NAME.draft-…``): if the power goes, people see it and can delete it; the next one for this place
    destroys it. NotFoundError if the folder it should lie in is not there, ArchiveError if the disk refuses.
    """
    files = _files(members)
    folder = unnamed(near, random)
    try:
        folder.mkdir(0o700)
    except FileNotFoundError as error:
        raise no_folder() from error
    except OSError as error:
        raise _unwritable(error) from error
    try:
        with leftover.held(folder):
            _fill(folder, files)
            yield folder
    except OSError as error:
        raise _unwritable(error) from error
    finally:
        _destroy(folder)  # after a rename there is nothing left under this name


def _destroy(folder: Path) -> None:
    """Take a draft away, once more if that fails; ArchiveError where it stays: nobody may believe that it is gone."""
    for _ in range(2):
        shutil.rmtree(folder, ignore_errors=True)
    if os.path.lexists(folder):
        raise ArchiveError(
            tr("The draft of the dossier could not be destroyed: it lies there in clear."),
            tr("Delete it by hand, with the folders in it; its name has .draft- in it."),
        )


def unnamed(target: Path, random: Callable[[int], bytes]) -> Path:
    """Where something lies until it is whole and may be called as ``target`` is."""
    return target.with_name(f"{target.name}.draft-{random(4).hex()}")


def drafts(target: Path) -> str:
    """What such names look like."""
    return f"{glob.escape(target.name)}.draft-{'[0-9a-f]' * 8}"


def sweep(target: Path) -> None:
    """Destroy the drafts for this place whose makers were killed."""
    leftover.sweep(target.parent, drafts(target))


def no_folder() -> NotFoundError:
    """What to say where the folder is missing that a bag should lie in."""
    return NotFoundError(tr("The folder to write to is not there."), tr("Make it, or choose another: -o PATH."))


def put(folder: Path, member: Member) -> None:
    """Add a file to a draft; ``name`` is relative to the bag here."""
    path = folder / member.name
    path.parent.mkdir(0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as file:
        file.write(member.data)
        file.flush()
        os.utime(file.fileno(), (MTIME, MTIME))
        os.fsync(file.fileno())


def settle(folder: Path) -> None:
    """Give folders their mode and time and bring them to disk, innermost first: writing into one changes its time."""
    for place, _, _ in os.walk(folder, topdown=False):
        Path(place).chmod(0o700)
        os.utime(place, (MTIME, MTIME))
        sync(Path(place))


def sync(folder: Path) -> None:
    """Bring a folder's list of names to disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _files(members: Sequence[Member]) -> tuple[Member, ...]:
    """Every file of the bag, in the order of its name, the tag manifest last."""
    payload = sorted((Member(f"data/{member.name}", member.data) for member in members), key=lambda member: member.name)
    names = [member.name for member in payload]
    if len(set(names)) < len(names) or not all(_NAME.fullmatch(name) for name in names):
        raise ValueError("names of members are plain, relative and different")
    octets, manifest = sum(len(member.data) for member in payload), _manifest(payload)
    told = f"External-Identifier: {hashlib.sha256(manifest).hexdigest()[:12]}\nPayload-Oxum: {octets}.{len(payload)}\n"
    tags = (
        Member("bag-info.txt", told.encode()),
        Member("bagit.txt", _DECLARATION),
        Member("manifest-sha256.txt", manifest),
    )
    return (*payload, *tags, Member("tagmanifest-sha256.txt", _manifest(tags)))


def _manifest(members: Iterable[Member]) -> bytes:
    return "".join(f"{hashlib.sha256(member.data).hexdigest()}  {member.name}\n" for member in members).encode()


def _fill(folder: Path, files: Iterable[Member]) -> None:
    for member in files:
        put(folder, member)
    settle(folder)


def _unwritable(error: OSError) -> ArchiveError:
    return ArchiveError(
        tr("The dossier could not be written: {strerror}.", strerror=error.strerror or tr("the disk refused")),
        tr("The draft was removed. Nothing left."),
    )
