"""The parent's side of cleaning: sends files into the sandbox and believes nothing that comes back.

No parser is imported here: this process holds the keys.
"""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from types import TracebackType
from typing import Self, TypeVar

from archive.errors import UncleanError
from archive.sandbox.limits import Limits
from archive.sandbox.memory import keep_freed
from archive.sandbox.walls import WALLS, Wall
from archive.sandbox.worker import Worker
from archive.scrub.answers import INSIDE, UNCLEAN, checked, checked_plain, checked_whole
from archive.scrub.contract import Cleaned
from archive.scrub.passing import Opened, Passing
from archive.speech import tr

HINT = tr("Take a photo of it instead, or print it to a PDF.")
HINT_INSIDE = tr("Take the files out of it, and add them one by one.")

_PICTURE = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|GIF8[79]a|RIFF....WEBP", re.DOTALL)
"""How a file begins that the worker for pictures knows."""
_PHOTO = b"\xff\xd8\xff"
"""How one begins that a child may read together with others."""
_PLAIN, _WHOLE = 0, 1
"""Which of the children that read one after another: the one that cleans, the one that decodes."""

Made = TypeVar("Made")

_TOGETHER = min(len(os.sched_getaffinity(0)) + 1, 8)  # one more than cores: each waits for the other side now and then
_HELD = 128 * 1024 * 1024  # bytes of files that wait or are being cleaned, beside the last one taken


class Cleaner:
    """A context manager over those who clean: one per command, usable for any number of files.

    Pictures have a worker of their own, which is small; see ``pictures.py``. Of ``walls`` the first that can be had
    stands around both.
    """

    def __init__(self, limits: Limits | None = None, walls: Sequence[Wall] = WALLS) -> None:
        self.walls = walls
        # Named, not imported: the modules load parsers, and only the sandbox may.
        self._pictures = Worker(
            "archive.scrub.pictures:handle",
            limits,
            running=("archive.scrub.pictures:plain", "archive.scrub.pictures:whole"),
            walls=walls,
        )
        self._others = Worker(
            "archive.scrub.worker:handle", limits, streaming="archive.scrub.worker:handle_stream", walls=walls
        )

    def __enter__(self) -> Self:
        """Start the worker for pictures; the other one, which takes longer, starts with the first file for it."""
        for worker in (self._pictures, self._others):
            worker.__enter__()
        self._pictures.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the workers, whatever they are doing."""
        for worker in (self._pictures, self._others):
            worker.__exit__(kind, error, trace)

    def clean(self, data: bytes, shown_name: str) -> Cleaned:
        """Clean one file. Raises UncleanError that names file and reason; the next file can still be cleaned."""
        worker = self._pictures if _PICTURE.match(data) else self._others
        try:
            if data.startswith(_PHOTO) and (cleaned := self._plainly(data)):
                return cleaned
            return checked(worker.call(b"", data), brought=data)
        except UncleanError as error:
            hint = HINT_INSIDE if error.message.startswith(INSIDE) else HINT
            why = tr(UNCLEAN, why=error.message)
            raise UncleanError(f"{shown_name}: {why}.", hint) from error

    def _plainly(self, data: bytes) -> Cleaned | None:
        """A photograph that children clean who read others too; None where it is for a child of its own.

        The one that cleans it enters no decoder. Where that cannot tell whether the picture is whole, another one
        decodes the clean copy, and may say yes.
        """
        told = self._pictures.run(_PLAIN, data, partial(checked_plain, brought=data))
        if told is None:
            return None
        cleaned, is_whole = told
        return cleaned if is_whole or self._pictures.run(_WHOLE, cleaned.data, checked_whole) else None

    def pass_through(self, opened: Opened, size: int) -> Passing:
        """A recording of ``size`` bytes that is cleaned block by block while somebody takes the blocks."""
        return Passing(self._others, opened, size)

    def clean_all(
        self, files: Iterable[tuple[str, bytes]], then: Callable[[Cleaned], Made]
    ) -> Iterator[Made | UncleanError]:
        """Clean (shown name, data) pairs, on all cores and in order; a refusal is answered, not raised.

        ``then`` makes of each clean file what is answered, in a thread of its own. Reads ahead by twice as many files
        as are cleaned at a time, and by few bytes: memory stays flat, the next are cleaned while the caller works.
        """
        keep_freed()
        waiting, held = iter(files), 0
        running: deque[tuple[int, Future[Made | UncleanError]]] = deque()
        pool = ThreadPoolExecutor(_TOGETHER)
        try:
            while True:
                while len(running) <= 2 * _TOGETHER and held < _HELD and (one := next(waiting, None)):
                    name, data = one
                    running.append((len(data), pool.submit(self._made, data, name, then)))
                    held += len(data)
                if not running:
                    return
                size, first = running.popleft()
                yield first.result()
                held -= size
        finally:  # after Ctrl-C nobody waits for a file that hangs: leaving the worker ends it
            pool.shutdown(wait=False, cancel_futures=True)

    def _made(self, data: bytes, name: str, then: Callable[[Cleaned], Made]) -> Made | UncleanError:
        try:
            return then(self.clean(data, name))
        except UncleanError as error:
            return error
