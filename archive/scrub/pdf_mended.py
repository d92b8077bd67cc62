"""PDFs that have to be mended before anybody can look at them: pages without a size, files that qpdf alone can open."""

from __future__ import annotations

from collections.abc import Sequence

import pikepdf
from msgspec import Struct
from pikepdf import Array, Dictionary, Pdf

from archive.errors import UncleanError
from archive.scrub.pdf_look import page_texts, written

SHEET = (0, 0, 612, 792)
"""What PDFium and browsers show of a page that does not say how large it is."""


class Shown(Struct, frozen=True):
    """The document as PDFium can show it, the text of its pages, and whether qpdf had to repair it for that."""

    data: bytes
    texts: tuple[str, ...]
    repaired: bool = False


def show(pdf: Pdf, data: bytes) -> Shown:
    """Read the pages as they were brought; where that cannot be, as they are once qpdf has mended and written them.

    UncleanError where nobody can, or where a repair would leave out a page.
    """
    warned = bool(pdf.get_warnings())
    if not _settle_sizes(pdf):
        try:
            return Shown(data, page_texts(data))
        except UncleanError:
            if _strays(pdf):
                raise
    mended = written(pdf)
    return Shown(mended, page_texts(mended), repaired=warned)


def _settle_sizes(pdf: Pdf) -> bool:
    """Give a page without a size the usual one, and one that is cut to nothing its whole; whether there was any."""
    settled = False
    for page in pdf.pages:
        sheet = _box(page.mediabox)
        if _is_empty(sheet):
            page.obj.MediaBox, sheet, settled = Array(SHEET), SHEET, True
        if _is_empty(_overlap(sheet, _box(page.cropbox))):
            page.obj.CropBox, settled = page.obj.MediaBox, True
    return settled


def _box(box: Array) -> tuple[float, ...]:
    """Left, bottom, right and top, in this order, whatever corners were written."""
    x, y, other_x, other_y = (float(side) for side in box.as_list())
    return min(x, other_x), min(y, other_y), max(x, other_x), max(y, other_y)


def _overlap(one: Sequence[float], other: Sequence[float]) -> tuple[float, ...]:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def _is_empty(box: Sequence[float]) -> bool:
    return box[0] >= box[2] or box[1] >= box[3]


def _strays(pdf: Pdf) -> bool:
    """Whether there are pages to which no page tree leads: a repair could have lost them."""
    there = sum(isinstance(one, Dictionary) and one.get("/Type") == pikepdf.Name.Page for one in pdf.objects)
    return there > len(pdf.pages)
