"""FLAC that is not one sound recording: no byte beside its frames passes, and what is wrong is said with what to do."""

from __future__ import annotations

import io
import random
from fractions import Fraction

import av
import pytest

from archive.errors import UncleanError
from archive.scrub import media_flac, worker
from archive.scrub.contract import Reason

CANARY = b"KANAREK-4711"


def recorded() -> bytes:
    """A second of noise, in several frames."""
    out = io.BytesIO()
    with av.open(out, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=16000, layout="mono")
        frame = av.AudioFrame("s16", "mono", 16000)
        frame.planes[0].update(random.Random(4).randbytes(32000).ljust(frame.planes[0].buffer_size, b"\0"))
        frame.sample_rate, frame.pts, frame.time_base = 16000, 0, Fraction(1, 16000)
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    return out.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(UncleanError) as caught:
        worker.clean(data)
    return caught.value.message


@pytest.fixture(scope="module")
def clean() -> bytes:
    """A recording that is nothing but its frames."""
    return worker.clean(recorded()).data


def frame_starts(data: bytes) -> list[int]:
    """Where frames begin, as far as chance lets it be told: the same first four bytes each time."""
    return [at for at in range(42, len(data) - 4) if data[at : at + 4] == data[42:46]]


@pytest.mark.parametrize("hidden", [CANARY, CANARY * 2000, b"\0", b"\xff", b"\xff\xf8" + CANARY], ids=len)
def test_nothing_stands_behind_the_last_frame(clean: bytes, hidden: bytes) -> None:
    """A decoder plays the file as if it were not there."""
    assert refusal(clean + hidden) == Reason.SOUND_DAMAGED


@pytest.mark.parametrize("hidden", [CANARY, b"\0"], ids=len)
def test_nothing_stands_between_frames(clean: bytes, hidden: bytes) -> None:
    """Nor there."""
    places = frame_starts(clean)
    assert len(places) > 2
    for at in places[1:]:
        assert refusal(clean[:at] + hidden + clean[at:]) == Reason.SOUND_DAMAGED


def test_recordings_put_together_are_told_apart(clean: bytes) -> None:
    """Two in one file, with or without their tags, wherever the second begins among the blocks that are copied."""
    whole = recorded()
    for data in (whole + whole, clean + clean, whole + clean, clean * 3):
        assert refusal(data) == Reason.SOUND_JOINED
    written: list[bytes] = []
    single = media_flac._Single(written.append)
    single(b"x" * 20 + b"fLaC\0")
    with pytest.raises(UncleanError):
        single(b"\0\0\x22" + b"x" * 20)
    assert len(written) == 1


@pytest.mark.parametrize("size", [0, 10, 3_000, 1_000_000, (1 << 24) - 1])
def test_a_cover_of_another_length_than_it_says_is_named(size: int) -> None:
    """Too short or too long, within the file or beyond its end."""
    plain, cover = recorded(), b"\0\0\0\x03\0\0\0\x09image/png" + bytes(200)
    data = plain[:42] + b"\x06" + size.to_bytes(3, "big") + cover + plain[42:]
    assert refusal(data) == Reason.SOUND_BLOCKS


def test_sound_that_is_cut_or_damaged_is_named(clean: bytes) -> None:
    """Wherever."""
    for share in (1, 30, 60, 99):
        assert refusal(clean[: 42 + (len(clean) - 42) * share // 100]) == Reason.SOUND_DAMAGED
        broken = bytearray(clean)
        broken[42 + (len(clean) - 42) * share // 100] ^= 0x10
        assert refusal(bytes(broken)) in (Reason.SOUND_DAMAGED, Reason.SOUND_BLOCKS)


@pytest.mark.parametrize("form", ["matroska", "mp4"])
def test_nothing_stands_behind_a_frame_inside_another_container(form: str) -> None:
    """Films and recordings of other kinds hold such frames too: a sound one passes, one with more in it does not."""
    assert worker.clean(wrapped(form)).data
    for hidden in (CANARY, b"\0"):
        assert refusal(wrapped(form, hidden)) == Reason.SOUND_DAMAGED


def wrapped(form: str, hidden: bytes = b"") -> bytes:
    """The recording in another container, with something behind each frame."""
    out = io.BytesIO()
    with av.open(io.BytesIO(recorded())) as brought, av.open(out, "w", format=form) as made:
        stream = made.add_stream_from_template(brought.streams.audio[0])
        for packet in brought.demux(brought.streams.audio[0]):
            if packet.size:
                other = av.Packet(bytes(packet) + hidden)
                other.pts, other.dts, other.duration = packet.pts, packet.dts, packet.duration
                other.time_base, other.stream = packet.time_base, stream
                made.mux(other)
    return out.getvalue()
