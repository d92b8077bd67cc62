"""ICC profiles (ICC.1:2022): keep how colours are meant, drop who made the profile, when, with what, and for whom.

A profile that was measured on one screen or scanner is a mark of that device, also without a word in it. So only
known colour spaces stay: a profile that means one of them is replaced by ours, bit for bit the same for everybody.
sRGB is what a picture without a profile means, so such a profile goes. Any other profile of a picture in RGB or grey
is ``is_unknown``: its pixels are to be converted (``to_srgb``). What presses use (CMYK, Lab) cannot be converted
without a visible loss and is made for papers, not for one device: it is rebuilt out of the tags that carry numbers.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import product

from PIL import Image, ImageCms

from archive.errors import UncleanError
from archive.scrub.contract import Reason

DESCRIPTION = "ICC"
_CARRIERS = (
    b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"kTRC", b"wtpt", b"bkpt", b"chad", b"cicp",
    b"A2B0", b"A2B1", b"A2B2", b"B2A0", b"B2A1", b"B2A2",
)  # fmt: skip
_TYPES = (b"XYZ ", b"curv", b"para", b"sf32", b"cicp", b"mft1", b"mft2", b"mAB ", b"mBA ")
_SPACES = {
    b"RGB ": ("RGB", "RGBA", "P", "PA", "RGBX"),
    b"GRAY": ("L", "LA", "I;16"),
    b"CMYK": ("CMYK",),
    b"Lab ": ("LAB",),
}
_CONSTANT_DATE = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
_D50 = (0.9642, 1.0, 0.8249)
_PRIMARIES = {
    "sRGB": ((0.43604, 0.22249, 0.01392), (0.38512, 0.71690, 0.09706), (0.14305, 0.06061, 0.71393)),
    "Display P3": ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407)),
    "Adobe RGB": ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457)),
    "ProPhoto": ((0.79767, 0.28804, 0.0), (0.13519, 0.71188, 0.0), (0.03134, 0.00009, 0.82491)),
    "BT.2020": ((0.67346, 0.27904, -0.00193), (0.16567, 0.67534, 0.02998), (0.12505, 0.04561, 0.79686)),
    "Generic RGB": ((0.45430, 0.24191, 0.01489), (0.35335, 0.67363, 0.09064), (0.15665, 0.08446, 0.71957)),
    "ColorMatch": ((0.50945, 0.27495, 0.02426), (0.32085, 0.65810, 0.10875), (0.13391, 0.06697, 0.69189)),
}
"""The red, green and blue of each known colour space as XYZ adapted to D50."""
_SRGB, _BT709 = (
    (3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045),
    (3, 1 / 0.45, 1 / 1.099, 0.099 / 1.099, 1 / 4.5, 0.081),
)
_CURVES = {"sRGB": _SRGB, "BT.709": _BT709, "2.2": (0, 563 / 256), "1.8": (0, 1.8), "1.0": (0, 1.0)}
"""Tone curves as ICC writes them: kind of function, then its numbers."""
_KNOWN = (
    ("sRGB", "sRGB"), ("Display P3", "sRGB"), ("Adobe RGB", "2.2"), ("ProPhoto", "1.8"), ("BT.2020", "BT.709"),
    ("Generic RGB", "1.8"), ("ColorMatch", "1.8"), ("sRGB", "2.2"), ("sRGB", "1.0"), ("sRGB", "BT.709"),
    ("Display P3", "2.2"), ("Generic RGB", "2.2"), ("ProPhoto", "sRGB"), ("BT.2020", "sRGB"),
)  # fmt: skip
_CODED = {
    (12, 13): ("Display P3", "sRGB"),
    (9, 13): ("BT.2020", "sRGB"),
    **{(9, by): ("BT.2020", "BT.709") for by in (1, 6, 14, 15)},
}
"""Colour primaries and transfer function by their numbers in ITU-T H.273."""
_CLOSE = 2
"""Most steps (of 256 in each of L, a, b) that two profiles of one colour space may lie apart."""
_FAILURES = (struct.error, IndexError, ValueError, OSError, TypeError, ImageCms.PyCMSError)


def cleaned(profile: bytes, mode: str) -> bytes | None:
    """Give the profile to write; None where there is nothing to say: sRGB, damaged, not for this mode, unknown."""
    try:
        space = _space(profile, mode)
        if space in (b"CMYK", b"Lab "):
            return _opens(_rebuilt(profile))
        return _known(profile, space) if space else None
    except _FAILURES:
        return None


def is_unknown(profile: bytes, mode: str) -> bool:
    """Tell whether this profile says of RGB or grey pixels what no known colour space says."""
    try:
        space = _space(profile, mode)
        return space in (b"RGB ", b"GRAY") and _nearest(profile, space) is None
    except _FAILURES:
        return False


def plainly(profile: bytes, mode: str) -> bytes | None:
    """As ``cleaned`` of a profile for RGB, told by its numbers in Python alone: empty for sRGB, None where in doubt.

    LittleCMS, which is not asked here, would be sure to find the same: what is let pass is far closer than ``_CLOSE``.
    """
    try:
        tags = dict(_tags(profile))
        colours = [_numbers(tags[name][8:]) for name in (b"rXYZ", b"gXYZ", b"bXYZ")]
        curves = [_levels(tags[name]) for name in (b"rTRC", b"gTRC", b"bTRC")]
    except (struct.error, KeyError, IndexError, ValueError, ArithmeticError):
        return None
    if _space(profile, mode) != b"RGB " or not _is_of_three_curves(profile):
        return None
    for names in _KNOWN:
        primaries, levels = _PRIMARIES[names[0]], _levels(_curve(_CURVES[names[1]]))
        if _near(colours, primaries, 0.0005) and _near(curves, [levels] * 3, 0.002):
            return b"" if names == _KNOWN[0] else _rgb(*names)
    return None


def to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Convert a picture (``RGB`` or ``L``, also with alpha) to what looks the same without a profile; without info."""
    mode = "L" if image.mode in ("L", "LA") else "RGB"
    wanted = _grey(_SRGB) if mode == "L" else _rgb(*_KNOWN[0])
    try:
        converted = ImageCms.profileToProfile(image.convert(mode), _opened(profile), _opened(wanted), outputMode=mode)
    except _FAILURES as error:
        raise UncleanError(Reason.COLOUR) from error
    if converted is None or image.mode not in ("L", "LA", "RGB", "RGBA"):
        raise UncleanError(Reason.COLOUR)
    converted.info = {}
    if image.mode in ("LA", "RGBA"):
        converted.putalpha(image.getchannel("A"))
    return converted


