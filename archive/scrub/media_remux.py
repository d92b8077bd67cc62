"""Packets of sound and moving pictures out of one container into a new one: read and written by libav, nothing encoded.

Only streams of sound and of moving pictures go over, with what a player needs to show them upright and together. Tags,
chapters, covers, subtitles, attachments and data (GPS tracks, motion sensors) have no way into the new file.

libav goes back to write sizes and the index. Since the copy goes into a pipe, the packets are written twice: the first
time only what was written when it went back is kept, the second time it is put in its place. Both times are the same,
or the file is refused.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

import av
from av.bitstream import BitStreamFilterContext
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Disposition, Stream
from msgspec import Struct

from archive.errors import UncleanError
from archive.scrub.contract import Reason
from archive.scrub.media import Write, groups
from archive.scrub.media_flac_frames import Frames
from archive.scrub.media_packets import (
    amr_frames,
    clean_extradata,
    pictures_h264,
    pictures_hevc,
    plain_jpeg,
    quiet_aac,
    quiet_mpeg4,
    quiet_opus,
)

if TYPE_CHECKING:
    AnyPacket = Packet[Stream]

_BUFFER = 1 << 20
_MOST_STREAMS = 32
_MOST_PATCHES = 1 << 16
_HEAD = 4096
_UNITS = {"h264": "filter_units=pass_types=1-5|7-9|13-15|19-20", "av1": "filter_units=pass_types=1-4|6-7"}
"""Units that are picture or needed to decode it, where no length stands before them: H.264 in AVI, and AV1."""
_MEASURED = {
    "h264": (4, pictures_h264),
    "hevc": (21, pictures_hevc),
}
"""Where its extradata says how many bytes a unit's length takes, and what keeps the units of a picture."""
_CHANGED: dict[str, Callable[[bytes], bytes]] = {
    "aac": quiet_aac,
    "opus": quiet_opus,
    "mpeg4": quiet_mpeg4,
    "mjpeg": plain_jpeg,
}
_AS_THEY_ARE = {
    "vp8", "vp9", "h263", "alac", "amr_nb", "amr_wb", "flac", "vorbis", "mp3", "pcm_u8", "pcm_s16le", "pcm_s16be",
    "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be", "pcm_f32le", "pcm_f32be", "pcm_alaw", "pcm_mulaw",
}  # fmt: skip
_STRUCTURE = {"major_brand", "minor_version", "compatible_brands", "language", "duration"}
_STRUCTURE_VALUES = {"", "Lavf", "[0][0][0][0]"}
_NAMES = {
    "subtitle": "Subtitles", "attachment": "Attachments", "data": "Data tracks", "video": "Cover picture",
    "audio": "Second sound",
}  # fmt: skip


class Look(Struct, frozen=True):
    """What a container holds: tags by name, groups that will not go over, codecs, whether there are moving pictures."""

    tags: dict[str, str]
    found: tuple[str, ...]
    codecs: tuple[str, ...]
    moving: bool


