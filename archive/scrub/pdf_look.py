"""What a PDF shows, by PDFium: the text of its pages, and its pages drawn as pictures into a file of nothing else."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

import pikepdf
import pypdfium2
from pikepdf import Dictionary, Name, Pdf
from PIL import Image, ImageChops

from archive.errors import UncleanError
from archive.scrub.contract import Reason

DPI = 200
QUALITY = 85
"""JPEG quality of a drawn page."""
PIXELS = 40_000_000
"""Most pixels of one drawn page; a larger sheet is drawn coarser."""
DRAWN_PAGES = 300
"""A page takes about 40 ms to draw; a worker has 20 s."""

SMALLEST, LARGEST = 3, 14_400
"""Sides of a page, in points, that every reader shows."""

COMPARED_PAGES = 50
"""Most pages whose look is compared."""
SKETCH = 250_000
"""Pixels of a page drawn for comparing."""

_POINTS = 72
_VISIBLE = 48
"""Difference of a channel, of 255, that counts; rebuilt colour profiles round a little differently."""
_BROKEN_WORD = re.compile("[\u0002\ufffe](?:\r?\n)?")
"""PDFium's sign for a hyphen at the end of a line, inside a word."""


@contextmanager
def shown(data: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """Open a document for looking; what PDFium cannot read is damaged."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise UncleanError(Reason.PDF_DAMAGED) from error
    try:
        yield document
    except pypdfium2.PdfiumError as error:
        raise UncleanError(Reason.PDF_DAMAGED) from error
    finally:
        document.close()


def page_texts(data: bytes) -> tuple[str, ...]:
    """Read the text layer of each page in PDFium's order, as NFC without control characters."""
    with shown(data) as document:
        return tuple(_text(document[number]) for number in range(len(document)))


def looks_same(before: bytes, after: bytes) -> bool:
    """Compare pages as drawn without annotations; of a long document some, evenly spread, as each costs some 20 ms."""
    with shown(before) as old, shown(after) as new:
        pages = range(0, len(old), -(-len(old) // COMPARED_PAGES))
        return len(old) == len(new) and all(_same_picture(_sketch(old[at]), _sketch(new[at])) for at in pages)


def drawn(data: bytes) -> bytes:
    """Draw each page as seen on a screen, form fields and annotations too, and wrap the pictures as a new document."""
    with shown(data) as document, Pdf.new() as wrapped:
        if len(document) > DRAWN_PAGES:
            raise UncleanError(Reason.TOO_MANY_PAGES)
        document.init_forms()
        for number in range(len(document)):
            _wrap(wrapped, document[number])
        return written(wrapped)


def written(pdf: Pdf) -> bytes:
    """Write a document whole, once and plainly: no older revisions, no object streams, the same /ID for all."""
    for key in [key for key in pdf.trailer.keys() if key not in ("/Root", "/Size")]:  # noqa: SIM118 -- no plain mapping
        del pdf.trailer[key]
    pdf.trailer.Size = 0  # the writer sets it, but only where there was one
    target = io.BytesIO()
    pdf.save(
        target,
        static_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        compress_streams=True,
        encryption=False,
        fix_metadata_version=False,
    )
    return target.getvalue()


def readable(text: str) -> str:
    """Make text NFC, join words broken at a line's end, and drop what does not print; line ends are newlines."""
    text = unicodedata.normalize("NFC", _BROKEN_WORD.sub("", text).replace("\r\n", "\n").replace("\r", "\n"))
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp"))
    return "".join(kept).strip()


def _text(page: pypdfium2.PdfPage) -> str:
    layer = page.get_textpage()
    try:
        return readable(layer.get_text_range() if layer.count_chars() else "")
    finally:
        layer.close()
        page.close()


def _sketch(page: pypdfium2.PdfPage) -> Image.Image:
    width, height = page.get_size()
    scale = min(1.0, (SKETCH / max(width * height, 1)) ** 0.5)
    picture: Image.Image = page.render(scale=scale, draw_annots=False).to_pil().convert("RGB")
    page.close()
    return picture


def _same_picture(old: Image.Image, new: Image.Image) -> bool:
    """Tell whether fewer than one pixel in two thousand differs visibly."""
    if old.size != new.size:
        return False
    levels = ImageChops.difference(old, new).convert("L").histogram()
    return sum(levels[_VISIBLE:]) * 2_000 <= old.width * old.height


def _wrap(wrapped: Pdf, page: pypdfium2.PdfPage) -> None:
    width, height = page.get_size()
    scale = min(DPI / _POINTS, (PIXELS / max(width * height, 1)) ** 0.5)
    bitmap = page.render(scale=scale, rev_byteorder=True)
    picture = io.BytesIO()
    bitmap.to_pil().save(picture, "JPEG", quality=QUALITY)
    image = wrapped.make_stream(
        picture.getvalue(),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=bitmap.width,
        Height=bitmap.height,
        ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )
    fit = min(1.0, LARGEST / max(width, height, 1))
    width, height = (max(side * fit, SMALLEST) for side in (width, height))
    sheet = wrapped.add_blank_page(page_size=(width, height))
    sheet.obj.Resources = Dictionary(XObject=Dictionary(Im0=image))
    sheet.obj.Contents = wrapped.make_stream(b"q %.4f 0 0 %.4f 0 0 cm /Im0 Do Q" % (width, height))
    bitmap.close()
    page.close()
