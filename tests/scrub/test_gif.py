"""GIF: animation and loop stay, everything said beside the picture goes."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pytest
from PIL import Image

from archive.errors import UncleanError
from archive.scrub import gif
from archive.scrub.contract import Reason


def refusal(data: bytes) -> str:
    with pytest.raises(UncleanError) as caught:
        gif.clean(data)
    return caught.value.message


def test_animation_and_loop_are_kept(make: SimpleNamespace) -> None:
    """As many frames, as long, as often."""
    cleaned = gif.clean(make.dirty_gif())
    with Image.open(io.BytesIO(cleaned.data)) as image:
        assert (image.n_frames, image.info["loop"], image.info["duration"]) == (3, 2, 70)
        assert "comment" not in image.info


def test_plain_text_goes_with_its_control_block_and_a_comment_without(make: SimpleNamespace) -> None:
    """The control block belongs to the next block that draws: a comment between it and its image does not take it."""
    plain = gif.clean(make.dirty_gif(1)).data
    start = 13 + (3 << ((plain[10] & 7) + 1))
    control = b"\x21\xf9\x04\x00\x05\x00\x00\x00"
    text = b"\x21\x01\x0c" + bytes(12) + b"\x04KANA\x00"
    comment = b"\x21\xfe\x04KANA\x00"
    image = plain[plain.index(b"\x2c", start) :]
    cleaned = gif.clean(plain[:start] + control + text + control + comment + image)
    assert cleaned.found == ("Plain text", "Comment")
    assert cleaned.data == plain[:start] + control + image


def test_refusals_name_what_is_wrong(make: SimpleNamespace) -> None:
    """A cut frame, a wrong block, a bomb of frames, an empty screen."""
    plain = gif.clean(make.dirty_gif(1)).data
    start = 13 + (3 << ((plain[10] & 7) + 1))
    assert refusal(plain[:-2]) == Reason.PICTURE_ENDS_EARLY
    assert refusal(plain[:start] + b"\x99" + plain[start:]) == Reason.PICTURE_DAMAGED
    assert refusal(plain[:6] + bytes(4) + plain[10:]) == Reason.PICTURE_DAMAGED
    frame = plain[start:-1]
    bomb = plain[:6] + (2000).to_bytes(2, "little") * 2 + plain[10:start] + frame * 300 + b"\x3b"
    assert refusal(bomb) == Reason.TOO_MANY_PIXELS
