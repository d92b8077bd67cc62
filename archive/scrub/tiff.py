"""TIFF 6.0: every page is decoded, painted on a fresh canvas and saved anew; sizes, modes, resolution, pixels are kept.

A TIFF may hold anything behind any tag, so nothing of the old file is taken over but pixels, resolution and colours.
Pages that are previews or masks of others (NewSubfileType) are left out: a preview may show what the picture no longer
does. Raw camera files look like TIFF and show only their preview: they are refused, and so is what Pillow would round
(more than eight bits in each of several channels).
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import Any, Literal

from PIL import Image, ImageSequence, TiffImagePlugin

from archive.errors import UncleanError
from archive.scrub import exif, icc, redrawn
from archive.scrub.contract import Cleaned, Reason
from archive.scrub.picture import allow, opened, pixels

MEDIA_TYPES = ("image/tiff",)

_STRUCTURE = {
    254: "NewSubfileType", 256: "ImageWidth", 257: "ImageLength", 258: "BitsPerSample", 259: "Compression",
    262: "PhotometricInterpretation", 266: "FillOrder", 273: "StripOffsets", 274: "Orientation", 277: "SamplesPerPixel",
    278: "RowsPerStrip", 279: "StripByteCounts", 282: "XResolution", 283: "YResolution", 284: "PlanarConfiguration",
    292: "T4Options", 293: "T6Options", 296: "ResolutionUnit", 297: "PageNumber", 317: "Predictor", 318: "WhitePoint",
    319: "PrimaryChromaticities", 320: "ColorMap", 321: "HalftoneHints", 322: "TileWidth", 323: "TileLength",
    324: "TileOffsets", 325: "TileByteCounts", 332: "InkSet", 338: "ExtraSamples", 339: "SampleFormat",
    347: "JPEGTables", 529: "YCbCrCoefficients", 530: "YCbCrSubSampling", 531: "YCbCrPositioning",
    532: "ReferenceBlackWhite",
}  # fmt: skip
"""Tags that say how pixels are laid out: neither found nor, once written anew, left."""
_GROUPS = {
    700: "XMP", 33723: "IPTC", 34377: "Photoshop", 34675: "ICC", 34853: "GPS", 37500: "MakerNotes", 37724: "Photoshop",
    33550: "GeoTIFF", 33922: "GeoTIFF", 34264: "GeoTIFF", 34735: "GeoTIFF", 34736: "GeoTIFF", 34737: "GeoTIFF",
    330: "Thumbnail",
}  # fmt: skip
_SUBFILE, _WIDTH, _LENGTH, _BITS, _SUB_DIRECTORIES, _ICC = 254, 256, 257, 258, 330, 34675
_SHORT = 3
_RAW = (50706, 33421, 33422, 50752)  # DNGVersion, CFARepeatPatternDim, CFAPattern, a maker's strips
_REDUCED_OR_MASK = 0b101
_MOST = 1 << 28  # bytes of the clean file: pages that came as JPEG grow when they are kept without loss
_MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "LAB", "I;16", "I;16B", "I", "F", "YCbCr")


def matches(head: bytes) -> bool:
    """Tell by byte order and number, 42 or (BigTIFF) 43."""
    return head.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"))


def clean(data: bytes) -> Cleaned:
    """Save every page anew, decode what was saved, and compare."""
    found: list[str] = []
    digests: list[bytes] = []
    colours, lossless = False, True
    buffer = io.BytesIO()
    with opened(data, "TIFF") as image, TiffImagePlugin.AppendingTiffWriter(buffer) as writer:
        for page in _pages(image, data, found):
            brought = page.info.get("icc_profile") or b""
            profile = icc.cleaned(brought, page.mode)
            colours = colours or profile is not None
            canvas = _canvas(page)
            if icc.is_unknown(brought, page.mode):
                canvas, lossless = icc.to_srgb(redrawn.without_palette(canvas), brought), False
            canvas.save(writer, "TIFF", **_options(page, profile))
            writer.newFrame()
            if buffer.getbuffer().nbytes > _MOST:
                raise UncleanError(Reason.TOO_LARGE)
            digests.append(pixels(canvas))
    _prove_equal(buffer.getvalue(), digests)
    groups = tuple(dict.fromkeys(found))
    method = "TIFF pages saved anew" if lossless else "TIFF pages saved anew in sRGB"
    return Cleaned(
        data=buffer.getvalue(), media_type="image/tiff", method=method, lossless=lossless, found=groups, removed=groups,
        kept=("ICC colours",) if colours else (), capture=exif.read(data).capture,
    )  # fmt: skip


def _pages(image: Image.Image, data: bytes, found: list[str]) -> Iterator[Image.Image]:
    """Decode one page after the other, within the budget of all; previews and masks are left out."""
    total = shown = 0
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        tags = dict(image.tag_v2)  # type: ignore[attr-defined]  # opened as TIFF only, so it has them
        found += _groups(tags)
        _hold_to_known(image, data, tags)
        if tags.get(_SUBFILE, 0) & _REDUCED_OR_MASK:
            found.append("Thumbnail")
            continue
        total += image.width * image.height
        allow(1, total)
        image.load()
        shown += 1
        yield image
    if not shown:
        raise UncleanError(Reason.NO_PAGES)


def _groups(tags: dict[int, Any]) -> list[str]:
    """Name what the tags of a page hold beyond its pixels; any other one counts as EXIF, whose tags TIFF's are."""
    return [_GROUPS.get(tag, "EXIF") for tag in sorted(tags) if tag not in _STRUCTURE]


