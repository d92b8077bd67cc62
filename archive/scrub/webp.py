"""WebP (RFC 9649): the chunks that make the picture are kept; EXIF, XMP and unknown ones go, and their flags with them.

The file ends where RIFF says. A profile is rebuilt as in ``icc``. An orientation in the EXIF chunk is applied by saving
anew without loss, since few viewers obey it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from PIL import ImageSequence

from archive.errors import UncleanError
from archive.scrub import exif, icc, redrawn
from archive.scrub.contract import Cleaned, Reason
from archive.scrub.picture import TURNS, agree, allow, opened

MEDIA_TYPES = ("image/webp",)

_STILL = (b"VP8 ", b"VP8L", b"ALPH")
_ALLOWED = (b"VP8X", *_STILL, b"ANIM", b"ANMF")
_SIZES = {b"VP8X": 10, b"ANIM": 6}
_FRAME = 16  # bytes before an ANMF chunk's own chunks
_ICC, _ALPHA, _ANIMATION = 0x20, 0x10, 0x02
_NAMES = {b"XMP ": "XMP", b"ICCP": "ICC"}
_INFO = {"loop", "background", "timestamp", "duration", "icc_profile"}

_Chunk = tuple[bytes, bytes]


def matches(head: bytes) -> bool:
    """Tell by the RIFF form type."""
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def clean(data: bytes) -> Cleaned:
    """Rebuild the file out of the allowed chunks, and upright."""
    chunks, found, block = _taken(data)
    _hold_to_budget(chunks)
    profile = next((body for kind, body in chunks if kind == b"ICCP"), b"")
    rebuilt = icc.cleaned(profile, "RGB")
    straight = _file(list(_kept(chunks, rebuilt)))
    agree(data, straight, "WEBP")
    turn = exif.orientation(block, next((body for kind, body in chunks if kind == b"XMP "), b""))
    groups = tuple(dict.fromkeys(found))
    unknown = icc.is_unknown(profile, "RGB")
    if unknown:
        straight = redrawn.as_webp(redrawn.in_srgb(straight, "WEBP", profile, turn)[0])
    elif turn > 1:
        straight = _turned(straight, rebuilt, turn)
    return Cleaned(
        data=straight, media_type="image/webp", method="WebP saved anew in sRGB" if unknown else "WebP chunks",
        lossless=not unknown, found=groups, removed=groups,
        kept=("ICC colours",) if rebuilt else (), capture=exif.read(block).capture if block else None,
    )  # fmt: skip


def _taken(data: bytes) -> tuple[list[_Chunk], list[str], bytes]:
    """Split the file into its chunks, name the groups of those that are not the picture, and give its EXIF block."""
    end = 8 + struct.unpack_from("<I", data.ljust(12, b"\0"), 4)[0]
    if end > len(data):
        raise UncleanError(Reason.PICTURE_ENDS_EARLY)
    chunks = list(_chunks(data[12:end]))
    found, block = (["Trailer"] if end < len(data) else []), b""
    for kind, body in chunks:
        if kind == b"EXIF":
            block = block or body.removeprefix(b"Exif\0\0")
            found += exif.read(body.removeprefix(b"Exif\0\0")).groups
        elif kind not in _ALLOWED:
            found.append(_NAMES.get(kind, "Unknown"))
    return chunks, found, block


def _chunks(data: bytes) -> Iterator[_Chunk]:
    at = 0
    while at < len(data):
        if at + 8 > len(data):
            raise UncleanError(Reason.PICTURE_DAMAGED)
        kind, length = struct.unpack_from("<4sI", data, at)
        body = data[at + 8 : at + 8 + length]
        if len(body) < length or (kind in _SIZES and length != _SIZES[kind]):
            raise UncleanError(Reason.PICTURE_DAMAGED)
        yield kind, body
        at += 8 + length + (length & 1)


def _hold_to_budget(chunks: list[_Chunk]) -> None:
    frames = sum(kind == b"ANMF" for kind, _ in chunks)
    canvas = next((body for kind, body in chunks if kind == b"VP8X"), None)
    if frames and canvas:
        allow(_uint24(canvas, 4) + 1, _uint24(canvas, 7) + 1, frames)


def _uint24(body: bytes, at: int) -> int:
    return int.from_bytes(body[at : at + 3], "little")


def _kept(chunks: list[_Chunk], profile: bytes | None) -> Iterator[_Chunk]:
    """Let the allowed chunks through, their flags and reserved bits set anew; the profile follows the header."""
    for kind, body in chunks:
        if kind == b"VP8X":
            flags = (body[0] & (_ALPHA | _ANIMATION)) | (_ICC if profile else 0)
            yield kind, bytes([flags, 0, 0, 0]) + body[4:]
            if profile:
                yield b"ICCP", profile
        elif kind == b"ANMF":
            inner = [chunk for chunk in _chunks(body[_FRAME:]) if chunk[0] in _STILL]
            yield kind, body[: _FRAME - 1] + bytes([body[_FRAME - 1] & 3]) + _written(inner)
        elif kind in _ALLOWED:
            yield kind, body


def _written(chunks: list[_Chunk]) -> bytes:
    return b"".join(kind + struct.pack("<I", len(body)) + body + bytes(len(body) & 1) for kind, body in chunks)


def _file(chunks: list[_Chunk]) -> bytes:
    body = b"WEBP" + _written(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _turned(straight: bytes, profile: bytes | None, turn: int) -> bytes:
    """Save a picture upright, without loss; an animation frame by frame."""
    with opened(straight, "WEBP") as image:
        if getattr(image, "n_frames", 1) == 1:
            return redrawn.as_webp(image.transpose(TURNS[turn]), profile)
        frames, stands = [], []
        for frame in ImageSequence.Iterator(image):
            frames.append(frame.convert("RGBA").transpose(TURNS[turn]))
            stands.append(frame.info.get("duration", 0))
        return redrawn.as_moving_webp(frames, stands, image.info.get("loop", 0), profile)


def residue(data: bytes) -> tuple[str, ...]:
    """Second look: hop from length to length, also inside frames; the flags; then what Pillow finds."""
    left = [] if int.from_bytes(data[4:8], "little") + 8 == len(data) else ["Trailer"]
    at = 12
    while at < len(data):
        kind, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if kind == b"ICCP":
            left += icc.residue(data[at + 8 : at + 8 + size])
        elif kind not in {b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"}:
            left.append(_NAMES.get(kind, "EXIF" if kind == b"EXIF" else "Unknown"))
        if kind == b"VP8X" and data[at + 8] & ~(_ICC | _ALPHA | _ANIMATION):
            left.append("Flags")
        at += 8 + (_FRAME if kind == b"ANMF" else size + size % 2)
    left += [] if at == len(data) else ["Unknown"]
    with opened(data, "WEBP") as image:
        image.load()
        return (*left, *sorted(str(name) for name in image.info if name not in _INFO))
