"""Epochs, the collective's keys one after another, and the key events that hand them to every device.

An epoch is a random age X25519 identity; its id is the BLAKE2b-128 of its raw public key. Both keys stand here as age
writes them, so that a stock ``age`` binary takes them as they are. What is written is encrypted to the current epoch;
reading tries every epoch secret one has. A key event is an age file to every device of the list and to throw-away keys,
shuffled, up to a multiple of 16 recipients. Inside, in the form of ``lines.py`` (label ``keys``)::

    {"at":…, "collective":…, "dev":…, "entries":[…],
     "epoch":{"after":["<epoch id>"], "id":…, "pk":"age1…", "roster":"<version id>", "to":["<device id>"]}, "v":1}
    {"id":"<epoch id>", "sk":"AGE-SECRET-KEY-1…", "t":"secret", "v":1}  this epoch's, then those of earlier ones
    {"sigs":[…], "t":"version", "v":1, "version":{…}}                   the membership versions, genesis first
    {"after":{"<device id>/<chain>":<seq>}, "epochs":["<epoch id>"], "files":["<file name>"], "generation":…,
     "t":"forget", "v":1}

The last line is there once old epochs are to be forgotten: those are not handed on any more, nor written to.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct
from nacl.bindings import crypto_scalarmult_base

from archive.errors import DamagedError, UsageError
from archive.seal import age, bech32, canonical, lines, roster
from archive.seal.canonical import Value
from archive.seal.identity import Identity
from archive.seal.lines import Minute, Signed
from archive.seal.roster import Key, Roster, Version
from archive.speech import tr

GROUP = 16  # a key event has a multiple of this many recipients
Recipient = Annotated[str, Meta(pattern="^age1[0-9a-z]{58}$")]
EpochId = Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]


class Epoch(Struct, frozen=True, kw_only=True):
    """A key of the collective: its public half, the list it was made for, what it follows and who has it."""

    id: EpochId
    pk: Recipient
    roster: Key
    after: tuple[EpochId, ...]
    to: tuple[Key, ...]

    @property
    def age_public(self) -> bytes:
        """The raw X25519 key that segments and objects are encrypted to."""
        return bech32.decode_recipient(self.pk)


class EventHead(Struct, frozen=True, kw_only=True):
    """Line 2 of a key event."""

    at: Minute
    collective: Key
    dev: Key
    epoch: Epoch
    v: Literal[1]


class Forget(Struct, frozen=True, kw_only=True):
    """Epochs that every device is to forget as soon as nothing that it has needs them.

    ``after`` are the segments, by number in ``<device>/<chain>``, that tell where what they had sealed has moved.
    ``files`` are key events that hold their secrets and went where they were forgotten first: whoever cannot open such
    a one need not keep it either. ``generation`` is that of the event's own epoch, which cannot be counted any more
    where earlier events are gone.
    """

    epochs: tuple[EpochId, ...] = ()
    after: dict[str, Annotated[int, Meta(ge=1)]] = {}
    files: tuple[Key, ...] = ()
    generation: Annotated[int, Meta(ge=1, le=2**31)] = 1


@dataclass(frozen=True)
class KeyEvent:
    """An opened key event; ``id`` is the hash of its line 2. Who signed is judged with ``is_signed``."""

    id: str
    head: EventHead
    secrets: Mapping[str, bytes]
    versions: tuple[Version, ...]
    signed: Signed
    forget: Forget = field(default_factory=Forget)

    def is_signed(self, members: Roster) -> bool:
        """Whether a device that is or was on the list made it, for this collective.

        From one that was, only secrets to read with are taken: its epoch is not ``usable``.
        """
        card = members.known.get(self.head.dev)
        return (
            card is not None
            and self.head.collective == members.collective
            and self.signed.signed_by(card.verify_key, "keys")
        )


def make(
    owner: Identity,
    members: Roster,
    events: Sequence[KeyEvent],
    versions: Iterable[Version],
    *,
    at: str,
    random: Callable[[int], bytes],
    keep: Container[str] = (),
    forget: Forget | None = None,
    without: Container[str] = (),
) -> bytes:
    """A key event with a new epoch for every device of the list, which hands on the secrets of earlier ones.

    Those of the epochs in ``without`` are left out. What is to be forgotten by whoever can is told with ``forget``.

    Of an event by a device that was removed only its own epoch's, so that it cannot make all later ones large, and
    those of the epochs in ``keep``, which it handed over while it was a member: a newcomer reads what is older, too.
    """
    secret = random(32)
    public = crypto_scalarmult_base(secret)
    fresh = epoch_id(public)
    head: dict[str, Value] = {
        "at": at,
        "collective": members.collective,
        "dev": owner.device,
        "epoch": {
            "after": [*newest(event.head.epoch for event in events)],
            "id": fresh,
            "pk": bech32.encode_recipient(public),
            "roster": members.id,
            "to": [*sorted(members.cards)],
        },
        "v": 1,
    }
    earlier = {
        name: key for event in events for name, key in handed_on(event, members, keep).items() if name not in without
    }
    body = [_secret_line(name, key) for name, key in {fresh: secret, **earlier}.items()]
    body += [roster.to_line(version) for version in versions]
    if forget is not None and forget.epochs:
        own = 1 + max(_generations(events).values(), default=0)
        body.append(_forget_line(msgspec.structs.replace(forget, generation=own)))
    _, plaintext = lines.write(head, body, lambda message: owner.sign("keys", message))
    return age.encrypt_bytes(plaintext, _with_decoys(members, random), random)


def handed_on(event: KeyEvent, members: Roster, keep: Container[str]) -> Mapping[str, bytes]:
    """Those of an event's secrets that later events hand on."""
    if event.head.dev in members.cards:
        return event.secrets
    return {name: key for name, key in event.secrets.items() if name == event.head.epoch.id or name in keep}


