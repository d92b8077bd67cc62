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
    """Key events by file name, with their bytes: ``opened`` all that opened, ``sound`` those that count.

    ``files`` were there; ``beyond`` tells that one is of a later version of the program; ``pins`` are the removals that
    the list was judged with.
    """

    roster: Roster
    sound: Mapping[str, tuple[bytes, KeyEvent]]
    opened: Mapping[str, tuple[bytes, KeyEvent]]
    files: frozenset[str]
    beyond: bool
    pins: tuple[str, ...]

    @property
    def newer(self) -> bool:
        """Whether something here is beyond this version of the program, so that nothing may be written."""
        return self.beyond or not self.roster.judged

    @cached_property
    def events(self) -> tuple[KeyEvent, ...]:
        """The key events that count."""
        return tuple(event for _, event in self.sound.values())

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


def load(holdings: Holdings, owner: Identity, known: Known, before: Keyring | None = None) -> Keyring:
    """Opens every key event that is here, in the mirror or remembered, and judges what they say.

    Those that this process opened ``before`` are not opened again: a file of one name has one content.

    Each membership version in them is signed for itself, so that it counts whoever handed it over.
    Raises NotAMemberError if none is for this identity, DamagedError if those that might be are not whole, or if the
    collective's beginning is not the one that its folder is named after.
    """
    files = frozenset(holdings.store.names(holdings.collective, "keys"))
    opened = dict(before.opened) if before else {}
    newer, unwhole = bool(before and before.beyond), False
    for name in sorted((files | holdings.mirrored("keys") | set(known.keys)) - opened.keys()):
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
    sound = {name: one for name, one in opened.items() if one[1].is_signed(members)}
    for name in opened.keys() - sound.keys():
        holdings.report("keys", name, "set aside: no device that is or was on the collective's list signed this")
    if not sound:
        raise _no_key_file_is_whole()
    return Keyring(members, sound, opened, files, newer, known.pins)


def _judged(events: Iterable[KeyEvent], collective: str, pins: Iterable[str]) -> Roster:
    """The list that all versions in these events give; an event of another collective has no say."""
    own = (event for event in events if event.head.collective == collective)
    return roster.judge((version for event in own for version in event.versions), collective, frozenset(pins))


def _no_key_file_is_whole() -> DamagedError:
    return DamagedError(
        "The archive's key files are damaged or have not arrived whole.",
        "See which: archive check. Then sync again or take them from another device or a backup.",
    )
