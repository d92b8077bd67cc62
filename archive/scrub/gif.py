"""GIF (GIF89a specification): images, their control blocks and the number of loops stay; all other blocks go.

Comments, plain text, and application blocks but the loop (XMP, ICC, what programs leave) are dropped. The file ends at
its trailer.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from msgspec import Struct

from archive.errors import UncleanError
from archive.scrub.contract import Cleaned, Reason
from archive.scrub.picture import agree, allow, opened

MEDIA_TYPES = ("image/gif",)

_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_CONTROL, _COMMENT, _PLAIN, _APPLICATION = 0xF9, 0xFE, 0x01, 0xFF
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_NAMES = {_COMMENT: "Comment", _PLAIN: "Plain text"}
_APPLICATIONS = {b"XMP DataXMP": "XMP", b"ICCRGBG1012": "ICC"}
_INFO = {"version", "background", "transparency", "duration", "loop", "extension", "comment"}


class _Block(Struct, frozen=True):
    """One block as it stands in the file; ``label`` is 0 for an image, ``start`` the first bytes an extension holds."""

    label: int
    raw: bytes
    start: bytes = b""


def matches(head: bytes) -> bool:
    """Tell by the signature and either version."""
    return head.startswith((b"GIF87a", b"GIF89a"))


def clean(data: bytes) -> Cleaned:
    """Rebuild the file out of the blocks that make the picture."""
    found: list[str] = []
    screen = data[: _screen_end(data)]
    blocks = list(_blocks(data, len(screen), found))
    width, height = struct.unpack_from("<HH", screen, 6)
    allow(width, height, sum(block.label == 0 for block in blocks))
    clean_file = screen[:12] + b"\0" + screen[13:] + b"".join(_kept(blocks, found)) + b"\x3b"
    agree(data, clean_file, "GIF")
    groups = tuple(dict.fromkeys(found))
    return Cleaned(
        data=clean_file, media_type="image/gif", method="GIF blocks", lossless=True, found=groups, removed=groups
    )


def _screen_end(data: bytes) -> int:
    """Find the end of header, logical screen and global colour table."""
    if len(data) < 13:
        raise UncleanError(Reason.PICTURE_ENDS_EARLY)
    return 13 + _table_size(data[10])


def _table_size(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _blocks(data: bytes, at: int, found: list[str]) -> Iterator[_Block]:
    """Walk to the trailer. Zeros between blocks, which some writers leave, are passed over.

    Some writers leave the trailer out: a file that ends where a block ends, with a picture in it, is whole.
    """
    pictures = 0
    while at < len(data):
        kind = data[at]
        if kind == _TRAILER:
            found.extend(["Trailer"] if at + 1 < len(data) else [])
            return
        end = _block_end(data, at)
        if kind == _IMAGE:
            pictures += 1
            yield _Block(0, data[at:end])
        elif kind == _EXTENSION:
            yield _Block(data[at + 1], data[at:end], data[at + 3 : at + 3 + data[at + 2]])
        elif kind:
            raise UncleanError(Reason.PICTURE_DAMAGED)
        at = end
    if not pictures:
        raise UncleanError(Reason.PICTURE_ENDS_EARLY)


def _block_end(data: bytes, at: int) -> int:
    try:
        if data[at] == _IMAGE:
            return _data_end(data, at + 11 + _table_size(data[at + 9]))
        return _data_end(data, at + 2) if data[at] == _EXTENSION else at + 1
    except IndexError as error:
        raise UncleanError(Reason.PICTURE_ENDS_EARLY) from error


def _data_end(data: bytes, at: int) -> int:
    """Find the end of a chain of sub-blocks. Raises IndexError where the file ends first."""
    while data[at]:
        at += 1 + data[at]
    return at + 1


def _kept(blocks: list[_Block], found: list[str]) -> Iterator[bytes]:
    """Let images through with the control block before them, and the loop, rebuilt."""
    control = b""
    for block in blocks:
        if block.label == 0:
            yield control + block.raw
            control = b""
        elif block.label == _CONTROL and len(block.raw) == 8:
            control = block.raw[:3] + bytes([block.raw[3] & 0x1F]) + block.raw[4:]
        elif block.label == _APPLICATION and block.start in _LOOPS and block.raw[14:16] == b"\x03\x01":
            yield b"\x21\xff\x0bNETSCAPE2.0\x03\x01" + block.raw[16:18] + b"\0"
        else:
            found.append(_APPLICATIONS.get(block.start, _NAMES.get(block.label, "Unknown")))
            control = b"" if block.label == _PLAIN else control  # it belongs to the next block that draws


def residue(data: bytes) -> tuple[str, ...]:
    """Second look: step over the blocks by their counts, name all but image, control and loop; ask Pillow."""
    left, at = [], 13 + (3 * 2 ** (data[10] % 8 + 1) if data[10] >= 128 else 0)
    while data[at] != 0x3B:
        if data[at] == 0x2C:
            at += 11 + (3 * 2 ** (data[at + 9] % 8 + 1) if data[at + 9] >= 128 else 0)
        elif data[at : at + 3] == b"\x21\xf9\x04" or data[at : at + 16] == b"\x21\xff\x0bNETSCAPE2.0\x03\x01":
            at += 2
        else:
            left.append(_NAMES.get(data[at + 1], "Unknown"))
            at += 2
        while data[at]:
            at += data[at] + 1
        at += 1
    left += ["Trailer"] if at + 1 != len(data) else []
    with opened(data, "GIF") as image:
        return (*left, *sorted(str(name) for name in image.info if name not in _INFO))
