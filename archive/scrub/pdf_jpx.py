"""JPEG 2000 inside a PDF (ISO 15444-1, annexes A and I): the boxes and segments that a picture needs, and no others."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from archive.scrub import icc

_SIGNATURE = bytes.fromhex("0000000c6a5020200d0a870a")
_TOP = (b"jP  ", b"ftyp", b"jp2h", b"jp2c")
_HEADER = (b"ihdr", b"bpcc", b"colr", b"pclr", b"cmap", b"cdef", b"res ")
_SOC, _COM, _SOT, _SOD, _EOC = 0xFF4F, 0xFF64, 0xFF90, 0xFF93, 0xFFD9
_ENUMERATED = {b"RGB ": 16, b"GRAY": 17}
_MODES = {b"RGB ": "RGB", b"GRAY": "L", b"CMYK": "CMYK"}


def without_boxes(data: bytes) -> bytes | None:
    """Rebuild a JP2 file or bare codestream of what the picture needs; None where it cannot be walked to its end."""
    try:
        if data[:2] == b"\xff\x4f":
            return _codestream(data)
        return (
            b"".join(_top(kind, body) for kind, body in _boxes(data) if kind in _TOP)
            if data[:12] == _SIGNATURE
            else None
        )
    except (struct.error, ValueError):
        return None


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Walk boxes: four bytes of length, four of type; length 1 means eight more bytes of it, 0 means to the end."""
    at = 0
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        start = at + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, start)
            start += 8
        end = len(data) if size == 0 else at + size
        if not start <= end <= len(data):
            raise ValueError("a box ends outside the file")
        yield kind, data[start:end]
        at = end


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, kind) + body


def _top(kind: bytes, body: bytes) -> bytes:
    if kind == b"jp2c":
        body = _codestream(body)
    elif kind == b"jp2h":
        body = b"".join(
            _box(name, _colour(inner) if name == b"colr" else inner) for name, inner in _boxes(body) if name in _HEADER
        )
    return _box(kind, body)


def _colour(body: bytes) -> bytes:
    """Keep an enumerated colour space; rebuild a profile, or name the space that it only repeats."""
    if body[0] == 1:
        return body[:7]
    profile = body[3:]
    space = profile[16:20]
    built = icc.cleaned(profile, _MODES.get(space, ""))
    if built is not None:
        return body[:3] + built
    if space not in _ENUMERATED:
        raise ValueError("a profile that cannot be rebuilt")
    return struct.pack(">BBBI", 1, 0, 0, _ENUMERATED[space])


def _codestream(data: bytes) -> bytes:
    """Copy the main header without comments and the tile parts as they are; a comment inside a tile part raises."""
    kept, at = [data[:2]], 2
    while (marker := _word(data, at)) != _SOT:
        end = at + 2 + _word(data, at + 2)
        if marker <= 0xFF4F or marker in (_SOD, _EOC) or end > len(data):
            raise ValueError("a main header without tiles")
        if marker != _COM:
            kept.append(data[at:end])
        at = end
    while (marker := _word(data, at)) == _SOT:
        end = _tile_end(data, at)
        kept.append(data[at:end])
        at = end
    if marker != _EOC:
        raise ValueError("a codestream without an end")
    return b"".join([*kept, data[at : at + 2]])


def _tile_end(data: bytes, at: int) -> int:
    """Find the end of the tile part at ``at`` by its own length, having walked its header."""
    (size,) = struct.unpack_from(">I", data, at + 6)
    end = at + size if size else len(data.rstrip(b"\0")) - 2
    place = at + 12
    while (marker := _word(data, place)) != _SOD:
        if marker == _COM or place >= end:
            raise ValueError("a comment inside a tile")
        place += 2 + _word(data, place + 2)
    if not place < end <= len(data) - 2:
        raise ValueError("a tile that ends outside the file")
    return end


def _word(data: bytes, at: int) -> int:
    (value,) = struct.unpack_from(">H", data, at)
    return int(value)
