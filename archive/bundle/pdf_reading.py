"""Reading a finished ``dossier.pdf`` for the leak check, with another library than the one that wrote it.

The words of each page as a reader gets them, and every string and picture of the document behind them. What such a
document has no use for (scripts, forms, attachments, metadata) fails the reading, and so the check.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pikepdf
import pypdfium2

from archive.bundle.pdf_tagging import packet
from archive.bundle.reading import LANGUAGE, Fragment, Readout

_FOREIGN = frozenset({"/AcroForm", "/EmbeddedFiles", "/JavaScript", "/JS", "/Metadata", "/OpenAction", "/AA", "/URI"})
_FONT = re.compile(r"/[A-Z]{6}\+DejaVuSans(?:-Bold)?")
_BROKEN = re.compile("[\u0002\ufffe]")
"""What pdfium puts in the place of a hyphen at the end of a line, together with the line's end."""

_LINE = "\f"
"""The end of a line that the page made: words go on over it, but nobody wrote a line of its own there, as in a chat."""


def read_pdf(data: bytes, own: frozenset[str]) -> Readout:
    """Every page without our own blocks, which begin and end with a line; then what lies behind the pages."""
    ours = _blocks(own)
    fragments = [Fragment(text, "text", f"page {number}") for number, text in enumerate(_pages(data, ours), 1)]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        _silent(pdf, own)
        pictures = tuple(_behind(pdf, fragments))
    return Readout(tuple(fragments), pictures)


def _silent(pdf: pikepdf.Pdf, own: frozenset[str]) -> None:
    """Fail if it says more of itself than a title that is ours; what was looked at is taken out."""
    info, told = pdf.trailer.get("/Info"), pdf.Root.get("/Metadata")
    title = str(info.Title) if info is not None else ""
    if info is None or told is None or set(info.keys()) != {"/Title"} or title not in own:
        raise ValueError("it says how it was made")
    if told.read_bytes() != packet(title) or set(told.keys()) != {"/Type", "/Subtype", "/Length"}:
        raise ValueError("it says how it was made")
    del pdf.Root["/Metadata"]


def _blocks(own: frozenset[str]) -> re.Pattern[str]:
    """Our pieces as they stand on pages: broken anywhere between words, alone on their lines."""
    pieces = sorted({" ".join(piece.split()) for piece in own if piece.strip()}, key=len, reverse=True)
    broken = "|".join(r"\s+".join(map(re.escape, piece.split())) for piece in pieces)
    return re.compile(rf"^[ \t]*(?:{broken})[ \t]*$", re.MULTILINE)


def _pages(data: bytes, ours: re.Pattern[str]) -> Iterator[str]:
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            text = page.get_textpage().get_text_range().replace("\r\n", "\n")
            yield ours.sub("", _BROKEN.sub("-\n", text)).replace("\n", _LINE)


def _behind(pdf: pikepdf.Pdf, fragments: list[Fragment]) -> Iterator[bytes]:
    """Strings and keys of every object; pictures as they are stored."""
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Stream):
            if thing.get("/Subtype") == "/Image" and thing.get("/Filter") == "/DCTDecode":
                yield thing.read_raw_bytes()
            fragments += _said(thing.stream_dict)
        else:
            fragments += _said(thing)


def _said(thing: object) -> Iterator[Fragment]:
    if isinstance(thing, pikepdf.String):
        text = str(thing)
        if all(sign.isprintable() or sign.isspace() for sign in text):
            yield Fragment(text, "attribute", "behind its pages")
    elif isinstance(thing, pikepdf.Array):
        for held in thing:
            yield from _said(held) if not _is_shared(held) else ()
    elif isinstance(thing, pikepdf.Dictionary):
        for key, held in thing.items():
            if key in _FOREIGN:
                raise ValueError("it holds more than pages")
            if (key == "/ID" and _is_digest(held)) or (key == "/Lang" and LANGUAGE.fullmatch(str(held))):
                continue
            if key in ("/BaseFont", "/FontName") and not _FONT.fullmatch(str(held)):
                raise ValueError("it has a font that is none of ours")
            yield from _said(held) if not _is_shared(held) else ()


def _is_digest(held: object) -> bool:
    """Whether it is the number of the document: twice 16 octets, in which a short name may stand by chance."""
    return isinstance(held, pikepdf.Array) and [len(bytes(one)) for one in held] == [16, 16]


def _is_shared(thing: object) -> bool:
    """Whether it is an object of its own, which is walked by itself."""
    return isinstance(thing, pikepdf.Object) and thing.is_indirect
