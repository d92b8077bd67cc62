"""Files that open here no more, since their key was forgotten: what waits, and what is here anew. None is deleted.

A device that was away may have written to a key that is forgotten here. It has that key still, encrypts anew what it
wrote when it hears of the forgetting, and says so with a move; until then its file waits. A file whose copy is here is
of no use: an old copy that somebody brought back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from archive.speech import tr
from archive.vault.deeds import Met
from archive.vault.holdings import Holdings
from archive.vault.memory import Known

NO_KEY = tr("waits for a key event: it is encrypted with a key not here yet")
FORGOTTEN = tr("is sealed with a key that was forgotten here: it opens after whoever wrote it has synced again")


class Sealed(Protocol):
    """The journal, as far as it is needed here."""

    holdings: Holdings
    deeds: Met
    sealed: set[str]
    moved_to: Callable[[str], Iterable[str]]

    @property
    def remembered(self) -> Known: ...
    @property
    def secrets(self) -> Mapping[str, bytes]: ...


def tell(journal: Sealed) -> None:
    """Notes of each segment that no key opens, where one was forgotten, that it waits; old copies are no problem."""
    if journal.remembered.forgotten:
        for name in sorted(journal.sealed - old_copies(journal)):
            journal.holdings.report("journal", name, FORGOTTEN)


def old_copies(journal: Sealed) -> frozenset[str]:
    """The segments among those that no key opens whose copy is here and opens."""
    here = set(journal.holdings.names("journal")) - journal.sealed
    return frozenset(name for name in journal.sealed if here.intersection(_ways(journal, name)))


def waiting(journal: Sealed) -> int:
    """How many segments wait for somebody who has a key that was forgotten here."""
    return sum(one.problem == FORGOTTEN for one in journal.holdings.problems)


def place_of(journal: Sealed, name: str) -> str:
    """The file that holds now what the object ``name`` held: itself while it is here and a key here opens it."""
    here = [one for one in (name, *journal.moved_to(name)) if journal.holdings.has("objects", one)]
    if len(here) > 1 and journal.remembered.forgotten:
        secrets = list(journal.secrets.values())
        here = [one for one in here if journal.holdings.opens("objects", one, secrets)] or here
    return here[0] if here else name


def _ways(journal: Sealed, name: str) -> set[str]:
    """Where a file went, move after move."""
    found: set[str] = set()
    ways = [name]
    while ways:
        one = ways.pop()
        fresh = {*journal.moved_to(one), *journal.deeds.moves.get(one, ())} - found
        found |= fresh
        ways += fresh
    return found
