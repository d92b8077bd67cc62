"""PNG and APNG (W3C PNG, third edition): the chunks that make the picture are kept, with what they must hold.

Image data is unpacked to the size the header promises, so that it is known to be whole and to hide nothing behind its
end (the rest of an earlier, uncropped picture has stood there); the packed bytes are kept. Text, time, EXIF and unknown
chunks go. An orientation is applied, since few viewers obey it in PNG; where Pillow cannot hold the pixels (16 bits a
colour) or there is more than one frame, it stays as an eXIf chunk with that one tag.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from itertools import groupby

from msgspec import Struct

from archive.errors import UncleanError
from archive.scrub import exif, icc, redrawn
from archive.scrub.contract import Cleaned, Reason
from archive.scrub.picture import TURNS, agree, allow, opened, pixels

MEDIA_TYPES = ("image/png",)

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SIZES = {
    b"IHDR": (13,), b"PLTE": range(3, 769, 3), b"IEND": (0,), b"tRNS": range(1, 257), b"gAMA": (4,), b"cHRM": (32,),
    b"sRGB": (1,), b"cICP": (4,), b"sBIT": range(1, 5), b"bKGD": (1, 2, 6), b"pHYs": (9,), b"mDCV": (24,),
    b"cLLI": (8,), b"acTL": (8,), b"fcTL": (26,),
}  # fmt: skip
"""The chunks that may stay as they are, and how many bytes they may hold."""
_DATA = (b"IDAT", b"fdAT")
_NAMES = {b"tEXt": "PNG text", b"zTXt": "PNG text", b"iTXt": "PNG text", b"tIME": "PNG time", b"iCCP": "ICC"}
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_MODES = {0: "L", 2: "RGB", 3: "P", 4: "LA", 6: "RGBA"}
_PASSES = ((0, 8, 0, 8), (4, 8, 0, 8), (0, 4, 4, 8), (2, 4, 0, 4), (0, 2, 2, 4), (1, 2, 0, 2), (0, 1, 1, 2))
_MOST_TEXT = 1 << 20
_MOST_PROFILE = 4 << 20

_COLOUR = (b"gAMA", b"cHRM", b"sRGB", b"cICP", b"iCCP", b"mDCV", b"cLLI")
_INFO = {
    "gamma", "srgb", "chromaticity", "dpi", "aspect", "transparency", "icc_profile", "interlace", "exif", "loop",
    "duration", "blend", "disposal", "default_image", "bbox", "background",
}  # fmt: skip

_Chunk = tuple[bytes, bytes]


class _Header(Struct, frozen=True):
    """IHDR."""

    width: int
    height: int
    depth: int
    colour: int
    interlaced: int


def matches(head: bytes) -> bool:
    """Tell by the signature."""
    return head.startswith(_SIGNATURE)


def clean(data: bytes) -> Cleaned:
    """Rebuild the file out of the allowed chunks, and upright."""
    found: list[str] = []
    chunks = list(_chunks(data, found))
    header = _header(chunks)
    readings = [_read(*chunk) for chunk in chunks]
    found += [group for reading in readings for group in reading.groups]
    kept = list(_packed(list(_allowed(chunks, header)), header))
    straight = _file(kept)
    agree(_file([chunk for chunk in chunks if chunk[0] not in _NAMES]), straight, "PNG")  # texts may be bombs
    turn = next((turn for chunk in chunks if (turn := exif.orientation(_exif_block(*chunk), _xmp(*chunk))) > 1), 1)
    colours = ("ICC colours",) if any(kind == b"iCCP" for kind, _ in kept) else ()
    groups = tuple(dict.fromkeys(found))
    capture = next((reading.capture for reading in readings if reading.capture), None)
    brought = next((_profile(body) for kind, body in chunks if kind == b"iCCP"), b"")
    if icc.is_unknown(brought, _MODES[header.colour]):
        return Cleaned(
            data=redrawn.as_png(*redrawn.in_srgb(straight, "PNG", brought, turn)), media_type="image/png",
            method="PNG saved anew in sRGB", lossless=False, found=groups, removed=groups, capture=capture,
        )  # fmt: skip
    result, turned = _turned(straight, kept, header, turn)
    return Cleaned(
        data=result, media_type="image/png", method="PNG chunks", lossless=True, found=groups, removed=groups,
        kept=turned + colours, capture=capture,
    )  # fmt: skip


def _chunks(data: bytes, found: list[str]) -> Iterator[_Chunk]:
    """Walk from the signature to IEND, checking every CRC."""
    at, kind = len(_SIGNATURE), b""
    while kind != b"IEND":
        if at + 12 > len(data):
            raise UncleanError(Reason.PICTURE_ENDS_EARLY)
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise UncleanError(Reason.PICTURE_ENDS_EARLY)
        if struct.unpack_from(">I", data, end - 4)[0] != zlib.crc32(data[at + 4 : end - 4]):
            raise UncleanError(Reason.PICTURE_DAMAGED)
        yield kind, data[at + 8 : end - 4]
        at = end
    found.extend(["Trailer"] if at < len(data) else [])


def _header(chunks: list[_Chunk]) -> _Header:
    """Read IHDR, and hold size and frames against the budget."""
    kind, body = chunks[0]
    if kind != b"IHDR" or len(body) != 13:
        raise UncleanError(Reason.PICTURE_DAMAGED)
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
    if colour not in _CHANNELS or depth not in (1, 2, 4, 8, 16) or interlaced > 1:
        raise UncleanError(Reason.PICTURE_DAMAGED)
    allow(width, height, max(1, sum(kind == b"fcTL" for kind, _ in chunks)))
    return _Header(width, height, depth, colour, interlaced)


def _allowed(chunks: list[_Chunk], header: _Header) -> Iterator[_Chunk]:
    """Let the allowed chunks through, each of a size it may have; a profile is rebuilt, or sRGB said in its place."""
    profiles = [body for kind, body in chunks if kind == b"iCCP"]
    rebuilt = icc.cleaned(_profile(profiles[0]), _MODES[header.colour]) if profiles else None
    for kind, body in chunks:
        if kind == b"iCCP":
            yield (b"iCCP", b"icc\0\0" + zlib.compress(rebuilt, 9)) if rebuilt else (b"sRGB", b"\0")
        elif kind in _DATA or (kind in _SIZES and len(body) in _SIZES[kind]):
            if not profiles or kind not in (b"gAMA", b"cHRM", b"sRGB"):  # the profile overrules these
                yield kind, body
        elif kind in _SIZES:
            raise UncleanError(Reason.PICTURE_DAMAGED)
        elif not kind[0] & 0x20:
            raise UncleanError(Reason.UNSUPPORTED)  # critical for the picture, and unknown


def _packed(chunks: list[_Chunk], header: _Header) -> Iterator[_Chunk]:
    """Put each frame's data into one chunk, proven whole and cut at its end, and number the frames anew."""
    sequence, width, height = 0, header.width, header.height
    for kind, group in groupby(chunks, key=lambda chunk: chunk[0]):
        bodies = [body for _, body in group]
        if kind == b"IDAT":
            yield kind, _whole(b"".join(bodies), header.width, header.height, header)
        elif kind == b"fdAT":
            stream = _whole(b"".join(body[4:] for body in bodies), width, height, header)
            yield kind, struct.pack(">I", sequence) + stream
            sequence += 1
        elif kind == b"fcTL":
            width, height = struct.unpack_from(">II", bodies[0], 4)
            yield kind, struct.pack(">I", sequence) + bodies[0][4:]
            sequence += 1
        else:
            yield kind, bodies[0]


