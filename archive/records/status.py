"""What waits, in what order it is told, and as lines of a calendar. Pure: ``casework.pending`` finds what waits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Literal

from archive.records.answers import Answer
from archive.speech import tr, trn

LINES = 9  # more than a screenful is read by nobody
Matter = Literal[
    "withdrawal",
    "answer",
    "date",
    "risk",
    "plain-export",
    "paper",
    "consent",
    "recovery",
    "inbox",
    "sync",
    "damage",
    "intake",
]
_ORDER: tuple[Matter, ...] = (
    "damage", "withdrawal", "answer", "date", "risk", "plain-export", "consent", "paper", "recovery", "intake", "inbox",
    "sync",
)  # fmt: skip
_SOON = 3  # days


class StatusLine(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """One matter that waits: how much of it, since or until which day, in words, and the command that clears it."""

    matter: Matter
    count: int
    text: str
    command: str
    on: str | None = None
    refs: tuple[str, ...] = ()


class StatusAnswer(Answer, frozen=True, kw_only=True, omit_defaults=False):
    """What waits, the most pressing first; ``more`` are lines that were left out."""

    lines: tuple[StatusLine, ...]
    more: int = 0


def told(lines: Iterable[StatusLine], today: str) -> StatusAnswer:
    """The most pressing lines, at most nine."""
    ordered = sorted(lines, key=lambda line: (urgency(line, today), line.on or "9999", line.text))
    return StatusAnswer(lines=tuple(ordered[:LINES]), more=max(0, len(ordered) - LINES))


def urgency(line: StatusLine, today: str) -> tuple[int, int]:
    """What comes first: a term that is over or a few days away, then by matter."""
    dated = line.matter in ("date", "answer") and line.on is not None
    near = dated and (line.on or "") <= (date.fromisoformat(today) + timedelta(days=_SOON)).isoformat()
    return (0 if line.matter == "damage" else 1 if near else 2, _ORDER.index(line.matter))


def when(day: str, today: str) -> str:
    """How far away a day is, in words."""
    days = (date.fromisoformat(day) - date.fromisoformat(today)).days
    if days == 0:
        return tr("today")
    if days < 0:
        return trn("{n} day over", "{n} days over", -days)
    return tr("tomorrow") if days == 1 else trn("in {n} day", "in {n} days", days)


def calendar(lines: Iterable[StatusLine], stamp: str) -> str:
    """The dated lines as an iCalendar file (RFC 5545). Neutral: a reference and what kind of term, nothing stored.

    ``stamp`` is now, ``YYYYMMDDTHHMMSSZ``.
    """
    parts = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Case Archive//status//EN", *_events(lines, stamp)]
    return "\r\n".join([*parts, "END:VCALENDAR", ""])


def _events(lines: Iterable[StatusLine], stamp: str) -> Iterator[str]:
    for line in lines:
        if line.on is None:
            continue
        for ref in line.refs[:1]:
            day = line.on.replace("-", "")
            after = (date.fromisoformat(line.on) + timedelta(days=1)).strftime("%Y%m%d")
            yield "BEGIN:VEVENT"
            yield f"UID:{line.matter}-{ref}-{day}@case-archive.invalid"
            yield f"DTSTAMP:{stamp}"
            yield f"DTSTART;VALUE=DATE:{day}"
            yield f"DTEND;VALUE=DATE:{after}"
            yield f"SUMMARY:{_NEUTRAL[line.matter]} {ref}"
            yield "CLASS:PRIVATE"
            yield "END:VEVENT"


_NEUTRAL: dict[Matter, str] = {
    "withdrawal": "Term", "answer": "Term", "date": "Date", "risk": "Review", "plain-export": "Term", "paper": "Term",
    "consent": "Term", "recovery": "Term", "inbox": "Term", "sync": "Term", "damage": "Term",
    "intake": "Term",
}  # fmt: skip
