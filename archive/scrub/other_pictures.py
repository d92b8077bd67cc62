"""Pictures that are known and not taken in: each is refused with what to do instead.

Raw camera files hold the serial number and the maker's notes among what develops them, layered ones hide what their
layers cover, drawings can hold programs and links. Raw files that look like TIFF are refused there.
"""

from __future__ import annotations

import re

from archive.errors import UncleanError
from archive.scrub.contract import HEAD, Cleaned, Reason

MEDIA_TYPES = ()

_SIGNS = {
    Reason.RAW: (
        rb"II\*\0....CR\x02", rb"....ftypcrx ", rb"FUJIFILMCCD-RAW", rb"IIR[OS]", rb"MMOR", rb"IIU\0", rb"FOVb",
        rb"\0MRM", rb"II\x1a\0\0\0HEAPCCDR",
    ),
    Reason.LAYERED: (rb"8BPS", rb"gimp xcf "),
    Reason.DRAWING: (
        rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!DOCTYPE svg[^\[>]*(?:\[.*?\]\s*)?>\s*)?"
        rb"(?:<!--.*?-->\s*)*<(?:svg:)?svg[\s>/]",
        rb"%!PS", rb"\xc5\xd0\xd3\xc6", rb"\xd7\xcd\xc6\x9a", rb"\x01\0\0\0.{36} EMF",
    ),
    Reason.OTHER_PICTURE: (
        rb"\0\0[\x01\x02]\0[\x01-\xff]\0..[\0-\x10]\0", rb"\0\0\0\x0cjP  ", rb"\xff\x4f\xff\x51", rb"\xff\x0a",
        rb"\0\0\0\x0cJXL ", rb"\x0a[\0\x02-\x05]\x01[\x01\x02\x04\x08]", rb"\xb1\x68\xde\x3a", rb"qoif", rb"v/1\x01",
        rb"#\?RADIANCE", rb"P[1-7Ff]\s+(?:#[^\n]*\s+)*-?\d+\s+\d+\s", rb"SIMPLE  =", rb"DDS ",
    ),
}  # fmt: skip
"""How they begin: Canon, Fuji, Olympus, Panasonic, Sigma, Minolta; Photoshop, GIMP; SVG, PostScript, WMF, EMF; icons,
JPEG 2000, JPEG XL, PCX, DCX, QOI, EXR, Radiance, PNM, FITS, DDS."""
_COMPILED = [(reason, re.compile(b"|".join(signs), re.DOTALL)) for reason, signs in _SIGNS.items()]


def matches(head: bytes) -> bool:
    """Tell by the signatures of the pictures that are not taken in."""
    return _reason(head) is not None


def clean(data: bytes) -> Cleaned:
    """Refuse, and say what to do."""
    raise UncleanError(_reason(data[:HEAD]) or Reason.UNKNOWN)


def residue(data: bytes) -> tuple[str, ...]:  # noqa: ARG001 -- no such file is ever clean
    """Name the picture itself."""
    return ("Other picture",)


def _reason(head: bytes) -> Reason | None:
    return next((reason for reason, sign in _COMPILED if sign.match(head)), None)
