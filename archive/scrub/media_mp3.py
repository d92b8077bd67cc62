"""MP3 (ISO 11172-3, 13818-3, layer III): the frames, bit for bit; tags before, after and between go.

The bytes between one frame's sound and the next one's, which coders fill up with their names, become zeros. The frame
of LAME or Xing that holds no sound is made anew: how many frames, where each hundredth lies, how much silence at both
ends; the coder's name and settings go.
"""

from __future__ import annotations

import struct
from array import array
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

from msgspec import Struct

from archive.errors import UncleanError
from archive.scrub.contract import Cleaned, Reason
from archive.scrub.media import Write, capture, exactly, length, report
from archive.scrub.media_tags import id3_text, tags_after, tags_before

MEDIA_TYPES = ("audio/mpeg",)

_RATES = (
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
)
_SAMPLING = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_RESERVOIR = 511
_TAGGED = (b"Xing", b"Info", b"VBRI")


class _Head(Struct, frozen=True):
    """What a frame's four bytes say: length, where the side information begins and ends, one version 1, one channel."""

    size: int
    side: int
    body: int
    full: bool
    mono: bool


class _Frame(Struct):
    """A frame that waits until the next ones have said which of its bytes are theirs; ``at`` counts bytes of sound."""

    raw: bytearray
    body: int
    at: int


def matches(head: bytes) -> bool:
    """Tell by one frame, and by the next one where the head holds it."""
    first = _head(head[:4])
    if first is None:
        return False
    following = head[first.size : first.size + 4]
    return len(following) < 4 or _head(following) is not None or following[:3] == b"TAG"


def clean_stream(source: BinaryIO, write: Write) -> Cleaned:
    """Count the frames, then write them."""
    end = length(source)
    proof = id3_text(source)
    start, found = tags_before(source)
    end, after = tags_after(source, end)
    places, last = _places(source, start, end)
    found += [*after, *(["Trailer"] if last < end else [])]
    source.seek(start)
    first = exactly(source, places[1] if len(places) > 1 else last - start)
    note = _note(first, places, last - start)
    if note is not None:
        found += ["Encoder"] if note != first else []
        write(note)
    quieted = False
    for quiet in _quiet(_frames(source, start + (places[1] if note is not None else 0), last)):
        quieted |= quiet[1]
        write(quiet[0])
    found += ["Encoder"] if quieted else []
    kept = ("Silence at both ends",) if note is not None else ()
    return report("audio/mpeg", "MP3 frames", found, kept=kept, capture=capture(proof))


def _head(raw: bytes) -> _Head | None:
    """Read a frame's head; None where there is no layer III frame of a known length."""
    if len(raw) < 4 or raw[0] != 0xFF or raw[1] & 0xE6 != 0xE2:
        return None
    version, rate, sampling = raw[1] >> 3 & 3, raw[2] >> 4, raw[2] >> 2 & 3
    if version == 1 or rate in (0, 15) or sampling == 3:
        return None
    full, mono = version == 3, raw[3] >> 6 == 3
    size = (144 if full else 72) * 1000 * _RATES[not full][rate] // _SAMPLING[version][sampling] + (raw[2] >> 1 & 1)
    side = 4 + (0 if raw[1] & 1 else 2)
    return _Head(size, side, side + ((17 if mono else 32) if full else (9 if mono else 17)), full, mono)


def _places(source: BinaryIO, start: int, end: int) -> tuple[array[int], int]:
    """Where each frame begins, counted from the first, and where the last one ends."""
    places, at = array("Q"), start
    while at < end:
        source.seek(at)
        head = _head(source.read(min(4, end - at)))
        if head is None:
            break
        if at + head.size > end:
            raise UncleanError(Reason.ENDS_EARLY)
        places.append(at - start)
        at += head.size
    if not places:
        raise UncleanError(Reason.DAMAGED)
    source.seek(at)
    if at < end and any(_head(tail[place : place + 4]) for tail in (source.read(8192),) for place in range(len(tail))):
        raise UncleanError(Reason.DAMAGED)  # frames go on behind something else
    return places, at


def _frames(source: BinaryIO, at: int, end: int) -> Iterator[tuple[_Head, bytearray]]:
    source.seek(at)
    while at < end:
        start = exactly(source, 4)
        head = _head(start)
        if head is None:
            raise UncleanError(Reason.DAMAGED)
        yield head, bytearray(start + exactly(source, head.size - 4))
        at += head.size


