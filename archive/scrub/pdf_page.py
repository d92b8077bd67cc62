"""The pages of a PDF, by PDFium, for reading by machine: which of them are pictures of text, and one as a picture."""

from __future__ import annotations

import pypdfium2
from PIL import Image
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE, FPDF_PAGEOBJ_PATH

from archive.scrub.boxes import smaller
from archive.scrub.pdf_look import shown

FEW = 30
"""Letters; a scan may have so many in its text layer: a stamp of the scanner, the number of the page."""
COVERED = 0.25
"""Share of the page that a picture of text takes at least."""
OUTLINES = 200
"""Shapes; so many on a page without a letter are letters drawn as outlines."""

_POINTS = 72
_DEPTH = 4


def scans(data: bytes, texts: tuple[str, ...]) -> tuple[int, ...]:
    """Number the pages (from 0) that show letters which their text layer, one of ``texts``, does not hold."""
    with shown(data) as document:
        few = [number for number, text in enumerate(texts) if len("".join(text.split())) < FEW]
        return tuple(number for number in few if _shows_letters(document[number], texts[number]))


def rendered(data: bytes, number: int, dpi: int, longest: int) -> Image.Image:
    """Draw a page at so many dots an inch, no larger than ``boxes.smaller`` says; with fields and annotations."""
    with shown(data) as document:
        document.init_forms()
        page = document[number]
        width, height = (side * dpi / _POINTS for side in page.get_size())
        scale = dpi / _POINTS * smaller((width, height), longest)
        picture: Image.Image = page.render(scale=scale).to_pil().convert("L")
        page.close()
        return picture


def _shows_letters(page: pypdfium2.PdfPage, text: str) -> bool:
    width, height = page.get_size()
    covered, shapes = 0.0, 0
    for part in page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE, FPDF_PAGEOBJ_PATH], max_depth=_DEPTH):
        if part.type == FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = part.get_bounds()
            covered += (right - left) * (top - bottom)
        else:
            shapes += 1
    page.close()
    return covered >= COVERED * width * height or (not text.strip() and shapes >= OUTLINES)
