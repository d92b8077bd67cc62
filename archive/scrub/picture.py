"""The door to Pillow: only the format that was recognised, within a budget, every failure a named reason.

The second look decodes here: what cannot be decoded whole, or looks different after cleaning, is refused.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import struct
import warnings
import zlib
from collections.abc import Iterator

from msgspec import Struct
from PIL import Image, ImageSequence, TiffImagePlugin, WebPImagePlugin

from archive.errors import UncleanError
from archive.scrub.boxes import smaller
from archive.scrub.contract import Reason

BUDGET = 200_000_000
"""Frames x width x height that one file may unpack to: 23 pages of A4 at 300 dpi, or one phone picture of 200 MP."""

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip
"""How to lay out the pixels for each orientation so that the picture stands upright without it."""

_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF", "image/tiff": "TIFF"}
_ROWS = 256
_SAME = 0.999  # by so little no picture is made smaller: a drawn page may have a row more than asked for
_FAILURES = (
    OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, AttributeError, OverflowError,
    ZeroDivisionError, RuntimeError, struct.error, zlib.error,
)  # fmt: skip
"""What Pillow's plug-ins raise on damaged files (its own fuzzers catch about the same)."""

Image.MAX_IMAGE_PIXELS = BUDGET
Image.preinit()  # import the plug-ins before the sandbox closes: with these two, all that are asked for here
_PLUGINS = (TiffImagePlugin, WebPImagePlugin)


class Look(Struct, frozen=True, kw_only=True):
    """What a viewer sees: size, mode, and a digest of each frame's pixels with how long it stands."""

    size: tuple[int, int]
    mode: str
    frames: tuple[bytes, ...]


def format_of(media_type: str) -> str:
    """What Pillow calls the kind of a clean picture; another kind is refused."""
    if media_type not in _FORMATS:
        raise UncleanError(Reason.UNKNOWN)
    return _FORMATS[media_type]


def allow(width: int, height: int, frames: int = 1) -> None:
    """Refuse a picture by its declared size, before anything is unpacked."""
    if not width or not height or not frames:
        raise UncleanError(Reason.PICTURE_DAMAGED)
    if width * height * frames > BUDGET:
        raise UncleanError(Reason.TOO_MANY_PIXELS)


def fitted(image: Image.Image, longest: int) -> Image.Image:
    """The picture, or a smaller one where it is larger than ``boxes.smaller`` says; what was made so stays so."""
    scale = smaller(image.size, longest)
    if scale > _SAME:
        return image
    width, height = (max(1, int(side * scale)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS)


def of_eight_bits(image: Image.Image) -> Image.Image:
    """Greys of ten and more bits rounded to eight: converting alone would make nearly all of them white."""
    if not image.mode.startswith("I;16"):
        return image
    return image.convert("I").point(lambda level: level / 256).convert("L")


@contextlib.contextmanager
def opened(data: bytes, kind: str) -> Iterator[Image.Image]:
    """Open a picture as one Pillow format (``JPEG``, ``PNG``, ``WEBP``, ``GIF``, ``TIFF``) within the budget.

    Whatever Pillow raises inside the block becomes UncleanError.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=[kind]) as image:
                allow(*image.size)
                yield image
    except Image.DecompressionBombError as error:
        raise UncleanError(Reason.TOO_MANY_PIXELS) from error
    except _FAILURES as error:
        raise UncleanError(_reason(error)) from error


def _reason(error: Exception) -> Reason:
    if "unsupported" in str(error).lower():
        return Reason.UNSUPPORTED
    early = "truncated" in str(error) or isinstance(error, EOFError)
    return Reason.PICTURE_ENDS_EARLY if early else Reason.PICTURE_DAMAGED


def look(data: bytes, kind: str) -> Look:
    """Decode every frame of a picture whole."""
    with opened(data, kind) as image:
        allow(*image.size, getattr(image, "n_frames", 1))
        mode = image.mode
        frames = tuple(_seen(frame) for frame in ImageSequence.Iterator(image))
        return Look(size=image.size, mode=mode, frames=frames)


def agree(before: bytes, after: bytes, kind: str) -> None:
    """Refuse when the clean file cannot be decoded whole or shows anything else than the brought one."""
    if look(after, kind) != look(before, kind):
        raise UncleanError(Reason.DIFFERS)


def half(image: Image.Image) -> None:
    """Have a JPEG decoded at half its size or a little more, from nearly all of its coefficients."""
    image.draft(None, (max(1, image.width // 2), max(1, image.height // 2)))


def pixels(image: Image.Image) -> bytes:
    """Digest size, mode and pixels, a strip at a time so that memory stays flat; colours, not palette numbers."""
    digest = hashlib.blake2b(repr((image.mode, image.size)).encode(), digest_size=32)
    width, height = image.size
    for top in range(0, height, _ROWS):
        strip = image.crop((0, top, width, min(top + _ROWS, height)))
        digest.update((strip.convert("RGBA") if image.mode in ("P", "PA") else strip).tobytes())
    return digest.digest()


def dots(data: bytes, kind: str) -> bytes:
    """Digest what a picture shows, in greys if it has no colours: however it is packed, as a file or on paper."""
    with opened(data, kind) as image:
        return pixels(image if image.mode == "L" else image.convert("RGB"))


def _seen(frame: Image.Image) -> bytes:
    frame.load()
    stands = repr([frame.info.get(name) for name in ("duration", "loop", "transparency", "dpi")])
    return pixels(frame) + stands.encode()
