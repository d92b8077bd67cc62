"""Forgetting old epochs: who follows when, and what has to be encrypted anew before.

A key event says which epochs are to be forgotten. From then on no device hands them on or writes to them. Each device
forgets them once nothing that it has needs them: it has heard where everything went, has dropped what moved, and has
encrypted anew what is left, which is what was written meanwhile. What it does not know yet, another device has, which
then does the same. So nothing is ever readable to nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from archive.errors import ArchiveError
from archive.seal import age
from archive.seal.age import NoMatchError
from archive.vault import reencrypt
from archive.vault.journal import Journal
from archive.vault.reencrypt import AREAS, Old
from archive.vault.tree import Area


def order(journal: Journal, now: datetime) -> tuple[str, ...]:
    """Tells every device to forget all epochs but the current one, with one key event; which these are.

    Only to be called when everything was encrypted anew. It takes effect with ``follow``, here as everywhere.
    """
    journal.standing.check()
    ring, known = journal.standing.keyring, journal.remembered
    epochs = ring.secrets.keys() - ({journal.epoch.id} if journal.epoch else set())
    chain = f"{journal.identity.device}/{known.chain}"
    after = {chain: known.chains[chain].seq} if chain in known.chains else {}
    journal.rotate(now, ring.ordering(epochs, after))
    return tuple(sorted(epochs))


def is_due(journal: Journal) -> bool:
    """Whether something is to be forgotten that is not forgotten here, or a key event brought it back."""
    ring = journal.standing.keyring
    return not ring.forgotten.issuperset(ring.order.epochs) or bool(ring.burdened or journal.standing.alien)


def has_heard(journal: Journal, moves: Collection[tuple[str, str]]) -> bool:
    """Whether word of all moves came, and for each file that moved and is still needed here its copy."""
    if not _has_read(journal):
        return False
    areas = {name: area for area in AREAS for name in journal.holdings.names(area)}
    areas = {**dict.fromkeys(journal.holdings.mirrored("journal"), AREAS[0]), **areas}
    return not any(_needs(journal, areas[name], name) for name in reencrypt.lacking(moves, areas))


def _has_read(journal: Journal) -> bool:
    """Whether the segments were read that tell of the moves; those of removed devices may never come."""
    order = journal.standing.keyring.order.after
    after = {chain: seq for chain, seq in order.items() if chain.partition("/")[0] in journal.roster.cards}
    if all(chain in (known := journal.remembered.chains) and known[chain].seq >= seq for chain, seq in after.items()):
        return True
    read: dict[str, int] = {}  # a memory that was lost knows less than what is here
    for one in journal.segments(()):
        chain = f"{one.device}/{one.chain}"
        read[chain] = max(one.seq, read.get(chain, 0))
    return all(read.get(chain, 0) >= seq for chain, seq in after.items())


def needing(journal: Journal) -> tuple[Old, ...]:
    """The files here that only an epoch opens which is to be forgotten; what has no signature that counts left out."""
    stored = reencrypt.stored(journal)
    alone = journal.holdings.mirrored("journal").difference(one.name for one in stored)
    stored += tuple(Old("journal", name, 0) for name in sorted(alone))
    return tuple(one for one in stored if _needs(journal, one.area, one.name))


def is_ready(journal: Journal) -> bool:
    """Whether nothing that this device has needs what is to be forgotten; nor what comes back from the mirror."""
    away = journal.holdings.mirrored("objects").difference(journal.holdings.names("objects"))
    needed = (journal.place_of(name) for name in reencrypt.named(journal.segments(())))
    return away.isdisjoint(needed) and not needing(journal)


def _needs(journal: Journal, area: Area, name: str) -> bool:
    """Whether a file opens with an epoch that is to be forgotten and with no other."""
    going, secrets = set(journal.standing.keyring.order.epochs), journal.secrets
    old = [secret for epoch, secret in secrets.items() if epoch in going]
    kept = [secret for epoch, secret in secrets.items() if epoch not in going]
    if not old or _opens(journal, area, name, kept) or not _opens(journal, area, name, old):
        return False
    return area == "objects" or journal.copy_of(name) is not None


def _opens(journal: Journal, area: Area, name: str, secrets: Sequence[bytes]) -> bool:
    if journal.holdings.has(area, name):
        return journal.holdings.opens(area, name, secrets)
    try:
        age.decrypt_bytes(journal.holdings.mirror_copy(area, name) or b"", secrets)
    except NoMatchError:
        return False
    except ArchiveError:
        return True
    return True
