"""Reading a finished ``dossier.pdf`` for the leak check, with another library than the one that wrote it.

The words of each page as a reader gets them, every string, stream and picture of the document behind them. Whatever
such a document has no use for fails the reading, and so the check: a name that PDF has and ours have not (of scripts,
forms, links, attachments, notes, layers), an instruction of drawing that is none of ours, octets beside its objects.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
from collections.abc import Iterator
from importlib import resources

import pikepdf
import pypdfium2

from archive.bundle.pdf_tagging import packet, saved
from archive.bundle.reading import LANGUAGE, Fragment, Readout

_NAMES = re.compile(
    "/(?:"
    "A|ActualText|Alt|Ascent|BBox|BaseFont|BitsPerComponent|Block|CapHeight|Catalog"
    "|ColorSpace|Column|Columns|Contents|Count|DCTDecode|DecodeParms|Descent|Dest|DeviceGray|DeviceRGB"
    "|DisplayDocTitle|Document|Figure|Filter|First|FirstChar|Fit|Flags|FlateDecode|Font|FontBBox"
    "|FontDescriptor|FontFile2|FontName|H1|H2|H3|H4|Height|ID|Image|ImageB|ImageC|ImageI|Info"
    "|ItalicAngle|K|Kids|L|LBody|LI|Lang|Last|LastChar|Layout|Length|Length1|MCID|MCR|MarkInfo"
    "|Marked|MediaBox|MissingWidth|N|Name|Next|Nums|O|ObjStm|Outlines|P|PDF|Page|PageMode|Pages"
    "|Pagination|Parent|ParentTree|ParentTreeNextKey|Pg|Placement|Predictor|Prev|ProcSet|Resources|Root"
    "|Rotate|S|Scope|Size|StemV|StructElem|StructParents|StructTreeRoot|Subtype|TD|TH|TR|Table|Tabs"
    "|Text|Title|ToUnicode|Trans|TrueType|Type|UseNone|UseOutlines|ViewerPreferences|W|Width|Widths"
    "|XObject|XRef"
    ")"
)
"""The words of PDF that a dossier is made of. None of them shows, does or holds anything that is not read here."""
_MADE = re.compile(r"/[A-Z]{6}\+DejaVuSans(?:-Bold)?|/F\d+\+\d+|/FormXob\.[0-9a-f]{32}")
"""Names that are made: of fonts, as which they are called on pages, and as which pictures are."""
_DRAWS = re.compile("q|Q|cm|BT|ET|T[fLmdjw*]|BDC|EMC|Do|rg|RG|g|G|w|J|j|M|d|m|l|S|n|re|f")
_FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
_MODES = {"/DeviceRGB": "RGB", "/DeviceGray": "L"}
_BROKEN = re.compile("[\u0002\ufffe]")
"""What pdfium puts in the place of a hyphen at the end of a line, together with the line's end."""

_LINE = "\f"
"""The end of a line that the page made: words go on over it, but nobody wrote a line of its own there, as in a chat."""


def read_pdf(data: bytes, own: frozenset[str]) -> Readout:
    """Every page without our own blocks, which begin and end with a line; then what lies behind the pages.

    ValueError where it holds anything that a dossier on paper does not.
    """
    ours = _blocks(own)
    fragments = [Fragment(text, "text", f"page {number}") for number, text in enumerate(_pages(data, ours), 1)]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        if saved(pdf) != data:  # between objects and behind the end anything could stand
            raise ValueError("it holds more than its objects")
        told = _silent(pdf, own)
        for page in pdf.pages:
            _plain(page)
        things = [thing for thing in pdf.objects if getattr(thing, "objgen", None) != told]
        for thing in things:
            fragments += _said(thing.stream_dict if isinstance(thing, pikepdf.Stream) else thing)
        streams = [thing for thing in things if isinstance(thing, pikepdf.Stream)]
        pictures = [thing for thing in streams if thing.get("/Subtype") == "/Image"]
        return Readout(
            tuple(fragments),
            tuple(one.read_raw_bytes() for one in pictures if _is_photo(one)),
            dots=tuple(_dots(one) for one in pictures if not _is_photo(one)),
            streams=tuple(_without_names(one) for one in streams if one.get("/Subtype") != "/Image"),
        )


