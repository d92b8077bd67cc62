"""What a collective's key events give to one device: the list of members, the epochs' secrets, the current epoch."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from archive.errors import DamagedError, NotAMemberError
from archive.seal import epoch, roster
from archive.seal.age import NoMatchError
from archive.seal.epoch import Epoch, KeyEvent
from archive.seal.identity import Identity
from archive.seal.lines import NewerError
from archive.seal.roster import Roster, Version
from archive.vault.holdings import Holdings


@dataclass(frozen=True)
class Keyring:
    """``files`` are the key events' files that were there, ``opened`` those that opened, with their bytes.

    ``newer`` tells that something here is beyond this version of the program, so that nothing may be written.
    """

    roster: Roster
    events: tuple[KeyEvent, ...]
    files: frozenset[str]
    opened: Mapping[str, bytes]
    newer: bool

    @cached_property
    def secrets(self) -> Mapping[str, bytes]:
        """Every epoch secret that any key event gives, by epoch id."""
        return epoch.unite(self.events)

    @cached_property
    def current(self) -> Epoch | None:
        """The epoch to write to."""
        return epoch.current(self.events, self.roster)

    @cached_property
    def newest(self) -> tuple[str, ...]:
        """The ids of the newest key events."""
        last = set(epoch.newest(event.head.epoch for event in self.events))
        return tuple(sorted(event.id for event in self.events if event.head.epoch.id in last))


def load(holdings: Holdings, owner: Identity, remembered: Iterable[str]) -> Keyring:
    """Opens every key event that is here, in the mirror or remembered, and judges what they say.

    Raises NotAMemberError if none is for this identity, DamagedError if those that might be are not whole, or if the
    collective's beginning is not the one that its folder is named after.
    """
    files = frozenset(holdings.store.names(holdings.collective, "keys"))
    opened: dict[str, tuple[bytes, KeyEvent]] = {}
    newer = unwhole = False
    for name in sorted(files | holdings.mirrored("keys") | set(remembered)):
        data = holdings.whole("keys", name)
        try:
            if data is not None:
                opened[name] = data, epoch.open_event(data, owner.age_secret)
        except NoMatchError:
            continue  # for other devices, before this one was let in
        except NewerError as error:
            newer = True
            holdings.report("keys", name, error.message)
        except DamagedError as error:
            holdings.report("keys", name, error.message)
        unwhole = unwhole or name not in opened
    if not opened:
        raise _no_key_file_is_whole() if unwhole else NotAMemberError()
    members = roster.judge(_versions(opened.values(), {holdings.collective}), holdings.collective)
    for name in [name for name, (_, event) in opened.items() if not event.is_signed(members)]:
        holdings.report("keys", name, "no device on the collective's list signed this")
        del opened[name]
    if not opened:
        raise _no_key_file_is_whole()
    members = roster.judge(_versions(opened.values()), holdings.collective)
    return Keyring(
        members,
        tuple(event for _, event in opened.values()),
        files,
        {name: data for name, (data, _) in opened.items()},
        newer or not members.judged,
    )


def _versions(opened: Iterable[tuple[bytes, KeyEvent]], only: Container[str] | None = None) -> list[Version]:
    """The membership versions in some key events, perhaps only those with certain ids."""
    versions = (version for _, event in opened for version in event.versions)
    return [version for version in versions if only is None or version.id in only]


def _no_key_file_is_whole() -> DamagedError:
    return DamagedError(
        "The archive's key files are damaged or have not arrived whole.",
        "See which: archive check. Then sync again or take them from another device or a backup.",
    )
