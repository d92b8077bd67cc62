"""What children of the sandbox say is untrusted: decoded strictly, and refused unless each field has its form."""

from __future__ import annotations

import re

import msgspec

from archive.errors import UncleanError
from archive.scrub.contract import WHOLE, Answer, Capture, Cleaned, Looked, Reason
from archive.speech import mark, tr

INSIDE = tr("a file in it: ")
UNCLEAN = mark("it could not be cleaned ({why})")

_BOXES = ("video/mp4", "audio/mp4", "video/quicktime", "audio/quicktime", "video/3gpp", "audio/3gpp")
_EBML = ("video/x-matroska", "audio/x-matroska", "video/webm", "audio/webm")
_OFFICE = (
    *(f"application/vnd.openxmlformats-officedocument.{kind}" for kind in
      ("wordprocessingml.document", "spreadsheetml.sheet", "presentationml.presentation")),
    *(f"application/vnd.oasis.opendocument.{kind}" for kind in ("text", "spreadsheet", "presentation")),
)  # fmt: skip
_STARTS = {
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
    "image/gif": re.compile(rb"GIF8[79]a"),
    "image/tiff": re.compile(rb"II\*\0|MM\0\*"),
    "application/pdf": re.compile(rb"%PDF-"),
    "audio/wav": re.compile(rb"R(IFF|F64)....WAVE", re.DOTALL),
    "audio/flac": re.compile(rb"fLaC"),
    "audio/ogg": re.compile(rb"OggS"),
    "audio/mpeg": re.compile(rb"\xff[\xe2-\xff]"),
    **dict.fromkeys(_BOXES, re.compile(rb"....ftyp", re.DOTALL)),
    **dict.fromkeys(_OFFICE, re.compile(rb"PK\x03\x04")),
    **dict.fromkeys(_EBML, re.compile(rb"\x1a\x45\xdf\xa3")),
    "text/plain": re.compile(rb""),
    "text/markdown": re.compile(rb""),
    "application/epub+zip": re.compile(rb"PK\x03\x04.{26}mimetypeapplication/epub\+zip", re.DOTALL),
    "application/zip": re.compile(rb"PK\x03\x04"),
    "message/rfc822": re.compile(rb"MIME-Version: 1\.0\r\n"),
    "text/csv": re.compile(rb""),
    "text/html": re.compile(rb"<!DOCTYPE html>\n<html"),
    "text/rtf": re.compile(rb"\{\\rtf1\\"),
}
_GROUP = re.compile(r"[A-Za-z0-9][A-Za-z0-9 /.+-]{0,39}")
_METHOD = re.compile(r"[A-Za-z0-9][A-Za-z0-9 /.+-]{0,79}")
_CAPTURE = {
    "taken_at": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"),
    "zone": re.compile(r"[+-]\d\d:\d\d"),
    "latitude": re.compile(r"-?\d{1,2}\.\d{1,6}"),
    "longitude": re.compile(r"-?\d{1,3}\.\d{1,6}"),
    "device": re.compile(r"[^\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f]{1,100}"),
}
_PLACE = re.compile(r"[^\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f]{1,1000}")
_MOST_GROUPS = 1_000  # found, removed and kept together; a ZIP of a file of each kind has 250
_MOST_INSIDE = 10_000


def checked(untrusted: bytes, start: bytes | None = None, brought: bytes = b"") -> Cleaned:
    """Decode an answer strictly and refuse one that is no sound report with a file of the type it claims.

    ``start`` are the first bytes of a file that has passed already; without it the file is in the answer, but for an
    end that stands in ``brought`` as it is.
    """
    return _sound(_decoded(untrusted), start, brought)


def checked_plain(untrusted: bytes, brought: bytes) -> tuple[Cleaned, bool]:
    """As ``checked``, of a photograph that no decoder has seen; False if one has to say yet whether it is whole."""
    answer = _decoded(untrusted)
    return _sound(answer, None, brought), answer.whole


def checked_whole(untrusted: bytes) -> bool:
    """What a decoder says that may only say yes, and whose silence is heard elsewhere."""
    if untrusted != WHOLE:
        raise UncleanError(tr(Reason.ANSWER))
    return True


def _sound(answer: Answer, start: bytes | None, brought: bytes) -> Cleaned:
    cleaned = _whole(answer, brought)
    if cleaned is None or not _is_sound(cleaned, cleaned.data if start is None else start):
        raise UncleanError(tr(Reason.ANSWER))
    return cleaned


def _whole(answer: Answer, brought: bytes) -> Cleaned | None:
    """The clean file with its end, which the answer only points to; None where there is none of this place."""
    if answer.cleaned is None or answer.rest is None:
        return answer.cleaned
    start, length = answer.rest
    if start < 0 or length < 1 or start + length > len(brought):
        return None
    data = answer.cleaned.data + memoryview(brought)[start : start + length]
    return msgspec.structs.replace(answer.cleaned, data=data)


def looked(untrusted: bytes) -> Looked:
    """Decode what the second look says; UncleanError if it found anything."""
    answer = _decoded(untrusted)
    if answer.looked is None:
        raise UncleanError(tr(Reason.ANSWER))
    return answer.looked


def _decoded(untrusted: bytes) -> Answer:
    try:
        answer = msgspec.msgpack.decode(untrusted, type=Answer)
    except msgspec.MsgspecError as error:
        raise UncleanError(tr(Reason.ANSWER)) from error
    if answer.reason is not None:
        why = tr(answer.reason)
        raise UncleanError(INSIDE + why if answer.inside else why)
    return answer


def _is_sound(cleaned: Cleaned, data: bytes) -> bool:
    start = _STARTS.get(cleaned.media_type)
    groups = (*cleaned.found, *cleaned.removed, *cleaned.kept)
    return (
        start is not None
        and start.match(data) is not None
        and len(groups) <= _MOST_GROUPS
        and all(_GROUP.fullmatch(group) for group in groups)
        and _METHOD.fullmatch(cleaned.method) is not None
        and _is_sound_capture(cleaned.capture)
        and len(cleaned.inside) <= _MOST_INSIDE
        and all(_PLACE.fullmatch(one.name) and _is_sound_capture(one.capture) for one in cleaned.inside)
    )


def _is_sound_capture(capture: Capture | None) -> bool:
    """Hold each field that is there to the form that its contract gives it."""
    told = {} if capture is None else {name: getattr(capture, name) for name in _CAPTURE}
    return all(value is None or _CAPTURE[name].fullmatch(value) is not None for name, value in told.items())
