"""RFC 3161 time stamps: somebody whom both sides trust says when a dossier was there, without seeing it.

The token is asked for and got outside of this program (``openssl ts -query -data tagmanifest-sha256.txt -sha256``),
since nothing here uses the network. It lies beside the tag manifest; through it, it is about every file.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from archive.bundle import bag
from archive.bundle.bag import Member
from archive.errors import ArchiveError, ExistsError, UsageError
from archive.speech import tr

NAME = "tagmanifest-sha256.txt.tsr"
_LIMIT = 1 << 20  # octets; tokens have a few thousand
_SEQUENCE, _SET, _INTEGER, _OCTETS, _OBJECT, _INSIDE = 0x30, 0x31, 0x02, 0x04, 0x06, 0xA0  # kinds of DER
_SIGNED = bytes.fromhex("2a864886f70d010702")  # 1.2.840.113549.1.7.2
_STAMP = bytes.fromhex("2a864886f70d0109100104")  # 1.2.840.113549.1.9.16.1.4
_SHA256 = bytes.fromhex("0609608648016503040201")  # 2.16.840.1.101.3.4.2.1, whole
_SHORT = 0x80  # above it stands how many octets the length has
_GRANTED = (b"\0", b"\1")
_Part = tuple[int, bytes]


def is_of(token: bytes, message: bytes) -> bool:
    """Whether a file is one answer of an authority, or the token of one, over the SHA-256 of ``message``.

    Nothing may stand before or behind it. Whether to trust it, ``openssl`` tells.
    """
    try:
        algorithm, digest = _imprint(token)
    except (ValueError, IndexError):
        return False
    return algorithm in (_SHA256, _SHA256 + b"\x05\x00") and digest == hashlib.sha256(message).digest()


def _imprint(file: bytes) -> tuple[bytes, bytes]:
    """What was stamped: by which algorithm, in DER, and its digest. ValueError if it is no time stamp."""
    parts = _parts(_only(_SEQUENCE, file))
    if parts[0][0] == _SEQUENCE:
        if len(parts) != 2 or _parts(parts[0][1])[0] not in [(_INTEGER, told) for told in _GRANTED]:
            raise ValueError
        parts = _parts(_of(_SEQUENCE, parts[1]))
    signed = _parts(_only(_SEQUENCE, _held(parts, _SIGNED)))
    if [kind for kind, _ in signed[:3]] != [_INTEGER, _SET, _SEQUENCE]:
        raise ValueError
    told = _parts(_only(_SEQUENCE, _only(_OCTETS, _held(_parts(signed[2][1]), _STAMP))))
    algorithm, digest = _parts(_of(_SEQUENCE, told[2]))
    return _of(_SEQUENCE, algorithm), _of(_OCTETS, digest)


def _held(parts: list[_Part], kind: bytes) -> bytes:
    """What is inside of a pair of an object identifier and something."""
    if len(parts) != 2 or parts[0] != (_OBJECT, kind):
        raise ValueError
    return _of(_INSIDE, parts[1])


def _only(kind: int, data: bytes) -> bytes:
    (part,) = _parts(data)
    return _of(kind, part)


def _of(kind: int, part: _Part) -> bytes:
    if part[0] != kind:
        raise ValueError
    return part[1]


def _parts(data: bytes) -> list[_Part]:
    """The kind and content of each value of a series in DER; ValueError or IndexError if it is none."""
    found, at = [], 0
    while at < len(data):
        kind, size, start = data[at], data[at + 1], at + 2
        if size > _SHORT:
            start += size - _SHORT
            size = int.from_bytes(data[at + 2 : start])
        if size > len(data) - start:
            raise ValueError
        found.append((kind, data[start : start + size]))
        at = start + size
    return found


def _answer(token: bytes) -> bytes:
    """The answer of an authority with this token: what ``openssl ts`` takes by itself for one."""
    if _parts(_only(_SEQUENCE, token))[0][0] == _SEQUENCE:
        return token
    return _tagged(_SEQUENCE, _tagged(_SEQUENCE, _tagged(_INTEGER, _GRANTED[0])) + token)


def _tagged(kind: int, data: bytes) -> bytes:
    """A value in DER."""
    size = len(data).to_bytes(max(1, (len(data).bit_length() + 7) // 8))
    return bytes((kind, *(size if len(data) < _SHORT else (_SHORT + len(size), *size)))) + data


def attach(bundle: Path, file: Path) -> None:
    """Put the token in ``file`` into the folder at ``bundle``; UsageError if it is none or of something else.

    One that comes alone is put in as the answer that it would have come in: the lines to check it hold for both.
    """
    if not bundle.is_dir():
        raise UsageError(tr("A time stamp goes into a folder."), tr("Unpack the dossier first."))
    try:
        token, manifest = file.read_bytes()[:_LIMIT], (bundle / "tagmanifest-sha256.txt").read_bytes()
    except OSError as error:
        raise UsageError(
            tr("A file cannot be read: {strerror}.", strerror=error.strerror),
            tr("Give the token, and a whole dossier."),
        ) from None
    if not is_of(token, manifest):
        raise UsageError(
            tr("This is no time stamp of this dossier."),
            tr(
                "Ask for one over its list: openssl ts -query -data tagmanifest-sha256.txt -sha256 -cert -out query.tsq"
            ),
        )
    try:
        bag.put(bundle, Member(NAME, _answer(token)))
        bag.settle(bundle)
    except FileExistsError:
        raise ExistsError(tr("A time stamp lies there already."), tr("It was left as it is.")) from None
    except OSError as error:
        raise ArchiveError(
            tr("The time stamp could not be written: {strerror}.", strerror=error.strerror), tr("Nothing was changed.")
        ) from None
