"""BMP (and DIB with its file header): decoded, and saved as PNG without loss.

Colour tables and pixels go over; a profile inside, gaps, and what stands behind the picture do not.
"""

from __future__ import annotations

import struct

from archive.scrub.contract import Cleaned
from archive.scrub.picture import opened
from archive.scrub.redrawn import as_png

MEDIA_TYPES = ("image/png",)

_HEADERS = (12, 16, 40, 52, 56, 64, 108, 124)
"""How long the header behind the file header may be, by version; words that begin with BM have no such number."""


def matches(head: bytes) -> bool:
    """Tell by the two letters and the length of the header that follows."""
    return head[:2] == b"BM" and len(head) >= 18 and struct.unpack_from("<I", head, 14)[0] in _HEADERS


def clean(data: bytes) -> Cleaned:
    """Decode the picture and save it as PNG."""
    with opened(data, "BMP") as image:
        image.load()
        clean_file = as_png(image.copy(), dots=image.info.get("dpi"))
    (said,) = struct.unpack_from("<I", data, 2)
    found = ("Trailer",) if 0 < said < len(data) else ()
    return Cleaned(
        data=clean_file, media_type="image/png", method="BMP saved as PNG", lossless=True, found=found, removed=found
    )


def residue(data: bytes) -> tuple[str, ...]:  # noqa: ARG001 -- whatever it holds
    """No clean file is a BMP."""
    return ("BMP",)
