"""What a capture proves is taken out before it is removed: time, zone, place, device; malformed is as if absent."""

from __future__ import annotations

import io
import struct
from types import SimpleNamespace

import msgspec
import pytest
from PIL import Image, TiffImagePlugin

from archive.errors import UncleanError
from archive.sandbox.worker import Worker
from archive.scrub import clean, exif, worker
from archive.scrub.clean import Cleaner
from archive.scrub.contract import Answer, Capture, Cleaned, Inside, Reason

Rational = TiffImagePlugin.IFDRational
DEGREES = (Rational(43, 1), Rational(24, 1), Rational(30, 1))
LONGITUDE = (Rational(32), Rational(31), Rational(12))


def block(first: dict[int, object] | None = None, inner: dict[int, object] | None = None, gps: object = None) -> bytes:
    """An EXIF block as Pillow writes it."""
    made = Image.Exif()
    made.update(first or {})
    made.get_ifd(0x8769).update(inner or {})
    if isinstance(gps, dict):
        made.get_ifd(0x8825).update(gps)
    return made.tobytes().removeprefix(b"Exif\0\0")


WHOLE = block(
    {0x010F: "Invented", 0x0110: "Demo Phone 1", 0x013B: "KANAREK-4711", 0x0132: "2025:06:03 09:00:00"},
    {0x9003: "2025:06:02 08:55:10", 0x9011: "+03:00", 0xA431: "KANAREK-4711", 0xA430: "KANAREK-4711"},
    {1: "S", 2: DEGREES, 3: "W", 4: LONGITUDE},
)  # fmt: skip
PROVEN = Capture(
    taken_at="2025-06-02T08:55:10", zone="+03:00", latitude="-43.408333", longitude="-32.520000",
    device="Invented Demo Phone 1",
)  # fmt: skip


def saved(make: SimpleNamespace, kind: str) -> bytes:
    image, buffer = make.picture(), io.BytesIO()
    if kind == "TIFF":
        made = Image.Exif()
        made.load(b"Exif\0\0" + WHOLE)
        image.save(buffer, kind, exif=made)
    else:
        image.save(buffer, kind, exif=b"Exif\0\0" + WHOLE)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_every_format_gives_the_same_facts(make: SimpleNamespace, kind: str) -> None:
    """South and west are negative; no serial number and no owner comes along."""
    cleaned = worker.clean(saved(make, kind))
    assert cleaned.capture == PROVEN
    assert b"KANAREK" not in msgspec.msgpack.encode(cleaned)


def test_they_cross_the_border_of_the_sandbox(make: SimpleNamespace) -> None:
    """What ``add`` gets is the same."""
    with Cleaner() as cleaner:
        assert cleaner.clean(saved(make, "JPEG"), "a").capture == PROVEN


def test_a_picture_without_facts_has_none(make: SimpleNamespace) -> None:
    """Neither an empty struct nor empty texts."""
    assert worker.clean(make.jpeg(make.picture())).capture is None
    assert exif.read(block({0x0131: "Software 1"})).capture is None


@pytest.mark.parametrize(
    "written",
    ["0000:00:00 00:00:00", "9999:12:31 23:59:59", "2025:13:02 08:55:10", "2025:02:30 08:55:10", "    :  :     :  :  ",
     "yesterday", "2025:06:02", "1970:01:01 00:00:00"],
)  # fmt: skip
def test_times_that_no_clock_shows_are_absent(written: str) -> None:
    """And with them the zone, which means nothing alone."""
    assert exif.read(block(inner={0x9003: written, 0x9011: "+03:00"})).capture is None


@pytest.mark.parametrize("zone", ["03:00", "+99:00", "Europe/Kyiv", "+3", ""])
def test_zones_that_are_none_are_absent(zone: str) -> None:
    """The time stays."""
    found = exif.read(block(inner={0x9003: "2025:06:02 08:55:10", 0x9011: zone})).capture
    assert found == Capture(taken_at="2025-06-02T08:55:10")


