"""Packets of sound and moving pictures: the places where a coder leaves free bytes, made empty without decoding.

What is heard and seen does not change: a decoder passes over these places. Each function gives back the packet, of the
same length unless it says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archive.errors import UncleanError
from archive.scrub.contract import Reason

_USER_DATA = re.compile(rb"\x00\x00\x01\xb2.*?(?=\x00\x00\x01|\Z)", re.DOTALL)
_H264 = {*range(1, 6), *range(7, 10), *range(13, 16), 19, 20}
_HEVC = {*range(22), *range(32, 38)}
_FILL, _DATA = 6, 4  # AAC element ids (ISO 14496-3, 4.4.2.1)
_HEARD = (0xB, 0xC, 0xD, 0xE)  # filling that is sound: how loud, from where, bands that are copied up
_AMR = (13, 14, 16, 18, 20, 21, 27, 32, 6, 1, 1, 1, 1, 1, 1, 1)  # bytes of a frame of AMR by its type (RFC 4867)


def quiet_opus(packet: bytes) -> bytes:
    """Set what fills an Opus packet up to zeros (RFC 6716, 3.2.5)."""
    if len(packet) < 3 or packet[0] & 3 != 3 or not packet[1] & 0x40:
        return packet
    at, filling = 2, 0
    while at < len(packet):
        count = packet[at]
        at += 1
        filling += min(count, 254)
        if count != 255:
            break
    filling = min(filling, len(packet) - at)
    return packet[: len(packet) - filling] + bytes(filling)


def quiet_aac(packet: bytes) -> bytes:
    """Set the filling that stands before the sound of an AAC frame to zeros: there coders write their names.

    Filling behind the sound cannot be told from it without decoding; it stays.
    """
    bits, at = int.from_bytes(packet, "big"), 0
    total = 8 * len(packet)

    def take(count: int) -> int:
        nonlocal at
        at += count
        return bits >> total - at & (1 << count) - 1

    while at + 15 < total:
        kind = take(3)
        if kind == _FILL:
            size = take(4)
            size += take(8) - 1 if size == 15 else 0
            if size and at + 4 <= total and bits >> total - at - 4 & 15 in _HEARD:
                break
        elif kind == _DATA:
            take(4)
            aligned = take(1)
            size = take(8)
            size += take(8) if size == 255 else 0
            at += -at % 8 if aligned else 0
        else:
            break
        if at + 8 * size > total:
            break
        at += 8 * size
        bits &= ~(((1 << 8 * size) - 1) << total - at)
    return bits.to_bytes(len(packet), "big")


def pictures_h264(prefix: int, packet: bytes) -> bytes:
    """Keep the units that are picture or needed to decode it; SEI, filling and what has no meaning go.

    ``prefix`` bytes before each unit give its length. Of SEI one kind stays, alone in its unit: where decoding may
    begin (a number and three flags). Films that are never sent anew as a whole do not start without it.
    """
    units = _units(packet, prefix)
    return b"".join(whole for kind, unit, whole in units if kind & 31 in _H264 or _begins(unit, 6, 1))


def pictures_hevc(prefix: int, packet: bytes) -> bytes:
    """As ``pictures_h264``, of HEVC."""
    units = _units(packet, prefix)
    return b"".join(whole for kind, unit, whole in units if kind >> 1 & 63 in _HEVC or _begins(unit, 0x4E, 2))


def _begins(unit: bytes, kind: int, head: int) -> bool:
    """Whether this unit is the one SEI message that says where decoding may begin, and nothing else."""
    return (
        unit[0] == kind
        and unit[head : head + 1] == b"\x06"
        and len(unit) <= head + 7
        and (len(unit) == head + 3 + unit[head + 1] and unit[-1] == 0x80)
    )


def _units(packet: bytes, prefix: int) -> Iterator[tuple[int, bytes, bytes]]:
    """The first byte of each unit, the unit, and it with its length before it; zeros behind the last are no unit."""
    at = 0
    last = len(packet.rstrip(b"\0"))
    while at < last:
        end = at + prefix + int.from_bytes(packet[at : at + prefix], "big")
        if not at + prefix < end <= len(packet):
            raise UncleanError(Reason.PICTURE_DAMAGED)
        yield packet[at + prefix], packet[at + prefix : end], packet[at:end]
        at = end


def amr_frames(packet: bytes) -> list[bytes]:
    """Split a packet of AMR into its frames of 20 ms: some phones put many into one, which no muxer takes."""
    frames, at = [], 0
    while at < len(packet):
        size = _AMR[packet[at] >> 3 & 15]
        frames.append(packet[at : at + size])
        at += size
    return frames


def quiet_mpeg4(packet: bytes) -> bytes:
    """Take the user data out of MPEG-4 part 2: the name of the coder. The packet becomes shorter."""
    return _USER_DATA.sub(b"", packet)


def plain_jpeg(packet: bytes) -> bytes:
    """Take comments and application blocks out of one picture of Motion JPEG; how its fields lie and colours stay."""
    kept, at = [packet[:2]], 2
    while packet[at : at + 1] == b"\xff" and at + 4 <= len(packet):
        marker, end = packet[at + 1], at + 2 + int.from_bytes(packet[at + 2 : at + 4], "big")
        if marker == 0xDA:
            return b"".join(kept) + packet[at:]
        body = packet[at + 4 : end]
        if marker == 0xE0 and body[:4] in (b"JFIF", b"AVI1"):
            kept.append(
                packet[at : at + 2] + (2 + len(body[:14])).to_bytes(2, "big") + body[:12] + bytes(len(body[12:14]))
            )
        elif (marker not in range(0xE0, 0xF0) and marker != 0xFE) or (marker == 0xEE and body[:5] == b"Adobe"):
            kept.append(packet[at:end])
        at = end
    raise UncleanError(Reason.PICTURE_DAMAGED)


def clean_extradata(codec: str, extra: bytes) -> bytes:
    """What a decoder is told beforehand, without comments; UncleanError for sound whose layout carries free text."""
    if codec == "vorbis":
        return _clean_vorbis(extra)
    if codec == "mpeg4":
        return quiet_mpeg4(extra)
    if codec in ("h264", "hevc") and extra[:1] == b"\x01":
        return _clean_avc(extra) if codec == "h264" else _clean_hevc(extra)
    if codec == "aac" and len(extra) >= 2 and not int.from_bytes(extra[:2], "big") >> 3 & 15:
        raise UncleanError(Reason.UNSUPPORTED)
    return extra


def _clean_avc(extra: bytes) -> bytes:
    """Keep of avcC the numbers and the parameter sets, and four bytes of depth where the profile has them."""
    at, kept = 5, extra[:5]
    for mask, kinds in ((31, (7, 15)), (255, (8,))):
        units, at = _sets(extra, at + 1, extra[at] & mask if at < len(extra) else 0)
        units = [unit for unit in units if unit[2:] and unit[2] & 31 in kinds]
        kept += bytes([len(units) | (255 - mask)]) + b"".join(units)
    depth = extra[at : at + 4]
    return kept + (depth[:3] + b"\0" if len(depth) == 4 else b"")


def _clean_hevc(extra: bytes) -> bytes:
    """Keep of hvcC the numbers and the parameter sets: coders put their settings beside them."""
    if len(extra) < 23:
        raise UncleanError(Reason.DAMAGED)
    at, kept = 23, []
    for _ in range(extra[22]):
        head = extra[at : at + 3]
        units, at = _sets(extra, at + 3, int.from_bytes(head[1:], "big"))
        if head[:1] and head[0] & 63 in (32, 33, 34):
            kept.append(head + b"".join(units))
    return extra[:22] + bytes([len(kept)]) + b"".join(kept)


def _sets(extra: bytes, at: int, count: int) -> tuple[list[bytes], int]:
    """So many units, each with its length before it, and where the last one ends."""
    units = []
    for _ in range(count):
        end = at + 2 + int.from_bytes(extra[at : at + 2], "big")
        if end > len(extra):
            raise UncleanError(Reason.DAMAGED)
        units.append(extra[at:end])
        at = end
    return units, at


def _clean_vorbis(extra: bytes) -> bytes:
    """Empty the comment packet in Vorbis' three packets, which are laced as in Matroska or each after its length."""
    packets = _three(extra)
    if len(packets) != 3 or packets[0][:7] != b"\x01vorbis" or packets[2][:7] != b"\x05vorbis":
        raise UncleanError(Reason.DAMAGED)
    packets[1] = b"\x03vorbis" + bytes(8) + b"\x01"
    laced = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets[:2])
    return b"\x02" + laced + b"".join(packets)


def _three(extra: bytes) -> list[bytes]:
    if extra[:2] == b"\0\x1e":
        return [unit[2:] for unit in _sets(extra, 0, 3)[0]]
    sizes, at = [0, 0], 1
    for number in range(2):
        while at < len(extra):
            sizes[number] += extra[at]
            at += 1
            if extra[at - 1] != 255:
                break
    first, second = at + sizes[0], at + sum(sizes)
    return [extra[at:first], extra[first:second], extra[second:]] if extra[:1] == b"\x02" else []
