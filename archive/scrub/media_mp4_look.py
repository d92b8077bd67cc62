"""The second look at an MP4 or MOV file: every box by a list, every packet by the index, no byte between them.

The file comes through a pipe: the index first, then the packets, which have to lie as the index says, without a gap.
Nothing here is shared with what wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from msgspec import Struct

from archive.scrub.media import exactly
from archive.scrub.media_look import configuration_residue, packet_residue, prefix_size

_MOST_INDEX = 1 << 28
_TREE = {
    "moov": {"mvhd", "trak"},
    "trak": {"tkhd", "edts", "mdia"},
    "edts": {"elst"},
    "mdia": {"mdhd", "hdlr", "minf"},
    "minf": {"vmhd", "smhd", "hdlr", "dinf", "stbl"},
    "dinf": {"dref"},
    "stbl": {"stsd", "stts", "ctts", "stss", "stps", "stsc", "stsz", "co64", "sdtp", "sgpd", "sbgp"},
}
_CODECS = {
    "avc1": "h264", "avc3": "h264", "hvc1": "hevc", "hev1": "hevc", "av01": "av1", "vp08": "vp8", "vp09": "vp9",
    "mp4v": "mpeg4", "mp4a": "aac", "Opus": "opus", "fLaC": "flac", "alac": "alac", ".mp3": "mp3", "jpeg": "mjpeg",
}  # fmt: skip
_PICTURES = {"avc1", "avc3", "hvc1", "hev1", "av01", "vp08", "vp09", "mp4v", "s263", "h263", "H263", "jpeg"}
_TOLD = {"avcC", "hvcC", "av1C", "esds", "dOps", "dfLa", "alac"}
_NUMBERS = {
    "vpcC": 32, "damr": 9, "d263": 16, "pasp": 8, "colr": 11, "fiel": 2, "clli": 4, "mdcv": 24, "pcmC": 6, "chnl": 24,
}  # fmt: skip
_OTHER_CODECS = {
    "samr", "sawb", "s263", "h263", "H263", "sowt", "twos", "in24", "in32", "fl32", "raw ", "alaw", "ulaw", "lpcm",
    "ipcm", "fpcm",
}  # fmt: skip
_ROWS = {"stts": 8, "ctts": 8, "stss": 4, "stps": 4, "stsc": 12, "co64": 8}
_HEADS = {"mvhd": (100, 112), "tkhd": (84, 96), "mdhd": (24, 36)}
_BRAND = re.compile(rb"[A-Za-z0-9 ]{4}")


class _Track(Struct):
    """One track: its codec, how units are measured, and the tables that place its packets."""

    codec: str = ""
    prefix: int = 4
    tables: dict[str, bytes] = {}


def residue_stream(source: BinaryIO) -> tuple[str, ...]:
    """Name every box, field, packet and gap that should not be there."""
    size, kind = _head(source)
    if kind != "ftyp" or not 16 <= size <= 64 or not _BRAND.fullmatch((start := exactly(source, size - 8))[:4]):
        return ("Unknown box",)
    left = [] if all(_BRAND.fullmatch(start[at : at + 4]) for at in range(8, len(start), 4)) else ["Brands"]
    at = size
    size, kind = _head(source)
    if kind != "moov" or size > _MOST_INDEX:
        return (*left, "Unknown box")
    index = exactly(source, size - 8)
    at += size
    tracks: list[_Track] = []
    left += _walk("moov", index, 0, len(index), tracks)
    if left or not tracks:
        return tuple(dict.fromkeys(left or ["Unknown box"]))
    return tuple(dict.fromkeys(_packets(source, at, tracks)))


def _head(source: BinaryIO) -> tuple[int, str]:
    raw = exactly(source, 8)
    return int.from_bytes(raw[:4], "big"), raw[4:].decode("latin-1")


def _walk(parent: str, data: bytes, start: int, end: int, tracks: list[_Track]) -> Iterator[str]:
    """Go through the boxes of one box; each has to be on its parent's list."""
    while start < end:
        size, kind = int.from_bytes(data[start : start + 4], "big"), data[start + 4 : start + 8].decode("latin-1")
        if size < 8 or start + size > end or kind not in _TREE[parent]:
            yield "Unknown box"
            return
        if kind == "trak":
            tracks.append(_Track(tables={}))
        if kind in _TREE:
            yield from _walk(kind, data, start + 8, start + size, tracks)
        else:
            yield from _leaf(kind, data[start + 8 : start + size], tracks)
        start += size


def _leaf(kind: str, body: bytes, tracks: list[_Track]) -> Iterator[str]:
    long = body[:1] == b"\1"
    if kind in ("mvhd", "tkhd", "mdhd") and any(body[4 : 20 if long else 12]):
        yield "Dates"
    if kind in _HEADS and len(body) != _HEADS[kind][long]:
        yield "Unknown box"
    if kind in _ROWS and len(body) != 8 + _ROWS[kind] * int.from_bytes(body[4:8], "big"):
        yield "Unknown box"
    if kind == "elst" and len(body) != 8 + (20 if long else 12) * int.from_bytes(body[4:8], "big"):
        yield "Unknown box"
    if kind == "stsz" and len(body) != 12 + (0 if any(body[4:8]) else 4 * int.from_bytes(body[8:12], "big")):
        yield "Unknown box"
    if kind in ("vmhd", "smhd", "sgpd", "sbgp") and len(body) > 4096:
        yield "Unknown box"
    if kind == "hdlr" and any(body[12:]):
        yield "Handler"
    if kind == "dref" and body != b"\0\0\0\0\0\0\0\1\0\0\0\x0curl \0\0\0\1":
        yield "Unknown box"
    if kind == "sgpd" and body[4:8] not in (b"roll", b"prol", b"rap "):
        yield "Unknown box"
    if kind == "stsd":
        yield from _description(body, tracks[-1])
    if tracks:
        tracks[-1].tables[kind] = body


