"""Checking a BagIt bag (RFC 8493), ours or anybody's: complete, unchanged, nothing extra, no odd paths.

What is on disk is judged, not what the manifests would like: symlinks and special files are never followed. Manifests
of SHA-256 and SHA-512 count; weaker ones vouch for nothing and are passed over. Names in problems come from the bag
and are untrusted.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from msgspec import Struct

from archive.errors import NotFoundError

_CHUNK = 1 << 20
_MANIFEST = re.compile(r"(tag)?manifest-([a-z0-9]+)\.txt")
_STRONG = {"sha256": 64, "sha512": 128}  # hex digits
_LINE = re.compile(r"([0-9A-Fa-f]+)[ \t]+\*?(.+)")
_TAG_LIMIT = 64 << 20  # octets of a tag file that are read


class Problem(Struct, frozen=True):
    """What is wrong with which path of the bag, in plain words."""

    path: str
    problem: str


class Verdict(Struct, frozen=True):
    """What was found: ``ok`` when there is no problem; ``signed_by`` stays empty until bundles can be signed."""

    ok: bool
    problems: tuple[Problem, ...]
    signed_by: str | None = None


def verify(path: Path) -> Verdict:
    """Check the bag at ``path``; NotFoundError if no folder is there. Reads a file once per manifest."""
    if not path.is_dir():
        raise NotFoundError(
            "There is no folder at this place.", "Give the folder that holds bagit.txt: archive verify PATH"
        )
    problems: list[Problem] = []
    try:
        files = frozenset(_walk(path, problems))
        _check(path, files, problems)
    except OSError as error:
        problems.append(Problem("", f"cannot be read: {error.strerror}"))
    return Verdict(
        ok=not problems, problems=tuple(sorted(set(problems), key=lambda found: (found.path, found.problem)))
    )


def _check(root: Path, files: frozenset[str], problems: list[Problem]) -> None:
    _declaration(root, files, problems)
    manifests = {name: match for name in files if (match := _MANIFEST.fullmatch(name)) and match[2] in _STRONG}
    payload = {name for name in files if name.startswith("data/")}
    about_payload = [name for name, match in manifests.items() if not match[1]]
    about_tags = [name for name, match in manifests.items() if match[1]]
    if not about_payload:
        problems.append(Problem("manifest-sha256.txt", "is missing: nothing vouches for the files"))
    for name in about_payload:
        listed = _listed(root, name, _STRONG[manifests[name][2]], problems)
        _compare(root, manifests[name][2], listed, payload, problems)
    tags = {name for name in files - payload if not name.startswith("tagmanifest-")}
    for name in about_tags:
        listed = _listed(root, name, _STRONG[manifests[name][2]], problems)
        _compare(root, manifests[name][2], listed, tags, problems)
    _octets(root, files, payload, problems)


def _walk(root: Path, problems: list[Problem]) -> Iterator[str]:
    """Relative paths of the regular files; everything else but folders is a problem."""
    for folder, folders, names in os.walk(root, onerror=_raise):
        for name in folders + names:
            path = Path(folder, name)
            shown = path.relative_to(root).as_posix()
            mode = path.lstat().st_mode
            if stat.S_ISREG(mode):
                yield shown
            elif not stat.S_ISDIR(mode):
                problems.append(Problem(shown, "is a link" if stat.S_ISLNK(mode) else "is no ordinary file"))


def _raise(error: OSError) -> None:
    raise error


def _declaration(root: Path, files: frozenset[str], problems: list[Problem]) -> None:
    if "bagit.txt" not in files:
        problems.append(Problem("bagit.txt", "is missing: this is no BagIt folder"))
        return
    text = _text(root / "bagit.txt")
    if text is None or not re.fullmatch(r"BagIt-Version: \d+\.\d+\nTag-File-Character-Encoding: UTF-8\n?", text):
        problems.append(Problem("bagit.txt", "is not as it has to be"))
    if "fetch.txt" in files:
        problems.append(Problem("fetch.txt", "names files that would have to be fetched from elsewhere"))


def _listed(root: Path, name: str, digits: int, problems: list[Problem]) -> dict[str, str]:
    """Path -> digest of a manifest; lines that are no such thing and paths that lead out are problems."""
    listed: dict[str, str] = {}
    text = _text(root / name)
    for line in filter(None, ("\0" if text is None else text).split("\n")):
        match = _LINE.fullmatch(line)
        if match is None or len(match[1]) != digits:
            problems.append(Problem(name, "has a line that is none of a manifest"))
            continue
        path = _decoded(match[2])
        if not _is_plain(path):
            problems.append(Problem(name, "names a path that leads out of the folder"))
        elif listed.setdefault(path, match[1].lower()) != match[1].lower():
            problems.append(Problem(path, "is listed twice, differently"))
    return listed


def _compare(root: Path, algorithm: str, listed: Mapping[str, str], there: set[str], problems: list[Problem]) -> None:
    problems.extend(Problem(path, "is missing") for path in listed.keys() - there)
    problems.extend(Problem(path, "is extra: no manifest lists it") for path in there - listed.keys())
    for path in sorted(listed.keys() & there):
        if _digest(root / path, algorithm) != listed[path]:
            problems.append(Problem(path, "was changed"))


def _octets(root: Path, files: frozenset[str], payload: set[str], problems: list[Problem]) -> None:
    """Compare ``Payload-Oxum`` (octets and number of files), where ``bag-info.txt`` gives one."""
    text = _text(root / "bag-info.txt") if "bag-info.txt" in files else None
    given = re.search(r"(?im)^Payload-Oxum:[ \t]*(\S+)[ \t]*$", text or "")
    octets = sum((root / path).lstat().st_size for path in payload)
    if given and given[1] != f"{octets}.{len(payload)}":
        problems.append(Problem("bag-info.txt", "counts other files than there are"))


def _digest(path: Path, algorithm: str) -> str:
    digest = hashlib.new(algorithm)
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _text(path: Path) -> str | None:
    """A tag file as text, line ends made one; None if it is no UTF-8 or beyond measure."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        data = file.read(_TAG_LIMIT + 1)
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n") if len(data) <= _TAG_LIMIT else None
    except UnicodeDecodeError:
        return None


def _decoded(path: str) -> str:
    """A path as it lies on disk: line ends and the per cent sign are written %0D, %0A, %25 (RFC 8493, 2.1.3)."""
    return re.sub("%(0[AaDd]|25)", lambda match: chr(int(match[1], 16)), path)


def _is_plain(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return (
        bool(parts) and not path.startswith(("/", "~")) and ".." not in parts and "\\" not in path and "\0" not in path
    )
