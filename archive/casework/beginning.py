"""How an archive begins: the folder, a key on disk, then the collective and its first epoch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from archive.casework.identities import lock, make_key
from archive.desk import Desk, Place
from archive.errors import NoArchiveError, NotAMemberError
from archive.records import kinds
from archive.records.answers import InitAnswer
from archive.seal.identity import Identity
from archive.seal.keystore import Secrets
from archive.vault.entry import Draft
from archive.vault.founding import is_broken_off
from archive.vault.journal import Journal
from archive.vault.state import State, write_identity
from archive.vault.store import Store
from archive.vault.unlocking import unlock


def found(
    place: Place,
    name: str,
    ask: Callable[[], str],
    *,
    kdf: str,
    random: Callable[[int], bytes],
    clock: Callable[[], datetime],
) -> InitAnswer:
    """Make an archive with its first collective, and a key where there is none. ExistsError if one is there.

    What was broken off is taken up again by the next try: an archive without a collective, a collective without a name.
    """
    secrets, locked = key(place, ask, kdf, random)  # whoever stops at the question leaves nothing behind
    desk = _unnamed(place, secrets, random, clock) if locked is None else None
    if desk is None:
        store = Store.create(place.root, random)
        if locked is not None:
            write_identity(place.identity, locked, random)  # on disk before anything is sealed with it
        identity = Identity(secrets.seed, secrets.person)
        Journal.found(store, identity, State(place.state, store.archive_id), clock(), random)
        desk = Desk.open_with(place, secrets, random=random, clock=clock)
    desk.save(
        Draft(desk.new(kinds.Collective, name=name)),
        Draft(desk.new(kinds.Member, person_id=secrets.person, label="M1")),
    )
    return InitAnswer(
        archive=str(place.root),
        archive_id=desk.store.archive_id,
        collective=name,
        collective_id=desk.collective,
        device=desk.journal.identity.device,
    )


def _unnamed(
    place: Place, secrets: Secrets, random: Callable[[int], bytes], clock: Callable[[], datetime]
) -> Desk | None:
    """The archive that this key founded, if nobody has written anything in its one collective yet."""
    try:
        desk = Desk.open_with(place, secrets, random=random, clock=clock)
    except (NoArchiveError, NotAMemberError):
        return None
    only = len(desk.store.collectives()) == 1
    return desk if only and all(map(is_broken_off, desk.journals.values())) else None


def key(place: Place, ask: Callable[[], str], kdf: str, random: Callable[[int], bytes]) -> tuple[Secrets, bytes | None]:
    """The key that is there, or a new one with the keystore to write for it."""
    if place.identity.exists():
        return unlock(place.identity, ask), None
    secrets = make_key(person=None, random=random)
    return secrets, lock(secrets, ask(), kdf, random)
