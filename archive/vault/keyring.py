"""What a collective's key events give to one device: the list of members, the epochs' secrets, the current epoch."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from archive.errors import ArchiveError, DamagedError, NotAMemberError
from archive.seal import epoch, roster
from archive.seal.age import NoMatchError
from archive.seal.epoch import Epoch, Forget, KeyEvent
from archive.seal.identity import Identity
from archive.seal.lines import NewerError
from archive.seal.roster import Roster
from archive.speech import tr
from archive.vault.holdings import Holdings
from archive.vault.memory import Known


@dataclass(frozen=True)
class Keyring:
    """Key events by file name, with their bytes: ``opened`` all that opened, ``sound`` those that count.

    ``files`` were there; ``beyond`` tells that one is of a later version of the program; ``pins`` are the removals that
    the list was judged with, ``forgotten`` the epochs whose secrets are not read any more.
    """

    roster: Roster
    sound: Mapping[str, tuple[bytes, KeyEvent]]
    opened: Mapping[str, tuple[bytes, KeyEvent]]
    files: frozenset[str]
    beyond: bool
    pins: tuple[str, ...]
    forgotten: frozenset[str] = frozenset()

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
        """Every epoch secret that any key event gives and that was not forgotten, by epoch id."""
        united = epoch.unite(self.events)
        return {name: secret for name, secret in united.items() if name not in self.forgotten}

    @cached_property
    def order(self) -> Forget:
        """What members say is to be forgotten, and what was forgotten here; also where that is not followed yet."""
        orders = [event.forget for event in self.events if event.head.dev in self.roster.cards]
        after: dict[str, int] = {}
        for one in orders:
            for chain, seq in one.after.items():
                after[chain] = max(seq, after.get(chain, 0))
        names = self.forgotten.union(*(one.epochs for one in orders))
        files = {name for one in orders for name in one.files}
        return Forget(epochs=tuple(sorted(names)), after=after, files=tuple(sorted(files)))

    def ordering(self, epochs: Iterable[str], after: Mapping[str, int]) -> Forget:
        """The order for these epochs, on top of what members say already; ``after`` as in ``Forget``."""
        names = {*self.order.epochs, *epochs}
        files = {*self.order.files, *(name for name, (_, one) in self.sound.items() if names & one.secrets.keys())}
        return Forget(epochs=tuple(sorted(names)), after={**self.order.after, **after}, files=tuple(sorted(files)))

    @cached_property
    def burdened(self) -> frozenset[str]:
        """The files that hold a forgotten secret."""
        return frozenset(name for name, (_, event) in self.sound.items() if self.forgotten & event.secrets.keys())

    def superseded(self, keep: Container[str]) -> frozenset[str]:
        """Those of the burdened files whose other contents other events have.

        ``keep`` are the epochs that members handed over, as ``epoch.make`` asks for.
        """
        others = [event for name, (_, event) in self.sound.items() if name not in self.burdened]
        secrets = epoch.unite(others).keys() | self.forgotten
        versions = {version.id for event in others for version in event.versions}
        return frozenset(
            name
            for name in self.burdened
            if epoch.handed_on(self.sound[name][1], self.roster, keep).keys() <= secrets
            and versions.issuperset(version.id for version in self.sound[name][1].versions)
        )

    def may_go(self, name: str) -> bool:
        """Whether the event holds a secret that is to be forgotten: whoever took its file away had a reason."""
        return bool(set(self.order.epochs) & self.sound[name][1].secrets.keys())

    @cached_property
    def current(self) -> Epoch | None:
        """The epoch to write to; None if no usable one is for the whole list."""
        found = epoch.current(self.events, self.roster, frozenset(self.order.epochs))
        return found if found and set(found.to) == self.roster.cards.keys() else None

    @cached_property
    def newest(self) -> tuple[str, ...]:
        """The ids of the newest key events."""
        last = set(epoch.newest(event.head.epoch for event in self.events))
        return tuple(sorted(event.id for event in self.events if event.head.epoch.id in last))

    def may_hold(self, age_public: bytes) -> bool:
        """Whether what is encrypted to this epoch's key may be kept: nobody opens it who is not on the list."""
        return any(
            epoch.usable(event, self.roster) and event.head.epoch.id not in self.order.epochs
            for event in self.events
            if event.head.epoch.age_public == age_public
        )


def load(holdings: Holdings, owner: Identity, known: Known, before: Keyring | None = None) -> Keyring:
    """Opens every key event that is here, in the mirror or remembered, and judges what they say.

    Those that this process opened ``before`` are not opened again: a file of one name has one content. Those that were
    taken away here because they hold forgotten secrets are not opened at all.

    Each membership version in them is signed for itself, so that it counts whoever handed it over.
    Raises NotAMemberError if none is for this identity, DamagedError if those that might be are not whole, or if the
    collective's beginning is not the one that its folder is named after.
    """
    files = frozenset(holdings.store.names(holdings.collective, "keys"))
    opened = {name: one for name, one in before.opened.items() if name not in known.gone} if before else {}
    newer, unwhole = bool(before and before.beyond), False
    for name in sorted((files | holdings.mirrored("keys") | set(known.keys)) - opened.keys() - set(known.gone)):
        data = holdings.mirror_copy("keys", name) if name not in files else None
        data = data or holdings.whole("keys", name)
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
        holdings.report("keys", name, tr("set aside: no device that is or was on the collective's list signed this"))
    if not sound:
        raise _no_key_file_is_whole()
    found = Keyring(members, sound, opened, files, newer, known.pins, frozenset(known.forgotten))
    for name in sorted(sound.keys() - files):
        if not found.may_go(name):
            holdings.whole("keys", name)  # puts it back
    return found


def _judged(events: Iterable[KeyEvent], collective: str, pins: Iterable[str]) -> Roster:
    """The list that all versions in these events give; an event of another collective has no say."""
    own = (event for event in events if event.head.collective == collective)
    return roster.judge((version for event in own for version in event.versions), collective, frozenset(pins))


def _no_key_file_is_whole() -> DamagedError:
    return DamagedError(
        tr("The archive's key files are damaged or have not arrived whole."),
        tr("See which: archive check. Then sync again or take them from another device or a backup."),
    )


def no_key() -> DamagedError:
    """Where no key may be written with."""
    return DamagedError(
        tr("No key of this collective may be written with."), tr("Sync again. If that does not help: archive check.")
    )


def overtaken() -> ArchiveError:
    """Where the list of members is no longer the one that the files were encrypted for."""
    return ArchiveError(
        tr("The list of members changed while this was under way."), tr("Run the command again: nothing was kept.")
    )
