"""What runs inside the sandbox: recognise a file, clean it, look at the clean copy again.

Only a ``Cleaned`` or a ``Reason`` goes back over the border.
"""

from __future__ import annotations

import msgspec

from archive.errors import UncleanError
from archive.scrub.contract import Answer, Cleaned, Reason
from archive.scrub.formats import recognise


def handle(request: bytes, data: bytes) -> bytes:  # noqa: ARG001 -- there is one thing to ask for
    """Clean one file; the sandbox calls this in a process of its own. Answers an encoded ``Answer``."""
    try:
        answer = Answer(cleaned=clean(data))
    except UncleanError as error:
        known = error.message in Reason.__members__.values()
        answer = Answer(reason=Reason(error.message) if known else Reason.READER_FAILED)
    return msgspec.msgpack.encode(answer)


def clean(data: bytes) -> Cleaned:
    """Recognise, clean, look again. Raises UncleanError with a ``Reason``."""
    if not data:
        raise UncleanError(Reason.EMPTY)
    known = recognise(data)
    if known is None:
        raise UncleanError(Reason.UNKNOWN)
    cleaned = known.clean(data)
    if cleaned.media_type not in known.MEDIA_TYPES or recognise(cleaned.data) is not known:
        raise UncleanError(Reason.DIFFERS)
    if known.residue(cleaned.data):
        raise UncleanError(Reason.RESIDUE)
    return cleaned
