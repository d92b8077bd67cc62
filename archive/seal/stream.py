"""The payload of an age file: STREAM (https://eprint.iacr.org/2015/189) over ChaCha20-Poly1305. Knows no header.

Plaintext is cut into chunks of 64 KiB, each sealed with a tag of 16 bytes under the nonce ``counter (11 bytes, big
endian) || 1 for the last chunk, else 0``. So a chunk cannot be moved, dropped or added, and a file that was cut off
lacks its last one. The last chunk may be full, but empty only where the whole plaintext is empty. Memory is constant:
one chunk and one piece are held.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from nacl.bindings import crypto_aead_chacha20poly1305_ietf_decrypt, crypto_aead_chacha20poly1305_ietf_encrypt
from nacl.exceptions import CryptoError

from archive.errors import DamagedError
from archive.speech import tr

CHUNK = 64 * 1024  # bytes of plaintext
TAG = 16
_HINT = tr("Fetch it again from another device or a backup.")


def seal(key: bytes, plaintext: Iterable[bytes]) -> Iterator[bytes]:
    """Plaintext in pieces of any size, sealed under ``key`` (32 bytes, used for one payload only)."""
    for number, chunk, last in _chunks(plaintext, CHUNK):
        yield crypto_aead_chacha20poly1305_ietf_encrypt(chunk, None, _nonce(number, last), key)


def unseal(key: bytes, ciphertext: Iterable[bytes]) -> Iterator[bytes]:
    """A payload in pieces of any size, opened: each chunk comes only after its tag was verified.

    Raises DamagedError where a chunk does not verify, the last one is missing, or something follows it. What came
    before is authentic, but whoever needs the whole must wait for the end.
    """
    for number, chunk, last in _chunks(ciphertext, CHUNK + TAG):
        if len(chunk) < TAG or (len(chunk) == TAG and number):
            raise _cut_off()
        try:
            plain = crypto_aead_chacha20poly1305_ietf_decrypt(chunk, None, _nonce(number, last), key)
        except CryptoError as error:
            raise DamagedError(tr("An encrypted file is damaged: it was changed or cut off."), _HINT) from error
        yield plain


def take(pieces: Iterable[bytes], size: int) -> tuple[bytes, Iterator[bytes]]:
    """The first ``size`` bytes of what comes in pieces of any size, and the rest; DamagedError if there are fewer."""
    held = b""
    pieces = iter(pieces)
    for piece in pieces:
        held += piece
        if len(held) >= size:
            return held[:size], chain((held[size:],), pieces)
    raise _cut_off()


def _cut_off() -> DamagedError:
    return DamagedError(tr("An encrypted file is damaged: it was cut off."), _HINT)


def _nonce(number: int, last: bool) -> bytes:
    return (number << 8 | last).to_bytes(12, "big")


def _chunks(pieces: Iterable[bytes], size: int) -> Iterator[tuple[int, bytes, bool]]:
    """Number, chunk, and whether it is the last, which alone may be shorter than ``size`` (or, the only one, empty)."""
    held = b""
    number = 0
    for piece in pieces:
        whole, at = held + piece if held else piece, 0
        with memoryview(whole) as view:
            while len(view) - at > size:  # not >=: a full chunk may prove to be the last
                yield number, bytes(view[at : at + size]), False
                number, at = number + 1, at + size
            held = bytes(view[at:])
    yield number, held, True
