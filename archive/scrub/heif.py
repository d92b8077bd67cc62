"""HEIC and HEIF (ISO/IEC 23008-12): the door to libheif. The main picture is decoded and saved as JPEG.

What phones put beside it goes: depth, gain maps, masks, previews, further pictures, the film of a live photo. It is
shown as the file says (turned, mirrored, cropped: libheif does that); an orientation in EXIF says nothing there. With
transparency it is saved as PNG. Colours of a wide screen keep their meaning by a profile of ours.

Pictures in high dynamic range (PQ, HLG) are refused: without their curve they look dull, and few can show it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pi_heif
from PIL import Image

from archive.errors import UncleanError
from archive.scrub import exif, icc
from archive.scrub.contract import Cleaned, Reason
from archive.scrub.picture import allow, of_eight_bits
from archive.scrub.redrawn import as_jpeg, as_png

MEDIA_TYPES = ("image/jpeg", "image/png")

HIGH_RANGE = (16, 18)
"""The transfer functions PQ and HLG by their numbers in ITU-T H.273."""

_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"mif2", b"msf1", b"heif")
_FAILURES = (ValueError, RuntimeError, OSError, EOFError, SyntaxError, IndexError, KeyError, TypeError)
_BESIDE = {"thumbnails": "Thumbnail", "depth_images": "Depth map", "aux": "Auxiliary pictures", "xmp": "XMP"}
_GAIN = "gainmap"
_BOXES = (b"ftyp", b"meta", b"mdat", b"moov", b"idat", b"free", b"skip", b"wide", b"uuid", b"pict")

pi_heif.options.DECODE_THREADS = 1  # the sandbox allows no second thread


def matches(head: bytes) -> bool:
    """Tell by the brand; AVIF has the same container, and says so among the further brands."""
    size = int.from_bytes(head[:4], "big")
    return head[4:8] == b"ftyp" and head[8:12] in _BRANDS and b"avif" not in head[8 : min(size, 256)]


def clean(data: bytes) -> Cleaned:
    """Decode the main picture onto a fresh canvas and save that."""
    behind = _behind(data)
    with _opened(data) as file:
        main = file[file.primary_index]
        info = main.info
        allow(*main.size)
        canvas = of_eight_bits(Image.frombytes(main.mode, main.size, main.data, "raw", main.mode, main.stride))
        found = [*_beside(info, more=len(file) > 1), *(["Trailer"] if behind else [])]
    block = _tiff_header(info.get("exif") or b"")
    reading = exif.read(block) if block else exif.Reading()
    groups = tuple(dict.fromkeys((*reading.groups, *found)))
    canvas, profile = _coloured(canvas, info)
    as_what = "PNG" if canvas.mode in ("LA", "RGBA") else "JPEG"
    return Cleaned(
        data=as_png(canvas, profile=profile) if as_what == "PNG" else as_jpeg(canvas, profile=profile),
        media_type=f"image/{as_what.lower()}",
        method=f"main picture decoded and saved as {as_what}",
        lossless=False,
        found=groups,
        removed=groups,
        kept=("ICC colours",) if profile else (),
        capture=reading.capture,
    )


@contextmanager
def _opened(data: bytes) -> Iterator[Any]:
    try:
        yield pi_heif.open_heif(data, convert_hdr_to_8bit=True)
    except _FAILURES as error:
        early = any(words in str(error) for words in ("end of file", "Insufficient", "outside of file"))
        raise UncleanError(Reason.PICTURE_ENDS_EARLY if early else Reason.PICTURE_DAMAGED) from error


def _behind(data: bytes) -> bool:
    """Walk over the outermost boxes: tell whether anything stands behind them, or a film among them.

    Refuses a file that ends inside a box: libheif paints what is missing grey, without a word.
    """
    at = 0
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if kind not in _BOXES:
            return True
        size = {0: len(data) - at, 1: int.from_bytes(data[at + 8 : at + 16], "big")}.get(size, size)
        if size < 8 or at + size > len(data):
            raise UncleanError(Reason.PICTURE_ENDS_EARLY)
        at += size
    return at < len(data)


def _beside(info: dict[str, Any], *, more: bool) -> list[str]:
    """Name what lies in the file beside the main picture and its EXIF."""
    found = [name for key, name in _BESIDE.items() if info.get(key)]
    found += ["Gain map"] if any(_GAIN in kind.lower() for kind in info.get("aux", {})) else []
    found += ["Other pictures"] if more else []
    found += ["Other metadata"] if info.get("metadata") else []
    return found + (["ICC"] if info.get("icc_profile") else [])


def _tiff_header(block: bytes) -> bytes:
    """Cut what stands before the TIFF header of an EXIF item."""
    starts = [at for at in (block.find(b"II*\0", 0, 64), block.find(b"MM\0*", 0, 64)) if at >= 0]
    return block[min(starts) :] if starts else b""


def _coloured(canvas: Image.Image, info: dict[str, Any]) -> tuple[Image.Image, bytes | None]:
    """Settle what the colours mean: the canvas, converted if its profile is one device's, and the profile to write."""
    profile = info.get("icc_profile") or b""
    if profile:
        return (
            (icc.to_srgb(canvas, profile), None)
            if icc.is_unknown(profile, canvas.mode)
            else (canvas, icc.cleaned(profile, canvas.mode))
        )
    coded = info.get("nclx_profile", {})
    primaries, transfer = coded.get("color_primaries", 2), coded.get("transfer_characteristics", 2)
    if transfer in HIGH_RANGE:
        raise UncleanError(Reason.COLOUR)
    return canvas, icc.by_number(primaries, transfer) if canvas.mode.startswith("RGB") else None


def residue(data: bytes) -> tuple[str, ...]:  # noqa: ARG001 -- whatever it holds
    """No clean file is HEIF."""
    return ("HEIF",)
