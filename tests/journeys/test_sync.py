"""``archive sync`` through the real program: laptops that meet at a stick, and sticks that misbehave."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(__file__).parents[2] / "cli.py"


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return tmp_path / "stick"


@pytest.fixture
def second(archive: Any, tmp_path: Path) -> Any:
    """A laptop of the same person, with a copy of the archive and the same key."""
    other = type(archive)(tmp_path / "second")
    shutil.copytree(archive.archive, other.archive)
    other.state.mkdir()
    shutil.copy(archive.state / "identity", other.state)
    return other


def test_two_laptops_meet_at_a_stick(archive: Any, second: Any, stick: Path) -> None:
    """Both take something in, both sync with the stick, and each finds the other's text by its words."""
    archive.add(archive.file("one.txt", "A heron stood there.\n"))
    second.add(second.file("two.txt", "A wren sang there.\n"))
    assert archive.ask("sync", stick, "--yes")["sent"] == 4
    told = second.ask("sync", stick)
    assert (told["sent"], told["received"], told["healed"], told["problems"]) == (2, 2, 0, [])
    assert list(told["arrived"]["records"].values()) == [1]
    assert archive.run("sync", stick).text.startswith("Sent 0 files, received 2: ")
    assert archive.run("sync", stick).text == "Nothing to copy: both sides hold the same files.\n"
    for laptop in (archive, second):
        assert laptop.ask("search", "heron")["total"] == laptop.ask("search", "wren")["total"] == 1


def test_no_key_is_needed(archive: Any, stick: Path) -> None:
    """Neither with --keyless nor on a computer that has no key at all; nobody is asked for anything."""
    nothing: dict[str, Any] = {"ARCHIVE_PASSPHRASE_FILE": None}
    assert archive.ask("sync", stick, "--yes", "--keyless", **nothing)["arrived"] is None
    assert archive.ask("sync", stick, ARCHIVE_STATE=str(archive.root / "elsewhere"), **nothing)["sent"] == 0


def test_a_new_copy_is_asked_for_first(archive: Any, stick: Path) -> None:
    with archive.talk("sync", stick) as talk:
        talk.expect("[y/N]").type("n")
        assert talk.end() == 2
    assert not stick.exists()
    with archive.talk("sync", stick) as talk:
        talk.expect("a full copy of yours, encrypted as it is, will be made there. Go on? [y/N]").type("y")
        assert talk.end() == 0
    assert (stick / "ARCHIVE").read_bytes() == (archive.archive / "ARCHIVE").read_bytes()


def test_a_dry_run_writes_nothing(archive: Any, stick: Path) -> None:
    before = archive.kept()
    told = archive.ask("sync", stick, "--dry-run")
    assert (told["sent"], told["dry_run"]) == (2, True)
    assert (stick.exists(), archive.kept() == before) == (False, True)


def test_files_of_a_record_that_did_not_come_yet_are_told(archive: Any, second: Any, stick: Path) -> None:
    """The stick lost an attachment on its way: the record is there, and its file is said to be missing."""
    second.add(second.file("two.txt", "A wren sang there.\n"))
    second.ask("sync", stick, "--yes")
    for path in stick.rglob("objects/*/*"):
        path.unlink()
    run = archive.run("sync", stick)
    assert (run.code, "1 record from M1." in run.text) == (0, True)
    assert "1 of 1 file not here yet.\n" in run.text


def test_records_whose_key_is_not_here_yet_are_told(archive: Any, second: Any, stick: Path) -> None:
    """The key was rotated over there, and the key event is the one file that did not come."""
    before = {path.name for path in second.archive.rglob("keys/*")}
    second.ask("rotate")
    second.case()
    second.ask("sync", stick, "--yes")
    (key,) = [path for path in stick.rglob("keys/*") if path.name not in before]
    kept = key.read_bytes()
    key.unlink()
    run = archive.run("sync", stick)
    assert "2 records are here but their key is not yet.\n" in run.text
    assert "They open after the member who has it has synced to this place.\n" in run.text
    key.write_bytes(kept)
    assert "1 record from M1." in archive.run("sync", stick).text


def test_damage_is_mended_and_what_cannot_be_is_told(archive: Any, stick: Path) -> None:
    """Exit 3 and the path, where an attachment is whole nowhere; the rest is exchanged all the same."""
    archive.add(archive.file("one.txt", "A heron stood there.\n"))
    archive.ask("sync", stick, "--yes")
    (ours,) = archive.archive.rglob("objects/*/*")
    theirs = stick / ours.relative_to(archive.archive)
    next(archive.state.rglob(f"mirror/**/{ours.name}")).unlink()
    for path, data in ((ours, b"half"), (theirs, b"less than that")):
        path.unlink()
        path.write_bytes(data)
    archive.case()
    run = archive.run("sync", stick)
    assert run.code == 3
    assert run.text.startswith("Sent 1 file, received 0: ")
    assert ours.name in run.text
    assert run.lines[0] == "1 file could not be exchanged."


@pytest.fixture
def small(stick: Path) -> Iterator[Callable[[str], None]]:
    """Makes the stick a disk of its own: give tmpfs's options; once more to change them."""
    mounted: list[str] = []

    def mount(options: str) -> None:
        stick.mkdir(exist_ok=True)
        again = ["remount,"] if mounted else []
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "".join([*again, options]), "tmpfs", stick], check=False)
        if done.returncode:
            pytest.skip("needs the right to mount a tmpfs")
        mounted.append(options)

    yield mount
    if mounted:
        subprocess.run(["umount", "-l", stick], check=True)


