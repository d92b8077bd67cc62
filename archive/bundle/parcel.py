"""A bundle as it comes, a folder or a zip: its regular files by path, read without following or unpacking anything."""

from __future__ import annotations

import os
import re
import stat
import struct
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from msgspec import Struct

from archive.bundle.bag import Member
from archive.errors import NotFoundError
from archive.scrub.zip_look import FAULTS
from archive.speech import tr

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # as bag.MTIME
_MOST_MEMBERS = 100_000
_LOCAL = struct.Struct("<4s2xHH4xIIIHH")
"""Of a member's head: signature, flags, method, digest, sizes (packed, unpacked), octets of name and extra fields."""
_LOCAL_SIGNATURE = b"PK\x03\x04"
_CENTRAL = struct.Struct("<28xHHH12x")  # of a line of the list: octets of name, extra fields, remark
_END, _END_LARGE = 22, 56 + 20 + 22
_DESCRIBED = 8
_LARGE = 0xFFFFFFFF  # in the place of a size that stands in an extra field
_EXTRAS = frozenset({0x0001, 0x000A, 0x5455, 0x5855, 0x7855, 0x7875})
"""Extra fields that tell sizes, times and owners. In others anything could stand, even another name of the member."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")


class Problem(Struct, frozen=True):
    """What is wrong with which path of the bag, in plain words."""

    path: str
    problem: str


class File(Struct, frozen=True):
    """One regular file: its size in octets, and how to open it for reading."""

    size: int
    open: Callable[[], IO[bytes]]


class Parcel(Struct, frozen=True):
    """The files by path relative to the bag, and what was there that is none (links, devices, odd names)."""

    files: Mapping[str, File]
    problems: tuple[Problem, ...]


@contextmanager
def opened(path: Path) -> Iterator[Parcel]:
    """The bundle at ``path``; NotFoundError if neither a folder nor a zip is there."""
    if path.is_dir():
        problems: list[Problem] = []
        yield Parcel(dict(_walk(path, problems)), tuple(problems))
    elif path.is_file() and _begins(path, _LOCAL_SIGNATURE) | zipfile.is_zipfile(path):
        with _listed(path) as packed:
            yield _unpacked(path, packed) if packed else Parcel({}, (Problem("", damaged()),))
    else:
        raise NotFoundError(
            tr("There is no folder and no zip at this place."),
            tr("Give the folder that holds bagit.txt, or the zip. Is it an .age file: open it with age first."),
        )


def damaged() -> str:
    """What to say of a zip that cannot be read."""
    return tr("cannot be read: the zip is damaged")


def pack(target: IO[bytes], members: Iterable[Member]) -> None:
    """Write members as a zip whose bytes depend on nothing but them: sorted, stored, one time, one mode."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, strict_timestamps=True) as packed:
        for member in sorted(members, key=lambda member: member.name):
            entry = zipfile.ZipInfo(member.name, _ZIP_TIME)
            entry.create_system = 3  # Unix, wherever it was made
            entry.external_attr = (stat.S_IFREG | 0o600) << 16
            packed.writestr(entry, member.data)


def _walk(root: Path, problems: list[Problem]) -> Iterator[tuple[str, File]]:
    for folder, folders, names in os.walk(root, onerror=_raise):
        if not folders and not names and Path(folder) != root:
            problems.append(Problem(Path(folder).relative_to(root).as_posix(), _empty()))
        for name in folders + names:
            path = Path(folder, name)
            shown, found = path.relative_to(root).as_posix(), path.lstat()
            if stat.S_ISREG(found.st_mode):
                yield shown, File(found.st_size, _opener(path))
            elif not stat.S_ISDIR(found.st_mode):
                problems.append(
                    Problem(shown, tr("is a link") if stat.S_ISLNK(found.st_mode) else tr("is no ordinary file"))
                )


def _empty() -> str:
    """What to say of a folder without files: lists name files only, and its name may say something."""
    return tr("is an empty folder: no manifest lists it")


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb")


def _raise(error: OSError) -> None:
    raise error


def _begins(path: Path, with_these: bytes) -> bool:
    with path.open("rb") as file:
        return file.read(len(with_these)) == with_these


@contextmanager
def _listed(path: Path) -> Iterator[zipfile.ZipFile | None]:
    """A zip; None where its list cannot be read."""
    try:
        packed = zipfile.ZipFile(path)
    except FAULTS:
        yield None
        return
    with packed:
        yield packed


