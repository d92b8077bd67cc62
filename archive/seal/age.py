"""Encrypting to people and opening again: age version 1, binary, X25519 recipients (https://c2sp.org/age).

Every encrypted file of the archive is one of these, so that a stock ``age`` binary opens it without us::

    file key (16 random bytes)
      wrapped per recipient   ChaCha20-Poly1305(HKDF(X25519(ephemeral, recipient), both shares, "…/X25519"), file key)
      MAC over the header     HMAC-SHA256(HKDF(file key, "", "header"))
      payload                 STREAM(HKDF(file key, 16 random bytes, "payload"))

Stanzas of other types are passed over, as the format demands; one of type scrypt must be alone.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import product

from nacl.bindings import (
    crypto_aead_chacha20poly1305_ietf_decrypt,
    crypto_aead_chacha20poly1305_ietf_encrypt,
    crypto_scalarmult,
    crypto_scalarmult_base,
)
from nacl.exceptions import CryptoError
from nacl.exceptions import RuntimeError as LowOrderError

from archive.errors import ArchiveError, DamagedError
from archive.seal import header, stream
from archive.seal.header import Header, Stanza
from archive.speech import tr

_KEY = 32  # an X25519 public key or secret
_FILE_KEY = 16
_WRAPPED = _FILE_KEY + 16  # with its tag
_NONCE = 16
_LABEL = b"age-encryption.org/v1/X25519"
_NO_NONCE = bytes(12)  # each wrapping key is used once


class NoMatchError(ArchiveError):
    """None of the keys at hand opens this file; it may be whole."""

    exit_code = 12
    name = "no_match"

    def __init__(self) -> None:
        super().__init__(
            tr("This file is not encrypted to any of your keys."),
            tr("If you should be able to read it, sync the archive and try again."),
        )


def encrypt(plaintext: Iterable[bytes], recipients: Sequence[bytes], random: Callable[[int], bytes]) -> Iterator[bytes]:
    """The age file that each of ``recipients`` (raw X25519 public keys, 1 to 4,096) can open; stanzas keep their order.

    Plaintext comes in pieces of any size and is taken as needed. Raises DamagedError for a recipient that is no key.
    """
    if not 1 <= len(recipients) <= header.MOST_STANZAS:
        raise ValueError(f"an age file has between 1 and {header.MOST_STANZAS} recipients")
    return seal(
        plaintext, lambda file_key: [_wrap(file_key, recipient, random(_KEY)) for recipient in recipients], random
    )


def seal(
    plaintext: Iterable[bytes], wrap: Callable[[bytes], Sequence[Stanza]], random: Callable[[int], bytes]
) -> Iterator[bytes]:
    """The age file whose header is what ``wrap`` makes of a new file key: one stanza for each way to open it."""
    file_key = random(_FILE_KEY)
    covered = header.cover(wrap(file_key))
    nonce = random(_NONCE)
    yield header.write(covered, _mac(file_key, covered)) + nonce
    yield from stream.seal(_hkdf(file_key, nonce, b"payload"), plaintext)


def decrypt(ciphertext: Iterable[bytes], secrets: Sequence[bytes]) -> Iterator[bytes]:
    """The plaintext of an age file in pieces of any size, for whoever holds one of ``secrets`` (raw X25519 secrets).

    Each piece comes only after it was verified. Raises NoMatchError if no secret fits, DamagedError if the file breaks
    the format or was changed or cut off: perhaps only at its end, so whoever needs the whole must wait for the end.
    """
    head, pieces = header.split(ciphertext)
    parsed = header.parse(head)
    file_key = _unwrap(parsed, secrets)
    if not hmac.compare_digest(_mac(file_key, parsed.covered), parsed.mac):
        raise header.damaged(tr("its header was changed"))
    nonce, payload = stream.take(pieces, _NONCE)
    yield from stream.unseal(_hkdf(file_key, nonce, b"payload"), payload)


def encrypt_bytes(data: bytes, recipients: Sequence[bytes], random: Callable[[int], bytes]) -> bytes:
    """``encrypt`` for what fits into memory."""
    return b"".join(encrypt([data], recipients, random))


def decrypt_bytes(data: bytes, secrets: Sequence[bytes]) -> bytes:
    """``decrypt`` for what fits into memory: all of it, or an error."""
    pieces = (data[at : at + stream.CHUNK] for at in range(0, len(data), stream.CHUNK))  # one copy of data, not several
    return b"".join(decrypt(pieces, secrets))


def _wrap(file_key: bytes, recipient: bytes, ephemeral: bytes) -> Stanza:
    """The file key for one recipient; ``ephemeral`` is 32 random bytes, used for nothing else."""
    share = crypto_scalarmult_base(ephemeral)
    key = _wrapping_key(ephemeral, recipient, share + recipient)
    body = crypto_aead_chacha20poly1305_ietf_encrypt(file_key, None, _NO_NONCE, key)
    return Stanza("X25519", (header.encode_base64(share),), body)


def _unwrap(parsed: Header, secrets: Sequence[bytes]) -> bytes:
    """The file key, from the first stanza that one of the secrets opens; whether it is right, the MAC decides."""
    wraps = [_share_and_body(stanza) for stanza in parsed.stanzas if stanza.type == "X25519"]
    if len(parsed.stanzas) > 1 and any(stanza.type == "scrypt" for stanza in parsed.stanzas):
        raise header.damaged(tr("its header mixes a passphrase with other recipients"))
    if any(len(secret) != _KEY for secret in secrets):  # PyNaCl would read past its end
        raise ValueError(f"an X25519 secret has {_KEY} bytes")
    keys = [(secret, crypto_scalarmult_base(secret)) for secret in secrets]
    for (share, body), (secret, public) in product(wraps, keys):
        key = _wrapping_key(secret, share, share + public)
        with suppress(CryptoError):
            return crypto_aead_chacha20poly1305_ietf_decrypt(body, None, _NO_NONCE, key)
    raise NoMatchError


def _share_and_body(stanza: Stanza) -> tuple[bytes, bytes]:
    """The two parts of an X25519 stanza; DamagedError unless there are just these, of the right length.

    A longer body would be a longer file key, with which one file can be made to open differently for two people.
    """
    shares = [header.decode_base64(argument.encode()) for argument in stanza.arguments]
    if [len(share) for share in shares] != [_KEY] or len(stanza.body) != _WRAPPED:
        raise header.damaged(tr("its header holds a malformed X25519 recipient"))
    return shares[0], stanza.body


def _wrapping_key(secret: bytes, point: bytes, salt: bytes) -> bytes:
    """The key that wraps a file key; DamagedError for a point of low order, whose shared secret anybody knows."""
    if len(point) != _KEY:  # PyNaCl would read past its end
        raise _no_key()
    try:
        shared = crypto_scalarmult(secret, point)
    except LowOrderError as error:
        raise _no_key() from error
    return _hkdf(shared, salt, _LABEL)


def _no_key() -> DamagedError:
    return DamagedError(
        tr("A public key is not one that anything may be encrypted to."), tr("Ask for the file or the key again.")
    )


def _mac(file_key: bytes, covered: bytes) -> bytes:
    return hmac.digest(_hkdf(file_key, b"", b"header"), covered, "sha256")


def _hkdf(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """HKDF-SHA256 (RFC 5869) for 32 bytes, which is a single block."""
    return hmac.digest(hmac.digest(salt, secret, "sha256"), info + b"\x01", "sha256")
