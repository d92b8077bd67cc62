"""Text as it is meant where a program left its own spelling of letters behind.

Read are HTML's ``&#1071;`` and ``&shy;``, the ``%D0%AF`` of addresses, the ``=D0=AF`` of mail and the ``\\u042f``
of JSON. What is copied from pages, mails and exported chats has them, and whoever opens it there reads the name.
"""

from __future__ import annotations

import html
import re
from typing import NamedTuple

_CODED = re.compile(
    r"(?P<entity>&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});)"
    r"|(?P<percent>(?:%[0-9A-Fa-f]{2})+)"
    r"|(?P<mail>=[0-9A-F]{2}(?:(?:=\r?\n)?=[0-9A-F]{2})*|=\r?\n)"
    r"|(?P<json>\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2})"
)


class Decoded(NamedTuple):
    """The decoded text; its character ``i`` was written in ``source[starts[i]:ends[i]]``."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters ``start`` to ``end`` of the decoded text (at least one) stand in the source."""
        return self.starts[start], self.ends[end - 1]


def decoded(text: str) -> Decoded | None:
    """``text`` with everything decoded, and where it stood; None where nothing is coded."""
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for match in _CODED.finditer(text):
        meant = _meant(match)
        if meant == match.group():
            continue
        letters += [*text[at : match.start()], *meant]
        starts += [*range(at, match.start()), *[match.start()] * len(meant)]
        ends += [*range(at + 1, match.start() + 1), *[match.end()] * len(meant)]
        at = match.end()
    if not at:
        return None
    return Decoded(
        "".join([*letters, text[at:]]), (*starts, *range(at, len(text))), (*ends, *range(at + 1, len(text) + 1))
    )


def _meant(match: re.Match[str]) -> str:
    shown = match.group()
    if match.lastgroup == "entity":
        return html.unescape(shown)
    if match.lastgroup == "json":
        return chr(int(shown[2:], 16))
    octets = bytes.fromhex("".join(re.findall("[%=]([0-9A-Fa-f]{2})", shown)))
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode("cp1251", "replace")  # what mail programs used before
