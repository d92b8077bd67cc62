"""Requests to be let in: public keys that wait in the archive's folder for a member to look at.

::

    <archive>/requests/<hash>      {"card":{…}, "v":1}      or, with the device whose place it takes, "replaces":"<id>"

A request is canonical JSON, named by its hash as everything here is, and in the clear: it holds a public key and two
random ids. Anybody who can write into the folder can leave one; it grants nothing. Its six words are compared by voice
before a member lets the key in. ``identity show --public`` prints the same line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import msgspec
from msgspec import Struct

from archive.errors import ArchiveError, DamagedError
from archive.seal import canonical, versions
from archive.seal.identity import Identity
from archive.seal.lines import digest
from archive.seal.roster import Card, Key, make_card
from archive.speech import tr
from archive.vault import disk
from archive.vault.layout import REQUESTS
from archive.vault.store import Store
from archive.vault.tree import NAME

LARGEST = 4096  # bytes of a request
MOST = 64  # waiting at once


class Request(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A device that asks to be let in, perhaps in place of another one, whose key its owner cannot open any more."""

    card: Card
    v: Literal[1] = 1
    replaces: Key | None = None

    @property
    def line(self) -> bytes:
        """Its bytes."""
        return canonical.encode(msgspec.to_builtins(self))

    @property
    def id(self) -> str:
        """The hash of its bytes, and so its name."""
        return digest(self.line)


def ask(owner: Identity, replaces: str | None = None) -> Request:
    """The request of this device."""
    return Request(card=make_card(owner), replaces=replaces)


def read(line: bytes) -> Request:
    """The request in these bytes; DamagedError unless it is one, in its one spelling and signed by its own device."""
    try:
        request = msgspec.convert(canonical.decode(line), Request)
    except msgspec.ValidationError as error:
        raise _damaged() from error
    if request.line != line or not versions.is_sound(request.card):
        raise _damaged()
    return request


def leave(store: Store, request: Request, random: Callable[[int], bytes]) -> None:
    """Puts a request into the archive's folder, durably. ArchiveError if too many wait there."""
    folder = store.root / REQUESTS
    if disk.make_folder(folder):
        disk.settle(store.root)
    names = _names(store)
    if request.id in names:
        return
    if len(names) >= MOST:
        raise ArchiveError(
            tr("{most} requests wait here already.", most=MOST),
            tr("Let a member look: archive member add. Or clear the folder requests."),
        )
    written = disk.write(folder, [request.line], random)
    try:
        disk.sync(written.path)
        disk.rename(written.path, folder / written.name)
    except ArchiveError:
        disk.remove(written.path)
        raise
    disk.settle(folder)


def waiting(store: Store) -> Iterator[Request]:
    """The requests in the folder that are sound, at most MOST; what is not sound is passed over: ``check`` tells it."""
    for name in _names(store)[:MOST]:
        try:
            data = disk.read(store.root / REQUESTS / name, LARGEST)
            if digest(data) == name:
                yield read(data)
        except ArchiveError:
            continue


def take_away(store: Store, request: Request) -> None:
    """Takes an answered request out of the folder, as far as the system lets us: it is of no use any more."""
    if request.id in _names(store):
        folder = store.root / REQUESTS
        disk.remove(folder / request.id)
        disk.still(folder)


def _names(store: Store) -> list[str]:
    return [name for name in disk.names(store.root / REQUESTS) if NAME.fullmatch(name)]


def _damaged() -> DamagedError:
    return DamagedError(
        tr("This is no request to be let in."), tr("Make it again there: archive identity show --public.")
    )
