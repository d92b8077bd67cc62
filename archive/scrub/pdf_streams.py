"""What streams of a PDF hold beyond picture and page: JPEG segments, JPEG 2000 boxes, owners of profiles, comments.

Each function answers the groups that it took away, or None where the stream cannot be cleaned and keep its look.
"""

from __future__ import annotations

import base64
import re
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream
from pikepdf.models import PdfParsingError

from archive.errors import UncleanError
from archive.scrub import icc, jpeg
from archive.scrub.pdf_jpx import without_boxes
from archive.scrub.pdf_objects import Reference, filters, reference, unpacked, value
from archive.scrub.pdf_shapes import OTHER, PACKING, SHAPES

NOTHING: frozenset[str] = frozenset()
_MODES = {1: "L", 3: "RGB", 4: "CMYK"}
_DEVICES = {1: Name.DeviceGray, 3: Name.DeviceRGB, 4: Name.DeviceCMYK}
_STRING = re.compile(rb"\((?:[^()\\]|\\.)*\)", re.DOTALL)
_MARK = re.compile(rb"<<\s*/MCID\s+\d+\s*>>")


def rebuild(stream: Stream, kind: str) -> frozenset[str] | None:
    """Clean the content of a stream that stays, in place."""
    coding = filters(stream)[-1:]
    if coding == ("/DCTDecode",):
        return _rebuild_jpeg(stream)
    if coding == ("/JPXDecode",):
        return _rebuild_jpx(stream)
    if kind == "xobject" and stream.get("/Subtype") == "/Image":
        return NOTHING
    if kind == "xobject" and stream.get("/Subtype") != "/Form":
        return None
    return _rebuild_content(stream) if kind in ("content", "xobject", "pattern") else NOTHING


def settle_profile(space: Array, settled: set[Reference]) -> frozenset[str] | None:
    """Rebuild the ICC profile of a colour space without owners; where it says nothing, use the device's own.

    ``settled`` remembers the profiles that are done, as many spaces share one.
    """
    if len(space) != 2 or space[0] != "/ICCBased" or not isinstance(space[1], Stream):
        return NOTHING
    stream = space[1]
    where = reference(stream)
    if where in settled:
        return NOTHING
    profile, channels = unpacked(stream), value(stream, "/N")
    if profile is None or not isinstance(channels, int) or channels not in _MODES:
        return None
    lab = profile[16:20] == b"Lab "
    built = icc.cleaned(profile, "LAB" if lab else _MODES[channels])
    if built is None:
        if lab:
            return None
        del space[1]
        space[0] = _DEVICES[channels]
        return frozenset({"ICC"})
    if where is not None:
        settled.add(where)
    stream.write(built)
    return frozenset({"ICC"}) if built != profile else NOTHING


def join_contents(page: pikepdf.Page) -> bool:
    """Join the content streams of a page into one; False where one is coded as a picture, which nobody would draw."""
    contents = page.obj.get("/Contents")
    parts = list(contents) if isinstance(contents, Array) else [contents]
    if not all(PACKING.issuperset(filters(part)) for part in parts if isinstance(part, Stream)):
        return False
    page.contents_coalesce()
    return True


def content_carriers(data: bytes) -> frozenset[str]:
    """Name what a content stream holds beyond drawing: comments, and properties of marked content that nobody sees.

    Errs on the safe side: a percent sign inside nested brackets or beside an inline picture counts as a comment.
    """
    bare = _MARK.sub(b"", data if b"BI" in data else _STRING.sub(b"", data))
    groups = {"Comment"} if b"%" in bare else set()
    return frozenset(groups | ({OTHER} if b"<<" in bare or b"/DCT" in bare else set()))


def undressed(stream: Stream) -> bytes | None:
    """Give the bytes of a JPEG or JPEG 2000 stream; None where they are wrapped in something unusual."""
    raw = stream.read_raw_bytes()
    outer = filters(stream)[:-1]
    try:
        if not outer:
            return raw
        if outer == ("/FlateDecode",):
            return zlib.decompress(raw)
        if outer == ("/ASCII85Decode",):
            return base64.a85decode(raw.strip().removesuffix(b"~>"))
    except (zlib.error, ValueError):
        return None
    return None


def _rebuild_jpeg(stream: Stream) -> frozenset[str] | None:
    data = undressed(stream)
    if data is None:
        return None
    try:
        cleaned = jpeg.clean(data)
    except UncleanError:
        return None
    if not cleaned.lossless:
        return None
    if cleaned.data != data:
        _write_picture(stream, cleaned.data, Name.DCTDecode)
    return frozenset(cleaned.found)


def _rebuild_jpx(stream: Stream) -> frozenset[str] | None:
    data = undressed(stream)
    cleaned = None if data is None else without_boxes(data)
    if cleaned is None:
        return None
    if cleaned == data:
        return NOTHING
    _write_picture(stream, cleaned, Name.JPXDecode)
    return frozenset({"JPEG 2000 boxes"})


def _write_picture(stream: Stream, data: bytes, coding: Name) -> None:
    """Write a picture under one filter; of the parameters only the JPEG's own last ones stay."""
    parameters = stream.get("/DecodeParms")
    if isinstance(parameters, Array):
        parameters = parameters[-1] if len(parameters) else None
    stream.write(data, filter=coding, decode_parms=parameters if isinstance(parameters, Dictionary) else None)


def _rebuild_content(stream: Stream) -> frozenset[str] | None:
    """Rewrite a content stream from its parsed instructions where it holds comments or properties."""
    data = unpacked(stream)
    if data is None:
        return None
    carriers = content_carriers(data)
    if not carriers:
        return NOTHING
    try:
        instructions = pikepdf.parse_content_stream(stream)
        if not all(map(_prune_instruction, instructions)):
            return None
    except (pikepdf.PdfError, PdfParsingError):
        return None
    stream.write(pikepdf.unparse_content_stream(instructions))
    return carriers


def _prune_instruction(instruction: pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage) -> bool:
    """Prune the properties of marked content; False for an inline picture in a coding that has room for carriers."""
    if isinstance(instruction, pikepdf.ContentStreamInlineImage):
        return not any("DCT" in name or "JPX" in name for name in instruction.iimage.filters)
    if str(instruction.operator) in ("BDC", "DP"):
        _prune_properties(instruction.operands[-1])
    return True


def _prune_properties(properties: object) -> None:
    if isinstance(properties, Dictionary):
        for key in [key for key in properties.keys() if key not in SHAPES["marks"]]:  # noqa: SIM118 -- no plain mapping
            del properties[key]
