"""Mail (EML): written anew from what its reader sees: from, to, date, subject, text and cleaned attachments.

How it travelled, by which programs and machines, and who signed it goes: those headers tell more than anybody sees.
"""

from __future__ import annotations

import base64
import codecs
import hashlib
import re
from email import message_from_bytes
from email.policy import compat32
from urllib.parse import quote

from archive.errors import UncleanError
from archive.scrub import eml_headers, eml_look, text
from archive.scrub.contract import Cleaned, Inner, Reason
from archive.scrub.eml_parts import Body, Branch, Leaf

MEDIA_TYPES = ("message/rfc822",)

_MAIL = re.compile(text.MAIL, re.IGNORECASE)
_HEADERS = 1 << 16
"""How many first bytes may be headers of which no program's mark was seen; some services write pages of them."""
_FROM_LINE = re.compile(rb"\A\s*From [^\n]*\n")
_SEVERAL = re.compile(rb"\n\r?\nFrom [^\n]*\d\d:\d\d[^\n]*\n[A-Za-z-]+:")
_FAILURES = (ValueError, TypeError, KeyError, IndexError, AttributeError, LookupError, AssertionError)
"""What the library raises over headers that nobody should write."""


def matches(data: bytes) -> bool:
    """Tell by the first lines: headers, at least one of them of those that only programs write."""
    return _MAIL.match(_bare(data[:_HEADERS])) is not None


def clean(data: bytes, inner: Inner) -> Cleaned:
    """Read headers and parts, and write anew what of them is shown."""
    if _FROM_LINE.match(data) and _SEVERAL.search(data):
        raise UncleanError(Reason.SEVERAL_MAILS)
    body = Body(inner)
    try:
        mail = message_from_bytes(_bare(data), policy=compat32)
        tree = body.read(mail)
        headers = list(eml_headers.shown(mail.raw_items()))
        found = tuple(sorted(body.found | eml_headers.groups(mail.raw_items())))
    except RecursionError as error:
        raise UncleanError(Reason.BOMB) from error
    except _FAILURES as error:
        raise UncleanError(Reason.DAMAGED) from error
    if tree is None and not headers:
        raise UncleanError(Reason.EMPTY)
    said = "\n".join(f"{name}: {shown}" for name, shown, _ in headers)
    lines = ["MIME-Version: 1.0", *(f"{name}: {value}" for name, _, value in headers)]
    return Cleaned(
        data=("\r\n".join(lines) + "\r\n").encode("ascii")
        + _written(tree or Leaf(media_type="text/plain", data=b"\n")),
        media_type="message/rfc822",
        method="rebuilt from its text and cleaned attachments",
        lossless=False,
        found=found,
        removed=found,
        text="\n\n".join(part for part in (said, tree.text if tree else "") if part),
        letters_only=tree is None or tree.letters_only,
    )


residue = eml_look.residue


def _bare(data: bytes) -> bytes:
    """Leave out a byte order mark, and the line that mailboxes put before a mail."""
    return _FROM_LINE.sub(b"", data.removeprefix(codecs.BOM_UTF8), count=1).lstrip(b"\r\n")


def _written(node: Leaf | Branch) -> bytes:
    """Write a part with its headers. All text is packed, so no line of it can be taken for a boundary."""
    if isinstance(node, Leaf):
        return _leaf(node)
    parts = [_written(child) for child in node.children]
    mark = hashlib.sha256(b"".join(parts)).hexdigest()[:32].encode()  # the same parts, the same mark
    head = f'Content-Type: multipart/{node.kind}; boundary="{mark.decode()}"\r\n\r\n'.encode()
    return head + b"".join(b"--" + mark + b"\r\n" + part + b"\r\n" for part in parts) + b"--" + mark + b"--\r\n"


def _leaf(leaf: Leaf) -> bytes:
    lines = [f"Content-Type: {leaf.media_type}" + ("" if leaf.name else "; charset=utf-8")]
    if leaf.name:
        lines.append(f"Content-Disposition: attachment; filename*=utf-8''{quote(leaf.name, safe='')}")
    if leaf.media_type == "message/rfc822":  # may not be packed; a clean mail is ASCII as it is
        return "\r\n".join([*lines, "", ""]).encode() + leaf.data
    packed = base64.encodebytes(leaf.data).replace(b"\n", b"\r\n")
    return "\r\n".join([*lines, "Content-Transfer-Encoding: base64", "", ""]).encode() + packed
