"""Dirty pictures, made here: every carrier of the policy with a canary in it, around a picture that must stay."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from types import SimpleNamespace

import pytest
from PIL import Image, ImageCms, TiffImagePlugin

CANARY = b"KANAREK-4711"
SIZE = (70, 45)
WIDE = {b"rXYZ": (33759, 15807, -69), b"gXYZ": (19135, 45367, 2745), b"bXYZ": (10296, 4363, 51385)}


def picture(mode: str = "RGB", size: tuple[int, int] = SIZE) -> Image.Image:
    """A picture with no symmetry, so that each turn of it looks different."""
    width, height = size
    noise = Image.frombytes("L", size, random.Random(4711).randbytes(width * height))
    slope = Image.linear_gradient("L").resize(size).rotate(17)
    image = Image.merge("RGB", (noise, slope, slope.transpose(Image.Transpose.FLIP_LEFT_RIGHT)))
    image.paste((250, 10, 20), (0, 0, width // 3, height // 4))
    return image.convert(mode)


def exif_block(turn: int | None = None) -> bytes:
    """An EXIF block with maker, serial number, GPS, a maker note and a thumbnail."""
    exif = Image.Exif()
    exif[0x010F] = CANARY.decode()
    if turn:
        exif[0x0112] = turn
    exif.get_ifd(0x8769).update({0xA431: CANARY.decode(), 0x927C: b"MKN" + CANARY})
    exif.get_ifd(0x8825).update({1: "N", 2: (50.0, 27.0, 1.0), 3: "E", 4: (30.0, 31.0, 1.0)})
    block = exif.tobytes().removeprefix(b"Exif\0\0")
    thumbnail = jpeg(picture(size=(16, 12)))
    return with_second_directory(block, thumbnail)


def with_second_directory(block: bytes, thumbnail: bytes) -> bytes:
    """Append a directory IFD1 that holds a JPEG thumbnail."""
    order = "<" if block[:2] == b"II" else ">"
    (start,) = struct.unpack_from(order + "I", block, 4)
    (count,) = struct.unpack_from(order + "H", block, start)
    link = start + 2 + 12 * count
    at = len(block) + len(block) % 2
    block = block[:link] + struct.pack(order + "I", at) + block[link + 4 :] + bytes(len(block) % 2)
    entries = ((0x0103, 3, 6), (0x0201, 4, at + 2 + 36 + 4), (0x0202, 4, len(thumbnail)))
    body = struct.pack(order + "H", len(entries))
    for tag, kind, value in entries:
        body += struct.pack(order + ("HHIHxx" if kind == 3 else "HHII"), tag, kind, 1, value)
    return block + body + bytes(4) + thumbnail


def segment(marker: int, body: bytes) -> bytes:
    """A JPEG segment."""
    return struct.pack(">BBH", 0xFF, marker, 2 + len(body)) + body


def jpeg(image: Image.Image, **options: object) -> bytes:
    """Save as JPEG."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90, **options)
    return buffer.getvalue()


def png(image: Image.Image, **options: object) -> bytes:
    """Save as PNG."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG", **options)
    return buffer.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    """A PNG chunk."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def profile(*, wide: bool = False, odd: bool = False) -> bytes:
    """An ICC profile with a canary for owner: sRGB, Display P3, or an odd one as measured on one screen."""
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    (count,) = struct.unpack_from(">I", made, 128)
    for entry in range(132, 132 + 12 * count, 12):
        name, start, size = struct.unpack_from(">4sII", made, entry)
        if name == b"cprt":
            owner = CANARY.decode().encode("utf-16-be")[: size - 28]
            made[start + 28 : start + 28 + len(owner)] = owner
        if wide and name in WIDE:
            struct.pack_into(">3i", made, start + 8, *WIDE[name])
        if odd and name == b"rXYZ":
            struct.pack_into(">3i", made, start + 8, 33760, 15807, -69)
    made[80:84] = b"KANA"
    return bytes(made)


def extended_xmp() -> bytes:
    """XMP with its extension in a second segment, as phones write depth maps."""
    head = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + CANARY + b"</x:xmpmeta>"
    rest = b"http://ns.adobe.com/xmp/extension/\0" + b"A" * 32 + struct.pack(">II", 12, 0) + CANARY
    return segment(0xE1, head) + segment(0xE1, rest)


def dirty_jpeg(image: Image.Image | None = None, turn: int | None = None, **options: object) -> bytes:
    """A JPEG with every carrier: EXIF, XMP twice, IPTC, COM, MPF, JFXX, FLIR, ICC of sRGB, and a zip behind EOI."""
    plain = jpeg(image or picture(), **options)
    carriers = (
        segment(0xE0, b"JFXX\0\x10" + CANARY)
        + segment(0xE1, b"Exif\0\0" + exif_block(turn))
        + extended_xmp()
        + segment(0xE1, b"FLIR\0\x01" + CANARY)
        + segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x11\x1c\x02\x19\0\x0c" + CANARY)
        + segment(0xE2, b"MPF\0MM\0*" + CANARY)
        + segment(0xE2, b"ICC_PROFILE\0\x01\x01" + profile())
        + segment(0xFE, CANARY)
    )  # fmt: skip
    return plain[:2] + carriers + plain[2:] + b"PK\x03\x04" + CANARY


