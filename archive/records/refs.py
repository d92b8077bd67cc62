"""Short references: a letter for the kind and a prefix of the id in Crockford base32, as commit hashes are shortened.

``P3A7`` is a person whose id begins with ``3A7...``. Letters that are misread (I, L, O, U) are taken for what they
look like.
"""

from __future__ import annotations

import base64

LETTERS = {
    "case": "C",
    "person": "P",
    "identity": "N",
    "testimony": "T",
    "photo": "F",
    "document": "D",
    "consent": "K",
    "dossier": "B",
    "custody": "L",
    "collective": "G",
    "member": "M",
    "recovery": "W",  # words
    "act": "A",
    "role": "R",
    "proceeding": "J",  # judgement
    "paper": "E",
    "step": "Q",  # request
    "source": "S",
    "recipient": "Y",
    "term": "V",  # vocabulary
    "capture": "X",
    "capture-facts": "Z",
    "draft": "H",  # half
    "search": "U",  # used again
}
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TO_CROCKFORD = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", _ALPHABET.encode())
_DIGITS = 26  # 128 bits, filled up on the right to 130
_READ_AS = str.maketrans("ILOU", "110V")
SHORTEST = 4  # characters of the id shown at least: enough for a thousand records of a kind


def encode(record_id: str, digits: int = _DIGITS) -> str:
    """The first Crockford digits, of 26, of an id of 32 hex digits; a prefix of one is a prefix of the other (5 bits a
    digit)."""
    enough = bytes.fromhex(record_id)[: -(-digits // 8) * 5]
    return base64.b32encode(enough).translate(_TO_CROCKFORD)[:digits].decode()


def normalise(typed: str) -> str:
    """What a person typed, as digits of the alphabet: upper case, misread letters mended, no spaces or hyphens."""
    return typed.strip().upper().replace("-", "").replace(" ", "")


def mend(digits: str) -> str:
    """Digits with the misread letters I, L, O, U taken for 1, 1, 0, V."""
    return digits.translate(_READ_AS)