def _hold_to_known(image: Image.Image, data: bytes, tags: dict[int, Any]) -> None:
    """Refuse raw camera files, pages with more inside than smaller copies, and channels that Pillow would round."""
    bits = tags.get(_BITS, (1,))
    inside = tags.get(_SUB_DIRECTORIES, ())
    if any(tag in tags for tag in _RAW):
        raise UncleanError(Reason.RAW)
    if image.mode not in _MODES or any(not _is_copy(data, at, image) for at in inside):
        raise UncleanError(Reason.RAW if inside and "MakerNotes" in exif.read(data).groups else Reason.UNSUPPORTED)
    if len(bits) > 1 and max(bits) > 8:
        raise UncleanError(Reason.COLOUR)


def _is_copy(data: bytes, at: int, page: Image.Image) -> bool:
    """Tell whether the directory at this place is a reduced copy of the page: nothing is lost without it."""
    ends = exif.order(data)
    said: dict[int, int] = {
        tag: struct.unpack_from(ends + ("H" if kind == _SHORT else "I"), value)[0]
        for tag, kind, _, value in exif.directory(data, at, direct=True)
    }
    reduced = said.get(_SUBFILE, 0) & 1 == 1
    return reduced and said.get(_WIDTH, page.width + 1) <= page.width and said.get(_LENGTH, 0) <= page.height


def _canvas(page: Image.Image) -> Image.Image:
    """Copy the pixels (and a palette) alone; sixteen bits in the byte order that they are saved in."""
    canvas = page.convert("I").convert("I;16") if page.mode == "I;16B" else page.copy()
    canvas.info = {}
    return canvas


def _options(page: Image.Image, profile: bytes | None) -> dict[str, Any]:
    dots = page.info.get("dpi")
    return {
        "compression": "group4" if page.mode == "1" else "tiff_lzw",
        **({"dpi": dots} if dots and all(0 < float(number) < 100_000 for number in dots) else {}),
        **({"icc_profile": profile} if profile else {}),
    }


def _prove_equal(clean_file: bytes, digests: list[bytes]) -> None:
    with opened(clean_file, "TIFF") as image:
        if [pixels(page) for page in ImageSequence.Iterator(image)] != digests:
            raise UncleanError(Reason.DIFFERS)


def residue(data: bytes) -> tuple[str, ...]:
    """Second look: read the directories without Pillow, name every tag that is not structure; then ask exifread."""
    order: Literal["little", "big"] = "little" if data[:2] == b"II" else "big"
    left: list[str] = []
    at = int.from_bytes(data[4:8], order)
    while at:
        count = int.from_bytes(data[at : at + 2], order)
        for entry in range(at + 2, at + 2 + 12 * count, 12):
            tag = int.from_bytes(data[entry : entry + 2], order)
            if tag == _ICC:
                size, start = (int.from_bytes(data[entry + by : entry + by + 4], order) for by in (4, 8))
                left += icc.residue(data[start : start + size])
            elif tag not in _STRUCTURE:
                left.append(_GROUPS.get(tag, "EXIF"))
        at = int.from_bytes(data[at + 2 + 12 * count : at + 6 + 12 * count], order)
    return (*left, *(group for group in exif.read(data).groups if group not in {"EXIF", "Thumbnail"}))
