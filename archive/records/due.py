"""What waits in a record and on which day it becomes pressing: the index keeps it, ``archive status`` reads it. Pure.

Nothing here looks at a clock: a row says from which day on something is pressing, and who asks compares.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal, get_args

from msgspec import Struct

from archive.errors import UsageError
from archive.records import consent, edtf, kinds, risk

What = Literal["date", "answer", "risk", "consent", "inbox", "withdrawal", "paper"]
WHATS: tuple[What, ...] = get_args(What)
ALWAYS = "0000-01-01"
CONSENT_WARNING = 30  # days before a consent ends
PAPER_WARNING = 90  # days before a paper of identity expires: a new one takes weeks


class Waiting(Struct, frozen=True):
    """One thing that waits; ``day`` (``YYYY-MM-DD``) is the first one on which it is pressing."""

    what: What
    day: str


def of(record: kinds.AnyRecord) -> Iterator[Waiting]:
    """What waits in one record."""
    for deadline in record.dates:
        if not deadline.done:
            yield from _before("date", deadline.on, deadline.warn_days)
    match record:
        case kinds.Person(merged_into=None, risk=block):
            yield Waiting("risk", risk.overdue_from(block) if block else ALWAYS)
        case kinds.Consent() if record.purposes:
            yield from _before("consent", consent.ends(record), CONSENT_WARNING)
        case kinds.Step(closed=False):
            yield from _of_step(record)
        case kinds.Paper(expires=str(expires)):
            yield from _before("paper", expires, PAPER_WARNING)
        case kinds.Testimony(case=None) | kinds.Photo(case=None) | kinds.Document(case=None):
            yield Waiting("inbox", record.created[:10])


def _of_step(step: kinds.Step) -> Iterator[Waiting]:
    """A withdrawal that nobody confirmed waits from the day it was asked; an answer from the day it is due."""
    if step.withdrawal is not None and step.answered is None:
        yield Waiting("withdrawal", step.created[:10])
    elif step.answered is None and step.due is not None:
        yield Waiting("answer", step.due)
    elif step.next is not None:
        yield Waiting("answer", step.next)


def _before(what: What, on: str, days: int) -> Iterator[Waiting]:
    """So many days before a date; nothing for one that another program wrote and that is none."""
    try:
        first = date.fromisoformat(edtf.bounds(on)[0])
    except (UsageError, ValueError):
        return
    yield Waiting(what, (first - timedelta(days=days)).isoformat() if first.year > 1 else ALWAYS)
