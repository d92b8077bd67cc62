"""Ogg (RFC 3533) with Vorbis or Opus: the packets of sound, bit for bit, under new pages; comments go.

Each page keeps its place in time and its packets; serial number, page numbers and checksum are written anew, the
comment packet is an empty one. Bytes that an Opus packet fills up with (RFC 6716, 3.2.5) become zeros. Other streams in
the file (Skeleton, subtitles) go; one with moving pictures, or several recordings in a row, is refused.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from msgspec import Struct

from archive.errors import UncleanError
from archive.scrub.contract import Cleaned, Reason
from archive.scrub.media import Write, capture, exactly, length, report
from archive.scrub.media_packets import quiet_opus
from archive.scrub.media_tags import comments

MEDIA_TYPES = ("audio/ogg",)

_CONTINUED, _FIRST, _LAST = 1, 2, 4
_SERIAL = 1
_NO_PACKET = (1 << 64) - 1
_MOST_PENDING = 1 << 24
_MOST_HEADERS = 1 << 22
_SOUND = {b"\x01vorbis": "Vorbis", b"OpusHead": "Opus"}
_DROPPED = {b"fishead": "Skeleton", b"fisbone": "Skeleton", b"\x80kate": "Subtitles", b"CMML": "Subtitles"}
_COMMENTS = {
    "Vorbis": b"\x03vorbis" + bytes(8) + b"\x01",
    "Opus": b"OpusTags" + bytes(8),
}
_TURNED = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))


class _Page(Struct):
    """One page: flags, granule position, serial number, the lengths of its segments, its body."""

    flags: int
    granule: int
    serial: int
    lacing: bytes
    body: bytearray


def matches(head: bytes) -> bool:
    """Tell by the first page's mark."""
    return head[:5] == b"OggS\0"


def clean_stream(source: BinaryIO, write: Write) -> Cleaned:
    """Write the headers anew, then page after page."""
    length(source)
    found: list[str] = []
    pages = _sound_pages(source, found)
    name, headers = _headers(pages)
    if len(headers[1]) > len(_COMMENTS[name]):
        found.append("Vorbis comment" if name == "Vorbis" else "Opus comment")
    proof = comments(headers[1][8 if name == "Opus" else 7 :])
    written = 0
    for page in _header_pages(name, headers):
        write(_sealed(page, written))
        written += 1
    silent = True
    for group in _groups(pages):
        silent = False
        if name == "Opus" and _quieted(group):
            found.append("Opus filling")
        for page in group:
            write(_sealed(page, written))
            written += 1
    if silent:
        raise UncleanError(Reason.ENDS_EARLY)
    return report("audio/ogg", f"Ogg pages {name}", found, capture=capture(proof))


def _pages(source: BinaryIO, found: list[str]) -> Iterator[_Page]:
    while head := source.read(27):
        if head[:4] != b"OggS"[: len(head)]:
            if head[:3] == b"TAG" or not head.strip(b"\0"):
                found.append("Trailer")
                return
            raise UncleanError(Reason.DAMAGED)
        if len(head) < 27:
            raise UncleanError(Reason.ENDS_EARLY)
        flags, granule, serial, _, crc, count = struct.unpack_from("<xBQIIIB", head, 4)
        lacing = exactly(source, count)
        body = exactly(source, sum(lacing))
        if _crc(head[:22] + bytes(4) + head[26:] + lacing + body) != crc:
            raise UncleanError(Reason.DAMAGED)
        yield _Page(flags, granule, serial, lacing, bytearray(body))


def _sound_pages(source: BinaryIO, found: list[str]) -> Iterator[_Page]:
    """The pages of the one stream of sound; other streams are named and left out."""
    chosen, begun, others = None, False, set()
    for page in _pages(source, found):
        if not page.flags & _FIRST:
            begun = True
        elif begun:
            raise UncleanError(Reason.UNSUPPORTED)  # recordings in a row
        elif any(page.body.startswith(mark) for mark in _SOUND) and chosen is None:
            chosen = page.serial
        else:
            name = next((name for mark, name in _DROPPED.items() if page.body.startswith(mark)), None)
            if name is None:
                raise UncleanError(Reason.UNSUPPORTED)
            found.append(name)
            others.add(page.serial)
        if page.serial == chosen:
            yield page
        elif page.serial not in others:
            raise UncleanError(Reason.DAMAGED)


def _headers(pages: Iterator[_Page]) -> tuple[str, list[bytes]]:
    """Read the header packets: what it is, comments, and of Vorbis its code books; the sound begins on a new page."""
    packets: list[bytes] = []
    open_packet, size, name, wanted = b"", 0, "", 1
    while len(packets) < wanted:
        page = next(pages, None)
        size += len(page.body) if page else 0
        if page is None or size > _MOST_HEADERS:
            raise UncleanError(Reason.ENDS_EARLY if page is None else Reason.DAMAGED)
        at = 0
        for count in page.lacing:
            open_packet += page.body[at : at + count]
            at += count
            if count < 255:
                packets.append(bytes(open_packet))
                open_packet = b""
        name = name or next((name for mark, name in _SOUND.items() if packets and packets[0].startswith(mark)), "")
        wanted = 3 if name == "Vorbis" else 2
    if len(packets) != wanted or open_packet or not _is_sound(name, packets):
        raise UncleanError(Reason.DAMAGED)
    return name, packets


