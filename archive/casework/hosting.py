"""Who is asked on the way of a dossier, and what they are shown before it is sealed: its files, words and pictures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Literal, Protocol

from msgspec import Struct

from archive.bundle import blocks
from archive.bundle.bag import Member
from archive.bundle.blocks import Block
from archive.bundle.compose import Composed
from archive.bundle.content import Counts, sound
from archive.bundle.dossier import Page
from archive.bundle.handover import Way
from archive.records.answers import ExportAnswer
from archive.redact.questions import Decided, Word
from archive.scrub.sheets import Picture as Drawn
from archive.scrub.sheets import Sheets, Show


class Shown(Struct, frozen=True):
    """A picture of a dossier under the grid, of which record and page (from 1) it is."""

    ref: str
    page: int
    picture: Drawn


class Preview:
    """What would leave, before it is sealed; nothing of it is on a disk."""

    def __init__(
        self, waiting: ExportAnswer, pages: Sequence[Page], files: Sequence[Member], composed: Composed,
        ref: Callable[[str], str], sheets: Sheets,
    ) -> None:  # fmt: skip
        self.waiting = waiting
        self.files = tuple((one.name, len(one.data)) for one in files)
        self._pages, self._composed, self._ref, self._sheets = pages, composed, ref, sheets

    @property
    def counts(self) -> Counts | None:
        """How many records of each kind; None where only acts are counted."""
        return self._composed.dossier.counts

    @property
    def reasons(self) -> tuple[tuple[str, int], ...]:
        """Why something stays in, and how many records for each reason, the commonest first."""
        return tuple(Counter(one.reason for one in self.waiting.withheld).most_common())

    def words(self) -> Iterator[Block]:
        """What the pages say, from top to bottom, each in each language."""
        for page in self._pages:
            yield from blocks.blocks(sound(page.dossier), page.sections, apart=page.apart)

    @property
    def pictures(self) -> int:
        """How many there are."""
        return len(self._composed.pictures)

    def gridded(self) -> Iterator[Shown]:
        """Each picture as it would leave, under the grid by which more can be covered (``redact --box``)."""
        exhibits = {one.number: one for page in self._pages for one in page.dossier.exhibits}
        for number, one in sorted(exhibits.items()):
            ref = self._ref(self._composed.records[number - 1])
            for page, file in enumerate(one.files, 1):
                held = self._composed.pictures[file]
                yield Shown(ref, page, self._sheets.show(held.data, Show(held.media_type, 0)))


Advance = Callable[[int], None]
"""Takes how many more are done."""


class Progress(Protocol):
    """Shows a step: what it is and how much there is to do in it; None where nobody can know."""

    def __call__(
        self, what: str, total: int | None, *, unit: Literal["things", "bytes"] = "things"
    ) -> AbstractContextManager[Advance]:
        """A block in which the step is done."""


class Host(Protocol):
    """Somebody, or a script, that a dossier is made for. Whatever these raise ends it, and nothing is left."""

    @property
    def can_ask(self) -> bool:
        """Whether words can be decided about."""

    def hear(self, waiting: ExportAnswer) -> None:
        """What is missing in what would leave, and what is to be minded."""

    def languages(self, said: tuple[str, ...]) -> tuple[str, ...]:
        """In which languages the headings are, now that something may leave; ``said``: as was asked for."""

    def decide(self, words: Sequence[Word], decided: Decided, keep: Callable[[], None]) -> None:
        """Put words into ``decided``, one by one as they are said, and have each kept before the next."""

    def look(self, preview: Preview) -> Way:
        """How it leaves."""
