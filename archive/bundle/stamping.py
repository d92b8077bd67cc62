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
_SHA256 = bytes.fromhex("0609608648016503040201")  # its object identifier in DER
_IMPRINTS = (b"\x30\x0b" + _SHA256, b"\x30\x0d" + _SHA256 + b"\x05\x00")  # without and with parameters


def is_of(token: bytes, message: bytes) -> bool:
    """Whether a token names the SHA-256 of ``message``: its message imprint. Whether to trust it, ``openssl`` tells."""
    digest = hashlib.sha256(message).digest()
    return any(algorithm + b"\x04\x20" + digest in token for algorithm in _IMPRINTS)


def attach(bundle: Path, file: Path) -> None:
    """Put the token in ``file`` into the folder at ``bundle``; UsageError if it is none or of something else."""
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
        bag.put(bundle, Member(NAME, token))
        bag.settle(bundle)
    except FileExistsError:
        raise ExistsError(tr("A time stamp lies there already."), tr("It was left as it is.")) from None
    except OSError as error:
        raise ArchiveError(
            tr("The time stamp could not be written: {strerror}.", strerror=error.strerror), tr("Nothing was changed.")
        ) from None
