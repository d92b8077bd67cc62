"""The second look at a clean PDF by other eyes than the writer's: raw bytes, each object against every shape, PDFium.

Nothing here follows the document's structure, so an object that the pruner never came to is seen all the same.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from archive.scrub import icc, jpeg
from archive.scrub.pdf_jpx import without_boxes
from archive.scrub.pdf_objects import filters, unpacked
from archive.scrub.pdf_shapes import KEY_GROUPS, OTHER, SHAPES, STREAM, VALUE_GROUPS
from archive.scrub.pdf_streams import content_carriers, undressed

_CONSTANT_ID = bytes.fromhex("31415926535897932384626433832795")
_MARKS = {
    b"<x:xmpmeta": "XMP",
    b"<?xpacket": "XMP",
    b"http://ns.adobe.com/xap": "XMP",
    b"Photoshop 3.0": "Photoshop",
    b"8BIM": "Photoshop",
    b"/EmbeddedFile": "PDF Attachments",
}
"""Bytes that begin a carrier wherever they stand; looked for outside compressed data."""
_OUTSIDE = re.compile(rb"stream\r?\n.*?\nendstream", re.DOTALL)
_KNOWN = frozenset(STREAM).union(*SHAPES.values())
_TEXT_KEYS = frozenset(key for shape in SHAPES.values() for key, kind in shape.items() if kind == "text")
_MAPS = frozenset(key for shape in SHAPES.values() for key, kind in shape.items() if kind.startswith("map:"))


def residue(data: bytes) -> tuple[str, ...]:
    """Name everything outside the allow-lists in a PDF that ``clean`` made."""
    left = {*_in_bytes(data), *_in_viewer(data)}
    try:
        with Pdf.open(io.BytesIO(data), attempt_recovery=False, suppress_warnings=True) as pdf:
            left.update(_in_trailer(pdf))
            left.update(_in_objects(pdf))
    except (pikepdf.PikepdfError, ValueError, TypeError, IndexError, AttributeError, RuntimeError):
        left.add("PDF structure")
    return tuple(sorted(left))


def _in_bytes(data: bytes) -> Iterator[str]:
    """Look at the bytes outside streams: one revision, nothing behind it, no carrier."""
    plain = _OUTSIDE.sub(b"", data)
    if plain.count(b"%%EOF") != 1 or plain.count(b"startxref") != 1 or not data.endswith(b"%%EOF\n"):
        yield "PDF revisions"
    if b"/ObjStm" in plain or b"/XRef" in plain or b"/Prev" in plain.rpartition(b"trailer")[2]:
        yield "PDF revisions"
    yield from (name for mark, name in _MARKS.items() if mark in plain)


def _in_viewer(data: bytes) -> Iterator[str]:
    """Ask PDFium for metadata, attachments, forms, signatures and annotations."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        yield "PDF structure"
        return
    try:
        questions = {
            "PDF Info": any(document.get_metadata_dict().values()),
            "PDF Attachments": document.count_attachments() > 0,
            "PDF form": document.get_formtype() != pdfium.FORMTYPE_NONE,
            "PDF Signatures": pdfium.FPDF_GetSignatureCount(document) > 0,
            "PDF JavaScript": pdfium.FPDFDoc_GetJavaScriptActionCount(document) > 0,
            "PDF structure tree": document.is_tagged(),
        }
        yield from (name for name, there in questions.items() if there)
        for page in document:
            yield from _on_page(page)
    finally:
        document.close()


def _on_page(page: pypdfium2.PdfPage) -> Iterator[str]:
    for number in range(pdfium.FPDFPage_GetAnnotCount(page)):
        mark = pdfium.FPDFPage_GetAnnot(page, number)
        if pdfium.FPDFAnnot_GetSubtype(mark) != pdfium.FPDF_ANNOT_LINK:
            yield "PDF annotations"
        pdfium.FPDFPage_CloseAnnot(mark)
    page.close()


def _in_trailer(pdf: Pdf) -> Iterator[str]:
    if pdf.is_encrypted:
        yield "PDF encryption"
    if set(pdf.trailer.keys()) != {"/Root", "/Size", "/ID"}:
        yield "PDF Info"
    elif any(bytes(part) != _CONSTANT_ID for part in pdf.trailer.ID):
        yield "PDF ID"
    if not set(pdf.Root.keys()) <= set(SHAPES["catalog"]):
        yield OTHER


