"""Membership versions as they travel: the bytes of cards and changes, who signed them, and which can be taken up.

A *card* is a device with its public keys, signed by itself. A *version* is a signed change of the list; its id is the
BLAKE2b-256 of its canonical bytes, and the id of the genesis is the collective's. What versions mean together is
judged in ``trust.py``. Canonical JSON (all bytes in hex; lists sorted by who writes them)::

    {"ed":…, "person":…, "sig":…, "v":1, "x":…}                the signature covers the card without "sig"
    {"admins":["<person>"], "by":"<device>", "cards":[…], "cuts":{}, "nonce":"<32 random bytes>", "parents":[],
     "removes":[], "v":1}                                       the genesis: it makes the collective
    {"admins":[…], "by":…, "cards":[…], "collective":"<genesis id>", "cuts":{"<device>/<chain>":"<segment id>"},
     "parents":["<version id>"], "removes":["<person or device>"], "v":1}                           every later one

In ``read``, a version that is not in this form waits for a newer program; one whose signature, cards or collective are
wrong is nobody's and counts for nothing.
"""

from __future__ import annotations

import re
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
from archive.speech import tr

Key = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Signature = Annotated[str, Meta(pattern="^[0-9a-f]{128}$")]
Name = Annotated[str, Meta(min_length=1, max_length=128)]
Place = Annotated[str, Meta(pattern="^[0-9a-f]{64}/[0-9a-f]{32}$")]  # a chain of segments: device/chain
_DEVICE = re.compile("[0-9a-f]{64}")


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
    cuts: Annotated[dict[Place, Key], Meta(max_length=0)]
    v: Literal[1]


class Change(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every later version: who comes (``cards``), who administers, who goes (persons or devices).

    ``cuts`` names, for each chain of a device that goes, the last segment of it that still counts.
    """

    collective: Key
    parents: Annotated[tuple[Key, ...], Meta(min_length=1, max_length=1024)]
    cards: Annotated[tuple[Card, ...], Meta(max_length=4096)] = ()
    admins: Annotated[tuple[Name, ...], Meta(max_length=4096)] = ()
    removes: Annotated[tuple[Name, ...], Meta(max_length=8192)] = ()
    cuts: dict[Place, Key] = {}
    by: Key
    v: Literal[1] = 1


@dataclass(frozen=True)
class Version:
    """A membership version as it travels: its canonical bytes and the signatures over them."""

    line: bytes
    signatures: tuple[bytes, ...]

    @property
    def id(self) -> str:
        """The hash of its bytes; of the genesis, the collective's id."""
        return digest(self.line)

    def is_signed(self, verify_key: bytes) -> bool:
        """Whether the holder of this key, and nobody else beside it, signed."""
        return [identity.verify(verify_key, "version", self.line, one) for one in self.signatures] == [True]


@dataclass(frozen=True)
class Read:
    """What ``read`` found: sound bodies by version id, and the devices that signed one in a form not known here."""

    bodies: Mapping[str, Genesis | Change]
    unknown: frozenset[str]


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
    return sign(owner, genesis)


def sign(owner: Identity, body: Genesis | Change) -> Version:
    """The version with this body, signed by the device that it says it is by."""
    line = canonical.encode(msgspec.to_builtins(body))
    return Version(line, (owner.sign("version", line),))


def read(versions: Iterable[Version], collective: str) -> Read:
    """Decodes the genesis and every change of this collective, and verifies that each is signed by whom it names.

    Whether a change may do what it does is not asked here. DamagedError unless the genesis is there and sound.
    """
    known = {version.id: version for version in versions}
    if collective not in known:
        raise DamagedError(
            tr("A key file belongs to another collective than its folder says."),
            tr("Take the folder again from another device or a backup."),
        )
    genesis = _genesis(known.pop(collective))
    changes = {name: _change(version) for name, version in known.items()}
    sound = {name: change for name, change in changes.items() if change and _is_sound(change, collective)}
    cards = [*genesis.cards, *(card for change in sound.values() for card in change.cards)]
    keys = {card.device: card.verify_key for card in cards}
    signed = {name: body for name, body in sound.items() if body.by in keys and known[name].is_signed(keys[body.by])}
    newer = [(known[name], _claimed_signer(known[name], collective)) for name, body in changes.items() if body is None]
    unknown = frozenset(device for version, device in newer if device in keys and version.is_signed(keys[device]))
    return Read({collective: genesis, **signed}, unknown)


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
    raise _damaged(tr("a line is no membership version"))


def is_sound(card: Card) -> bool:
    """Whether its device signed it, for a person whose id could not be taken for a device's."""
    return not _DEVICE.fullmatch(card.person) and card.is_signed()


def _genesis(version: Version) -> Genesis:
    """The body of a genesis, everything verified."""
    try:
        genesis = msgspec.json.decode(version.line, type=Genesis)
    except msgspec.ValidationError as error:
        raise DamagedError(
            tr("The collective begins in a way that this version of the program does not know."),
            tr("Update first: nothing was written."),
        ) from error
    (card,) = genesis.cards
    if not card.is_signed() or genesis.by != card.device or genesis.admins != (card.person,):
        raise _damaged(tr("the founder's card does not fit"))
    if not version.is_signed(card.verify_key):
        raise _damaged(tr("its founder did not sign it"))
    return genesis


def _change(version: Version) -> Change | None:
    """The body of a later version; None if it has a form that this program does not know."""
    try:
        return msgspec.convert(canonical.decode(version.line), Change)
    except msgspec.ValidationError:
        return None


def _claimed_signer(version: Version, collective: str) -> str:
    """The device that an unknown form names as its signer, as every form does; "" if it is for another collective."""
    match canonical.decode(version.line):
        case {"by": str(device), **rest} if rest.get("collective", collective) == collective:
            return device
    return ""


def _is_sound(change: Change, collective: str) -> bool:
    """Whether it is for this collective and lists each device once, each card signed by its own device."""
    return (
        change.collective == collective
        and len({card.device for card in change.cards}) == len(change.cards)
        and all(map(is_sound, change.cards))
    )


def _signature(value: Value) -> bytes:
    try:
        return bytes.fromhex(value) if isinstance(value, str) else b""
    except ValueError as error:
        raise _damaged(tr("a signature is malformed")) from error


def _unsigned(card: Card) -> bytes:
    """The bytes that a card's signature covers: the card without it."""
    fields: dict[str, Value] = msgspec.to_builtins(card)
    return canonical.encode({name: value for name, value in fields.items() if name != "sig"})


def _damaged(why: str) -> DamagedError:
    return DamagedError(
        tr("The collective's membership list is damaged: {why}.", why=why),
        tr("Take it again from another device or a backup."),
    )