def _silent(pdf: pikepdf.Pdf, own: frozenset[str]) -> tuple[int, int]:
    """Fail if it says more of itself than a title that is ours; the number of the object that was looked at."""
    info, told = pdf.trailer.get("/Info"), pdf.Root.get("/Metadata")
    title = str(info.Title) if info is not None else ""
    if info is None or told is None or set(info.keys()) != {"/Title"} or title not in own:
        raise ValueError("it says how it was made")
    if told.read_bytes() != packet(title) or set(told.keys()) != {"/Type", "/Subtype", "/Length"}:
        raise ValueError("it says how it was made")
    del pdf.Root["/Metadata"]
    return told.objgen


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


def _plain(page: pikepdf.Page) -> None:
    """Fail if a page is drawn with anything but letters, lines and pictures, or says beside them what they are for."""
    for one in pikepdf.parse_content_stream(page):
        if isinstance(one, pikepdf.ContentStreamInlineImage) or not _DRAWS.fullmatch(str(one.operator)):
            raise ValueError("it is drawn in another way")
        told = one.operands[1] if str(one.operator) == "BDC" else pikepdf.Dictionary()
        if not isinstance(told, pikepdf.Dictionary) or not set(told.keys()) <= {"/MCID", "/Type"}:
            raise ValueError("it is drawn in another way")


def _is_photo(picture: pikepdf.Stream) -> bool:
    """Whether a picture is kept as the JPEG that it was."""
    packed = picture.Filter
    return (list(packed) if isinstance(packed, pikepdf.Array) else [packed]) == ["/DCTDecode"]


def _dots(picture: pikepdf.Stream) -> bytes:
    """The digest of a picture that is kept as its dots, as ``scrub.picture.dots`` makes it of the file."""
    size, mode = (int(picture.Width), int(picture.Height)), _MODES[str(picture.ColorSpace)]
    return hashlib.blake2b(repr((mode, size)).encode() + picture.read_bytes(), digest_size=32).digest()


def _without_names(stream: pikepdf.Stream) -> bytes:
    """What a stream unpacks to; of a font without the table in which its makers stand, if it is that of our file."""
    data = stream.read_bytes()
    if "/Length1" in stream:
        for at in range(12, 12 + 16 * int.from_bytes(data[4:6]), 16):
            kind, start, size = struct.unpack(">4s4xII", data[at : at + 16])
            if kind == b"name" and any(data[start : start + size] in font for font in _fonts()):
                return data[:start] + data[start + size :]
    return data


def _fonts() -> Iterator[bytes]:
    return ((resources.files("archive.bundle") / name).read_bytes() for name in _FONTS)


def _said(thing: object) -> Iterator[Fragment]:
    """Its strings; ValueError for a name that is none of ours."""
    if isinstance(thing, pikepdf.String):
        text = str(thing)
        if not all(sign.isprintable() or sign.isspace() for sign in text):
            raise ValueError("it says what cannot be read")
        yield Fragment(text, "attribute", "behind its pages")
    elif isinstance(thing, pikepdf.Name):
        _known(str(thing))
    elif isinstance(thing, pikepdf.Array):
        for held in thing:
            yield from _said(held) if not _is_shared(held) else ()
    elif isinstance(thing, pikepdf.Dictionary):
        for key, held in thing.items():
            _known(key)
            if (key == "/ID" and _is_digest(held)) or (key == "/Lang" and LANGUAGE.fullmatch(str(held))):
                continue
            yield from _said(held) if not _is_shared(held) else ()


def _known(name: str) -> None:
    if not _NAMES.fullmatch(name) and not _MADE.fullmatch(name):
        raise ValueError("it holds more than pages")


def _is_digest(held: object) -> bool:
    """Whether it is the number of the document: twice 16 octets, in which a short name may stand by chance."""
    return isinstance(held, pikepdf.Array) and [len(bytes(one)) for one in held] == [16, 16]


def _is_shared(thing: object) -> bool:
    """Whether it is an object of its own, which is walked by itself."""
    return isinstance(thing, pikepdf.Object) and thing.is_indirect
