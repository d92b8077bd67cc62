"""The second look at packets, whatever container they lie in: units and fillings that nobody sees or hears.

Nothing here is shared with what makes packets clean.
"""

from __future__ import annotations

import re

_H264 = frozenset({1, 2, 3, 4, 5, 7, 8, 9, 13, 14, 15, 19, 20})
_HEVC = frozenset({*range(22), 32, 33, 34, 35, 36, 37})
_AV1 = frozenset({1, 2, 3, 4, 6, 7})
_H264_START = re.compile(rb"\x06\x06(?:\x01.|\x02..|\x03...|\x04....)\x80", re.DOTALL)
_HEVC_START = re.compile(rb"\x4e.\x06(?:\x01.|\x02..|\x03...|\x04....)\x80", re.DOTALL)
_AAC_FILL, _AAC_DATA, _AAC_HEARD = "110", "100", ("1011", "1100", "1101", "1110")


def packet_residue(codec: str, packet: bytes, prefix: int = 4) -> str:
    """Name what should not be in a packet of ``codec`` (libav's name); ``prefix`` bytes give a unit's length."""
    if codec == "h264":
        strange = (unit for unit in _units(packet, prefix) if unit[0] & 31 not in _H264)
        return "Coder notes" if any(not _H264_START.fullmatch(unit) for unit in strange) else ""
    if codec == "hevc":
        strange = (unit for unit in _units(packet, prefix) if unit[0] >> 1 & 63 not in _HEVC)
        return "Coder notes" if any(not _HEVC_START.fullmatch(unit) for unit in strange) else ""
    if codec == "av1":
        return "" if _only_pictures(packet) else "Coder notes"
    if codec == "mpeg4":
        return "Coder notes" if b"\x00\x00\x01\xb2" in packet else ""
    if codec == "mjpeg":
        return "" if _is_plain_jpeg(packet) else "JPEG blocks"
    if codec == "aac":
        return "Coder notes" if _has_filling(packet) else ""
    if codec == "opus":
        return "Filling" if _is_filled(packet) else ""
    return ""


def configuration_residue(codec: str, extra: bytes) -> str:
    """Name what should not be in what a decoder is told beforehand (avcC, hvcC, three Vorbis packets, ...)."""
    if codec == "h264":
        return "" if _plain_avc(extra) else "Coder notes"
    if codec == "hevc":
        return "" if _plain_hevc(extra) else "Coder notes"
    if codec == "vorbis":
        return "" if b"\x03vorbis\0\0\0\0\0\0\0\0\x01\x05vorbis" in extra and extra[1:3] == b"\x1e\x10" else "Comment"
    if codec == "mpeg4":
        return "Coder notes" if b"\x00\x00\x01\xb2" in extra else ""
    if codec == "aac":
        return "" if 2 <= len(extra) <= 16 and f"{int.from_bytes(extra[:2], 'big'):016b}"[9:13] != "0000" else "Unknown"
    limit = {"flac": 34, "opus": 300, "alac": 64, "av1": 1024}.get(codec, 32)
    return "" if len(extra) <= limit else "Unknown"


def prefix_size(codec: str, extra: bytes) -> int:
    """How many bytes give the length of each unit, as avcC and hvcC tell."""
    at = {"h264": 4, "hevc": 21}.get(codec, -1)
    return (extra[at] & 3) + 1 if 0 <= at < len(extra) else 4


def _units(packet: bytes, prefix: int) -> list[bytes]:
    """The first bytes of each unit; a unit that says it is longer than the packet counts as unknown."""
    units: list[bytes] = []
    at = 0
    while at < len(packet):
        size = int.from_bytes(packet[at : at + prefix], "big")
        at += prefix
        if not size or at + size > len(packet):
            return [*units, b"\xff\xff"]
        units.append(packet[at : at + min(size, 16)])
        at += size
    return units


def _only_pictures(packet: bytes) -> bool:
    at = 0
    while at < len(packet):
        head = packet[at]
        at += 2 if head & 4 else 1
        if not head & 2:
            return head >> 3 & 15 in _AV1
        size = shift = 0
        while at < len(packet):
            byte = packet[at]
            size |= (byte & 127) << shift
            at, shift = at + 1, shift + 7
            if byte < 128:
                break
        if head >> 3 & 15 not in _AV1 or at + size > len(packet):
            return False
        at += size
    return True


def _is_plain_jpeg(packet: bytes) -> bool:
    at = 2
    while at + 4 <= len(packet) and packet[at + 1] != 0xDA:
        size, name = int.from_bytes(packet[at + 2 : at + 4], "big"), packet[at + 4 : at + 9]
        frame = packet[at + 1] == 0xE0 and size <= 16 and name[:4] in (b"JFIF", b"AVI1")
        if packet[at + 1] in (*range(0xE0, 0xF0), 0xFE) and not frame and name != b"Adobe":
            return False
        at += 2 + size
    return True


def _has_filling(packet: bytes) -> bool:
    """Whether filling or data before the sound of an AAC frame holds anything but zeros."""
    bits, at = "".join(f"{byte:08b}" for byte in packet[:600]), 0
    while bits[at : at + 3] in (_AAC_FILL, _AAC_DATA):
        if bits[at : at + 3] == _AAC_FILL:
            count, at = int(bits[at + 3 : at + 7] or "0", 2), at + 7
            if count == 15:
                count, at = 14 + int(bits[at : at + 8] or "0", 2), at + 8
            if count and bits[at : at + 4] in _AAC_HEARD:
                return False
        else:
            align, at = bits[at + 7 : at + 8] == "1", at + 8
            count, at = int(bits[at : at + 8] or "0", 2), at + 8
            if count == 255:
                count, at = 255 + int(bits[at : at + 8] or "0", 2), at + 8
            at = -(-at // 8) * 8 if align else at
        if at + 8 * count > 8 * len(packet):
            return False
        if "1" in bits[at : at + 8 * count]:
            return True
        at += 8 * count
    return False


def _is_filled(packet: bytes) -> bool:
    if len(packet) < 3 or packet[0] % 4 != 3 or not packet[1] & 64:
        return False
    at, filled = 2, 0
    while packet[at : at + 1] == b"\xff":
        filled, at = filled + 254, at + 1
    filled += packet[at] if at < len(packet) else 0
    return bool(filled) and any(packet[max(at + 1, len(packet) - filled) :])


def _plain_avc(extra: bytes) -> bool:
    at = 5
    for kinds, mask in ((frozenset({7, 15}), 31), (frozenset({8}), 255)):
        count = extra[at] & mask if at < len(extra) else 0
        at += 1
        for _ in range(count):
            size = int.from_bytes(extra[at : at + 2], "big")
            if at + 2 >= len(extra) or extra[at + 2] & 31 not in kinds:
                return False
            at += 2 + size
    return at <= len(extra) and (len(extra) == at or (len(extra) == at + 4 and extra[-1] == 0))


def _plain_hevc(extra: bytes) -> bool:
    at = 23
    for _ in range(extra[22] if len(extra) > 22 else 0):
        kind, count = extra[at] & 63, int.from_bytes(extra[at + 1 : at + 3], "big")
        if kind not in (32, 33, 34):
            return False
        at += 3
        for _ in range(count):
            at += 2 + int.from_bytes(extra[at : at + 2], "big")
    return at == len(extra)
