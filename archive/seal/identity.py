"""A person's key on one device: an age identity to read with and an Ed25519 key to sign with, both from one seed.

The bytes are final; every derivation is BLAKE2b (RFC 7693) with a label that ends in its version::

    X25519 secret = BLAKE2b-256(key = seed, "case-archive/identity/x25519/1")     (an AGE-SECRET-KEY-1 for stock age)
    Ed25519 seed  = BLAKE2b-256(key = seed, "case-archive/identity/ed25519/1")    (RFC 8032)
    device        = BLAKE2b-256("case-archive/device/1" || 0x00 || Ed25519 public key || X25519 public key), in hex
    signed bytes  = "case-archive/" || label || "/1" || 0x00 || message

The label in front of what is signed keeps a signature made for one purpose from being shown as one for another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b

from nacl.bindings import crypto_scalarmult_base
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from archive.seal import bech32

SEED_SIZE = 32
KEY_SIZE = 32  # of each public key
SIGNATURE_SIZE = 64


@dataclass(frozen=True)
class Identity:
    """One person on one device: ``seed`` is 32 secret bytes, ``person`` the id of whom it belongs to.

    Its text never shows the seed. A seed of another length is a mistake in code: ValueError.
    """

    seed: bytes = field(repr=False)
    person: str

    def __post_init__(self) -> None:
        if len(self.seed) != SEED_SIZE:
            raise ValueError(f"an identity's seed has {SEED_SIZE} bytes")

    @cached_property
    def age_secret(self) -> bytes:
        """The X25519 secret, 32 bytes: what ``age.decrypt`` takes."""
        return self._derive("x25519")

    @cached_property
    def age_public(self) -> bytes:
        """The X25519 public key, 32 bytes: what ``age.encrypt`` takes."""
        return crypto_scalarmult_base(self.age_secret)

    @property
    def age_identity(self) -> str:
        """The secret as AGE-SECRET-KEY-1…, for a stock ``age`` binary."""
        return bech32.encode_identity(self.age_secret)

    @property
    def age_recipient(self) -> str:
        """The public key as age1…, for a stock ``age`` binary."""
        return bech32.encode_recipient(self.age_public)

    @cached_property
    def verify_key(self) -> bytes:
        """The Ed25519 public key, 32 bytes."""
        return bytes(self._signing_key.verify_key)

    @cached_property
    def device(self) -> str:
        """The id of this key on the collective's list: 64 hex digits."""
        return device_id(self.verify_key, self.age_public)

    def sign(self, label: str, message: bytes) -> bytes:
        """The Ed25519 signature, 64 bytes, over the label and the message."""
        return self._signing_key.sign(labelled(label, message)).signature

    @cached_property
    def _signing_key(self) -> SigningKey:
        return SigningKey(self._derive("ed25519"))

    def _derive(self, purpose: str) -> bytes:
        return blake2b(f"case-archive/identity/{purpose}/1".encode(), key=self.seed, digest_size=32).digest()


def device_id(verify_key: bytes, age_public: bytes) -> str:
    """The id of a device from its two public keys, 32 bytes each: 64 hex digits."""
    return blake2b(b"case-archive/device/1\0" + verify_key + age_public, digest_size=32).hexdigest()


def labelled(label: str, message: bytes) -> bytes:
    """The bytes that a signature for this purpose covers."""
    return b"case-archive/" + label.encode() + b"/1\0" + message


def verify(verify_key: bytes, label: str, message: bytes, signature: bytes) -> bool:
    """Whether the key's holder signed this message for this purpose; False also for parts of a wrong length."""
    if len(verify_key) != KEY_SIZE or len(signature) != SIGNATURE_SIZE:
        return False
    try:
        VerifyKey(verify_key).verify(labelled(label, message), signature)
    except BadSignatureError:
        return False
    return True
