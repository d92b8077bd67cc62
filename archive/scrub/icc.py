"""ICC profiles (ICC.1:2022): keep how colours are meant, drop who made the profile, when, with what, and for whom.

sRGB is what a picture without a profile means, so such a profile goes. Another one is rebuilt: header fields that place
colours, the tags that carry numbers, and a description and copyright that say the same for everybody.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

from PIL import ImageCms

DESCRIPTION = "ICC"
_CARRIERS = (
    b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"kTRC", b"wtpt", b"bkpt", b"chad", b"cicp",
    b"A2B0", b"A2B1", b"A2B2", b"B2A0", b"B2A1", b"B2A2",
)  # fmt: skip
_TYPES = (b"XYZ ", b"curv", b"para", b"sf32", b"cicp", b"mft1", b"mft2", b"mAB ", b"mBA ")
_SPACES = {
    b"RGB ": ("RGB", "RGBA", "P", "PA", "RGBX"),
    b"GRAY": ("L", "LA", "I;16", "1"),
    b"CMYK": ("CMYK",),
    b"Lab ": ("LAB",),
}
_SRGB = {b"rXYZ": (0.4361, 0.2225, 0.0139), b"gXYZ": (0.3851, 0.7169, 0.0971), b"bXYZ": (0.1431, 0.0606, 0.7141)}
_CONSTANT_DATE = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)


def cleaned(profile: bytes, mode: str) -> bytes | None:
    """Rebuild a profile without owners; None where it says nothing: sRGB, damaged, or not for this mode."""
    try:
        tags = dict(_tags(profile))
        space, connection = profile[16:20], profile[20:24]
        if mode not in _SPACES.get(space, ()) or profile[36:40] != b"acsp" or _is_srgb(space, tags):
            return None
        built = _build(profile, connection, {name: tags[name] for name in _CARRIERS if name in tags})
        ImageCms.ImageCmsProfile(io.BytesIO(built))
    except (struct.error, IndexError, ValueError, OSError, ImageCms.PyCMSError):
        return None
    return built


def residue(profile: bytes) -> tuple[str, ...]:
    """Second look, through LittleCMS and the tag table: texts must be the constants, tags the allowed ones."""
    try:
        seen = ImageCms.ImageCmsProfile(io.BytesIO(profile)).profile
        texts = (seen.profile_description, seen.copyright)
        names = {profile[at : at + 4] for at in range(132, 132 + 12 * struct.unpack_from(">I", profile, 128)[0], 12)}
    except (struct.error, ValueError, OSError):
        return ("ICC",)
    plain = all(text == DESCRIPTION for text in texts) and not (seen.manufacturer or seen.model)
    allowed = names <= {*_CARRIERS, b"desc", b"cprt"} and profile[24:36] == _CONSTANT_DATE
    owners = profile[4:8] + profile[40:64] + profile[80:128]
    return () if plain and allowed and not any(owners) else ("ICC",)


def _tags(profile: bytes) -> Iterator[tuple[bytes, bytes]]:
    """List the tags whose type carries numbers, each cut to the length its numbers need."""
    (count,) = struct.unpack_from(">I", profile, 128)
    for at in range(132, 132 + 12 * min(count, 100), 12):
        name, start, size = struct.unpack_from(">4sII", profile, at)
        body = profile[start : start + size]
        if body[:4] in _TYPES:
            yield name, _exact(body)


def _exact(body: bytes) -> bytes:
    """Cut a tag to its true length and blank its reserved bytes. Raises ValueError if it is shorter."""
    kind = body[:4]
    size = len(body)
    if kind == b"XYZ ":
        size = 20
    elif kind == b"curv":
        size = 12 + 2 * struct.unpack_from(">I", body, 8)[0]
    elif kind == b"para":
        size = 12 + 4 * (1, 3, 4, 5, 7)[struct.unpack_from(">H", body, 8)[0]]
    elif kind == b"sf32":
        size = 44
    elif kind == b"cicp":
        size = 12
    if size > len(body):
        raise ValueError("a colour tag ends early")
    return kind + bytes(4) + body[8:size]


def _build(profile: bytes, connection: bytes, carriers: dict[bytes, bytes]) -> bytes:
    texts = {b"desc": _text(profile[8], b"desc"), b"cprt": _text(profile[8], b"cprt")}
    table, bodies = b"", b""
    start = 128 + 4 + 12 * (len(carriers) + len(texts))
    for name, body in {**texts, **carriers}.items():
        table += struct.pack(">4sII", name, start + len(bodies), len(body))
        bodies += body + bytes(-len(body) % 4)
    version = bytes([profile[8], profile[9], 0, 0])
    illuminant = profile[68:80]
    header = (
        struct.pack(">I4x", start + len(bodies)) + version + profile[12:20] + connection + _CONSTANT_DATE + b"acsp"
        + bytes(24) + struct.pack(">I", profile[67] & 3) + illuminant + bytes(48)
    )  # fmt: skip
    return header + struct.pack(">I", len(carriers) + len(texts)) + table + bodies


def _text(major: int, name: bytes) -> bytes:
    """Write the constant text in the type its version wants: multiLocalizedUnicode, or textDescription and text."""
    if major >= 4:
        wide = DESCRIPTION.encode("utf-16-be")
        return struct.pack(">4s4xII2s2sII", b"mluc", 1, 12, b"en", b"US", len(wide), 28) + wide
    ascii_text = DESCRIPTION.encode() + b"\0"
    if name == b"desc":
        return struct.pack(">4s4xI", b"desc", len(ascii_text)) + ascii_text + bytes(78)
    return b"text" + bytes(4) + ascii_text


def _is_srgb(space: bytes, tags: dict[bytes, bytes]) -> bool:
    """Compare primaries and tone curves with IEC 61966-2-1 as adapted to D50, not the name a maker wrote."""
    if space != b"RGB " or b"A2B0" in tags or any(name not in tags for name in (*_SRGB, b"rTRC", b"gTRC", b"bTRC")):
        return False
    for name, wanted in _SRGB.items():
        values = (value / 65536 for value in struct.unpack_from(">3i", tags[name], 8))
        if any(abs(value - want) > 0.003 for value, want in zip(values, wanted, strict=True)):
            return False
    levels = [level / 16 for level in range(17)]
    return all(
        abs(_curve(tags[name], level) - _srgb_curve(level)) < 0.006
        for name in (b"rTRC", b"gTRC", b"bTRC")
        for level in levels
    )


def _srgb_curve(level: float) -> float:
    return level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4


def _curve(body: bytes, level: float) -> float:
    """Evaluate a ``curv`` or ``para`` tag at a level from 0 to 1."""
    if body[:4] == b"curv":
        (count,) = struct.unpack_from(">I", body, 8)
        if count == 0:
            return level
        points = struct.unpack_from(f">{count}H", body, 12)
        if count == 1:
            return float(level ** (points[0] / 256))
        place = level * (count - 1)
        low = min(int(place), count - 2)
        return float(points[low] + (points[low + 1] - points[low]) * (place - low)) / 65535
    kind, *values = struct.unpack_from(f">H2x{(len(body) - 12) // 4}i", body, 8)
    gamma, *rest = (value / 65536 for value in values)
    if kind != 3:
        return float(level**gamma)
    a, b, c, d = rest
    return float((a * level + b) ** gamma if level >= d else c * level)
