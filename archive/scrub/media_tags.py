"""Tags that stand before and after sound, whatever its format: ID3, APE, Lyrics3; and Vorbis comments."""

from __future__ import annotations

import struct
from typing import BinaryIO

from archive.scrub.media import exactly

_MOST_TAGS = 64


def tags_before(source: BinaryIO) -> tuple[int, list[str]]:
    """Find where the sound begins behind ID3 version 2 tags; which tags there were."""
    at = 0
    found: list[str] = []
    while len(found) < _MOST_TAGS:
        source.seek(at)
        head = source.read(10)
        if head[:3] != b"ID3" or len(head) < 10 or max(head[6:10]) > 0x7F:
            break
        size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
        at += 10 + size + (10 if head[5] & 0x10 else 0)
        found.append("ID3")
    source.seek(at)
    return at, found


def id3_text(source: BinaryIO) -> dict[str, str]:
    """The text frames of the ID3 tag at the start of a file, as far as they tell when it was recorded."""
    source.seek(0)
    head = source.read(10)
    if head[:3] != b"ID3":
        return {}
    size = min(head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9], 1 << 20)
    body, at, told = source.read(size), 0, {}
    while at + 10 <= len(body) and body[at : at + 4].strip(b"\0"):
        name, count = body[at : at + 4], int.from_bytes(body[at + 4 : at + 8], "big")
        if name in (b"TDRC", b"TDEN", b"TDRL"):
            told["date"] = body[at + 11 : at + 10 + count].decode("latin-1").replace("\0", "")
        at += 10 + count
    return told


def tags_after(source: BinaryIO, end: int) -> tuple[int, list[str]]:
    """Find where the sound ends before ID3 version 1, APE and Lyrics3 tags; which tags there were."""
    found: list[str] = []
    while len(found) < _MOST_TAGS:
        source.seek(max(0, end - 160))
        tail = exactly(source, min(160, end))
        size, name = _tag_size(tail)
        if not size or size > end:
            break
        end -= size
        found.append(name)
    return end, found


def _tag_size(tail: bytes) -> tuple[int, str]:
    """How long the tag is that the file ends with, and its name; 0 if there is none."""
    if tail[-128:-125] == b"TAG":
        return 128, "ID3"
    if tail[-32:-24] == b"APETAGEX":
        size, _, flags = struct.unpack("<III", tail[-20:-8])
        return size + (32 if flags & 0x80000000 else 0), "APE"
    if tail[-9:] == b"LYRICS200" and tail[-15:-9].isdigit():
        return int(tail[-15:-9]) + 15, "Lyrics3"
    return 0, ""


def comments(body: bytes) -> dict[str, str]:
    """Read a Vorbis comment block: name to value; what is damaged ends the list."""
    told: dict[str, str] = {}
    try:
        at = 4 + int.from_bytes(body[:4], "little")
        (count,) = struct.unpack_from("<I", body, at)
        at += 4
        for _ in range(min(count, 1000)):
            (size,) = struct.unpack_from("<I", body, at)
            name, _, value = body[at + 4 : at + 4 + size].decode("utf-8", errors="replace").partition("=")
            told.setdefault(name, value)
            at += 4 + size
    except struct.error:
        pass
    return told
