"""The segments of a JPEG (ITU-T T.81): a walk that sorts them, and a clean file built of those that are needed.

No decoder is entered here: a child that reads one photograph after another keeps to this (``pictures.plain``).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from msgspec import Struct

from archive.errors import UncleanError
from archive.scrub import exif
from archive.scrub.contract import Capture, Reason
from archive.scrub.jpeg_tail import is_whole
from archive.scrub.picture import allow

_EOI, _APP0, _COM = 0xD9, 0xE0, 0xFE
END = b"\xff\xd9"
SOS = 0xDA
_DHT, _DQT, _DRI, _DNL, _DAC = 0xC4, 0xDB, 0xDD, 0xDC, 0xCC
_FRAMES = (0xC0, 0xC1, 0xC2, 0xC9, 0xCA)  # sequential and progressive; lossless and hierarchical ones nobody can show
_SEQUENTIAL = (0xC0, 0xC1)
_TABLES = (_DHT, _DQT, _DRI, _DAC, _DNL)
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""The next marker that is neither stuffing nor a restart (one literal byte first: so ``re`` searches with memchr)."""
_LARGE = 100_000
"""Bytes of a scan whose last blocks say enough: decoding takes long, and they hardly ever end so by chance."""
_ICC_BLOCK = 65_000
_NOISE = bytes(range(1, 255)) * 4
_NAMES = (
    (0xE0, b"JFXX\0", "Thumbnail"),
    (0xE1, b"http://ns.adobe.com/x", "XMP"),
    (0xE2, b"MPF\0", "MPF"),
    (0xE2, b"FPXR\0", "FlashPix"),
    (0xEB, b"JP", "JUMBF"),
    (_COM, b"", "Comment"),
)


Brought = bytes | memoryview
"""A file in memory, its own or where somebody else has put it."""


class Segment(Struct, frozen=True):
    """One marker with what follows it; for a scan also its entropy-coded data, and where in the file they begin."""

    marker: int
    body: bytes
    scan: memoryview = memoryview(b"")
    at: int = 0


class Parts(Struct):
    """What a walk over the file sets aside."""

    picture: list[Segment]
    found: list[str]
    profile: dict[int, bytes]
    jfif: bytes = b""
    adobe: bytes = b""
    exif: bytes = b""
    xmp: bytes = b""
    capture: Capture | None = None


def sort(data: Brought, *, to_scan: bool = False) -> Parts:
    """Walk over a file from SOI to the first EOI. Raises UncleanError with a ``Reason`` where it has no such order.

    ``to_scan`` ends the walk where the entropy-coded data of the first scan begins: its segment comes last.
    """
    parts = Parts(picture=[], found=[], profile={})
    for segment in _segments(data, parts.found, to_scan=to_scan):
        if segment.marker in (SOS, *_FRAMES, *_TABLES):
            parts.picture.append(segment)
        else:
            _set_aside(segment, parts)
    return parts


def _segments(data: Brought, found: list[str], *, to_scan: bool) -> Iterator[Segment]:
    """Walk from SOI to the first EOI of the picture; what lies between segments or behind EOI is noted and skipped."""
    at = 2
    while True:
        marker = _MARKER.search(data, at)
        if marker is None:
            raise UncleanError(Reason.PICTURE_ENDS_EARLY)
        if bytes(data[at : marker.start()]).strip(b"\xff"):  # 0xFF may fill
            found.append("Unknown")
        kind, at = data[marker.end() - 1], marker.end()
        if kind == _EOI:
            found.extend(["Trailer"] if len(data) > at else [])
            return
        body = _body(data, at)
        at += 2 + len(body)
        end = at if to_scan or kind != SOS else _scan_end(data, at)
        yield Segment(kind, body, memoryview(data)[at:end], at)
        if to_scan and kind == SOS:
            return
        at = end


def _scan_end(data: Brought, at: int) -> int:
    """Where the scan that begins there ends, without the 0xFF that may stand before the marker behind it."""
    following = _MARKER.search(data, at)
    end = following.start() if following else len(data)
    while end > at and data[end - 1] == 0xFF:
        end -= 1
    return end


def _body(data: Brought, at: int) -> bytes:
    if at + 2 > len(data):
        raise UncleanError(Reason.PICTURE_ENDS_EARLY)
    (length,) = struct.unpack_from(">H", data, at)
    if length < 2:
        raise UncleanError(Reason.PICTURE_DAMAGED)
    if at + length > len(data):
        raise UncleanError(Reason.PICTURE_ENDS_EARLY)
    return bytes(data[at + 2 : at + length])


