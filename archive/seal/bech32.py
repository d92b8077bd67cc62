"""The two strings of age: ``age1…`` for a recipient and ``AGE-SECRET-KEY-1…`` for an identity (Bech32, BIP 173).

age drops BIP 173's limit of 90 characters; both strings here have one length, so it never matters.
"""

from __future__ import annotations

from collections.abc import Iterable

from archive.errors import UsageError
from archive.speech import tr

RECIPIENT_PREFIX = "age"
IDENTITY_PREFIX = "age-secret-key-"
KEY_SIZE = 32
_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM_SIZE = 6


def encode_recipient(public: bytes) -> str:
    """A raw X25519 public key as ``age1…``."""
    return _encode(RECIPIENT_PREFIX, public)


def encode_identity(secret: bytes) -> str:
    """A raw X25519 secret as ``AGE-SECRET-KEY-1…``."""
    return _encode(IDENTITY_PREFIX, secret).upper()


def decode_recipient(text: str) -> bytes:
    """The raw X25519 public key of ``age1…``; UsageError for anything else."""
    if text != text.lower():
        raise _not_a_key("recipient", "age1")
    return _decode(text, RECIPIENT_PREFIX, "recipient")


def decode_identity(text: str) -> bytes:
    """The raw X25519 secret of ``AGE-SECRET-KEY-1…``; UsageError for anything else."""
    if text != text.upper():
        raise _not_a_key("identity", "AGE-SECRET-KEY-1")
    return _decode(text.lower(), IDENTITY_PREFIX, "identity")


def _encode(prefix: str, key: bytes) -> str:
    if len(key) != KEY_SIZE:
        raise ValueError(f"an X25519 key has {KEY_SIZE} bytes")
    digits = _regroup(key, 8, 5)
    digits += _checksum(prefix, digits)
    return prefix + "1" + "".join(_ALPHABET[digit] for digit in digits)


def _decode(text: str, prefix: str, what: str) -> bytes:
    """``text`` in lower case to 32 bytes; what is accepted encodes to the same text again, so filling bits are zero."""
    head = prefix + "1"
    digits = [_ALPHABET.find(letter) for letter in text.removeprefix(head)]
    if text.startswith(head) and -1 not in digits:
        key = _regroup(digits[:-_CHECKSUM_SIZE], 5, 8)[:KEY_SIZE]
        if len(key) == KEY_SIZE and _encode(prefix, bytes(key)) == text:
            return bytes(key)
    raise _not_a_key(what, "AGE-SECRET-KEY-1" if prefix == IDENTITY_PREFIX else head)


def _not_a_key(what: str, head: str) -> UsageError:
    return UsageError(
        tr("This is not an age {what}.", what=what),
        tr("It begins with {head} and was perhaps not copied whole.", head=head),
    )


def _regroup(values: Iterable[int], width: int, to: int) -> list[int]:
    """Numbers of ``width`` bits as numbers of ``to`` bits, the last one filled up with zero bits."""
    bits = "".join(f"{value:0{width}b}" for value in values)
    bits += "0" * (-len(bits) % to)
    return [int(bits[at : at + to], 2) for at in range(0, len(bits), to)]


def _checksum(prefix: str, digits: list[int]) -> list[int]:
    """BIP 173's six checking digits over the prefix and the digits."""
    high, low = [ord(letter) >> 5 for letter in prefix], [ord(letter) & 31 for letter in prefix]
    left = 1
    for value in [*high, 0, *low, *digits, *[0] * _CHECKSUM_SIZE]:
        top = left >> 25
        left = (left & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            left ^= generator if top >> bit & 1 else 0
    return [(left ^ 1) >> 5 * (_CHECKSUM_SIZE - 1 - place) & 31 for place in range(_CHECKSUM_SIZE)]
