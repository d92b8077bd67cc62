"""Pictures in office files: cleaned by their own format; drawings that nobody here reads become an empty picture."""

from __future__ import annotations

import struct
import zlib

from archive.errors import UncleanError
from archive.scrub.contract import Inner, Reason

EXTENSIONS = {"image/jpeg": "jpeg", "image/png": "png", "image/gif": "gif", "image/tiff": "tiff", "image/webp": "webp"}
"""The pictures an office file may hold after cleaning, and how their names end."""


def picture(data: bytes, inner: Inner) -> tuple[bytes, str, tuple[str, ...]]:
    """Clean one picture: its bytes, its media type, the groups that were in it.

    A Windows metafile may hold anything from fonts to file paths and is drawn by no library we use: an empty picture
    stands in its place, and the report says so. Raises UncleanError for whatever else cannot be cleaned.
    """
    if is_metafile(data):
        return empty(), "image/png", ("Metafile pictures",)
    cleaned = inner(data)
    if cleaned.media_type not in EXTENSIONS:
        raise UncleanError(Reason.EMBEDDED)
    return cleaned.data, cleaned.media_type, cleaned.found


def is_metafile(data: bytes) -> bool:
    """Tell EMF and WMF, plain or gzipped, and StarView metafiles."""
    if data.startswith(b"\x1f\x8b"):
        try:
            data = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data, 64)
        except zlib.error:
            return False
    return data[40:44] == b" EMF" or data.startswith((b"\xd7\xcd\xc6\x9a", b"\x01\0\x09\0\0\x03", b"VCLMTF"))


def empty() -> bytes:
    """Make a PNG of one transparent pixel."""
    parts = ((b"IHDR", struct.pack(">2I5B", 1, 1, 8, 6, 0, 0, 0)), (b"IDAT", zlib.compress(bytes(5))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
