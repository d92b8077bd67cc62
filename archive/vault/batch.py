"""A batch: files go in one after another, then the records that name them, all at once or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Literal, Protocol

from archive.records.kinds import Attachment, Part
from archive.seal import age
from archive.vault import objects
from archive.vault.deeds import Deed
from archive.vault.entry import Draft, Segment
from archive.vault.objects import Sealed
from archive.vault.tree import Area, Placing

_TOGETHER = 16 * 1024 * 1024
"""Bytes that the disk is to keep at one time: it keeps many small files in the time of a few. Larger ones go one by
one, so that nobody who stops a command waits for long."""


class Writer(Protocol):
    """Who brings a batch into the journal."""

    def write(self, placing: Placing, epoch_key: bytes, drafts: Sequence[Draft | Deed], now: datetime) -> Segment:
        """Places the files, which are encrypted to this key, then adds a segment with the drafts."""


class Batch(AbstractContextManager["Batch"]):
    """Use it in a ``with`` statement: what was not committed leaves no file behind."""

    def __init__(self, writer: Writer, placing: Placing, epoch: bytes, random: Callable[[int], bytes]) -> None:
        self._writer = writer
        self._placing = placing
        self._epoch = epoch
        self._random = random

    def seal(self, data: bytes) -> Sealed:
        """Encrypts a file to the current epoch, in memory and from any thread, to be put later."""
        return objects.seal(data, self._epoch, self._random)

    def put(
        self,
        content: Iterable[bytes] | Sealed,
        *,
        role: Literal["clean", "original", "text"],
        media_type: str,
        name: str | None = None,
    ) -> Attachment:
        """Takes a file in that was sealed before, or seals it as it comes; a temporary file until ``commit``."""
        if isinstance(content, Sealed):
            placed = self._take(content.pieces, content.name)
            part = Part(o=placed, size=content.size)
            return Attachment(
                role=role, type=media_type, size=content.size, sha256=content.sha256, parts=(part,), name=name
            )
        source = objects.Source(content)
        parts: list[Part] = []
        while not parts or source.has_more():
            before = source.size
            sealed = age.encrypt(source.part(), [self._epoch], self._random)
            placed = self._take(sealed)
            parts.append(Part(o=placed, size=source.size - before))
            objects.check_count(parts)
        return Attachment(
            role=role, type=media_type, size=source.size, sha256=source.sha256, parts=tuple(parts), name=name
        )

    def _take(self, chunks: Iterable[bytes], name: str = "") -> str:
        placed = self._placing.add("objects", chunks, name=name)
        self._placing.flush(_TOGETHER)
        return placed

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Inside it, files are put all or none: if anything is raised, what was put there is gone from the disk."""
        mark = self._placing.mark()
        try:
            yield
        except BaseException:
            self._placing.undo(mark)
            raise

    def add(self, area: Area, chunks: Iterable[bytes]) -> str:
        """Takes in a file that is encrypted already, and tells its name; for copies of what is stored."""
        return self._placing.add(area, chunks)

    def commit(self, drafts: Sequence[Draft | Deed], now: datetime) -> Segment:
        """Makes the files and the records last: after it they are there, without it nothing happened.

        UsageError if a record breaks a rule or a limit; InUseError if another process of this device keeps writing.
        """
        return self._writer.write(self._placing, self._epoch, drafts, now)

    def __exit__(self, *_: object) -> None:
        self._placing.__exit__(None, None, None)
