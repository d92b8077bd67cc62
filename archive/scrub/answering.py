"""How a child answers: what came of its work as one message, without the bytes that the parent has already."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from archive.errors import UncleanError
from archive.scrub.contract import Answer, Cleaned, Reason

_PIECE = 4096  # bytes: shorter ends are not worth telling apart


class PartError(UncleanError):
    """What refuses a file because of another one that lies in it."""


def answered(work: Callable[[], Answer]) -> bytes:
    """Do the work; its ``Answer``, or the reason why there is none, encoded."""
    try:
        answer = work()
    except UncleanError as error:
        known = error.message in Reason.__members__.values()
        reason = Reason(error.message) if known else Reason.READER_FAILED
        answer = Answer(reason=reason, inside=isinstance(error, PartError))
    return msgspec.msgpack.encode(answer)


def short(cleaned: Cleaned, brought: bytes) -> Answer:
    """The answer without the end of the clean copy, where that stands in the brought file: most of a photograph does,
    and need not go back over the border."""
    rest = common_end(cleaned.data, brought)
    if rest is None:
        return Answer(cleaned=cleaned)
    head = cleaned.data[: len(cleaned.data) - rest[1]]
    return Answer(cleaned=msgspec.structs.replace(cleaned, data=head), rest=rest)


def common_end(clean: bytes, brought: bytes) -> tuple[int, int] | None:
    """Start and length of the stretch of ``brought`` with which ``clean`` ends; None if it is short or not there."""
    at = brought.rfind(clean[-_PIECE:]) if len(clean) > _PIECE else -1
    if at < 0:
        return None
    view, end, length, step = memoryview(clean), at + _PIECE, _PIECE, _PIECE
    while step:  # so far, in steps that grow while they fit and then halve
        longer = length + step
        here, there = len(clean) - longer, end - longer
        if min(here, there) >= 0 and brought.startswith(view[here : here + step], there):
            length, step = longer, step * 2
        else:
            step //= 2
    return end - length, length