def open_event(data: bytes, secret: bytes) -> KeyEvent:
    """Opens a key event with a device's age secret; NoMatchError if it is for others, DamagedError if it is unsound."""
    signed = lines.read(age.decrypt_bytes(data, [secret]))
    head = _checked(lines.head(signed, EventHead))
    if signed.missing:
        raise lines.damaged(tr("it lacks lines"))
    body = [_body_line(line) for line in signed.body]
    secrets = dict(one for one in body if isinstance(one, tuple))
    versions = tuple(one for one in body if isinstance(one, Version))
    forget = next((one for one in body if isinstance(one, Forget)), Forget())
    return KeyEvent(signed.id, head, secrets, versions, signed, forget)


def unite(events: Iterable[KeyEvent]) -> dict[str, bytes]:
    """Every epoch secret that any of the events hands over, by epoch id."""
    return {name: secret for event in events for name, secret in event.secrets.items()}


def newest(epochs: Iterable[Epoch]) -> list[str]:
    """The ids of the epochs that no other one follows, sorted."""
    known = list(epochs)
    followed = {name for epoch in known for name in epoch.after}
    return sorted({epoch.id for epoch in known} - followed)


def usable(event: KeyEvent, members: Roster) -> bool:
    """Whether its epoch may be written to: a member made it, for itself and no one outside the list.

    And it was made knowing every removal that counts, for whoever came later than an epoch was handed its secret too:
    when they are gone, the list may be the old one again, but the old epoch must not come back.
    """
    epoch, author = event.head.epoch, event.head.dev
    return (
        author in members.cards
        and author in epoch.to
        and members.cards.keys() >= set(epoch.to)
        and {removal.version for removal in members.removals} <= {version.id for version in event.versions}
    )


def current(events: Sequence[KeyEvent], members: Roster, forgotten: Container[str] = ()) -> Epoch | None:
    """The epoch to write to: usable, to the whole list if one is, after the longest chain, with the smallest id.

    Never one of the ``forgotten``, whoever brings it back.
    """
    generations = _generations([event for event in events if event.head.dev in members.cards])

    def preference(event: KeyEvent) -> tuple[bool, int, str, str]:
        epoch = event.head.epoch
        return set(epoch.to) != members.cards.keys(), -generations[epoch.id], epoch.id, event.id

    fit = (event for event in events if usable(event, members) and event.head.epoch.id not in forgotten)
    chosen = min(fit, key=preference, default=None)
    return chosen.head.epoch if chosen else None