def by_number(primaries: int, transfer: int) -> bytes | None:
    """Give the profile of a colour space coded as in H.273; None for sRGB and for what is not known."""
    names = _CODED.get((primaries, transfer))
    return _rgb(*names) if names else None


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


def _space(profile: bytes, mode: str) -> bytes:
    """Read the colour space of a sound profile that is meant for pixels of this mode; empty if it is not."""
    space = profile[16:20]
    return space if profile[36:40] == b"acsp" and mode in _SPACES.get(space, ()) else b""


def _known(profile: bytes, space: bytes) -> bytes | None:
    nearest = _nearest(profile, space)
    return None if nearest in (None, _rgb(*_KNOWN[0]), _grey(_SRGB)) else nearest


def _nearest(profile: bytes, space: bytes) -> bytes | None:
    """Find the known profile that shows colours as this one does. Raises what LittleCMS raises on a damaged one."""
    shown = _shown(profile, space)
    known = (_rgb(*names) for names in _KNOWN) if space == b"RGB " else map(_grey, _CURVES.values())
    return next((one for one in known if _apart(shown, _shown(one, space)) <= _CLOSE), None)


def _is_of_three_curves(profile: bytes) -> bool:
    """Tell whether a profile is in order, and says nothing of colours but by a curve and a colour for each of RGB."""
    size, count = struct.unpack_from(">I124xI", profile)
    names = [profile[at : at + 4] for at in range(132, 132 + 12 * min(count, 100), 12)]
    return (
        size == len(profile) and profile[8] in (2, 4) and profile[12:24] == b"mntrRGB XYZ "
        and count == len(set(names)) and not any(name[:3] in (b"A2B", b"B2A", b"D2B", b"B2D") for name in names)
    )  # fmt: skip


def _near(ones: Sequence[Sequence[float]], others: Sequence[Sequence[float]], apart: float) -> bool:
    pairs = (pair for one, other in zip(ones, others, strict=True) for pair in zip(one, other, strict=True))
    return all(abs(a - b) <= apart for a, b in pairs)


def _numbers(body: bytes) -> list[float]:
    return [value / 65536 for (value,) in struct.iter_unpack(">i", body)]


