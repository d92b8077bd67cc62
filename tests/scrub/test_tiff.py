"""TIFF: every page, mode and resolution; previews, raw files and roundings left out or refused."""

from __future__ import annotations

import io
import struct
from types import SimpleNamespace

import pytest
from PIL import Image, ImageOps, ImageSequence, TiffImagePlugin

from archive.errors import UncleanError
from archive.scrub import tiff
from archive.scrub.contract import Reason


def refusal(data: bytes) -> str:
    with pytest.raises(UncleanError) as caught:
        tiff.clean(data)
    return caught.value.message


def saved(image: Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "TIFF", **options)
    return buffer.getvalue()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "LAB", "I;16", "F"])
def test_every_mode_is_kept_on_every_page(make: SimpleNamespace, mode: str) -> None:
    """Mode, pixels and number of pages stay."""
    base = (
        make.picture("I").convert("I;16")
        if mode == "I;16"
        else Image.new("LAB", (9, 8), (50, 90, 200))
        if mode == "LAB"
        else make.picture(mode)
    )
    pages = [base, base.transpose(Image.Transpose.ROTATE_180), base]
    cleaned = tiff.clean(saved(pages[0], save_all=True, append_images=pages[1:], software="KANAREK"))
    with Image.open(io.BytesIO(cleaned.data)) as image:
        shown = [
            (page.mode, page.convert("RGBA").tobytes() if mode == "P" else page.tobytes())
            for page in ImageSequence.Iterator(image)
        ]
    assert shown == [(mode, page.convert("RGBA").tobytes() if mode == "P" else page.tobytes()) for page in pages]
    assert b"KANAREK" not in cleaned.data


def test_big_endian_sixteen_bits_keep_their_values(make: SimpleNamespace) -> None:
    """The byte order may change, the numbers may not."""
    values = [300 * number for number in range(200)]
    entries = (
        (256, 4, 20),
        (257, 4, 10),
        (258, 3, 16),
        (259, 3, 1),
        (262, 3, 1),
        (273, 4, 8),
        (277, 3, 1),
        (278, 4, 10),
        (279, 4, 400),
    )
    body = b"MM\0*" + struct.pack(">I", 408) + struct.pack(">200H", *values) + struct.pack(">H", len(entries))
    for tag, kind, value in entries:
        body += struct.pack(">HHIHxx" if kind == 3 else ">HHII", tag, kind, 1, value)
    cleaned = tiff.clean(body + bytes(4))
    with Image.open(io.BytesIO(cleaned.data)) as image:
        assert list(struct.unpack("<200H", image.tobytes())) == values


def test_resolution_is_kept_and_orientation_applied(make: SimpleNamespace) -> None:
    """A scan prints as large as before and stands upright without a tag."""
    before = saved(make.picture(), dpi=(300, 200), tiffinfo={274: 6})
    cleaned = tiff.clean(before)
    with Image.open(io.BytesIO(before)) as one, Image.open(io.BytesIO(cleaned.data)) as other:
        assert other.info["dpi"] == (300, 200)
        assert 274 not in other.tag_v2
        assert ImageOps.exif_transpose(one).tobytes() == other.tobytes()


def test_a_preview_page_is_left_out(make: SimpleNamespace) -> None:
    """A reduced copy of a page may show what the page no longer does."""
    small = make.picture().resize((20, 10))
    buffer = io.BytesIO()
    with TiffImagePlugin.AppendingTiffWriter(buffer) as writer:
        make.picture().save(writer, "TIFF")
        writer.newFrame()
        small.save(writer, "TIFF", tiffinfo={254: 1})
        writer.newFrame()
    cleaned = tiff.clean(buffer.getvalue())
    assert "Thumbnail" in cleaned.found
    with Image.open(io.BytesIO(cleaned.data)) as image:
        assert image.n_frames == 1


def test_a_profile_keeps_its_colours_without_its_owner(make: SimpleNamespace) -> None:
    """As in the other formats."""
    cleaned = tiff.clean(saved(make.picture(), icc_profile=make.profile(wide=True)))
    assert cleaned.kept == ("ICC colours",)
    assert b"KANA" not in cleaned.data
    assert tiff.residue(cleaned.data) == ()


def test_refusals_name_what_is_wrong(make: SimpleNamespace) -> None:
    """Raw camera files, pages in pages, too many pixels over all pages, damage."""
    assert refusal(saved(make.picture(), tiffinfo={50706: b"\1\4\0\0"})) == Reason.RAW
    big = Image.new("1", (10_001, 10_000))
    assert refusal(saved(big, compression="group4", save_all=True, append_images=[big])) == Reason.TOO_MANY_PIXELS
    assert refusal(saved(make.picture())[:-200]) in (Reason.PICTURE_ENDS_EARLY, Reason.PICTURE_DAMAGED)
    assert refusal(b"II*\0" + bytes(4)) == Reason.PICTURE_DAMAGED


def test_channels_of_sixteen_bits_are_refused_rather_than_rounded(make: SimpleNamespace) -> None:
    """Pillow holds eight bits a channel: 48-bit colour would lose half of them."""
    entries = (
        (256, 4, 1, 2), (257, 4, 1, 2), (258, 3, 3, 134), (259, 3, 1, 1), (262, 3, 1, 2), (273, 4, 1, 140),
        (277, 3, 1, 3), (278, 4, 1, 2), (279, 4, 1, 24), (284, 3, 1, 1),
    )  # fmt: skip
    body = b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(entries))
    for tag, kind, count, value in entries:
        body += struct.pack("<HHIHxx" if kind == 3 and count == 1 else "<HHII", tag, kind, count, value)
    body += bytes(4) + b"\x10\0" * 3
    assert refusal(body + bytes(24)) == Reason.COLOUR
