"""Streaming targets that lie, for ``test_passing``: they run in the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

import msgspec

from archive.scrub import worker
from archive.scrub.contract import CLEAN, Answer, Cleaned

handle = worker.handle


def forgetful(request: bytes, source: BinaryIO, write: Callable[[bytes], object]) -> bytes:
    """Call a file clean that was never touched; the second look is the real one."""
    if request != CLEAN:
        return worker.handle_stream(request, source, write)
    while block := source.read(1 << 20):
        write(block)
    return msgspec.msgpack.encode(
        Answer(cleaned=Cleaned(data=b"", media_type="audio/wav", method="none", lossless=True))
    )


def boastful(request: bytes, source: BinaryIO, write: Callable[[bytes], object]) -> bytes:
    """Clean, and claim another type than what was written."""
    answer = msgspec.msgpack.decode(worker.handle_stream(request, source, write), type=Answer)
    if answer.cleaned:
        answer = Answer(cleaned=msgspec.structs.replace(answer.cleaned, media_type="audio/mpeg"))
    return msgspec.msgpack.encode(answer)


def garbling(request: bytes, source: BinaryIO, write: Callable[[bytes], object]) -> bytes:
    """Say nothing that can be read."""
    write(b"RIFF....WAVE")
    return b"\xc1"