def _note(first: bytes, places: array[int], total: int) -> bytes | None:
    """Make the silent first frame anew, where there is one."""
    head = _head(first)
    if head is None or first[head.body : head.body + 4] not in _TAGGED[:2] or len(places) < 2:
        vbri = first[36:40] == _TAGGED[2] and len(places) > 1
        return None if not vbri or head is None else _silent(first, head)
    if head.size < head.body + 120 + 36:
        return _silent(first, head)
    flags = int.from_bytes(first[head.body + 4 : head.body + 8], "big")
    lame = head.body + 8 + sum(size for bit, size in ((1, 4), (2, 4), (4, 100), (8, 4)) if flags & bit)
    named = first[lame : lame + 4] in (b"LAME", b"Lavf", b"Lavc")
    delays = first[lame + 21 : lame + 24] if named else bytes(3)
    count = len(places) - 1
    table = bytes(min(255, 256 * places[1 + count * part // 100] // total) for part in range(100))
    told = struct.pack(">III", 7, count, total) + table if flags & 3 else b""  # one that tells nothing is played
    body = first[head.body : head.body + 4] + told
    body += (b"LAME" + bytes(17) + delays) if named and told else b""  # also where it says 0: players cut 529 more
    return _silent(first, head)[: head.body] + body + bytes(head.size - head.body - len(body))


def _silent(first: bytes, head: _Head) -> bytes:
    return first[: head.side] + bytes(head.size - head.side)


def _quiet(frames: Iterator[tuple[_Head, bytearray]]) -> Iterator[tuple[bytes, bool]]:
    """Set what lies between the sound of one frame and the next to zeros; whether it was anything else."""
    waiting: deque[_Frame] = deque()
    at = heard = 0  # bytes of sound before this frame; where the sound of the last one ended
    for head, raw in frames:
        back, bits = _sound(head, raw)
        changed = _hush(waiting, heard, at - back)
        waiting.append(_Frame(raw, head.body, at))
        heard = max(at - back, 0) + (bits + 7) // 8
        at += head.size - head.body
        while waiting and waiting[0].at + len(waiting[0].raw) - waiting[0].body < min(at - _RESERVOIR, heard):
            yield bytes(waiting.popleft().raw), changed
            changed = False
        if changed:
            yield b"", True
    changed = _hush(waiting, heard, at)
    for frame in waiting:
        yield bytes(frame.raw), changed


def _sound(head: _Head, raw: bytearray) -> tuple[int, int]:
    """How many bytes back a frame's sound begins, and how many bits it takes."""
    side = int.from_bytes(raw[head.side : head.body], "big")
    total = 8 * (head.body - head.side)
    channels = 1 if head.mono else 2
    back, skipped = (9, (5 if head.mono else 3) + 4 * channels) if head.full else (8, 1 if head.mono else 2)
    each, parts = (59, 2 * channels) if head.full else (63, channels)
    bits = sum(side >> total - back - skipped - each * part - 12 & 0xFFF for part in range(parts))
    return side >> total - back, bits


def _hush(waiting: deque[_Frame], start: int, end: int) -> bool:
    """Zero the bytes of sound from ``start`` to ``end`` in the frames that wait; whether any was not."""
    changed = False
    for frame in waiting:
        first = frame.body + max(start - frame.at, 0)
        last = min(frame.body + end - frame.at, len(frame.raw))
        if first < last and any(frame.raw[first:last]):
            frame.raw[first:last] = bytes(last - first)
            changed = True
    return changed


def residue_stream(source: BinaryIO) -> tuple[str, ...]:
    """Second look: frame on frame to the very end, no coder's name in the first, nothing between two frames' sound."""
    number, pool, heard = 0, b"", 0
    while head := source.read(4):
        size, body = _measured(head)
        if not size:
            return ("ID3" if head[:3] in (b"ID3", b"TAG") else "Unknown",)
        frame = head + exactly(source, size - 4)
        number += 1
        if number == 1 and frame[body : body + 4] in _TAGGED:
            strange = frame[body + 120 : body + 124].strip(b"\0") not in (b"", b"LAME")
            if strange or any(frame[body + 124 : body + 137]) or any(frame[body + 144 :]):
                return ("Encoder",)
            continue
        begins = len(pool) - _reach(frame, body)
        if begins > heard and any(pool[heard:begins]):
            return ("Filling",)
        heard = max(begins, 0) + _spoken(frame, body)
        pool += frame[body:]
        cut = max(0, min(len(pool) - 600, heard))
        pool, heard = pool[cut:], heard - cut
    return () if number and not any(pool[heard:]) else ("Filling",)


def _measured(head: bytes) -> tuple[int, int]:
    """Length of a frame and where its sound begins; 0 if this begins no frame."""
    word = int.from_bytes(head, "big")
    if len(head) < 4 or word >> 21 != 0x7FF or word >> 17 & 3 != 1 or word >> 19 & 3 == 1:
        return 0, 0
    speed, rate = word >> 12 & 15, word >> 10 & 3
    if speed in (0, 15) or rate == 3:
        return 0, 0
    old = word >> 19 & 3 == 3
    kilobits = (
        [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
        if old
        else [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
    )[speed - 1]
    hertz = [44100, 48000, 32000][rate] >> {3: 0, 2: 1, 0: 2}[word >> 19 & 3]
    single = word >> 6 & 3 == 3
    side = {(True, True): 17, (True, False): 32, (False, True): 9, (False, False): 17}[old, single]
    size = (1152 if old else 576) * kilobits * 125 // hertz + (word >> 9 & 1)
    return size, 4 + 2 * (not word >> 16 & 1) + side


def _reach(frame: bytes, body: int) -> int:
    start = body - _side(frame)
    return int.from_bytes(frame[start : start + 2], "big") >> 7 if frame[1] & 8 else frame[start]


def _side(frame: bytes) -> int:
    single = frame[3] & 0xC0 == 0xC0
    return (17 if single else 32) if frame[1] & 8 else (9 if single else 17)


def _spoken(frame: bytes, body: int) -> int:
    """Bytes of sound that the side information counts."""
    bits = "".join(f"{byte:08b}" for byte in frame[body - _side(frame) : body])
    single = frame[3] & 0xC0 == 0xC0
    start, step = ((18 if single else 20), 59) if frame[1] & 8 else ((9 if single else 10), 63)
    count = (1 if single else 2) * (2 if frame[1] & 8 else 1)
    return (sum(int(bits[start + step * part : start + step * part + 12], 2) for part in range(count)) + 7) // 8
