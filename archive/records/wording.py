"""Small words in sentences that people read."""

from __future__ import annotations


def count(number: int, noun: str) -> str:
    """A number with its noun: ``1 record``, ``1,912 records``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
