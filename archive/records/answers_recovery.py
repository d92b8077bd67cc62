"""What the recovery commands answer with ``--json``."""

from __future__ import annotations

from archive.records.answers import Answer


class HolderLine(Answer, frozen=True, kw_only=True):
    """A recovery share: its number and who holds it; ``words`` only where they were asked for, ``sheet`` its file."""

    number: int
    holder: str
    left: bool = False
    words: str | None = None
    sheet: str | None = None


class SplitAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """New recovery shares; ``replaced`` tells that older ones are worth nothing from now on."""

    ref: str
    threshold: int
    shares: tuple[HolderLine, ...]
    replaced: bool
    note: str


class RecoveryAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """The recovery shares in force; ``note`` says what is to be done about them."""

    ref: str | None = None
    threshold: int | None = None
    shares: tuple[HolderLine, ...] = ()
    made: str | None = None
    drilled: str | None = None
    note: str | None = None


class RescueAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """Who was let in with recovery shares."""

    collective: str
    label: str
    device: str
    new_key: bool
    note: str


class AgeKeyAnswer(Answer, frozen=True, kw_only=True):
    """A secret key for a stock age binary."""

    age_secret: str
