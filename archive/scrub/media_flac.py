"""FLAC (RFC 9639): the stream's description and its frames, bit for bit; every other block goes.

Vorbis comments, pictures, application blocks, padding, cue sheets, seek tables, ID3 before and after are dropped. The
second look decodes every frame with its checksum: what stands between or behind frames fails it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import av

from archive.errors import UncleanError
from archive.scrub.contract import Cleaned, Reason
from archive.scrub.media import Write, capture, copy, exactly, length, report, resumed
from archive.scrub.media_tags import comments, tags_after, tags_before

MEDIA_TYPES = ("audio/flac",)

_INFO, _COMMENT, _LAST = 0, 4, 0x80
_NAMES = {1: "Padding", 2: "Application", 3: "Seek table", 4: "Vorbis comment", 5: "Cue sheet", 6: "Cover picture"}
_INFO_SIZE = 34
_MOST_TEXT = 1 << 20


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
            info = exactly(source, size)
        else:
            found.append(_NAMES.get(kind, "Unknown"))
        if kind == _COMMENT:
            proof = comments(exactly(source, min(size, _MOST_TEXT)))
        source.seek(body_at + size)
    at = source.tell()
    if len(info) != _INFO_SIZE or at >= end:
        raise UncleanError(Reason.DAMAGED if len(info) != _INFO_SIZE else Reason.ENDS_EARLY)
    write(b"fLaC" + bytes([_LAST | _INFO]) + _INFO_SIZE.to_bytes(3, "big") + info)
    copy(source, write, end - at)
    return report("audio/flac", "FLAC blocks", [*found, *after], capture=capture(proof))


def _blocks(source: BinaryIO) -> Iterator[tuple[int, int]]:
    """Kind and size of each block; the caller leaves ``source`` behind the body."""
    last = 0
    while not last:
        head = exactly(source, 4)
        last, kind = head[0] & _LAST, head[0] & 0x7F
        yield kind, int.from_bytes(head[1:], "big")


def residue_stream(source: BinaryIO) -> tuple[str, ...]:
    """Second look: one block, then frames that decode whole with their checksums and are as many as it says."""
    start = exactly(source, 42)
    if start[:8] != b"fLaC\x80\0\0\x22":
        return (_NAMES.get(start[4] & 0x7F, "Unknown"),)
    said = int.from_bytes(start[18:26], "big") & ((1 << 36) - 1)
    heard = 0
    try:
        with av.open(resumed(start, source), "r", format="flac") as container:
            decoder = container.streams.audio[0].codec_context
            decoder.thread_count = 1
            decoder.options = {"err_detect": "crccheck+explode"}
            for packet in container.demux(container.streams.audio[0]):
                heard += sum(frame.samples for frame in packet.decode())
    except (av.FFmpegError, ValueError):
        return ("Unknown",)
    return () if heard and said in (0, heard) else ("Samples",)
