"""The plaintext of a key event or segment: a line of signatures, a signed head, body lines that the head names by hash.

::

    {"sigs":["<Ed25519 over the label and the bytes of line 2, 128 hex digits>"]}
    {"entries":["<BLAKE2b-256 of each body line, 64 hex digits>", …], …}
    <body line> …
    <empty lines: padding>

Every line is canonical JSON and ends in one line feed. The signature covers the exact bytes of line 2 and, through the
hashes, every body line. The hash of line 2 is the identity of the whole. A body line may be missing from a copy; one
that line 2 does not name, or one that comes twice, makes the copy invalid.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from archive.errors import DamagedError, UsageError
from archive.seal import canonical, identity, padme
from archive.seal.canonical import Value
from archive.speech import tr

VERSION = 1  # of heads that this program reads and writes
MOST_ENTRIES = 20_000
LONGEST_LINE = 1024 * 1024  # bytes of a body line
LONGEST_HEAD = 2 * 1024 * 1024  # bytes of line 2, so that it can name as many entries as there may be
LARGEST = 64 * 1024 * 1024  # bytes of a whole encrypted file
T = TypeVar("T")
Minute = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\dZ$", description="UTC, as the author claims")]
HASH = re.compile("[0-9a-f]{64}")
_SIGNATURE = re.compile("[0-9a-f]{128}")
_STEPS = (4096, 8192, 16384, 32768, 65536)  # sizes of the small encrypted files, in bytes
_ROOM = 1024 * 1024  # left below LARGEST for what age adds: at most 512 KiB of header, 16 bytes a chunk
_OVERHEAD = 200  # bytes that age adds to one chunk for one recipient: header 168, nonce 16, tag 16


class NewerError(DamagedError):
    """A file that a later version of the program made: kept, not read, and nothing may be written beside it."""

    def __init__(self) -> None:
        super().__init__(tr("A newer version of the program made this."), tr("Update first: nothing was written."))


@dataclass(frozen=True)
class Signed:
    """What was read: ``id`` is the hash of line 2, ``head`` its bytes; ``missing`` are hashes without a body line."""

    id: str
    head: bytes
    signature: bytes
    body: tuple[bytes, ...]
    missing: tuple[str, ...]

    def signed_by(self, verify_key: bytes, label: str) -> bool:
        """Whether the holder of this Ed25519 key signed line 2 for this purpose."""
        return identity.verify(verify_key, label, self.head, self.signature)


def digest(data: bytes) -> str:
    """BLAKE2b-256 in lower-case hex: what names lines and files."""
    return blake2b(data, digest_size=32).hexdigest()


def write(head: Mapping[str, Value], body: Sequence[bytes], sign: Callable[[bytes], bytes]) -> tuple[str, bytes]:
    """The id and the padded plaintext; ``head`` gets its ``entries`` here. UsageError over a limit."""
    if len(body) > MOST_ENTRIES or any(len(line) > LONGEST_LINE for line in body):
        raise _too_much()
    second = canonical.encode({**head, "entries": [digest(line) for line in body]})
    first = canonical.encode({"sigs": [sign(second).hex()]})
    text = b"\n".join((first, second, *body, b""))
    if padded(len(text)) > LARGEST - _ROOM:
        raise _too_much()
    return digest(second), text.ljust(padded(len(text)), b"\n")


def read(plaintext: bytes) -> Signed:
    """Takes a plaintext apart and holds its body against line 2. Who signed is not judged here. Raises DamagedError."""
    text = plaintext.rstrip(b"\n")
    if text == plaintext or text.count(b"\n") > MOST_ENTRIES + 1:
        raise damaged(tr("its last line has no end, or it has too many lines"))
    first, second, *body = (text if b"\n" in text else text + b"\n").split(b"\n")
    if len(second) > LONGEST_HEAD or any(len(line) > LONGEST_LINE for line in body):
        raise damaged(tr("a line is too long"))
    missing = _held_against(_entries(second), body)
    return Signed(digest(second), second, _signature(first), tuple(body), missing)


def without(signed: Signed, lines: Container[str]) -> bytes:
    """The plaintext of a copy that lacks the body lines of these hashes; line 2 and its signature stay as they are."""
    first = canonical.encode({"sigs": [signed.signature.hex()]})
    text = b"\n".join((first, signed.head, *(line for line in signed.body if digest(line) not in lines), b""))
    return text.ljust(padded(len(text)), b"\n")


def head(signed: Signed, shape: type[T]) -> T:
    """Line 2 as a struct, strictly; NewerError if a later version made it, DamagedError if it is malformed."""
    value = canonical.decode_object(signed.head)
    version = value.get("v")
    if isinstance(version, int) and version > VERSION:
        raise NewerError
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        raise damaged(tr("its second line is malformed")) from error


def padded(size: int) -> int:
    """The size that a plaintext is padded to: small encrypted files are 4, 8, 16, 32 or 64 KiB, beyond that PADMÉ."""
    return next((step - _OVERHEAD for step in _STEPS if size <= step - _OVERHEAD), padme.padded(size))


def damaged(why: str) -> DamagedError:
    """The refusal of a key event or segment that opens but does not hold what it must."""
    return DamagedError(
        tr("A signed file is damaged: {why}.", why=why), tr("Fetch it again from another device or a backup.")
    )


def _too_much() -> UsageError:
    return UsageError(tr("This is more than can be written in one step."), tr("Do it in smaller portions."))


def _signature(first: bytes) -> bytes:
    """The one signature that version 1 has; a list, so that a later version may ask for two."""
    match canonical.decode(first):
        case {"sigs": [str(text)], **rest} if not rest and _SIGNATURE.fullmatch(text):
            return bytes.fromhex(text)
    raise damaged(tr("its first line is no signature"))


def _entries(second: bytes) -> list[str]:
    match canonical.decode(second):
        case {"entries": [*hashes]} if len(hashes) <= MOST_ENTRIES:
            names = [name for name in hashes if isinstance(name, str) and HASH.fullmatch(name)]
            if len(set(names)) == len(hashes):
                return names
    raise damaged(tr("its second line does not name its entries"))


def _held_against(names: list[str], body: Sequence[bytes]) -> tuple[str, ...]:
    """The names that no body line has; DamagedError for a line without a name or one that comes twice."""
    wanted = set(names)
    for line in body:
        name = digest(line)
        if name not in wanted:
            raise damaged(tr("it holds a line that is not signed, or one twice"))
        wanted.remove(name)
    return tuple(name for name in names if name in wanted)
