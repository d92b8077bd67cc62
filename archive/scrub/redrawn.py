"""Pictures whose bytes cannot be kept: painted on a fresh canvas, upright, and saved anew as what everybody can open.

Nothing but pixels goes over: no ``info``, no second picture, no profile but ours.
"""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageSequence

from archive.errors import UncleanError
from archive.scrub import icc
from archive.scrub.contract import Reason
from archive.scrub.picture import TURNS, opened, pixels

Dots = tuple[float, float] | None
_WEBP: dict[str, Any] = {"lossless": True, "exact": True, "quality": 25, "method": 0, "exif": b"", "xmp": b""}
"""Without loss; in a third of the time, a tenth larger than the smallest."""


def in_srgb(data: bytes, kind: str, profile: bytes, turn: int) -> tuple[Image.Image, Dots]:
    """Convert a still picture with a profile of its own to sRGB, upright; answers it with its dots an inch."""
    with opened(data, kind) as image:
        if getattr(image, "n_frames", 1) > 1 and kind != "JPEG":
            raise UncleanError(Reason.COLOUR)
        canvas = icc.to_srgb(without_palette(image), profile)
        return canvas.transpose(TURNS[turn]) if turn > 1 else canvas, image.info.get("dpi")


def without_palette(image: Image.Image) -> Image.Image:
    """Give the picture as colours where it is numbers of a palette."""
    if image.mode not in ("P", "PA"):
        return image
    return image.convert("RGBA" if image.mode == "PA" or "transparency" in image.info else "RGB")


def as_jpeg(canvas: Image.Image, dots: Dots = None, profile: bytes | None = None) -> bytes:
    """Save as JPEG of quality 95, no colour halved."""
    return _saved(canvas, "JPEG", dots, quality=95, subsampling=0, icc_profile=profile)


def as_png(canvas: Image.Image, dots: Dots = None, profile: bytes | None = None) -> bytes:
    """Save as PNG, and prove that the pixels are the same."""
    data = _saved(canvas, "PNG", dots, compress_level=4, icc_profile=profile)
    return _proven(canvas, data, "PNG")


def as_webp(canvas: Image.Image, profile: bytes | None = None) -> bytes:
    """Save as WebP without loss, and prove that the pixels are the same."""
    return _proven(canvas, _saved(canvas, "WEBP", None, icc_profile=profile, **_WEBP), "WEBP")


def as_moving_webp(frames: list[Image.Image], stands: list[int], loop: int, profile: bytes | None = None) -> bytes:
    """Save frames (``RGBA``) as an animated WebP without loss, and prove that pixels and times are the same."""
    told = {"save_all": True, "append_images": frames[1:], "duration": stands, "loop": loop, "icc_profile": profile}
    data = _saved(frames[0], "WEBP", None, **told, **_WEBP)
    with opened(data, "WEBP") as image:
        shown = [(pixels(frame.convert("RGBA")), frame.info.get("duration")) for frame in ImageSequence.Iterator(image)]
    if shown != [(pixels(frame), stand) for frame, stand in zip(frames, stands, strict=True)]:
        raise UncleanError(Reason.DIFFERS)
    return data


def _saved(canvas: Image.Image, kind: str, dots: Dots, **options: Any) -> bytes:
    canvas.info = {}
    buffer = io.BytesIO()
    canvas.save(buffer, kind, **({"dpi": dots} if dots else {}), **options)
    return buffer.getvalue()


def _proven(canvas: Image.Image, data: bytes, kind: str) -> bytes:
    with opened(data, kind) as image:
        if pixels(image.convert("RGBA")) != pixels(canvas.convert("RGBA")):
            raise UncleanError(Reason.DIFFERS)
    return data
