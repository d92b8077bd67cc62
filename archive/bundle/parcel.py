"""A bundle as it comes, a folder or a zip: its regular files by path, read without following or unpacking anything."""

from __future__ import annotations

import os
import re
import stat
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from msgspec import Struct

from archive.bundle.bag import Member
from archive.errors import NotFoundError
from archive.speech import tr

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # as bag.MTIME
_MOST_MEMBERS = 100_000
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
    elif path.is_file() and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            yield _unpacked(packed)
    else:
        raise NotFoundError(
            tr("There is no folder and no zip at this place."),
            tr("Give the folder that holds bagit.txt, or the zip. Is it an .age file: open it with age first."),
        )


def pack(target: IO[bytes], members: Iterator[Member] | tuple[Member, ...]) -> None:
    """Write members as a zip whose bytes depend on nothing but them: sorted, stored, one time, one mode."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, strict_timestamps=True) as packed:
        for member in sorted(members, key=lambda member: member.name):
            entry = zipfile.ZipInfo(member.name, _ZIP_TIME)
            entry.create_system = 3  # Unix, wherever it was made
            entry.external_attr = (stat.S_IFREG | 0o600) << 16
            packed.writestr(entry, member.data)


def _walk(root: Path, problems: list[Problem]) -> Iterator[tuple[str, File]]:
    for folder, folders, names in os.walk(root, onerror=_raise):
        for name in folders + names:
            path = Path(folder, name)
            shown, found = path.relative_to(root).as_posix(), path.lstat()
            if stat.S_ISREG(found.st_mode):
                yield shown, File(found.st_size, _opener(path))
            elif not stat.S_ISDIR(found.st_mode):
                problems.append(
                    Problem(shown, tr("is a link") if stat.S_ISLNK(found.st_mode) else tr("is no ordinary file"))
                )


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb")


def _raise(error: OSError) -> None:
    raise error


def _unpacked(packed: zipfile.ZipFile) -> Parcel:
    """The members of a zip; one with an odd name, twice there, encrypted or no file is a problem and is not read."""
    files: dict[str, File] = {}
    problems = []
    entries = [entry for entry in packed.infolist() if not entry.is_dir()]
    for entry in entries[:_MOST_MEMBERS]:
        mode = entry.external_attr >> 16
        if entry.filename in files:
            problems.append(Problem(entry.filename, tr("stands twice in the zip")))
        elif _CONTROL.search(entry.filename) or entry.filename.startswith("/") or ".." in entry.filename.split("/"):
            problems.append(Problem(entry.filename, tr("has a name that leads out of the zip")))
        elif entry.flag_bits & 1:
            problems.append(Problem(entry.filename, tr("is encrypted")))
        elif mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode):
            problems.append(Problem(entry.filename, tr("is no ordinary file")))
        else:
            files[entry.filename] = File(entry.file_size, _member_opener(packed, entry))
    if len(entries) > _MOST_MEMBERS:
        problems.append(Problem("", tr("holds more than {most:,} files", most=_MOST_MEMBERS)))
    return Parcel(files, tuple(problems))


def _member_opener(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: packed.open(entry)
