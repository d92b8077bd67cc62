"""JPEG (ITU-T T.81): the segments that make the picture are kept, everything else goes; no pixel is touched.

Kept as they are: tables, frame and scan headers, entropy-coded data. Rebuilt: JFIF (14 bytes, no thumbnail), Adobe (its
colour transform decides how colours are read), the orientation as an Exif block with that one tag, an ICC profile that
is not sRGB. The file ends at the first EOI of the picture itself: previews and what a camera appends lie behind it.

The bytes that are decoded stay the same, so the pixels do; what has to be proven is that the entropy-coded data is
whole, since decoders paint over what is missing. See ``_prove_whole``.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from msgspec import Struct

from archive.errors import UncleanError
from archive.scrub import exif, icc, redrawn
from archive.scrub.contract import Capture, Cleaned, Reason
from archive.scrub.jpeg_tail import is_whole
from archive.scrub.picture import allow, opened, pixels

MEDIA_TYPES = ("image/jpeg",)

_SOI, _EOI, _SOS, _APP0, _COM = 0xD8, 0xD9, 0xDA, 0xE0, 0xFE
_DHT, _DQT, _DRI, _DNL, _DAC = 0xC4, 0xDB, 0xDD, 0xDC, 0xCC
_FRAMES = (0xC0, 0xC1, 0xC2, 0xC9, 0xCA)  # sequential and progressive; lossless and hierarchical ones nobody can show
_SEQUENTIAL = (0xC0, 0xC1)
_TABLES = (_DHT, _DQT, _DRI, _DAC, _DNL)
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""The next marker that is neither stuffing nor a restart (one literal byte first: so ``re`` searches with memchr)."""
_SCAN_END = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_GREY = 128
_LARGE = 500_000
"""Bytes of a scan whose last blocks are looked at first: decoding takes long, and they hardly ever end so by chance."""
_ICC_BLOCK = 65_000
_NAMES = (
    (0xE0, b"JFXX\0", "Thumbnail"),
    (0xE1, b"http://ns.adobe.com/x", "XMP"),
    (0xE2, b"MPF\0", "MPF"),
    (0xE2, b"FPXR\0", "FlashPix"),
    (0xEB, b"JP", "JUMBF"),
    (_COM, b"", "Comment"),
)


class _Segment(Struct, frozen=True):
    """One marker with what follows it; for a scan also its entropy-coded data."""

    marker: int
    body: bytes
    scan: bytes = b""


class _Parts(Struct):
    """What a walk over the file sets aside."""

    picture: list[_Segment]
    found: list[str]
    profile: dict[int, bytes]
    jfif: bytes = b""
    adobe: bytes = b""
    exif: bytes = b""
    xmp: bytes = b""
    capture: Capture | None = None


def matches(head: bytes) -> bool:
    """Tell by SOI and the start of the next marker."""
    return head.startswith(b"\xff\xd8\xff")


def clean(data: bytes) -> Cleaned:
    """Rebuild the file out of the segments a decoder needs."""
    parts = _sort(data)
    turn = exif.orientation(parts.exif, parts.xmp)
    mode = _mode(parts.picture)
    brought = b"".join(body for _, body in sorted(parts.profile.items()))
    profile = icc.cleaned(brought, mode)
    front = parts.jfif + parts.adobe + (_exif_segment(turn) if turn > 1 else b"") + _icc_segments(profile or b"")
    result = _file(front, parts.picture)
    _prove_whole(result, front, parts.picture)
    if "Unknown" in parts.found and _shown(data) != _shown(result):  # decoders differ in what they make of such bytes
        raise UncleanError(Reason.DIFFERS)
    kept = (["Orientation"] if turn > 1 else []) + (["ICC colours"] if profile else [])
    found = tuple(dict.fromkeys(parts.found))
    if icc.is_unknown(brought, mode):
        return Cleaned(
            data=redrawn.as_jpeg(*redrawn.in_srgb(data, "JPEG", brought, turn)), media_type="image/jpeg",
            method="JPEG saved anew in sRGB", lossless=False, found=found, removed=found, capture=parts.capture,
        )  # fmt: skip
    return Cleaned(
        data=result, media_type="image/jpeg", method="JPEG segments", lossless=True, found=found, removed=found,
        kept=tuple(kept), capture=parts.capture,
    )  # fmt: skip


