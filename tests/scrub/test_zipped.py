"""Zip packages: read as strictly as any program reads them, written anew with nothing of the old one."""

from __future__ import annotations

import io
import struct
import time
import zipfile

import pytest

from archive.errors import UncleanError
from archive.scrub import old_office, zipped
from archive.scrub.contract import Reason

CANARY = b"KANAREK-4711"


def zipped_up(files: dict[str, bytes], *, comment: bytes = b"", extra: bytes = b"") -> bytes:
    """Write a zip as anybody does."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            about = zipfile.ZipInfo(name, (2025, 3, 14, 12, 0, 0))
            about.extra, about.comment, about.compress_type = extra, comment, zipfile.ZIP_DEFLATED
            package.writestr(about, content)
        package.comment = comment
    return target.getvalue()


def read(data: bytes) -> dict[str, bytes]:
    return {name: zipped.unpacked(data, entry) for name, entry in zipped.entries(data).items()}


def reason(data: bytes) -> str:
    with pytest.raises(UncleanError) as refusal:
        read(data)
    return refusal.value.message


def test_a_package_is_read_and_written_anew() -> None:
    """The files come back; dates, comments and extras do not; the bytes are the same each time."""
    files = {"b/two": b"2" * 5000, "mimetype": b"application/x", "a": b"", "Ключ": b"k"}
    dirty = zipped_up(files, comment=CANARY, extra=struct.pack("<HH", 0x4711, len(CANARY)) + CANARY)
    assert CANARY in dirty
    assert set(zipped.groups(dirty, zipped.entries(dirty))) == {"Zip comment", "Zip extras"}
    assert read(dirty) == files
    clean = zipped.packed(read(dirty), first="mimetype")
    assert read(clean) == files
    assert list(zipped.groups(clean, zipped.entries(clean))) == []
    assert CANARY not in clean
    assert clean.startswith(b"PK\x03\x04") and clean[30:51] == b"mimetypeapplication/x"
    with zipfile.ZipFile(io.BytesIO(clean)) as package:
        assert package.testzip() is None
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert zipped.packed(read(clean), first="mimetype") == clean


def test_one_file_is_read_to_recognise_a_package() -> None:
    """Without unpacking the rest, and without an error for whatever is no package."""
    data = zipped_up({"mimetypes": b"no", "x/mimetype": b"no", "mimetype": b"yes"})
    assert zipped.peek(data, "mimetype") == b"yes"
    assert zipped.peek(data, "other") is None
    for broken in (b"", b"PK\x03\x04", data[:-30], data[:40], data[4:]):
        assert zipped.peek(broken, "mimetype") is None


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../x", "a\\b", "C:x", "a//b", "./a", "a\nb", "\u202ea"])
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    """Nobody has to guess where such a file would lie."""
    assert reason(zipped_up({name: b"x"})) == Reason.DAMAGED


def test_what_can_be_read_in_two_ways_is_refused() -> None:
    """The same name twice, another name in front of the bytes, entries in each other, something before the first."""
    plain = zipped_up({"one": b"first", "two": b"second"})
    assert reason(plain.replace(b"two", b"one")) == Reason.DAMAGED
    assert reason(plain.replace(b"one", b"eno", 1)) == Reason.DAMAGED
    assert reason(b"MZ" + plain) == Reason.DAMAGED
    at = plain.rfind(b"PK\x01\x02")
    inside = plain[: at + 42] + struct.pack("<L", 0) + plain[at + 46 :]
    assert reason(inside) == Reason.DAMAGED
    assert reason(plain[:-30]) == Reason.ENDS_EARLY


def test_a_password_or_an_odd_method_is_named() -> None:
    """What cannot be read is not called damaged."""
    plain = zipped_up({"one": b"first"})
    at = plain.rfind(b"PK\x01\x02")
    assert reason(plain[: at + 8] + b"\x01" + plain[at + 9 :]) == Reason.PASSWORD
    assert reason(plain[: at + 10] + b"\x0c" + plain[at + 11 :]) == Reason.UNSUPPORTED


def test_bombs_end_before_they_unpack() -> None:
    """A size that lies, too many bytes in sum, 100,000 entries: each a reason, each quickly."""
    start = time.process_time()
    plain = zipped_up({"one": bytes(1 << 20)})
    at = plain.rfind(b"PK\x01\x02")
    assert reason(plain[: at + 24] + struct.pack("<L", 10) + plain[at + 28 :]) == Reason.BOMB
    large = zipped_up({str(number): b"x" for number in range(3)}).replace(
        struct.pack("<LL", 3, 1), struct.pack("<LL", 3, 100 << 20)
    )
    assert reason(large) == Reason.BOMB
    assert reason(zipped_up({str(number): b"" for number in range(100_000)})) == Reason.BOMB
    assert time.process_time() - start < 15


def test_old_office_files_are_refused_with_advice() -> None:
    """DOC, XLS and PPT by name; a new one under a password says so."""
    old = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
    assert old_office.matches(old[:8])
    assert old_office.residue(old)
    for data, expected in ((old, Reason.OLD_OFFICE), (old + "EncryptedPackage".encode("utf-16-le"), Reason.PASSWORD)):
        with pytest.raises(UncleanError) as refusal:
            old_office.clean(data)
        assert refusal.value.message == expected
