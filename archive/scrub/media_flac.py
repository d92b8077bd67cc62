"""FLAC (RFC 9639): the stream's description and its frames, bit for bit; every other block goes.

Vorbis comments, pictures, application blocks, padding, cue sheets, seek tables, ID3 before and after are dropped. The
second look decodes every frame with its checksum, and again without its last byte, which has to fail: so no byte stands
between frames or behind them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

import av

from archive.errors import UncleanError
from archive.scrub.contract import Cleaned, Reason
from archive.scrub.media import Write, capture, copy, exactly, length, report, resumed
from archive.scrub.media_flac_frames import Frames
from archive.scrub.media_tags import comments, tags_after, tags_before

MEDIA_TYPES = ("audio/flac",)

_INFO, _COMMENT, _LAST = 0, 4, 0x80
_NAMES = {1: "Padding", 2: "Application", 3: "Seek table", 4: "Vorbis comment", 5: "Cue sheet", 6: "Cover picture"}
_INFO_SIZE = 34
_MOST_TEXT = 1 << 20
_ANOTHER = re.compile(rb"fLaC[\x00\x80]\x00\x00\x22")
"""How a recording begins."""


def matches(head: bytes) -> bool:
    """Tell by the signature."""
    return head[:4] == b"fLaC"


def clean_stream(source: BinaryIO, write: Write) -> Cleaned:
    """Write the description and, from the first frame to the last, what lies behind the blocks."""
    end = length(source)
    start, before = tags_before(source)
    end, after = tags_after(source, end)
    source.seek(start + 4)
    info, found, proof = b"", [*before], {}
    for kind, size in _blocks(source):
        body_at = source.tell()
        if kind == _INFO:
            info = _body(source, size)
        else:
            found.append(_NAMES.get(kind, "Unknown"))
        if kind == _COMMENT:
            proof = comments(_body(source, size))
        source.seek(body_at + size)
    if len(info) != _INFO_SIZE or not _is_frame(source):
        raise UncleanError(Reason.SOUND_BLOCKS)
    write(b"fLaC" + bytes([_LAST | _INFO]) + _INFO_SIZE.to_bytes(3, "big") + info)
    copy(source, _Single(write), end - source.tell())
    return report("audio/flac", "FLAC blocks", [*found, *after], capture=capture(proof))


def _is_frame(source: BinaryIO) -> bool:
    """Whether a frame begins here, as far as its first bytes say."""
    at = source.tell()
    head = source.read(2)
    source.seek(at)
    return head in (b"\xff\xf8", b"\xff\xf9")


class _Single:
    """Hands blocks on, unless another recording begins in them."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._last = b""

    def __call__(self, block: bytes) -> None:
        """Raises UncleanError where a second recording begins, also across two blocks."""
        if _ANOTHER.search(self._last + block[:8]) or _ANOTHER.search(block):
            raise UncleanError(Reason.SOUND_JOINED)
        self._last = block[-8:]
        self._write(block)


def _blocks(source: BinaryIO) -> Iterator[tuple[int, int]]:
    """Kind and size of each block; the caller leaves ``source`` behind the body."""
    last = 0
    while not last:
        head = _body(source, 4)
        last, kind = head[0] & _LAST, head[0] & 0x7F
        yield kind, int.from_bytes(head[1:], "big")


def _body(source: BinaryIO, size: int) -> bytes:
    """Read a block, of a long one its beginning; a file that ends in it was led astray by a length before."""
    body = source.read(min(size, _MOST_TEXT))
    if len(body) < min(size, _MOST_TEXT):
        raise UncleanError(Reason.SOUND_BLOCKS)
    return body


def residue_stream(source: BinaryIO) -> tuple[str, ...]:
    """Second look: one block, then frames that decode whole with their checksums and are as many as it says."""
    start = exactly(source, 42)
    if start[:8] != b"fLaC\x80\0\0\x22":
        return (_NAMES.get(start[4] & 0x7F, "Unknown"),)
    said = int.from_bytes(start[18:26], "big") & ((1 << 36) - 1)
    heard = _heard(resumed(start, source), start[8:])
    if not heard or said not in (0, heard):
        raise UncleanError(Reason.SOUND_DAMAGED)
    return ()


def _heard(source: BinaryIO, info: bytes) -> int:
    """Count the samples. Raises UncleanError for what cannot be decoded, and for a byte that belongs to no frame."""
    counted, frames, heard, size = _Counted(source), Frames(info), 0, len(info) + 8
    try:
        with av.open(counted, "r", format="flac") as container:
            for packet in container.demux(container.streams.audio[0]):
                size += packet.size
                heard += frames.samples(bytes(packet)) if packet.size else 0
    except (av.FFmpegError, ValueError) as error:
        raise UncleanError(Reason.SOUND_DAMAGED) from error
    if size != counted.count or source.read(1):
        raise UncleanError(Reason.SOUND_DAMAGED)
    return heard


class _Counted:
    """A source that counts what was read from it; it cannot seek."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.count = 0

    def read(self, size: int) -> bytes:
        """So many bytes, or fewer at the end."""
        block = self._source.read(size)
        self.count += len(block)
        return block
