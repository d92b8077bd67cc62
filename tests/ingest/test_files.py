"""Files as brought: what can be read is read once and whole; all else is refused in its place; nothing ever waits."""

from __future__ import annotations

import json
import os
import socket
import unicodedata
from pathlib import Path

import pytest

from archive.errors import UncleanError
from archive.ingest.files import Pick, Refused, Source, clean_name, collect


def one(path: Path, recursive: bool = False) -> Source | Refused:
    """Collect a single path."""
    (found,) = collect([path], Pick(recursive))
    return found


def written(path: Path, data: bytes = b"data") -> Path:
    """Make a file."""
    path.write_bytes(data)
    return path


def test_a_file_is_found_named_and_read(tmp_path: Path) -> None:
    """The plain case."""
    source = one(written(tmp_path / "letter.txt", b"hello"))
    assert isinstance(source, Source)
    assert (source.name, source.read()) == ("letter.txt", b"hello")


def test_the_order_given_is_kept_and_a_bad_one_does_not_stop_the_rest(tmp_path: Path) -> None:
    """Twenty files, one of them missing: nineteen sources, one refusal, each in its place."""
    paths = [tmp_path / f"{number}.txt" for number in range(20, 0, -1)]
    for path in paths:
        written(path)
    paths[7].unlink()
    found = list(collect(paths, Pick()))
    assert [item.path for item in found] == paths
    assert [type(item) for item in found].count(Refused) == 1
    assert found[7].reason == "it is not there"  # type: ignore[union-attr]


def test_a_folder_is_refused_with_a_way_out(tmp_path: Path) -> None:
    """Without --recursive nobody takes in a whole folder by mistake."""
    found = one(tmp_path)
    assert isinstance(found, Refused)
    assert "--recursive" in found.reason


