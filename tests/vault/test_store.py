"""The archive's folder: made, found, and what lies in it."""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path

import pytest

from archive.errors import ArchiveError, DamagedError, ExistsError, NoArchiveError, NotFoundError
from archive.seal.lines import digest
from archive.vault import disk, layout
from archive.vault.disk import MOMENT
from archive.vault.store import Store


def test_a_new_archive_says_what_it_is(tmp_path):
    """ARCHIVE has two lines; README tells a finder in four languages; sync tools are told what to leave out."""
    store = Store.create(tmp_path / "a", os.urandom)
    first, second, end = (tmp_path / "a" / "ARCHIVE").read_text().split("\n")
    assert (first, second, end) == ("case-archive/1", store.archive_id, "")
    readme = (tmp_path / "a" / "README.txt").read_text()
    assert all(f"\n{language}  " in "\n" + readme for language in ("EN", "UK", "RU", "CS"))
    assert readme.count("age -d -i") == 12
    assert ".tmp-*" in (tmp_path / "a" / ".stignore").read_text()


def test_making_one_where_one_is_or_other_things_are_is_refused(tmp_path, found):
    """Exit code 15; a folder that a sync tool prepared is fine, and so is an archive nobody founded in yet."""
    with pytest.raises(ExistsError):
        Store.create(found(tmp_path).store.root, os.urandom)
    other = tmp_path / "other"
    other.mkdir()
    (other / ".stfolder").mkdir()
    made = Store.create(other, os.urandom)
    assert Store.create(other, os.urandom).archive_id == made.archive_id
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("x")
    with pytest.raises(ExistsError):
        Store.create(tmp_path / "full", os.urandom)


def test_it_is_found_from_any_folder_below(tmp_path):
    """As git finds .git; without one: exit code 10."""
    store = Store.create(tmp_path / "a", os.urandom)
    deep = store.root / "x" / "y"
    deep.mkdir(parents=True)
    assert Store.find(deep) == store.root
    with pytest.raises(NoArchiveError):
        Store.find(tmp_path)
    with pytest.raises(NoArchiveError):
        Store(tmp_path)


def test_every_changed_byte_of_the_marker_is_noticed(tmp_path):
    """The archive id checks itself."""
    path = Store.create(tmp_path / "a", os.urandom).root / "ARCHIVE"
    whole = path.read_bytes()
    path.chmod(0o600)
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(DamagedError):
            Store(path.parent)
    path.write_bytes(b"case-archive/2\n" + whole.split(b"\n")[1] + b"\n")
    with pytest.raises(DamagedError) as refused:
        Store(path.parent)
    assert refused.value.hint == "Update first."
    assert not layout.is_archive_id("")


def test_files_are_named_by_their_hash_read_only_and_all_bear_one_time(place):
    """Names, modes and times of everything, folders and the root included, say nothing about who wrote what when."""
    place.add("x", b"one", b"two")
    place.open().rotate(place.now)
    for path in [place.store.root, *place.store.root.rglob("*")]:
        status = path.lstat()
        assert status.st_mtime == MOMENT, path
        if path.is_file():
            assert stat.S_IMODE(status.st_mode) == 0o400, path
        if re.fullmatch("[0-9a-f]{64}", path.name) and path.is_file():
            assert digest(path.read_bytes()) == path.name
    areas = {path.name for path in (place.store.root / place.collective).iterdir()}
    assert areas == {"keys", "journal", "objects"}


def test_reading_holds_the_bytes_against_the_name(place):
    """Missing is told apart from damaged; links, pipes and folders are never followed, waited for or opened."""
    (name,) = place.store.names(place.collective, "keys")
    path = place.store.path(place.collective, "keys", name)
    data = path.read_bytes()
    assert place.store.read(place.collective, "keys", name) == data
    with pytest.raises(NotFoundError):
        place.store.read(place.collective, "keys", "0" * 64)
    place.overwrite(path, data[:-1])
    with pytest.raises(DamagedError):
        place.store.read(place.collective, "keys", name)
    copy = place.store.root.parent / "copy"
    copy.write_bytes(data)
    for make in (lambda: path.symlink_to(copy), path.mkdir, lambda: os.mkfifo(path)):
        path.rmdir() if path.is_dir() else path.unlink()
        make()
        with pytest.raises(DamagedError):
            place.store.read(place.collective, "keys", name)


def test_a_batch_left_early_leaves_nothing(place):
    """No temporary file, no changed time, no file under a name."""
    before = place.files()
    with pytest.raises(KeyboardInterrupt), place.store.batch(place.collective, os.urandom) as batch:
        batch.add("objects", [b"x"])
        raise KeyboardInterrupt
    assert place.files() == before
    assert not place.temporary()
    assert {path.stat().st_mtime for path in place.store.root.rglob("*")} == {MOMENT}


def test_a_folder_that_is_a_link_is_not_written_through(place, tmp_path):
    """A hostile sync server cannot have records written somewhere else."""
    (tmp_path / "elsewhere").mkdir()
    (place.store.root / place.collective / "objects").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DamagedError), place.store.batch(place.collective, os.urandom) as batch:
        batch.add("objects", [b"x"])
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "no space left"),
        (errno.EDQUOT, "no space left"),
        (errno.EIO, "fault"),
        (errno.EACCES, "does not allow"),
        (errno.EROFS, "only be read"),
        (errno.EMFILE, "Too many files"),
        (errno.EFBIG, "larger than this disk"),
        (errno.EINVAL, "system refused"),
    ],
)
def test_the_systems_refusals_become_plain_sentences(code, words):
    """Exit code 1, no path and no errno in the text."""
    with pytest.raises(ArchiveError, match=words) as refused, disk.plainly():
        raise OSError(code, os.strerror(code), "/home/somebody/case")
    assert refused.value.exit_code == 1
    assert "somebody" not in refused.value.message + refused.value.hint


def test_writing_to_a_real_full_device_is_told_plainly(tmp_path):
    """/dev/full refuses every byte."""
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    with pytest.raises(ArchiveError, match="no space left"):
        descriptor = os.open("/dev/full", os.O_WRONLY)
        try:
            disk._write_all(descriptor, b"x")
        finally:
            os.close(descriptor)


def test_a_disk_pulled_out_while_writing_is_told_as_such(place):
    """Not as a record that was not found."""
    batch = place.store.batch(place.collective, os.urandom)
    batch.add("objects", [b"x"])
    place.store.root.rename(place.store.root.with_name("pulled"))
    with pytest.raises(ArchiveError, match="not there any more") as refused, batch:
        batch.finish()
    assert refused.value.exit_code == 1


def test_old_temporary_files_go_and_new_ones_stay(place):
    """A writer that died left them; one that lives still needs its own."""
    left = place.store.folder(place.collective, "keys") / ".tmp-0"
    left.write_bytes(b"x")
    changed = left.lstat().st_ctime
    place.store.sweep(place.collective, changed - 1)
    assert left.exists()
    place.store.sweep(place.collective, changed + 1)
    assert not left.exists()
