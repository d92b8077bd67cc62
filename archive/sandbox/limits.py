"""What reading one file may cost, and the words for what it cost too much of."""

from __future__ import annotations

import signal

from msgspec import Struct, structs

from archive.speech import tr

FAILED = tr("its reader failed")
TIMEOUT = tr("reading it takes too long")
MEMORY = tr("reading it takes too much memory")
TALKATIVE = tr("its reader answers without end")

CRASHED, NO_MEMORY = 1, 2
"""The byte a server sends about a child that gave no whole answer; above ``SIGNALLED`` lies the signal it died of."""
SIGNALLED = 64

_SLACK = 16 << 20  # what a new container may add to a small recording


class Limits(Struct, frozen=True):
    """What one call may use: bytes of memory and answer, seconds of CPU and by the wall clock, open descriptors.

    ``rate`` is for what is streamed: bytes of the source that are worth one more second.
    """

    memory: int = 1 << 30
    answer: int = 1 << 29
    cpu: int = 20
    wall: int = 30
    descriptors: int = 16
    rate: int = 4 << 20

    def grown(self, size: int) -> Limits:
        """The limits for a stream whose source has that many bytes: a film may take longer than a song."""
        more = size // self.rate
        return structs.replace(self, cpu=self.cpu + more, wall=self.wall + more, answer=size + size // 4 + _SLACK)


def reason(ending: int) -> str:
    """Say in words that finish "it could not be cleaned (…)" how a child ended."""
    if ending == NO_MEMORY:
        return MEMORY
    if ending in (SIGNALLED + signal.SIGKILL, SIGNALLED + signal.SIGXCPU):
        return TIMEOUT
    return FAILED
