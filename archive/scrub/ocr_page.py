"""What runs inside the sandbox of reading: survey a clean file, or recognise the letters on one of its pages.

libtesseract is loaded into this process and handed pixels: no program is started, no file written, no thread begun. It
opens only the data of its languages.
"""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
from PIL import Image, ImageOps

from archive.errors import UncleanError
from archive.scrub.contract import Reason
from archive.scrub.ocr import MOST_PAGES, Ask, Page, Survey
from archive.scrub.pdf_look import page_texts
from archive.scrub.pdf_page import rendered, scans
from archive.scrub.pdf_seen import is_seen
from archive.scrub.picture import opened

DPI = 300
LONGEST = 4_200
"""Pixels of the longer side that is read: A4 at 300 dots an inch and some more; a larger picture is made smaller."""

_PDF = "application/pdf"
_KINDS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF", "image/tiff": "TIFF"}
_LIBRARIES = ("libtesseract.so.5", "libtesseract.so.4")
_BEST = 1  # OEM_LSTM_ONLY: the data of distributions have nothing else


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
        return Survey(texts, unread, _installed() if unread else (), seen)
    with opened(data, _kind(media_type)) as image:
        pages = getattr(image, "n_frames", 1) if media_type == "image/tiff" else 1
        return Survey(("",) * pages, tuple(range(pages)), _installed())


def _read(data: bytes, ask: Ask) -> Page:
    sheet = rendered(data, ask.page or 0, DPI, LONGEST) if ask.media_type == _PDF else _picture(data, ask)
    sheet.thumbnail((LONGEST, LONGEST))
    with _engine("+".join(ask.languages)) as (library, engine):
        library.TessBaseAPISetImage(engine, sheet.tobytes(), sheet.width, sheet.height, 1, sheet.width)
        library.TessBaseAPISetSourceResolution(engine, DPI)
        text = library.TessBaseAPIGetUTF8Text(engine)
        if not text:
            raise UncleanError(Reason.READER_FAILED)
        return Page(ctypes.string_at(text).decode(errors="replace"), library.TessBaseAPIMeanTextConf(engine))


def _picture(data: bytes, ask: Ask) -> Image.Image:
    """Decode one page of a picture, grey and upright."""
    with opened(data, _kind(ask.media_type)) as image:
        image.seek(ask.page or 0)
        return ImageOps.exif_transpose(image).convert("L")


def _kind(media_type: str) -> str:
    if media_type not in _KINDS:
        raise UncleanError(Reason.UNKNOWN)
    return _KINDS[media_type]


def _installed() -> tuple[str, ...]:
    """List the languages that tesseract has data for; empty where there is no tesseract."""
    if _library() is None:
        return ()
    with _engine("eng") as (library, engine):
        names = library.TessBaseAPIGetAvailableLanguagesAsVector(engine)
        found = []
        for name in names:
            if not name:
                break
            found.append(name.decode(errors="replace"))
        return tuple(found)


@contextlib.contextmanager
def _engine(languages: str) -> Iterator[tuple[Any, int]]:
    """Load a recogniser of these languages; the process ends soon, and it with it."""
    library = _library()
    if library is None:
        raise UncleanError(Reason.READER_FAILED)
    engine = library.TessBaseAPICreate()
    if library.TessBaseAPIInit2(engine, None, languages.encode(), _BEST) and languages != "eng":
        raise UncleanError(Reason.READER_FAILED)
    yield library, engine


@cache
def _library() -> Any | None:
    """Load libtesseract and say what its functions take and give; None where it is not installed."""
    for name in _LIBRARIES:
        with contextlib.suppress(OSError):
            library = ctypes.CDLL(name)
            break
    else:
        return None
    with contextlib.suppress(OSError):
        ctypes.CDLL("libgomp.so.1").omp_set_num_threads(1)  # the sandbox allows no second thread
    engine, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    for function, gives, takes in (
        ("Create", engine, []),
        ("Init2", number, [engine, text, text, number]),
        ("SetImage", None, [engine, text, number, number, number, number]),
        ("SetSourceResolution", None, [engine, number]),
        ("GetUTF8Text", ctypes.c_void_p, [engine]),
        ("MeanTextConf", number, [engine]),
        ("GetAvailableLanguagesAsVector", ctypes.POINTER(text), [engine]),
    ):
        called = getattr(library, f"TessBaseAPI{function}")
        called.restype, called.argtypes = gives, takes
    return library


_library()  # loaded before the sandbox closes
