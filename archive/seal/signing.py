"""Signatures that stock tools verify: an SSH signature (PROTOCOL.sshsig) and a minisign one, by one Ed25519 key.

The key is made for this alone, from the identity's seed, so that what is signed for readers outside tells nobody which
device wrote in the journal::

    Ed25519 seed = BLAKE2b-256(key = seed, "case-archive/identity/publisher/1")
    SSH          = sign("SSHSIG" || namespace || "" || "sha512" || SHA-512(message)), in PEM-like armour
    minisign     = "ED" || key id || sign(BLAKE2b-512(message)); then sign(that signature || trusted comment)

Neither holds a time, a host or a name. Sources: https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig
and https://jedisct1.github.io/minisign/.
"""

from __future__ import annotations

import base64
import hashlib
import re
import textwrap
from dataclasses import dataclass, field

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from archive.errors import DamagedError, UsageError
from archive.speech import tr

NAMESPACE = "case-archive-dossier"
PRINCIPAL = "dossier"
"""What ``allowed_signers`` calls the key: a word of its own, so that no name has to stand there."""

_TYPE = b"ssh-ed25519"
_HASH = b"sha512"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_COMMENT = "untrusted comment: signature of a dossier"
_TRUSTED = "file:tagmanifest-sha256.txt"
_KEY_ID = 8
_SIGNATURE = 64
_PUBLIC = 32
_HINT = tr("Ask whoever gave it to you for a whole copy.")


@dataclass(frozen=True)
class Publisher:
    """Who signs dossiers: 32 secret bytes, never shown."""

    seed: bytes = field(repr=False)

    @classmethod
    def of(cls, identity_seed: bytes) -> Publisher:
        """The publishing key of an identity."""
        made = hashlib.blake2b(b"case-archive/identity/publisher/1", key=identity_seed, digest_size=32)
        return cls(made.digest())

    @property
    def public(self) -> bytes:
        """The Ed25519 public key, 32 bytes."""
        return bytes(SigningKey(self.seed).verify_key)

    def ssh(self, message: bytes) -> str:
        """An armoured SSH signature over ``message``, as ``ssh-keygen -Y sign`` writes it."""
        signed = self._sign(_covered(message))
        blob = b"SSHSIG" + (1).to_bytes(4) + _strings(_blob(self.public), NAMESPACE.encode(), b"", _HASH)
        blob += _strings(_strings(_TYPE, signed))
        return _armoured(blob)

    def minisign(self, message: bytes) -> str:
        """A minisign signature (prehashed) over ``message``."""
        signed = self._sign(hashlib.blake2b(message).digest())
        everything = self._sign(signed + _TRUSTED.encode())
        first = base64.b64encode(b"ED" + key_id(self.public) + signed).decode()
        return "\n".join(
            [_COMMENT, first, f"trusted comment: {_TRUSTED}", base64.b64encode(everything).decode(), ""],
        )

    def _sign(self, message: bytes) -> bytes:
        return SigningKey(self.seed).sign(message).signature


def key_id(public: bytes) -> bytes:
    """The eight bytes by which minisign tells keys apart; of the key itself, so that they say nothing more."""
    return hashlib.blake2b(public, digest_size=_KEY_ID).digest()


def ssh_key(public: bytes) -> str:
    """The public key as a line of ``authorized_keys``: ``ssh-ed25519 AAAA…``."""
    return f"{_TYPE.decode()} {base64.b64encode(_blob(public)).decode()}"


def allowed_signer(public: bytes) -> str:
    """The line that ``ssh-keygen -Y verify`` wants in its file of allowed signers."""
    return f'{PRINCIPAL} namespaces="{NAMESPACE}" {ssh_key(public)}'


def minisign_key(public: bytes) -> str:
    """The public key as ``minisign -P`` takes it."""
    return base64.b64encode(b"Ed" + key_id(public) + public).decode()


