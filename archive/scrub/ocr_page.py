"""What runs inside the sandbox of reading: survey a clean file, or recognise the letters on one of its pages.

Recognising is libtesseract's (``tesseract.py``).
"""

from __future__ import annotations

import msgspec
from PIL import Image, ImageOps

from archive.scrub import tesseract
from archive.scrub.ocr import MOST_PAGES, Ask, Page, Survey
from archive.scrub.pdf_look import page_texts
from archive.scrub.pdf_page import rendered, scans
from archive.scrub.pdf_seen import is_seen
from archive.scrub.picture import fitted, format_of, of_eight_bits, opened

LONGEST = 4_200
"""Pixels of the longer side that is read: A4 at 300 dots an inch and some more; a larger picture is made smaller."""

_PDF = "application/pdf"


def handle(request: bytes, data: bytes) -> bytes:
    """Answer an ``Ask`` about one file; the sandbox calls this in a process of its own."""
    ask = msgspec.msgpack.decode(request, type=Ask)
    answer = _survey(data, ask.media_type) if ask.page is None else _read(data, ask)
    return msgspec.msgpack.encode(answer)


def _survey(data: bytes, media_type: str) -> Survey:
    if media_type == _PDF:
        texts = page_texts(data)
        unread = scans(data, texts)
        seen = not unread and len(texts) <= MOST_PAGES and is_seen(data)
        return Survey(texts, unread, tesseract.installed() if unread else (), seen)
    with opened(data, format_of(media_type)) as image:
        pages = getattr(image, "n_frames", 1) if media_type == "image/tiff" else 1
        return Survey(("",) * pages, tuple(range(pages)), tesseract.installed())


def _read(data: bytes, ask: Ask) -> Page:
    on_page = ask.media_type == _PDF
    sheet = rendered(data, ask.page or 0, tesseract.DPI, LONGEST) if on_page else _picture(data, ask)
    return Page(*tesseract.text(fitted(sheet, LONGEST), ask.languages))


def _picture(data: bytes, ask: Ask) -> Image.Image:
    """Decode one page of a picture, grey and upright."""
    with opened(data, format_of(ask.media_type)) as image:
        image.seek(ask.page or 0)
        return of_eight_bits(ImageOps.exif_transpose(image)).convert("L")
