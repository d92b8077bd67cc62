"""One sound file or more of each format, to begin mutants from; a new format joins by a line in ``SEEDS``.

The makers stand in each format's own tests, which are loaded from here when they are needed.
"""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace

from PIL import Image


@cache
def beside(name: str) -> ModuleType:
    """A test file of this folder, as a module."""
    spec = importlib.util.spec_from_file_location(f"seeds_{name}", Path(__file__).parent / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _saved(image: Image.Image, kind: str) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


def _media(*names: str) -> list[bytes]:
    return [beside("test_media").dirty(name) for name in names]


def _odf(make: SimpleNamespace) -> list[bytes]:
    module = beside("test_odf")
    return [module.dirty(make, kind) for kind in module.KINDS]


Makers = tuple[SimpleNamespace, SimpleNamespace]
"""The fixtures ``make`` and ``package``."""

SEEDS: dict[str, Callable[[Makers], list[bytes]]] = {
    "jpeg": lambda by: [by[0].dirty_jpeg(turn=6), by[0].photograph()],
    "png": lambda by: [by[0].dirty_png(turn=3)],
    "webp": lambda by: [by[0].dirty_webp()],
    "gif": lambda by: [by[0].dirty_gif()],
    "tiff": lambda by: [by[0].dirty_tiff()],
    "bmp": lambda by: [_saved(by[0].picture(), "BMP")],
    "avif": lambda by: [_saved(by[0].picture(), "AVIF")],
    "heif": lambda by: [beside("test_heif").dirty(by[0])],
    "other_pictures": lambda by: [b"8BPS\0\1" + bytes(60), b'<?xml version="1.0"?><svg><script/></svg>'],
    "pdf": lambda by: [beside("test_pdf").full_of_carriers()],
    "old_office": lambda by: [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)],
    "text": lambda by: ["Ярема\u200b прийшов.\n".encode(), "text".encode("utf-16")],
    "docx": lambda by: [beside("test_docx").dirty(by[0])],
    "xlsx": lambda by: [beside("test_xlsx").dirty(*by)],
    "pptx": lambda by: [beside("test_pptx").dirty(*by)],
    "odf": lambda by: _odf(by[0]),
    "epub": lambda by: [beside("test_epub").book(beside("test_epub").files(by[0]))],
    "rtf": lambda by: [beside("test_rtf").brought(by[0])],
    "html": lambda by: [beside("test_html").page(by[0])],
    "eml": lambda by: [beside("test_eml").mail(by[0])],
    "zip_archive": lambda by: [beside("test_zip_archive").dirty(by[0])],
    "media_wav": lambda by: _media("wav"),
    "media_flac": lambda by: _media("flac"),
    "media_ogg": lambda by: _media("opus", "vorbis"),
    "media_mp4": lambda by: _media("mp4", "mov", "m4a", "fragments"),
    "media_matroska": lambda by: _media("mkv", "webm"),
    "media_avi": lambda by: _media("avi"),
    "media_mp3": lambda by: _media("mp3"),
}
