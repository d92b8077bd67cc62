"""EXIF: which groups a block holds (for the report, through exifread), and the one tag that may stay, the orientation.

exifread reads with ``details=False``: with details it loops for ever on some input, and decoding what a maker wrote is
not needed to say that it was there.
"""

from __future__ import annotations

import io
import logging
import struct
from collections.abc import Iterator

import exifread
from exifread.core.exceptions import ExifError

_ORIENTATION, _EXIF_DIRECTORY, _MAKER_NOTE = 0x0112, 0x8769, 0x927C
_SHORT = 3
_UNREADABLE = (
    ExifError, AssertionError, AttributeError, IndexError, KeyError, OverflowError, OSError, RecursionError,
    TypeError, UnicodeError, ValueError, ZeroDivisionError, struct.error,
)  # fmt: skip
"""What exifread 3.5 lets escape on damaged blocks."""

logging.getLogger("exifread").setLevel(logging.CRITICAL)  # it would write the file's values to stderr


def groups(block: bytes) -> tuple[str, ...]:
    """Name what is in an EXIF block (a TIFF header and what follows): EXIF, GPS, MakerNotes, Thumbnail.

    A block that exifread cannot read is reported as ``EXIF unreadable``, never an error: it is removed all the same.
    """
    try:
        tags = exifread.process_file(io.BytesIO(block), details=False)
    except _UNREADABLE:
        return ("EXIF", "EXIF unreadable")
    found = ["EXIF"]
    if any(name.startswith("GPS ") for name in tags) or "Image GPSInfo" in tags:
        found.append("GPS")
    if _has_maker_note(block):
        found.append("MakerNotes")
    if any("Thumbnail" in name for name in tags):
        found.append("Thumbnail")
    return tuple(found)


def orientation(block: bytes) -> int:
    """Read the orientation (1 to 8) of the first directory as viewers do; 1 where there is none that can be read."""
    for tag, kind, number, value in _directory(block, 4):
        if tag == _ORIENTATION:
            (turn,) = struct.unpack_from(_order(block) + "H", value)
            return turn if kind == _SHORT and number == 1 and 1 <= turn <= 8 else 1
    return 1


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
        for tag, _, _, value in _directory(block, 4)
        if tag == _EXIF_DIRECTORY
        for inner, *_ in _directory(block, struct.unpack(_order(block) + "I", value)[0], direct=True)
    )


def _directory(block: bytes, pointer: int, *, direct: bool = False) -> Iterator[tuple[int, int, int, bytes]]:
    """List the entries (tag, type, count, value or offset) of the directory that ``pointer`` points to, or is."""
    order = _order(block)
    try:
        start = pointer if direct else struct.unpack_from(order + "I", block, pointer)[0]
        (count,) = struct.unpack_from(order + "H", block, start)
        for at in range(start + 2, start + 2 + 12 * count, 12):
            yield struct.unpack_from(order + "HHI4s", block, at)
    except struct.error:
        return  # cut short: what was there has been listed


def _order(block: bytes) -> str:
    return ">" if block[:2] == b"MM" else "<"
