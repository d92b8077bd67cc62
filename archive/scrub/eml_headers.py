"""The headers of a mail that its reader sees: read strictly, freed of what nobody sees, written anew in plain ASCII."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterable, Iterator
from email.utils import format_datetime, getaddresses, parsedate_to_datetime

from archive.errors import UncleanError
from archive.scrub.charsets import decoded
from archive.scrub.contract import Reason
from archive.scrub.text import visible

SHOWN = ("From", "To", "Cc", "Date", "Subject")
"""What a reader of a mail sees above its text; every other header goes."""

_GROUPS = {
    "received": "Mail route", "x-received": "Mail route", "return-path": "Mail route", "delivered-to": "Mail route",
    "x-originating-ip": "Mail route", "x-forwarded-to": "Mail route", "x-original-to": "Mail route",
    "message-id": "Mail ids", "in-reply-to": "Mail ids", "references": "Mail ids", "thread-index": "Mail ids",
    "user-agent": "Mail program", "x-mailer": "Mail program", "dkim-signature": "Mail signatures", "bcc": "Bcc",
    "arc-seal": "Mail signatures", "autocrypt": "Mail keys", "openpgp": "Mail keys",
    "disposition-notification-to": "Receipts",
    "mime-version": "", "content-type": "", "content-transfer-encoding": "", "content-disposition": "",
}  # fmt: skip
_WORD = re.compile(r"=\?([^?*\s]{1,40})(?:\*[^?\s]*)?\?([bqBQ])\?([^?\s]*)\?=")
_GAP = re.compile(r"(?<=\?=)[ \t]+(?==\?[^?\s]+\?[bqBQ]\?)")
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=^_`{|}~.-]+@[A-Za-z0-9.-]+|[A-Za-z0-9._-]+")
_CHUNK = 42  # bytes in one encoded word: 75 letters at most are allowed for it


def groups(headers: Iterable[tuple[str, str]]) -> set[str]:
    """Name what goes with the headers that no reader sees."""
    unseen = (name.lower() for name, _ in headers if name.title() not in SHOWN)
    return {_GROUPS.get(name, "Mail headers") for name in unseen} - {""}


def readable(raw: str) -> str:
    """Unfold a header and read its encoded words. Raises UncleanError where its letters are not known."""
    line = _GAP.sub("", re.sub(r"\r?\n", "", letters(raw))).strip()
    said, at = [], 0
    waiting: tuple[str, bytes] | None = None  # a letter may be cut in two words
    for word in _WORD.finditer(line):
        label = "utf-8" if word[1].lower() == "unknown-8bit" else word[1].lower()  # the library's word for no word
        body = _unpacked(word[2].lower(), word[3])
        if waiting is not None and (word.start() > at or waiting[0] != label):
            said.append(decoded(waiting[1], waiting[0]))
            waiting = None
        said.append(line[at : word.start()])
        waiting = (label, (waiting[1] if waiting else b"") + body)
        at = word.end()
    said.append(decoded(waiting[1], waiting[0]) if waiting else "")
    return " ".join(visible("".join([*said, line[at:]]))[0].split())


def letters(raw: str) -> str:
    """Read bytes beyond ASCII, which the parser hands on as surrogates, as UTF-8."""
    try:
        return raw.encode("utf-8", "surrogateescape").decode("utf-8")
    except UnicodeError as error:
        raise UncleanError(Reason.ENCODING) from error


def _unpacked(how: str, body: str) -> bytes:
    try:
        if how == "b":
            return base64.b64decode(body + "=" * (-len(body) % 4), validate=True)
        return quopri.decodestring(body.encode(), header=True)
    except (binascii.Error, ValueError) as error:
        raise UncleanError(Reason.DAMAGED) from error


def shown(headers: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield name, text to read and value to write of each header that its reader sees, the first of each name."""
    raw: dict[str, str] = {}
    for name, value in headers:
        raw.setdefault(name.title(), value)
    for name in SHOWN:
        said = readable(raw.get(name, ""))
        if said:
            written = (
                _dated(said) if name == "Date" else _words(said) if name == "Subject" else _people(raw[name], said)
            )
            yield name, said, written


def _dated(said: str) -> str:
    try:
        return format_datetime(parsedate_to_datetime(said))
    except (ValueError, TypeError, IndexError, OverflowError):
        return _words(said)


def _people(raw: str, said: str) -> str:
    """Write a list of addresses; what is no plain list is written as the words it shows."""
    listed = [(readable(name), address) for name, address in getaddresses([re.sub(r"\r?\n", "", letters(raw))])]
    if not listed or not all(_ADDRESS.fullmatch(address) for _, address in listed):
        return _encoded(said)
    return ",\r\n ".join(f"{_phrase(name)} <{address}>" if name else address for name, address in listed)


def _phrase(name: str) -> str:
    if re.fullmatch(r"[\x20-\x7e]{1,100}", name) and "=?" not in name:
        return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return _encoded(name)


def _words(said: str) -> str:
    """Write text as it is where it is short ASCII, else as encoded words, each on a line."""
    return said if re.fullmatch(r"[\x20-\x7e]{1,200}", said) and "=?" not in said else _encoded(said)


def _encoded(said: str) -> str:
    chunks, chunk = [], b""
    for letter in said:
        if len(chunk) + len(letter.encode()) > _CHUNK:
            chunks.append(chunk)
            chunk = b""
        chunk += letter.encode()
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(one).decode()}?=" for one in [*chunks, chunk])
