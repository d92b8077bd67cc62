"""What the commands answer with ``--json`` that change one's mind, destroy things or make keys anew."""

from __future__ import annotations

from typing import Literal

from archive.records.answers import Answer, RotateAnswer


class ReencryptAnswer(RotateAnswer, frozen=True, kw_only=True, omit_defaults=False):
    """A key to which everything stored was encrypted anew: how many files and bytes, and how many are left.

    ``forgotten`` is how many old keys this computer forgot (``--forget``).
    """

    files: int
    bytes: int
    left: int
    forgotten: int = 0


class Changed(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A record and what became of it, or which of its fields were set; ``note``: how a date was read, a name seen."""

    ref: str
    changed: tuple[str, ...]
    note: str | None = None


class UndoAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """What was taken back, and when it had been done."""

    at: str
    changed: tuple[Changed, ...]


class BinLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A record in the bin; until ``until`` emptying the bin leaves it."""

    ref: str
    kind: str
    title: str | None
    since: str
    until: str


class BinAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """Records that are in the bin, went there or came back."""

    records: tuple[BinLine, ...]


class ChangeLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """What a field said before and after; absent where it was not there."""

    field: str
    before: object = None
    after: object = None


class PastLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """One state a record had: when it was written, by which member, and what it changed of the state before."""

    at: str
    by: str
    what: Literal["made", "changed", "in the bin", "joined"]
    changes: tuple[ChangeLine, ...]


class HistoryAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """Every state of a record, oldest first; ``refs`` are those of the records named in it, by their ids."""

    ref: str
    states: tuple[PastLine, ...]
    refs: dict[str, str]


class StateLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """One of several states of a record: who made it when, and what it says that another does not."""

    number: int
    at: str
    device: str
    binned: bool
    differs: dict[str, object]


class StatesAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """The states that were made apart."""

    ref: str
    states: tuple[StateLine, ...]


class DoomedLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A record that a shred destroys; of a person's names, in how many records they will no longer be hidden."""

    ref: str
    kind: str
    title: str | None
    hides_in: int


class ShredAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """What was destroyed here, and from which day on it is on devices that see it today."""

    records: tuple[DoomedLine, ...]
    entries: int
    files: int
    size: int
    elsewhere: str


class ShredLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """A shred that waits on this device; ``asks``: even when it is due, until somebody here agrees."""

    shred: str
    device: str
    seen: str
    due: str
    records: tuple[str, ...]
    asks: bool


class ShredList(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """Shreds that wait, or waited until now."""

    shreds: tuple[ShredLine, ...]


class EverythingAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """All records as JSON lines: in which file, how many, of which kinds, and whether age locks it."""

    file: str
    records: int
    kinds: dict[str, int]
    locked: bool


class WipeAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """How many keystores and state folders were destroyed."""

    wiped: int
