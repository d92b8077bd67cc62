"""What a collective's key events give to one device: the list of members, the epochs' secrets, the current epoch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from archive.errors import DamagedError, NotAMemberError
from archive.seal import epoch, roster
from archive.seal.age import NoMatchError
from archive.seal.epoch import Epoch, KeyEvent
from archive.seal.identity import Identity
from archive.seal.lines import NewerError
from archive.seal.roster import Roster
from archive.vault.holdings import Holdings
from archive.vault.memory import Known


@dataclass(frozen=True)
class Keyring:
    """``files`` are the key events' files that were there, ``opened`` those that opened, with their bytes.

    ``newer`` tells that something here is beyond this version of the program, so that nothing may be written;
    ``pins`` are the removals that the list was judged with.
    """

    roster: Roster
    events: tuple[KeyEvent, ...]
    files: frozenset[str]
    opened: Mapping[str, bytes]
    newer: bool
    pins: tuple[str, ...]

    @cached_property
    def secrets(self) -> Mapping[str, bytes]:
        """Every epoch secret that any key event gives, by epoch id."""
        return epoch.unite(self.events)

    @cached_property
    def current(self) -> Epoch | None:
        """The epoch to write to; None if no usable one is for the whole list."""
        found = epoch.current(self.events, self.roster)
        return found if found and set(found.to) == self.roster.cards.keys() else None

    @cached_property
    def newest(self) -> tuple[str, ...]:
        """The ids of the newest key events."""
        last = set(epoch.newest(event.head.epoch for event in self.events))
        return tuple(sorted(event.id for event in self.events if event.head.epoch.id in last))

    def may_hold(self, age_public: bytes) -> bool:
        """Whether what is encrypted to this epoch's key may be kept: nobody opens it who is not on the list."""
        return any(
            epoch.usable(event, self.roster) for event in self.events if event.head.epoch.age_public == age_public
        )


def load(holdings: Holdings, owner: Identity, known: Known) -> Keyring:
    """Opens every key event that is here, in the mirror or remembered, and judges what they say.

    Each membership version in them is signed for itself, so that it counts whoever handed it over.
    Raises NotAMemberError if none is for this identity, DamagedError if those that might be are not whole, or if the
    collective's beginning is not the one that its folder is named after.
    """
    files = frozenset(holdings.store.names(holdings.collective, "keys"))
    opened: dict[str, tuple[bytes, KeyEvent]] = {}
    newer = unwhole = False
    for name in sorted(files | holdings.mirrored("keys") | set(known.keys)):
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
    members = _judged((event for _, event in opened.values()), holdings.collective, known.pins)
    for name in [name for name, (_, event) in opened.items() if not event.is_signed(members)]:
        holdings.report("keys", name, "set aside: no device that is or was on the collective's list signed this")
        del opened[name]
    if not opened:
        raise _no_key_file_is_whole()
    return Keyring(
        members,
        tuple(event for _, event in opened.values()),
        files,
        {name: data for name, (data, _) in opened.items()},
        newer or not members.judged,
        known.pins,
    )


def _judged(events: Iterable[KeyEvent], collective: str, pins: Iterable[str]) -> Roster:
    """The list that all versions in these events give; an event of another collective has no say."""
    own = (event for event in events if event.head.collective == collective)
    return roster.judge((version for event in own for version in event.versions), collective, frozenset(pins))


def _no_key_file_is_whole() -> DamagedError:
    return DamagedError(
        "The archive's key files are damaged or have not arrived whole.",
        "See which: archive check. Then sync again or take them from another device or a backup.",
    )