def epoch_id(public: bytes) -> str:
    """The id of an epoch: BLAKE2b-128 of its public key."""
    return blake2b(public, digest_size=16).hexdigest()


def _generations(events: Sequence[KeyEvent]) -> dict[str, int]:
    """1 + the highest generation among those it follows, per epoch; following a ring of epochs counts for nothing.

    Where the event says what it was when it was made, it is at least that: those that it follows may be gone.
    """
    epochs = [event.head.epoch for event in events]
    found: dict[str, int] = {}
    for event in events:
        found[event.head.epoch.id] = max(found.get(event.head.epoch.id, 1), event.forget.generation)
    waiting: dict[str, set[str]] = {name: set() for name in found}
    following: dict[str, set[str]] = {name: set() for name in found}
    for epoch in epochs:  # two may claim one id: what either follows comes before it
        for name in found.keys() & set(epoch.after):
            waiting[epoch.id].add(name)
            following[name].add(epoch.id)
    ready = [name for name, before in waiting.items() if not before]
    while ready:
        name = ready.pop()
        for later in following[name]:
            found[later] = max(found[later], 1 + found[name])
            waiting[later].discard(name)
            if not waiting[later]:
                ready.append(later)
    return found


def _with_decoys(members: Roster, random: Callable[[int], bytes]) -> list[bytes]:
    """The devices' keys and throw-away keys up to a multiple of GROUP, shuffled: who and how many does not show.

    A throw-away key is a real public key whose secret is dropped; random bytes in its place can be told apart.
    """
    keys = [card.age_public for card in members.cards.values()]
    keys += [crypto_scalarmult_base(random(32)) for _ in range(-len(keys) % GROUP)]
    for place in range(len(keys) - 1, 0, -1):  # Fisher-Yates; 64 bits make the modulo's bias immeasurable
        other = int.from_bytes(random(8), "big") % (place + 1)
        keys[place], keys[other] = keys[other], keys[place]
    return keys


def _secret_line(name: str, secret: bytes) -> bytes:
    return canonical.encode({"t": "secret", "v": 1, "id": name, "sk": bech32.encode_identity(secret)})


def _forget_line(forget: Forget) -> bytes:
    return canonical.encode({"t": "forget", "v": 1, **msgspec.to_builtins(forget)})


@lru_cache(maxsize=8192)
def _body_line(line: bytes) -> tuple[str, bytes] | Version | Forget | None:
    """A secret with its epoch's id, a version, or what to forget; kept, since later key events hand all that on."""
    value = canonical.decode_object(line)
    if value.get("t") == "secret":
        return _secret(value)
    if value.get("t") == "forget":
        return _forget(value)
    return roster.from_line(value) if value.get("t") == "version" else None


def _forget(line: Mapping[str, Value]) -> Forget | None:
    """What to forget; None, so without effect, where it is in another form."""
    try:
        return msgspec.convert(line, Forget) if line.get("v") == 1 else None
    except msgspec.ValidationError:
        return None


def _secret(line: Mapping[str, Value]) -> tuple[str, bytes]:
    """The epoch id and secret of a body line; DamagedError unless one is the other's name."""
    match line:
        case {"id": str(name), "sk": str(text)}:
            return name, _named(name, text)
    raise _misnamed()


def _named(name: str, text: str) -> bytes:
    """The secret in ``text``, which has to be the epoch's."""
    try:
        secret = bech32.decode_identity(text)
    except UsageError as error:
        raise _misnamed() from error
    if epoch_id(crypto_scalarmult_base(secret)) != name:
        raise _misnamed()
    return secret


def _checked(head: EventHead) -> EventHead:
    """The head of a key event whose epoch bears its own key's name."""
    try:
        if head.epoch.id == epoch_id(head.epoch.age_public):
            return head
    except UsageError as error:
        raise _misnamed() from error
    raise _misnamed()


def _misnamed() -> DamagedError:
    return lines.damaged(tr("it holds a key that is not its epoch's"))
