"""WebP: still, lossy, transparent and animated; flags and orientation."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pytest
from PIL import Image, ImageSequence

from archive.errors import UncleanError
from archive.scrub import webp
from archive.scrub.contract import Reason


def refusal(data: bytes) -> str:
    with pytest.raises(UncleanError) as caught:
        webp.clean(data)
    return caught.value.message


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("lossless", [True, False])
def test_pixels_are_kept_and_flags_cleared(make: SimpleNamespace, mode: str, *, lossless: bool) -> None:
    """The coded picture is copied; VP8X no longer promises EXIF or XMP."""
    picture = make.picture(mode)
    if mode == "RGBA":
        picture.putalpha(make.picture("L"))
    before = make.dirty_webp(picture, lossless=lossless)
    cleaned = webp.clean(before)
    with Image.open(io.BytesIO(before)) as one, Image.open(io.BytesIO(cleaned.data)) as other:
        assert one.mode == other.mode == mode
        assert one.tobytes() == other.tobytes()
    assert cleaned.data[12:16] == b"VP8X"
    assert cleaned.data[20] == (0x10 if mode == "RGBA" else 0)


def test_an_animation_keeps_frames_times_and_loops(make: SimpleNamespace) -> None:
    """As many frames, as long, as often, the same pixels."""
    pages = [make.picture().rotate(40 * number) for number in range(3)]
    before = make.dirty_webp(pages[0], save_all=True, append_images=pages[1:], duration=[50, 60, 70], loop=4)
    cleaned = webp.clean(before)
    for data in (before, cleaned.data):
        with Image.open(io.BytesIO(data)) as image:
            assert image.info["loop"] == 4
            frames = [frame.convert("RGB").tobytes() for frame in ImageSequence.Iterator(image)]
        assert frames == [page.tobytes() for page in pages]
    assert webp.residue(cleaned.data) == ()


def test_a_wide_profile_stays_without_its_owner(make: SimpleNamespace) -> None:
    """ICCP is rebuilt, and the flag for it set."""
    buffer = io.BytesIO()
    make.picture().save(buffer, "WEBP", lossless=True, icc_profile=make.profile(wide=True))
    cleaned = webp.clean(buffer.getvalue())
    assert cleaned.kept == ("ICC colours",)
    assert cleaned.data[20] & 0x20
    assert b"KANA" not in cleaned.data
    assert webp.residue(cleaned.data) == ()


def test_hidden_chunks_inside_frames_go(make: SimpleNamespace) -> None:
    """An animation's frame may hold chunks of its own: only those of the picture stay."""
    buffer = io.BytesIO()
    pages = [make.picture(), make.picture().rotate(90)]
    pages[0].save(buffer, "WEBP", lossless=True, save_all=True, append_images=pages[1:])
    data = buffer.getvalue()
    at = data.index(b"ANMF")
    size = int.from_bytes(data[at + 4 : at + 8], "little")
    extra = b"CANA" + (12).to_bytes(4, "little") + make.CANARY
    frame = b"ANMF" + (size + len(extra)).to_bytes(4, "little") + data[at + 8 : at + 8 + size] + extra
    body = data[8:at] + frame + data[at + 8 + size :]
    cleaned = webp.clean(b"RIFF" + len(body).to_bytes(4, "little") + body)
    assert make.CANARY not in cleaned.data
    assert cleaned.data == webp.clean(data).data


def test_refusals_name_what_is_wrong(make: SimpleNamespace) -> None:
    """A file shorter than RIFF says; chunks that reach past it."""
    data = make.dirty_webp()
    assert refusal(data[:-40]) == Reason.PICTURE_ENDS_EARLY
    assert refusal(data[:16] + b"\xff\xff" + data[18:]) == Reason.PICTURE_DAMAGED
