"""Walking a PDF's objects: what is in them, and whether they unpack to too much.

Every walk keeps its own list of what waits, so that neither loops nor depth in a hostile file can stop it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, StreamDecodeLevel

from archive.errors import UncleanError
from archive.scrub.contract import Reason
from archive.scrub.pdf_shapes import KEY_GROUPS, PACKING, VALUE_GROUPS

STREAM_LIMIT = 256 * 1024 * 1024
"""Bytes that one stream may unpack to."""
TOTAL_LIMIT = 1024 * 1024 * 1024
"""Bytes that all streams together may unpack to."""
_STEP = 1024 * 1024
_RESCUE_STEP = 1024

Reference = tuple[int, int]

pikepdf.settings.set_qpdf_limits(
    flate_max_memory=STREAM_LIMIT,
    run_length_max_memory=STREAM_LIMIT,
    png_max_memory=STREAM_LIMIT,
    tiff_max_memory=STREAM_LIMIT,
    dct_max_memory=STREAM_LIMIT,
)


def reference(item: Object) -> Reference | None:
    """Give number and generation of an indirect object; None for a direct one."""
    return item.objgen if item.is_indirect else None


def value(item: Object, key: str) -> object:
    """Look up a key; numbers and booleans come as Python's own, which pikepdf's types do not say."""
    return item.get(key)


def filters(stream: Stream) -> tuple[str, ...]:
    """Name the filters of a stream, outermost first."""
    names = value(stream, "/Filter")
    return (
        tuple(str(name) for name in names) if isinstance(names, Array) else (str(names),) if names is not None else ()
    )


def unpacked(stream: Stream) -> bytes | None:
    """Undo the packing of a stream that is no picture; None where a picture's coding is in the way, or it is damaged.

    Asked for a JBIG2 stream, pikepdf would start another program; so the filters are looked at first.
    """
    if not PACKING.issuperset(filters(stream)):
        return None
    try:
        return stream.read_bytes(StreamDecodeLevel.generalized)
    except pikepdf.PdfError:
        return None


def dictionaries(pdf: Pdf) -> Iterator[Dictionary | Stream]:
    """Yield every dictionary and stream of the file once, direct ones included, reachable or not."""
    for item in pdf.objects:
        waiting: list[object] = [item]
        while waiting:
            part = waiting.pop()
            if isinstance(part, Array):
                waiting += [child for child in part if _is_direct_container(child)]
            elif isinstance(part, (Dictionary, Stream)):
                yield part
                waiting += [child for child in part.values() if _is_direct_container(child)]


def survey(pdf: Pdf) -> set[str]:
    """Name the groups of carriers in the file."""
    groups: set[str] = set()
    for found in dictionaries(pdf):
        groups.update(KEY_GROUPS[key] for key in found.keys() if key in KEY_GROUPS)  # noqa: SIM118 -- no plain mapping
        marks = (found.get(key) for key in ("/Type", "/Subtype", "/S", "/FT"))
        groups.update(VALUE_GROUPS[str(mark)] for mark in marks if isinstance(mark, Name) and str(mark) in VALUE_GROUPS)
    return groups


def borrows_resources(pdf: Pdf) -> bool:
    """Tell whether glyphs, patterns or drawings without resources of their own use those of the page around them."""
    return any(
        "/Resources" not in found
        and (found.get("/Subtype") in (Name.Type3, Name.Form) or value(found, "/PatternType") == 1)
        for found in dictionaries(pdf)
    )


def measure(pdf: Pdf) -> None:
    """Unpack every Flate stream in steps, forgetting the bytes: too much raises, damage and appendices are cut."""
    total = 0
    for item in pdf.objects:
        if not isinstance(item, Stream):
            continue
        names = filters(item)
        if sum(name in ("/FlateDecode", "/LZWDecode", "/RunLengthDecode", "/Fl", "/LZW", "/RL") for name in names) > 1:
            raise UncleanError(Reason.BOMB)
        if names[:1] in (("/FlateDecode",), ("/Fl",)):
            total += _measure_flate(item)
        if total > TOTAL_LIMIT:
            raise UncleanError(Reason.BOMB)


def _measure_flate(stream: Stream) -> int:
    """Unpack in steps; a stream that is whole and nothing more stays, another is packed anew from what it gives."""
    raw = stream.read_raw_bytes()
    inflater = zlib.decompressobj()
    size, waiting = 0, raw
    try:
        while waiting and not inflater.eof and size <= STREAM_LIMIT:
            size += len(inflater.decompress(waiting, _STEP))
            waiting = inflater.unconsumed_tail
    except zlib.error:
        _repack(stream, zlib.compress(_rescue(raw)))
        return size
    if size > STREAM_LIMIT:
        raise UncleanError(Reason.BOMB)
    if not inflater.eof:
        _repack(stream, zlib.compress(_rescue(raw)))
    elif inflater.unused_data:
        _repack(stream, raw[: -len(inflater.unused_data)])
    return size


def _rescue(raw: bytes) -> bytes:
    """Unpack a damaged stream up to the byte where the damage begins."""
    inflater = zlib.decompressobj()
    kept = bytearray()
    for at in range(0, len(raw), _RESCUE_STEP):
        before = inflater.copy()
        try:
            kept += inflater.decompress(raw[at : at + _RESCUE_STEP])
        except zlib.error:
            return bytes(kept + _rescue_bytes(before, raw[at : at + _RESCUE_STEP]))
        if len(kept) > STREAM_LIMIT:
            raise UncleanError(Reason.BOMB)
    return bytes(kept)


def _rescue_bytes(inflater: zlib._Decompress, raw: bytes) -> bytes:
    kept = bytearray()
    try:
        for at in range(len(raw)):
            kept += inflater.decompress(raw[at : at + 1])
    except zlib.error:
        return bytes(kept)
    return bytes(kept)


def _repack(stream: Stream, raw: bytes) -> None:
    """Replace the packed bytes and leave all that says how to read them."""
    names, parameters = value(stream, "/Filter"), value(stream, "/DecodeParms")
    stream.write(
        raw,
        filter=names if isinstance(names, (Name, Array)) else None,
        decode_parms=parameters if isinstance(parameters, (Dictionary, Array)) else None,
    )


def _is_direct_container(part: object) -> bool:
    return isinstance(part, (Array, Dictionary)) and not part.is_indirect