def _set_aside(segment: Segment, parts: Parts) -> None:
    """Take from an application segment what may be rebuilt, and note its group."""
    marker, body = segment.marker, segment.body
    if marker == 0xE0 and body[:5] == b"JFIF\0" and len(body) >= 14:
        parts.jfif = b"\xff\xe0\0\x10JFIF\0\x01" + bytes([min(body[6], 2), min(body[7], 2)]) + body[8:12] + b"\0\0"
        parts.found.extend(["Thumbnail"] if len(body) > 14 else [])
    elif marker == 0xEE and body[:5] == b"Adobe" and len(body) >= 12:
        parts.adobe = b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0" + bytes([min(body[11], 2)])
    elif marker == 0xE1 and body[:4] == b"Exif":
        parts.exif = parts.exif or body[6:]
        reading = exif.read(body[6:])
        parts.capture = parts.capture or reading.capture
        parts.found.extend(reading.groups)
    elif marker == 0xE2 and body[:12] == b"ICC_PROFILE\0" and len(body) > 14:
        parts.profile.setdefault(body[12], body[14:])
        parts.found.append("ICC")
    elif marker == 0xED and body[:9] == b"Photoshop":
        parts.found.extend(["Photoshop", "IPTC"] if b"8BIM\x04\x04" in body else ["Photoshop"])
    else:
        name = named(marker, body)
        parts.xmp += body if name == "XMP" else b""
        parts.found.append(name)


def named(marker: int, body: bytes) -> str:
    """Name the group that a segment belongs to."""
    known = (name for kind, start, name in _NAMES if kind == marker and body.startswith(start))
    return next(known, f"APP{marker - _APP0}" if 0xE0 <= marker <= 0xEF else "Unknown")


def mode(picture: list[Segment]) -> str:
    """Tell the colour mode by the number of components; refuses what is not one frame with scans and tables in order.

    Tables and headers may not be longer than what they say: decoders pass over the rest, and so would a reader of ours.
    """
    frames = [segment for segment in picture if segment.marker in _FRAMES]
    if len(frames) != 1 or not any(segment.marker == SOS for segment in picture):
        raise UncleanError(Reason.UNSUPPORTED if frames else Reason.PICTURE_DAMAGED)
    if any(len(segment.body) != _size(segment.marker, segment.body) for segment in picture):
        raise UncleanError(Reason.PICTURE_DAMAGED)
    height, width = struct.unpack_from(">HH", frames[0].body, 1)
    if not height:  # its height comes behind the picture, as no decoder in use reads it
        raise UncleanError(Reason.UNSUPPORTED)
    allow(width, height)
    return {1: "L", 3: "RGB", 4: "CMYK"}.get(frames[0].body[5], "")


def _size(marker: int, body: bytes) -> int:
    """Compute the length a table or header must have by its own fields (T.81, B.2)."""
    if marker in _FRAMES:
        return 6 + 3 * body[5] if len(body) > 5 else -1
    if marker == SOS:
        return 4 + 2 * body[0] if body else -1
    if marker in (_DRI, _DNL):
        return 2
    if marker == _DAC:
        return len(body) & ~1
    at = 0
    while at < len(body):
        at += (65, 129)[body[at] >> 4 & 1] if marker == _DQT else 17 + sum(body[at + 1 : at + 17])
    return at


def front(parts: Parts, turn: int, profile: bytes) -> bytes:
    """Build what stands before the picture: JFIF, Adobe, the orientation unless it is upright, the colours if any."""
    return parts.jfif + parts.adobe + (_exif_segment(turn) if turn > 1 else b"") + _icc_segments(profile)


def file(front: bytes, picture: list[Segment]) -> bytes:
    """Put a file together."""
    pieces: list[bytes | memoryview] = [b"\xff\xd8", front]
    for segment in picture:
        pieces += [struct.pack(">BBH", 0xFF, segment.marker, 2 + len(segment.body)), segment.body, segment.scan]
    return b"".join([*pieces, END])


def with_noise(data: bytes, picture: list[Segment]) -> bytes:
    """The same file with noise behind the entropy-coded data of each scan of its picture."""
    pieces, at = [], 0
    for segment in picture:
        if segment.scan:
            end = segment.at + len(segment.scan)
            pieces += [data[at:end], _NOISE]
            at = end
    return b"".join([*pieces, data[at:]])


def shows_whole(picture: list[Segment]) -> bool:
    """Tell whether the last bytes of a large picture of one sequential scan show that it is whole.

    False where they do not say, or do not say enough. ``mode`` has to have let the picture pass.
    """
    scans = [segment for segment in picture if segment.marker == SOS]
    frame = next(segment for segment in picture if segment.marker in _FRAMES)
    if len(scans) != 1 or len(scans[0].scan) < _LARGE or frame.marker not in _SEQUENTIAL:
        return False
    tables = [segment.body for segment in picture if segment.marker == _DHT]
    every = [int.from_bytes(segment.body, "big") for segment in picture if segment.marker == _DRI]
    return is_whole(frame.body, tables, every[-1] if every else 0, scans[0].body, scans[0].scan)


def _exif_segment(turn: int) -> bytes:
    block = b"Exif\0\0" + exif.minimal(turn)
    return struct.pack(">HH", 0xFFE1, 2 + len(block)) + block


def _icc_segments(profile: bytes) -> bytes:
    blocks = [profile[at : at + _ICC_BLOCK] for at in range(0, len(profile), _ICC_BLOCK)]
    return b"".join(
        struct.pack(">HH12sBB", 0xFFE2, 16 + len(block), b"ICC_PROFILE\0", number, len(blocks)) + block
        for number, block in enumerate(blocks, 1)
    )
