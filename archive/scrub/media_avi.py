"""AVI: its packets go into a Matroska file, as they are; what cameras and programs write beside them stays behind."""

from __future__ import annotations

import struct
from typing import BinaryIO

from archive.errors import UncleanError
from archive.scrub.contract import Cleaned, Reason
from archive.scrub.media import Write, exactly, length
from archive.scrub.media_matroska import residue_stream, rewritten

__all__ = ["MEDIA_TYPES", "clean_stream", "matches", "residue_stream"]

MEDIA_TYPES = ("video/x-matroska", "audio/x-matroska")

_NAMES = {b"JUNK": "Padding", b"idx1": "", b"IDIT": "Dates"}


def matches(head: bytes) -> bool:
    """Tell by the RIFF form type."""
    return head[:4] == b"RIFF" and head[8:12] == b"AVI "


def clean_stream(source: BinaryIO, write: Write) -> Cleaned:
    """Write the packets twice, into Matroska."""
    return rewritten(source, "avi", "matroska", write, _survey(source))


def _survey(source: BinaryIO) -> list[str]:
    """Step over the outermost chunks: is all there, and what is there beyond the film."""
    end, at, found = length(source), 0, []
    while at + 12 <= end:
        source.seek(at)
        kind, size, form = struct.unpack("<4sI4s", exactly(source, 12))
        if kind == b"RIFF":
            if at + 8 + size > end:
                raise UncleanError(Reason.ENDS_EARLY)
            at += 12
            continue
        if kind == b"LIST" and form == b"INFO":
            found.append("LIST info")
        elif kind != b"LIST" and _NAMES.get(kind, "Unknown"):
            found.append(_NAMES.get(kind, "Unknown"))
        at += 8 + size + size % 2
    return found
