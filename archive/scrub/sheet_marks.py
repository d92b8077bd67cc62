"""Painting on sheets: boxes that cover, what nobody could read, and the grid that people look at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from archive.scrub.boxes import COLUMNS, Box, covering, rows

CELL = 8
"""Pixels; ink is looked for in squares of this size."""
_COARSE, _AROUND = 4, 13  # pixels as one, and how many of these across tell what the ground of a place is
_DIFFERENT = 32  # of 255, from its ground
_RIM = 6  # pixels around a word that was read; more for large letters, as machines tell only about where words stand
_LINE = 48  # pixels; so long a straight stroke is a rule, not a letter
_SOME = 12  # of 255: three pixels of a square
_SMALL = (2, 3)  # squares across and down: a stray letter, a bullet, dirt
_GAP = 2  # squares between the letters of a word
_RULES = re.compile(rb"\xff{%d,}" % _LINE)


def cover(sheet: Image.Image, boxes: Iterable[Box]) -> None:
    """Fill boxes with black."""
    draw = ImageDraw.Draw(sheet)
    for left, upper, right, lower in boxes:
        draw.rectangle((left, upper, right - 1, lower - 1), fill=0)


def unread(sheet: Image.Image, known: Iterable[Box]) -> tuple[Box, ...]:
    """Whatever is drawn on a grey sheet beside ``known``: handwriting, stamps, pictures, letters nobody made out.

    Straight lines and single dots are let be. Each is told as a box in fixed steps that holds all of it.
    """
    # The median, not the mean: between dense lines the paper is lighter than both together, and would count as ink.
    ground = sheet.reduce(_COARSE).filter(ImageFilter.MedianFilter(_AROUND)).resize(sheet.size)
    ink = ImageChops.difference(ground, sheet).point(lambda level: 255 if level > _DIFFERENT else 0)
    draw = ImageDraw.Draw(ink)
    for left, upper, right, lower in known:
        aside, above = max(_RIM, (lower - upper) // 2), max(_RIM, (lower - upper) * 2 // 5)
        rim = (left - aside, upper - above, right - 1 + aside, lower - 1 + above)
        draw.rectangle(rim, fill=0)
    turned = _without_rules(ink.transpose(Image.Transpose.TRANSPOSE)).transpose(Image.Transpose.TRANSPOSE)
    ink = ImageChops.darker(_without_rules(ink), turned)
    wide, high = -(-ink.width // CELL), -(-ink.height // CELL)
    canvas = Image.new("L", (wide * CELL, high * CELL))
    canvas.paste(ink)
    squares = canvas.resize((wide, high), Image.Resampling.BOX).tobytes()
    inked = {divmod(at, wide) for at, level in enumerate(squares) if level > _SOME}
    return covering((box for box in _groups(inked) if box is not None), sheet.size)


def _without_rules(ink: Image.Image) -> Image.Image:
    """Long horizontal strokes taken out."""
    wide, data = ink.width, ink.tobytes()
    lines = (data[start : start + wide] for start in range(0, len(data), wide))
    return Image.frombytes("L", ink.size, b"".join(_RULES.sub(lambda run: bytes(len(run[0])), line) for line in lines))


def _groups(inked: set[tuple[int, int]]) -> Iterable[Box | None]:
    """Squares (row, column) that lie together, as a box in pixels; None for what is small."""
    while inked:
        waiting, group = [inked.pop()], []
        while waiting:
            down, across = waiting.pop()
            group.append((down, across))
            near = {
                (down + y, across + x)
                for y in (-1, 0, 1)
                for x in range(-_GAP, _GAP + 1)
                if (down + y, across + x) in inked
            }
            inked -= near
            waiting += near
        top, bottom = min(group)[0], max(group)[0] + 1
        left, right = min(at for _, at in group), max(at for _, at in group) + 1
        small = right - left <= _SMALL[0] and bottom - top <= _SMALL[1]
        yield None if small else (left * CELL, top * CELL, right * CELL, bottom * CELL)


def gridded(sheet: Image.Image, hidden: Sequence[Box], faces: Sequence[Box]) -> Image.Image:
    """The sheet under its grid: letters above, numbers beside; what is covered hatched, faces framed and numbered."""
    draw = ImageDraw.Draw(sheet)
    for box in hidden:
        _hatch(draw, box)
    for number, (left, upper, right, lower) in enumerate(faces, 1):
        draw.rectangle((left, upper, right - 1, lower - 1), outline=(220, 0, 0), width=4)
        _label(draw, (left + 4, upper + 4), str(number), sheet.width // 40, (220, 0, 0))
    high, size = rows(sheet.size), max(10, sheet.width // 90)
    margin = size * 2
    paper = Image.new("RGB", (sheet.width + margin, sheet.height + margin), "white")
    paper.paste(sheet, (margin, margin))
    draw = ImageDraw.Draw(paper)
    for column in range(COLUMNS + 1):
        x = margin + column * sheet.width // COLUMNS
        draw.line((x, 0, x, paper.height), fill=(90, 140, 220), width=1)
        if column < COLUMNS:
            _label(draw, (x + size // 2, size // 3), chr(ord("A") + column), size, (0, 60, 160))
    for row in range(high + 1):
        y = margin + row * sheet.height // high
        draw.line((0, y, paper.width, y), fill=(90, 140, 220), width=1)
        if row < high:
            _label(draw, (2, y + size // 3), str(row + 1), size, (0, 60, 160))
    return paper


def _hatch(draw: ImageDraw.ImageDraw, box: Box) -> None:
    left, upper, right, lower = box
    draw.rectangle((left, upper, right - 1, lower - 1), outline=(0, 130, 0), width=3)
    for x in range(left, right, 16):
        draw.line((x, lower, min(x + 12, right), upper), fill=(0, 130, 0), width=2)


def _label(draw: ImageDraw.ImageDraw, at: tuple[int, int], words: str, size: int, colour: tuple[int, int, int]) -> None:
    draw.text(at, words, fill=colour, font=ImageFont.load_default(size))
