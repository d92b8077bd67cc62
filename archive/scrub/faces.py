"""Where faces and number plates may be on a photograph, if OpenCV is installed (``pip install case-archive[faces]``).

What it finds is a suggestion, and what it does not find proves nothing: it misses faces that are turned, small, dark or
half covered. A person decides. Its shapes come with the library, which is loaded only here, and opens no file besides.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image

from archive.scrub.boxes import Box, around

try:  # loaded before the sandbox closes
    import cv2
    import numpy
except ImportError:
    _THERE = False
else:
    _THERE = True

LONGEST = 1_280
"""Pixels of the longer side that are looked at; smaller faces than about 30 of them are not found."""
MARGIN = 0.4
"""Of a face's width and height, added on each side: hair and ears are part of it."""
_SMALLEST = 28
_SHAPES = (
    ("haarcascade_frontalface_alt2.xml", False),
    ("haarcascade_profileface.xml", False),
    ("haarcascade_profileface.xml", True),
    ("haarcascade_russian_plate_number.xml", False),
)
_LOADED: dict[str, Any] = {}
if _THERE:
    cv2.setNumThreads(0)
    for _name in dict(_SHAPES):
        _LOADED[_name] = cv2.CascadeClassifier(str(Path(cv2.__file__).parent / "data" / _name))


def able() -> bool:
    """Whether anything can be looked for here."""
    return _THERE


def found(sheet: Image.Image) -> tuple[Box, ...]:
    """The boxes of what looks like a face or a plate, with a margin, from above; none without OpenCV."""
    if not _THERE:
        return ()
    small = sheet.convert("L")
    small.thumbnail((LONGEST, LONGEST))
    scale = sheet.width / small.width
    boxes: list[Box] = []
    for name, mirrored in _SHAPES:
        seen = small.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else small
        hits = _LOADED[name].detectMultiScale(
            numpy.asarray(seen), scaleFactor=1.1, minNeighbors=3, minSize=(_SMALLEST, _SMALLEST)
        )
        for left, upper, wide, high in hits:
            start = small.width - int(left) - int(wide) if mirrored else int(left)
            boxes.append(_wider((start, int(upper), int(wide), int(high)), scale, sheet.size))
    return tuple(sorted(_apart(boxes), key=lambda box: (box[1], box[0])))


def _wider(place: tuple[int, int, int, int], scale: float, size: tuple[int, int]) -> Box:
    left, upper, wide, high = place
    aside, above = wide * MARGIN, high * MARGIN
    return (
        max(0, int((left - aside) * scale)),
        max(0, int((upper - above) * scale)),
        min(size[0], int((left + wide + aside) * scale) + 1),
        min(size[1], int((upper + high + above) * scale) + 1),
    )


def _apart(boxes: list[Box]) -> list[Box]:
    """One box for what several shapes found at about one place."""
    kept: list[Box] = []
    for box in boxes:
        one = box
        while near := next((other for other in kept if _overlap(one, other)), None):
            kept.remove(near)
            one = around((one, near))
        kept.append(one)
    return kept


def _overlap(one: Box, other: Box) -> bool:
    """Tell whether half of the smaller lies in the other."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return wide > 0 and high > 0 and wide * high * 2 > smaller
