"""A collective whose founding was broken off: its key and its list are there, and nobody has written anything in it."""

from __future__ import annotations

from archive.vault.journal import Journal


def is_broken_off(journal: Journal) -> bool:
    """Tell whether this device founded the collective and was cut off before it had a name."""
    entered = journal.roster.entered.get(journal.identity.device)
    founder = entered is not None and entered.version == journal.roster.collective
    return founder and not any(journal.store.names(journal.collective, "journal"))
