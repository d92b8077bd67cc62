"""The tables of formats, in the order they are tried, and recognising a file by its content, never by its name."""

from __future__ import annotations

from typing import BinaryIO

from archive.scrub import (
    avif,
    bmp,
    docx,
    eml,
    epub,
    heif,
    html,
    media_avi,
    media_flac,
    media_matroska,
    media_mp3,
    media_mp4,
    media_ogg,
    media_wav,
    odf,
    old_office,
    other_pictures,
    pdf,
    pptx,
    rtf,
    text,
    tiff,
    xlsx,
    zip_archive,
)
from archive.scrub.contract import HEAD, Container, Format, Stream
from archive.scrub.media_tags import tags_before
from archive.scrub.pictures import PICTURES

FORMATS: tuple[Format, ...] = (
    *PICTURES, other_pictures, tiff, bmp, avif, heif, pdf, old_office, text,
)  # fmt: skip
"""``other_pictures`` stands before ``tiff``, which some raw files look like; ``text`` stands last: it takes whatever
decodes as UTF-8 without control characters."""

CONTAINERS: tuple[Container, ...] = (docx, xlsx, pptx, odf, epub, rtf, html, eml, zip_archive)
"""What holds other files; tried before ``FORMATS``, so each matches by its own marks alone, narrow ones first."""

STREAMS: tuple[Stream, ...] = (media_wav, media_flac, media_ogg, media_mp4, media_matroska, media_avi, media_mp3)
"""Sound and video; none of them begins as a file of ``FORMATS`` does."""


def recognise_stream(source: BinaryIO) -> Stream | None:
    """Find the format of sound or video, also behind an ID3 tag; leaves ``source`` at its start."""
    tags_before(source)
    head = source.read(HEAD)
    source.seek(0)
    return next((known for known in STREAMS if known.matches(head)), None)


def recognise(data: bytes) -> Format | None:
    """Find the format whose signature the first bytes carry; None if there is none."""
    head = data[:HEAD]
    return next((known for known in FORMATS if known.matches(head)), None)


def recognise_container(data: bytes) -> Container | None:
    """Find the format of a file that holds others; None if it is of no such format."""
    return next((known for known in CONTAINERS if known.matches(data)), None)
