"""Full disks, kills, Ctrl-C, several at once, read-only places: what was said to be there is there, nothing is half."""

from __future__ import annotations

import fcntl
import os
import random
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

FILES = 20


def texts(laptop: Any, count: int = FILES, size: int = 2_000) -> list[Path]:
    """Files of random letters, each with its own word to find it by."""
    letters = random.Random(4)
    return [
        laptop.file(f"{number:03}.txt", f"heron number {number} " + "".join(letters.choices("abcdefgh ", k=size)))
        for number in range(count)
    ]


def complete(laptop: Any, count: int = FILES) -> None:
    """Everything is there exactly once, whole, readable, in index and journal alike."""
    checked = laptop.ask("check", "--read-data")
    assert checked["ok"] and checked["problems"] == []
    assert laptop.ask("search", "heron", "--limit", "500")["total"] == count
    laptop.ask("index", "rebuild")
    assert laptop.ask("search", "heron", "--limit", "500")["total"] == count


def acknowledged(run: Any) -> list[str]:
    """The references that ``add`` told, one line a file, before it ended."""
    return re.findall(r"^\S+: (T\w+) \(testimony\), ", run.said, re.MULTILINE)


@pytest.mark.parametrize("kills", [5, pytest.param(25, marks=pytest.mark.slow)])
def test_killed_at_any_moment(archive: Any, interrupt: Callable[..., Any], kills: int) -> None:
    """SIGKILLs at seeded moments of taking in 20 files: what was told is kept; the last run adds only the rest."""
    moments, files = random.Random(kills), texts(archive)
    told: set[str] = set()
    started = time.monotonic()
    first = archive.run("add", archive.file("first.txt", "a wren\n"))
    assert len(acknowledged(first)) == 1, "what is told is not seen here"
    usual = time.monotonic() - started + 0.3
    for _ in range(kills):
        chosen = moments.sample(files, 5)  # so that there is something left to do for every one of them
        program = archive.start("add", *chosen)
        time.sleep(moments.uniform(0.05, usual))
        told.update(acknowledged(interrupt(program, signal.SIGKILL)))
    checked = archive.ask("check", "--read-data")
    assert checked["ok"], checked
    for ref in sorted(told):
        assert archive.run("get", ref, "-o", "-").out.startswith(b"heron number"), ref
    before = archive.ask("search", "heron", "--limit", "500")["total"]
    last = archive.ask("add", *files)
    assert (last["added"], last["duplicates"], last["refused"]) == (FILES - before, before, 0)
    complete(archive)


@pytest.mark.parametrize(
    "with_signal",
    [signal.SIGINT, signal.SIGHUP, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)],
)
def test_stopped_by_hand(archive: Any, interrupt: Callable[..., Any], with_signal: signal.Signals) -> None:
    """Ctrl-C, kill, a closed window: exit 130, no traceback, nothing unfinished, what was told or sealed is kept."""
    files = texts(archive, 230, 300)
    refused = [archive.file(f"refused-{number:03}", b"\0\1" * 50) for number in range(200)]
    program = archive.start("add", *files[:130], *refused, *files[130:])
    fcntl.fcntl(program.stderr, fcntl.F_SETPIPE_SZ, 4096)  # a few refusals: then it waits for who reads, hence for us
    for line in program.stderr:
        if b"refused-000" in line:  # the first hundred are in
            break
    run = interrupt(program, with_signal)
    assert run.code == 130 and "Traceback" not in run.said, run
    assert archive.leftovers() == []
    kept = archive.ask("search", "heron", "--limit", "500")["total"]
    assert 100 <= kept <= 130 and archive.ask("check", "--read-data")["ok"]
    last = archive.ask("add", *files)
    assert last["added"] == 230 - kept and last["duplicates"] == kept
    assert archive.ask("search", "heron", "--limit", "500")["total"] == 230


@pytest.mark.usefixtures("strace")
def test_a_closed_window_during_export_leaves_no_draft(archive: Any, interrupt: Callable[..., Any]) -> None:
    """The draft is plain text: whatever ends the program, short of SIGKILL, takes it away.

    Each file of it takes a third of a second here, so that the window is closed before it has its name.
    """
    case = archive.case()
    archive.consent(archive.person(case), "publish-pseudonym")
    archive.ask("add", *texts(archive, 8, 2_000), "--case", case)
    slowly = ("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync", "-e", "inject=fsync:delay_exit=300000")
    program = archive.start("export", case, "-o", archive.root / "out", within=slowly)
    while program.poll() is None and not list(archive.root.glob("out.draft*")):
        time.sleep(0.002)
    assert program.poll() is None
    run = interrupt(program, signal.SIGHUP)
    assert run.code == 130
    assert [path for path in archive.root.iterdir() if path.name.startswith("out")] == [], run


