"""A bag that was touched is found out, whoever made it."""

import os
from collections.abc import Callable
from pathlib import Path

import bagit
import pytest

from archive.bundle.verify import verify
from archive.errors import NotFoundError

PHOTO = "data/exhibits/P-01-photo-1.jpg"
COUNT = ("bag-info.txt", "counts other files than there are")
EXTRA = "is extra: no manifest lists it"
EMPTY = "is an empty folder: no manifest lists it"


def _said(folder: Path) -> set[tuple[str, str]]:
    verdict = verify(folder)
    assert verdict.ok is not bool(verdict.problems)
    return {(found.path, found.problem) for found in verdict.problems}


def test_a_whole_bag_has_no_problems(finished: Path) -> None:
    """And nobody has signed it."""
    verdict = verify(finished)
    assert verdict.ok and not verdict.problems and verdict.signed_by is None


def _change(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _link(path: Path) -> None:
    path.rename(path.parent.parent.parent.parent / "elsewhere")
    path.symlink_to(path.parent.parent.parent.parent / "elsewhere")


def _fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("touch", "expected"),
    [
        (_change, {(PHOTO, "was changed")}),
        (Path.unlink, {(PHOTO, "is missing"), ("data/exhibits", EMPTY), COUNT}),
        (_link, {(PHOTO, "is missing"), (PHOTO, "is a link"), COUNT}),
        (_fifo, {(PHOTO, "is missing"), (PHOTO, "is no ordinary file"), COUNT}),
        (
            lambda path: path.rename(path.with_name("P-02-photo-1.jpg")),
            {(PHOTO, "is missing"), (PHOTO.replace("P-01", "P-02"), EXTRA)},
        ),
        (
            lambda path: path.with_name("more.jpg").write_bytes(b"x"),
            {("data/exhibits/more.jpg", EXTRA), COUNT},
        ),
    ],
    ids=["changed", "missing", "symlinked", "fifo", "renamed", "extra"],
)  # fmt: skip
def test_what_happened_to_a_payload_file_is_said(
    finished: Path, touch: Callable[[Path], None], expected: set[tuple[str, str]]
) -> None:
    """The path and the problem, in plain words; links are never followed, fifos never opened."""
    touch(finished / PHOTO)
    assert _said(finished) == expected


@pytest.mark.parametrize("name", ["bagit.txt", "bag-info.txt", "manifest-sha256.txt"])
def test_every_bit_of_a_tag_file_counts(finished: Path, name: str) -> None:
    """One bit flipped in each byte in turn."""
    whole = (finished / name).read_bytes()
    for position in range(len(whole)):
        (finished / name).write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        assert (name, "was changed") in _said(finished)


def test_every_bit_of_the_tag_manifest_counts(finished: Path) -> None:
    """Nothing vouches for it, but it no longer fits what it lists."""
    path = finished / "tagmanifest-sha256.txt"
    whole = path.read_bytes()
    for position in range(0, len(whole), 3):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 1]) + whole[position + 1 :])
        assert not verify(finished).ok


def test_an_extra_tag_file_or_folder_link_is_said(finished: Path) -> None:
    """A file beside the payload that nobody vouches for, a link to a folder, an empty one whose name says something."""
    (finished / "README.html").write_text("<script>")
    (finished / "data" / "more").symlink_to("/etc")
    (finished / "data" / "Read this").mkdir()
    assert _said(finished) == {("README.html", EXTRA), ("data/more", "is a link"), ("data/Read this", EMPTY)}


@pytest.mark.parametrize("path", ["../elsewhere", "/etc/passwd", "data/../../elsewhere", "~/x", "data\\x"])
def test_a_manifest_that_leads_out_is_not_followed(finished: Path, path: str) -> None:
    """The line is a problem; no file outside is read."""
    manifest = finished / "manifest-sha256.txt"
    manifest.write_text(manifest.read_text() + f"{'0' * 64}  {path}\n")
    assert ("manifest-sha256.txt", "names a path that leads out of the folder") in _said(finished)


