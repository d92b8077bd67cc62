"""Painting on sheets: boxes that cover, what nobody could read, and the grid that people look at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from archive.scrub.boxes import PAD, Box, covering, grid, meet

_SMALLEST, _AGAIN = 10, 12  # pixels of the names of rows and columns, and after how many rows letters stand again
_GRID = (90, 140, 220)
CELL = 8
"""Pixels; ink is looked for in squares of this size."""
_COARSE, _AROUND = 4, 13  # pixels as one, and how many of these across tell what the ground of a place is
_COARSER, _FAR = 16, 25  # the same for the paper, whatever large letters stand on it
_DIFFERENT = 32  # of 255, from its ground
_DARK = 48  # of 255: so much a ground differs from the paper if it is no shadow: letters as large as a hand, bands
_RIM, _WIDE_RIM = 6, 12  # pixels around a word that was read: machines tell only about where it stands
_LINE = 48  # pixels; so long a straight stroke is a rule, not a letter
_SOME = 12  # of 255: three pixels of a square
_SMALL = (2, 3)  # squares across and down: dirt, a full stop, if it has as little ink as that
_DIRT = 24  # pixels; a letter of six points has more, also one that stands alone: on a stamp, or spaced
_CLOSE = 6  # part of the height of a word: so near letters of one word stand, and words do not
_INKED = [int(level > 24) for level in range(256)]  # a tenth of a column or row
_GAP = 2  # squares between the letters of a word
_TILE, _WORDS, _FEW = 96, 20, 4  # pixels; words on a paper; part of them that its edge may touch
_RULES = re.compile(rb"\xff{%d,}" % _LINE)


_Group = list[tuple[int, int, int]]


class Marks:
    """All that is drawn on a grey sheet, parted into what is ink and what is too faint to tell."""

    def __init__(self, sheet: Image.Image) -> None:
        self._sheet = sheet
        # The median, not the mean: between dense lines the paper is lighter than both together, and would count as ink.
        ground, self._paper = _ground(sheet, _COARSE, _AROUND), _ground(sheet, _COARSER, _FAR)
        self._ink = _apart(ground, sheet, _DIFFERENT)
        self._dark = _apart(ground, self._paper, _DARK)

    def unread(self, known: Iterable[Box], hidden: Iterable[Box] = ()) -> tuple[Box, ...]:
        """Whatever is drawn beside ``known`` words: handwriting, stamps, pictures, letters nobody made out.

        Straight lines and single dots are let be, and what is ``hidden`` already. A word of which a part was not made
        out counts as none. Each is told as a box in fixed steps that holds all of it; the edge of a photographed paper
        in tiles, as a box would hold the paper.
        """
        known = tuple(known)
        ink, dark, beside = self._ink.copy(), self._dark.copy(), _without_lines(self._ink)
        rims = [_with_rim(beside, box) for box in known]
        for one in (ink, dark):
            _erase(one, rims)
            _erase(one, hidden)
        _erase(beside, known)
        cut = [box for box in known if _goes_on(beside, box)]
        ink = ImageChops.lighter(_without_lines(ink), dark)
        wide, high = -(-ink.width // CELL), -(-ink.height // CELL)
        canvas = Image.new("L", (wide * CELL, high * CELL))
        canvas.paste(ink)
        squares = canvas.resize((wide, high), Image.Resampling.BOX).tobytes()
        inked = {divmod(at, wide): level for at, level in enumerate(squares) if level > _SOME}
        boxes, tiles = list(cut), list[Box]()
        for group in _groups(inked):
            box, reached = _box(group), _tiles(group)
            if _is_edge(box, reached, known, canvas.size):
                tiles += reached
            elif not _is_dirt(group, box):
                boxes.append(box)
        return *covering(boxes, self._sheet.size), *sorted(tiles)

    def distinct(self, known: Iterable[Box]) -> Image.Image:
        """The sheet without whatever is too faint to count as ink: a watermark, pencil, what shines through.

        Nobody looked for names in it. ``known`` words that are faint themselves stay.
        """
        plain = Image.composite(self._sheet, self._paper, ImageChops.lighter(self._ink, self._dark))
        for box in known:
            if self._ink.crop(box).getbbox() is None:
                plain.paste(self._sheet.crop(box), box)
        return plain


def _ground(sheet: Image.Image, coarse: int, around: int) -> Image.Image:
    """What every place of a sheet stands on, looked at from so far."""
    return sheet.reduce(coarse).filter(ImageFilter.MedianFilter(around)).resize(sheet.size)


def _apart(one: Image.Image, other: Image.Image, least: int) -> Image.Image:
    """White where two sheets differ by more than ``least``."""
    return ImageChops.difference(one, other).point(lambda level: 255 if level > least else 0)


def _erase(ink: Image.Image, boxes: Iterable[Box]) -> None:
    draw = ImageDraw.Draw(ink)
    for left, upper, right, lower in boxes:
        draw.rectangle((left, upper, right - 1, lower - 1), fill=0)


def _with_rim(ink: Image.Image, box: Box) -> Box:
    """The box with what belongs to its letters though the machine put it outside: all that goes on without a gap.

    What stands beside large letters is another line or word.
    """
    left, upper, right, lower = box
    high = lower - upper
    rim = max(_RIM, min(_WIDE_RIM, high // 6))
    aside, above = max(rim, high // 2), max(rim, high * 2 // 5)
    columns = [_runs_on(ink.crop(strip), across=True) for strip in (
        (left - aside, upper, left, lower), (right, upper, right + aside, lower)
    )]  # fmt: skip
    rows = [_runs_on(ink.crop(strip), across=False) for strip in (
        (left, upper - above, right, upper), (left, lower, right, lower + above)
    )]  # fmt: skip
    return (
        left - max(rim, len(_until_gap(columns[0][::-1]))),
        upper - max(rim, len(_until_gap(rows[0][::-1]))),
        right + max(rim, len(_until_gap(columns[1]))),
        lower + max(rim, len(_until_gap(rows[1]))),
    )


def _goes_on(ink: Image.Image, box: Box) -> bool:
    """Whether a letter that nobody read stands as close beside a word as letters of one word do: it is a part of it."""
    left, upper, right, lower = box
    high = lower - upper
    upper, lower, far = upper + high // 4, lower - high // 4, high // 2
    before = _runs_on(ink.crop((left - far, upper, left, lower)), across=True)[::-1]
    for inked in (before, _runs_on(ink.crop((right, upper, right + far, lower)), across=True)):
        spilt = len(_until_gap(inked))
        gap = inked.find(1, spilt) - spilt
        if spilt > high // 3 or 0 <= gap <= high // _CLOSE:
            return True
    return False


def _runs_on(strip: Image.Image, *, across: bool) -> bytes:
    """For each column of a strip, or each row, 1 if some of it is ink."""
    wide, high = strip.size
    size = (wide, 1) if across else (1, high)
    if not (wide and high):
        return b""
    return strip.resize(size, Image.Resampling.BOX).point(_INKED).tobytes()


def _until_gap(inked: bytes) -> bytes:
    return inked.partition(b"\0")[0]


def cover(sheet: Image.Image, boxes: Iterable[Box]) -> None:
    """Fill boxes with black."""
    _erase(sheet, boxes)


def _without_lines(ink: Image.Image) -> Image.Image:
    """Long strokes, level and upright, taken out."""
    turned = _without_rules(ink.transpose(Image.Transpose.TRANSPOSE)).transpose(Image.Transpose.TRANSPOSE)
    return ImageChops.darker(_without_rules(ink), turned)


def _without_rules(ink: Image.Image) -> Image.Image:
    """Long horizontal strokes taken out."""
    wide, data = ink.width, ink.tobytes()
    lines = (data[start : start + wide] for start in range(0, len(data), wide))
    return Image.frombytes("L", ink.size, b"".join(_RULES.sub(lambda run: bytes(len(run[0])), line) for line in lines))


def _groups(inked: dict[tuple[int, int], int]) -> Iterator[_Group]:
    """Squares (row, column) that lie together, each with how much ink it has."""
    while inked:
        first = next(iter(inked))
        waiting, group = [(first, inked.pop(first))], []
        while waiting:
            (down, across), level = waiting.pop()
            group.append((down, across, level))
            near = [
                (down + y, across + x)
                for y in (-1, 0, 1)
                for x in range(-_GAP, _GAP + 1)
                if (down + y, across + x) in inked
            ]
            waiting += [(one, inked.pop(one)) for one in near]
        yield group


def _box(group: _Group) -> Box:
    """What holds all of a group, in pixels."""
    downs, acrosses, _ = zip(*group, strict=True)
    return min(acrosses) * CELL, min(downs) * CELL, (max(acrosses) + 1) * CELL, (max(downs) + 1) * CELL


def _is_dirt(group: _Group, box: Box) -> bool:
    """Whether it is small and has little ink."""
    small = box[2] - box[0] <= _SMALL[0] * CELL and box[3] - box[1] <= _SMALL[1] * CELL
    return small and sum(level for _, _, level in group) * CELL * CELL <= _DIRT * 255


def _tiles(group: _Group) -> list[Box]:
    """The tiles of a fixed size that a group reaches into, with a margin: too coarse to tell the form of a letter."""
    reached = {(down * CELL // _TILE * _TILE, across * CELL // _TILE * _TILE) for down, across, _ in group}
    return [(max(0, x - PAD), max(0, y - PAD), x + _TILE + PAD, y + _TILE + PAD) for y, x in reached]


def _is_edge(box: Box, tiles: Sequence[Box], known: Sequence[Box], size: tuple[int, int]) -> bool:
    """Whether it lies around words that were read and touches hardly any: the edge of a paper on a table."""
    if (box[2] - box[0]) * 2 < size[0] or (box[3] - box[1]) * 2 < size[1]:
        return False
    inside = [word for word in known if meet(word, box)]
    touched = sum(any(meet(word, tile) for tile in tiles) for word in inside)
    return len(inside) >= _WORDS and touched * _FEW <= len(inside)


def gridded(sheet: Image.Image, hidden: Sequence[Box], faces: Sequence[Box]) -> Image.Image:
    """The sheet under its grid: letters above, numbers beside; what is covered hatched, faces framed and numbered."""
    draw = ImageDraw.Draw(sheet)
    for box in hidden:
        _hatch(draw, box)
    for number, (left, upper, right, lower) in enumerate(faces, 1):
        draw.rectangle((left, upper, right - 1, lower - 1), outline=(220, 0, 0), width=4)
        _label(draw, (left + 4, upper + 4), str(number), sheet.width // 40, (220, 0, 0))
    over = grid(sheet.size)
    size = max(_SMALLEST, min(sheet.width // over.columns, sheet.height // over.rows) // 4)
    margin = size * 2
    paper = Image.new("RGB", (sheet.width + margin * 2, sheet.height + margin), "white")
    paper.paste(sheet, (margin, margin))
    draw = ImageDraw.Draw(paper)
    for column in range(over.columns + 1):
        x = margin + column * sheet.width // over.columns
        draw.line((x, 0, x, paper.height), fill=_GRID, width=1)
        for row in range(0, over.rows, _AGAIN) if column < over.columns else ():
            y = margin + row * sheet.height // over.rows if row else 0
            _named(draw, (x + size // 2, y + size // 3), chr(ord("A") + column), size)
    for row in range(over.rows + 1):
        y = margin + row * sheet.height // over.rows
        draw.line((0, y, paper.width, y), fill=_GRID, width=1)
        for x in (2, margin + sheet.width + 2) if row < over.rows else ():
            _named(draw, (x, y + size // 3), str(row + 1), size)
    return paper


def _named(draw: ImageDraw.ImageDraw, at: tuple[int, int], words: str, size: int) -> None:
    """The name of a row or column, legible on whatever is under it."""
    font = ImageFont.load_default(size)
    draw.rectangle(draw.textbbox(at, words, font=font), fill="white")
    draw.text(at, words, fill=(0, 60, 160), font=font)


def _hatch(draw: ImageDraw.ImageDraw, box: Box) -> None:
    left, upper, right, lower = box
    draw.rectangle((left, upper, right - 1, lower - 1), outline=(0, 130, 0), width=3)
    for x in range(left, right, 16):
        draw.line((x, lower, min(x + 12, right), upper), fill=(0, 130, 0), width=2)


def _label(draw: ImageDraw.ImageDraw, at: tuple[int, int], words: str, size: int, colour: tuple[int, int, int]) -> None:
    draw.text(at, words, fill=colour, font=ImageFont.load_default(size))
