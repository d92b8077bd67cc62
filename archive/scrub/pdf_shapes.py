"""What each kind of PDF dictionary may hold: one allow-list per kind, after ISO 32000-1.

A shape maps a key to the kind of its value. ``plain``: numbers, names and arrays of them; no string, dictionary or
stream. ``text``: plain or a string. ``page``: plain or a page of the document. ``map:<shape>``: a dictionary whose keys
are free names and whose values are of that shape. Any other word names a shape; arrays are looked through. What is not
listed is dropped: names of people and programs, dates, identifiers, actions, files, thumbnails, structure trees,
prepress and private data.
"""

from __future__ import annotations

from collections.abc import Mapping

Shape = Mapping[str, str]


def _shape(plain: str = "", **kinds: str) -> dict[str, str]:
    return {f"/{key}": "plain" for key in plain.split()} | {f"/{key}": kind for key, kind in kinds.items()}


def _of(kind: str, keys: str) -> dict[str, str]:
    return dict.fromkeys(keys.split(), kind)


_FUNCTION = _shape(
    "FunctionType Domain Range Size BitsPerSample Order Encode Decode C0 C1 N Bounds", Functions="function"
)

SHAPES: Mapping[str, Shape] = {
    "catalog": _shape("Type", Pages="pages", Outlines="outline"),
    "pages": _shape("Type Count MediaBox CropBox Rotate", Parent="pages", Kids="pages or page", Resources="resources"),
    "page": _shape(
        "Type MediaBox CropBox BleedBox TrimBox ArtBox Rotate UserUnit",
        Parent="pages", Resources="resources", Contents="content", Group="group", Annots="link",
    ),
    "outline": _shape("Type Count C F", Title="text", Dest="page", **_of("outline", "Parent Prev Next First Last")),
    "link": _shape("Type Subtype Rect Border C F H QuadPoints", Dest="page", A="web address", BS="border"),
    "web address": _shape("S", URI="text"),
    "border": _shape("Type W S D"),
    "resources": _shape(
        "ProcSet",
        ExtGState="map:graphics state", ColorSpace="map:colour", Pattern="map:pattern", Shading="map:shading",
        XObject="map:xobject", Font="map:font", Properties="map:marks",
    ),
    "marks": _shape("MCID", ActualText="text"),
    "graphics state": _shape(
        "Type LW LC LJ ML D RI OP op OPM FL SM SA BM CA ca AIS TK UseBlackPtComp",
        Font="font", SMask="soft mask", **_of("function", "BG BG2 UCR UCR2 TR TR2"),
    ),
    "soft mask": _shape("Type S BC", G="xobject", TR="function"),
    "function": _FUNCTION,
    # Calibration, ICC profile, lookup table and tint function lie side by side in the array of a colour space.
    "colour": _FUNCTION | _shape("WhitePoint BlackPoint Gamma Matrix", Alternate="colour"),
    "pattern": _shape(
        "Type PatternType PaintType TilingType BBox XStep YStep Matrix",
        Resources="resources", Shading="shading", ExtGState="graphics state",
    ),
    "shading": _shape(
        "ShadingType Background BBox AntiAlias Coords Domain Extend Matrix Decode BitsPerCoordinate BitsPerComponent "
        "BitsPerFlag VerticesPerRow",
        ColorSpace="colour", Function="function",
    ),
    "xobject": _shape(
        "Type Subtype FormType BBox Matrix Width Height BitsPerComponent ImageMask Decode Interpolate SMaskInData "
        "Matte Intent",
        Resources="resources", Group="group", ColorSpace="colour", Mask="xobject", SMask="xobject",
    ),
    "group": _shape("Type S I K", CS="colour"),
    "font": _shape(
        "Type Subtype BaseFont FirstChar LastChar Widths FontBBox FontMatrix Name DW W DW2 W2",
        FontDescriptor="font descriptor", Encoding="encoding", ToUnicode="encoding", Resources="resources",
        DescendantFonts="font", CharProcs="map:content", CIDSystemInfo="collection", CIDToGIDMap="raw",
    ),
    "font descriptor": _shape(
        "Type FontName FontStretch FontWeight Flags FontBBox ItalicAngle Ascent Descent Leading CapHeight XHeight "
        "StemV StemH AvgWidth MaxWidth MissingWidth",
        FontFile="font program", FontFile2="font program", FontFile3="font program", CIDSet="raw",
    ),
    "font program": _shape("Length1 Length2 Length3 Subtype"),
    "encoding": _shape("Type BaseEncoding Differences CMapName WMode", CIDSystemInfo="collection", UseCMap="encoding"),
    "collection": _shape("Supplement", Registry="text", Ordering="text"),
    "content": {},
    "raw": {},
    "filter": _shape(
        "Predictor Colors BitsPerComponent Columns EarlyChange K EndOfLine EncodedByteAlign Rows EndOfBlock BlackIs1 "
        "DamagedRowsBeforeError ColorTransform",
        JBIG2Globals="raw",
    ),
}  # fmt: skip

STREAM: Shape = _shape("Length Filter", DecodeParms="filter")
"""What every stream may hold besides the keys of its shape; ``/F``, a stream kept in another file, is not among it."""

PACKING = frozenset(f"/{name}Decode" for name in ("Flate", "LZW", "ASCIIHex", "ASCII85", "RunLength"))
FILTERS = PACKING | frozenset(f"/{name}Decode" for name in ("CCITTFax", "JBIG2", "DCT", "JPX"))

KEY_GROUPS: Mapping[str, str] = {
    f"/{key}": group
    for group, keys in {
        "XMP": "Metadata",
        "PDF private data": "PieceInfo",
        "PDF dates": "LastModified CreationDate ModDate M",
        "Thumbnail": "Thumb",
        "PDF actions": "AA OpenAction",
        "PDF JavaScript": "JS JavaScript",
        "PDF Attachments": "EmbeddedFiles EF AF Collection",
        "PDF form": "AcroForm XFA",
        "PDF Signatures": "DSS Perms ByteRange",
        "PDF layers": "OCProperties OC",
        "PDF structure tree": "StructTreeRoot StructParent StructParents MarkInfo",
        "PDF measurements": "VP Measure PtData LGIDict",
        "PDF articles": "Threads B",
        "ICC": "OutputIntents",
    }.items()
    for key in keys.split()
}
"""Under which name a dropped key is reported; the rest is ``OTHER``."""

VALUE_GROUPS: Mapping[str, str] = {
    "/JavaScript": "PDF JavaScript",
    "/Launch": "PDF actions",
    "/SubmitForm": "PDF actions",
    "/ImportData": "PDF actions",
    "/GoToR": "PDF actions",
    "/GoToE": "PDF actions",
    "/Rendition": "PDF multimedia",
    "/Movie": "PDF multimedia",
    "/Sound": "PDF multimedia",
    "/Screen": "PDF multimedia",
    "/RichMedia": "PDF multimedia",
    "/3D": "PDF multimedia",
    "/EmbeddedFile": "PDF Attachments",
    "/Filespec": "PDF Attachments",
    "/FileAttachment": "PDF Attachments",
    "/Sig": "PDF Signatures",
    "/OCG": "PDF layers",
    "/OCMD": "PDF layers",
}
"""Under which name an object of this ``/Type``, ``/Subtype``, ``/S`` or ``/FT`` is reported."""

OTHER = "PDF other entries"
