"""EBML (RFC 8794): the elements of a Matroska or WebM file that is brought, walked to say what is there.

The clean copy is looked at by other code (``media_matroska_look``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from archive.errors import UncleanError
from archive.scrub.contract import Reason
from archive.scrub.media import exactly, length

HEADER, SEGMENT, CLUSTER = 0x1A45DFA3, 0x18538067, 0x1F43B675
_TRACKS, _ENCRYPTION, _VOID = 0x1654AE6B, 0x5035, 0xEC
_OPEN = {SEGMENT, CLUSTER, _TRACKS, 0xAE, 0x6D80, 0x6240}
_MOST_TEXT = 4096
_NAMES = {
    0x1941A469: "Attachments", 0x1043A770: "Chapters", 0x4461: "Dates",
    0x73A4: "File ID", 0x7BA9: "Tags", 0x4D80: "Encoder", 0x5741: "Encoder", 0x536E: "Tags", 0x7384: "Tags",
    0x1654AE6B: "", 0x1549A966: "", 0x114D9B74: "", 0x1C53BB6B: "",
}  # fmt: skip
_Element = tuple[int, int, int]


def survey(source: BinaryIO) -> list[str]:
    """Name what goes beyond the recording; UncleanError where the file ends early or is protected against copying."""
    end, found = length(source), []
    for ident, at, size in _elements(source, 0, end):
        if ident == _ENCRYPTION:
            raise UncleanError(Reason.PROTECTED)
        if ident in (0x4D80, 0x5741):
            source.seek(at)
            found += [] if exactly(source, min(size, 8)) == b"Lavf" else [_NAMES[ident]]
        elif ident == _VOID:
            source.seek(at)
            found += ["Padding"] if any(exactly(source, min(size, _MOST_TEXT))) else []
        elif ident in _NAMES and size:
            found.append(_NAMES[ident])
    return [name for name in found if name]


def kind(source: BinaryIO) -> str:
    """The document type in the header: ``webm`` or ``matroska``."""
    source.seek(0)
    head = source.read(64)
    return "webm" if b"\x42\x82\x84webm" in head else "matroska"


def _elements(source: BinaryIO, at: int, end: int) -> Iterator[_Element]:
    """Every element down to the tracks' encodings: its id, where its body begins, its size."""
    while at < end:
        source.seek(at)
        head = source.read(12)
        ident, used = _number(head, keep_mark=True)
        size, more = _number(head[used:], keep_mark=False)
        if not used or not more or used > 4:
            raise UncleanError(Reason.DAMAGED if len(head) == 12 else Reason.ENDS_EARLY)
        body = at + used + more
        unsaid = size == (1 << 7 * more) - 1
        if unsaid and ident not in (SEGMENT, CLUSTER):
            raise UncleanError(Reason.DAMAGED)
        if not unsaid and body + size > end:
            raise UncleanError(Reason.ENDS_EARLY)
        yield ident, body, 0 if unsaid else size
        if ident in (SEGMENT, CLUSTER) and unsaid:
            at = body  # its children follow; where it ends, another of its own level begins
        elif ident in _OPEN or ident == 0x1549A966:
            if ident != CLUSTER:
                yield from _elements(source, body, body + size)
            at = body + size
        else:
            at = body + size


def _number(raw: bytes, *, keep_mark: bool) -> tuple[int, int]:
    """A number of variable length and how many bytes it takes; 0 bytes if it is none."""
    if not raw or not raw[0]:
        return 0, 0
    used = 9 - raw[0].bit_length()
    value = int.from_bytes(raw[:used], "big")
    if len(raw) < used:
        return 0, 0
    return value if keep_mark else value & ~(1 << 7 * used), used
