"""The second look at a Matroska or WebM file: every element by a list, every packet of a codec that leaves free bytes.

The file comes through a pipe. Nothing here is shared with what wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from archive.errors import UncleanError
from archive.scrub.contract import Reason
from archive.scrub.media import exactly
from archive.scrub.media_look import configuration_residue, packet_residue, prefix_size

_MOST_HEAD, _MOST_PACKET = 1 << 22, 1 << 28
_FOLDERS = {
    0x1A45DFA3: "header", 0x18538067: "segment", 0x114D9B74: "seek head", 0x4DBB: "seek", 0x1549A966: "info",
    0x1654AE6B: "tracks", 0xAE: "track", 0xE0: "video", 0xE1: "audio", 0x55B0: "colour", 0x55D0: "mastering",
    0x7670: "projection", 0x1F43B675: "cluster", 0xA0: "group", 0x1C53BB6B: "cues", 0xBB: "cue", 0xB7: "place",
    0x1254C367: "tags", 0x7373: "tag", 0x63C0: "targets", 0x67C8: "simple", 0x75A1: "additions", 0xA6: "addition",
    0x41E4: "mapping",
}  # fmt: skip
_NUMBERS = {
    "header": {0x4286, 0x42F7, 0x42F2, 0x42F3, 0x4287, 0x4285},
    "seek": {0x53AB, 0x53AC},
    "info": {0x2AD7B1, 0x4489},
    "track": {
        0xD7, 0x73C5, 0x9C, 0x83, 0xB9, 0x88, 0x55AA, 0x23E383, 0x56AA, 0x56BB, 0x55EE, 0x23314F, 0x6DE7, 0x6DF8, 0xAA,
    },
    "video": {0xB0, 0xBA, 0x9A, 0x9D, 0x54B0, 0x54BA, 0x54B2, 0x53B8, 0x53C0, 0x54AA, 0x54BB, 0x54CC, 0x54DD, 0x54B3},
    "audio": {0xB5, 0x78B5, 0x9F, 0x6264},
    "colour": {*range(0x55B1, 0x55BE)},
    "mastering": {*range(0x55D1, 0x55DB)},
    "projection": {0x7671, 0x7673, 0x7674, 0x7675},
    "cluster": {0xE7, 0xAB, 0xA7},
    "group": {0x9B, 0xFB, 0x75A2},
    "cue": {0xB3},
    "place": {0xF7, 0xF1, 0xF0, 0xB2, 0x5378},
    "targets": {0x63C5, 0x68CA},
}  # fmt: skip
_WORDS = {
    ("header", 0x4282): re.compile(rb"matroska|webm"),
    ("info", 0x4D80): re.compile(rb"Lavf"),
    ("info", 0x5741): re.compile(rb"Lavf"),
    ("track", 0x22B59C): re.compile(rb"und"),
    ("track", 0x86): re.compile(
        rb"V_(MPEG4/ISO/(AVC|ASP)|MPEGH/ISO/HEVC|AV1|VP8|VP9|MJPEG|MS/VFW/FOURCC)"
        rb"|A_(AAC|MPEG/L3|OPUS|VORBIS|FLAC|ALAC|PCM/INT/(LIT|BIG)|PCM/FLOAT/IEEE|MS/ACM)"
    ),
    ("simple", 0x45A3): re.compile(rb"DURATION"),
    ("simple", 0x4487): re.compile(rb"\d\d:\d\d:\d\d\.\d{9}\0{0,2}"),
    ("simple", 0x447A): re.compile(rb"und"),
    ("simple", 0x4484): re.compile(rb"[\0\1]"),
}
_CHILDREN = {
    "": {"header", "segment"}, "segment": {"seek head", "info", "tracks", "cluster", "cues", "tags"},
    "seek head": {"seek"}, "tracks": {"track"}, "track": {"video", "audio"}, "video": {"colour", "projection"},
    "colour": {"mastering"}, "cluster": {"group"}, "cues": {"cue"}, "cue": {"place"}, "tags": {"tag"},
    "tag": {"targets", "simple"},
}  # fmt: skip
_CODECS = {
    "V_MPEG4/ISO/AVC": "h264", "V_MPEGH/ISO/HEVC": "hevc", "V_AV1": "av1", "V_MPEG4/ISO/ASP": "mpeg4", "A_AAC": "aac",
    "A_OPUS": "opus", "A_VORBIS": "vorbis", "A_FLAC": "flac", "V_MJPEG": "mjpeg", "V_MS/VFW/FOURCC": "vfw",
    "A_MS/ACM": "acm",
}  # fmt: skip
_NAMES = {
    0x1941A469: "Attachments", 0x1043A770: "Chapters", 0xEC: "Padding", 0x4461: "Dates", 0x73A4: "File ID",
    0x536E: "Tags", 0x7BA9: "Tags", 0x6D80: "Encoding",
}  # fmt: skip
_FOURCC = {b"MJPG": "mjpeg", b"H263": "h263", **dict.fromkeys((b"XVID", b"DIVX", b"DX50", b"FMP4", b"MP4V"), "mpeg4")}
_VOID, _CRC, _BLOCK, _SIMPLE_BLOCK, _PRIVATE = 0xEC, 0xBF, 0xA1, 0xA3, 0x63A2


def residue_stream(source: BinaryIO) -> tuple[str, ...]:
    """Name every element and packet that should not be there."""
    return tuple(dict.fromkeys(_Walk(source).all()))


class _Walk:
    """One pass over the file; tracks are remembered by their number to look at their packets."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._at = 0
        self._tracks: dict[int, tuple[str, int]] = {}
        self._track: dict[int, bytes] = {}

    def all(self) -> Iterator[str]:
        """Everything strange, from the first byte to the last."""
        yield from self._inside("", None)
        if not self._tracks:
            yield "Unknown element"

    def _read(self, size: int) -> bytes:
        self._at += size
        return exactly(self._source, size)

    def _inside(self, folder: str, end: int | None) -> Iterator[str]:
        while end is None or self._at < end:
            first = self._source.read(1)
            if not first:
                if end is not None:
                    raise UncleanError(Reason.ENDS_EARLY)
                return
            self._at += 1
            ident = self._number(first[0], keep=True)
            size = self._number(self._read(1)[0], keep=False)
            if end is not None and (size is None or self._at + size > end):
                yield "Unknown element"
                return
            name = _FOLDERS.get(ident or 0, "")
            if name and name in _CHILDREN.get(folder, ()):
                yield from self._folder(name, None if size is None else self._at + size)
            else:
                strange = self._leaf(folder, ident or 0, size)
                yield from filter(None, [strange])
                if strange and strange.startswith("Unknown"):
                    return

    def _folder(self, name: str, end: int | None) -> Iterator[str]:
        if name == "track":
            self._track = {}
        yield from self._inside(name, end)
        if name == "track":
            yield from self._told()

    def _number(self, first: int, *, keep: bool) -> int | None:
        """A number of variable length; None where it stands for an unknown size."""
        more = 8 - first.bit_length()
        if more > 7:
            raise UncleanError(Reason.DAMAGED)
        value = int.from_bytes(bytes([first]) + self._read(more), "big")
        if keep:
            return value
        plain = value & (1 << 7 * (more + 1)) - 1
        return None if plain == (1 << 7 * (more + 1)) - 1 else plain

    def _leaf(self, folder: str, ident: int, size: int | None) -> str:
        if size is None or size > _MOST_PACKET:
            return "Unknown element"
        if ident in (_BLOCK, _SIMPLE_BLOCK) and folder in ("group", "cluster"):
            return self._block(self._read(size))
        if size > _MOST_HEAD:
            return "Unknown element"
        body = self._read(size)
        if ident == _VOID:
            return "Padding" if any(body) else ""
        if ident == _CRC and size == 4:
            return ""
        if folder == "track":
            self._track[ident] = body
            if ident == _PRIVATE:
                return ""
        if words := _WORDS.get((folder, ident)):
            return "" if words.fullmatch(body) else "Tags"
        return "" if ident in _NUMBERS.get(folder, ()) and size <= 8 else _NAMES.get(ident, "Unknown element")

    def _told(self) -> Iterator[str]:
        """What a track's decoder is told beforehand."""
        codec = _CODECS.get(self._track.get(0x86, b"").decode("latin-1"), "")
        private = self._track.get(_PRIVATE, b"")
        if codec == "vfw":
            codec, private = _FOURCC.get(private[16:20].upper(), "unknown"), private[40:]
            if codec == "unknown":
                yield "Unknown codec"
        if codec == "flac":
            private = private[8:] if private[:4] == b"fLaC" else private
        self._tracks[int.from_bytes(self._track.get(0xD7, b""), "big")] = codec, prefix_size(codec, private)
        yield from filter(None, [configuration_residue(codec, private)])

    def _block(self, body: bytes) -> str:
        used = 9 - body[0].bit_length() if body and body[0] else 1
        number = int.from_bytes(body[:used], "big") & (1 << 7 * used) - 1
        if number not in self._tracks or body[used + 2] & 6:
            return "Unknown track"
        codec, prefix = self._tracks[number]
        return packet_residue(codec, body[used + 3 :], prefix)