def test_a_folder_is_walked_in_the_order_of_names(tmp_path: Path) -> None:
    """The same folder gives the same order on every machine."""
    for name in ("b/2", "b/1", "a", "c", "b/d/x", "Я"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        written(tmp_path / name)
    found = [item.path.relative_to(tmp_path).as_posix() for item in collect([tmp_path], Pick(recursive=True))]
    assert found == ["a", "b/1", "b/2", "b/d/x", "c", "Я"]


def test_a_walk_never_leaves_the_folder(tmp_path: Path) -> None:
    """Links to files, folders and the folder itself are refused in place; what they point to is not taken."""
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    written(outside / "secret")
    written(inside / "own")
    (inside / "link-file").symlink_to(outside / "secret")
    (inside / "link-folder").symlink_to(outside)
    (inside / "loop").symlink_to(inside)
    found = list(collect([inside], Pick(recursive=True)))
    assert [item.path.name for item in found if isinstance(item, Source)] == ["own"]
    assert [item.name for item in found if isinstance(item, Refused)] == ["link-file", "link-folder", "loop"]


@pytest.mark.parametrize("recursive", [False, True])
def test_links_given_by_hand_are_refused(tmp_path: Path, recursive: bool) -> None:
    """To a file, to a folder, dangling, and in a loop."""
    written(tmp_path / "file")
    (tmp_path / "to-file").symlink_to("file")
    (tmp_path / "to-folder").symlink_to(".")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to("loop")
    for name in ("to-file", "to-folder", "dangling", "loop"):
        found = one(tmp_path / name, recursive)
        assert isinstance(found, Refused)
        assert "link" in found.reason


def test_pipes_sockets_and_devices_are_refused_without_waiting(tmp_path: Path) -> None:
    """Opening a pipe would wait for ever, reading /dev/zero would never end."""
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(os.fsencode(tmp_path / "socket"))
        reasons = [one(path) for path in (tmp_path / "pipe", tmp_path / "socket", Path("/dev/zero"))]
    assert [found.reason.split()[3].strip(",") for found in reasons if isinstance(found, Refused)] == [
        "pipe",
        "socket",
        "device",
    ]


def test_empty_and_impossible_paths_are_refused(tmp_path: Path) -> None:
    """By what the disk says of them, unopened."""
    cases = {
        written(tmp_path / "empty", b""): "it is empty",
        tmp_path / ("x" * 300): "its name is too long",
        tmp_path / "empty" / "below": "it is not there",
        Path("nul\0byte"): "it cannot be read",
    }
    for path, reason in cases.items():
        found = one(path)
        assert isinstance(found, Refused)
        assert found.reason == reason


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_says_so(tmp_path: Path) -> None:
    """The right to read is missing."""
    path = written(tmp_path / "locked")
    path.chmod(0)
    source = one(path)
    assert isinstance(source, Source)
    with pytest.raises(UncleanError, match="no right"):
        source.read()


@pytest.mark.parametrize("swap", ["link", "pipe", "other", "gone", "folder"])
def test_a_file_swapped_after_it_was_looked_at_is_refused(tmp_path: Path, swap: str) -> None:
    """Between looking and opening the path may come to mean something else; nothing of that is read, nothing waits."""
    path = written(tmp_path / "file")
    source = one(path)
    assert isinstance(source, Source)
    path.rename(tmp_path / "kept")
    if swap == "link":
        path.symlink_to("kept")
    elif swap == "pipe":
        os.mkfifo(path)
    elif swap == "other":
        written(path)
    elif swap == "folder":
        path.mkdir()
    with pytest.raises(UncleanError):
        source.read()


def test_a_parent_folder_swapped_for_a_link_is_noticed(tmp_path: Path) -> None:
    """The path leads through another folder now; device and inode tell."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    path = written(tmp_path / "a" / "file")
    written(tmp_path / "b" / "file")
    source = one(path)
    assert isinstance(source, Source)
    (tmp_path / "a").rename(tmp_path / "c")
    (tmp_path / "a").symlink_to("b")
    with pytest.raises(UncleanError, match="changed"):
        source.read()


@pytest.mark.parametrize("change", [b"longer than before", b"da", b"DATA"])
def test_a_file_that_changed_since_is_refused(tmp_path: Path, change: bytes) -> None:
    """Grown, cut, or rewritten at the same length."""
    path = written(tmp_path / "file")
    source = one(path)
    assert isinstance(source, Source)
    path.write_bytes(change)
    os.utime(path, ns=(1, 1))
    with pytest.raises(UncleanError, match="changed"):
        source.read()


def test_a_file_growing_while_it_is_read_is_refused(tmp_path: Path) -> None:
    """The kernel's own files are the plainest case: they say one size and give another number of bytes."""
    status = Path("/sys/kernel/mm/transparent_hugepage/enabled")
    if not status.exists():
        pytest.skip("needs a /sys file that is shorter than it says")
    source = one(status)
    assert isinstance(source, Source)
    with pytest.raises(UncleanError, match="changed"):
        source.read()


NAMES = [
    b"line\nbreak.txt",
    b"esc\x1b[31m.txt",
    "rlo\u202etxt.exe".encode(),
    b"-rf",
    b"x" * 255,
    b"\xff\xfe latin \xe9.txt",
    b"CON",
    "e\u0301.txt".encode(),
    "Screenshot 3.00\u202fPM.png".encode(),
    b"[red] {x}.md",
    b"lone \xed\xa0\x80",
]


@pytest.mark.parametrize("raw", NAMES)
def test_any_name_a_disk_can_hold_is_data(tmp_path: Path, raw: bytes) -> None:
    """The file is read whatever it is called; the stored name prints, is NFC, and is sound JSON in UTF-8."""
    path = Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), raw)))  # noqa: PTH118 -- raw bytes
    source = one(written(path, raw))
    assert isinstance(source, Source)
    assert source.read() == raw
    assert source.name.isprintable()
    assert unicodedata.is_normalized("NFC", source.name)
    assert json.loads(json.dumps(source.name, ensure_ascii=False).encode("utf-8")) == source.name


def test_names_lose_only_what_cannot_be_shown() -> None:
    """What was replaced can be seen; every kind of space is a plain one; a name is never a path."""
    assert clean_name(Path("/home/somebody/Лист 1.txt")) == "Лист 1.txt"
    assert clean_name(Path("a\nb\u202ec")) == "a\ufffdb\ufffdc"
    assert clean_name(Path(os.fsdecode(b"\xe9t\xe9"))) == "\ufffdt\ufffd"
    assert clean_name(Path("3.00\u202fPM")) == "3.00 PM"
    assert clean_name(Path("/")) == "/"
