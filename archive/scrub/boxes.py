"""Boxes on a sheet: how they are padded and merged so that their size tells little, and the grid by which people say
where.

A box is left, upper, right and lower edge in pixels, the last two exclusive; a size is width and height.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

Box = tuple[int, int, int, int]
Size = tuple[int, int]

STEP = 48
"""Pixels: boxes begin and end at multiples of it, since the width of a name tells the name."""
PAD = 6
"""Pixels around what is to be covered, so that no edge of a letter stays."""
COLUMNS = 26
"""Columns of the grid, A to Z; there are as many rows of square cells as fit."""
_MOST_ROWS = 99
_CELLS = re.compile(r"([A-Z])([1-9][0-9]?)(?:-([A-Z])([1-9][0-9]?))?")


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box that holds all of ``boxes``, of which there is at least one."""
    lefts, uppers, rights, lowers = zip(*boxes, strict=True)
    return min(lefts), min(uppers), max(rights), max(lowers)


def covering(boxes: Iterable[Box], size: Size) -> tuple[Box, ...]:
    """What to paint to cover ``boxes``: padded, in fixed steps, and neighbours on a line as one."""
    merged: list[Box] = []
    for box in sorted(_stepped(box, size) for box in boxes):
        one = box
        while near := next((other for other in merged if _are_neighbours(one, other)), None):
            merged.remove(near)
            one = around((one, near))
        merged.append(one)
    return tuple(sorted(merged))


def _stepped(box: Box, size: Size) -> Box:
    left, upper, right, lower = box
    return (
        max(0, (left - PAD) // STEP * STEP),
        max(0, upper - PAD),
        min(size[0], -(-(right + PAD) // STEP) * STEP),
        min(size[1], lower + PAD),
    )


def _are_neighbours(one: Box, other: Box) -> bool:
    """Tell whether two boxes stand on one line with no word between them."""
    over = min(one[3], other[3]) - max(one[1], other[1])
    apart = max(one[0], other[0]) - min(one[2], other[2])
    return apart < STEP and over * 2 > min(one[3] - one[1], other[3] - other[1])


def rows(size: Size) -> int:
    """How many rows the grid has on a sheet of this size."""
    return max(1, min(_MOST_ROWS, round(COLUMNS * size[1] / size[0])))


def of_cells(cells: str, size: Size) -> Box | None:
    """The box from one cell to another (``B4-C6``); None where there are no such cells."""
    told = _CELLS.fullmatch(cells)
    if told is None:
        return None
    across = sorted(ord(letter) - ord("A") for letter in (told[1], told[3] or told[1]))
    down = sorted(int(row) for row in (told[2], told[4] or told[2]))
    width, height = size
    high = rows(size)
    if down[1] > high:
        return None
    return (
        across[0] * width // COLUMNS,
        (down[0] - 1) * height // high,
        -(-(across[1] + 1) * width // COLUMNS),
        -(-down[1] * height // high),
    )


def to_cells(box: Box, size: Size) -> str:
    """The cells that a box reaches into, as people write them."""
    width, height = size
    high = rows(size)
    left, upper = ((box[0] + 1) * COLUMNS - 1) // width, ((box[1] + 1) * high - 1) // height
    right, lower = (box[2] - 1) * COLUMNS // width, (box[3] - 1) * high // height
    first, last = f"{chr(ord('A') + left)}{upper + 1}", f"{chr(ord('A') + right)}{lower + 1}"
    return first if first == last else f"{first}-{last}"
