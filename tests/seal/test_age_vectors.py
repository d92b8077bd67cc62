"""The public test vectors of the age format (C2SP/CCTV, ``age/testdata``): one success or one failure each.

They lie in ``age-vectors`` beside this file, unchanged; their authors free them from any condition. Each begins with
lines of ``name: value``, then an empty line, then the file. Applicable is a binary file to be opened with X25519
secrets or with none; its own lines decide. The others must still be refused in an orderly way.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from archive.errors import DamagedError
from archive.seal import age, bech32

FOLDER = Path(__file__).parent / "age-vectors"


@dataclass(frozen=True)
class Vector:
    """One vector: what is expected, the digest of the plaintext, the identities and passphrases, the file."""

    name: str
    expect: str
    payload: str
    armored: bool
    identities: tuple[str, ...]
    passphrases: tuple[str, ...]
    data: bytes

    @property
    def secrets(self) -> list[bytes]:
        """The X25519 secrets among the identities."""
        return [bech32.decode_identity(text) for text in self.identities if text.startswith("AGE-SECRET-KEY-1")]

    @property
    def applicable(self) -> bool:
        """Whether this is about binary files and X25519."""
        return not self.armored and (bool(self.secrets) or not (self.identities or self.passphrases))


def read(path: Path) -> Vector:
    """A vector from its file."""
    head, _, data = path.read_bytes().partition(b"\n\n")
    pairs = [line.split(": ", 1) for line in head.decode().split("\n")]
    values = dict(pairs)
    return Vector(
        name=path.name,
        expect=values["expect"],
        payload=values.get("payload", ""),
        armored=values.get("armored") == "yes",
        identities=tuple(value for name, value in pairs if name == "identity"),
        passphrases=tuple(value for name, value in pairs if name == "passphrase"),
        data=zlib.decompress(data) if values.get("compressed") == "zlib" else data,
    )


VECTORS = [read(path) for path in sorted(FOLDER.iterdir()) if "." not in path.name]
APPLICABLE = [vector for vector in VECTORS if vector.applicable]
OTHERS = [vector for vector in VECTORS if not vector.applicable]


def named(vector: object) -> str:
    """The vector's name as the name of the test."""
    return vector.name if isinstance(vector, Vector) else str(vector)


@pytest.fixture(scope="module")
def longest() -> bytes:
    """The plaintext of the longest vector: those that fail in their payload hold a part of its beginning."""
    (vector,) = (vector for vector in VECTORS if vector.name == "stream_258_chunks")
    return age.decrypt_bytes(vector.data, vector.secrets)


def small_pieces(data: bytes) -> Iterator[bytes]:
    """The same bytes in pieces of 37: no reader may rely on where pieces end."""
    return (data[at : at + 37] for at in range(0, len(data), 37))


def collect(pieces: Iterator[bytes], into: bytearray) -> None:
    """Takes all pieces, keeping what came before an error."""
    for piece in pieces:
        into += piece


def test_every_vector_is_counted() -> None:
    """All 143 vectors are here and 69 of them are applicable: none is passed over silently."""
    assert (len(VECTORS), len(APPLICABLE), len(OTHERS)) == (143, 69, 74)
    assert Counter(vector.expect for vector in APPLICABLE) == {
        "success": 14,
        "no match": 3,
        "header failure": 33,
        "HMAC failure": 1,
        "payload failure": 18,
    }


@pytest.mark.parametrize("in_pieces", [False, True], ids=["whole", "pieces"])
@pytest.mark.parametrize("vector", APPLICABLE, ids=named)
def test_vector(vector: Vector, in_pieces: bool, longest: bytes) -> None:
    """An applicable vector gives its plaintext, or the failure it expects after nothing but authentic bytes."""
    released = bytearray()
    opened = age.decrypt(small_pieces(vector.data) if in_pieces else [vector.data], vector.secrets)
    if vector.expect == "success":
        collect(opened, released)
        assert sha256(released).hexdigest() == vector.payload
        return
    with pytest.raises(age.NoMatchError if vector.expect == "no match" else DamagedError):
        collect(opened, released)
    assert longest.startswith(released)
    assert not released or vector.expect == "payload failure"


@pytest.mark.parametrize("vector", OTHERS, ids=named)
def test_vector_for_other_kinds_of_recipients(vector: Vector) -> None:
    """Armor is damage to a binary reader, and other stanza types are passed over; nothing is released either way."""
    released = bytearray()
    expected = DamagedError if vector.armored else (age.NoMatchError, DamagedError)
    with pytest.raises(expected):
        collect(age.decrypt([vector.data], [bytes(range(32))]), released)
    assert not released
