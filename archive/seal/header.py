"""The header of an age file, the text before its payload: reading it strictly and writing it. Knows no keys.

The form is age's version 1 (https://c2sp.org/age)::

    age-encryption.org/v1
    -> TYPE ARGUMENT ...            a stanza: the file key wrapped for one recipient
    BODY IN BASE64, 64 TO A LINE    the last line is shorter than 64, perhaps empty
    --- MAC IN BASE64               HMAC-SHA256 over all before it, with these three hyphens

What is accepted is exactly what would be written: one space, no carriage return, base64 without padding and canonical.
The limits are the archive's own (age has none), so that a hostile file costs little before it is refused.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from archive.errors import DamagedError
from archive.speech import tr

LIMIT = 512 * 1024  # bytes of a header; 4,096 X25519 stanzas take 392 KiB
MOST_STANZAS = 4096
_VERSION = b"age-encryption.org/v1"
_LINE = 64  # base64 characters to a full line: 48 bytes
_MAC_SIZE = 32
_ARGUMENT = re.compile(rb"[\x21-\x7e]+")  # what RFC 5234 calls VCHAR
_LAST_LINE = re.compile(rb"\n---[^\n]*\n")


@dataclass(frozen=True)
class Stanza:
    """The file key wrapped for one recipient: its type with its arguments, and the wrapped bytes."""

    type: str
    arguments: tuple[str, ...]
    body: bytes


@dataclass(frozen=True)
class Header:
    """A header as read: its stanzas in order, its MAC (32 bytes) and ``covered``, the bytes that the MAC is over."""

    stanzas: tuple[Stanza, ...]
    mac: bytes
    covered: bytes


def damaged(why: str) -> DamagedError:
    """The refusal of an age file whose header is not as it should be; ``why`` is half a sentence."""
    return DamagedError(
        tr("An encrypted file is damaged: {why}.", why=why), tr("Fetch it again from another device or a backup.")
    )


def encode_base64(data: bytes) -> str:
    """Base64 as age writes it: no padding."""
    return b64encode(data).rstrip(b"=").decode("ascii")


def decode_base64(text: bytes) -> bytes:
    """The bytes behind unpadded base64; anything that would not be written the same way raises DamagedError."""
    try:
        data = b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except Base64Error as error:
        raise damaged(tr("its header holds bad base64")) from error
    if encode_base64(data).encode() != text:
        raise damaged(tr("its header holds base64 that is not canonical"))
    return data


def cover(stanzas: Iterable[Stanza]) -> bytes:
    """The header up to and with the three hyphens: what the MAC is over."""
    lines = [_VERSION.decode()]
    for stanza in stanzas:
        lines.append(" ".join(("->", stanza.type, *stanza.arguments)))
        body = encode_base64(stanza.body)
        lines += [body[at : at + _LINE] for at in range(0, len(body) + 1, _LINE)]  # + 1: the empty last line too
    return "\n".join([*lines, "---"]).encode("ascii")


def write(covered: bytes, mac: bytes) -> bytes:
    """The whole header: what ``cover`` gave, closed with its MAC."""
    return covered + b" " + encode_base64(mac).encode() + b"\n"


def split(pieces: Iterable[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """An age file in pieces of any size, taken apart: the bytes of its header, and the pieces of what follows.

    Takes no more pieces than hold the header and keeps at most LIMIT bytes; DamagedError if no end is in sight there.
    """
    held = bytearray()
    pieces = iter(pieces)
    for piece in pieces:
        looked = max(0, held.rfind(b"\n"))  # whole lines before this were looked at
        room = LIMIT - len(held)
        held += piece[:room]
        if end := _LAST_LINE.search(held, looked):
            return bytes(held[: end.end()]), chain((bytes(held[end.end() :]), piece[room:]), pieces)
        if len(held) == LIMIT:
            raise damaged(tr("its header has no end"))
    raise damaged(tr("it ends within its header"))


def parse(data: bytes) -> Header:
    """The header in ``data``, which must be the whole of it and nothing else; DamagedError otherwise."""
    lines = iter(data.split(b"\n"))
    if next(lines) != _VERSION:
        raise damaged(tr("it does not begin as an age file of version 1"))
    stanzas: list[Stanza] = []
    for line in lines:
        if line.startswith(b"---") and list(lines) == [b""]:
            return Header(_counted(stanzas), _mac(line), data[: data.index(b"\n---") + 4])
        stanzas.append(_stanza(line, lines))
    raise damaged(tr("it ends within its header"))


def _counted(stanzas: list[Stanza]) -> tuple[Stanza, ...]:
    if not 1 <= len(stanzas) <= MOST_STANZAS:
        raise damaged(tr("its header has not between 1 and {most_stanzas} recipients", most_stanzas=MOST_STANZAS))
    return tuple(stanzas)


def _mac(line: bytes) -> bytes:
    mark, _, text = line.partition(b" ")
    mac = decode_base64(text)
    if mark != b"---" or len(mac) != _MAC_SIZE:
        raise damaged(tr("the last line of its header is malformed"))
    return mac


def _stanza(line: bytes, lines: Iterator[bytes]) -> Stanza:
    """The stanza that begins with ``line``; takes the lines of its body from ``lines``."""
    mark, *words = line.split(b" ")
    if mark != b"->" or not words or not all(map(_ARGUMENT.fullmatch, words)):
        raise damaged(tr("its header holds a line that is no recipient"))
    body = bytearray()
    for text in lines:
        if len(text) > _LINE:
            break
        body += decode_base64(text)
        if len(text) < _LINE:
            kind, *arguments = (word.decode("ascii") for word in words)
            return Stanza(kind, tuple(arguments), bytes(body))
    raise damaged(tr("its header holds a recipient without an end"))
