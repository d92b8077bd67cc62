"""Attachments as encrypted files: cut into parts, padded, encrypted; and the way back. Constant memory.

A part holds at most 1 GiB (FAT32 takes 4; a broken transfer starts again at a part), then zeros up to its PADMÉ length,
and is one age file to the current epoch. The true length of each part and the SHA-256 of the whole stand in the entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b, sha256

from msgspec import Struct

from archive.errors import DamagedError, NotFoundError, UsageError
from archive.records.kinds import Attachment, Part
from archive.seal import age
from archive.seal.padme import padded
from archive.speech import tr
from archive.vault.tree import Tree

PART = 2**30  # bytes of a part, before padding
MOST_PARTS = 65_536
_ZEROS = bytes(64 * 1024)


class Source:
    """What is to be stored, taken part by part; counts and hashes what was taken."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._held = b""
        self._hasher = sha256()
        self.size = 0

    @property
    def sha256(self) -> str:
        """The hash of everything taken so far."""
        return self._hasher.hexdigest()

    def has_more(self) -> bool:
        """Whether there is anything left to take."""
        while not self._held:
            chunk = next(self._chunks, None)
            if chunk is None:
                return False
            self._held = chunk
        return True

    def part(self) -> Iterator[bytes]:
        """The next PART bytes, or what is left, and the padding behind them."""
        size = 0
        while size < PART and self.has_more():
            piece, self._held = self._held[: PART - size], self._held[PART - size :]
            size += len(piece)
            self.size += len(piece)
            self._hasher.update(piece)
            yield piece
        for missing in range(padded(size) - size, 0, -len(_ZEROS)):
            yield _ZEROS[:missing]


class Sealed(Struct, frozen=True):
    """A file of one part, encrypted in memory: what is to be written, the name it will have, and what was encrypted."""

    pieces: tuple[bytes, ...]
    name: str
    size: int
    sha256: str


def seal(data: bytes, epoch: bytes, random: Callable[[int], bytes]) -> Sealed:
    """Encrypts a file of at most PART bytes to an epoch's public key; from any thread."""
    source = Source([data])
    pieces = tuple(age.encrypt(source.part(), [epoch], random))
    name = blake2b(digest_size=32)
    for piece in pieces:
        name.update(piece)
    return Sealed(pieces, name.hexdigest(), source.size, source.sha256)


def check_count(parts: Sequence[Part]) -> None:
    """UsageError if a file takes more parts than an entry may name."""
    if len(parts) > MOST_PARTS:
        raise UsageError(tr("This file is too large to be kept."), tr("Cut it into several files."))


def open_parts(tree: Tree, collective: str, attachment: Attachment, secrets: Sequence[bytes]) -> Iterator[bytes]:
    """The bytes of an attachment; each piece is authentic, but only the end tells that the whole is right.

    NotFoundError if parts are not here; DamagedError if size, SHA-256 or a part does not fit; NoMatchError.
    """
    _all_here(tree, collective, attachment)
    hasher, size = sha256(), 0
    for part in attachment.parts:
        for piece in _unpadded(age.decrypt(tree.stream(collective, "objects", part.o), secrets), part.size):
            hasher.update(piece)
            size += len(piece)
            yield piece
    if (size, hasher.hexdigest()) != (attachment.size, attachment.sha256):
        raise _wrong()


def _all_here(tree: Tree, collective: str, attachment: Attachment) -> None:
    gone = [part.o for part in attachment.parts if not tree.path(collective, "objects", part.o).exists()]
    if gone:
        raise NotFoundError(
            tr("{gone} of {parts} files of this attachment not here yet.", gone=len(gone), parts=len(attachment.parts)),
            tr("They come with the next sync. If not, ask the other members for them."),
        )


def _unpadded(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The first ``size`` bytes; DamagedError unless exactly the padding follows them."""
    total = 0
    for piece in pieces:
        kept = piece[: max(0, size - total)]
        total += len(piece)
        if kept:
            yield kept
    if total != padded(size):
        raise _wrong()


def _wrong() -> DamagedError:
    return DamagedError(
        tr("A stored file is not what its record says."),
        tr("Fetch it again from another device or a backup: archive check."),
    )
