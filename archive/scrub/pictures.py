"""Pictures, cleaned in the sandbox by a process that knows nothing else.

Most of what is brought are photographs, by the hundred. The process that is forked for each is small if it holds no
other library than theirs, and a small one is forked, and ends, in half the time. Most photographs need not even that:
see ``plain``.
"""

from __future__ import annotations

import msgspec

from archive.errors import UncleanError
from archive.scrub import gif, jpeg, png, webp
from archive.scrub.answering import answered, short
from archive.scrub.contract import HEAD, WHOLE, Cleaned, Format, Reason
from archive.scrub.jpeg_segments import Brought

PICTURES: tuple[Format, ...] = (jpeg, png, webp, gif)
"""Each known by its first bytes alone, which nothing else begins with; of each, the clean copy is of the same kind."""


def handle(request: bytes, data: bytes) -> bytes:  # noqa: ARG001 -- there is one thing to ask for
    """Clean one picture; the sandbox calls this in a process of its own. Answers an encoded ``Answer``."""
    return answered(lambda: short(clean(data), data))


def plain(data: Brought) -> bytes:
    """Clean a photograph that no decoder has to look at; nothing for any other file, whatever is wrong with it.

    The sandbox calls this in a process that sees other files too: so nothing reads them here but Python's own code
    (ours, exifread, the part of Pillow that reads headers), which no bytes can take over.
    """
    try:
        answer = jpeg.plain(data)
    except UncleanError:
        return b""
    return b"" if answer is None else msgspec.msgpack.encode(answer)


def whole(data: Brought) -> bytes:
    """Decode a clean photograph: ``WHOLE`` if nothing of it is missing, else nothing, whatever is wrong with it.

    The sandbox calls this in a process that decodes others too, and does nothing else: whoever takes it over can say
    of a later one that it is whole, or not, and no more.
    """
    try:
        jpeg.prove_whole(bytes(data))
    except UncleanError:
        return b""
    return WHOLE


def clean(data: bytes) -> Cleaned:
    """Recognise, clean, look again. Raises UncleanError with a ``Reason``."""
    known = _recognise(data)
    if known is None:
        raise UncleanError(Reason.UNKNOWN)
    cleaned = known.clean(data)
    if _recognise(cleaned.data) is not known or cleaned.media_type not in known.MEDIA_TYPES:
        raise UncleanError(Reason.DIFFERS)
    if known.residue(cleaned.data):
        raise UncleanError(Reason.RESIDUE)
    return cleaned


def _recognise(data: bytes) -> Format | None:
    head = data[:HEAD]
    return next((known for known in PICTURES if known.matches(head)), None)