def _sort(data: bytes) -> _Parts:
    parts = _Parts(picture=[], found=[], profile={})
    for segment in _segments(data, parts.found):
        if segment.marker in (_SOS, *_FRAMES, *_TABLES):
            parts.picture.append(segment)
        else:
            _set_aside(segment, parts)
    return parts


def _segments(data: bytes, found: list[str]) -> Iterator[_Segment]:
    """Walk from SOI to the first EOI of the picture; what lies between segments or behind EOI is noted and skipped."""
    at = 2
    while True:
        marker = _MARKER.search(data, at)
        if marker is None:
            raise UncleanError(Reason.PICTURE_ENDS_EARLY)
        if data[at : marker.start()].strip(b"\xff"):  # 0xFF may fill
            found.append("Unknown")
        kind, at = data[marker.end() - 1], marker.end()
        if kind == _EOI:
            found.extend(["Trailer"] if len(data) > at else [])
            return
        body = _body(data, at)
        at += 2 + len(body)
        end = at
        if kind == _SOS:
            following = _MARKER.search(data, at)
            end = following.start() if following else len(data)
        yield _Segment(kind, body, data[at:end].rstrip(b"\xff"))
        at = end


def _body(data: bytes, at: int) -> bytes:
    if at + 2 > len(data):
        raise UncleanError(Reason.PICTURE_ENDS_EARLY)
    (length,) = struct.unpack_from(">H", data, at)
    if length < 2:
        raise UncleanError(Reason.PICTURE_DAMAGED)
    if at + length > len(data):
        raise UncleanError(Reason.PICTURE_ENDS_EARLY)
    return data[at + 2 : at + length]


def _set_aside(segment: _Segment, parts: _Parts) -> None:
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
        name = _name(marker, body)
        parts.xmp += body if name == "XMP" else b""
        parts.found.append(name)


def _name(marker: int, body: bytes) -> str:
    known = (name for kind, start, name in _NAMES if kind == marker and body.startswith(start))
    return next(known, f"APP{marker - _APP0}" if 0xE0 <= marker <= 0xEF else "Unknown")


def _mode(picture: list[_Segment]) -> str:
    """Tell the colour mode by the number of components; refuses what is not one frame with scans and tables in order.

    Tables and headers may not be longer than what they say: decoders pass over the rest, and so would a reader of ours.
    """
    frames = [segment for segment in picture if segment.marker in _FRAMES]
    if len(frames) != 1 or not any(segment.marker == _SOS for segment in picture):
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
    if marker == _SOS:
        return 4 + 2 * body[0] if body else -1
    if marker in (_DRI, _DNL):
        return 2
    if marker == _DAC:
        return len(body) & ~1
    at = 0
    while at < len(body):
        at += (65, 129)[body[at] >> 4 & 1] if marker == _DQT else 17 + sum(body[at + 1 : at + 17])
    return at


def _file(front: bytes, picture: list[_Segment], behind_scans: bytes = b"") -> bytes:
    pieces = [b"\xff\xd8", front]
    for segment in picture:
        pieces += [struct.pack(">BBH", 0xFF, segment.marker, 2 + len(segment.body)), segment.body, segment.scan]
        pieces += [behind_scans] if segment.scan else []
    return b"".join([*pieces, b"\xff\xd9"])


