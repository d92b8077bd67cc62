"""Zip packages: read strictly, written anew.

What two programs could read in two ways is refused: entries that overlap or stand twice, a directory that disagrees
with the entries, names that lead elsewhere. Sizes are summed before anything is unpacked and held while it is.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from itertools import pairwise

from msgspec import Struct

from archive.errors import UncleanError
from archive.scrub.contract import Reason

ENTRIES = 10_000
"""Most entries of a package."""

UNPACKED = 256 << 20
"""Most bytes that all entries together may unpack to; several times that has to fit the worker's memory."""

_END = struct.Struct("<4s4H2LH")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_LONG = 0xFFFFFFFF
_ENCRYPTED, _UTF8, _MASKED = 1, 0x800, 0x2000


class Entry(Struct, frozen=True):
    """One file of a package: where its header and its packed bytes lie, and what they unpack to.

    ``bare``: it has no extras and no comment. ``named``: how its name is written is certain.
    """

    name: str
    method: int
    crc: int
    size: int
    header: int
    start: int
    stop: int
    bare: bool
    named: bool


def entries(data: bytes) -> dict[str, Entry]:
    """List the files of a package by name, folders left out. Raises UncleanError for whatever is not plain."""
    if not data.startswith(b"PK\x03\x04"):
        raise UncleanError(Reason.DAMAGED)
    count, at, end = _directory(data)
    listed: dict[str, Entry] = {}
    total, spans = 0, []
    for _ in range(count):
        entry, at = _listed(data, at, end)
        total += entry.size
        if total > UNPACKED:
            raise UncleanError(Reason.BOMB)
        if entry.name in listed:
            raise UncleanError(Reason.DAMAGED)
        listed[entry.name] = entry
        spans.append((entry.header, entry.stop))
    spans.sort()
    if at != end or any(stop > start for (_, stop), (start, _) in pairwise(spans)):
        raise UncleanError(Reason.DAMAGED)
    return {name: entry for name, entry in listed.items() if not name.endswith("/")}


def unpacked(data: bytes, entry: Entry) -> bytes:
    """Unpack one file: exactly the size and the checksum that the directory says. Raises UncleanError."""
    packed = data[entry.start : entry.stop]
    if entry.method == zipfile.ZIP_STORED:
        whole = packed
    else:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            whole = inflater.decompress(packed, entry.size + 1)
        except zlib.error as error:
            raise UncleanError(Reason.DAMAGED) from error
        if len(whole) > entry.size:
            raise UncleanError(Reason.BOMB)
    if len(whole) != entry.size or zlib.crc32(whole) != entry.crc:
        raise UncleanError(Reason.DAMAGED)
    return whole


def packed(files: Mapping[str, bytes], first: str = "") -> bytes:
    """Write a package: ``first`` leads, uncompressed, the rest follows by name; one date, no extras, no comments."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name in sorted(files, key=lambda name: (name != first, name)):
            about = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            about.create_system = 3
            about.compress_type = zipfile.ZIP_STORED if name == first else zipfile.ZIP_DEFLATED
            package.writestr(about, files[name])
    return target.getvalue()


def peek(data: bytes, name: str) -> bytes | None:
    """Unpack one file of what may be a package, to recognise it by; None where that cannot be done. Never raises."""
    if not data.startswith(b"PK\x03\x04"):
        return None
    try:
        count, at, end = _directory(data)
        for _ in range(count):
            if data.startswith(name.encode(), at + _CENTRAL.size):
                entry, at = _listed(data, at, end)
                if entry.name == name:
                    return unpacked(data, entry) if entry.size <= 1 << 20 else None
            else:
                at = _next(data, at)
    except UncleanError:
        return None
    return None


def _directory(data: bytes) -> tuple[int, int, int]:
    """Find the directory: how many entries, where it starts, where it ends."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - _END.size - 0xFFFF))
    if at < 0 or len(data) < at + _END.size:
        raise UncleanError(Reason.ENDS_EARLY)
    _, disk, first_disk, here, count, size, start, _ = _END.unpack_from(data, at)
    if count > ENTRIES:
        raise UncleanError(Reason.BOMB)
    if _LONG in (size, start):
        raise UncleanError(Reason.UNSUPPORTED)
    if disk or first_disk or here != count or start + size != at:
        raise UncleanError(Reason.DAMAGED)
    return count, start, at


def _listed(data: bytes, at: int, end: int) -> tuple[Entry, int]:
    """Read one line of the directory and hold it against the entry itself; answer it and where the next one is."""
    if at + _CENTRAL.size > end or data[at : at + 4] != b"PK\x01\x02":
        raise UncleanError(Reason.DAMAGED)
    fields = _CENTRAL.unpack_from(data, at)
    flags, method, crc, size_packed, size = fields[3], fields[4], fields[7], fields[8], fields[9]
    name_length, extra, comment, disk, local = *fields[10:14], fields[16]
    if flags & (_ENCRYPTED | _MASKED):
        raise UncleanError(Reason.PASSWORD)
    if method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or _LONG in (size, size_packed, local):
        raise UncleanError(Reason.UNSUPPORTED)
    raw = data[at + _CENTRAL.size : at + _CENTRAL.size + name_length]
    start = _begun(data, local, raw, method)
    if disk or start + size_packed > end or (method == zipfile.ZIP_STORED and size != size_packed):
        raise UncleanError(Reason.DAMAGED)
    name, named = _name(raw, flags)
    entry = Entry(name, method, crc, size, local, start, start + size_packed, not (extra or comment), named)
    return entry, _next(data, at)


def _next(data: bytes, at: int) -> int:
    if at + _CENTRAL.size > len(data):
        raise UncleanError(Reason.DAMAGED)
    name, extra, comment = _CENTRAL.unpack_from(data, at)[10:13]
    return at + _CENTRAL.size + int(name + extra + comment)


def _begun(data: bytes, at: int, name: bytes, method: int) -> int:
    """Find where the packed bytes of an entry begin; its own header has to say the same name and method."""
    if at + _LOCAL.size > len(data):
        raise UncleanError(Reason.DAMAGED)
    mark, _, _, own_method, *_, name_length, extra = _LOCAL.unpack_from(data, at)
    start = at + _LOCAL.size
    if mark != b"PK\x03\x04" or own_method != method or data[start : start + name_length] != name:
        raise UncleanError(Reason.DAMAGED)
    return start + int(name_length + extra)


def _name(raw: bytes, flags: int) -> tuple[str, bool]:
    """Read a name, and tell whether its letters are certain; one that two systems would place differently is refused.

    UTF-8 is taken without being declared, since some systems write it so. Other letters nobody can know.
    """
    try:
        name, named = raw.decode(), True
    except UnicodeDecodeError as error:
        if flags & _UTF8:
            raise UncleanError(Reason.DAMAGED) from error
        name, named = raw.decode("cp437"), False
    if not _plain(name.removesuffix("/")):
        raise UncleanError(Reason.DAMAGED)
    return name, named


def _plain(name: str) -> bool:
    return name.isprintable() and not any(
        step in ("", ".", "..") or "\\" in step or ":" in step for step in name.split("/")
    )


def groups(data: bytes, listed: Mapping[str, Entry]) -> Iterator[str]:
    """Name what a package carries outside its files."""
    end = data.rfind(b"PK\x05\x06")
    if len(data) > end + _END.size:
        yield "Zip comment"
    if not all(entry.bare for entry in listed.values()):
        yield "Zip extras"
