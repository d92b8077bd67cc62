"""JPEG (ITU-T T.81): the segments that make the picture are kept, everything else goes; no pixel is touched.

Kept as they are: tables, frame and scan headers, entropy-coded data. Rebuilt: JFIF (14 bytes, no thumbnail), Adobe (its
colour transform decides how colours are read), the orientation as an Exif block with that one tag, an ICC profile that
is not sRGB. The file ends at the first EOI of the picture itself: previews and what a camera appends lie behind it.

The bytes that are decoded stay the same, so the pixels do; what has to be proven is that the entropy-coded data is
whole, since decoders paint over what is missing. See ``prove_whole``.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from msgspec import structs

from archive.errors import UncleanError
from archive.scrub import exif, icc, redrawn
from archive.scrub.answering import short
from archive.scrub.contract import Answer, Cleaned, Reason
from archive.scrub.jpeg_segments import (
    END,
    SOS,
    Brought,
    Parts,
    file,
    front,
    mode,
    named,
    shows_whole,
    sort,
    with_noise,
)
from archive.scrub.picture import half, opened, pixels

MEDIA_TYPES = ("image/jpeg",)

_SCAN_END = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_GREY = 128


def matches(head: bytes) -> bool:
    """Tell by SOI and the start of the next marker."""
    return head.startswith(b"\xff\xd8\xff")


def clean(data: bytes) -> Cleaned:
    """Rebuild the file out of the segments a decoder needs."""
    parts = sort(data)
    turn = exif.orientation(parts.exif, parts.xmp)
    colours = mode(parts.picture)
    brought = _brought(parts)
    profile = icc.cleaned(brought, colours) or b""
    result = file(front(parts, turn, profile), parts.picture)
    prove_whole(result)
    if "Unknown" in parts.found and _shown(data) != _shown(result):  # decoders differ in what they make of such bytes
        raise UncleanError(Reason.DIFFERS)
    if not icc.is_unknown(brought, colours):
        return _report(result, parts, turn, profile)
    found = tuple(dict.fromkeys(parts.found))
    return Cleaned(
        data=redrawn.as_jpeg(*redrawn.in_srgb(data, "JPEG", brought, turn)), media_type="image/jpeg",
        method="JPEG saved anew in sRGB", lossless=False, found=found, removed=found, capture=parts.capture,
    )  # fmt: skip


def plain(data: Brought) -> Answer | None:
    """As ``clean`` with the second look, by a reader that enters no decoder; None of what cannot be cleaned so.

    A single scan is looked at once, where it lies, and nothing is copied of it: the answer says where it stands, with
    the EOI that has to follow. What the clean copy has before it is looked at as ``residue`` does.
    """
    parts = sort(data, to_scan=True)
    built = _built(parts)
    if built is None:
        return None
    *tables, header = parts.picture
    end = _after_scan(data, header.at)
    if data[end - 1] == 0xFF:
        return None
    if data[end : end + len(END)] != END:
        return _of_scans(data)
    parts.found += ["Trailer"] if end + len(END) < len(data) else []
    whole = shows_whole([*tables, structs.replace(header, scan=memoryview(data)[header.at : end])])
    cleaned = _report(built.data.removesuffix(END), parts, built.turn, built.profile)
    return Answer(cleaned=cleaned, rest=(header.at, end + len(END) - header.at), whole=whole)


def _of_scans(data: Brought) -> Answer | None:
    """The same of a picture of several scans, or with a segment behind its only one."""
    parts = sort(data)
    built = _built(parts)
    if built is None:
        return None
    answer = short(_report(built.data, parts, built.turn, built.profile), bytes(data))
    return structs.replace(answer, whole=shows_whole(parts.picture)) if answer.rest else None


class _Built(NamedTuple):
    """A clean file, with the turn and the colours that it says."""

    data: bytes
    turn: int
    profile: bytes


def _built(parts: Parts) -> _Built | None:
    """The clean file, looked at again, where colours are told without a decoder and all bytes have their place."""
    colours = mode(parts.picture)
    profile = icc.plainly(_brought(parts), colours) if parts.profile else b""
    if profile is None or "Unknown" in parts.found:
        return None
    turn = exif.orientation(parts.exif, parts.xmp)
    result = file(front(parts, turn, profile), parts.picture)
    walked = _walk(result)
    if walked.left or walked.profile != profile or _strangers(result):
        return None
    return _Built(result, turn, profile)


def _brought(parts: Parts) -> bytes:
    return b"".join(body for _, body in sorted(parts.profile.items()))


def _report(result: bytes, parts: Parts, turn: int, profile: bytes) -> Cleaned:
    found = tuple(dict.fromkeys(parts.found))
    colours = ("ICC colours",) if profile else ()
    return Cleaned(
        data=result, media_type="image/jpeg", method="JPEG segments", lossless=True, found=found, removed=found,
        kept=(("Orientation",) if turn > 1 else ()) + colours, capture=parts.capture,
    )  # fmt: skip


def prove_whole(result: bytes) -> None:
    """Refuse a clean picture whose entropy-coded data ends before its last block.

    A large one mostly shows by its last bytes that it is whole. Else it is decoded: libjpeg leaves what is missing grey
    and says nothing that Pillow passes on. In a picture of one scan the blocks come in order, so it is whole unless the
    last one is grey: an eighth of the size shows that at a fraction of the cost. In doubt, and for several scans, the
    decoder gets the same file with noise behind each scan: it reads the noise, and shows something else, only where
    data is missing. Half the size shows that as well.
    """
    picture = sort(result).picture
    scans = sum(segment.marker == SOS for segment in picture)
    if shows_whole(picture) or (scans == 1 and not _ends_grey(result)):
        return
    if _halved(result) != _halved(with_noise(result, picture)):
        raise UncleanError(Reason.PICTURE_ENDS_EARLY)


def _ends_grey(data: bytes) -> bool:
    with opened(data, "JPEG") as image:
        image.draft(None, (max(1, image.width // 8), max(1, image.height // 8)))
        corner = image.getpixel((image.width - 1, image.height - 1))
    levels = corner if isinstance(corner, tuple) else (corner,)
    return all(level in (_GREY, 255 - _GREY) for level in levels)


def _halved(data: bytes) -> bytes:
    with opened(data, "JPEG") as image:
        half(image)
        return pixels(image)


def _shown(data: bytes) -> bytes:
    with opened(data, "JPEG") as image:
        return pixels(image)


class _Walked(NamedTuple):
    """What the second look met: names of what may not be there, and the colours."""

    left: tuple[str, ...]
    profile: bytes = b""


def residue(data: bytes) -> tuple[str, ...]:
    """Second look: step from marker to marker, check application segments by their exact bytes, ask Pillow."""
    walked = _walk(data)
    colours = icc.residue(walked.profile) if walked.profile else ()
    return (*walked.left, *colours, *_strangers(data))


def _walk(data: bytes) -> _Walked:
    left: list[str] = []
    profile, at = b"", 2
    while data[at : at + 2] != b"\xff\xd9":
        if at >= len(data) or data[at] != 0xFF:
            return _Walked((*left, "Unknown"))
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        body = data[at + 4 : at + 2 + length]
        if marker == 0xE2 and body[:12] == b"ICC_PROFILE\0":
            profile += body[14:]
        elif not _is_allowed(marker, body):
            left.append(named(marker, body))
        at += 2 + length
        if marker == SOS:
            at = _after_scan(data, at)
    left += ["Trailer"] if at + 2 != len(data) else []
    return _Walked(tuple(left), profile)


def _after_scan(data: Brought, at: int) -> int:
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