def photograph(turn: int | None = None, **options: object) -> bytes:
    """A JPEG as large as one of a telephone, with every carrier but colours."""
    dirty = dirty_jpeg(picture(size=(1000, 900)), turn, **options)
    colours = segment(0xE2, b"ICC_PROFILE\0\x01\x01" + profile())
    return dirty.replace(colours, b"")


def dirty_png(image: Image.Image | None = None, turn: int | None = None, **options: object) -> bytes:
    """A PNG with text of all kinds, time, EXIF, XMP, a private chunk, data behind its image data and behind IEND."""
    plain = png(image or picture(), **options)
    carriers = (
        chunk(b"tEXt", b"Author\0" + CANARY)
        + chunk(b"zTXt", b"Comment\0\0" + zlib.compress(CANARY))
        + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + CANARY)
        + chunk(b"tIME", struct.pack(">HBBBBB", 2024, 5, 1, 12, 0, 0))
        + chunk(b"eXIf", exif_block(turn))
        + chunk(b"caNv", CANARY)
    )
    return plain[:33] + carriers + plain[33:] + CANARY


def dirty_webp(image: Image.Image | None = None, turn: int | None = None, **options: object) -> bytes:
    """A WebP with EXIF, XMP, a profile, an unknown chunk, and data behind the end of RIFF."""
    buffer = io.BytesIO()
    options = {"lossless": True, "exact": True} | options
    (image or picture()).save(
        buffer, "WEBP", exif=b"Exif\0\0" + exif_block(turn), xmp=b"<x>" + CANARY, icc_profile=profile(), **options
    )
    body = buffer.getvalue()[8:] + b"CANA" + struct.pack("<I", len(CANARY)) + CANARY
    return b"RIFF" + struct.pack("<I", len(body)) + body + CANARY


def dirty_gif(frames: int = 3) -> bytes:
    """An animated GIF with a comment, XMP as Adobe ends it, an application block, and data behind the trailer."""
    buffer = io.BytesIO()
    pages = [picture("P").rotate(40 * number) for number in range(frames)]
    pages[0].save(buffer, "GIF", save_all=True, append_images=pages[1:], duration=70, loop=2, comment=CANARY)
    plain = buffer.getvalue()
    start = 13 + (3 << ((plain[10] & 7) + 1))
    magic = bytes([1, *range(255, -1, -1), 0])
    xmp = b"\x21\xff\x0bXMP DataXMP<x>" + CANARY + magic
    other = b"\x21\xff\x0bKANAREK1.00" + bytes([len(CANARY)]) + CANARY + b"\0"
    return plain[:start] + xmp + other + plain[start:] + CANARY


def dirty_tiff(pages: int = 2, mode: str = "RGB", **options: object) -> bytes:
    """A TIFF of several pages with description, artist, software, XMP, IPTC, Photoshop and private tags."""
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    for tag in (270, 271, 272, 305, 306, 315, 316):
        tags[tag] = CANARY.decode()
    for tag in (700, 33723, 34377, 65000):
        tags.tagtype[tag] = 7
        tags[tag] = CANARY
    buffer = io.BytesIO()
    first, *rest = [picture(mode).rotate(30 * number) for number in range(pages)]
    first.save(buffer, "TIFF", tiffinfo=tags, save_all=True, append_images=rest, dpi=(300, 300), **options)
    return buffer.getvalue()


def tiff(tag: int, value: object) -> bytes:
    """A TIFF of one page with one tag more."""
    buffer = io.BytesIO()
    picture().save(buffer, "TIFF", tiffinfo={tag: value})
    return buffer.getvalue()


@pytest.fixture(scope="session")
def make() -> SimpleNamespace:
    """The makers of dirty pictures."""
    return SimpleNamespace(
        CANARY=CANARY, picture=picture, segment=segment, chunk=chunk, jpeg=jpeg, png=png, exif_block=exif_block,
        profile=profile, dirty_jpeg=dirty_jpeg, photograph=photograph, dirty_png=dirty_png, dirty_webp=dirty_webp,
        dirty_gif=dirty_gif,
        dirty_tiff=dirty_tiff, tiff=tiff,
    )  # fmt: skip


def inflated(data: bytes) -> bytes:
    """Give all files of a package, unpacked, with their names."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return b"\n".join(entry.filename.encode() + b"\n" + package.read(entry) for entry in package.infolist())


def taken(data: bytes, name: str) -> bytes:
    """Give one file of a package."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name)


def changed(data: bytes, name: str, content: bytes | None) -> bytes:
    """Give the package with one file replaced, added, or (None) left out."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(target, "w", compresslevel=1) as made:
        for entry in package.infolist():
            if entry.filename != name:
                made.writestr(entry, package.read(entry))
        if content is not None:
            made.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)  # dated 1980, as a clean one is
    return target.getvalue()


@pytest.fixture(scope="session")
def package() -> SimpleNamespace:
    """What opens and changes packages, by the standard library alone."""
    return SimpleNamespace(inflated=inflated, taken=taken, changed=changed)
