"""The body of a mail as a tree of clean parts: what is read stays, what programs tell each other goes.

A part that cannot be cleaned refuses the whole mail, since leaving it out would lose it. Left out and reported are
signatures, keys, invitations and delivery reports: they are no more true without the bytes that were signed, or say
again what stands in the text.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Callable
from email import errors
from email.message import Message
from email.policy import compat32

from msgspec import Struct

from archive.errors import UncleanError
from archive.scrub import eml_headers
from archive.scrub.charsets import decoded
from archive.scrub.contract import Inner, Reason
from archive.scrub.inside import is_system_file, named
from archive.scrub.text import visible

_VIEWS = ("text/plain", "text/html")
PARTS, DEPTH = 1_000, 20
"""Most parts of a mail, and most parts in parts."""

_ENDS = (errors.CloseBoundaryNotFoundDefect,)
_BROKEN = (
    errors.NoBoundaryInMultipartDefect, errors.StartBoundaryNotFoundDefect, errors.MultipartInvariantViolationDefect,
)  # fmt: skip
_LEFT_OUT = {
    "application/pgp-signature": "Mail signatures", "application/pkcs7-signature": "Mail signatures",
    "application/x-pkcs7-signature": "Mail signatures", "application/pgp-keys": "Mail keys",
    "text/calendar": "Invitations", "application/ics": "Invitations", "text/x-amp-html": "Scripts",
    "text/css": "Styles", "text/rfc822-headers": "Delivery reports", "message/delivery-status": "Delivery reports",
    "message/disposition-notification": "Delivery reports", "message/feedback-report": "Delivery reports",
}  # fmt: skip
_REFUSED = {
    "application/pgp-encrypted": Reason.ENCRYPTED, "multipart/encrypted": Reason.ENCRYPTED,
    "application/pkcs7-mime": Reason.ENCRYPTED, "application/x-pkcs7-mime": Reason.ENCRYPTED,
    "message/partial": Reason.UNSUPPORTED, "message/external-body": Reason.UNSUPPORTED,
}  # fmt: skip


class Leaf(Struct, frozen=True, kw_only=True):
    """A part without parts: ``name`` of a file that was attached; none for the text of the mail itself."""

    media_type: str
    data: bytes
    name: str | None = None
    text: str = ""

    @property
    def letters_only(self) -> bool:
        """Whether it is the text of the mail itself."""
        return self.name is None and self.media_type in _VIEWS


class Branch(Struct, frozen=True, kw_only=True):
    """Parts together: one after another (``mixed``) or as different views of the same (``alternative``)."""

    kind: str
    children: tuple[Leaf | Branch, ...]

    @property
    def text(self) -> str:
        """What is to be read: of different views the first that says anything."""
        said = [child.text for child in self.children if child.text]
        return "\n\n".join(said[:1] if self.kind == "alternative" else said)

    @property
    def letters_only(self) -> bool:
        """Whether there is no file in it."""
        return all(child.letters_only for child in self.children)


class Body:
    """Reads the parts of one mail. ``found`` names the groups of what is left out or was in the files."""

    def __init__(self, inner: Inner) -> None:
        self._inner = inner
        self._names: list[str] = []
        self._count = 0
        self.found: set[str] = set()

    def read(self, part: Message, depth: int = 0) -> Leaf | Branch | None:
        """Clean a part and all in it; None where nothing of it stays."""
        self._count += 1
        if self._count > PARTS or depth > DEPTH:
            raise UncleanError(Reason.BOMB)
        _refuse_broken(part)
        kind = part.get_content_type()
        if kind in _REFUSED:
            signed = "signed" in str(part.get_param("smime-type", ""))
            raise UncleanError(Reason.SIGNED if signed else _REFUSED[kind])
        if kind in _LEFT_OUT:
            self.found.add(_LEFT_OUT[kind])
            return None
        if kind == "message/rfc822":
            return self._file(_mail_in(part), part, kind)
        if part.is_multipart():
            return self._branch(part, depth)
        return self._leaf(_content(part), part, kind)

    def _branch(self, part: Message, depth: int) -> Leaf | Branch | None:
        if (part.preamble or "").strip() or (part.epilogue or "").strip():
            self.found.add("Text between parts")
        read = [self.read(child, depth + 1) for child in part.get_payload() if isinstance(child, Message)]
        children = tuple(child for child in read if child is not None)
        if len(children) < 2:
            return children[0] if children else None
        kind = "alternative" if part.get_content_subtype() == "alternative" else "mixed"
        return Branch(kind=kind, children=children)

    def _leaf(self, data: bytes, part: Message, kind: str) -> Leaf | None:
        if not data.strip():
            return None
        attached = part.get_content_disposition() == "attachment" or part.get_filename() is not None
        if attached or kind not in _VIEWS:
            return self._file(data, part, kind)
        if kind == "text/html":
            return self._view(_page(data, part))
        shown, groups = visible(_text(data, part).replace("\r\n", "\n").replace("\r", "\n"))
        self.found.update(groups)
        return Leaf(media_type=kind, data=shown.encode(), text=shown.strip()) if shown.strip() else None

    def _view(self, page: bytes) -> Leaf | None:
        """Clean the text of a mail that is a page; one that only loads pictures from elsewhere shows nothing."""
        try:
            cleaned = self._inner(page)
        except UncleanError as error:
            if error.message not in (Reason.EMPTY, Reason.ACTIVE):
                raise
            self.found.add("Remote parts")
            return None
        self.found.update(cleaned.found)
        return Leaf(media_type=cleaned.media_type, data=cleaned.data, text=cleaned.text or "")

    def _file(self, data: bytes, part: Message, kind: str) -> Leaf | None:
        """Clean an attached file by its own format, whatever the mail says that it is."""
        name = _name(part)
        if name and is_system_file(name):
            self.found.add("System files")
            return None
        if kind.startswith("text/") and part.get_content_charset():
            data = _page(data, part) if kind == "text/html" else _text(data, part).encode()
        cleaned = self._inner(data)
        self.found.update(cleaned.found)
        own, stays = named(name, cleaned.media_type, self._names, len(self._names) + 1)
        self._names.append(own)
        if name and not stays:
            self.found.add("File names")
        text = f"{own}\n\n{cleaned.text}" if cleaned.text else own
        return Leaf(media_type=cleaned.media_type, data=cleaned.data, name=own, text=text)


def _refuse_broken(part: Message) -> None:
    """Refuse a mail that is cut off, or whose parts cannot be told apart."""
    for name, value in list(part.raw_items()):
        if not value.isascii() and name.lower().startswith("content-"):  # the library would replace the letters
            part.replace_header(name, eml_headers.letters(value))
    if any(isinstance(defect, _ENDS) for defect in part.defects):
        raise UncleanError(Reason.ENDS_EARLY)
    if any(isinstance(defect, _BROKEN) for defect in part.defects):
        raise UncleanError(Reason.DAMAGED)


def _content(part: Message) -> bytes:
    """Unpack a part strictly: the library is asked for the bytes as they are, since it would guess at damaged ones."""
    how = _packing(part)
    del part["Content-Transfer-Encoding"]
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        raise UncleanError(Reason.DAMAGED)
    if how == "base64":
        return _base64(raw)
    if how == "quotedprintable":
        return quopri.decodestring(raw)
    if how in ("", "7bit", "8bit", "binary"):
        return raw
    raise UncleanError(Reason.UNSUPPORTED)


def _packing(part: Message) -> str:
    return re.sub(r"[^a-z0-9]", "", str(part.get("Content-Transfer-Encoding", "")).lower())


def _base64(raw: bytes) -> bytes:
    try:
        return base64.b64decode(b"".join(raw.split()), validate=True)
    except binascii.Error as error:
        raise UncleanError(Reason.DAMAGED) from error


def _text(data: bytes, part: Message) -> str:
    """Decode text as the part declares; what declares nothing has to be UTF-8."""
    return decoded(data, part.get_content_charset("utf-8")).removeprefix("\ufeff")


def _page(data: bytes, part: Message) -> bytes:
    """Give a page, or a piece of one, its beginning; what the mail says of its letters counts before its own word."""
    if not part.get_content_charset():
        return b"<!DOCTYPE html>\n" + data
    return ("\ufeff<!DOCTYPE html>\n" + _text(data, part)).encode()


def _mail_in(part: Message) -> bytes:
    """Take out the bytes of a mail in a mail; some programs pack it though they must not."""
    child = part.get_payload(0) if part.is_multipart() else None
    if not isinstance(child, Message):
        raise UncleanError(Reason.DAMAGED)
    if _packing(part) == "base64":
        return _base64(str(child.get_payload()).encode("utf-8", "surrogateescape"))
    return child.as_bytes(policy=compat32.clone(mangle_from_=False, max_line_length=0))


def _name(part: Message) -> str | None:
    """Read the file name, its last step only."""
    name = part.get_filename()
    steps: Callable[[str], list[str]] = re.compile(r"[/\\]").split
    return (steps(eml_headers.readable(name))[-1] or None) if name else None
