"""Pictures that are broken, too large or not what they say: each with what becomes of it, and nothing else happens."""

from __future__ import annotations

import io
import struct
import time
import zlib
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from PIL import Image

from archive.errors import UncleanError
from archive.scrub import worker
from archive.scrub.contract import Cleaned, Reason

CANARY = b"KANAREK-4711"
Make = SimpleNamespace


def with_segment(make: Make, raw: bytes) -> bytes:
    plain = bytes(make.jpeg(make.picture()))
    return plain[:20] + raw + plain[20:]


def exif(*entries: tuple[int, int, int, int], following: int = 0) -> bytes:
    """A TIFF header and one directory at 8 with these entries (tag, type, count, value)."""
    table = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + table + struct.pack("<I", following) + CANARY


def with_exif(make: Make, block: bytes) -> bytes:
    return with_segment(make, make.segment(0xE1, b"Exif\0\0" + block))


def png_of(make: Make, side: int, *chunks: bytes) -> bytes:
    """A PNG that says it is so large, with hardly any data."""
    header = make.chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    packed = make.chunk(b"IDAT", zlib.compress(bytes(100)))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + packed + make.chunk(b"IEND", b"")


def gif_of(frames: int, side: int) -> bytes:
    """A GIF of so many full frames, each a few bytes."""
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, side, side, 0) + b"\x02\x02\x44\x01\0"
    return b"GIF89a" + struct.pack("<HHBBB", side, side, 0x80, 0, 0) + bytes(6) + frame * frames + b"\x3b"