@pytest.mark.parametrize(
    "gps",
    [
        {1: "N", 2: DEGREES},
        {2: DEGREES, 4: LONGITUDE},
        {1: "X", 2: DEGREES, 3: "W", 4: LONGITUDE},
        {1: "N", 2: (Rational(1, 0), Rational(0), Rational(0)), 3: "E", 4: LONGITUDE},
        {1: "N", 2: (Rational(0, 0), Rational(0, 0), Rational(0, 0)), 3: "E", 4: LONGITUDE},
        {1: "N", 2: (Rational(91), Rational(0), Rational(0)), 3: "E", 4: LONGITUDE},
        {1: "N", 2: DEGREES, 3: "E", 4: (Rational(181), Rational(0), Rational(0))},
        {1: "N", 2: (Rational(0),) * 3, 3: "E", 4: (Rational(0),) * 3},
    ],
    ids=["half", "no letters", "odd letter", "n/0", "0/0", "beyond the pole", "beyond the date line", "no satellite"],
)
def test_places_that_are_none_are_absent(gps: dict[int, object]) -> None:
    """No error, and never half a place or one on the wrong side of the equator."""
    assert exif.read(block(gps=gps)).capture is None


def test_numbers_that_are_none_are_absent() -> None:
    """NaN and infinity, written as floating-point numbers."""
    for number in (float("nan"), float("inf"), -5.0):
        gps = b"".join(
            struct.pack("<HHI", tag, kind, count) + value
            for tag, kind, count, value in (
                (1, 2, 2, b"N\0\0\0"), (2, 11, 1, struct.pack("<f", number)),
                (3, 2, 2, b"E\0\0\0"), (4, 11, 1, struct.pack("<f", 12.5)),
            )
        )  # fmt: skip
        made = b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHII", 0x8825, 4, 1, 26) + bytes(4) + b"\x04\0" + gps + bytes(4)
        assert exif.read(made).capture is None


def test_a_device_that_could_draw_on_a_terminal_is_absent() -> None:
    """Make and model come from the file."""
    for model in ("Evil\x1b[2J", "x" * 200):
        assert exif.read(block({0x0110: model})).capture is None


@pytest.mark.parametrize(
    "told",
    [
        {"taken_at": "yesterday"},
        {"zone": "Kyiv"},
        {"latitude": "nan"},
        {"longitude": "12,5"},
        {"device": "\x1b[2J"},
        {"device": "\u202eenohP"},
        {"device": "x" * 101},
    ],
)
def test_the_parent_believes_no_odd_facts(monkeypatch: pytest.MonkeyPatch, told: dict[str, str]) -> None:
    """A worker that was taken over writes nothing of its own into the record."""
    lies(monkeypatch, capture=Capture(**told))
    lies(monkeypatch, inside=(Inside(name="a.jpg", capture=Capture(**told)),))


@pytest.mark.parametrize("name", ["", "\x1b[2J", "gpj.a\u202e", "x" * 1001])
def test_the_parent_believes_no_odd_names_of_files_inside(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Nor more files than a package may hold."""
    lies(monkeypatch, inside=(Inside(name=name, capture=PROVEN),))
    lies(monkeypatch, inside=(Inside(name="a", capture=PROVEN),) * 10_001)


def lies(monkeypatch: pytest.MonkeyPatch, **told: object) -> None:
    """Let a worker say so: the file is refused."""
    lie = Cleaned(data=b"\xff\xd8\xff", media_type="image/jpeg", method="x", lossless=True, **told)
    monkeypatch.setattr(Worker, "call", lambda *_: msgspec.msgpack.encode(Answer(cleaned=lie)))
    with pytest.raises(UncleanError) as caught:
        Cleaner().clean(b"", "a")
    assert Reason.ANSWER in caught.value.message
    assert caught.value.hint == clean.HINT