def _unpacked(path: Path, packed: zipfile.ZipFile) -> Parcel:
    """The members of a zip; one with an odd name, twice there, encrypted or no file is a problem and is not read."""
    files: dict[str, File] = {}
    problems, folders = [], []
    entries = packed.infolist()
    for entry in entries[:_MOST_MEMBERS]:
        mode = entry.external_attr >> 16
        if entry.comment:
            problems.append(Problem(entry.filename, tr("has a remark that no list vouches for")))
        if entry.filename in files:
            problems.append(Problem(entry.filename, tr("stands twice in the zip")))
        elif (
            entry.orig_filename != entry.filename
            or _CONTROL.search(entry.filename)
            or entry.filename.startswith("/")
            or ".." in entry.filename.split("/")
        ):
            problems.append(Problem(entry.filename, tr("has a name that leads out of the zip")))
        elif entry.flag_bits & 1:
            problems.append(Problem(entry.filename, tr("is encrypted")))
        elif entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            problems.append(Problem(entry.filename, tr("is packed in an unusual way")))
        elif entry.is_dir() and not (entry.file_size or entry.compress_size):
            folders.append(entry.filename)
        elif mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode):
            problems.append(Problem(entry.filename, tr("is no ordinary file")))
        else:
            files[entry.filename] = File(entry.file_size, _member_opener(packed, entry))
    empty = (one for one in folders if not any(name.startswith(one) for name in files))
    problems += [Problem(one.rstrip("/"), _empty()) for one in empty]
    if not _is_all(path, packed):
        problems.append(Problem("", tr("holds something beside its files")))
    if len(entries) > _MOST_MEMBERS:
        problems.append(Problem("", tr("holds more than {most:,} files", most=_MOST_MEMBERS)))
    return Parcel(files, tuple(problems))


def _is_all(path: Path, packed: zipfile.ZipFile) -> bool:
    """Whether a zip is its members from the first octet to the last, each by one name alone.

    There are unpackers that read it from the beginning and not by the list at its end: whatever lies between would
    come out there, and a page before or behind the whole would be shown by a program that takes it for one.
    """
    at = 0
    with path.open("rb") as file:
        for entry in sorted(packed.infolist(), key=lambda entry: entry.header_offset):
            size = _taken(file, at, entry) if entry.header_offset == at else None
            if size is None:
                return False
            at += size
        return at == packed.start_dir and _ends(file, at, len(packed.infolist()))


def _taken(file: IO[bytes], at: int, entry: zipfile.ZipInfo) -> int | None:
    """How many octets a member takes with its head; None where the head says other things of it than the list."""
    file.seek(at)
    head = file.read(_LOCAL.size)
    if len(head) < _LOCAL.size:
        return None
    signature, flags, method, *told, name, extra = _LOCAL.unpack(head)
    more = file.read(name + extra)[name:]
    if not _EXTRAS.issuperset((*_extras(more), *_extras(entry.extra))):
        return None
    if (signature, flags, method) != (_LOCAL_SIGNATURE, entry.flag_bits, entry.compress_type):
        return None
    size: int = _LOCAL.size + name + extra + entry.compress_size
    if flags & _DESCRIBED:
        file.seek(at + size)
        return size + _described(file.read(24), entry)
    sizes = (entry.CRC, entry.compress_size, entry.file_size)
    return size if all(said in (held, _LARGE) for said, held in zip(told, sizes, strict=True)) else None


def _extras(data: bytes) -> Iterator[int]:
    """The kinds of extra fields; 0, which none has, for one that is cut off."""
    while data:
        kind, size = struct.unpack_from("<HH", data.ljust(4, b"\0"))
        yield kind if len(data) >= 4 + size else 0
        data = data[4 + size :]


def _described(data: bytes, entry: zipfile.ZipInfo) -> int:
    """How long what stands behind a member of unknown size is: its digest and sizes, with a signature or without."""
    for sizes in ("II", "QQ"):
        told = struct.pack(f"<I{sizes}", entry.CRC, entry.compress_size, entry.file_size)
        for whole in (b"PK\x07\x08" + told, told):
            if data.startswith(whole):
                return len(whole)
    return 0


def _ends(file: IO[bytes], at: int, number: int) -> bool:
    """Whether a list of so many members stands there, and behind it its end without a remark."""
    for _ in range(number):
        file.seek(at)
        head = file.read(_CENTRAL.size)
        if len(head) < _CENTRAL.size:
            return False
        at += _CENTRAL.size + sum(_CENTRAL.unpack(head))
    file.seek(at)
    end = file.read(_END_LARGE + 1)
    return (len(end) == _END and end.startswith(b"PK\x05\x06")) or (
        len(end) == _END_LARGE and end.startswith(b"PK\x06\x06")
    )


def _member_opener(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: packed.open(entry)
