"""Who belongs to a collective: cards, membership versions, and judging them.

A *card* is a device with its public keys, signed by itself. A *version* is a signed change of the list; its id is the
BLAKE2b-256 of its canonical bytes, and the id of the genesis is the collective's. This program judges the genesis. Any
other version is kept and carried on, but makes the list one that this program cannot judge: ``Roster.judged`` is False,
and whoever holds it reads on and writes nothing.

Canonical JSON of a card and of the genesis (all bytes in hex)::

    {"ed":…, "person":…, "sig":…, "v":1, "x":…}                the signature covers the card without "sig"
    {"admins":["<person>"], "by":"<device>", "cards":[…], "cuts":{}, "nonce":"<32 random bytes>", "parents":[],
     "removes":[], "v":1}                                       later versions name the collective; this one makes it
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from archive.errors import DamagedError
from archive.seal import canonical, identity
from archive.seal.canonical import Value
from archive.seal.identity import Identity
from archive.seal.lines import digest

Key = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Signature = Annotated[str, Meta(pattern="^[0-9a-f]{128}$")]
Name = Annotated[str, Meta(min_length=1, max_length=128)]


class Card(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A device: whose it is, and the public keys it verifies (``ed``) and reads (``x``) with."""

    person: Name
    ed: Key
    x: Key
    sig: Signature
    v: Literal[1] = 1

    @property
    def device(self) -> str:
        """The device id: 64 hex digits, the hash of both keys."""
        return identity.device_id(self.verify_key, self.age_public)

    @property
    def verify_key(self) -> bytes:
        """The Ed25519 public key."""
        return bytes.fromhex(self.ed)

    @property
    def age_public(self) -> bytes:
        """The X25519 public key."""
        return bytes.fromhex(self.x)

    def is_signed(self) -> bool:
        """Whether the device itself signed this card."""
        return identity.verify(self.verify_key, "card", _unsigned(self), bytes.fromhex(self.sig))


class Genesis(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The version without parents: one person, who is the admin, with one device. ``nonce`` tells collectives apart."""

    nonce: Key
    cards: Annotated[tuple[Card, ...], Meta(min_length=1, max_length=1)]
    admins: tuple[Name, ...]
    by: Key
    parents: Annotated[tuple[Key, ...], Meta(max_length=0)]
    removes: Annotated[tuple[Name, ...], Meta(max_length=0)]
    cuts: Annotated[dict[str, Key], Meta(max_length=0)]
    v: Literal[1]


@dataclass(frozen=True)
class Version:
    """A membership version as it travels: its canonical bytes and the signatures over them."""

    line: bytes
    signatures: tuple[bytes, ...]

    @property
    def id(self) -> str:
        """The hash of its bytes; of the genesis, the collective's id."""
        return digest(self.line)


@dataclass(frozen=True)
class Roster:
    """The judged list: ``id`` of the version it rests on, cards by device id, persons who are admins.

    ``judged`` is False where a version is among them that this program does not know how to judge.
    """

    collective: str
    id: str
    cards: Mapping[str, Card]
    admins: frozenset[str]
    judged: bool


def make_card(owner: Identity) -> Card:
    """The card of an identity's device."""
    card = Card(person=owner.person, ed=owner.verify_key.hex(), x=owner.age_public.hex(), sig="")
    return msgspec.structs.replace(card, sig=owner.sign("card", _unsigned(card)).hex())


def found(owner: Identity, random: Callable[[int], bytes]) -> Version:
    """The genesis of a new collective with this identity as its only member and admin."""
    genesis = Genesis(
        nonce=random(32).hex(), cards=(make_card(owner),), admins=(owner.person,), by=owner.device,
        parents=(), removes=(), cuts={}, v=1,
    )  # fmt: skip
    line = canonical.encode(msgspec.to_builtins(genesis))
    return Version(line, (owner.sign("version", line),))


def judge(versions: Iterable[Version], collective: str) -> Roster:
    """The list that these versions give; DamagedError unless the genesis of this collective is there and sound."""
    by_id = {version.id: version for version in versions}
    if collective not in by_id:
        raise DamagedError(
            "A key file belongs to another collective than its folder says.",
            "Take the folder again from another device or a backup.",
        )
    card = _founder(by_id[collective])
    return Roster(collective, collective, {card.device: card}, frozenset({card.person}), judged=len(by_id) == 1)


def to_line(version: Version) -> bytes:
    """A version as a body line of a key event."""
    return canonical.encode(
        {
            "t": "version",
            "v": 1,
            "sigs": [signature.hex() for signature in version.signatures],
            "version": canonical.decode(version.line),
        }
    )


def from_line(value: Mapping[str, Value]) -> Version:
    """The version in a decoded body line; DamagedError if it holds none."""
    match value:
        case {"v": 1, "version": dict(version), "sigs": [*signatures]}:
            return Version(canonical.encode(version), tuple(map(_signature, signatures)))
    raise _damaged("a line is no membership version")


def _founder(version: Version) -> Card:
    """The card of the only member of a genesis, everything verified."""
    try:
        genesis = msgspec.json.decode(version.line, type=Genesis)
    except msgspec.ValidationError as error:
        raise DamagedError(
            "The collective begins in a way that this version of the program does not know.",
            "Update first: nothing was written.",
        ) from error
    (card,) = genesis.cards
    if not card.is_signed() or genesis.by != card.device or genesis.admins != (card.person,):
        raise _damaged("the founder's card does not fit")
    if not [identity.verify(card.verify_key, "version", version.line, one) for one in version.signatures] == [True]:
        raise _damaged("its founder did not sign it")
    return card


def _signature(value: Value) -> bytes:
    try:
        return bytes.fromhex(value) if isinstance(value, str) else b""
    except ValueError as error:
        raise _damaged("a signature is malformed") from error


def _unsigned(card: Card) -> bytes:
    """The bytes that a card's signature covers: the card without it."""
    fields: dict[str, Value] = msgspec.to_builtins(card)
    return canonical.encode({name: value for name, value in fields.items() if name != "sig"})


def _damaged(why: str) -> DamagedError:
    return DamagedError(
        f"The collective's membership list is damaged: {why}.", "Take it again from another device or a backup."
    )
