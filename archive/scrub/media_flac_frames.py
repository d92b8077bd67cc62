"""Frames of FLAC (RFC 9639, 9): whether a packet is one of them, whole, and no byte more."""

from __future__ import annotations

import av

from archive.errors import UncleanError
from archive.scrub.contract import Reason


class Frames:
    """Decodes packets one by one, each with its checksum, and each again without its last byte, which has to fail.

    ``info`` is what the stream says of itself, 34 bytes.
    """

    def __init__(self, info: bytes) -> None:
        self._whole, self._shorter = (av.AudioCodecContext.create("flac", "r") for _ in range(2))
        for decoder in (self._whole, self._shorter):
            decoder.extradata = info
            decoder.thread_count = 1
            decoder.options = {"err_detect": "crccheck+explode"}

    def samples(self, packet: bytes) -> int:
        """Count the samples of a packet. Raises UncleanError for one that is damaged, or no frame to its last byte."""
        try:
            heard = _samples(self._whole, packet)
        except av.FFmpegError as error:
            raise UncleanError(Reason.SOUND_DAMAGED) from error
        if not heard or self._is_whole(packet[:-1]):
            raise UncleanError(Reason.SOUND_DAMAGED)
        return heard

    def same(self, packet: bytes) -> bytes:
        """The packet as it is; raises UncleanError as ``samples`` does."""
        self.samples(packet)
        return packet

    def _is_whole(self, packet: bytes) -> bool:
        try:
            return _samples(self._shorter, packet) > 0
        except av.FFmpegError:
            return False


def _samples(decoder: av.AudioCodecContext, packet: bytes) -> int:
    return sum(frame.samples for frame in decoder.decode(av.Packet(packet)))