def test_lines_that_are_none_of_a_manifest(finished: Path) -> None:
    """A digest of another length, no digest at all, a path twice with different digests."""
    manifest = finished / "manifest-sha256.txt"
    manifest.write_text(f"{'0' * 40}  data/x\nhello\n{'0' * 64}  {PHOTO}\n{'1' * 64}  {PHOTO}\n")
    said = _said(finished)
    assert ("manifest-sha256.txt", "has a line that is none of a manifest") in said
    assert (PHOTO, "is listed twice, differently") in said


def test_no_folder_and_no_bag(tmp_path: Path) -> None:
    """Nothing there is an error; a folder that is no bag is a verdict."""
    with pytest.raises(NotFoundError):
        verify(tmp_path / "nothing")
    assert {problem for _, problem in _said(tmp_path)} == {
        "is missing: this is no BagIt folder",
        "is missing: nothing vouches for the files",
    }


def test_bytes_that_are_no_text(finished: Path) -> None:
    """A manifest in another encoding is a problem, not a crash."""
    (finished / "manifest-sha256.txt").write_bytes(b"\xff\xfe\x00")
    (finished / "bagit.txt").write_bytes(b"\xff")
    assert {
        ("bagit.txt", "is not as it has to be"),
        ("manifest-sha256.txt", "has a line that is none of a manifest"),
    } <= _said(finished)


@pytest.mark.parametrize("checksums", [["sha256"], ["sha512"], ["md5", "sha256", "sha512"]])
def test_bags_of_others_verify(tmp_path: Path, checksums: list[str]) -> None:
    """Made by bagit-python, with names in other scripts, a per cent sign and a line end in them."""
    for name in ("письмо.txt", "50%.txt", "two\nlines.txt", "sub folder/a.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    bagit.make_bag(str(tmp_path), {"Contact-Name": "Somebody"}, checksums=checksums)
    if checksums == [
        "sha256"
    ]:  # what bagit-python writes for these names is checked by hand: it leaves the per cent sign
        assert "%0A" in (tmp_path / "manifest-sha256.txt").read_text()
    assert _said(tmp_path) == set()
    (tmp_path / "data" / "письмо.txt").write_text("other")
    assert ("data/письмо.txt", "was changed") in _said(tmp_path)


def test_a_bag_with_weak_digests_only_vouches_for_nothing(tmp_path: Path) -> None:
    """MD5 can be forged."""
    (tmp_path / "a.txt").write_text("a")
    bagit.make_bag(str(tmp_path), checksums=["md5"])
    assert ("manifest-sha256.txt", "is missing: nothing vouches for the files") in _said(tmp_path)


def test_a_bag_that_would_fetch_is_not_complete(finished: Path) -> None:
    """Files elsewhere are not fetched, and not taken for there."""
    (finished / "fetch.txt").write_text("https://example.org/x 3 data/x\n")
    assert ("fetch.txt", "names files that would have to be fetched from elsewhere") in _said(finished)


@pytest.mark.parametrize("name", ["tagmanifest-md5.txt", "tagmanifest-sha1.txt", "tagmanifest-sha512.txt"])
@pytest.mark.parametrize("text", ["Read this instead.\n", ""])
def test_a_list_that_no_list_names_is_read(finished: Path, name: str, text: str) -> None:
    """A list of tag files is in no other: what somebody lays beside it must be one, and be right."""
    (finished / name).write_text(text)
    assert not verify(finished).ok


def test_where_no_list_names_the_lists_nothing_may_lie_beside_them(finished: Path) -> None:
    """A bag need not have a list of its tag files; a page to be read first is then vouched for by nobody."""
    (finished / "tagmanifest-sha256.txt").unlink()
    assert _said(finished) == set()
    (finished / "README.html").write_text("Read this first.")
    assert _said(finished) == {("README.html", EXTRA)}
