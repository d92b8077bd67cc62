"""The index of an MP4 or MOV file, cut to a list of boxes and made ready to stand before the packets.

Everything in it that is text is blanked: names of handlers, of coders, of those who made the program.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from archive.errors import UncleanError
from archive.scrub.contract import Reason

_FOLDERS = {b"moov", b"trak", b"edts", b"mdia", b"minf", b"dinf", b"stbl"}
_LEAVES = {
    b"mvhd", b"tkhd", b"elst", b"mdhd", b"hdlr", b"vmhd", b"smhd", b"dref", b"stsd", b"stts", b"ctts", b"stss", b"stps",
    b"stsc", b"stsz", b"stco", b"co64", b"sdtp", b"sgpd", b"sbgp",
}  # fmt: skip
_DESCRIBED = {
    b"avcC", b"hvcC", b"av1C", b"vpcC", b"esds", b"dOps", b"dfLa", b"alac", b"damr", b"d263", b"pasp", b"colr",
    b"fiel", b"clli", b"mdcv", b"chan", b"wave", b"frma", b"mp4a", b"pcmC", b"chnl",
}  # fmt: skip
_COLOURS = (b"nclx", b"nclc")
_UPRIGHT = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_Box = tuple[bytes, int, int]


def boxes(data: bytes, start: int, end: int) -> Iterator[_Box]:
    """Name, start and end of the body of each box; a rest of zeros or less than eight bytes ends the list."""
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1 and start + 16 <= end:
            size, head = struct.unpack_from(">Q", data, start + 8)[0], 16
        if not size and not kind.strip(b"\0"):
            return
        if size < head or start + size > end:
            raise UncleanError(Reason.DAMAGED)
        yield kind, start + head, start + size
        start += size


def is_turned(index: bytes) -> bool:
    """Whether a track's matrix turns or mirrors what it shows."""
    return any(
        kind == b"tkhd" and index[start + (52 if index[start] else 40) :][:36] != _UPRIGHT
        for trak, first, last in boxes(index, 8, len(index))
        if trak == b"trak"
        for kind, start, _ in boxes(index, first, last)
    )


def rebuilt(index: bytes) -> bytes:
    """The index with the boxes of the list alone, and each packet's place moved on by its own length."""
    grown = len(_box(b"moov", _folder(index, 8, len(index), 0)))
    return _box(b"moov", _folder(index, 8, len(index), grown))


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _folder(data: bytes, start: int, end: int, shift: int) -> bytes:
    return b"".join(_kept(kind, data, first, last, shift) for kind, first, last in boxes(data, start, end))


def _kept(kind: bytes, data: bytes, start: int, end: int, shift: int) -> bytes:
    """A box of the list, rebuilt; nothing for any other."""
    if kind in _FOLDERS:
        return _box(kind, _folder(data, start, end, shift))
    if kind not in _LEAVES:
        return b""
    body = data[start:end]
    if kind in (b"stco", b"co64"):
        return _box(b"co64", _places(kind, body, shift))
    if kind == b"hdlr":
        return _box(kind, body[:4] + body[4:12] + bytes(12) + b"\0")
    if kind == b"stsd":
        return _box(kind, body[:8] + b"".join(_entry(name, body[at:to]) for name, at, to in boxes(body, 8, len(body))))
    if kind in (b"mvhd", b"tkhd", b"mdhd"):
        body = body[:4] + bytes(16 if body[0] else 8) + body[20 if body[0] else 12 :]
    return _box(kind, body)


def _places(kind: bytes, body: bytes, shift: int) -> bytes:
    (count,) = struct.unpack_from(">I", body, 4)
    letter = "I" if kind == b"stco" else "Q"
    places = struct.unpack_from(f">{count}{letter}", body, 8)
    return body[:8] + struct.pack(f">{count}Q", *(place + shift for place in places))


def _entry(name: bytes, body: bytes) -> bytes:
    """How packets of a track are to be read: numbers, and the decoder's own box; no vendor, no name of a coder."""
    if name in (
        b"avc1",
        b"avc3",
        b"hvc1",
        b"hev1",
        b"av01",
        b"vp08",
        b"vp09",
        b"mp4v",
        b"s263",
        b"h263",
        b"H263",
        b"jpeg",
    ):
        fixed = body[:8] + body[8:12] + bytes(12) + body[24:42] + bytes(32) + body[74:78]
        return _box(name, fixed + _described(body, 78))
    size = 28 + {0: 0, 1: 16, 2: 36}.get(int.from_bytes(body[8:10], "big"), 0)
    return _box(name, body[:12] + bytes(4) + body[16:size] + _described(body, size))


def _described(body: bytes, start: int) -> bytes:
    kept = []
    for kind, first, last in boxes(body, start, len(body)):
        inner = body[first:last]
        if kind == b"wave":
            kept.append(_box(kind, _described(inner, 0) + struct.pack(">II", 8, 0)))
        elif kind in (b"damr", b"d263"):
            kept.append(_box(kind, bytes(4) + inner[4:]))
        elif kind in _DESCRIBED and (kind != b"colr" or inner[:4] in _COLOURS):
            kept.append(_box(kind, inner))
    return b"".join(kept)