class Draft:
    """The first writing: remembers what is written over earlier bytes, the first bytes, and what comes last."""

    def __init__(self) -> None:
        self.patches: list[tuple[int, bytes]] = []
        self.head, self.tail = bytearray(), bytearray()
        self.tail_at: int | None = None
        self.end = 0
        self._at = 0

    def write(self, data: bytes) -> int:
        """Count, and keep what goes over what was written before."""
        over = data[: max(0, self.end - self._at)]
        if over:
            self.patches.append((self._at, over))
        if len(self.patches) > _MOST_PATCHES:
            raise UncleanError(Reason.TOO_LARGE)
        fresh = data[len(over) :]
        self.head += fresh[: max(0, _HEAD - len(self.head))]
        if self.tail_at is not None:
            self.tail += fresh
        self._at += len(data)
        self.end = max(self.end, self._at)
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place in what was written."""
        self._at = offset + (0, self._at, self.end)[whence]
        return self._at

    def tell(self) -> int:
        """The place."""
        return self._at

    def keep(self) -> None:
        """From here on keep what is written: an index stands last."""
        self.tail_at = self.end

    def bytes_from(self, at: int, size: int) -> bytes:
        """Bytes out of the head or the tail, as they are in the end."""
        held, first = (self.head, 0) if at + size <= len(self.head) else (self.tail, self.tail_at or 0)
        data = bytearray(held[at - first : at - first + size])
        if at < first or len(data) != size:
            raise UncleanError(Reason.UNSUPPORTED)
        return _patched(data, at, self.patches)


class Fair(Draft):
    """The second writing: each byte once and in order, with what the first writing put in its place later."""

    def __init__(self, first: Draft, write: Write) -> None:
        super().__init__()
        self._known, self._write = first.patches, write

    def write(self, data: bytes) -> int:
        """Pass on what is new, as it will be in the end."""
        fresh = data[max(0, self.end - self._at) :]
        at = self._at + len(data) - len(fresh)
        if fresh:
            self._write(_patched(bytearray(fresh), at, self._known))
        return super().write(data)


def _patched(data: bytearray, at: int, patches: list[tuple[int, bytes]]) -> bytes:
    """Put each patch that falls into ``data``, which stands at ``at``, in its place."""
    for place, over in patches:
        first, last = max(place, at), min(place + len(over), at + len(data))
        if first < last:
            data[first - at : last - at] = over[first - place : last - place]
    return bytes(data)


@contextlib.contextmanager
def opened(source: BinaryIO, form: str) -> Iterator[InputContainer]:
    """Open with one of libav's readers (``mov``, ``matroska``, ``avi``); what it raises becomes UncleanError."""
    source.seek(0)
    options = {"fflags": "+genpts"} if form == "avi" else {}
    try:
        with av.open(
            source, "r", format=form, buffer_size=_BUFFER, metadata_errors="replace", options=options
        ) as container:
            yield container
    except (av.FFmpegError, ValueError, OverflowError, MemoryError) as error:
        raise UncleanError(Reason.DAMAGED) from error


def look(container: InputContainer) -> Look:
    """See what is in a container. Raises UncleanError for a codec that is not on the list, or no sound nor picture."""
    tags = _said(container.metadata)
    found = groups(tags)
    streams = _streams(container)
    for stream in container.streams:
        found += groups(_said(stream.metadata))
        tags = {**_said(stream.metadata), **tags}
        if stream not in streams:
            found.append(_NAMES.get(stream.type, "Data tracks"))
    found += ["Chapters"] if container.chapters() else []
    codecs = tuple(_codec(stream) for stream in streams)
    if container.format.name == "avi" and any(getattr(one.codec_context, "has_b_frames", False) for one in streams):
        raise UncleanError(Reason.UNSUPPORTED)  # AVI does not say when pictures are shown that are stored out of order
    if not codecs or len(codecs) > _MOST_STREAMS or not {*codecs} <= {*_UNITS, *_MEASURED, *_CHANGED, *_AS_THEY_ARE}:
        raise UncleanError(Reason.UNSUPPORTED)
    return Look(tags, tuple(found), codecs, any(stream.type == "video" for stream in streams))


def _said(tags: dict[str, str]) -> dict[str, str]:
    """Tags that say something: not how the file is built, which every file of its kind tells, also a clean one."""
    return {
        key: value for key, value in tags.items() if key.lower() not in _STRUCTURE and value not in _STRUCTURE_VALUES
    }


def remux(source: BinaryIO, form: str, target: str, sink: Draft) -> list[str]:
    """Write all packets of sound and picture into ``sink``; name the groups that were inside packets and went."""
    changed: set[str] = set()
    options = {"fflags": "+bitexact", "write_tmcd": "0"} if target in ("mp4", "mov", "3gp") else {"fflags": "+bitexact"}
    with opened(source, form) as container:
        streams = _streams(container)
        with av.open(sink, "w", format=target, buffer_size=_BUFFER, options=options) as out:
            ways = {stream.index: _Way(stream, out) for stream in streams}
            for packet in container.demux(streams):
                way = ways.get(packet.stream_index)
                if packet.is_corrupt or way is None:
                    raise UncleanError(Reason.ENDS_EARLY if packet.is_corrupt else Reason.DAMAGED)
                for clean in way.through(packet):
                    out.mux_one(clean)
            sink.keep()
        for way in ways.values():
            changed |= way.changed
    return sorted(changed)