def fingerprint(public: bytes) -> str:
    """What ``ssh-keygen -l`` shows: ``SHA256:…``."""
    digest = hashlib.sha256(_blob(public)).digest()
    return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"


def verify_ssh(armoured: str, message: bytes) -> bytes:
    """The public key that made an SSH signature over ``message``; DamagedError if it is none or does not hold."""
    blob = _dearmoured(armoured)
    try:
        key, namespace, reserved, hashed, signature = _read(blob[10:], 5)
        _, public = _read(key, 2)
        _, signed = _read(signature, 2)
        VerifyKey(public).verify(_covered(message), signed)
    except (ValueError, BadSignatureError) as error:
        raise DamagedError(tr("The signature does not hold."), _HINT) from error
    shape = b"SSHSIG" + (1).to_bytes(4) + _strings(_blob(public), NAMESPACE.encode(), b"", _HASH)
    if blob != shape + _strings(_strings(_TYPE, signed)) or reserved or (namespace, hashed) != (
        NAMESPACE.encode(), _HASH,
    ):  # fmt: skip
        raise DamagedError(tr("The signature was made for something else."), tr("Ask for one over this dossier."))
    return public


def verify_minisign(text: str, message: bytes, public: bytes) -> None:
    """DamagedError unless this minisign signature over ``message`` was made with the key, and says nothing besides.

    Its first line is covered by no signature: anybody could write something into it.
    """
    lines = text.split("\n")
    try:
        if lines[0] != _COMMENT or lines[4:] != [""]:
            raise ValueError
        signature, everything = (base64.b64decode(lines[number], validate=True) for number in (1, 3))
        key, trusted = VerifyKey(public), lines[2].removeprefix("trusted comment: ").encode()
        head, signed = signature[:-_SIGNATURE], signature[-_SIGNATURE:]
        if head != b"ED" + key_id(public):
            raise ValueError
        key.verify(hashlib.blake2b(message).digest(), signed)
        key.verify(signed + trusted, everything)
    except (ValueError, IndexError, BadSignatureError) as error:
        raise DamagedError(tr("The signature does not hold."), _HINT) from error


def fingerprint_of_line(line: str) -> str:
    """The fingerprint of a key given as ``ssh-ed25519 AAAA…``; UsageError if that is none."""
    try:
        kind, public = _read(base64.b64decode(line.split()[1], validate=True), 2)
        if kind != _TYPE or len(public) != _PUBLIC:
            raise ValueError
    except (ValueError, IndexError):
        raise UsageError(tr("That is no public key."), tr("Give it as they gave it: ssh-ed25519 AAAA…")) from None
    return fingerprint(public)


def _covered(message: bytes) -> bytes:
    return b"SSHSIG" + _strings(NAMESPACE.encode(), b"", _HASH, hashlib.sha512(message).digest())


def _blob(public: bytes) -> bytes:
    return _strings(_TYPE, public)


def _strings(*parts: bytes) -> bytes:
    """Each part behind its length, as SSH writes strings."""
    return b"".join(len(part).to_bytes(4) + part for part in parts)


def _read(data: bytes, count: int) -> list[bytes]:
    """So many strings and nothing behind them; ValueError otherwise."""
    parts = []
    for _ in range(count):
        size = int.from_bytes(data[:4])
        if len(data) < 4 + size:
            raise ValueError
        parts.append(data[4 : 4 + size])
        data = data[4 + size :]
    if data:
        raise ValueError
    return parts


def _armoured(blob: bytes) -> str:
    return "\n".join([_BEGIN, *textwrap.wrap(base64.b64encode(blob).decode(), 70), _END, ""])


def _dearmoured(armoured: str) -> bytes:
    match = re.fullmatch(rf"{_BEGIN}\n([A-Za-z0-9+/=\n]+)\n{_END}\n?", armoured)
    try:
        blob = base64.b64decode(match[1].replace("\n", ""), validate=True) if match else b""
    except ValueError:
        return b""
    return blob if armoured == _armoured(blob) else b""
