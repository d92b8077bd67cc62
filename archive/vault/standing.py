"""How one device stands with a collective: the keys it was given, the list it judged, and what it remembers of both.

Its pins are the removals it has followed; with them nobody who was removed can move it any more. A device that was let
in first takes over the pins of whoever let it in, after the words of that version were compared by voice; until then it
reads, and writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from archive.errors import ArchiveError, NotAMemberError
from archive.seal import epoch, roster
from archive.seal.epoch import Epoch, Forget
from archive.seal.identity import Identity
from archive.seal.roster import Roster, Version
from archive.seal.segment import Head
from archive.speech import tr
from archive.vault import keyring, sifting
from archive.vault.entry import Problem
from archive.vault.holdings import Holdings
from archive.vault.keyring import Keyring, no_key
from archive.vault.memory import Fresh, Known, Memory, Newest, Told, merged
from archive.vault.state import State

Step = Callable[[Roster, Mapping[str, str]], Version]
"""Makes a version from the list and the newest segment known of each chain, by ``<device>/<chain>``."""


class NotComparedError(ArchiveError):
    """The words of the version that let this device in were not compared yet."""

    exit_code = 12
    name = "not_compared"

    def __init__(self) -> None:
        super().__init__(
            tr("You were let in, but the words were not compared yet: until then this key reads and writes nothing."),
            tr("Call who let you in and run: archive join FOLDER"),
        )


class News(Struct, frozen=True):
    """One change of the list: the device, whose it is, what happened, and the device that signed it, if one did."""

    device: str
    person: str
    what: str  # came, went or admin
    by: str | None


class Standing:
    """Keys, list and memory of one device. ``newer``: something here is beyond this version of the program."""

    def __init__(self, holdings: Holdings, state: State, owner: Identity, random: Callable[[int], bytes]) -> None:
        self._holdings = holdings
        self._state = state
        self._owner = owner
        self._random = random
        self._memory = Memory(state, holdings.collective, owner, random)
        self.newer = False
        self.known = self._memory.load()
        if self._memory.lost:
            holdings.note(Problem("", self._memory.lost))
        self.keyring: Keyring = keyring.load(holdings, owner, self.known)

    @property
    def roster(self) -> Roster:
        """The list of members."""
        return self.keyring.roster

    def follow(self) -> None:
        """Opens the key events anew if others have come, or if another process has followed a removal."""
        files = set(self._holdings.store.names(self._holdings.collective, "keys"))
        pins, forgotten = set(self.known.pins), set(self.known.forgotten)
        same = files == self.keyring.files and forgotten == self.keyring.forgotten
        if not same or pins not in (set(self.keyring.pins), self.roster.pins):
            self.keyring = keyring.load(self._holdings, self._owner, self.known, self.keyring)

    # --- may this device write? ---

    @property
    def let_in_by(self) -> str | None:
        """The version that let this device in; None if it founded the collective. NotAMemberError if it is not in."""
        entered = self.roster.entered.get(self._owner.device)
        if entered is None:
            raise self.roster.hindrance or NotAMemberError()
        return entered.version if entered.version != self.roster.collective else None

    @property
    def compared(self) -> bool:
        """Whether the words of that version were compared, or there are none."""
        return self.known.compared or (self._owner.device in self.roster.entered and self.let_in_by is None)

    def compare(self) -> None:
        """Takes the words for compared: from now on this device writes, with the pins of whoever let it in."""
        with self._state.lock():
            known = self._memory.load()
            version = self.let_in_by
            if version is not None and not known.compared:
                pins = roster.newcomer_pins(self.roster.versions, self.roster.collective, version)
                self.known = msgspec.structs.replace(known, compared=True, pins=tuple(sorted(pins)))
                self._memory.save(self.known)
                self.keyring = keyring.load(self._holdings, self._owner, self.known, self.keyring)
                self.remember(Fresh())

    @property
    def may_write(self) -> bool:
        """Whether nothing keeps this device from writing."""
        try:
            self.check()
        except ArchiveError:
            return False
        return True

    def check(self, *, settling: bool = False) -> None:
        """Raises what keeps this device from writing; a dispute does not keep it from ``settling`` that."""
        if self.keyring.newer or self.newer or self.known.newer:
            raise ArchiveError(
                tr("A newer version of the program has been at work in this archive."),
                tr("Update first: nothing was written."),
            )
        hindrance = self.roster.hindrance
        if hindrance and not (settling and self.roster.dispute):
            raise hindrance
        if not settling and self._owner.device not in self.roster.cards:
            raise NotAMemberError
        if not self.compared:
            raise NotComparedError

    def target(self) -> Epoch | None:
        """The epoch to write to; None if one has to be made first."""
        self.check()
        return self.keyring.current

    # --- what it changes ---

    def fitting(self, now: datetime) -> Epoch:
        """The epoch to write to, made now if there is none for the whole list; under the lock."""
        if self.target() is None:
            self.hand_out(self.roster, now)
        target = self.target()
        if target is None:
            raise no_key()
        return target

    def hand_out(self, members: Roster, now: datetime, forget: Forget | None = None) -> None:
        """Writes a key event with a new epoch for these members, and follows it; under the lock.

        It says what everybody is to ``forget``: by itself, what was said before.
        """
        made = epoch.make(
            self._owner, members, self.keyring.events, members.versions,
            at=minute(now), random=self._random, keep=self.known.epochs,
            forget=forget or self.keyring.ordering((), {}),
            without=forget.epochs if forget else self.keyring.forgotten,
        )  # fmt: skip
        store = self._holdings.store
        with store.batch(members.collective, self._random) as batch:
            batch.add("keys", [made])
            batch.finish()
        self.follow()
        self.remember(Fresh())

    def change(self, steps: Sequence[Step], now: datetime, *, settling: bool) -> tuple[Version, ...]:
        """Changes the list step by step, each on top of the one before, and hands out one new epoch; under the lock."""
        self.check(settling=settling)
        newest = {chain: one.id for chain, one in self.known.chains.items()}
        told = not self.news()
        members, made = self.roster, list[Version]()
        for step in steps:
            made.append(step(members, newest))
            members = roster.judge([*members.versions, made[-1]], members.collective, members.pins)
        self.hand_out(members, now)
        if told:  # whoever changes the list knows
            self._revise(self._told)
        return tuple(made)

    def forget(self, now: datetime) -> None:
        """Forgets what members say is to be forgotten, for ever, with the key events that are left for nothing else.

        Where one has more than old secrets, that is handed out anew first. The memory says so before a file goes: a
        file that is back, or was never taken away because the computer stopped, is not read.
        """
        with self._state.lock():
            epochs = self.keyring.order.epochs
            self._revise(lambda known: _forgetting(known, epochs))
            self.follow()
            if self.keyring.burdened - self.keyring.superseded(self.known.epochs):
                self.hand_out(self.roster, now)
            gone = self.keyring.superseded(self.known.epochs) | self.alien
            self._holdings.keep("keys", [data for name, (data, _) in self.keyring.sound.items() if name not in gone])
            self._revise(lambda known: _without(known, gone))
            self.drop_gone()

    def drop_gone(self) -> None:
        """Takes away the files of key events that went by forgetting, wherever they came from."""
        if gone := self.gone:
            self._holdings.drop("keys", gone)
            self.keyring = keyring.load(self._holdings, self._owner, self.known, self.keyring)

    @property
    def gone(self) -> frozenset[str]:
        """The files of key events that went by forgetting and are here again, or still."""
        here = {*self._holdings.names("keys"), *self._holdings.mirrored("keys")}
        return frozenset(here & set(self.known.gone))

    @property
    def alien(self) -> frozenset[str]:
        """The files here that went elsewhere by forgetting, and that this device cannot open."""
        named = set(self.keyring.order.files) - self.keyring.opened.keys() - set(self.known.gone)
        return frozenset(named.intersection(self._holdings.names("keys")))

    # --- what it remembers ---

    def revise(self, change: Callable[[Known], Known]) -> None:
        """Changes what this device remembers, durably."""
        with self._state.lock():
            self._revise(change)

    def _revise(self, change: Callable[[Known], Known]) -> None:
        self.known = change(self._memory.load())
        self._memory.save(self.known)

    @property
    def set_aside(self) -> frozenset[str]:
        """The files of segments that are known not to count by the present list."""
        return frozenset(self.known.aside if self.known.sifted == sifting.stamp(self.roster) else ())

    @property
    def must_sift(self) -> bool:
        """Whether other removals count than when segments were last sifted."""
        return not sifting.same_removals(sifting.stamp(self.roster), self.known.sifted or sifting.NOTHING)

    def remember(self, fresh: Fresh) -> Known:
        """Brings memory and mirror up to date, in this order; under the lock."""
        known = self._memory.load()
        if (known.pins, known.forgotten, known.gone) != (self.known.pins, self.known.forgotten, self.known.gone):
            # another process of this device has followed a removal or has forgotten an epoch meanwhile
            self.known = known
            self.follow()
        self.known = self._with(known, fresh)
        if self.known != known:
            self._memory.save(self.known)
        self._holdings.keep("keys", [data for data, _ in self.keyring.sound.values()])
        self._holdings.keep("journal", fresh.files)
        return self.known

    def remember_quietly(self, fresh: Fresh) -> None:
        """``remember`` where there is something to; what was read stays readable if that fails."""
        try:
            changed = self._with(self.known, fresh) != self.known
            if changed or fresh.files or set(self.keyring.sound) - self._holdings.mirrored("keys"):
                with self._state.lock():
                    self.remember(fresh)
        except ArchiveError as error:
            self.cannot_remember(error)

    def remember_written(self, head: Head, newest: Newest, data: bytes) -> None:
        """Remembers a segment of our own, under the lock. It is stored already: that this fails is no failure."""
        try:
            self.known = merged(self.known, {f"{head.dev}/{head.chain}": newest})
            self._memory.save(self.known)
            self._holdings.keep("journal", [data])
        except ArchiveError as error:
            self.cannot_remember(error)

    def cannot_remember(self, error: ArchiveError) -> None:
        """Notes that memory or mirror could not be written."""
        self._holdings.note(Problem("", tr("this computer cannot remember what it saw: {why}", why=error.message)))

    def _with(self, known: Known, fresh: Fresh) -> Known:
        """``known`` and what this device has seen."""
        by_members = (event for event in self.keyring.events if event.head.dev in self.roster.cards)
        aside, sifted = fresh.sifted or (known.aside, known.sifted)
        return msgspec.structs.replace(
            merged(known, fresh.chains),
            keys=tuple(sorted({*known.keys, *self.keyring.sound} - set(known.gone))),
            roster=self.roster.id,
            newer=known.newer or self.newer or self.keyring.newer,
            pins=tuple(sorted(self.roster.pins)) if self.compared else known.pins,
            epochs=tuple(sorted({*known.epochs, *(name for event in by_members for name in event.secrets)})),
            told=known.told or self._as_told(),
            aside=aside,
            sifted=sifted,
        )

    # --- who came and who went ---

    def news(self) -> tuple[News, ...]:
        """How the list differs from the one last told."""
        if self.known.told is None:
            return ()
        told, members = set(self.known.told.devices), self.roster
        came = [News(one.card.device, one.card.person, "came", one.by) for one in members.entered.values()]
        went = [News(device, self._person(device), "went", self._remover(device)) for device in told]
        fresh = members.admins.difference(self.known.told.admins)
        admins = [News(devices[0], person, "admin", None) for person, devices in members.persons.items()]
        return (
            *(one for one in came if one.device not in told),
            *sorted((one for one in went if one.device not in members.cards), key=lambda one: one.device),
            *(one for one in admins if one.person in fresh and one.device in told),
        )

    def tell(self) -> None:
        """Takes the list as told."""
        self.revise(self._told)

    def _told(self, known: Known) -> Known:
        return msgspec.structs.replace(known, told=self._as_told())

    def _as_told(self) -> Told:
        return Told(devices=tuple(sorted(self.roster.cards)), admins=tuple(sorted(self.roster.admins)))

    def _person(self, device: str) -> str:
        card = self.roster.known.get(device)
        return card.person if card else ""

    def _remover(self, device: str) -> str | None:
        return next((one.by for one in self.roster.removals if device in one.devices), None)


def _forgetting(known: Known, epochs: Iterable[str]) -> Known:
    return msgspec.structs.replace(known, forgotten=tuple(sorted({*known.forgotten, *epochs})))


def _without(known: Known, gone: Collection[str]) -> Known:
    keys = tuple(name for name in known.keys if name not in gone)
    return msgspec.structs.replace(known, keys=keys, gone=tuple(sorted({*known.gone, *gone})))


def minute(now: datetime) -> str:
    """An instant as heads claim it: UTC, to the minute."""
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
