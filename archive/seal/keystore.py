"""How a person's secrets lie on a disk: behind a passphrase, which opens this one file and nothing that is shared.

The bytes are final, with offset and length of each field::

     0   4  "CKS1"
     4   1  kdf = 1: Argon2id version 1.3 (RFC 9106), one lane, 64 bytes out
     5   3  zero
     8   4  passes, little endian
    12   4  memory in KiB, little endian
    16  16  salt
    32  32  commitment = BLAKE2b-256(key = K_c, "commit")
    64  24  nonce
    88   …  XChaCha20-Poly1305(K_e, nonce, JSON, associated data = bytes 0 to 63)

    K_e || K_c = BLAKE2b-512(key = Argon2id(passphrase, salt), "case-archive/keystore/1"), 32 bytes each
    JSON       = {"index_key":"<64 hex>","person":"…","seed":"<64 hex>"}: keys sorted, no spaces, UTF-8
    passphrase = one LF or CRLF at its end removed, NFC, UTF-8, not empty

The commitment tells a wrong passphrase from damage, and ties the file to one key (with the cipher alone a file could
be made that opens under many). The cost is looked at before the key derivation runs: a planted file must not eat the
memory.
"""

from __future__ import annotations

import hmac
import json
import struct
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from types import MappingProxyType

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
    crypto_pwhash_alg,
    crypto_pwhash_ALG_ARGON2ID13,
)
from nacl.exceptions import CryptoError
from nacl.exceptions import RuntimeError as DerivationError

from archive.errors import ArchiveError, DamagedError, UsageError, WrongPassphraseError
from archive.speech import tr

KEY_SIZE = 32  # of the seed and of the index key
_MAGIC = b"CKS1"
_KDF = 1
_HEAD = struct.Struct("<4sB3sII16s")  # bytes 0 to 31
_NONCE_AT, _BODY_AT = 64, 88
_TAG = 16


@dataclass(frozen=True)
class Cost:
    """What one guess at a passphrase costs: passes over the memory, and the memory in KiB."""

    passes: int
    memory: int


PROFILES = MappingProxyType(
    {
        "standard": Cost(passes=3, memory=256 * 1024),  # libsodium's MODERATE
        "low-memory": Cost(passes=12, memory=64 * 1024),  # as many blocks to fill as standard, in a quarter of the room
        "tests-only": Cost(passes=1, memory=8),  # protects nothing
    }
)
MOST = Cost(passes=16, memory=1024 * 1024)  # refused above: about twenty times the standard profile's time
LEAST = PROFILES["tests-only"]  # the least that Argon2 can do


@dataclass(frozen=True)
class Secrets:
    """What the keystore holds: the identity's seed (32 bytes), whose it is, and the key of the local index (32 bytes).

    Its text shows no key. A key of another length is a mistake in code: ValueError.
    """

    seed: bytes = field(repr=False)
    person: str
    index_key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != KEY_SIZE or len(self.index_key) != KEY_SIZE:
            raise ValueError(f"seed and index key have {KEY_SIZE} bytes each")


def lock(secrets: Secrets, passphrase: str, profile: str, random: Callable[[int], bytes]) -> bytes:
    """The keystore's bytes. ``profile`` names one of PROFILES. Raises UsageError for an empty passphrase."""
    cost, salt, nonce = PROFILES[profile], random(16), random(24)
    key, commitment = _derive(passphrase, salt, cost)
    bound = _HEAD.pack(_MAGIC, _KDF, bytes(3), cost.passes, cost.memory, salt) + commitment
    return bound + nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(_written(secrets), bound, nonce, key)


def unlock(data: bytes, passphrase: str) -> Secrets:
    """The secrets in a keystore.

    Raises WrongPassphraseError if the passphrase does not fit (a changed salt, cost or commitment looks the same),
    DamagedError if the bytes are otherwise not as ``lock`` made them, UsageError for an empty passphrase.
    """
    salt, cost = _looked_at(data)
    bound, nonce, body = data[:_NONCE_AT], data[_NONCE_AT:_BODY_AT], data[_BODY_AT:]
    key, commitment = _derive(passphrase, salt, cost)
    if not hmac.compare_digest(bound[_HEAD.size :], commitment):
        raise WrongPassphraseError
    try:
        return _read(crypto_aead_xchacha20poly1305_ietf_decrypt(body, bound, nonce, key))
    except CryptoError as error:
        raise _damaged() from error


def _looked_at(data: bytes) -> tuple[bytes, Cost]:
    """Salt and cost of a keystore, after everything that can be refused without a passphrase was refused."""
    if len(data) < _BODY_AT + _TAG:
        raise _damaged()
    magic, kdf, zero, passes, memory, salt = _HEAD.unpack_from(data)
    within = LEAST.passes <= passes <= MOST.passes and LEAST.memory <= memory <= MOST.memory
    if (magic, kdf, zero) != (_MAGIC, _KDF, bytes(3)) or not within:
        raise _damaged()
    return salt, Cost(passes, memory)


def _derive(passphrase: str, salt: bytes, cost: Cost) -> tuple[bytes, bytes]:
    """The encrypting key and the commitment to it."""
    typed = _normal(passphrase)
    try:
        stretched = crypto_pwhash_alg(64, typed, salt, cost.passes, cost.memory * 1024, crypto_pwhash_ALG_ARGON2ID13)
    except DerivationError as error:
        need = tr("It takes {size} MiB. Close other programs and try again.", size=cost.memory // 1024)
        raise ArchiveError(tr("There is not enough free memory to use your passphrase."), need) from error
    keys = blake2b(b"case-archive/keystore/1", key=stretched).digest()
    return keys[:32], blake2b(b"commit", key=keys[32:], digest_size=32).digest()


def _normal(passphrase: str) -> bytes:
    """The passphrase's bytes: the same however a keyboard composes letters and whether a file ends in a line break."""
    line = passphrase.removesuffix("\n")
    if line != passphrase:
        line = line.removesuffix("\r")
    try:
        typed = unicodedata.normalize("NFC", line).encode()
    except UnicodeEncodeError:
        typed = b""
    if not typed:
        raise UsageError(tr("The passphrase is empty or not text."), tr("Give at least one character, in UTF-8."))
    return typed


def _written(secrets: Secrets) -> bytes:
    fields = {"index_key": secrets.index_key.hex(), "person": secrets.person, "seed": secrets.seed.hex()}
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _read(body: bytes) -> Secrets:
    """The secrets in the JSON; DamagedError unless it is just what ``_written`` makes."""
    try:
        fields = json.loads(body)
        secrets = Secrets(bytes.fromhex(fields["seed"]), fields["person"], bytes.fromhex(fields["index_key"]))
        exact = isinstance(secrets.person, str) and _written(secrets) == body
    except (ValueError, TypeError, KeyError) as error:
        raise _damaged() from error
    if not exact:
        raise _damaged()
    return secrets


def _damaged() -> DamagedError:
    return DamagedError(
        tr("The file that keeps your key is damaged."),
        tr("Put back a copy of it, or ask another member to let you in again: archive join --replace."),
    )
