"""The second look at a zip package that ``zipped.packed`` wrote: every byte from the first to the last has its place.

It goes forward through the entries, where ``zipped`` goes backward from the directory, and knows one form only.
"""

from __future__ import annotations

import struct
import zipfile
import zlib

FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
"""What the library raises of a zip that is damaged, locked, or made in a way it does not know."""
_ENTRY = struct.Struct("<4sHHHHHLLLHH")
_LINE = struct.Struct("<4sHHHHHHLLLHHHHHLL")
_FORMS = {(0, 0), (0, 8), (0x800, 0), (0x800, 8)}
_DATE = 0x21  # 1980-01-01
_MADE_BY = 3 << 8 | 20
_PERMISSIONS = 0o600 << 16


def strays(data: bytes) -> tuple[str, ...]:
    """Name what the package holds besides its files: dates, extras, comments, bytes that belong to nothing."""
    try:
        expected, at, count = b"", 0, 0
        while data[at : at + 4] == b"PK\x03\x04":
            line, at = _entry(data, at)
            expected += line
            count += 1
    except (struct.error, UnicodeDecodeError):
        return ("Zip structure",)
    end = struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, count, count, len(expected), at, 0)
    return () if data[at:] == expected + end else ("Zip structure",)


def _entry(data: bytes, at: int) -> tuple[bytes, int]:
    """Read an entry, and answer its line of the directory as it has to be, and where the next one begins."""
    _, version, flags, method, time, date, crc, packed, size, name, extra = _ENTRY.unpack_from(data, at)
    start = at + _ENTRY.size
    raw = data[start : start + name]
    raw.decode("utf-8" if flags else "ascii")
    if (
        (version, time, date, extra) != (20, 0, _DATE, 0)
        or (flags, method) not in _FORMS
        or start + name + packed > len(data)
    ):
        raise struct.error
    line = (b"PK\x01\x02", _MADE_BY, 20, flags, method, 0, _DATE, crc, packed, size, name, 0, 0, 0, 0, _PERMISSIONS, at)
    return _LINE.pack(*line) + raw, start + name + packed
