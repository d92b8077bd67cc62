"""What runs inside the sandbox: recognise a file, clean it, look at the clean copy again; so with each file inside it.

Only a ``Cleaned`` or a ``Reason`` goes back over the border.
"""

from __future__ import annotations

from functools import partial

import msgspec

from archive.errors import UncleanError
from archive.scrub.contract import Answer, Cleaned, Reason
from archive.scrub.formats import recognise, recognise_container

DEPTH = 4
"""How many files deep a file may lie in others: a picture in a document in a mail in an archive is three."""


def handle(request: bytes, data: bytes) -> bytes:  # noqa: ARG001 -- there is one thing to ask for
    """Clean one file; the sandbox calls this in a process of its own. Answers an encoded ``Answer``."""
    try:
        answer = Answer(cleaned=clean(data))
    except UncleanError as error:
        known = error.message in Reason.__members__.values()
        reason = Reason(error.message) if known else Reason.READER_FAILED
        answer = Answer(reason=reason, inside=isinstance(error, _PartError))
    return msgspec.msgpack.encode(answer)


def clean(data: bytes, depth: int = 0) -> Cleaned:
    """Recognise, clean, look again. Raises UncleanError with a ``Reason``.

    ``depth`` counts the files that this one lies in.
    """
    if not data:
        raise UncleanError(Reason.EMPTY)
    if depth > DEPTH:
        raise UncleanError(Reason.NESTED)
    if holder := recognise_container(data):
        return _looked_at(holder.clean(data, partial(_clean_part, depth=depth + 1)), holder.MEDIA_TYPES, depth)
    known = recognise(data)
    if known is None:
        raise UncleanError(Reason.UNKNOWN)
    return _looked_at(known.clean(data), known.MEDIA_TYPES, depth)


class _PartError(UncleanError):
    """What refuses a file because of another one that lies in it."""


def _clean_part(data: bytes, depth: int) -> Cleaned:
    try:
        return clean(data, depth)
    except UncleanError as error:
        raise _PartError(error.message) from error


def residue(data: bytes, depth: int = 0) -> tuple[str, ...]:
    """Take the second look at a clean file and at what lies in it: everything outside the allow-lists."""
    if depth > DEPTH:
        return ("Nested files",)
    if holder := recognise_container(data):
        return holder.residue(data, partial(residue, depth=depth + 1))
    known = recognise(data)
    return known.residue(data) if known else ("Unknown file",)


def _looked_at(cleaned: Cleaned, allowed: tuple[str, ...], depth: int) -> Cleaned:
    """Refuse a clean copy that is of another kind than it says, or holds anything that should be gone."""
    made = recognise_container(cleaned.data) or recognise(cleaned.data)
    if made is None or cleaned.media_type not in made.MEDIA_TYPES or cleaned.media_type not in allowed:
        raise UncleanError(Reason.DIFFERS)
    if residue(cleaned.data, depth):
        raise UncleanError(Reason.RESIDUE)
    return cleaned
