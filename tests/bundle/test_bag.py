"""A bag is whole or not there, the same for the same content, and anybody's tool can check it."""

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import bagit
import pytest

from archive.bundle import bag
from archive.bundle.bag import MTIME, Member
from archive.bundle.labels import labels, languages
from archive.errors import ArchiveError, ExistsError, LeakError, NotFoundError


def everything(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_bagit_python_validates(finished: Path) -> None:
    """The reference implementation in Python finds it complete and valid."""
    assert bagit.Bag(str(finished)).validate()


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="needs sha256sum")
@pytest.mark.parametrize("manifest", ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_sha256sum_checks_it(finished: Path, manifest: str) -> None:
    """The commands that the page itself names."""
    run = subprocess.run(["sha256sum", "--strict", "-c", manifest], cwd=finished, capture_output=True, check=True)
    assert run.stdout.count(b": OK") >= 3


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="needs sha256sum")
@pytest.mark.parametrize("language", languages())
def test_the_page_names_the_word_that_readers_see(finished: Path, language: str) -> None:
    """The command speaks the language of their computer: a Czech one says no OK."""
    spoken = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": language}
    run = subprocess.run(
        ["sha256sum", "-c", "manifest-sha256.txt"], cwd=finished, capture_output=True, check=True, env=spoken, text=True
    )
    said = {line.rpartition(": ")[2] for line in run.stdout.splitlines()}
    assert len(said) == 1 and all(word in labels(language).check_means for word in said)


def test_names_modes_and_times_tell_nothing(finished: Path) -> None:
    """One mode for files, one for folders, one time; names are roles."""
    paths = [finished, *finished.rglob("*")]
    assert {path.stat().st_mtime for path in paths} == {MTIME}
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths if path.is_file()} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths if path.is_dir()} == {0o700}
    assert set(everything(finished)) == {
        "bag-info.txt", "bagit.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt",
        "data/dossier.html", "data/dossier.json", "data/exhibits.csv", "data/exhibits/P-01-photo-1.jpg",
    }  # fmt: skip
    told = (finished / "bag-info.txt").read_text()
    assert re.fullmatch(r"External-Identifier: [0-9a-f]{12}\nPayload-Oxum: \d+\.4\n", told)


def test_the_same_content_gives_the_same_bytes(kit, tmp_path: Path) -> None:
    """Neither the place, nor the order of members, nor the draft's random name is in it."""
    members = kit.members()
    one = kit.write(tmp_path / "one", members, kit.nothing, kit.source(1))
    two = kit.write(tmp_path / "two", members[::-1], kit.nothing, kit.source(2))
    assert one == two
    assert everything(tmp_path / "one") == everything(tmp_path / "two")
    assert one == bag.hashlib.sha256((tmp_path / "one" / "tagmanifest-sha256.txt").read_bytes()).hexdigest()


def test_what_is_there_stays(kit, tmp_path: Path) -> None:
    """A file, a folder, even a link that leads nowhere: nothing is written over."""
    (tmp_path / "link").symlink_to("nowhere")
    (tmp_path / "folder").mkdir()
    for name in ("link", "folder"):
        with pytest.raises(ExistsError):
            kit.write(tmp_path / name, kit.members(), kit.nothing, kit.source())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "link"]
    assert not list((tmp_path / "folder").iterdir())


def test_an_inspection_that_refuses_leaves_nothing(kit, tmp_path: Path) -> None:
    """The draft is complete when it is looked at, has another name, and is gone afterwards."""
    seen: list[Path] = []

    def refuse(folder: Path) -> None:
        seen.append(folder)
        assert bagit.Bag(str(folder)).validate()
        assert not (tmp_path / "bag").exists()
        raise LeakError("No dossier.", "")

    with pytest.raises(LeakError):
        kit.write(tmp_path / "bag", kit.members(), refuse, kit.source())
    assert seen[0].parent == tmp_path and seen[0].name.startswith("bag.draft-")
    assert not list(tmp_path.iterdir())


def test_even_a_crash_of_the_inspection_leaves_nothing(kit, tmp_path: Path) -> None:
    """Ctrl-C is no ArchiveError."""

    def interrupted(_folder: Path) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kit.write(tmp_path / "bag", kit.members(), interrupted, kit.source())
    assert not list(tmp_path.iterdir())


def test_an_inspection_that_writes_does_not_change_the_times(kit, tmp_path: Path) -> None:
    """Reading and listing touch nothing that is kept; a folder's time is set last."""

    def touch(folder: Path) -> None:
        (folder / "data" / "x").write_bytes(b"")
        (folder / "data" / "x").unlink()

    kit.write(tmp_path / "bag", kit.members(), touch, kit.source())
    assert {path.stat().st_mtime for path in (tmp_path / "bag").rglob("*")} == {MTIME}


def test_a_folder_that_is_not_there(kit, tmp_path: Path) -> None:
    """Said plainly."""
    with pytest.raises(NotFoundError):
        kit.write(tmp_path / "no" / "bag", kit.members(), kit.nothing, kit.source())


def test_a_disk_that_refuses(kit, tmp_path: Path) -> None:
    """A member that is a file where another needs a folder fails in the middle of writing; nothing is left."""
    with pytest.raises(ArchiveError, match="could not be written"):
        kit.write(tmp_path / "bag", [Member("a", b""), Member("a/b", b"")], kit.nothing, kit.source())
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not Path("/dev/full").exists() or os.geteuid() != 0, reason="needs root and tmpfs")
def test_a_full_disk(kit, tmp_path: Path) -> None:
    """A file system of 64 KB: the error is a sentence, and nothing is left on it."""
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "none", small], check=False, capture_output=True
    ).returncode:
        pytest.skip("needs to be allowed to mount")
    try:
        with pytest.raises(ArchiveError, match="No space left"):
            kit.write(small / "bag", [Member("a.txt", b"x" * 100_000)], kit.nothing, kit.source())
        assert not list(small.iterdir())
    finally:
        subprocess.run(["umount", small], check=True)


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a//b", ".hidden", "a/../b", "a\nb", "Олена.jpg", "", "a b", "-x"])
def test_odd_names_are_refused_before_anything_is_written(kit, tmp_path: Path, name: str) -> None:
    """Names are made by us; one that is not plain is an error of ours."""
    with pytest.raises(ValueError, match="plain"):
        kit.write(tmp_path / "bag", [Member(name, b"")], kit.nothing, kit.source())
    assert not list(tmp_path.iterdir())
