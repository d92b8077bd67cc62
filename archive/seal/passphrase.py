"""An age file that a passphrase opens (the scrypt recipient of https://c2sp.org/age): for people without a key.

A stock ``age -d`` asks for the passphrase. The wrapping key is scrypt(passphrase, label || salt, N = 2^work, r = 8,
p = 1); work 18 takes about a second and 256 MiB, which is what age itself writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from nacl.bindings import crypto_aead_chacha20poly1305_ietf_encrypt, crypto_pwhash_scryptsalsa208sha256_ll

from archive.seal import age, header
from archive.seal.header import Stanza

WORK = 18
_SALT = 16
_LABEL = b"age-encryption.org/v1/scrypt"
_MEMORY = 1 << 29  # bytes that scrypt may take


def encrypt(
    plaintext: Iterable[bytes], passphrase: str, random: Callable[[int], bytes], *, work: int = WORK
) -> Iterator[bytes]:
    """The age file that ``passphrase`` opens; ``work`` below 18 is for tests only."""
    salt = random(_SALT)
    key = crypto_pwhash_scryptsalsa208sha256_ll(
        passphrase.encode(), _LABEL + salt, 1 << work, 8, 1, dklen=32, maxmem=_MEMORY
    )

    def wrap(file_key: bytes) -> tuple[Stanza, ...]:
        body = crypto_aead_chacha20poly1305_ietf_encrypt(file_key, None, bytes(12), key)
        return (Stanza("scrypt", (header.encode_base64(salt), str(work)), body),)

    return age.seal(plaintext, wrap, random)
