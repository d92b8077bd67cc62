"""What mails and zip packages share: which of their files are nobody's, and what a clean file inside is called."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from archive.scrub.text import visible

ENDINGS: dict[str, tuple[str, ...]] = {
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"), "image/png": (".png", ".apng"), "image/webp": (".webp",),
    "image/gif": (".gif",), "image/tiff": (".tif", ".tiff"), "application/pdf": (".pdf",),
    "text/plain": (".txt", ".md", ".markdown", ".text", ".log"), "text/csv": (".csv", ".tsv", ".tab", ".txt"),
    "text/html": (".html", ".htm", ".xhtml"), "text/rtf": (".rtf", ".doc"), "application/zip": (".zip",),
    "audio/mpeg": (".mp3",), "audio/wav": (".wav",), "audio/flac": (".flac",), "audio/ogg": (".ogg", ".oga", ".opus"),
    "audio/mp4": (".m4a", ".mp4"), "audio/quicktime": (".mov",), "audio/3gpp": (".3gp",),
    "audio/webm": (".webm", ".weba"),
    "audio/x-matroska": (".mka", ".mkv"), "video/mp4": (".mp4", ".m4v"), "video/quicktime": (".mov", ".qt"),
    "video/3gpp": (".3gp", ".3g2"), "video/webm": (".webm",), "video/x-matroska": (".mkv",),
    "message/rfc822": (".eml",), "application/epub+zip": (".epub",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": (".pptx",),
    "application/vnd.oasis.opendocument.text": (".odt",),
    "application/vnd.oasis.opendocument.spreadsheet": (".ods",),
    "application/vnd.oasis.opendocument.presentation": (".odp",),
}  # fmt: skip
"""How names of files of each kind end, the usual way first."""

_SYSTEM = re.compile(
    r"(?:.*/)?(?:__MACOSX/.*|\._[^/]*|\.DS_Store|Thumbs\.db|ehthumbs\.db|desktop\.ini|\.picasa\.ini)", re.IGNORECASE
)
_STEP = re.compile(r"(?![ .])[^\x00-\x1f<>:\"/\\|?*]{1,150}(?<![ .])")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_STEPS = 12


def is_system_file(name: str) -> bool:
    """Tell whether a computer made this file for itself: folder views, thumbnails, twins of resource forks."""
    return _SYSTEM.fullmatch(name) is not None


def named(name: str | None, media_type: str, taken: Iterable[str], number: int) -> tuple[str, bool]:
    """Choose the name of a clean file; True if the one that was brought could stay, but for an ending that fits.

    A name stays where it can be read in whole and on any system; else the file gets its number.
    """
    endings = ENDINGS.get(media_type, ("",))
    stays = name is not None and _is_sane(name)
    chosen = name if stays and name else f"file-{number}"
    if PurePosixPath(chosen).suffix.lower() not in endings:
        chosen += endings[0]
    others = {other.lower() for other in taken}
    if chosen.lower() in others:
        whole = PurePosixPath(chosen)
        chosen = str(whole.with_name(f"{whole.stem}-{number}{whole.suffix}"))
    return chosen, stays


def _is_sane(name: str) -> bool:
    steps = name.split("/")
    return (
        len(steps) <= _STEPS
        and len(name) <= 400
        and visible(name) == (name, ())
        and "\ufffd" not in name  # the mark of a letter that somebody could not read
        and name.isprintable()
        and all(_STEP.fullmatch(step) and not _RESERVED.fullmatch(step) for step in steps)
    )
