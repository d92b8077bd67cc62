"""The second look at a clean mail, byte by byte, by code that shares nothing with reader and writer.

Only five headers of the mail, three of a part, and forms that hold nothing else are known here.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from urllib.parse import unquote

from archive.scrub import text

_TOP = re.compile(
    rb"MIME-Version: 1\.0\r\n((?:(?:From|To|Cc|Date|Subject): [\x20-\x7e]+\r\n(?: [\x20-\x7e]+\r\n)*){0,5})"
)
_NAMES = re.compile(rb"^([A-Z][a-z]+): ", re.MULTILINE)
_FILE = rb"(?:Content-Disposition: attachment; filename\*=utf-8''(?P<name>[A-Za-z0-9._~%-]+)\r\n)"
_BRANCH = re.compile(
    rb'Content-Type: multipart/(?:mixed|alternative); boundary="(?P<mark>[0-9a-f]{32})"\r\n\r\n', re.DOTALL
)
_MAIL = re.compile(rb"Content-Type: message/rfc822\r\n" + _FILE + rb"\r\n(?P<body>.*)", re.DOTALL)
_LEAF = re.compile(
    rb"Content-Type: (?:(?P<own>text/plain|text/html); charset=utf-8\r\n|[a-z]+/[a-z0-9.+-]+\r\n" + _FILE + rb")"
    rb"Content-Transfer-Encoding: base64\r\n\r\n(?P<body>(?:[A-Za-z0-9+/]{1,76}={0,2}\r\n)+)"
)
Look = Callable[[bytes], tuple[str, ...]]


def residue(data: bytes, inner: Look) -> tuple[str, ...]:
    """Name everything in a clean mail that is not allowed."""
    top = _TOP.match(data)
    if top is None:
        return ("Mail headers",)
    names = _NAMES.findall(top[1])
    if len(names) != len(set(names)):
        return ("Mail headers",)
    try:
        shown = str(make_header(decode_header(top[1].replace(b"\r\n", b"").decode("ascii"))))
    except (HeaderParseError, LookupError, ValueError):
        return ("Mail headers",)
    return tuple(sorted({*text.residue(shown.encode("utf-8", "replace")), *_part(data[top.end() :], inner)}))


def _part(data: bytes, inner: Look) -> Iterator[str]:
    if branch := _BRANCH.match(data):
        mark = b"--" + branch["mark"]
        begin, *parts, end = (b"\r\n" + data[branch.end() :]).split(b"\r\n" + mark)
        if begin or end != b"--\r\n" or not parts:
            yield "Mail structure"
        for part in parts:
            yield from _part(part.removeprefix(b"\r\n"), inner) if part.startswith(b"\r\n") else ["Mail structure"]
    elif held := _MAIL.fullmatch(data):
        yield from (*_named(held["name"]), *inner(held["body"]))
    elif leaf := _LEAF.fullmatch(data):
        yield from _leaf(leaf, inner)
    else:
        yield "Mail structure"


def _leaf(leaf: re.Match[bytes], inner: Look) -> tuple[str, ...]:
    try:
        body = base64.b64decode(b"".join(leaf["body"].split()), validate=True)
    except binascii.Error:
        return ("Mail structure",)
    if leaf["own"] == b"text/plain":
        return text.residue(body)
    return (*(_named(leaf["name"]) if leaf["name"] else ()), *inner(body))


def _named(raw: bytes) -> tuple[str, ...]:
    name = unquote(raw.decode(), errors="replace")
    return () if name.isprintable() and "/" not in name and not text.residue(name.encode()) else ("File names",)
