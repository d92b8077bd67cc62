"""PNG and APNG: all depths and colours, hidden data behind the end, bombs, and the orientation in its two places."""

from __future__ import annotations

import io
import struct
import zlib
from types import SimpleNamespace

import pytest
from PIL import Image, ImageOps, ImageSequence

from archive.errors import UncleanError
from archive.scrub import png
from archive.scrub.contract import Reason


def refusal(data: bytes) -> str:
    with pytest.raises(UncleanError) as caught:
        png.clean(data)
    return caught.value.message


def raw_png(make: SimpleNamespace, colour: int, depth: int, rows: bytes, extra: bytes = b"", size: int = 4) -> bytes:
    """A PNG of any colour type and depth from unfiltered rows."""
    header = make.chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, depth, colour, 0, 0, 0))
    image = make.chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + header + extra + image + make.chunk(b"IEND", b"")


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_is_kept(make: SimpleNamespace, mode: str) -> None:
    """Mode and pixels stay."""
    picture = make.picture("I").convert("I;16") if mode == "I;16" else make.picture().convert(mode)
    cleaned = png.clean(make.dirty_png(picture))
    with Image.open(io.BytesIO(cleaned.data)) as image:
        assert image.mode == mode
        assert image.tobytes() == picture.tobytes()


@pytest.mark.parametrize("turn", [1, 3, 6])
def test_sixteen_bits_a_colour_stay_sixteen(make: SimpleNamespace, turn: int) -> None:
    """48-bit colour, which Pillow would round, keeps its image data; an orientation stays as the one tag."""
    rows = b"".join(b"\0" + bytes(range(24)) for _ in range(4))
    before = raw_png(make, 2, 16, rows, make.chunk(b"eXIf", make.exif_block(turn)))
    cleaned = png.clean(before)
    assert zlib.compress(rows) in cleaned.data
    assert cleaned.kept == (("Orientation",) if turn > 1 else ())
    assert png.residue(cleaned.data) == ()
    with Image.open(io.BytesIO(before)) as one, Image.open(io.BytesIO(cleaned.data)) as other:
        assert ImageOps.exif_transpose(one).tobytes() == ImageOps.exif_transpose(other).tobytes()


def test_an_orientation_in_a_text_profile_is_applied(make: SimpleNamespace) -> None:
    """ImageMagick keeps EXIF as hexadecimal text; the picture stands upright all the same."""
    block = b"Exif\0\0" + make.exif_block(6)
    text = b"\nexif\n" + str(len(block)).rjust(8).encode() + b"\n" + block.hex().encode() + b"\n"
    carrier = make.chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(text))
    plain = make.png(make.picture())
    cleaned = png.clean(plain[:33] + carrier + plain[33:])
    assert {"EXIF", "GPS"} <= set(cleaned.found)
    with Image.open(io.BytesIO(cleaned.data)) as image:
        assert image.tobytes() == make.picture().transpose(Image.Transpose.ROTATE_270).tobytes()


def test_an_animation_keeps_frames_times_and_loops(make: SimpleNamespace) -> None:
    """APNG: as many frames, as long, as often; carriers between frames go."""
    pages = [make.picture().rotate(40 * number) for number in range(4)]
    plain = make.png(pages[0], save_all=True, append_images=pages[1:], duration=[50, 60, 70, 80], loop=3)
    place = plain.index(b"fcTL", plain.index(b"IDAT")) - 4
    cleaned = png.clean(plain[:place] + make.chunk(b"tEXt", b"a\0" + make.CANARY) + plain[place:])
    assert cleaned.found == ("PNG text",)
    with Image.open(io.BytesIO(cleaned.data)) as image:
        assert (image.n_frames, image.info["loop"]) == (4, 3)
        frames = [(frame.info["duration"], frame.convert("RGB").tobytes()) for frame in ImageSequence.Iterator(image)]
    assert frames == [(time, page.tobytes()) for time, page in zip((50, 60, 70, 80), pages, strict=True)]


def test_what_stands_behind_the_end_of_image_data_goes(make: SimpleNamespace) -> None:
    """The rest of an earlier picture inside the data chunk, behind the end of its stream, is cut."""
    plain = make.png(make.picture())
    start = plain.index(b"IDAT")
    (length,) = struct.unpack_from(">I", plain, start - 4)
    stream = plain[start + 4 : start + 4 + length]
    hidden = plain[: start - 4] + make.chunk(b"IDAT", stream + make.CANARY) + make.chunk(b"IEND", b"")
    cleaned = png.clean(hidden)
    assert make.CANARY not in cleaned.data
    assert cleaned.data == png.clean(plain).data


def test_a_profile_is_rebuilt_and_srgb_said_in_one_byte(make: SimpleNamespace) -> None:
    """sRGB becomes the chunk of that name; a wide profile stays without its owner."""
    srgb = png.clean(make.png(make.picture(), icc_profile=make.profile()))
    assert b"sRGB\0" in srgb.data
    assert b"iCCP" not in srgb.data
    wide = png.clean(make.png(make.picture(), icc_profile=make.profile(wide=True)))
    assert b"iCCPicc\0" in wide.data
    assert wide.kept == ("ICC colours",)
    assert png.residue(wide.data) == ()


def test_refusals_name_what_is_wrong(make: SimpleNamespace) -> None:
    """Wrong checksum, unknown critical chunk, short data, too many pixels, a bomb in the image data."""
    plain = make.png(make.picture())
    at = plain.index(b"IDAT") + 9
    assert refusal(plain[:at] + bytes([plain[at] ^ 1]) + plain[at + 1 :]) == Reason.PICTURE_DAMAGED
    assert refusal(plain[:33] + make.chunk(b"CRiT", b"x") + plain[33:]) == Reason.UNSUPPORTED
    assert refusal(raw_png(make, 0, 8, bytes(19))) == Reason.PICTURE_ENDS_EARLY
    assert refusal(raw_png(make, 0, 8, b"", size=30_000)) == Reason.TOO_MANY_PIXELS
    assert refusal(raw_png(make, 0, 8, bytes(50_000_000))) == Reason.PICTURE_DAMAGED
    assert refusal(raw_png(make, 5, 8, bytes(20))) == Reason.PICTURE_DAMAGED


def test_a_text_bomb_is_not_unpacked(make: SimpleNamespace) -> None:
    """100 MB of packed text are dropped as they are."""
    plain = make.png(make.picture())
    bomb = make.chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(bytes(100_000_000), 9))
    assert png.clean(plain[:33] + bomb + plain[33:]).data == png.clean(plain).data