def truncated(make: Make, kind: str) -> bytes:
    buffer = io.BytesIO()
    make.picture(size=(200, 150)).save(buffer, kind)
    return buffer.getvalue()[: buffer.getbuffer().nbytes * 2 // 3]


REFUSED: dict[str, tuple[Callable[[Make], bytes], Reason]] = {
    "nothing": (lambda _: b"", Reason.EMPTY),
    "one byte": (lambda _: b"\0", Reason.UNKNOWN),
    "JPEG header": (lambda _: b"\xff\xd8\xff\xe0\0\x10JFIF\0", Reason.PICTURE_ENDS_EARLY),
    "JPEG without a picture": (lambda _: b"\xff\xd8\xff\xd9", Reason.PICTURE_DAMAGED),
    "PNG header": (lambda _: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Reason.PICTURE_ENDS_EARLY),
    "GIF header": (lambda _: b"GIF89a\x01\0\x01\0\0\0\0", Reason.PICTURE_ENDS_EARLY),
    "WebP header": (lambda _: b"RIFF\x20\0\0\0WEBPVP8 ", Reason.PICTURE_ENDS_EARLY),
    "TIFF header": (lambda _: b"II*\0\x08\0\0\0", Reason.PICTURE_DAMAGED),
    "BMP header": (lambda _: b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", Reason.PICTURE_DAMAGED),
    "HEIC header": (lambda _: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Reason.PICTURE_DAMAGED),
    "AVIF header": (lambda _: b"\0\0\0\x18ftypavif\0\0\0\0mif1avif", Reason.PICTURE_DAMAGED),
    "JPEG cut": (lambda make: truncated(make, "JPEG"), Reason.PICTURE_ENDS_EARLY),
    "JPEG cut and closed": (lambda make: truncated(make, "JPEG") + b"\0\xff\xd9", Reason.PICTURE_ENDS_EARLY),
    "PNG cut": (lambda make: truncated(make, "PNG"), Reason.PICTURE_ENDS_EARLY),
    "BMP cut": (lambda make: truncated(make, "BMP"), Reason.PICTURE_ENDS_EARLY),
    "APP1 of no length": (lambda make: with_segment(make, b"\xff\xe1\0\0" + CANARY), Reason.PICTURE_DAMAGED),
    "APP1 past the end": (lambda make: with_segment(make, b"\xff\xe1\xff\xff" + CANARY), Reason.PICTURE_ENDS_EARLY),
    "PNG of 30,000 squared": (lambda make: png_of(make, 30_000), Reason.TOO_MANY_PIXELS),
    "PNG of 9,400 squared without data": (lambda make: png_of(make, 9_400), Reason.PICTURE_ENDS_EARLY),
    "GIF of 300 frames of 2,000 squared": (lambda _: gif_of(300, 2_000), Reason.TOO_MANY_PIXELS),
    "TIFF with a count of 4 billion": (
        lambda _: exif((256, 4, 0xFFFFFFF0, 8), (257, 4, 1, 8), (273, 4, 0xFFFFFFF0, 8)), Reason.PICTURE_DAMAGED,
    ),
    "raw file": (lambda _: b"II*\0\x10\0\0\0CR\x02\0", Reason.RAW),
    "DNG": (lambda make: make.tiff(50706, b"\1\4\0\0"), Reason.RAW),
    "Photoshop": (lambda _: b"8BPS\0\x01" + bytes(20), Reason.LAYERED),
    "SVG with a program": (
        lambda _: b'<?xml version="1.0"?>\n<!-- x -->\n<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
        Reason.DRAWING,
    ),
    "EPS": (lambda _: b"%!PS-Adobe-3.0 EPSF-3.0\n%%Creator: KANAREK\n", Reason.DRAWING),
    "FITS of plain letters": (lambda _: b"SIMPLE  =                    T".ljust(2880), Reason.OTHER_PICTURE),
    "JPEG 2000": (lambda _: b"\0\0\0\x0cjP  \r\n\x87\n", Reason.OTHER_PICTURE),
    "icon": (lambda _: b"\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x20\0", Reason.OTHER_PICTURE),
    "PBM with a comment": (lambda _: b"P1\n# KANAREK\n2 2\n1 0\n0 1\n", Reason.OTHER_PICTURE),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_its_reason(make: Make, name: str) -> None:
    """At once, whatever the file says of its size."""
    data, reason = REFUSED[name]
    start = time.process_time()
    with pytest.raises(UncleanError) as caught:
        worker.clean(data(make))
    assert caught.value.message == reason
    assert time.process_time() - start < 5


BOMB = zlib.compress(b"0" * 30_000_000, 9)
TAKEN: dict[str, tuple[Callable[[Make], bytes], str]] = {
    "zip behind": (lambda make: make.jpeg(make.picture()) + b"PK\x03\x04" + CANARY, "Trailer"),
    "directory that follows itself": (lambda make: with_exif(make, exif((271, 2, 4, 0x414141), following=8)), "EXIF"),
    "directory inside itself": (lambda make: with_exif(make, exif((0x8769, 4, 1, 8), (0x8825, 4, 1, 8))), "EXIF"),
    "tag with a count of 4 billion": (lambda make: with_exif(make, exif((271, 2, 0xFFFFFFF0, 8))), "EXIF"),
    "tag far outside": (lambda make: with_exif(make, exif((271, 2, 100, 0xFFFFFF00))), "EXIF"),
    "65,535 tags": (lambda make: with_exif(make, b"II*\0\x08\0\0\0\xff\xff" + CANARY), "EXIF"),
    "EXIF of nothing": (lambda make: with_exif(make, b""), "EXIF"),
    "EXIF of another order": (lambda make: with_exif(make, b"XX*\0" + CANARY), "EXIF"),
    "text that unpacks to 30 MB": (
        lambda make: small_png(make, make.chunk(b"zTXt", b"Raw profile type exif\0\0" + BOMB)), "PNG text",
    ),
    "profile that unpacks to 30 MB": (lambda make: small_png(make, make.chunk(b"iCCP", b"x\0\0" + BOMB)), "ICC"),
    "profile of nothing": (lambda make: small_png(make, make.chunk(b"iCCP", b"x\0\0")), "ICC"),
    "TIFF page that follows itself": (lambda make: looped(make.tiff(271, CANARY.decode())), "EXIF"),
}  # fmt: skip


def small_png(make: Make, chunk: bytes) -> bytes:
    plain = bytes(make.png(make.picture()))
    return plain[:33] + chunk + plain[33:]


def looped(whole: bytes) -> bytes:
    """A TIFF whose only page names itself as the next."""
    data = bytearray(whole)
    (start,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, start)
    struct.pack_into("<I", data, start + 2 + 12 * count, start)
    return bytes(data)


@pytest.mark.parametrize("name", TAKEN)
def test_it_is_cleaned_all_the_same(make: Make, name: str) -> None:
    """What is odd about the metadata is no reason to refuse the picture."""
    data, group = TAKEN[name]
    start = time.process_time()
    cleaned: Cleaned = worker.clean(data(make))
    assert group in cleaned.found
    assert CANARY not in cleaned.data
    assert time.process_time() - start < 5
    with Image.open(io.BytesIO(cleaned.data)) as image:
        assert image.size == make.picture().size


def test_a_name_says_nothing(make: Make) -> None:
    """What is called .jpg and is a PDF or a page is taken in as what it is."""
    buffer = io.BytesIO()
    make.picture().save(buffer, "PDF")
    assert worker.clean(buffer.getvalue()).media_type == "application/pdf"
    assert worker.clean(b"<html><body>KANAREK</body></html>").media_type == "text/html"