def _in_objects(pdf: Pdf) -> Iterator[str]:
    contents = {page.obj.Contents.objgen for page in pdf.pages if "/Contents" in page.obj}
    everything = list(_everything(pdf))
    maps = {
        value.objgen for _, item in everything for key, value in item.items() if key in _MAPS and _is_container(value)
    }
    for key, item in everything:
        if not _fits(item) and not ((key in _MAPS or item.objgen in maps) and _is_map(item)):
            yield from _misfits(item)
        yield from _strings(item)
        if isinstance(item, Stream):
            yield from _in_stream(
                item, item.objgen in contents or item.get("/Subtype") == "/Form" or "/PaintType" in item
            )


def _everything(pdf: Pdf) -> Iterator[tuple[str, Dictionary | Stream]]:
    """Yield each dictionary with the key under which it lies, an empty one for what stands alone."""
    for top in pdf.objects:
        waiting: list[tuple[str, object]] = [("", top)]
        while waiting:
            key, value = waiting.pop()
            if isinstance(value, Array):
                waiting += [(key, child) for child in value if _is_container(child) and not child.is_indirect]
            elif isinstance(value, (Dictionary, Stream)):
                yield key, value
                waiting += [
                    (name, child) for name, child in value.items() if _is_container(child) and not child.is_indirect
                ]


def _is_container(value: object) -> bool:
    return isinstance(value, (Array, Dictionary, Stream))


def _fits(item: Dictionary | Stream) -> bool:
    """Tell whether some shape allows all the keys."""
    keys = set(item.keys()) - (set(STREAM) if isinstance(item, Stream) else set())
    return any(keys <= set(shape) for shape in SHAPES.values())


def _is_map(item: Dictionary | Stream) -> bool:
    """Tell whether this leads from free names to objects and holds no value itself."""
    return isinstance(item, Dictionary) and all(
        isinstance(value, Name) or _is_container(value) for value in item.values()
    )


def _misfits(item: Dictionary | Stream) -> Iterator[str]:
    """Name what an object of no known shape may be."""
    marks = [str(item.get(key)) for key in ("/Type", "/Subtype", "/S", "/FT")]
    yield from (VALUE_GROUPS[mark] for mark in marks if mark in VALUE_GROUPS)
    yield from (KEY_GROUPS.get(key, OTHER) for key in item.keys() if key not in _KNOWN)  # noqa: SIM118 -- no plain mapping
    yield OTHER


def _strings(item: Dictionary | Stream) -> Iterator[str]:
    """Report strings that are neither text of a known key nor the lookup table of an indexed colour space."""
    for key, value in item.items():
        waiting: list[tuple[object, bool]] = [(value, key in _TEXT_KEYS)]
        while waiting:
            part, allowed = waiting.pop()
            if isinstance(part, String) and not allowed:
                yield KEY_GROUPS.get(key, OTHER)
            elif isinstance(part, Array) and not part.is_indirect:
                waiting += [(child, bool(len(part) == 4 and part[0] == "/Indexed")) for child in part]


def _in_stream(stream: Stream, is_content: bool) -> Iterator[str]:
    coding = filters(stream)[-1:]
    if coding in (("/DCTDecode",), ("/JPXDecode",)):
        yield from _in_picture(undressed(stream), coding == ("/DCTDecode",))
    elif is_content:
        yield from _in_content(stream)
    elif "/N" in stream and "/FunctionType" not in stream:
        yield from icc.residue(unpacked(stream) or b"")


def _in_picture(data: bytes | None, is_jpeg: bool) -> tuple[str, ...]:
    if data is None:
        return ("PDF picture",)
    if is_jpeg:
        return jpeg.residue(data)
    return () if without_boxes(data) == data else ("JPEG 2000 boxes",)


def _in_content(stream: Stream) -> Iterator[str]:
    """Name carriers in drawing instructions; what is in its parsed and rewritten form has no room for comments."""
    data = unpacked(stream) or b""
    suspected = content_carriers(data)
    if not suspected:
        return
    instructions = pikepdf.parse_content_stream(stream)
    if pikepdf.unparse_content_stream(instructions) != data:
        yield from suspected
    for instruction in instructions:
        if isinstance(instruction, pikepdf.ContentStreamInstruction) and str(instruction.operator) in ("BDC", "DP"):
            properties = instruction.operands[-1]
            if isinstance(properties, Dictionary) and not set(properties.keys()) <= set(SHAPES["marks"]):
                yield OTHER
