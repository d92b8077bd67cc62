"""A recording on its way through the sandbox: one child cleans it, another looks at what the first one writes.

Neither sees a key, and neither is believed. No parser is imported here: this process holds the keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import msgspec

from archive.errors import UncleanError
from archive.sandbox.worker import Worker
from archive.scrub.answers import UNCLEAN, checked, looked
from archive.scrub.contract import CLEAN, LOOK, Cleaned, Reason
from archive.speech import tr

Opened = Callable[[], AbstractContextManager[int]]

_START = 16


class Passing:
    """Iterate once over the clean bytes, then ask for ``cleaned``. Memory stays flat, however long the recording is.

    ``opened`` gives a descriptor open for reading, of ``size`` bytes. Iterating raises UncleanError: at the start with
    ``Reason.UNKNOWN`` for what is neither sound nor video, or as late as at the very end; then what came before was not
    clean, and has to be thrown away.
    """

    def __init__(self, worker: Worker, opened: Opened, size: int) -> None:
        self._worker, self._opened, self._size = worker, opened, size
        self._cleaned: Cleaned | None = None

    def __iter__(self) -> Iterator[bytes]:
        """Yield blocks of at most 1 MiB, each handed to the second child too."""
        with self._opened() as source:
            try:
                yield from self._blocks(source)
            except UncleanError as error:
                if error.message == tr(Reason.UNKNOWN):
                    raise
                raise UncleanError(tr(UNCLEAN, why=error.message), error.hint) from error

    @property
    def cleaned(self) -> Cleaned:
        """The report, once everything has passed and nothing was found; UncleanError before."""
        if self._cleaned is None:
            raise UncleanError(tr(Reason.ANSWER))
        return self._cleaned

    def _blocks(self, source: int) -> Iterator[bytes]:
        with self._worker.stream(CLEAN, source, self._size) as cleaning:
            blocks = iter(cleaning)
            block = next(blocks, b"")
            start = block[:_START]
            if not block:
                checked(cleaning.report(), start)
                raise UncleanError(tr(Reason.ANSWER))
            with self._worker.feed(LOOK, self._size) as looking:
                while block:
                    looking.write(block)
                    yield block
                    block = next(blocks, b"")
                cleaned = checked(cleaning.report(), start)
                if cleaned.media_type not in looked(looking.report()).media_types:
                    raise UncleanError(tr(Reason.RESIDUE))
        self._cleaned = msgspec.structs.replace(cleaned, data=b"")
