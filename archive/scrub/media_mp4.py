"""MP4, MOV, M4A, 3GP (ISO 14496-12, QuickTime): packets go into a new file, whose index is then cut to a list.

The index (moov) stands before the packets, and holds what a player needs: how long, how large, how turned, which packet
where and when. User data, tags, UUID boxes, XMP, GPS, names of handlers and coders, times of making, tracks that are
neither sound nor moving pictures have no place in it. A film that is protected against copying is refused.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from msgspec import Struct

from archive.errors import UncleanError
from archive.scrub.contract import Cleaned, Reason
from archive.scrub.media import Write, capture, exactly, length, report
from archive.scrub.media_mp4_index import boxes, is_turned, rebuilt
from archive.scrub.media_mp4_look import residue_stream
from archive.scrub.media_remux import Draft, Fair, Look, look, opened, remux

__all__ = ["MEDIA_TYPES", "clean_stream", "matches", "residue_stream"]

MEDIA_TYPES = ("video/mp4", "audio/mp4", "video/quicktime", "audio/quicktime", "video/3gpp", "audio/3gpp")

_FIRST = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_PICTURES = {
    b"mif1", b"mif2", b"msf1", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"jp2 ", b"jpx ",
    b"jpm ", b"crx ",
}  # fmt: skip
_TOP = {b"ftyp", b"moov", b"mdat", b"moof", b"sidx", b"mfra", b"styp", b"wide", b"free", b"skip"}
_PROTECTED = {b"encv", b"enca", b"drms", b"drmi"}
_OUTER = {b"trak", b"mdia", b"minf", b"stbl"}
_MOST_INDEX = 1 << 27
_NAMES = {b"uuid": "UUID box", b"udta": "User data", b"meta": "Tags", b"XMP_": "XMP", b"mfra": "", b"sidx": ""}


class _Plan(Struct, frozen=True):
    """Where the packets lie in what the muxer writes, and the index that is to stand before them."""

    before: int
    end: int
    index: bytes


def matches(head: bytes) -> bool:
    """Tell by the name of the first box; HEIC, AVIF, JPEG 2000 and some raw pictures lie in the same kind of file."""
    brands = head[8 : min(int.from_bytes(head[:4], "big"), 256)]
    if head[4:8] == b"ftyp" and (brands[:4] in _PICTURES or b"avif" in brands or b"avis" in brands):
        return False
    return head[4:8] in _FIRST and len(head) >= 8 and (head[:4] > b"\0\0\0\7" or head[:4] == b"\0\0\0\1")


def clean_stream(source: BinaryIO, write: Write) -> Cleaned:
    """Write the packets twice: to learn the index, then to put it before them."""
    strange = _survey(source)
    with opened(source, "mov") as container:
        seen = look(container)
    family = _family(source)
    draft = Draft()
    inside = remux(source, "mov", family, draft)
    plan = _plan(draft)
    remux(source, "mov", family, fair := Fair(draft, _in_front(plan, write)))
    if (fair.end, fair.patches) != (draft.end, draft.patches):
        raise UncleanError(Reason.DIFFERS)
    kept = ("Rotation",) if is_turned(plan.index) else ()
    return report(
        _media_type(family, seen), "remuxed packets", [*seen.found, *strange, *inside], kept, capture(seen.tags)
    )


def _family(source: BinaryIO) -> str:
    """The muxer that writes what the first box says this is."""
    source.seek(0)
    head = exactly(source, 12)
    if head[4:8] != b"ftyp" or head[8:12] == b"qt  ":
        return "mov"
    return "3gp" if head[8:10] == b"3g" else "mp4"


def _media_type(family: str, seen: Look) -> str:
    kind = "video" if seen.moving else "audio"
    return f"{kind}/{ {'mov': 'quicktime', '3gp': '3gpp', 'mp4': 'mp4'}[family] }"


def _survey(source: BinaryIO) -> list[str]:
    """Step over the outermost boxes: is all there, is it free of copy protection, what is there beyond the film."""
    end, at, found, index = length(source), 0, [], False
    while at + 8 <= end:
        source.seek(at)
        size, kind = struct.unpack(">I4s", exactly(source, 8))
        if not kind.strip(b"\0") or (not size and kind != b"mdat"):
            break
        size = int.from_bytes(exactly(source, 8), "big") if size == 1 else size or end - at
        if size < 8:
            raise UncleanError(Reason.DAMAGED)
        if at + size > end:
            if kind in _TOP:
                raise UncleanError(Reason.ENDS_EARLY)
            break
        if kind == b"moov":
            index = True
            found += _survey_index(source, at, size)
        elif kind not in _TOP:
            found.append(_NAMES.get(kind, "Unknown box"))
        at += size
    if not index:
        raise UncleanError(Reason.ENDS_EARLY)
    return [*filter(None, found), *(["Trailer"] if at < end else [])]


def _survey_index(source: BinaryIO, at: int, size: int) -> list[str]:
    if size > _MOST_INDEX:
        raise UncleanError(Reason.TOO_LARGE)
    source.seek(at)
    data = exactly(source, size)
    if any(kind in _PROTECTED for kind in _codecs(data, 8, size)):
        raise UncleanError(Reason.PROTECTED)
    inner = [kind for kind, _, _ in boxes(data, 8, size)]
    inner += [
        kind for first, start, end in boxes(data, 8, size) if first == b"trak" for kind, *_ in boxes(data, start, end)
    ]
    return [_NAMES[kind] for kind in inner if kind in _NAMES]


def _codecs(data: bytes, start: int, end: int) -> Iterator[bytes]:
    """The four letters that name the codec of each track."""
    for kind, first, last in boxes(data, start, end):
        if kind in _OUTER:
            yield from _codecs(data, first, last)
        elif kind == b"stsd":
            yield from (name for name, *_ in boxes(data, first + 8, last))


def _plan(draft: Draft) -> _Plan:
    """Read the layout the muxer made: ftyp, packets in one mdat, and the index behind it."""
    head = draft.bytes_from(0, min(len(draft.head), draft.end))
    before, at = int.from_bytes(head[:4], "big"), int.from_bytes(head[:4], "big")
    while head[at + 4 : at + 8] in (b"free", b"wide"):
        at += 8
    size = int.from_bytes(head[at : at + 4], "big")
    end = at + (size if size != 1 else int.from_bytes(head[at + 8 : at + 16], "big"))
    if head[4:8] != b"ftyp" or head[at + 4 : at + 8] != b"mdat":
        raise UncleanError(Reason.UNSUPPORTED)
    index = draft.bytes_from(end, draft.end - end)
    if index[4:8] != b"moov" or int.from_bytes(index[:4], "big") > len(index):
        raise UncleanError(Reason.UNSUPPORTED)
    return _Plan(before, end, rebuilt(index[: int.from_bytes(index[:4], "big")]))


def _in_front(plan: _Plan, write: Write) -> Write:
    """Pass on what the muxer writes up to the packets' end, with the index before the packets."""
    at = 0

    def passed(data: bytes) -> None:
        nonlocal at
        cut = min(max(plan.before - at, 0), len(data))
        if at < plan.before <= at + len(data):
            write(data[:cut])
            write(plan.index)
        rest = data[cut : max(0, plan.end - at)]
        if rest:
            write(rest)
        at += len(data)

    return passed
