"""Your own key: made, shown, behind another passphrase, and let into a collective that others have begun."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec
from msgspec import Struct, structs

from archive.desk import Place
from archive.errors import ExistsError, NoKeyError, NotAMemberError, UsageError, WrongPassphraseError
from archive.records.answers import IdentityAnswer
from archive.records.answers_together import ArrivalLine, JoinAnswer
from archive.seal import keystore
from archive.seal.identity import Identity
from archive.seal.keystore import Secrets
from archive.seal.words import compare, words
from archive.speech import tr
from archive.vault import requests
from archive.vault.journal import Journal
from archive.vault.memory import last_device
from archive.vault.requests import Request
from archive.vault.state import State, change_identity, set_identity_aside, write_identity
from archive.vault.store import Store
from archive.vault.unlocking import unlock

Ask = Callable[[], str]
Random = Callable[[int], bytes]


class Arrival(Struct, frozen=True):
    """How a key stands with an archive: the collectives that opened, or the request that waits there."""

    identity: Identity
    request: Request
    journals: tuple[Journal, ...]

    @property
    def waiting(self) -> tuple[Journal, ...]:
        """The collectives whose words were not compared yet."""
        return tuple(journal for journal in self.journals if not journal.standing.compared)


def new_identity(place: Place, ask: Ask, *, replace: bool, kdf: str, random: Random) -> IdentityAnswer:
    """A new key. ExistsError if there is one, unless it is to ``replace`` that: the old one is kept beside it."""
    if place.identity.exists() and not replace:
        raise ExistsError(
            tr("There is a key here already."), tr("See it: archive identity show. A new one: --replace.")
        )
    secrets = make_key(person=None, random=random)
    locked = lock(secrets, ask(), kdf, random)
    if place.identity.exists():
        set_identity_aside(place.identity)
    write_identity(place.identity, locked, random)
    return public_part(Identity(secrets.seed, secrets.person))


def show_identity(place: Place, ask: Ask) -> IdentityAnswer:
    """The public part of the key."""
    secrets = unlock(place.identity, ask)
    return public_part(Identity(secrets.seed, secrets.person))


def public_part(identity: Identity) -> IdentityAnswer:
    """What may be given away of a key."""
    request = requests.ask(identity)
    return IdentityAnswer(
        device=identity.device,
        person=identity.person,
        age=identity.age_recipient,
        card=request.line.decode(),
        words=words(request.id),
    )


def change_passphrase(place: Place, ask: Ask, ask_new: Ask, *, kdf: str, random: Random) -> None:
    """Another passphrase for the key on this computer; the old one opens until the new one has opened once."""
    secrets = unlock(place.identity, ask)
    passphrase = ask_new()
    change_identity(place.identity, lock(secrets, passphrase, kdf, random), random)
    unlock(place.identity, lambda: passphrase)  # the first opening, with which the old one goes


def make_key(*, person: str | None, random: Random) -> Secrets:
    """A new key, of a new person unless it is another device of one."""
    return Secrets(seed=random(32), person=person or random(16).hex(), index_key=random(32))


def lock(secrets: Secrets, passphrase: str, kdf: str, random: Random) -> bytes:
    """The keystore of a key; UsageError for a profile that there is not."""
    if kdf not in keystore.PROFILES:
        raise UsageError(
            tr("There is no such way to guard a passphrase."),
            tr("There is: {known}.", known=", ".join(keystore.PROFILES)),
        )
    return keystore.lock(secrets, passphrase, kdf, random)


def person_of(text: str) -> str:
    """The person in a public identity that ``identity show --public`` printed, or the person id itself."""
    return read_public(text.encode()).card.person if "{" in text else text.strip()


def read_public(data: bytes) -> Request:
    """The request in a file: as it lies in the archive, or as ``identity show --public`` prints it, also as JSON."""
    for line in data.splitlines():
        if line.startswith(b'{"card"'):
            return requests.read(line.strip())
    try:
        return requests.read(msgspec.json.decode(data, type=IdentityAnswer).card.encode())
    except msgspec.MsgspecError:
        raise UsageError(
            tr("This file holds no public identity."), tr("Make it there: archive identity show --public > FILE")
        ) from None


def join(
    place: Place, ask: Ask, ask_new: Ask, *, replace: bool, person: str | None, kdf: str, random: Random
) -> Arrival:
    """Ask to be let in at the archive, or find that this key was. Makes a key where there is none.

    With ``replace`` a key that its passphrase does not open any more is put aside, and the new one asks for its place;
    ``person`` makes a new key one more device of somebody who is a member.
    """
    store = Store(place.root)
    state = State(place.state, store.archive_id)
    secrets = _key(place, ask, ask_new, replace=replace, person=person, kdf=kdf, random=random)
    identity = Identity(secrets.seed, secrets.person)
    before = last_device(state)
    request = requests.ask(identity, before if before != identity.device else None)
    journals = tuple(_opened(store, identity, state, random))
    if not journals:
        requests.leave(store, request, random)
    return Arrival(identity, request, journals)


def look_again(place: Place, arrival: Arrival, random: Random) -> Arrival:
    """How it stands by now, with the key that is open already."""
    store = Store(place.root)
    journals = _opened(store, arrival.identity, State(place.state, store.archive_id), random)
    return structs.replace(arrival, journals=tuple(journals))


def hear(journals: Sequence[Journal], heard: str | None) -> None:
    """Takes the words of the collectives that let this key in for compared; WordsDifferError if others were heard."""
    for journal in journals:
        version = journal.standing.let_in_by
        if version is not None and heard is not None:
            compare(version, heard)
        journal.standing.compare()


def arrived(arrival: Arrival) -> JoinAnswer:
    """How it stands, to be told."""
    lines = tuple(_line(journal) for journal in arrival.journals)
    return JoinAnswer(
        status="compare" if arrival.waiting else "in" if lines else "requested",
        device=arrival.identity.device,
        words=words(arrival.request.id),
        collectives=lines,
    )


def _line(journal: Journal) -> ArrivalLine:
    version = journal.standing.let_in_by
    return ArrivalLine(
        collective=journal.collective, words=words(version) if version else None, compared=journal.standing.compared
    )


def _key(
    place: Place, ask: Ask, ask_new: Ask, *, replace: bool, person: str | None, kdf: str, random: Random
) -> Secrets:
    """The key on this computer, or a new one, written down."""
    passphrase = ask_new() if replace or not place.identity.exists() else ask()
    try:
        return unlock(place.identity, lambda: passphrase)
    except NoKeyError:
        pass
    except WrongPassphraseError:
        if not replace:
            raise
        set_identity_aside(place.identity)
    secrets = make_key(person=person, random=random)
    write_identity(place.identity, lock(secrets, passphrase, kdf, random), random)
    return secrets


def _opened(store: Store, identity: Identity, state: State, random: Random) -> Iterator[Journal]:
    """The collectives that have this key on their list."""
    for collective in store.collectives():
        try:
            journal = Journal.open(store, collective, identity, state, random)
        except NotAMemberError:
            continue
        if identity.device in journal.roster.cards or journal.roster.dispute:
            yield journal
