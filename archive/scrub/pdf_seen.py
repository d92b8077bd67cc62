"""Whether the text layer of a PDF is what its pages show: each letter in its place, and nothing under or beside it.

Search takes any text. A dossier does not: under a black box, in white on white, outside the page or behind a picture
may stand the very name that somebody covered, and behind a scan stands what a machine made of it. So every page is
drawn, and every letter of its layer is looked for. What cannot be told counts as not seen.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from itertools import product

import pypdfium2
from PIL import Image
from pypdfium2.raw import (
    FPDF_PAGEOBJ_FORM,
    FPDF_PAGEOBJ_IMAGE,
    FPDF_PAGEOBJ_SHADING,
    FPDF_PageToDevice,
    FPDFText_GetCharBox,
    FPDFText_GetUnicode,
    FPDFText_HasUnicodeMapError,
    FPDFText_IsGenerated,
)

from archive.scrub.pdf_look import shown

DPI = 100
PIXELS = 4_000_000
"""Most pixels of a page that is looked at; on a larger sheet letters are drawn smaller, and count as not seen."""
CONTRAST = 24
"""Of 255: letters that differ less from what they stand on are not seen."""
SMALLEST = 1.5
"""Points; a letter that is neither higher nor wider is not read by anybody."""

_POINTS = 72
_DEPTH = 15
_MISCODED = re.compile(
    r"(?<![^\W\d_])[\u00a1-\u00ff]{3,}(?![^\W\d_])"  # Cyrillic of an old code page, read as Latin
    r"|[\ue000-\uf8ff]\S|\S[\ue000-\uf8ff]|\ufffd"  # letters of nobody but this font; alone they are bullets
)

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in the page's own points."""
Letter = tuple[str, Box]
_CELL = 4  # points


def is_seen(data: bytes) -> bool:
    """Tell whether each letter of each text layer is seen on its page, where it says, and as what it says."""
    with shown(data) as document:
        return all(page_is_seen(document[number]) for number in range(len(document)))


def page_is_seen(page: pypdfium2.PdfPage) -> bool:
    """Tell the same of one page, and close it."""
    layer = page.get_textpage()
    try:
        letters = tuple(_letters(layer))
        if None in letters or _MISCODED.search(layer.get_text_range() if layer.count_chars() else ""):
            return False
        known = [letter for letter in letters if letter is not None]
        boxes = [box for _, box in known]
        return not boxes or (_stand_apart(known) and _stand_free(page, boxes) and _stand_out(page, boxes))
    finally:
        layer.close()
        page.close()


def _letters(layer: pypdfium2.PdfTextPage) -> Iterator[Letter | None]:
    """Each letter and digit with its box; None for a sign of which the file does not say what it means."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    for at in range(layer.count_chars()):
        if FPDFText_HasUnicodeMapError(layer, at) == 1:
            yield None
        elif FPDFText_IsGenerated(layer, at) != 1 and (sign := chr(FPDFText_GetUnicode(layer, at))).isalnum():
            FPDFText_GetCharBox(layer, at, left, right, bottom, top)
            yield sign, (left.value, bottom.value, right.value, top.value)


def _stand_apart(letters: list[Letter]) -> bool:
    """Tell whether no letter is overprinted: has the middle of another in it.

    Of the same letter it may, that is bold print; and the letters of a ligature share one box.
    """
    middles: dict[tuple[int, int], list[Letter]] = {}
    for letter in letters:
        across, up = _middle(letter[1])
        middles.setdefault((int(across // _CELL), int(up // _CELL)), []).append(letter)
    return not any(
        _overprints(other, letter)
        for letter in letters
        for cell in product(_cells(letter[1][0], letter[1][2]), _cells(letter[1][1], letter[1][3]))
        for other in middles.get(cell, ())
    )


def _overprints(one: Letter, other: Letter) -> bool:
    """Tell whether the middle of a letter is well within another; an italic f reaches over its neighbour."""
    (sign, box), (other_sign, (left, bottom, right, top)) = one, other
    (across, up), aside, over = _middle(box), (right - left) / 5, (top - bottom) / 5
    inside = left + aside < across < right - aside and bottom + over < up < top - over
    return inside and sign != other_sign and box != other[1]


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _cells(start: float, end: float) -> range:
    return range(int(start // _CELL), int(end // _CELL) + 1)


def _stand_free(page: pypdfium2.PdfPage, boxes: list[Box]) -> bool:
    """Tell whether no letter stands where a picture or a shading is, over it or under it."""
    for part in page.get_objects(max_depth=_DEPTH):
        if part.type in (FPDF_PAGEOBJ_IMAGE, FPDF_PAGEOBJ_SHADING):
            if part.level > 0:  # its place is told within a form only
                return False
            place = part.get_bounds()
            if any(_touch(place, box) for box in boxes):
                return False
        elif part.type == FPDF_PAGEOBJ_FORM and part.level == _DEPTH - 1:
            return False
    return True


def _touch(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _stand_out(page: pypdfium2.PdfPage, boxes: list[Box]) -> bool:
    """Tell whether the place of each letter, as drawn, is neither empty nor filled."""
    width, height = page.get_size()
    scale = min(DPI / _POINTS, (PIXELS / max(width * height, 1)) ** 0.5)
    picture: Image.Image = page.render(scale=scale).to_pil().convert("L")
    return all(
        max(box[2] - box[0], box[3] - box[1]) >= SMALLEST and _stands_out(picture, _on_picture(page, picture, box))
        for box in boxes
    )


def _stands_out(picture: Image.Image, place: tuple[int, int, int, int]) -> bool:
    left, upper, right, lower = place
    if left < 0 or upper < 0 or right > picture.width or lower > picture.height:
        return False
    darkest, lightest = picture.crop(place).getextrema()
    return bool(lightest - darkest >= CONTRAST)  # type: ignore[operator]  # of one channel they are two numbers


def _on_picture(page: pypdfium2.PdfPage, picture: Image.Image, box: Box) -> tuple[int, int, int, int]:
    """Where to look for a letter on the drawn page, which is turned and cut as it says."""
    across, down = ctypes.c_int(), ctypes.c_int()
    points = []
    for x, y in ((box[0], box[1]), (box[2], box[3])):
        FPDF_PageToDevice(page, 0, 0, picture.width, picture.height, 0, x, y, across, down)
        points.append((across.value, down.value))
    (left, right), (upper, lower) = (_within(*sorted(values)) for values in zip(*points, strict=True))
    return left, upper, right, lower


def _within(start: int, end: int) -> tuple[int, int]:
    """Look well inside, where a box that covers a letter has no rim; but beside a thin stroke, which fills its own."""
    around = 1 if end - start <= 3 else -1 if end - start >= 6 else 0
    return start - around, end + 1 + around
