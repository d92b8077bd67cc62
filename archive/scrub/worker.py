"""What runs inside the sandbox: recognise a file, clean it, look at the clean copy again; so with each file inside it.

Only a ``Cleaned`` or a ``Reason`` goes back over the border.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from typing import BinaryIO

import msgspec

from archive.errors import UncleanError
from archive.scrub.answering import PartError, answered, short
from archive.scrub.contract import CLEAN, HEAD, Answer, Cleaned, Container, Format, Looked, Reason, Stream
from archive.scrub.formats import STREAMS, recognise, recognise_container, recognise_stream
from archive.scrub.held import Held
from archive.scrub.media import resumed

DEPTH = 4
"""How many files deep a file may lie in others: a picture in a document in a mail in an archive is three."""


def handle(request: bytes, data: bytes) -> bytes:  # noqa: ARG001 -- there is one thing to ask for
    """Clean one file; the sandbox calls this in a process of its own. Answers an encoded ``Answer``."""
    return answered(lambda: short(clean(data), data))


def handle_stream(request: bytes, source: BinaryIO, write: Callable[[bytes], object]) -> bytes:
    """Clean what is too large for memory (``CLEAN``), or look at what that wrote (``LOOK``); answers ``Answer``.

    To clean, ``source`` is a file that can seek; to look, a pipe, and nothing is written.
    """
    if request == CLEAN:
        return answered(lambda: Answer(cleaned=clean_stream(source, write)))
    return answered(lambda: Answer(looked=look_stream(source)))


def clean_stream(source: BinaryIO, write: Callable[[bytes], object]) -> Cleaned:
    """Recognise and clean sound or video. Raises UncleanError with ``Reason.UNKNOWN`` if it is neither."""
    known = recognise_stream(source)
    if known is None:
        raise UncleanError(Reason.UNKNOWN)
    cleaned = known.clean_stream(source, write)
    if cleaned.media_type not in known.MEDIA_TYPES:
        raise UncleanError(Reason.DIFFERS)
    return cleaned


def look_stream(source: BinaryIO) -> Looked:
    """Recognise what comes through a pipe by its start alone, and take the second look at it."""
    head = source.read(HEAD)
    known = next((known for known in STREAMS if known.matches(head)), None)
    if known is None or known.residue_stream(resumed(head, source)):
        raise UncleanError(Reason.RESIDUE)
    return Looked(media_types=known.MEDIA_TYPES)


def clean(data: bytes, depth: int = 0) -> Cleaned:
    """Recognise, clean, look again. Raises UncleanError with a ``Reason``.

    ``depth`` counts the files that this one lies in.
    """
    if not data:
        raise UncleanError(Reason.EMPTY)
    if depth > DEPTH:
        raise UncleanError(Reason.NESTED)
    if holder := recognise_container(data):
        held = Held()
        cleaned = holder.clean(data, partial(_clean_part, depth=depth + 1, held=held))
        told = msgspec.structs.replace(cleaned, inside=held.told(cleaned.data))
        return _looked_at(told, holder.MEDIA_TYPES, depth)
    if recognise_stream(io.BytesIO(data)):
        blocks: list[bytes] = []
        cleaned = clean_stream(io.BytesIO(data), blocks.append)
        return _looked_at(msgspec.structs.replace(cleaned, data=b"".join(blocks)), (cleaned.media_type,), depth)
    known = recognise(data)
    if known is None:  # a tag of sound whose length leads nowhere
        raise UncleanError(Reason.SOUND_BLOCKS if data.startswith(b"ID3") else Reason.UNKNOWN)
    return _looked_at(known.clean(data), known.MEDIA_TYPES, depth)


def _clean_part(data: bytes, depth: int, held: Held) -> Cleaned:
    try:
        part = clean(data, depth)
    except UncleanError as error:
        raise PartError(error.message) from error
    held.note(part)
    return part


def residue(data: bytes, depth: int = 0) -> tuple[str, ...]:
    """Take the second look at a clean file and at what lies in it: everything outside the allow-lists."""
    if depth > DEPTH:
        return ("Nested files",)
    if holder := recognise_container(data):
        return holder.residue(data, partial(residue, depth=depth + 1))
    if stream := recognise_stream(io.BytesIO(data)):
        return stream.residue_stream(io.BytesIO(data))
    known = recognise(data)
    return known.residue(data) if known else ("Unknown file",)


def _looked_at(cleaned: Cleaned, allowed: tuple[str, ...], depth: int) -> Cleaned:
    """Refuse a clean copy that is of another kind than it says, or holds anything that should be gone."""
    made: Container | Stream | Format | None = (
        recognise_container(cleaned.data) or recognise_stream(io.BytesIO(cleaned.data)) or recognise(cleaned.data)
    )
    if made is None or cleaned.media_type not in made.MEDIA_TYPES or cleaned.media_type not in allowed:
        raise UncleanError(Reason.DIFFERS)
    if residue(cleaned.data, depth):
        raise UncleanError(Reason.RESIDUE)
    return cleaned