def test_a_stick_that_can_only_be_read_still_gives_what_it_has(
    archive: Any, second: Any, stick: Path, small: Callable[[str], None]
) -> None:
    """Exit 3 says that it took nothing; what it has comes all the same."""
    small("size=4m")
    second.case("Theirs")
    second.ask("sync", stick, "--yes")
    archive.case("Ours")
    small("ro")
    run = archive.run("sync", stick)
    assert run.code == 3, run
    assert "received 1: " in run.text and "1 record from M1." in run.text
    assert run.lines[0] == "The other side: This place can only be read, not written to."
    small("rw")
    assert second.ask("check", "--keyless", "--archive", stick)["ok"]


@pytest.mark.parametrize("others", [0, 60])
def test_a_full_stick_holds_whole_files_only_and_loses_nothing(
    archive: Any, stick: Path, small: Callable[[str], None], others: int
) -> None:
    """Too small from the beginning, or nearly full of other things: told before the first byte; later it goes on."""
    small("size=128k")
    (stick / ".other").write_bytes(bytes(others * 1024))
    archive.add(archive.file("one.txt", "heron " * 30_000))
    run = archive.run("sync", stick, "--yes")
    assert run.code == 3, run
    assert "are to be written and" in run.lines[0]
    assert not list(stick.rglob(".tmp-*"))
    assert archive.ask("check")["ok"]
    small("size=4m")
    assert archive.run("sync", stick).code == 0
    assert archive.ask("check", "--keyless", "--archive", stick)["ok"]


def test_a_stick_that_fills_up_meanwhile_holds_whole_files_only(
    archive: Any, stick: Path, small: Callable[[str], None]
) -> None:
    """No inodes are left: what no look beforehand can tell."""
    small("size=4m,nr_inodes=16")
    for number in range(4):
        archive.add(archive.file(f"{number}.txt", f"heron {number}"))
    run = archive.run("sync", stick, "--yes")
    assert (run.code, run.lines[0]) == (3, "The other side: There is no space left on the disk.")
    assert not list(stick.rglob(".tmp-*"))
    small("nr_inodes=1000")
    assert archive.run("sync", stick).code == 0
    assert archive.ask("check", "--keyless", "--archive", stick)["ok"]


@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize(
    ("number", "call"),
    [("KILL", "rename:when=8"), ("KILL", "fsync:when=14"), ("INT", "rename:when=10"), ("TERM", "fsync:when=16")],
)
def test_broken_off_at_any_moment_it_goes_on_later(archive: Any, stick: Path, number: str, call: str) -> None:
    """A stick pulled out, Ctrl-C, a kill: only whole files lie there then, and the next run brings the rest.

    Python writes no byte code here: it renames what it wrote, and the first run of all would count that as well.
    """
    for one in range(3):
        archive.add(archive.file(f"{one}.txt", f"heron {one}"))
    name, _, when = call.partition(":")
    wrapped = f"strace -f -qq -o /dev/null -e trace={name} -e inject={name}:signal=SIG{number}:{when}"
    run = archive.shell(f"exec {wrapped} {sys.executable} -B {PROGRAM} sync {stick} --yes --keyless")
    assert run.code not in (0, 1, 2, 3), run
    assert stick.exists()
    assert number == "KILL" or not list(stick.rglob(".tmp-*"))
    known = {path.name for path in archive.kept() if len(path.name) == 64}
    there = {path.name for path in stick.rglob("*/*/*") if path.is_file() and len(path.name) == 64}
    assert there < known
    if (stick / "ARCHIVE").exists():
        assert archive.ask("check", "--keyless", "--archive", stick)["ok"]
    archive.ask("sync", stick, "--yes", "--keyless")
    assert {path.name for path in stick.rglob("*/*/*") if path.is_file() and len(path.name) == 64} == known


@pytest.mark.skipif(shutil.which("rclone") is None, reason="needs rclone")
def test_a_place_that_rclone_reaches(archive: Any, second: Any, tmp_path: Path) -> None:
    """By the name it has in rclone's own settings."""
    settings = {"RCLONE_CONFIG": os.devnull, "RCLONE_CONFIG_OURS_TYPE": "alias"}
    settings["RCLONE_CONFIG_OURS_REMOTE"] = str(tmp_path)
    archive.case("Ours")
    second.case("Theirs")
    assert archive.ask("sync", "rclone:ours:away", "--yes", **settings)["sent"] == 3
    told = second.ask("sync", "rclone:ours:away", **settings)
    assert (told["sent"], told["received"]) == (1, 1)
    assert not second.leftovers()


def test_without_rclone_it_says_what_to_install(archive: Any) -> None:
    run = archive.run("sync", "rclone:ours:away", PATH="/nonexistent")
    assert (run.code, run.lines[0]) == (1, "rclone is not installed.")


def test_what_was_shredded_does_not_come_back_from_a_stick(archive: Any, stick: Path) -> None:
    """The stick still holds it, and that is said; here it is gone for good."""
    ref = archive.add(archive.file("one.txt", "A heron stood there.\n"))
    archive.ask("sync", stick, "--yes")
    archive.ask("shred", ref, "--yes")
    told = archive.ask("sync", stick)
    assert (told["received"], told["healed"]) == (0, 0)
    assert told["dropped"] > 0
    assert archive.ask("search", "heron")["total"] == 0
    assert not list(archive.archive.rglob("objects/*/*"))
    assert not list(archive.state.rglob("mirror/*/objects/*/*"))
    assert list(stick.rglob("objects/*/*"))