def _prove_whole(result: bytes, front: bytes, picture: list[_Segment]) -> None:
    """Refuse a picture whose entropy-coded data ends before its last block.

    A large one mostly shows by its last bytes that it is whole. Else it is decoded: libjpeg leaves what is missing grey
    and says nothing that Pillow passes on. In a picture of one scan the blocks come in order, so it is whole unless the
    last one is grey: an eighth of the size shows that at a fraction of the cost. In doubt, and for several scans, the
    decoder gets the same file with noise behind each scan: it reads the noise, and shows something else, only where
    data is missing.
    """
    scans = [segment for segment in picture if segment.marker == _SOS]
    if len(scans) == 1 and (
        (len(scans[0].scan) >= _LARGE and _says_whole(picture, scans[0])) or not _ends_grey(result)
    ):
        return
    noisy = _file(front, picture, behind_scans=bytes(range(1, 255)) * 4)
    if _shown(result) != _shown(noisy):
        raise UncleanError(Reason.PICTURE_ENDS_EARLY)


def _says_whole(picture: list[_Segment], scan: _Segment) -> bool:
    frame = next(segment for segment in picture if segment.marker in _FRAMES)
    tables = [segment.body for segment in picture if segment.marker == _DHT]
    every = [int.from_bytes(segment.body, "big") for segment in picture if segment.marker == _DRI]
    return frame.marker in _SEQUENTIAL and is_whole(frame.body, tables, every[-1] if every else 0, scan.body, scan.scan)


def _ends_grey(data: bytes) -> bool:
    with opened(data, "JPEG") as image:
        image.draft(None, (max(1, image.width // 8), max(1, image.height // 8)))
        corner = image.getpixel((image.width - 1, image.height - 1))
    levels = corner if isinstance(corner, tuple) else (corner,)
    return all(level in (_GREY, 255 - _GREY) for level in levels)


def _shown(data: bytes) -> bytes:
    with opened(data, "JPEG") as image:
        return pixels(image)


def _exif_segment(turn: int) -> bytes:
    block = b"Exif\0\0" + exif.minimal(turn)
    return struct.pack(">HH", 0xFFE1, 2 + len(block)) + block


def _icc_segments(profile: bytes) -> bytes:
    blocks = [profile[at : at + _ICC_BLOCK] for at in range(0, len(profile), _ICC_BLOCK)]
    return b"".join(
        struct.pack(">HH12sBB", 0xFFE2, 16 + len(block), b"ICC_PROFILE\0", number, len(blocks)) + block
        for number, block in enumerate(blocks, 1)
    )


def residue(data: bytes) -> tuple[str, ...]:
    """Second look: step from marker to marker, check application segments by their exact bytes, ask Pillow."""
    left: list[str] = []
    profile = b""
    at = 2
    while data[at : at + 2] != b"\xff\xd9":
        if at >= len(data) or data[at] != 0xFF:
            return (*left, "Unknown")
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        body = data[at + 4 : at + 2 + length]
        if marker == 0xE2 and body[:12] == b"ICC_PROFILE\0":
            profile += body[14:]
        elif not _is_allowed(marker, body):
            left.append(_name(marker, body))
        at += 2 + length
        at = _after_scan(data, at) if marker == _SOS else at
    left += ["Trailer"] if at + 2 != len(data) else []
    left += icc.residue(profile) if profile else ()
    return (*left, *_strangers(data))


def _after_scan(data: bytes, at: int) -> int:
    """Step over entropy-coded data to the marker that ends it: the first 0xFF that is no data, filling or restart."""
    ends = _SCAN_END.search(data, at)
    return ends.start() if ends else len(data)


def _is_allowed(marker: int, body: bytes) -> bool:
    if marker == 0xE0:
        return len(body) == 14 and body[:6] == b"JFIF\0\x01" and body[12:] == b"\0\0"
    if marker == 0xEE:
        return body[:-1] == b"Adobe\0\x64\0\0\0\0"
    if marker == 0xE1:
        return body[:6] == b"Exif\0\0" and exif.is_minimal(body[6:])
    return not 0xE0 <= marker <= 0xFE and marker != 0


def _strangers(data: bytes) -> tuple[str, ...]:
    """Name what Pillow, as another reader, finds beyond the structure of the picture."""
    known = {
        "jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "adobe", "adobe_transform", "progressive",
        "progression", "exif", "icc_profile",
    }  # fmt: skip
    with opened(data, "JPEG") as image:
        return tuple(sorted(name for name in map(str, image.info) if name not in known))