def _description(body: bytes, track: _Track) -> Iterator[str]:
    """Exactly one way to read the packets: fixed numbers, then the decoder's own box."""
    size, kind = int.from_bytes(body[8:12], "big"), body[12:16].decode("latin-1")
    entry = body[16:]
    if body[:8] != b"\0\0\0\0\0\0\0\1" or size != len(body) - 8:
        yield "Unknown box"
        return
    track.codec = _CODECS.get(kind, "")
    if not track.codec and kind not in _OTHER_CODECS:
        yield "Unknown codec"
    if kind in _PICTURES:
        if any(entry[42:74]) or any(entry[12:24]):
            yield "Encoder"
        yield from _told(track, entry[78:])
    else:
        version = int.from_bytes(entry[8:10], "big")
        if any(entry[12:16]):
            yield "Encoder"
        yield from _told(track, entry[28 + (0, 16, 36)[min(version, 2)] :])


def _told(track: _Track, data: bytes) -> Iterator[str]:
    at = 0
    while at < len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8].decode("latin-1")
        body = data[at + 8 : at + size]
        if size < 8 or at + size > len(data):
            yield "Unknown box"
            return
        if kind == "wave":
            yield from _told(track, body)
        elif kind in ("frma", "mp4a", "\0\0\0\0"):
            yield from () if len(body) <= 4 else ("Unknown box",)
        elif kind == "chan":
            yield from () if len(body) <= 24 else ("Unknown box",)
        elif kind in _TOLD:
            extra = _descriptor(body) if kind == "esds" else body[4:] if kind in ("dfLa", "alac") else body
            extra = extra[4:] if kind == "dfLa" else extra
            if track.codec == "aac" and kind == "esds" and b"\x04" in body and _object(body) != 0x40:
                track.codec = "mp3"
                extra = b""
            track.prefix = prefix_size(track.codec, extra)
            yield from filter(None, [configuration_residue(track.codec, extra)])
        elif kind not in _NUMBERS or len(body) > _NUMBERS[kind]:
            yield "Unknown box"
        elif kind in ("damr", "d263") and any(body[:4]):
            yield "Encoder"
        at += size


def _descriptor(body: bytes) -> bytes:
    """What the innermost descriptor of esds tells the decoder; where others stand in it, all of it, to be named."""
    at, told = 4, b""
    while at < len(body):
        tag, size, start = body[at], 0, at + 1
        while start < len(body):
            size, start = size << 7 | body[start] & 127, start + 1
            if body[start - 1] < 128:
                break
        if tag == 5:
            told = body[start : start + size]
        if tag not in (3, 4, 5, 6) or (tag == 6 and size != 1):
            return body
        at = start + {3: 3, 4: 13, 5: size, 6: size}[tag]
    return told


def _object(body: bytes) -> int:
    """The number by which esds names the codec."""
    found = re.search(rb"\x04[\x80-\xff]{0,3}[\x00-\x7f](.)", body[4:], re.DOTALL)
    return found[1][0] if found else 0


def _packets(source: BinaryIO, at: int, tracks: list[_Track]) -> Iterator[str]:
    """Read the packets in the order in which they lie."""
    size, kind = _head(source)
    while kind in ("free", "wide") and size == 8:
        at += 8
        size, kind = _head(source)
    if kind != "mdat":
        yield "Unknown box"
        return
    start = at + 8
    if size == 1:
        size, start = int.from_bytes(exactly(source, 8), "big"), at + 16
    for track, count, sizes in _chunks(tracks):
        if sizes[0] != start:
            yield "Gap"
            return
        for length in sizes[1:]:
            if left := packet_residue(track.codec, exactly(source, length), track.prefix):
                yield left
            start += length
        yield from () if count == len(sizes) - 1 else ("Gap",)
    yield from () if start == at + size else ("Gap",)
    yield from ("Trailer",) if source.read(1) else ()


def _chunks(tracks: list[_Track]) -> Iterator[tuple[_Track, int, list[int]]]:
    """Each chunk in the file's order: its track, how many packets, then its place and the packets' lengths."""
    order = []
    for number, track in enumerate(tracks):
        places = track.tables["co64"]
        first = 0
        counts = _counts(track.tables["stsc"], len(places) // 8 - 1)
        for place, count in zip(range(8, len(places), 8), counts, strict=False):
            order.append((int.from_bytes(places[place : place + 8], "big"), number, first, count))
            first += count
    for place, number, first, count in sorted(order):
        sizes = tracks[number].tables["stsz"]
        same = int.from_bytes(sizes[4:8], "big")
        total = int.from_bytes(sizes[8:12], "big")
        within = range(first, min(first + count, total))
        lengths = [same or int.from_bytes(sizes[12 + 4 * one : 16 + 4 * one], "big") for one in within]
        yield tracks[number], count, [place, *lengths]


def _counts(table: bytes, chunks: int) -> Iterator[int]:
    """How many packets each chunk holds."""
    rows = [table[at : at + 12] for at in range(8, len(table), 12)]
    starts = [int.from_bytes(row[:4], "big") for row in rows] + [chunks + 1]
    for row, start, following in zip(rows, starts, starts[1:], strict=False):
        for _ in range(following - start):
            yield int.from_bytes(row[4:8], "big")
