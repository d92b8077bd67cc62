"""What the formats of sound and video share: reading in order, naming what tags hold, and what a recording proves.

Each format has a file of its own. Simple containers (WAV, FLAC, Ogg, MP3) are rewritten by code of ours; MP4 and
Matroska go through ``media_remux``. No sound and no picture is encoded anew anywhere.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, BinaryIO

from archive.errors import UncleanError
from archive.scrub.contract import Capture, Cleaned, Reason

Write = Callable[[bytes], object]

BLOCK = 1 << 18
_LONGEST_DEVICE = 100
_ISO_6709 = re.compile(r"([+-]\d{2,6}(?:\.\d{1,12})?)([+-]\d{3,7}(?:\.\d{1,12})?)(?=[+-/]|$)")
_MOMENT = re.compile(r"((?:19|20)\d\d-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?")
_MOMENT_KEYS = ("com.apple.quicktime.creationdate", "date_recorded", "creation_time", "originationdate", "icrd", "date")
_PLACE_KEYS = ("com.apple.quicktime.location.iso6709", "location", "xyz", "loci")
_MAKE_KEYS = ("com.apple.quicktime.make", "com.android.manufacturer", "make")
_MODEL_KEYS = ("com.apple.quicktime.model", "com.android.model", "model")
_GROUPS = (
    (("location", "gps", "xyz", "loci"), "GPS"),
    (("date", "time", "icrd", "year"), "Dates"),
    (("encod", "software", "isft", "vendor", "tool"), "Encoder"),
    (("make", "model", "manufacturer", "android", "camera"), "Device"),
    (("handler",), "Handler"),
)


class _Resumed(io.RawIOBase):
    def __init__(self, start: bytes, rest: BinaryIO) -> None:
        super().__init__()
        self._start, self._rest = start, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        data = self._start[: len(buffer)] or self._rest.read(len(buffer))
        self._start = self._start[len(data) :]
        buffer[: len(data)] = data
        return len(data)


def resumed(start: bytes, rest: BinaryIO) -> BinaryIO:
    """A pipe of which the start was read already, for a reader that wants it from the start."""
    return io.BufferedReader(_Resumed(start, rest), BLOCK)


def exactly(source: BinaryIO, size: int) -> bytes:
    """Read so many bytes, from a pipe too; UncleanError where the file ends first."""
    parts: list[bytes] = []
    while size:
        part = source.read(min(size, BLOCK))
        if not part:
            raise UncleanError(Reason.ENDS_EARLY)
        parts.append(part)
        size -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def copy(source: BinaryIO, write: Write, size: int) -> None:
    """Pass on so many bytes, block by block; UncleanError where the file ends first."""
    while size:
        part = exactly(source, min(size, BLOCK))
        write(part)
        size -= len(part)


def skip(source: BinaryIO, size: int) -> None:
    """Read past so many bytes of a pipe; UncleanError where the file ends first."""
    copy(source, len, size)


def length(source: BinaryIO) -> int:
    """Tell the size in bytes of a file that can seek, and go back to its start."""
    size = source.seek(0, io.SEEK_END)
    source.seek(0)
    return size


def report(
    media_type: str, method: str, found: Iterable[str], kept: tuple[str, ...] = (), capture: Capture | None = None
) -> Cleaned:
    """Make the report of a copy that has gone out: all that was found is gone."""
    groups = tuple(dict.fromkeys(found))
    return Cleaned(
        data=b"", media_type=media_type, method=method, lossless=True, found=groups, removed=groups, kept=kept,
        capture=capture,
    )  # fmt: skip


def groups(keys: Iterable[str]) -> list[str]:
    """Name what kind of thing each tag is, never what it says."""
    return [
        next((group for words, group in _GROUPS if any(word in key.lower() for word in words)), "Tags") for key in keys
    ]


def capture(tags: Mapping[str, str]) -> Capture | None:
    """What a recording's tags prove of its making: moment, place, make and model; None where they say nothing."""
    known = {key.lower(): value.strip() for key, value in tags.items()}
    taken_at, zone = _moment(known)
    latitude, longitude = _place(known)
    make, model = (_first(known, keys) for keys in (_MAKE_KEYS, _MODEL_KEYS))
    device = " ".join(part for part in (make, model) if part)
    device = "".join(sign for sign in device if sign.isprintable())[:_LONGEST_DEVICE]
    if not (taken_at or latitude or device):
        return None
    return Capture(taken_at=taken_at, zone=zone, latitude=latitude, longitude=longitude, device=device or None)


def _first(known: Mapping[str, str], keys: tuple[str, ...]) -> str:
    return next((known[key] for key in keys if known.get(key)), "")


def _moment(known: Mapping[str, str]) -> tuple[str | None, str | None]:
    for key in _MOMENT_KEYS:
        if whole := _MOMENT.match(known.get(key, "")):
            day, time, zone = whole.groups()
            return f"{day}T{time}", _zone(zone)
    return None, None


def _zone(written: str | None) -> str | None:
    if written is None:
        return None
    return "+00:00" if written == "Z" else f"{written[:3]}:{written[-2:]}"


def _place(known: Mapping[str, str]) -> tuple[str | None, str | None]:
    whole = next((match for key in _PLACE_KEYS if (match := _ISO_6709.match(known.get(key, "")))), None)
    if whole is None:
        return None, None
    latitude, longitude = _degrees(whole[1], 2), _degrees(whole[2], 3)
    if latitude.strip("-0.") == longitude.strip("-0.") == "":
        return None, None  # what some phones write where they know nothing
    if abs(float(latitude)) > 90 or abs(float(longitude)) > 180:
        return None, None
    return latitude, longitude


def _degrees(written: str, digits: int) -> str:
    """Decimal degrees out of ISO 6709: as they are, or from degrees, minutes and seconds run together."""
    sign, (whole, _, rest) = written[0], written[1:].partition(".")
    if len(whole) <= digits:
        number = float(f"{whole}.{rest or 0}")
    else:
        minutes = float(f"{whole[digits : digits + 2]}.{rest or 0}") if len(whole) == digits + 2 else 0.0
        if len(whole) == digits + 4:
            minutes = int(whole[digits : digits + 2]) + float(f"{whole[digits + 2 :]}.{rest or 0}") / 60
        number = int(whole[:digits]) + minutes / 60
    return f"{'-' if sign == '-' else ''}{number:.6f}"
