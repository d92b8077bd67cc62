"""The parent's side of cleaning: sends files into the sandbox and believes nothing that comes back.

No parser is imported here: this process holds the keys.
"""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

import msgspec

from archive.errors import UncleanError
from archive.sandbox.limits import Limits
from archive.sandbox.worker import Worker
from archive.scrub.contract import Answer, Capture, Cleaned, Reason

INSIDE = "a file in it: "
HINT = "Take a photo of it instead, or print it to a PDF."

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
_MOST_GROUPS = 200
_TOGETHER = min(len(os.sched_getaffinity(0)), 8)
_HELD = 256 * 1024 * 1024  # bytes of files that wait or are being cleaned, beside the last one taken


class Cleaner:
    """A context manager over the worker that cleans: one per command, usable for any number of files."""

    def __init__(self, limits: Limits | None = None) -> None:
        # Named, not imported: the module loads every parser, and only the sandbox may.
        self._worker = Worker("archive.scrub.worker:handle", limits)

    def __enter__(self) -> Self:
        """Start the worker; its imports run while the caller goes on."""
        self._worker.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the worker, whatever it is doing."""
        self._worker.__exit__(kind, error, trace)

    def clean(self, data: bytes, shown_name: str) -> Cleaned:
        """Clean one file. Raises UncleanError that names file and reason; the next file can still be cleaned."""
        try:
            return _checked(self._worker.call(b"", data))
        except UncleanError as error:
            raise UncleanError(f"{shown_name}: it could not be cleaned ({error.message}).", HINT) from error

    def clean_all(self, files: Iterable[tuple[str, bytes]]) -> Iterator[Cleaned | UncleanError]:
        """Clean (shown name, data) pairs, on all cores and in order; a refusal is answered, not raised.

        Reads ahead by one file more than there are cores, and by few bytes: memory stays flat, and the next ones are
        cleaned while the caller works.
        """
        waiting, held = iter(files), 0
        running: deque[tuple[int, Future[Cleaned]]] = deque()
        pool = ThreadPoolExecutor(_TOGETHER)
        try:
            while True:
                while len(running) <= _TOGETHER and held < _HELD and (one := next(waiting, None)):
                    name, data = one
                    running.append((len(data), pool.submit(self.clean, data, name)))
                    held += len(data)
                if not running:
                    return
                size, first = running.popleft()
                yield _outcome(first)
                held -= size
        finally:  # after Ctrl-C nobody waits for a file that hangs: leaving the worker ends it
            pool.shutdown(wait=False, cancel_futures=True)


def _outcome(running: Future[Cleaned]) -> Cleaned | UncleanError:
    try:
        return running.result()
    except UncleanError as error:
        return error


def _checked(untrusted: bytes) -> Cleaned:
    """Decode an answer strictly and refuse one that is no sound report with a file of the type it claims."""
    try:
        answer = msgspec.msgpack.decode(untrusted, type=Answer)
    except msgspec.MsgspecError as error:
        raise UncleanError(Reason.ANSWER) from error
    if answer.reason is not None:
        raise UncleanError(INSIDE + answer.reason if answer.inside else answer.reason)
    if answer.cleaned is None or not _is_sound(answer.cleaned):
        raise UncleanError(Reason.ANSWER)
    return answer.cleaned


def _is_sound(cleaned: Cleaned) -> bool:
    start = _STARTS.get(cleaned.media_type)
    groups = (*cleaned.found, *cleaned.removed, *cleaned.kept)
    return (
        start is not None
        and start.match(cleaned.data) is not None
        and len(groups) <= _MOST_GROUPS
        and all(_GROUP.fullmatch(group) for group in groups)
        and _METHOD.fullmatch(cleaned.method) is not None
        and _is_sound_capture(cleaned.capture)
    )


def _is_sound_capture(capture: Capture | None) -> bool:
    """Hold each field that is there to the form that its contract gives it."""
    told = {} if capture is None else {name: getattr(capture, name) for name in _CAPTURE}
    return all(value is None or _CAPTURE[name].fullmatch(value) is not None for name, value in told.items())