def _whole(stream: bytes, width: int, height: int, header: _Header) -> bytes:
    """Unpack image data to exactly the size its rows need; answers it without what hangs on behind its end."""
    needed = _unpacked_size(width, height, header)
    unpacker, unpacked, rest = zlib.decompressobj(), 0, stream
    try:
        while rest and not unpacker.eof and unpacked <= needed:
            unpacked += len(unpacker.decompress(rest, 1 << 20))
            rest = unpacker.unconsumed_tail
    except zlib.error as error:
        raise UncleanError(Reason.PICTURE_DAMAGED) from error
    if unpacked != needed or not unpacker.eof:
        raise UncleanError(Reason.PICTURE_ENDS_EARLY if unpacked <= needed else Reason.PICTURE_DAMAGED)
    return stream[: len(stream) - len(unpacker.unused_data)]


def _unpacked_size(width: int, height: int, header: _Header) -> int:
    bits = header.depth * _CHANNELS[header.colour]
    areas = [(width, height)]
    if header.interlaced:
        areas = [(-(-(width - x) // dx), -(-(height - y) // dy)) for x, dx, y, dy in _PASSES]
    return sum((1 + -(-across * bits // 8)) * down for across, down in areas if across > 0 and down > 0)


def _read(kind: bytes, body: bytes) -> exif.Reading:
    """Name what a chunk holds that is not the picture, and what it proves."""
    block = _exif_block(kind, body)
    if block:
        return exif.read(block)
    if _xmp(kind, body):
        return exif.Reading(("XMP",))
    if body.startswith(b"Raw profile type iptc"):
        return exif.Reading(("IPTC",))
    if kind in _NAMES:
        return exif.Reading((_NAMES[kind],))
    return exif.Reading() if kind in _SIZES or kind in _DATA else exif.Reading(("Unknown",))


def _xmp(kind: bytes, body: bytes) -> bytes:
    """Give the text chunk that XMP stands in, packed or not; else nothing."""
    return body if kind in _NAMES and body.startswith((b"XML:com.adobe.xmp", b"Raw profile type xmp")) else b""


def _exif_block(kind: bytes, body: bytes) -> bytes:
    """Take the EXIF block out of an eXIf chunk, or out of the text in which ImageMagick keeps it; else empty."""
    if kind == b"eXIf":
        return body.removeprefix(b"Exif\0\0")
    if not body.startswith((b"Raw profile type exif\0", b"Raw profile type APP1\0")) or kind not in (b"zTXt", b"tEXt"):
        return b""
    text = body.partition(b"\0")[2]
    lines = (_inflated(text[1:], _MOST_TEXT) if kind == b"zTXt" else text).split(b"\n")
    try:
        return bytes.fromhex(b"".join(lines[3:]).decode("ascii")).removeprefix(b"Exif\0\0")
    except ValueError:
        return b""


def _profile(body: bytes) -> bytes:
    return _inflated(body.partition(b"\0")[2][1:], _MOST_PROFILE)


def _inflated(stream: bytes, most: int) -> bytes:
    """Unpack up to ``most`` bytes; nothing where there are more or the stream is damaged."""
    try:
        unpacked = zlib.decompressobj().decompress(stream, most + 1)
    except zlib.error:
        return b""
    return unpacked if len(unpacked) <= most else b""


def _turned(straight: bytes, chunks: list[_Chunk], header: _Header, turn: int) -> tuple[bytes, tuple[str, ...]]:
    """Show the picture upright: turned where Pillow holds its pixels whole, else by the orientation tag alone."""
    if turn == 1:
        return straight, ()
    if any(kind == b"acTL" for kind, _ in chunks) or (header.depth != 8 and header.colour != 3):
        place = next(number for number, (kind, _) in enumerate(chunks) if kind == b"IDAT")
        return _file([*chunks[:place], (b"eXIf", exif.minimal(turn)), *chunks[place:]]), ("Orientation",)
    with opened(straight, "PNG") as image:
        upright = image.transpose(TURNS[turn])
        upright.info.pop("icc_profile", None)
        buffer = io.BytesIO()
        upright.save(buffer, "PNG", dpi=image.info.get("dpi"))
        wanted = pixels(upright.convert("RGBA"))
    first, *rest = _chunks(buffer.getvalue(), [])
    result = _file([first, *(chunk for chunk in chunks if chunk[0] in _COLOUR), *rest])
    with opened(result, "PNG") as image:
        if pixels(image.convert("RGBA")) != wanted:
            raise UncleanError(Reason.DIFFERS)
    return result, ()


def _file(chunks: list[_Chunk]) -> bytes:
    parts = [_SIGNATURE]
    for kind, body in chunks:
        parts += [struct.pack(">I", len(body)), kind, body, struct.pack(">I", zlib.crc32(body, zlib.crc32(kind)))]
    return b"".join(parts)


def residue(data: bytes) -> tuple[str, ...]:
    """Second look: cut the file at its lengths alone, check the names of all pieces, ask Pillow for the rest."""
    left, at = [], 8
    while at < len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : end - 4]
        if kind == b"iCCP":
            left += [] if body.startswith(b"icc\0\0") else ["ICC"]
            left += icc.residue(zlib.decompress(body[5:]))
        elif kind == b"eXIf":
            left += [] if exif.is_minimal(body) else ["EXIF"]
        elif kind not in (*_SIZES, *_DATA):
            left.append(_NAMES.get(kind, "Unknown"))
        left += ["Trailer"] if kind == b"IEND" and end != len(data) else []
        at = end
    with opened(data, "PNG") as image:
        image.load()
        return (*left, *sorted(str(name) for name in image.info if name not in _INFO))
