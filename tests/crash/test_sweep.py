"""Damage of every kind to every file of a small archive: ``check`` names each, and everything else stays readable.

That check says nothing of 50 archives in which nothing is wrong is ``tests/vault/test_check.py``'s.
"""

from __future__ import annotations

import importlib.util
import os
import random
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.casework import care
from archive.desk import Desk, Place
from archive.errors import ArchiveError
from archive.seal.lines import digest
from archive.vault import check as checking
from archive.vault.store import Store

GOLDEN = Path(__file__).parent.parent / "golden"
ALL = bool(os.environ.get("CRASH"))
BYTES, KINDS = 100, 20  # in the short form
NOW = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
FIXED = (".stignore", ".sync-exclude.lst", ".rsync-filter")  # others may leave them out or keep their own


@dataclass(frozen=True)
class Sound:
    """The healthy golden archive, a state that knows it, and one that does not."""

    root: Path
    passphrase: str

    def copy(self, name: str) -> Place:
        """A copy of all, to be damaged."""
        target = self.root.parent / name
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.root, target)
        return Place(target / "archive", target / "state", target / "identity")

    def open(self, place: Place) -> Desk:
        return Desk.open(place, lambda: self.passphrase, random=os.urandom, clock=lambda: NOW)

    def files(self) -> list[str]:
        """Every file of the archive, sorted."""
        root = self.root / "archive"
        return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Sound:
    """Unpacked, and opened once, so that there is a memory and a mirror."""
    spec = importlib.util.spec_from_file_location("generate_golden", GOLDEN / "generate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    root = tmp_path_factory.mktemp("sweep") / "sound"
    desk = module.opened((GOLDEN / "healthy.tar").read_bytes(), root)
    assert care.check(desk, read_data=True).problems == ()
    for path in (root / "archive").rglob("*"):
        path.chmod(0o700)
    return Sound(root, module.PASSPHRASE)


def entries(desk: Desk) -> dict[str, set[str]]:
    """The hashes of all entries that can be read, by the segment's file."""
    return {one.name: {entry.hash for entry in one.entries} for one in desk.journal.segments(frozenset())}


def test_a_bit_in_every_byte_is_named(sound: Sound) -> None:
    """Without a key: that very file and no other."""
    place = sound.copy("bits")
    store = Store(place.root)
    where = [(name, at) for name in sound.files() for at in range((place.root / name).stat().st_size)]
    missed = []
    for name, at in where if ALL else random.Random(1).sample(where, BYTES):
        path = place.root / name
        with path.open("r+b", buffering=0) as file:
            whole = os.pread(file.fileno(), 1, at)
            os.pwrite(file.fileno(), bytes([whole[0] ^ 1 << at % 8]), at)
            told = [problem.path for problem in checking.check(store).problems]
            os.pwrite(file.fileno(), whole, at)
        if told != [name]:
            missed.append((name, at, told))
    print(f"{len(where) if ALL else BYTES} of {len(where)} bytes, {len(missed)} not named")
    assert missed == []


def _zero(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def _swap(path: Path) -> None:
    """With another file of the same area, or with any other."""
    others = [one for one in sorted(path.parents[1].rglob("*")) if one.is_file() and one != path]
    other = next(one for one in others if one.read_bytes() != path.read_bytes())
    mine, theirs = path.read_bytes(), other.read_bytes()
    path.write_bytes(theirs)
    other.write_bytes(mine)


DAMAGE: Mapping[str, Callable[[Path], object]] = {
    "cut in half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "a byte short": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "emptied": lambda path: path.write_bytes(b""),
    "extended": lambda path: path.write_bytes(path.read_bytes() + b"\0"),
    "zeroed": _zero,
    "swapped": _swap,
    "renamed": lambda path: path.rename(path.with_name(path.name + " (1)")),
    "duplicated": lambda path: shutil.copy(path, path.with_name(path.name + ".sync-conflict-20261122")),
    "deleted": lambda path: path.unlink(),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "a link": lambda path: (path.unlink(), path.symlink_to("/etc/passwd")),
    "a pipe": lambda path: (path.unlink(), os.mkfifo(path)),
}
LEAVES_IT = ("duplicated",)
UNSAID = ("renamed", "duplicated", "deleted")  # of the rules for sync tools


def test_every_kind_of_damage_to_every_file_is_named_and_the_rest_is_read(sound: Sound) -> None:
    """By a computer that knew the archive, which reads all of it still; and by one that sees it for the first time."""
    whole = entries(sound.open(sound.copy("whole")))
    trials = [(name, kind) for name in sound.files() for kind in DAMAGE if not (name in FIXED and kind in UNSAID)]
    wrong = []
    for name, kind in trials if ALL else random.Random(2).sample(trials, KINDS):
        wrong += [f"{name} {kind}: {line}" for line in judged(sound, name, kind, whole)]
    print(f"{len(trials) if ALL else KINDS} of {len(trials)} damages, {len(wrong)} not named or not read")
    assert wrong == []


def judged(sound: Sound, name: str, kind: str, whole: dict[str, set[str]]) -> list[str]:
    """What is not as it should be after one damage."""
    place = sound.copy("damaged")
    DAMAGE[kind](place.root / name)
    told = named(sound, place)
    wrong = [] if any(path.startswith(name) for path in told) else [f"not named: {told}"]
    if "ARCHIVE" in name and kind not in LEAVES_IT:
        return wrong  # nothing opens behind it, and the error says so
    if entries(sound.open(place)) != whole:
        wrong.append("a computer that knew the archive does not read all of it")
    return wrong + at_first_sight(sound, name, kind, whole)


def at_first_sight(sound: Sound, name: str, kind: str, whole: dict[str, set[str]]) -> list[str]:
    """The same damage, looked at by a computer without memory or mirror."""
    place = sound.copy("first")
    shutil.rmtree(place.state)
    DAMAGE[kind](place.root / name)
    hurt = {name.rpartition("/")[2]}
    if kind == "swapped":
        hurt |= {
            path.name for path in place.root.rglob("*") if path.is_file() and digest(path.read_bytes()) != path.name
        }
    try:
        got = entries(sound.open(place))
    except ArchiveError as error:
        return [] if "/keys/" in name and error.exit_code in (12, 13) else [f"does not open: {error.message}"]
    if "/keys/" in name:
        return []
    lost = [one for one in whole if one not in hurt and got.get(one) != whole[one]]
    return [f"not read at first sight: {lost}"] if lost else []


def named(sound: Sound, place: Place) -> list[str]:
    """The paths that check names, with a key and without."""
    try:
        keyless = [problem.path for problem in care.check_keyless(place.root).problems]
        return keyless + [problem.path for problem in care.check(sound.open(place), read_data=True).problems]
    except ArchiveError as error:
        return ["ARCHIVE"] if "ARCHIVE" in error.message or error.name == "no_archive" else [error.message]