@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize("how", ["folder", "zip", "locked"])
def test_what_a_killed_export_leaves_in_clear_is_told_and_goes(
    archive: Any, interrupt: Callable[..., Any], how: str
) -> None:
    """Nothing has the name that was asked for; `status` says where the draft lies, and the next export destroys it.

    In memory any next command does.
    """
    case = archive.case()
    archive.consent(archive.person(case), "publish-pseudonym")
    archive.ask("add", *texts(archive, 8, 2_000), "--case", case)
    word = archive.file("word", "seven herons")
    ways = {"folder": ("--plain",), "zip": ("--zip", "--plain"), "locked": ("--dossier-passphrase-file", word)}
    words = ("export", case, "-o", archive.root / "out", "--no-pdf", *ways[how])
    slowly = ("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync", "-e", "inject=fsync:delay_exit=300000")
    program = archive.start(*words, within=slowly)
    while program.poll() is None and not (drafts := list(_drafts(program.pid))):
        time.sleep(0.002)
    run = interrupt(program, signal.SIGKILL)
    assert run.code == -signal.SIGKILL and len(drafts) == 1, run
    assert drafts[0].is_relative_to("/dev/shm" if how == "locked" else archive.root)  # noqa: S108
    assert not [path for path in archive.root.glob("out*") if path != drafts[0]]
    lying = [line["command"] for line in archive.ask("status")["lines"] if line["matter"] == "plain-export"]
    if how == "locked":
        assert not drafts[0].exists() and not lying
    else:
        assert (drafts[0] / "data").is_dir() and lying == [f"rm -r {drafts[0]}"]
    archive.ask(*words)
    ending = {"folder": ["out"], "zip": ["out.zip"], "locked": ["out.zip.age", "out.zip.age.txt"]}
    assert sorted(path.name for path in archive.root.glob("out*")) == ending[how] and not drafts[0].exists()


def _drafts(process: int) -> Iterator[Path]:
    """The drafts that a process, or one below it, is at: it keeps them open."""
    try:
        held = [one.readlink() for one in Path(f"/proc/{process}/fd").iterdir()]
        below = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:  # it has just ended
        return
    yield from (path for path in held if ".draft-" in path.name)
    for one in below:
        yield from _drafts(int(one))


def test_four_at_once(archive: Any) -> None:
    """Four processes with five files each, and readers between them: all twenty are there once."""
    files = texts(archive)
    programs = [archive.start("add", *files[start::4], "--json") for start in range(4)]
    while any(program.poll() is None for program in programs):
        assert archive.run("search", "heron").code in (0, 11)
    for program in programs:
        out, err = program.communicate()
        assert program.returncode == 0, (out, err)
    complete(archive)


def test_the_same_files_by_four_at_once(archive: Any) -> None:
    """Four people press Enter at the same time: nothing breaks, nothing is lost, a later run adds nothing."""
    files = texts(archive, 5)
    programs = [archive.start("add", *files, "--json") for _ in range(4)]
    for program in programs:
        out, err = program.communicate()
        assert program.returncode == 0, (out, err)
    assert archive.ask("check", "--read-data")["ok"]
    assert archive.ask("add", *files)["added"] == 0
    assert {hit["title"] for hit in archive.ask("search", "heron")["hits"]} == {path.stem for path in files}


