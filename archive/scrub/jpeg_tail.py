"""Whether the entropy-coded data of a JPEG ends where a picture ends, told by its last bytes alone (T.81, F.2).

Huffman codes find back into step by themselves: whoever begins to decode somewhere reads nonsense for a while, then the
blocks that are there. So the last blocks can be read without the millions before them. A whole picture ends with the
last block of a group of blocks and less than a byte of ones; one that was cut and closed ends so by chance only: in
a few of a hundred photographs. A no proves nothing: whoever gets one decodes the picture whole.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, zip_longest

from msgspec import Struct

_RESTART = re.compile(rb"\xff[\xd0-\xd7]")
TAILS = (500, 1_500, 4_500)
"""How many last bytes are read, the more of them only where fewer do not show it; 500 hold some fifty blocks."""
_ENDS, _NO_CODE = 128, 255


class Codes(Struct, frozen=True):
    """A Huffman table, its codes in their order.

    ``firsts`` are the first 16 bits that begin with each code, ``codes`` how many bits it and its number have << 8 | by
    how many coefficients of a block it goes on: ``_ENDS`` for the end of the block, ``_NO_CODE`` for what cannot be.
    """

    firsts: list[int]
    codes: list[int]


class Step(Struct, frozen=True):
    """One block of a group: the tables of its first and of its other coefficients."""

    first: Codes
    others: Codes


def is_whole(frame: bytes, tables: Sequence[bytes], interval: int, header: bytes, scan: memoryview) -> bool:
    """Tell by its last bytes whether the only scan of a sequential picture is whole; False where they do not say.

    Takes the bodies of frame header, Huffman tables and scan header, the groups between restarts (0: none) and the
    entropy-coded data. Restart markers have to be as many as the size of the picture asks for.
    """
    try:
        group = _group(frame, _tables(tables), header)
    except (KeyError, IndexError):
        return False
    restarts = [found.end() for found in _RESTART.finditer(scan)] if interval else []
    if interval and len(restarts) != (_groups(frame, len(group)) - 1) // interval:
        return False
    last = scan[restarts[-1] :] if restarts else scan
    return any(ends_whole(last, size, group) for size in TAILS)


def _tables(bodies: Sequence[bytes]) -> dict[int, Codes]:
    found = {}
    for body in bodies:
        at = 0
        while at < len(body):
            counts = body[at + 1 : at + 17]
            symbols = body[at + 17 : at + 17 + sum(counts)]
            found[body[at]] = codes(counts, map(_goes_on if body[at] >> 4 else _begins, symbols))
            at += 17 + sum(counts)
    return found


def _group(frame: bytes, tables: Mapping[int, Codes], header: bytes) -> list[Step]:
    """List the blocks of one group in their order: of each component as many as it has samples."""
    sampling = {frame[at]: frame[at + 1] for at in range(6, 6 + 3 * frame[5], 3)}
    group = []
    for at in range(1, 1 + 2 * header[0], 2):
        component, use = header[at], header[at + 1]
        several = sampling[component] if header[0] > 1 else 0x11
        group += [Step(tables[use >> 4], tables[0x10 | use & 15])] * ((several >> 4) * (several & 15))
    return group


def _groups(frame: bytes, blocks: int) -> int:
    """Count the groups of a picture by its size and the largest sampling of its components."""
    height, width = int.from_bytes(frame[1:3], "big"), int.from_bytes(frame[3:5], "big")
    samples = [frame[at + 1] for at in range(6, 6 + 3 * frame[5], 3)] if blocks > 1 else [0x11]
    across, down = 8 * max(one >> 4 for one in samples), 8 * max(one & 15 for one in samples)
    return -(-width // across) * -(-height // down)


def ends_whole(scan: memoryview, size: int, group: Sequence[Step]) -> bool:
    """Tell whether at least half of the ways to begin reading, ``size`` bytes before its end, lead to a whole end."""
    tail = bytes(scan[-size:])
    tail = tail[1:] if len(tail) < len(scan) and tail[:1] == b"\0" else tail  # half of a stuffed byte
    data = tail.replace(b"\xff\0", b"\xff")
    windows = _windows(data)
    known: dict[tuple[int, int], bool] = {}
    half, ways = (len(group) + 1) // 2, len(group)
    for phase in range(len(group)):
        reached = _reaches_end(windows, 8 * len(data), group, phase, known)
        half, ways = half - reached, ways - 1
        if half <= 0 or half > ways:  # the others change nothing
            break
    return half <= 0


def _windows(data: bytes) -> list[int]:
    """The four bytes from each place on as a number; ones stand for what lies behind the end."""
    padded = data + b"\xff" * (3 + 4)
    each = (struct.unpack_from(f">{(len(padded) - first) // 4}I", padded, first) for first in range(4))
    return [number for four in zip_longest(*each, fillvalue=0xFFFFFFFF) for number in four]


def _reaches_end(
    windows: Sequence[int], end: int, group: Sequence[Step], phase: int, known: dict[tuple[int, int], bool]
) -> bool:
    """Read blocks from the beginning of the tail; a code that cannot be makes it begin again one bit later.

    ``known`` says of each place and phase that somebody read from whether the end was reached: whoever comes there too
    goes the same way.
    """
    at, passed, reached = 0, [], False
    while at < end:
        if (at, phase) in known:
            reached = known[at, phase]
            break
        passed.append((at, phase))
        after = _block(windows, at, end, group[phase])
        if after < 0:
            at += 1
            continue
        at, phase = after, (phase + 1) % len(group)
        if end - at < 8 and phase == 0 and _only_ones(windows, at, end):
            reached = True
            break
    known.update(dict.fromkeys(passed, reached))
    return reached


def _block(windows: Sequence[int], at: int, end: int, step: Step) -> int:
    """Read one block; where it ends, or -1 where none can be."""
    code = step.first.codes[bisect_right(step.first.firsts, windows[at >> 3] >> (16 - (at & 7)) & 0xFFFF) - 1]
    at += code >> 8
    position = code & 0xFF
    firsts, codes = step.others.firsts, step.others.codes
    while position < 64:
        if at >= end:
            return -1
        code = codes[bisect_right(firsts, windows[at >> 3] >> (16 - (at & 7)) & 0xFFFF) - 1]
        at += code >> 8
        position += code & 0xFF
    return at if (position == 64 or _ENDS < position < _NO_CODE) and at <= end else -1


def _only_ones(windows: Sequence[int], at: int, end: int) -> bool:
    left = end - at
    return left == 0 or windows[at >> 3] >> (32 - (at & 7) - left) & (1 << left) - 1 == (1 << left) - 1


def codes(counts: bytes, steps: Iterable[int]) -> Codes:
    """Read a Huffman table: how many codes of each length from 1 to 16, then what each is for. Codes are counted up."""
    lengths = [length for length, count in enumerate(counts, 1) for _ in range(count)]
    spans = (1 << (16 - length) for length in lengths)
    return Codes(
        list(accumulate(spans, initial=0)),
        [(length << 8) + step for length, step in zip(lengths, steps, strict=False)] + [_NO_CODE],
    )


def _begins(symbol: int) -> int:
    """What the first code of a block is for: a number of so many bits follows."""
    return symbol << 8 | 1 if symbol <= 11 else _NO_CODE


def _goes_on(symbol: int) -> int:
    """What any other is for: zeros and a number, sixteen zeros, or the end of the block."""
    if size := symbol & 15:
        return size << 8 | (symbol >> 4) + 1
    return 16 if symbol == 0xF0 else _ENDS
