"""One page of a PDF as a sheet: drawn, with the words of its text layer and where they stand, if all of it is seen."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

import pypdfium2
from PIL import Image
from pypdfium2.raw import FPDF_PageToDevice, FPDFText_GetCharBox, FPDFText_GetUnicode

from archive.scrub.boxes import Box, around
from archive.scrub.pdf_look import shown
from archive.scrub.pdf_page import rendered
from archive.scrub.pdf_seen import page_is_seen
from archive.scrub.sheets import LONGEST, Word

DPI = 200
_CERTAIN = 100
_BREAKS = ("\u0002", "\ufffe")
"""PDFium's sign for a hyphen at the end of a line, inside a word."""


def count(data: bytes) -> int:
    """How many pages there are."""
    with shown(data) as document:
        return len(document)


def drawn(data: bytes, number: int) -> Image.Image:
    """The page as seen, grey, with fields and annotations."""
    return rendered(data, number, DPI, LONGEST)


def words(data: bytes, number: int, size: tuple[int, int]) -> tuple[Word, ...]:
    """The words of the text layer on a sheet of ``size``; none where not every letter is seen as what it says."""
    with shown(data) as document:
        if not page_is_seen(document[number]):
            return ()
        page = document[number]
        layer = page.get_textpage()
        try:
            return tuple(_words(page, layer, size))
        finally:
            layer.close()
            page.close()


def _words(page: pypdfium2.PdfPage, layer: pypdfium2.PdfTextPage, size: tuple[int, int]) -> Iterator[Word]:
    """Letters run together to words; what parts them is a blank or a new line."""
    letters: list[str] = []
    places: list[Box] = []
    held: Word | None = None
    for at in range(layer.count_chars()):
        sign = chr(FPDFText_GetUnicode(layer, at))
        if not sign.isspace() and sign not in "\0":
            letters.append("-" if sign in _BREAKS else sign)
            places.append(_place(page, layer, at, size))
            continue
        if letters:
            if held is not None:
                yield held
            held = Word("".join(letters), around(places), _CERTAIN, " ")
            letters, places = [], []
        if held is not None and sign in "\r\n":
            held = Word(held.text, held.box, held.sure, "\n")
    if held is not None:
        yield held
    if letters:
        yield Word("".join(letters), around(places), _CERTAIN, "")


def _place(page: pypdfium2.PdfPage, layer: pypdfium2.PdfTextPage, at: int, size: tuple[int, int]) -> Box:
    """Where a letter stands on the sheet, which is turned and cut as the page says."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    FPDFText_GetCharBox(layer, at, left, right, bottom, top)
    across, down = ctypes.c_int(), ctypes.c_int()
    points = []
    for x, y in ((left, bottom), (right, top)):
        FPDF_PageToDevice(page, 0, 0, *size, 0, x.value, y.value, across, down)
        points.append((across.value, down.value))
    (first, last), (upper, lower) = (sorted(values) for values in zip(*points, strict=True))
    return first, upper, last + 1, lower + 1