def _levels(tag: bytes) -> list[float]:
    """What a tone curve makes of 33 levels from 0 to 1 (ICC.1:2022, 10.6 and 10.18)."""
    if tag[:4] == b"curv":
        (count,) = struct.unpack_from(">I", tag, 8)
        table = struct.unpack_from(f">{count}H", tag, 12)
        if count > 1:
            return [_between(table, step / 32) for step in range(33)]
        values = [table[0] / 256 if table else 1.0]
    elif tag[8:10] in (b"\0\0", b"\0\3", b"\0\4"):  # in the others the numbers have another order
        values = _numbers(tag[12:])
    else:
        raise ValueError("a function that no known space uses")
    gamma, a, b, c, d, e, f = values + [1.0, 0.0, 0.0, 0.0, 0.0, 0.0][len(values) - 1 :]
    levels = (step / 32 for step in range(33))
    return [max(a * level + b, 0.0) ** gamma + e if level >= d else c * level + f for level in levels]


def _between(table: Sequence[int], level: float) -> float:
    at, part = divmod(level * (len(table) - 1), 1)
    low, high = table[int(at)], table[min(int(at) + 1, len(table) - 1)]
    return (low + (high - low) * part) / 65535


def _apart(one: bytes, other: bytes) -> int:
    return max(min(a - b & 255, b - a & 255) for a, b in zip(one, other, strict=True))


@cache
def _shown(profile: bytes, space: bytes) -> bytes:
    """Show a grid of colours through a profile: L, a and b of each."""
    steps = range(0, 256, 51) if space == b"RGB " else range(0, 256, 5)
    samples = (
        bytes(part for colour in product(steps, repeat=3) for part in colour) if space == b"RGB " else bytes(steps)
    )
    mode = "RGB" if space == b"RGB " else "L"
    sheet = Image.frombytes(mode, (len(samples) // len(mode), 1), samples)
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    transform = ImageCms.buildTransform(_opened(profile), lab, mode, "LAB", ImageCms.Intent.RELATIVE_COLORIMETRIC)
    return ImageCms.applyTransform(sheet, transform).tobytes()  # type: ignore[union-attr]  # not in place: an image


def _opened(profile: bytes) -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(io.BytesIO(profile))


def _opens(profile: bytes) -> bytes:
    _opened(profile)
    return profile


@cache
def _rgb(primaries: str, curve: str) -> bytes:
    """Make the profile of a known colour space."""
    colours = zip((b"rXYZ", b"gXYZ", b"bXYZ"), _PRIMARIES[primaries], strict=True)
    curves = {name: _curve(_CURVES[curve]) for name in (b"rTRC", b"gTRC", b"bTRC")}
    return _build(4, b"mntrRGB XYZ ", 0, {b"wtpt": _xyz(_D50), **{name: _xyz(by) for name, by in colours}, **curves})


@cache
def _grey(curve: tuple[float, ...]) -> bytes:
    return _build(4, b"mntrGRAYXYZ ", 0, {b"wtpt": _xyz(_D50), b"kTRC": _curve(curve)})


def _xyz(values: tuple[float, ...]) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))


def _curve(curve: tuple[float, ...]) -> bytes:
    kind, *values = curve
    return b"para\0\0\0\0" + struct.pack(f">H2x{len(values)}i", int(kind), *(round(value * 65536) for value in values))


def _rebuilt(profile: bytes) -> bytes:
    """Build a profile anew out of the tags that carry numbers."""
    tags = dict(_tags(profile))
    carriers = {name: tags[name] for name in _CARRIERS if name in tags}
    return _build(profile[8], profile[12:24], profile[67] & 3, carriers, profile[68:80])


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


def _build(major: int, spaces: bytes, intent: int, carriers: Mapping[bytes, bytes], light: bytes = b"") -> bytes:
    """Write a profile: ``spaces`` are class, colour space and connection space; ``light`` the illuminant, else D50."""
    texts = {b"desc": _text(major, b"desc"), b"cprt": _text(major, b"cprt")}
    table, bodies = b"", b""
    start = 128 + 4 + 12 * (len(carriers) + len(texts))
    for name, body in {**texts, **carriers}.items():
        table += struct.pack(">4sII", name, start + len(bodies), len(body))
        bodies += body + bytes(-len(body) % 4)
    header = (
        struct.pack(">I4x4B", start + len(bodies), major, 0x40 if major == 2 else 0x30, 0, 0) + spaces + _CONSTANT_DATE
        + b"acsp" + bytes(24) + struct.pack(">I", intent) + (light or _xyz(_D50)[8:]) + bytes(48)
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
