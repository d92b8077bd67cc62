"""What a device remembers of a collective, so that it notices when something it has seen is held back or undone.

Canonical JSON on line 2 of ``seen``::

    {"collectives":{"<id>":{"aside":["<file name>"], "chain":…, "chains":{"<dev>/<chain>":[<seq>,"<segment id>",
                            "<file name>"]}, "compared":true, "epochs":["<epoch id>"], "forgotten":["<epoch id>"],
                            "gone":["<file name>"], "keys":["<file name>"], "newer":false,
                            "pins":["<version id>"], "roster":"<version id>", "sifted":"<hash>",
                            "shreds":{"<entry hash>":{"seen":…, "by":…, "entries":[…], …}},
                            "told":{"admins":["<person>"], "devices":["<device id>"]}}},
     "device":"<device id>", "place":…, "v":1}

``place`` is the inode number of the state folder: a copied or restored one has another, and then begins a new chain
instead of going on with one that may also go on elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from hashlib import blake2b
from typing import Literal

import msgspec
from msgspec import Struct

from archive.errors import DamagedError
from archive.seal import canonical
from archive.seal.identity import Identity
from archive.seal.lines import Signed
from archive.seal.segment import Head
from archive.speech import tr
from archive.vault.state import State


class Newest(Struct, frozen=True, array_like=True):
    """The newest segment known of a chain: its number, its id and the name of its file."""

    seq: int
    id: str
    name: str


class Noticed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A shred that was met: the minute this device first saw it, the device that ordered it, and what it names.

    ``dropped`` are the files that went by it; ``admin``: it was an admin's when it took effect; ``agreed``: somebody
    said yes to it here; ``kept``: an admin took it back; ``stage`` tells how far it went here.
    """

    seen: str
    by: str
    entries: tuple[str, ...]
    files: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    admin: bool = False
    agreed: bool = False
    kept: bool = False
    stage: Literal["waiting", "begun", "done"] = "waiting"


class Told(Struct, frozen=True, kw_only=True):
    """The list of members as this device's user was last told it."""

    devices: tuple[str, ...]
    admins: tuple[str, ...]


class Known(Struct, frozen=True, kw_only=True):
    """What is remembered of one collective.

    ``chain`` is what this device writes; ``chains`` are the newest segments by ``<device>/<chain>``; ``keys`` the files
    of the key events that it could open; ``roster`` the version that its list rested on; ``newer`` whether it met
    something that only a later version of the program understands. ``pins`` are the removals it has followed;
    ``compared`` whether its user heard the words of the version that let it in; ``told`` the list last told;
    ``epochs`` those whose secrets members handed over; ``aside`` the segments' files that do not count by the list
    that ``sifted`` stands for. ``shreds`` are the shreds met, by their entry's hash. ``forgotten`` are epochs whose
    secrets are not read any more, and ``gone`` the files of the key events that were taken away for it.
    """

    chain: str
    chains: dict[str, Newest] = {}
    keys: tuple[str, ...] = ()
    roster: str = ""
    newer: bool = False
    shreds: dict[str, Noticed] = {}
    pins: tuple[str, ...] = ()
    compared: bool = False
    told: Told | None = None
    epochs: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    sifted: str = ""
    forgotten: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


class _Seen(Struct, frozen=True, kw_only=True):
    """All of ``seen``."""

    place: int
    collectives: dict[str, Known] = {}
    device: str = ""
    v: int = 1


