"""Why something is withheld, in the general words that readers get."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from archive.records.gate import Why

Withholding = Literal["consent", "safety", "confidential", "face", "kind"]

IN_GENERAL: Mapping[Why, Withholding] = {
    "nobody-named": "consent",
    "unnamed": "consent",
    "not-asked": "consent",
    "withdrawn": "consent",
    "not-begun": "consent",
    "expired": "consent",
    "risks-not-explained": "consent",
    "not-free-to-refuse": "consent",
    "other-recipient": "consent",
    "other-case": "consent",
    "not-theirs": "consent",
    "held": "safety",
    "grave": "safety",
    "incriminates": "confidential",
    "sealed": "confidential",
    "face": "face",
    "not-redactable": "kind",
    "unchecked-text": "kind",
    "recording": "kind",
    "not-cleaned": "kind",
    "unreadable": "kind",
    "no-reader": "kind",
}
"""What readers are told of a reason of the gate: that somebody withdrew, or is in danger, would itself be news."""


def in_general(reasons: Iterable[Why]) -> tuple[Withholding, ...]:
    """The reasons of the gate in the general words readers get, each once, always in the same order."""
    return tuple(dict.fromkeys(general for why, general in IN_GENERAL.items() if why in set(reasons)))
