"""A zip is its files and nothing else, whichever way somebody's program unpacks it: anything beside them is told."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.bundle.verify import verify

Touch = Callable[[bytes], bytes]
BESIDE, DAMAGED = "holds something beside its files", "cannot be read: the zip is damaged"


@pytest.fixture
def packed(kit: Any, tmp_path: Path) -> bytes:
    """The little dossier as a zip."""
    kit.write(tmp_path / "whole.zip", kit.members(), kit.nothing, kit.source(), zipped=True)
    return (tmp_path / "whole.zip").read_bytes()


def _again(**changes: Any) -> Touch:
    """Every member written again, by Python, with ``changes`` to what the zip says of it."""

    def touch(whole: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(out, "w") as new:
            for entry in old.infolist():
                data = old.read(entry)
                for name, value in changes.items():
                    setattr(entry, name, value)
                new.writestr(entry, data)
        return out.getvalue()

    return touch


def _more(name: str, data: bytes = b"x", **changes: Any) -> Touch:
    """With one member more."""

    def touch(whole: bytes) -> bytes:
        out, entry = io.BytesIO(whole), zipfile.ZipInfo(name)
        for field, value in changes.items():
            setattr(entry, field, value)
        with zipfile.ZipFile(out, "a") as packed:
            packed.writestr(entry, data)
        return out.getvalue()

    return touch


def _unlisted(whole: bytes) -> bytes:
    """With a member before the list that the list does not name: who reads from the beginning unpacks it."""
    other = _more("data/dossier.html", b"Read this instead.")(b"")
    other = other[: other.index(b"PK\x01\x02")]
    end = whole.rindex(b"PK\x05\x06")
    (start,) = struct.unpack_from("<I", whole, end + 16)
    told = struct.pack("<I", start + len(other))
    return whole[:start] + other + whole[start : end + 16] + told + whole[end + 20 :]


def _set(place: bytes, at: int, octets: bytes) -> Touch:
    """``octets`` in what a zip says of its first member: in its head, or in the list."""

    def touch(whole: bytes) -> bytes:
        start = whole.index(place) + at
        return whole[:start] + octets + whole[start + len(octets) :]

    return touch


def _extra(kind: int, held: bytes) -> Touch:
    return _again(extra=struct.pack("<HH", kind, len(held)) + held)


WAYS: dict[str, tuple[Touch, str]] = {
    "a page before it": (lambda whole: b"<h1>Read this</h1>" + whole, BESIDE),
    "a page behind it": (lambda whole: whole + b"<h1>Read this</h1>", BESIDE),
    "a remark": (lambda whole: whole[:-2] + struct.pack("<H", 9) + b"Read this", BESIDE),
    "a remark of a member": (_again(comment=b"Read this"), "has a remark that no list vouches for"),
    "a member that the list does not name": (_unlisted, BESIDE),
    "another name in an extra field": (_extra(0x7075, b"\1\0\0\0\0x.html"), BESIDE),
    "words in an extra field": (_extra(0xCAFE, b"Read this"), BESIDE),
    "an extra field cut off": (_again(extra=b"UT\x05"), BESIDE),
    "another way of packing in its head": (_set(b"PK\x03\x04", 8, b"\x08"), BESIDE),
    "another digest in its head": (_set(b"PK\x03\x04", 14, b"\1\2\3\4"), BESIDE),
    "another size in its head": (_set(b"PK\x03\x04", 18, b"\1\2\3\4"), BESIDE),
    "another name in its head": (_set(b"PK\x03\x04", 30, b"X"), DAMAGED),
    "another digest in the list": (_set(b"PK\x01\x02", 16, b"\1\2\3\4"), DAMAGED),
    "encrypted": (_set(b"PK\x01\x02", 8, b"\x01"), "is encrypted"),
    "a way of packing that nobody knows": (_set(b"PK\x01\x02", 10, b"\x63"), "is packed in an unusual way"),
    "a way of packing that few know": (_more("data/x", compress_type=zipfile.ZIP_LZMA), "is packed in an unusual way"),
    "cut off": (lambda whole: whole[:-30], DAMAGED),
    "cut in the middle": (lambda whole: whole[:500] + whole[-2000:], BESIDE),
    "a member cut short": (lambda whole: _set(b"PK\x01\x02", 20, whole[-2:])(whole), BESIDE),
    "twice": (_more("data/dossier.json"), "stands twice in the zip"),
    "twice, by a name that ends early": (
        lambda whole: _more("data/dossier.jsonZ")(whole).replace(b"dossier.jsonZ", b"dossier.json\0"),
        "stands twice in the zip",
    ),
    "a folder that leads out": (_more("../up/", b""), "has a name that leads out of the zip"),
    "a path of another system": (_more("..\\x"), "has a name that leads out of the zip"),
    "an absolute path": (_more("/etc/x"), "has a name that leads out of the zip"),
    "a folder that says something": (_more("data/Read this/", b""), "is an empty folder: no manifest lists it"),
    "a folder that holds something": (_more("data/more/", b"Read this"), "is extra: no manifest lists it"),
    "a link": (_more("data/x", b"/etc/passwd", external_attr=0o120777 << 16), "is no ordinary file"),
    "another letter of the same look": (_more("data/dossiеr.html"), "is extra: no manifest lists it"),
    "another case": (_more("data/Dossier.html"), "is extra: no manifest lists it"),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("way", WAYS)
def test_what_is_not_its_files_is_told(packed: bytes, tmp_path: Path, way: str) -> None:
    """In the place that it was put to, and never as a fault of ours."""
    touch, problem = WAYS[way]
    (tmp_path / "touched.zip").write_bytes(touch(packed))
    verdict = verify(tmp_path / "touched.zip")
    assert not verdict.ok and problem in {found.problem for found in verdict.problems}, verdict.problems


def test_every_octet_of_a_zip_is_weighed(packed: bytes, tmp_path: Path) -> None:
    """One bit turned in each place in turn is told, or says nothing: a time, a version, a right, a number of disks."""
    for at in [*range(0, len(packed), 97), *range(len(packed) - 200, len(packed))]:
        (tmp_path / "bit.zip").write_bytes(packed[:at] + bytes([packed[at] ^ 0x20]) + packed[at + 1 :])
        if not verify(tmp_path / "bit.zip").ok:
            continue
        with zipfile.ZipFile(io.BytesIO(packed)) as whole, zipfile.ZipFile(tmp_path / "bit.zip") as turned:
            for one, other in zip(whole.infolist(), turned.infolist(), strict=True):
                assert (one.filename, whole.read(one)) == (other.filename, turned.read(other)), at


def test_a_zip_that_others_made_of_the_folder_is_whole(kit: Any, tmp_path: Path) -> None:
    """Packed tighter, with times and owners, as a stream, by Info-ZIP, Python, libarchive."""
    kit.write(tmp_path / "bag", kit.members(), kit.nothing, kit.source())
    lines = {
        "zip": "zip -qr ../whole.zip .", "zip -": "zip -qr - . > ../whole.zip", "zip -0": "zip -q0r ../whole.zip .",
        "bsdtar": "bsdtar -a -cf ../whole.zip *", "7z": "7z a -bd ../whole.zip . > /dev/null",
    }  # fmt: skip
    held = [path for path in (tmp_path / "bag").rglob("*") if path.is_file()]
    with zipfile.ZipFile(tmp_path / "whole.zip", "w") as packed:
        for path in held:
            with packed.open(path.relative_to(tmp_path / "bag").as_posix(), "w", force_zip64=True) as member:
                member.write(path.read_bytes())
    assert verify(tmp_path / "whole.zip").problems == (), "with sizes for the largest"
    made = [tool for tool in lines if shutil.which(tool.split()[0])]
    for tool in made:
        (tmp_path / "whole.zip").unlink()
        subprocess.run(lines[tool], shell=True, cwd=tmp_path / "bag", check=True)  # noqa: S602
        assert verify(tmp_path / "whole.zip").problems == (), tool
    if not made:
        pytest.skip("needs zip, bsdtar or 7z")