def _is_sound(name: str, packets: list[bytes]) -> bool:
    if name == "Vorbis":
        return len(packets[0]) == 30 and packets[1][:7] == b"\x03vorbis" and packets[2][:7] == b"\x05vorbis"
    first = packets[0]
    size = 19 if len(first) > 18 and first[18] == 0 else 21 + (first[9] if len(first) > 9 else 0)
    return name == "Opus" and len(first) == size and packets[1][:8] == b"OpusTags"


def _header_pages(name: str, headers: list[bytes]) -> Iterator[_Page]:
    """The first packet on a page of its own, then an empty comment and what else there is."""
    yield _Page(_FIRST, 0, _SERIAL, bytes([len(headers[0])]), bytearray(headers[0]))
    packets = [_COMMENTS[name], *headers[2:]]
    lacing = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    body, at = b"".join(packets), 0
    for start in range(0, len(lacing), 255):
        part = lacing[start : start + 255]
        flags = _CONTINUED if start and lacing[start - 1] == 255 else 0
        whole = any(count < 255 for count in part)
        yield _Page(flags, 0 if whole else _NO_PACKET, _SERIAL, part, bytearray(body[at : at + sum(part)]))
        at += sum(part)


def _groups(pages: Iterator[_Page]) -> Iterator[list[_Page]]:
    """Pages up to one at whose end no packet is open: inside such a group each packet is whole."""
    group: list[_Page] = []
    size = 0
    for page in pages:
        if bool(page.flags & _CONTINUED) != (bool(group) and group[-1].lacing[-1:] == b"\xff"):
            raise UncleanError(Reason.DAMAGED)
        group.append(page)
        size += len(page.body)
        if page.lacing[-1:] != b"\xff":
            yield group
            group, size = [], 0
        elif size > _MOST_PENDING:
            raise UncleanError(Reason.DAMAGED)
    if group:
        raise UncleanError(Reason.ENDS_EARLY)


def _quieted(group: list[_Page]) -> bool:
    """Make zeros of what fills up Opus packets; whether it was anything else."""
    joined = bytearray().join(page.body for page in group)
    at, start, changed = 0, 0, False
    for count in b"".join(page.lacing for page in group):
        at += count
        if count < 255:
            quiet = quiet_opus(bytes(joined[start:at]))
            changed |= quiet != joined[start:at]
            joined[start:at] = quiet
            start = at
    at = 0
    for page in group if changed else ():
        page.body = joined[at : at + len(page.body)]
        at += len(page.body)
    return changed


def _sealed(page: _Page, number: int) -> bytes:
    flags = page.flags & (_CONTINUED | _LAST) | (0 if number else _FIRST)
    head = struct.pack("<4sBBQII", b"OggS", 0, flags, page.granule, _SERIAL, number)
    rest = bytes([len(page.lacing)]) + page.lacing + page.body
    return head + struct.pack("<I", _crc(head + bytes(4) + rest)) + rest


def _crc(data: bytes) -> int:
    """Ogg's checksum: that of zlib on mirrored bits, begun with zero."""
    mirrored = zlib.crc32(data.translate(_TURNED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)


def residue_stream(source: BinaryIO) -> tuple[str, ...]:
    """Second look: pages of one stream in their order; a first packet, an empty comment; no filling but zeros."""
    number, packets, opened, opus = 0, 0, b"", False
    while head := source.read(27):
        if len(head) < 27 or head[:6] != b"OggS\0" + bytes([head[5]]) or head[14:18] != b"\1\0\0\0":
            return ("Trailer" if number else "Unknown",)
        if int.from_bytes(head[18:22], "little") != number:
            return ("Unknown",)
        number += 1
        sizes = exactly(source, head[26])
        for size in sizes:
            opened += exactly(source, size)
            if size == 255:
                continue
            opus |= not packets and opened[:8] == b"OpusHead"
            if left := _strange(opened, packets, opus=opus):
                return (left,)
            packets, opened = packets + 1, b""
    return () if number > 1 and not opened else ("Unknown",)


def _strange(packet: bytes, number: int, *, opus: bool) -> str:
    """What is wrong with a packet, by its place; empty if nothing is."""
    if number == 0:
        return "" if opus or (packet[:7] == b"\1vorbis" and len(packet) == 30) else "Unknown"
    if number == 1:
        empty = b"OpusTags\0\0\0\0\0\0\0\0" if opus else b"\3vorbis\0\0\0\0\0\0\0\0\1"
        return "" if packet == empty else "Comment"
    if opus and len(packet) > 1 and packet[0] & 3 == 3 and packet[1] & 0x40:
        filled, at = 0, 2
        while at < len(packet) and packet[at] == 255:
            filled, at = filled + 254, at + 1
        filled += packet[at] if at < len(packet) else 0
        return "Opus filling" if filled and any(packet[-filled:]) else ""
    return ""