class _Way:
    """How the packets of one stream go over, and what was taken out of them."""

    def __init__(self, stream: Stream, out: OutputContainer) -> None:
        self._codec = _codec(stream)
        self._out = out.add_stream_from_template(stream, opaque=True)
        self._out.metadata.clear()
        self.changed: set[str] = set()
        extra = bytes(stream.codec_context.extradata or b"")
        self._change, self._filter = _change(self._codec, extra), None
        if self._change is None and self._codec in _UNITS:
            self._filter = BitStreamFilterContext(_UNITS[self._codec], stream)
        fresh = clean_extradata(self._codec, extra)
        if fresh != extra:
            self.changed.add("Coder notes")
            self._out.codec_context.extradata = fresh

    def through(self, packet: AnyPacket) -> Iterator[AnyPacket]:
        """The packet, clean; a packet without bytes ends the stream."""
        for clean in self._filtered(packet):
            if clean.size:
                clean.stream = self._out
                yield clean

    def _filtered(self, packet: AnyPacket) -> list[AnyPacket]:
        if self._filter is not None:
            clean = self._filter.filter(packet if packet.size else None)
            if packet.size and sum(one.size for one in clean) < packet.size:
                self.changed.add("Coder notes")
            return clean
        if self._codec == "amr_nb" and packet.size:
            return _split(packet)
        if self._change is not None and packet.size:
            data = bytes(packet)
            quiet = self._change(data)
            if quiet != data:
                self.changed.add("Coder notes")
                return [_with(packet, quiet)] if quiet else []
        return [packet]


def _change(codec: str, extra: bytes) -> Callable[[bytes], bytes] | None:
    """What makes a packet of this codec clean; None where nothing has to be done, or libav does it."""
    if codec in _MEASURED and extra[:1] == b"\x01":
        at, pictures = _MEASURED[codec]
        if len(extra) <= at:
            raise UncleanError(Reason.DAMAGED)
        return partial(pictures, (extra[at] & 3) + 1)
    if codec == "flac":
        return Frames(extra).same
    if codec == "hevc":
        raise UncleanError(Reason.UNSUPPORTED)
    return _CHANGED.get(codec)


def _split(packet: AnyPacket) -> list[AnyPacket]:
    """One packet for each frame of AMR, one after the other in the packet's time."""
    frames = amr_frames(bytes(packet))
    if len(frames) < 2 or packet.pts is None or not packet.duration:
        return [packet]
    step, parts = packet.duration // len(frames), []
    for number, frame in enumerate(frames):
        part: AnyPacket = Packet(frame)
        part.pts = part.dts = packet.pts + number * step
        part.duration, part.time_base, part.is_keyframe = step, packet.time_base, True
        parts.append(part)
    return parts


def _with(packet: AnyPacket, data: bytes) -> AnyPacket:
    """The packet with other bytes; what stands beside them (silence to cut off) stays if the length does."""
    if len(data) == packet.size:
        packet.update(data)
        return packet
    other: AnyPacket = Packet(data)
    other.pts, other.dts, other.duration = packet.pts, packet.dts, packet.duration
    other.time_base, other.is_keyframe = packet.time_base, packet.is_keyframe
    return other


def _streams(container: InputContainer) -> list[Stream]:
    """The streams of sound and of moving pictures; a cover is a picture that does not move.

    Sound of a kind that nobody outside the maker's house reads (Apple's spatial sound) goes where other sound stands
    beside it, which tells the same.
    """
    wanted = [
        stream
        for stream in container.streams
        if stream.type in ("video", "audio") and not stream.disposition & Disposition.attached_pic
    ]
    known = [stream for stream in wanted if stream.type == "video" or _codec(stream)]
    return known if any(stream.type == "audio" for stream in known) else wanted


def _codec(stream: Stream) -> str:
    return stream.codec_context.codec.canonical_name if stream.codec_context else ""
