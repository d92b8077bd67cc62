"""Boxes on a sheet: how they are padded and merged so that their size tells little, and the grid by which people say
where.

A box is left, upper, right and lower edge in pixels, the last two exclusive; a size is width and height.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import NamedTuple

Box = tuple[int, int, int, int]
Size = tuple[int, int]

STEP = 48
"""Pixels: boxes begin and end at multiples of it, since the width of a name tells the name."""
PAD = 6
"""Pixels around what is to be covered, so that no edge of a letter stays."""
_LINES = 4  # times as high as another box: more than what stands on a line with it
_COLUMNS, _MOST_ROWS = 26, 99  # of the grid of a page or photograph: A to Z, and as many rows of squares as fit
_FEWEST_ROWS, _MANY_ROWS = 9, 60  # on what is wider or higher than these, cells would be too large or too small
_CELLS_OF_STRIP, _FEWEST_COLUMNS, _MOST_ROWS_OF_STRIP = 900, 4, 999
_TALLEST = 6  # times as long as a page a strip may be drawn
_CELLS = re.compile(r"([A-Z])([1-9][0-9]{0,2})(?:-([A-Z])([1-9][0-9]{0,2}))?(?:/([0-9]{1,2})x([0-9]{1,3}))?")


class Grid(NamedTuple):
    """How many columns (from A) and rows (from 1) of cells lie over a sheet."""

    columns: int
    rows: int

    @property
    def last(self) -> str:
        """The cell at its end."""
        return f"{chr(ord('A') + self.columns - 1)}{self.rows}"


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box that holds all of ``boxes``, of which there is at least one."""
    lefts, uppers, rights, lowers = zip(*boxes, strict=True)
    return min(lefts), min(uppers), max(rights), max(lowers)


def meet(one: Box, other: Box) -> bool:
    """Whether two boxes have a pixel in common."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


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
    """Tell whether two boxes stand on one line with no word between them: one far higher stands beside many lines."""
    over = min(one[3], other[3]) - max(one[1], other[1])
    apart = max(one[0], other[0]) - min(one[2], other[2])
    low, high = sorted((one[3] - one[1], other[3] - other[1]))
    return apart < STEP and over * 2 > low and high <= low * _LINES


def smaller(size: tuple[float, float], longest: int) -> float:
    """By what to make a sheet smaller (at most 1), so that its longer side is ``longest``.

    A strip, as a long chat on a screen, may be longer, of as many dots as a page: made shorter, nobody could read it.
    """
    long = longest / max(*size, 1)
    by_dots = longest / math.sqrt(max(size[0] * size[1], 1) * math.sqrt(2))
    return min(1.0, max(long, min(by_dots, _TALLEST * long)))


def grid(size: Size) -> Grid:
    """The grid that people see over a sheet: cells of a size by which they can say what to cover."""
    width, height = size
    rows = round(_COLUMNS * height / width)
    if rows <= _MANY_ROWS:
        return Grid(_COLUMNS, max(_FEWEST_ROWS, rows))
    columns = max(_FEWEST_COLUMNS, round(math.sqrt(_CELLS_OF_STRIP * width / height)))
    return Grid(columns, min(_MOST_ROWS_OF_STRIP, round(columns * height / width)))


def _usual(size: Size) -> Grid:
    """The grid of which cells are that do not say of which: squares, however many."""
    return Grid(_COLUMNS, max(1, min(_MOST_ROWS, round(_COLUMNS * size[1] / size[0]))))


def kept_as(cells: str, size: Size) -> str | None:
    """Cells as people read them off the grid (``B4-C6``), as they are kept; None where there are no such cells.

    Cells of a grid that is not the usual one say of how many columns and rows it is, so that they never mean another
    place: ``B4-C6/10x83``.
    """
    over = grid(size)
    told = cells if "/" in cells or over == _usual(size) else f"{cells}/{over.columns}x{over.rows}"
    return told if of_cells(told, size) is not None else None


def of_cells(cells: str, size: Size) -> Box | None:
    """The box from one cell to another, as they are kept; None where there are no such cells."""
    told = _CELLS.fullmatch(cells)
    if told is None:
        return None
    columns, high = Grid(int(told[5]), int(told[6])) if told[5] else _usual(size)
    across = sorted(ord(letter) - ord("A") for letter in (told[1], told[3] or told[1]))
    down = sorted(int(row) for row in (told[2], told[4] or told[2]))
    width, height = size
    if across[1] >= columns or down[1] > high:
        return None
    return (
        across[0] * width // columns,
        (down[0] - 1) * height // high,
        -(-(across[1] + 1) * width // columns),
        -(-down[1] * height // high),
    )


def to_cells(box: Box, size: Size) -> str:
    """The cells that a box reaches into, as they are kept."""
    width, height = size
    columns, high = grid(size)
    left, upper = ((box[0] + 1) * columns - 1) // width, ((box[1] + 1) * high - 1) // height
    right, lower = (box[2] - 1) * columns // width, (box[3] - 1) * high // height
    first, last = f"{chr(ord('A') + left)}{upper + 1}", f"{chr(ord('A') + right)}{lower + 1}"
    told = first if first == last else f"{first}-{last}"
    return kept_as(told, size) or told


def as_seen(cells: str) -> str:
    """Kept cells as people read them off the grid."""
    return cells.partition("/")[0]
