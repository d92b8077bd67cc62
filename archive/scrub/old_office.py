"""Old Office files (DOC, XLS, PPT), and new ones under a password: both lie in OLE2 containers, and both are refused.

Their format keeps deleted text and names in its slack; who has the file has a program that saves it as DOCX or PDF.
"""

from __future__ import annotations

from archive.errors import UncleanError
from archive.scrub.contract import Cleaned, Reason

MEDIA_TYPES = ()

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def matches(head: bytes) -> bool:
    """Tell by the signature of an OLE2 container."""
    return head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


def clean(data: bytes) -> Cleaned:
    """Refuse, and say what to do."""
    raise UncleanError(Reason.PASSWORD if _ENCRYPTED in data else Reason.OLD_OFFICE)


def residue(data: bytes) -> tuple[str, ...]:  # noqa: ARG001 -- no such file is ever clean
    """Name the container itself."""
    return ("Old Office file",)
