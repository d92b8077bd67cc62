"""EXIF: which groups a block holds, what it proves (through exifread), and the one tag that may stay, the orientation.

exifread reads with ``details=False``: with details it loops for ever on some input, and decoding what a maker wrote is
not needed to say that it was there.
"""

from __future__ import annotations

import io
import logging
import math
import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import exifread
from exifread.core.exceptions import ExifError
from msgspec import Struct

from archive.scrub.contract import Capture

_ORIENTATION, _EXIF_DIRECTORY, _MAKER_NOTE = 0x0112, 0x8769, 0x927C
_SHORT = 3
_UNREADABLE = (
    ExifError, AssertionError, AttributeError, IndexError, KeyError, OverflowError, OSError, RecursionError,
    TypeError, UnicodeError, ValueError, ZeroDivisionError, struct.error,
)  # fmt: skip
"""What exifread 3.5 lets escape on damaged blocks."""

_ZONE = re.compile(r"[+-](?:0\d|1[0-4]):[0-5]\d")
_MOMENT = re.compile(r"(\d{4}):(\d\d?):(\d\d?)\s+(\d\d?):(\d\d?):(\d\d?)")
_YEARS = range(1980, 2100)
"""When a camera's clock can be right; what it writes when it was never set lies outside."""
_LONGEST_DEVICE = 100
_XMP_ORIENTATION = re.compile(rb"tiff:Orientation(?:=[\"']|>)\s*([1-8])\s*[\"'<]")

logging.getLogger("exifread").setLevel(logging.CRITICAL)  # it would write the file's values to stderr


class Reading(Struct, frozen=True):
    """What stands in a block: its groups (EXIF, GPS, MakerNotes, Thumbnail), and what it proves of how it was made."""

    groups: tuple[str, ...] = ()
    capture: Capture | None = None


def read(block: bytes) -> Reading:
    """Read an EXIF block (a TIFF header and what follows), or a whole TIFF file.

    A block that exifread cannot read is reported as ``EXIF unreadable``, never an error: it is removed all the same.
    """
    try:
        tags = exifread.process_file(io.BytesIO(block), details=False)
    except _UNREADABLE:
        return Reading(("EXIF", "EXIF unreadable"))
    found = ["EXIF"]
    if any(name.startswith("GPS ") for name in tags) or "Image GPSInfo" in tags:
        found.append("GPS")
    if _has_maker_note(block):
        found.append("MakerNotes")
    if any("Thumbnail" in name for name in tags):
        found.append("Thumbnail")
    return Reading(tuple(found), _capture(tags))


def _capture(tags: Mapping[str, Any]) -> Capture | None:
    """Take out time, place and device; what is malformed is as if it were absent. Never a serial number or an owner."""
    taken_at = _time(_text(tags, "EXIF DateTimeOriginal")) or _time(_text(tags, "EXIF DateTimeDigitized"))
    zone = _text(tags, "EXIF OffsetTimeOriginal")
    latitude, longitude = _degrees(tags, "GPS GPSLatitude", "NS", 90), _degrees(tags, "GPS GPSLongitude", "EW", 180)
    if latitude is None or longitude is None or latitude == longitude == 0:  # zeros: no satellite was seen
        latitude = longitude = None
    make, model = _text(tags, "Image Make"), _text(tags, "Image Model")
    device = (model if model.startswith(make) else f"{make} {model}").strip()
    known = Capture(
        taken_at=taken_at,
        zone=zone if taken_at and _ZONE.fullmatch(zone) else None,
        latitude=None if latitude is None else f"{latitude:.6f}",
        longitude=None if longitude is None else f"{longitude:.6f}",
        device=device if device and device.isprintable() and len(device) <= _LONGEST_DEVICE else None,
    )
    return None if known == Capture() else known


def _text(tags: Mapping[str, Any], name: str) -> str:
    found = getattr(tags.get(name), "values", "")
    return found.replace("\0", " ").strip() if isinstance(found, str) else ""


def _time(written: str) -> str | None:
    """Turn ``2025:06:02 08:55:10`` into ``2025-06-02T08:55:10``; None for what no clock shows."""
    found = _MOMENT.fullmatch(written)
    if found is None:
        return None
    year, month, day, hour, minute, second = map(int, found.groups())
    try:
        moment = datetime(year, month, day, hour, minute, second)  # the device's own clock
    except ValueError:
        return None
    return moment.isoformat() if year in _YEARS else None


def _degrees(tags: Mapping[str, Any], name: str, signs: str, most: int) -> float | None:
    """Join degrees, minutes and seconds, signed by the letter beside them; None where a part of it is missing."""
    sign = _text(tags, f"{name}Ref").upper()
    parts = getattr(tags.get(name), "values", None)
    if sign not in tuple(signs) or not isinstance(parts, Sequence) or not 1 <= len(parts) <= 3:
        return None
    try:
        degrees = sum(float(part) / 60.0**power for power, part in enumerate(parts))
    except (ArithmeticError, TypeError, ValueError):
        return None
    if not math.isfinite(degrees) or not 0 <= degrees <= most:
        return None
    return -degrees if sign == signs[1] else degrees


def orientation(block: bytes, xmp: bytes = b"") -> int:
    """Read the orientation (1 to 8) of the first directory as viewers do, else out of XMP; 1 where there is none."""
    for tag, kind, number, value in directory(block, 4):
        if tag == _ORIENTATION:
            (turn,) = struct.unpack_from(order(block) + "H", value)
            return turn if kind == _SHORT and number == 1 and 1 <= turn <= 8 else 1
    said = _XMP_ORIENTATION.search(xmp)
    return int(said[1]) if said else 1


def minimal(turn: int) -> bytes:
    """Make the smallest EXIF block: one directory with one tag, the orientation. 26 bytes."""
    return b"MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, _ORIENTATION, _SHORT, 1, turn, 0, 0)


def is_minimal(block: bytes) -> bool:
    """Tell whether a block is what ``minimal`` makes, byte for byte."""
    return any(block == minimal(turn) for turn in range(2, 9))


def _has_maker_note(block: bytes) -> bool:
    """Look for the tag itself: exifread passes over it when it is not to read details."""
    return any(
        inner == _MAKER_NOTE
        for tag, _, _, value in directory(block, 4)
        if tag == _EXIF_DIRECTORY
        for inner, *_ in directory(block, struct.unpack(order(block) + "I", value)[0], direct=True)
    )


def directory(block: bytes, pointer: int, *, direct: bool = False) -> Iterator[tuple[int, int, int, bytes]]:
    """List the entries (tag, type, count, value or offset) of the directory that ``pointer`` points to, or is."""
    ends = order(block)
    try:
        start = pointer if direct else struct.unpack_from(ends + "I", block, pointer)[0]
        (count,) = struct.unpack_from(ends + "H", block, start)
        for at in range(start + 2, start + 2 + 12 * count, 12):
            yield struct.unpack_from(ends + "HHI4s", block, at)
    except struct.error:
        return  # cut short: what was there has been listed


def order(block: bytes) -> str:
    """Give the sign of ``struct`` for the byte order that a block begins with."""
    return ">" if block[:2] == b"MM" else "<"
