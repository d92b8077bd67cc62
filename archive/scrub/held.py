"""What the files in a mail, package, book or page prove of how they were made, and under which name each lies there."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from urllib.parse import unquote

from archive.scrub import zipped
from archive.scrub.contract import Cleaned, Inside

_LONGEST = 1_000
_ATTACHED = re.compile(
    rb"filename\*=utf-8''([^\r\n]+)\r\nContent-Transfer-Encoding: base64\r\n\r\n((?:[A-Za-z0-9+/=]+\r\n)+)"
)


class Held:
    """Takes note of the clean files that go into another one, in their order."""

    def __init__(self) -> None:
        self._noted: list[tuple[bytes, tuple[Inside, ...]]] = []

    def note(self, part: Cleaned) -> None:
        """Remember a clean file with what it proves, and what those in it do."""
        own = (Inside(name="", capture=part.capture),) if part.capture else ()
        self._noted.append((part.data, own + part.inside))

    def told(self, whole: bytes) -> tuple[Inside, ...]:
        """What was noted, each under the name that it has in the whole clean file; by its number where it has none."""
        return tuple(
            Inside(name="/".join(filter(None, (name, one.name)))[-_LONGEST:], capture=one.capture)
            for name, proven in self._by_name(whole)
            for one in proven
        )

    def _by_name(self, whole: bytes) -> Iterator[tuple[str, tuple[Inside, ...]]]:
        """Find each file by its bytes; of those that are equal the first noted is the first listed."""
        if not any(proven for _, proven in self._noted):
            return
        names: dict[bytes, list[str]] = {}
        for digest, name in _named(whole):
            names.setdefault(digest, []).append(name)
        for number, (data, proven) in enumerate(self._noted, 1):
            known = names.get(hashlib.sha256(data).digest())
            yield known.pop(0) if known else str(number), proven


def _named(whole: bytes) -> Iterator[tuple[bytes, str]]:
    """Give the digest and the name of each file in a clean package, or attached to a clean mail."""
    if whole.startswith(b"PK"):
        for name, entry in zipped.entries(whole).items():
            yield hashlib.sha256(zipped.unpacked(whole, entry)).digest(), name
    for name, body in _ATTACHED.findall(whole) if whole.startswith(b"MIME-Version") else ():
        yield hashlib.sha256(base64.b64decode(body)).digest(), unquote(name.decode())