def _mount(folder: Path, options: str) -> Callable[[], None]:
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("needs the right to mount a tmpfs")
    return lambda: subprocess.run(["umount", "-l", str(folder)], check=True) and None


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Makes small disks: give the options of tmpfs, get the folder."""
    undo: list[Callable[[], None]] = []

    def make(options: str) -> Path:
        folder = tmp_path / f"disk{len(undo)}"
        undo.append(_mount(folder, options))
        return folder

    yield make
    for one in undo:
        one()


def test_the_disk_of_the_archive_is_full(laptop: Any, disk: Callable[[str], Path]) -> None:
    """add, rotate and case new on a full disk: one line, the archive as it was; with room again all goes on."""
    root = disk("size=1200k")
    laptop.changes["ARCHIVE_DIR"] = str(root / "archive")
    laptop.ask("init", root / "archive", "--collective", "Weir", "--kdf", "tests-only")
    small, large = texts(laptop, 3), laptop.file("large.txt", "wren " * 300_000)
    laptop.ask("add", *small)
    run = laptop.run("add", large)
    assert run.code == 1 and run.lines[0] == "There is no space left on the disk.", run
    filler = root / "filler"
    with filler.open("wb") as file:
        _fill(file)
    for words in (("rotate",), ("case", "new", "A title"), ("add", laptop.file("new.txt", "plover\n"))):
        full = laptop.run(*words)
        assert full.code == 1 and full.lines[0] == "There is no space left on the disk.", (words, full)
    assert not list((root / "archive").rglob(".tmp-*"))
    assert laptop.ask("check", "--read-data")["ok"] and laptop.ask("search", "heron")["total"] == 3
    filler.unlink()
    assert laptop.run("rotate").code == 0
    assert laptop.ask("add", laptop.desk / "new.txt")["added"] == 1
    complete(laptop, 3)


def test_the_disk_of_the_state_is_full(laptop: Any, disk: Callable[[str], Path]) -> None:
    """No room for index and memory: one line, nothing lost, and all is found once there is room."""
    root = disk("size=3m")
    laptop.changes["ARCHIVE_STATE"] = str(root / "state")
    laptop.ask("init", laptop.archive, "--collective", "Weir", "--kdf", "tests-only")
    laptop.ask("add", *texts(laptop, 3))
    filler = root / "filler"
    with filler.open("wb") as file:
        _fill(file)
    more = laptop.file("more.txt", "heron number three " + "x" * 200_000)
    run = laptop.run("add", more)
    assert "Traceback" not in run.said and "fault" not in run.said, run
    filler.unlink()
    laptop.ask("add", more)
    complete(laptop, 4)


def test_no_room_for_a_new_archive(laptop: Any, disk: Callable[[str], Path]) -> None:
    """init on a full disk: one line, no key that opens nothing; with room it is taken up where it was."""
    root = disk("size=256k,nr_inodes=1000")
    filler = root / "filler"
    with filler.open("wb") as file:
        _fill(file)
    words = ("init", root / "archive", "--collective", "Weir", "--kdf", "tests-only")
    run = laptop.run(*words)
    assert run.code == 1 and run.lines[0] == "There is no space left on the disk.", run
    filler.unlink()
    assert laptop.run(*words).code == 0
    assert laptop.ask("check", ARCHIVE_DIR=str(root / "archive"))["ok"]


def test_no_room_for_a_dossier_or_a_file(archive: Any, disk: Callable[[str], Path]) -> None:
    """export, in every form, and get onto a full disk: one line, and not one byte of plain text is left there."""
    root = disk("size=64k")
    case = archive.case()
    archive.consent(archive.person(case), "publish-pseudonym")
    archive.ask("add", *texts(archive, 8, 3_000), "--case", case)
    ref = archive.add(archive.file("large.txt", "wren " * 20_000))
    filler = root / "filler"
    filler.write_bytes(b"x" * 61_000)
    word = archive.file("word", "seven herons")
    export = ("export", case, "-o", root / "out")
    ways = ((), ("--sign",), ("--zip", "--sign"), ("--dossier-passphrase-file", word))
    for words in (*((*export, *way) for way in ways), ("get", ref, "-o", root / "file.txt")):
        run = archive.run(*words)
        assert run.code == 1 and "No space left on device" in run.lines[0], run
        assert [path.name for path in root.iterdir()] == ["filler"]
        if words == export:  # what is packed or signed is noted before that
            assert "dissemination" not in {event["event"] for event in archive.ask("log")["events"]}


def test_an_archive_that_can_only_be_read(laptop: Any, disk: Callable[[str], Path]) -> None:
    """From a read-only stick: search, show, get and check work; writing says why it does not."""
    root = disk("size=20m")
    laptop.changes |= {"ARCHIVE_DIR": str(root / "archive"), "ARCHIVE_STATE": str(root / "state")}
    laptop.ask("init", root / "archive", "--collective", "Weir", "--kdf", "tests-only")
    ref = laptop.ask("add", *texts(laptop, 3))["records"][0]["ref"]
    subprocess.run(["mount", "-o", "remount,ro", str(root)], check=True)
    for words in (("search", "heron"), ("show", ref), ("case", "list"), ("check", "--read-data"), ("log",)):
        run = laptop.run(*words)
        assert run.code == 0, (words, run)
    assert laptop.run("get", ref, "-o", "-").out.startswith(b"heron number 0")
    for words in (("add", laptop.file("new.txt", "plover\n")), ("rotate",), ("case", "new", "A title")):
        run = laptop.run(*words)
        assert run.code == 1 and "read" in run.lines[0], (words, run)
    subprocess.run(["mount", "-o", "remount,rw", str(root)], check=True)
    assert laptop.ask("add", laptop.desk / "new.txt")["added"] == 1
    complete(laptop, 3)


def test_a_damaged_index_is_made_anew(archive: Any) -> None:
    """Zeros, noise, a stranger's database, nothing, half: whatever lies where the index was, the next command works."""
    texts(archive, 3)
    archive.ask("add", *sorted(archive.desk.glob("*.txt")))
    index = next(archive.state.rglob("index.db"))
    whole = index.read_bytes()
    noise = random.Random(7)
    damaged = [
        b"", b"\0" * 8192, b"SQLite format 3\0" + b"\0" * 4096, whole[: len(whole) // 2], noise.randbytes(len(whole)),
        whole[: len(whole) // 2] + noise.randbytes(64) + whole[len(whole) // 2 + 64 :],
    ]  # fmt: skip
    for data in damaged:
        index.write_bytes(data)
        assert archive.run("index", "rebuild").code == 0
        assert archive.ask("search", "heron")["total"] == 3
        index.write_bytes(data)
        run = archive.run("search", "heron", "--json")
        assert (run.code == 0 and run.json["total"] == 3) or (run.code == 13 and "index rebuild" in run.said), run
    archive.ask("index", "rebuild")
    complete(archive, 3)


def _fill(file: Any) -> None:
    """Write until nothing more fits."""
    size = 65_536
    while size:
        try:
            os.write(file.fileno(), b"x" * size)
        except OSError:
            size //= 2
