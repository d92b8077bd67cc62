"""WAV (RIFF/WAVE, RF64): the format of the samples and the samples, bit for bit; every other chunk goes.

LIST, bext, iXML, ID3, cue points, labels and what stands after the samples are dropped. A file whose recorder never
wrote its sizes (it was switched off, or wrote to a pipe) is read to its end.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from archive.errors import UncleanError
from archive.scrub.contract import Cleaned, Reason
from archive.scrub.media import Write, capture, copy, exactly, length, report

MEDIA_TYPES = ("audio/wav",)

_PCM, _FLOAT, _ALAW, _MULAW, _IMA, _EXTENSIBLE = 1, 3, 6, 7, 0x11, 0xFFFE
_GUID = bytes.fromhex("000000001000800000aa00389b71")
_UNSAID = 0xFFFFFFFF
_MOST_TEXT = 1 << 16
_NAMES = {
    b"bext": "Broadcast", b"iXML": "iXML", b"id3 ": "ID3", b"ID3 ": "ID3", b"_PMX": "XMP", b"cue ": "Cue points",
    b"smpl": "Sampler", b"inst": "Sampler", b"axml": "XML", b"JUNK": "Padding", b"junk": "Padding", b"PAD ": "Padding",
    b"FLLR": "Padding", b"fact": "", b"ds64": "",
}  # fmt: skip
_Chunk = tuple[bytes, int, int]


def matches(head: bytes) -> bool:
    """Tell by the RIFF form type."""
    return head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE"


def clean_stream(source: BinaryIO, write: Write) -> Cleaned:
    """Write a new header, the format and the samples."""
    end = length(source)
    chunks = list(_chunks(source, end))
    form = _format(source, chunks)
    at, size = next(((at, size) for kind, at, size in chunks if kind == b"data"), (0, 0))
    size -= size % struct.unpack_from("<H", form, 12)[0]
    if not size:
        raise UncleanError(Reason.DAMAGED)
    tags = dict(_tags(source, chunks))
    write(_header(form, size))
    source.seek(at)
    copy(source, write, size)
    write(bytes(size % 2))
    return report("audio/wav", "WAV chunks", _found(source, chunks, end), capture=capture(tags))


def _chunks(source: BinaryIO, end: int) -> Iterator[_Chunk]:
    """Each chunk's name, where its body begins, and its size in bytes."""
    riff = exactly(source, 12)
    limit = struct.unpack_from("<I", riff, 4)[0] + 8
    limit, large = (end if limit > end or riff[:4] == b"RF64" or limit == 8 else limit), 0
    at = 12
    while at + 8 <= limit:
        source.seek(at)
        kind, size = struct.unpack("<4sI", exactly(source, 8))
        if kind == b"ds64":
            large = struct.unpack_from("<Q", exactly(source, 16), 8)[0]
        if kind == b"data" and (size == _UNSAID or (not size and limit == end)):
            size = large or end - at - 8
        if at + 8 + size > end:
            raise UncleanError(Reason.ENDS_EARLY)
        yield kind, at + 8, size
        at += 8 + size + size % 2


def _format(source: BinaryIO, chunks: list[_Chunk]) -> bytes:
    """Build the body of the format chunk anew. Raises UncleanError for a code whose samples are not plain numbers."""
    at, size = next(((at, size) for kind, at, size in chunks if kind == b"fmt "), (0, 0))
    if not 16 <= size <= 64:
        raise UncleanError(Reason.DAMAGED)
    source.seek(at)
    body = exactly(source, size)
    code, channels, rate, _, align, bits = struct.unpack_from("<HHIIHH", body)
    plain = struct.unpack_from("<H", body, 24)[0] if code == _EXTENSIBLE and size >= 40 else code
    if plain not in (_PCM, _FLOAT, _ALAW, _MULAW, _IMA) or (code == _EXTENSIBLE and body[26:40] != _GUID):
        raise UncleanError(Reason.UNSUPPORTED)
    if not (channels and rate and align) or (plain != _IMA and align != channels * ((bits + 7) // 8)):
        raise UncleanError(Reason.DAMAGED)
    if code == _EXTENSIBLE:
        return body[:16] + struct.pack("<H", 22) + body[18:40]
    return body[:16] + (struct.pack("<H", 2) + body[18:20] if plain == _IMA and size >= 20 else b"")


def _header(form: bytes, size: int) -> bytes:
    """All that stands before the samples; RF64 where 32 bits do not hold the sizes."""
    chunk = b"fmt " + struct.pack("<I", len(form)) + form
    total = 4 + len(chunk) + 8 + size + size % 2
    if total <= _UNSAID:
        return b"RIFF" + struct.pack("<I", total) + b"WAVE" + chunk + b"data" + struct.pack("<I", size)
    sizes = b"ds64" + struct.pack("<IQQQI", 28, total + 36, size, 0, 0)
    return b"RF64" + struct.pack("<I", _UNSAID) + b"WAVE" + sizes + chunk + b"data" + struct.pack("<I", _UNSAID)


def _found(source: BinaryIO, chunks: list[_Chunk], end: int) -> Iterator[str]:
    last = 12
    for kind, at, size in chunks:
        last = at + size + size % 2
        if kind == b"LIST":
            source.seek(at)
            yield "LIST info" if exactly(source, min(size, 4)) == b"INFO" else "Labels"
        elif kind not in (b"fmt ", b"data"):
            yield from filter(None, (_NAMES.get(kind, "Unknown"),))
    if last < end:
        yield "Trailer"


def _tags(source: BinaryIO, chunks: list[_Chunk]) -> Iterator[tuple[str, str]]:
    """The day and time of recording that LIST INFO or bext tell."""
    for kind, at, size in chunks:
        source.seek(at)
        body = exactly(source, min(size, _MOST_TEXT)) if kind in (b"LIST", b"bext") else b""
        if kind == b"bext" and len(body) >= 338:
            yield "originationdate", f"{_text(body[320:330])} {_text(body[330:338])}"
        inner = 4
        while kind == b"LIST" and body[:4] == b"INFO" and inner + 8 <= len(body):
            name, count = struct.unpack_from("<4sI", body, inner)
            yield _text(name), _text(body[inner + 8 : inner + 8 + count])
            inner += 8 + count + count % 2


def _text(raw: bytes) -> str:
    return raw.split(b"\0")[0].decode("utf-8", errors="replace")


def residue_stream(source: BinaryIO) -> tuple[str, ...]:
    """Second look: header, format, samples, nothing else, each exactly as long as it says."""
    start = exactly(source, 12)
    total = int.from_bytes(start[4:8], "little") + 8
    kind, size = _next(source)
    if start[:4] == b"RF64" and kind == b"ds64":
        total = int.from_bytes(exactly(source, 8), "little") + 8
        large = int.from_bytes(exactly(source, size - 8)[:8], "little")
        kind, size = _next(source)
    left = [] if kind == b"fmt " and size in (16, 20, 40) else ["Unknown"]
    exactly(source, size if size < 100 else 0)
    kind, count = _next(source)
    count = large if start[:4] == b"RF64" else count
    if kind != b"data":
        return (*left, _NAMES.get(kind) or "Unknown")
    copy(source, len, count + count % 2)
    header = 28 + size + (36 if start[:4] == b"RF64" else 0)
    left += [] if total == header + count + count % 2 else ["Sizes"]
    return (*left, *(["Trailer"] if source.read(1) else []))


def _next(source: BinaryIO) -> tuple[bytes, int]:
    head = exactly(source, 8)
    return head[:4], int.from_bytes(head[4:], "little")
