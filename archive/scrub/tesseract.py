"""The door to libtesseract: loaded into the sandbox's process, handed pixels, asked for letters.

No program is started, no file written, no thread begun; it opens only the data of its languages.
"""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Iterator
from functools import cache
from typing import Any

from PIL import Image

from archive.errors import UncleanError
from archive.scrub.contract import Reason

DPI = 300
"""Dots an inch that it is told of; it only guesses sizes by it."""

_LIBRARIES = ("libtesseract.so.5", "libtesseract.so.4")
_BEST = 1  # OEM_LSTM_ONLY: the data of distributions have nothing else


def installed() -> tuple[str, ...]:
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


def text(sheet: Image.Image, languages: tuple[str, ...]) -> tuple[str, int]:
    """The text of a grey picture, and how sure tesseract is of it (0 to 100)."""
    with _shown(sheet, languages) as (library, engine):
        return _taken(library.TessBaseAPIGetUTF8Text(engine)), library.TessBaseAPIMeanTextConf(engine)


def table(sheet: Image.Image, languages: tuple[str, ...]) -> str:
    """What it made out on a grey picture, word by word, in tesseract's table of twelve columns parted by tabs."""
    with _shown(sheet, languages) as (library, engine):
        return _taken(library.TessBaseAPIGetTsvText(engine, 0))


@contextlib.contextmanager
def _shown(sheet: Image.Image, languages: tuple[str, ...]) -> Iterator[tuple[Any, int]]:
    with _engine("+".join(languages)) as (library, engine):
        library.TessBaseAPISetImage(engine, sheet.tobytes(), sheet.width, sheet.height, 1, sheet.width)
        library.TessBaseAPISetSourceResolution(engine, DPI)
        yield library, engine


def _taken(told: int | None) -> str:
    if not told:
        raise UncleanError(Reason.READER_FAILED)
    return ctypes.string_at(told).decode(errors="replace")


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
    engine, words, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    for function, gives, takes in (
        ("Create", engine, []),
        ("Init2", number, [engine, words, words, number]),
        ("SetImage", None, [engine, words, number, number, number, number]),
        ("SetSourceResolution", None, [engine, number]),
        ("GetUTF8Text", ctypes.c_void_p, [engine]),
        ("GetTsvText", ctypes.c_void_p, [engine, number]),
        ("MeanTextConf", number, [engine]),
        ("GetAvailableLanguagesAsVector", ctypes.POINTER(words), [engine]),
    ):
        called = getattr(library, f"TessBaseAPI{function}")
        called.restype, called.argtypes = gives, takes
    return library


_library()  # loaded before the sandbox closes
