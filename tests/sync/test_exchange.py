"""Exchange of opaque files between two folders: what goes, what comes, what is never spread, what is mended."""

from __future__ import annotations

import os
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest

from archive.errors import DamagedError, NotFoundError, UsageError
from archive.vault import check
from archive.vault.folder import Folder
from archive.vault.store import Store

Device = Any  # conftest.py's; pytest imports it by itself


def only(device: Device, area: str) -> Path:
    """The path of the one file in an area."""
    (path,) = device.files(area)
    return device.root / path


def flipped(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def name_of(data: bytes) -> str:
    return blake2b(data, digest_size=32).hexdigest()


def overwrite(path: Path, data: bytes) -> None:
    path.unlink(missing_ok=True)
    path.write_bytes(data)


def test_a_new_folder_becomes_a_full_copy(laptop: Device, stick: Path) -> None:
    """Everything is there, `check` finds nothing wrong, and a second exchange has nothing to do."""
    done = laptop.sync(stick)
    assert (done.sent, done.received, done.healed, done.problems, done.stopped) == (3, 0, 0, (), ())
    assert check.check(Store(stick)).problems == ()
    assert Store(stick).archive_id == laptop.store.archive_id
    assert laptop.plan(stick).size == 0


def test_both_sides_get_what_the_other_has(laptop: Device) -> None:
    """Two devices write apart; after one exchange both read everything."""
    other = laptop.second("other")
    laptop.add("here", b"1")
    other.add("there", b"2", b"3")
    done = laptop.sync(other.root)
    assert (done.sent, done.received) == (2, 3)
    assert laptop.titles() == other.titles() == ["first", "here", "there"]


def test_looking_and_comparing_change_nothing(laptop: Device, stick: Path) -> None:
    plan = laptop.plan(stick)
    assert len(plan.sent) == 3
    assert plan.size == sum(map(len, laptop.files().values()))
    assert not stick.exists()


def test_keys_and_objects_go_before_segments(laptop: Device, stick: Path) -> None:
    """What names something is never there before it."""
    areas = [one.target.split("/")[1] for one in laptop.plan(stick).sent]
    assert areas == ["keys", "objects", "journal"]


@pytest.mark.parametrize("area", ["keys", "journal", "objects"])
@pytest.mark.parametrize("damage", ["cut", "emptied", "changed"])
def test_a_damaged_file_over_there_is_replaced_and_never_taken_over(
    laptop: Device, stick: Path, area: str, damage: str
) -> None:
    laptop.sync(stick)
    path = only(laptop, area)
    whole, theirs = path.read_bytes(), stick / path.relative_to(laptop.root)
    overwrite(theirs, {"cut": whole[:-5], "emptied": b"", "changed": flipped(whole)}[damage])
    done = laptop.sync(stick, read_data=True)
    assert (done.sent, done.received, done.healed, done.problems) == (0, 0, 1, ())
    assert theirs.read_bytes() == path.read_bytes() == whole


@pytest.mark.parametrize("area", ["keys", "journal", "objects"])
@pytest.mark.parametrize("damage", ["cut", "changed", "gone"])
def test_a_damaged_file_here_is_replaced_by_the_whole_one_over_there(
    laptop: Device, stick: Path, area: str, damage: str
) -> None:
    laptop.sync(stick)
    path = only(laptop, area)
    whole = path.read_bytes()
    overwrite(path, {"cut": whole[:-5], "changed": flipped(whole), "gone": b""}[damage])
    if damage == "gone":
        path.unlink()
    done = laptop.sync(stick, read_data=True)
    assert done.healed + done.received == 1
    assert done.problems == ()
    assert path.read_bytes() == (stick / path.relative_to(laptop.root)).read_bytes() == whole


def test_what_is_damaged_on_both_sides_is_told_and_left(laptop: Device, stick: Path) -> None:
    """Nobody has a whole copy of the attachment: each side keeps its own ruins, for whoever may mend them."""
    laptop.sync(stick)
    path = only(laptop, "objects")
    (laptop.state.mirror.root / path.relative_to(laptop.root)).unlink()
    overwrite(path, b"ruin")
    overwrite(stick / path.relative_to(laptop.root), b"another ruin")
    done = laptop.sync(stick)
    assert [problem.path for problem in done.problems] == [path.relative_to(laptop.root).as_posix()]
    assert (path.read_bytes(), (stick / path.relative_to(laptop.root)).read_bytes()) == (b"ruin", b"another ruin")


def test_a_file_that_is_not_here_is_not_taken_over_damaged(laptop: Device) -> None:
    other = laptop.second("other")
    other.add("there", b"a photo")
    for path in set(other.files()) - set(laptop.files()):
        overwrite(other.root / path, b"half")
    before = laptop.files()
    done = laptop.sync(other.root)
    assert len(done.problems) == 2
    assert laptop.files() == before


def test_the_mirror_heals_a_segment_that_sync_destroyed_everywhere(laptop: Device, stick: Path) -> None:
    """A truncated file was spread over all copies: the private mirror still has it, and no key is needed."""
    laptop.sync(stick)
    path = only(laptop, "journal")
    whole, theirs = path.read_bytes(), stick / path.relative_to(laptop.root)
    for damaged in (path, theirs):
        overwrite(damaged, whole[:100])
    assert laptop.sync(stick).healed == 2
    assert path.read_bytes() == theirs.read_bytes() == whole


def test_a_spoilt_mirror_does_not_stand_in_the_way_of_a_whole_copy(laptop: Device, stick: Path) -> None:
    laptop.sync(stick)
    path = only(laptop, "journal")
    whole, relative = path.read_bytes(), path.relative_to(laptop.root)
    overwrite(laptop.state.mirror.root / relative, b"")
    overwrite(path, b"")
    assert laptop.sync(stick).problems == ()
    assert path.read_bytes() == whole


def test_what_somebody_deleted_over_there_comes_back(laptop: Device, stick: Path) -> None:
    """Files never vanish through sync."""
    laptop.sync(stick)
    for path in laptop.files():
        (stick / path).unlink()
    laptop.sync(stick)
    assert check.check(Store(stick)).problems == ()
    assert laptop.titles() == ["first"]


def test_what_was_dropped_on_purpose_is_not_brought_back(laptop: Device, stick: Path) -> None:
    """A shredded attachment still lies on the stick: it stays there, is counted, and does not come back here."""
    laptop.sync(stick)
    path = only(laptop, "objects")
    path.unlink()
    plan = laptop.plan(stick, {path.name})
    assert (plan.dropped, plan.size) == (1, 0)
    laptop.sync(stick, {path.name})
    assert not path.exists()
    assert (stick / path.relative_to(laptop.root)).exists()


CONFLICTS = (
    "{} (conflicted copy 2026-11-22)",
    "{} (SYNC conflict 2026-11-22 10-05-41).x",
    "{}.sync-conflict-20261122-100541-ABCDEFG",
    "Copy of {}",
)


@pytest.mark.parametrize("side", ["here", "there"])
@pytest.mark.parametrize("pattern", CONFLICTS)
def test_a_conflict_copy_is_known_by_its_content_and_put_under_its_right_name(
    laptop: Device, stick: Path, side: str, pattern: str
) -> None:
    """A sync tool put a truncated file in place and set the whole one aside."""
    laptop.sync(stick)
    path = only(laptop, "objects")
    whole, relative = path.read_bytes(), path.relative_to(laptop.root)
    root = laptop.root if side == "here" else stick
    for damaged in (path, stick / relative):
        overwrite(damaged, whole[:70])
    aside = root / relative.parent / pattern.format(relative.name)
    aside.write_bytes(whole)
    done = laptop.sync(stick, read_data=True)
    assert done.problems == ()
    assert path.read_bytes() == (stick / relative).read_bytes() == whole
    assert not aside.exists()


def test_a_damaged_conflict_copy_is_nobodys_file(laptop: Device, stick: Path) -> None:
    """A truncated copy under another name is told and left alone, not taken for a file of its own."""
    laptop.sync(stick)
    path = only(laptop, "journal")
    aside = stick / path.relative_to(laptop.root).parent / f"{path.name} (conflicted copy)"
    aside.write_bytes(path.read_bytes()[:-1])
    before = laptop.files()
    assert laptop.plan(stick).foreign == (aside.relative_to(stick).as_posix(),)
    laptop.sync(stick)
    assert (laptop.files(), aside.exists()) == (before, True)


def test_two_files_with_swapped_names_find_back(laptop: Device, stick: Path) -> None:
    laptop.add("second")
    laptop.sync(stick)
    one, two = ((laptop.root / path) for path in laptop.files("journal"))
    first, second = one.read_bytes(), two.read_bytes()
    for root in (laptop.root, stick):
        overwrite(root / one.relative_to(laptop.root), second)
        overwrite(root / two.relative_to(laptop.root), first)
    for path in laptop.state.mirror.root.rglob("journal/*/*"):
        path.unlink()
    assert laptop.sync(stick).problems == ()
    assert (one.read_bytes(), two.read_bytes()) == (first, second)
    assert check.check(Store(stick)).problems == ()


def test_foreign_files_are_told_and_left_alone(laptop: Device, stick: Path) -> None:
    laptop.sync(stick)
    for path in ("holiday.jpg", f"{laptop.collective}/notes.txt", ".DS_Store", "System Volume Information/x"):
        (stick / path).parent.mkdir(exist_ok=True)
        (stick / path).write_bytes(b"mine")
    assert laptop.plan(stick).foreign == (f"{laptop.collective}/notes.txt", "holiday.jpg")
    laptop.sync(stick)
    assert (stick / "holiday.jpg").read_bytes() == b"mine"
    assert not (laptop.root / "holiday.jpg").exists()


@pytest.mark.parametrize("kind", ["link", "folder", "fifo"])
def test_what_is_no_file_is_told_and_neither_read_nor_replaced(laptop: Device, stick: Path, kind: str) -> None:
    """A link on a stick must not lead out of it, a pipe must not hold us up."""
    laptop.sync(stick)
    path = only(laptop, "objects")
    theirs = stick / path.relative_to(laptop.root)
    theirs.unlink()
    {"link": lambda: theirs.symlink_to(path), "folder": theirs.mkdir, "fifo": lambda: os.mkfifo(theirs)}[kind]()
    done = laptop.sync(stick)
    assert [problem.path for problem in done.problems] == [path.relative_to(laptop.root).as_posix()]
    assert (done.sent, done.received, done.healed) == (0, 0, 0)


def test_a_linked_folder_is_not_followed(laptop: Device, stick: Path, tmp_path: Path) -> None:
    laptop.sync(stick)
    folder = stick / laptop.collective / "journal"
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    done = laptop.sync(stick)
    assert (done.sent, done.healed, len(done.problems)) == (0, 0, 1)
    assert folder.is_symlink()


def test_requests_to_be_let_in_travel(laptop: Device, stick: Path) -> None:
    """Somebody left one on the stick; it reaches the archive, and a file that is too large for one does not."""
    laptop.sync(stick)
    (stick / "requests").mkdir()
    for data in (b'{"v":1}', b"x" * 5000):
        (stick / "requests" / name_of(data)).write_bytes(data)
    done = laptop.sync(stick)
    assert done.received == 1
    assert [path.read_bytes() for path in (laptop.root / "requests").iterdir()] == [b'{"v":1}']


def test_no_more_requests_are_taken_than_may_wait(laptop: Device, stick: Path) -> None:
    laptop.sync(stick)
    (stick / "requests").mkdir()
    for number in range(70):
        data = b'{"v":%d}' % number
        (stick / "requests" / name_of(data)).write_bytes(data)
    done = laptop.sync(stick)
    assert (done.received, len(done.problems)) == (64, 6)


def test_another_archive_is_refused(laptop: Device, stick: Path) -> None:
    Store.create(stick, os.urandom)
    with pytest.raises(UsageError, match="another archive"):
        laptop.sync(stick)


def test_a_folder_with_other_things_is_refused(laptop: Device, stick: Path) -> None:
    stick.mkdir()
    (stick / "photos").mkdir()
    with pytest.raises(UsageError, match="1 other things and no archive"):
        laptop.sync(stick)


def test_a_stick_that_is_not_connected_gets_no_folder(laptop: Device, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="not there"):
        laptop.sync(tmp_path / "media" / "usb")


def test_the_archive_itself_is_no_target(laptop: Device) -> None:
    for target in (laptop.root, laptop.root / "copy"):
        with pytest.raises(UsageError, match="archive itself"):
            laptop.sync(target)


@pytest.mark.parametrize("name", ["ARCHIVE", "README.txt"])
@pytest.mark.parametrize("damage", ["gone", "cut"])
def test_what_says_that_it_is_an_archive_is_mended(laptop: Device, stick: Path, name: str, damage: str) -> None:
    """Its folders are ours, so the damaged ARCHIVE or README.txt of the copy is written again."""
    laptop.sync(stick)
    overwrite(stick / name, b"case-arch")
    if damage == "gone":
        (stick / name).unlink()
    assert laptop.sync(stick).healed == 1
    assert (stick / name).read_bytes() == (laptop.root / name).read_bytes()


def test_a_damaged_marker_over_unknown_folders_is_no_copy_of_ours(laptop: Device, stick: Path) -> None:
    stick.mkdir()
    (stick / "ARCHIVE").write_bytes(b"case-arch")
    with pytest.raises(DamagedError):
        laptop.sync(stick)


def test_several_collectives_travel_whether_they_can_be_opened_or_not(laptop: Device, stick: Path) -> None:
    """Opaque files need no key: a collective that only the other side has comes along."""
    laptop.sync(stick)
    data = b"age-encryption.org/v1\nsealed for somebody else"
    path = stick / ("c" * 64) / "keys" / name_of(data)
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    assert laptop.sync(stick).received == 1
    assert (laptop.root / path.relative_to(stick)).read_bytes() == data


def test_files_on_the_copy_say_neither_who_nor_when(laptop: Device, stick: Path) -> None:
    laptop.sync(stick)
    for path in [stick, *stick.rglob("*")]:
        assert path.stat().st_mtime == 946_684_800, path
        assert path.is_dir() or path.stat().st_mode & 0o777 == 0o400


def test_no_temporary_file_is_left_and_old_ones_go(laptop: Device, stick: Path) -> None:
    """A writer that was killed yesterday left one; a fresh one may have its writer still."""
    laptop.sync(stick)
    left = stick / laptop.collective / "objects" / ".tmp-0123456789abcdef"
    left.write_bytes(b"half")
    laptop.sync(stick)
    assert left.exists()  # NOW lies before this file's own time plus a day
    Folder(stick, os.urandom).tidy((), left.stat().st_ctime + 1)
    assert not list(stick.rglob(".tmp-*"))
