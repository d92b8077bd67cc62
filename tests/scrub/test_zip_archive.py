"""ZIP: every file in it is cleaned, names stay where they are safe, and one bad file refuses the whole by name."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from archive.errors import UncleanError
from archive.scrub import worker, zip_archive
from archive.scrub.clean import Cleaner
from archive.scrub.contract import Cleaned, Reason
from archive.scrub.zipped import packed


def zipped(files: dict[str, bytes], comment: bytes = b"") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files.items():
            about = zipfile.ZipInfo(name, (2025, 6, 2, 8, 55, 10))
            about.compress_type = zipfile.ZIP_DEFLATED
            about.comment, about.extra = b"KANAREK", b"UT\x05\0\x03KANA"
            package.writestr(about, data)
        package.comment = comment
    return made.getvalue()


def dirty(make: SimpleNamespace) -> bytes:
    inner = zipped({"note.txt": "зустріч".encode()}, b"KANAREK")
    return zipped(
        {
            "папка/фото.jpg": make.dirty_jpeg(), "папка/": b"", "text.txt": "Свідчення\u200b".encode(),
            "inner.zip": inner,
            "page.htm": b"<p onclick='KANAREK'>Page</p>", "__MACOSX/._a.jpg": b"KANAREK", "x/.DS_Store": b"KANAREK",
            "Thumbs.db": b"KANAREK", "desktop.ini": b"KANAREK", "empty.txt": b"",
        },
        b"KANAREK",
    )  # fmt: skip


def clean(data: bytes) -> Cleaned:
    return worker.clean(data)


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def test_every_file_is_cleaned_and_nothing_lies_between(make: SimpleNamespace) -> None:
    """Names in order, one date, no comment, no extra; what systems add for themselves is gone."""
    cleaned = clean(dirty(make))
    files = members(cleaned.data)
    assert list(files) == ["inner.zip", "page.htm", "text.txt", "папка/фото.jpg"]
    assert b"KANAREK" not in cleaned.data
    assert all(b"KANAREK" not in data and make.CANARY not in data for data in files.values())
    assert members(files["inner.zip"]) == {"note.txt": "зустріч".encode()}
    assert files["text.txt"] == "Свідчення".encode()
    assert set(cleaned.found) >= {
        "EXIF", "System files", "Empty files", "Zip comment", "Zip extras", "Zero-width characters", "Scripts",
    }  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(cleaned.data)) as package:
        assert {one.date_time for one in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert (cleaned.text or "").endswith("text.txt\n\nСвідчення\n\nпапка/фото.jpg")


def test_cleaning_twice_changes_nothing(make: SimpleNamespace) -> None:
    """Nothing is found in a clean package, and it comes out as it went in."""
    once = clean(dirty(make)).data
    again = clean(once)
    assert (again.data, again.found) == (once, ())


def test_unzip_finds_no_fault(make: SimpleNamespace, tmp_path: Path) -> None:
    """Another program tests and lists it."""
    if shutil.which("unzip") is None:
        pytest.skip("needs unzip")
    path = tmp_path / "clean.zip"
    path.write_bytes(clean(dirty(make)).data)
    tested = subprocess.run(["unzip", "-t", path], capture_output=True, check=True)
    assert b"No errors detected" in tested.stdout


def test_mat2_finds_no_metadata(make: SimpleNamespace, tmp_path: Path) -> None:
    """A cleaner of other people sees nothing to clean in the package and in its files."""
    if shutil.which("mat2") is None:
        pytest.skip("needs mat2")
    path = tmp_path / "clean.zip"
    path.write_bytes(clean(zipped({"a.jpg": make.dirty_jpeg(), "b.txt": b"text"})).data)
    shown = subprocess.run(["mat2", "--show", path], capture_output=True, text=True, check=True)
    assert "No metadata found" in shown.stdout


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zipped({"a.exe": b"MZ\x00\x01"}), Reason.UNKNOWN),
        (zipped({"../a.txt": b"x"}), Reason.DAMAGED),
        (zipped({"/a.txt": b"x"}), Reason.DAMAGED),
        (zipped({}), Reason.EMPTY),
        (zipped({"empty/": b""}), Reason.EMPTY),
        (zipped({"a.txt": b"x"})[:-30], Reason.ENDS_EARLY),
        (zipped({"a.txt": b"x" * 1000}).replace(struct.pack("<I", 1000), struct.pack("<I", 300 << 20)), Reason.BOMB),
        (zipped({str(number): b"x" for number in range(20_000)}), Reason.BOMB),
    ],
)  # fmt: skip
def test_what_cannot_be_cleaned_is_refused_by_name(data: bytes, reason: Reason) -> None:
    """Files of no known kind, ways out of the folder, nothing at all, cut packages, bombs."""
    with pytest.raises(UncleanError) as refused:
        clean(data)
    assert refused.value.message == reason


def test_packages_in_packages_end_somewhere() -> None:
    """Four deep is read, more is refused."""
    nested = b"text"
    for depth in range(6):
        nested = zipped({"a": nested})
        if depth == 3:
            assert clean(nested).text == "a.zip\n\na.zip\n\na.zip\n\na.txt\n\ntext"
    with pytest.raises(UncleanError) as refused:
        clean(nested)
    assert refused.value.message == Reason.NESTED


def test_names_that_nobody_can_read_for_certain_become_numbers() -> None:
    """Letters of an unknown code page, hidden ones, and names that meet once their endings fit."""
    raw = zipped({"AA.txt": b"one", "b?.txt": b"two", "c.bmp.txt": b"three", "CON": b"four"})
    raw = raw.replace(b"AA.txt", "Ф.txt".encode("cp866") + b"x")
    cleaned = clean(raw)
    assert "File names" in cleaned.found
    assert sorted(members(cleaned.data)) == ["c.bmp.txt", "file-1.txt", "file-2.txt", "file-4.txt"]
    same = clean(zipped({"a": b"one", "a.txt": b"two"}))
    assert sorted(members(same.data)) == ["a-2.txt", "a.txt"]


def test_the_second_look_sees_what_is_put_back() -> None:
    """A date, a comment, bytes in between, a file of the system, a dirty file."""
    good = clean(zipped({"a.txt": b"text"})).data
    assert zip_archive.residue(good, worker.residue) == ()
    assert zip_archive.residue(zipped({"a.txt": b"text"}), worker.residue) != ()
    for stray in (good[:-2] + b"\x02\0hi", good.replace(b"\x21\0", b"\x22\0")):
        assert zip_archive.residue(stray, worker.residue) == ("Zip structure",)
    assert zip_archive.residue(packed({"Thumbs.db": b"text"}), worker.residue) == ("File names",)
    assert zip_archive.residue(packed({"a.txt": "a\u200bb".encode()}), worker.residue) == ("Zero-width characters",)


def test_a_refusal_says_that_it_is_about_a_file_inside(make: SimpleNamespace) -> None:
    """Through the sandbox: who reads the reason knows that not the package itself is broken."""
    with Cleaner() as cleaner, pytest.raises(UncleanError) as refused:
        cleaner.clean(zipped({"a.jpg": make.dirty_jpeg()[:300]}), "brought.zip")
    assert refused.value.message.startswith("brought.zip: it could not be cleaned (a file in it: the picture")
    assert refused.value.hint == "Take the files out of it, and add them one by one."


def test_a_package_of_every_kind_goes_through_the_sandbox(make: SimpleNamespace) -> None:
    """Under the worker's limits: page, RTF, mail, table, book and picture, each cleaned and named by its kind."""
    mail = b"Message-ID: <KANAREK>\nFrom: a@example.org\n\nText\n"
    package = (
        b'<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="a" href="a.xhtml" '
        b'media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine></package>'
    )
    container = b'<container><rootfiles><rootfile full-path="b.opf"/></rootfiles></container>'
    book = {"META-INF/container.xml": container, "b.opf": package, "a.xhtml": b"<html><body>Page</body></html>"}
    brought = {
        "a": b"<p>Page</p>", "b": rb"{\rtf1 Text}", "c": mail, "d": b"x;y\n1;2\n", "f": make.dirty_png(),
        "e": packed({"mimetype": b"application/epub+zip"} | book, first="mimetype"),
    }  # fmt: skip
    with Cleaner() as cleaner:
        cleaned = cleaner.clean(zipped(brought), "brought.zip")
    assert list(members(cleaned.data)) == ["a.html", "b.rtf", "c.eml", "d.csv", "e.epub", "f.png"]
    assert cleaned.media_type == "application/zip"
