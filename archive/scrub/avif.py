"""AVIF: decoded, and saved as JPEG; with transparency, moving or of high range as PNG without loss.

Pillow's reader takes the main picture or the frames, and tells of turning and mirroring as an orientation. Depth, gain
maps and previews are left behind.
"""

from __future__ import annotations

import io
import struct

from PIL import AvifImagePlugin, Image, ImageSequence

from archive.errors import UncleanError
from archive.scrub import exif, icc
from archive.scrub.contract import Cleaned, Reason
from archive.scrub.heif import HIGH_RANGE
from archive.scrub.picture import TURNS, allow, opened, pixels
from archive.scrub.redrawn import as_jpeg, as_png

MEDIA_TYPES = ("image/jpeg", "image/png")

_CODED = b"colrnclx"

AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # the sandbox allows no second thread


def matches(head: bytes) -> bool:
    """Tell by the brand, or by it among the further brands."""
    size = int.from_bytes(head[:4], "big")
    return head[4:8] == b"ftyp" and any(brand in head[8 : min(size, 256)] for brand in (b"avif", b"avis"))


def clean(data: bytes) -> Cleaned:
    """Decode what is shown onto a fresh canvas and save that."""
    with opened(data, "AVIF") as image:
        frames = getattr(image, "n_frames", 1)
        allow(*image.size, frames)
        block = (image.info.get("exif") or b"").removeprefix(b"Exif\0\0")
        reading = exif.read(block) if block else exif.Reading()
        found = [
            *reading.groups,
            *(name for key, name in (("xmp", "XMP"), ("icc_profile", "ICC")) if key in image.info),
        ]
        groups = tuple(dict.fromkeys(found))
        turn = exif.orientation(block, image.info.get("xmp") or b"")
        saved, as_what, profile = _animation(image, turn) if frames > 1 else _still(image, turn, data)
    return Cleaned(
        data=saved,
        media_type=f"image/{as_what.lower()}",
        method=f"decoded and saved as {as_what}",
        lossless=False,
        found=groups,
        removed=groups,
        kept=("ICC colours",) if profile else (),
        capture=reading.capture,
    )


def _still(image: Image.Image, turn: int, data: bytes) -> tuple[bytes, str, bytes | None]:
    """Save one picture; with it, as what, and the profile that it carries."""
    image.load()
    canvas = image.transpose(TURNS[turn]) if turn > 1 else image.copy()
    profile, written = image.info.get("icc_profile") or b"", None
    if profile and icc.is_unknown(profile, canvas.mode):
        canvas = icc.to_srgb(canvas, profile)
    elif profile:
        written = icc.cleaned(profile, canvas.mode)
    else:
        written = _coded(data)
    if canvas.mode == "RGBA":
        return as_png(canvas, profile=written), "PNG", written
    return as_jpeg(canvas, profile=written), "JPEG", written


def _coded(data: bytes) -> bytes | None:
    """Find what the container says of colours by number; Pillow does not pass it on."""
    at = data.find(_CODED)
    if at < 0 or at + 12 > len(data):
        return None
    primaries, transfer = struct.unpack_from(">HH", data, at + len(_CODED))
    if transfer in HIGH_RANGE:
        raise UncleanError(Reason.COLOUR)
    return icc.by_number(primaries, transfer)


def _animation(image: Image.Image, turn: int) -> tuple[bytes, str, None]:
    """Save the frames as an animated PNG; one with colours of its own, or to be turned, is refused."""
    if turn > 1 or image.info.get("icc_profile"):
        raise UncleanError(Reason.UNSUPPORTED)
    frames, stands = [], []
    for frame in ImageSequence.Iterator(image):
        frame.load()
        frames.append(frame.copy())
        stands.append(frame.info.get("duration", 0))
        frames[-1].info = {}
    buffer = io.BytesIO()
    options = {"duration": stands, "loop": 0, "compress_level": 1, "default_image": False}
    frames[0].save(buffer, "PNG", save_all=True, append_images=frames[1:], **options)
    shown = [pixels(frame.convert("RGBA")) for frame in frames]
    with opened(buffer.getvalue(), "PNG") as saved:
        if [pixels(frame.convert("RGBA")) for frame in ImageSequence.Iterator(saved)] != shown:
            raise UncleanError(Reason.DIFFERS)
    return buffer.getvalue(), "PNG", None


def residue(data: bytes) -> tuple[str, ...]:  # noqa: ARG001 -- whatever it holds
    """No clean file is AVIF."""
    return ("AVIF",)