class Memory:
    """The memory of one collective in a state folder. ``lost`` says, after ``load``, why there was none to be had."""

    def __init__(self, state: State, collective: str, owner: Identity, random: Callable[[int], bytes]) -> None:
        self._state = state
        self._collective = collective
        self._random = random
        self._device = owner.device
        self._key = blake2b(b"case-archive/seen/1", key=owner.seed, digest_size=32).digest()
        self.lost = ""

    def load(self) -> Known:
        """What is remembered; a new chain and nothing else if there is no memory."""
        return self._seen().collectives.get(self._collective) or Known(chain=self._new_chain())

    def save(self, known: Known) -> None:
        """Replaces what is remembered, durably; only while the state is locked."""
        seen = self._seen()
        collectives = {**seen.collectives, self._collective: known}
        whole = _Seen(place=self._state.place(), collectives=collectives, device=self._device)
        fields = msgspec.to_builtins(whole)
        for one in fields["collectives"].values():
            if one["told"] is None:
                del one["told"]
        text = canonical.encode(fields)
        self._state.remember(text, self._key, self._random)

    def _seen(self) -> _Seen:
        """The whole memory, with new chains if the state folder was moved to another place."""
        place = self._state.place()
        try:
            text = self._state.recall(self._key)
            seen = msgspec.convert(canonical.decode(text), _Seen) if text else _Seen(place=place)
        except (DamagedError, msgspec.ValidationError):
            self.lost = tr("what this computer remembered was changed, or written with another key: it begins anew")
            return _Seen(place=place)
        if text is None and self._state.mirror.names(self._collective, "keys"):
            self.lost = tr("what this computer remembered is gone: it begins anew")
        if seen.place == place:
            return seen
        moved = {name: self._moved(known) for name, known in seen.collectives.items()}
        return _Seen(place=place, collectives=moved)

    def _moved(self, known: Known) -> Known:
        return msgspec.structs.replace(known, chain=self._new_chain())

    def _new_chain(self) -> str:
        return self._random(16).hex()


def renamed(known: Known, copies: Mapping[str, str]) -> Known:
    """``known`` where files have given way to copies of theirs."""
    chains = {
        chain: msgspec.structs.replace(newest, name=copies.get(newest.name, newest.name))
        for chain, newest in known.chains.items()
    }
    return msgspec.structs.replace(known, chains=chains)


def last_device(state: State) -> str | None:
    """The device that this state says it is of, unproven: to be shown to people, where its key cannot be opened."""
    text = state.glance()
    try:
        seen = msgspec.convert(canonical.decode(text), _Seen) if text else None
    except (DamagedError, msgspec.ValidationError):
        return None
    return seen.device or None if seen else None


def merged(known: Known, chains: Mapping[str, Newest]) -> Known:
    """``known`` with those of ``chains`` that are newer than what it has."""
    newer = {
        name: newest
        for name, newest in chains.items()
        if name not in known.chains or newest.seq > known.chains[name].seq
    }
    return msgspec.structs.replace(known, chains={**known.chains, **newer})


class Fresh:
    """Segments read just now: what is to be remembered of them.

    ``sifted``: the files that do not count and what that was found by, if it was looked into.
    """

    def __init__(self) -> None:
        self.sifted: tuple[tuple[str, ...], str] | None = None
        self.chains: dict[str, Newest] = {}
        self.files: list[bytes] = []
        self.size = 0
        self._whole: set[str] = set()
        self._partial: dict[str, tuple[str, str, set[str]]] = {}

    def add(self, name: str, data: bytes, head: Head, signed: Signed) -> None:
        """Takes in a verified segment."""
        chain = f"{head.dev}/{head.chain}"
        if chain not in self.chains or self.chains[chain].seq < head.seq:
            self.chains[chain] = Newest(head.seq, signed.id, name)
        self.files.append(data)
        self.size += len(data)
        if signed.missing:
            *_, missing = self._partial.get(signed.id, (name, head.dev, set(signed.missing)))
            self._partial[signed.id] = name, head.dev, missing & set(signed.missing)
        else:
            self._whole.add(signed.id)

    def forget_files(self) -> None:
        """Lets go of the bytes, which are in the mirror now."""
        self.files, self.size = [], 0

    def hollow(self) -> Iterator[tuple[str, str, frozenset[str]]]:
        """File, device and missing entries of each segment that no copies together make whole."""
        for segment_id, (name, device, missing) in self._partial.items():
            if missing and segment_id not in self._whole:
                yield name, device, frozenset(missing)
