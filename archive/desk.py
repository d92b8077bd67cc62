"""One archive, opened by one person: their key, the journals it opens, and the index, held together.

The index answers what is listed, shown and searched. Where somebody's safety hangs on it (who agreed, which names to
hide, what has to stay in) ``truth`` reads the journal itself: a stale page put back into the index would pass every
check of SQLCipher.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from archive.errors import ArchiveError, DamagedError, NotAMemberError, NotFoundError, UsageError
from archive.index.entering import Watch, unwatched
from archive.index.index import Index
from archive.records import kinds
from archive.records.kinds import AnyRecord
from archive.seal.identity import Identity
from archive.seal.keystore import Secrets
from archive.speech import tr, trn
from archive.vault import forgetting, reencrypt, sealed, shredding
from archive.vault.batch import Batch
from archive.vault.deeds import Deed, Moved, Ordered
from archive.vault.entry import Draft, Segment
from archive.vault.founding import is_broken_off
from archive.vault.journal import Journal
from archive.vault.reencrypt import Old
from archive.vault.state import State
from archive.vault.store import Store
from archive.vault.truth import Truth
from archive.vault.unlocking import unlock

Kind = TypeVar("Kind", bound=kinds.Record)


class Place(Struct, frozen=True):
    """Where an archive lies and where its user keeps key, index and memory; ``watch`` sees the index being filled."""

    root: Path
    state: Path
    identity: Path
    watch: Watch = unwatched


class Desk:
    """An opened archive. ``clock`` gives aware UTC, ``random`` that many secret bytes."""

    def __init__(
        self,
        store: Store,
        state: State,
        journals: Mapping[str, Journal],
        index: Index,
        random: Callable[[int], bytes],
        clock: Callable[[], datetime],
    ) -> None:
        self.store = store
        self.state = state
        self.journals = journals
        self.index = index
        self.random = random
        self.clock = clock
        self.warnings: list[str] = []
        self.entered = 0  # segments that were new to the index when it was opened
        self.anew = 0  # files encrypted anew since others forgot their key: to be synced
        self.watch: Watch = unwatched
        self._chosen: str | None = None
        self._next_id: str | None = None

    @classmethod
    def open(
        cls,
        place: Place,
        ask: Callable[[], str],
        *,
        random: Callable[[int], bytes],
        clock: Callable[[], datetime],
        anew: bool = False,
    ) -> Desk:
        """Unlock the key with the passphrase that ``ask`` gives, open what it opens and bring the index up to date.

        ``anew`` throws the index away first and makes it from the journals alone. Raises NoArchiveError before
        anything is asked; NoKeyError, WrongPassphraseError, NotAMemberError, DamagedError.
        """
        Store(place.root)
        return cls.open_with(place, unlock(place.identity, ask), random=random, clock=clock, anew=anew)

    @classmethod
    def open_with(
        cls,
        place: Place,
        secrets: Secrets,
        *,
        random: Callable[[int], bytes],
        clock: Callable[[], datetime],
        anew: bool = False,
    ) -> Desk:
        """The same with a key that is unlocked already."""
        store = Store(place.root)
        state = State(place.state, store.archive_id)
        journals = dict(_journals(store, Identity(secrets.seed, secrets.person), state, random))
        if not journals:
            raise NotAMemberError
        desk = cls(store, state, journals, Index.open(state.index, secrets.index_key), random, clock)
        for journal in journals.values():
            journal.moved_to = partial(desk.index.moved, journal.collective)
        if anew:
            desk.index.reset()
        desk.watch = place.watch
        desk.entered = desk.catch_up()
        return desk

    # --- which collective ---

    def prefer(self, name: str | None) -> None:
        """Work for the collective called ``name``; NotFoundError if no such one opens."""
        if name is None:
            return
        named = {record.name: ident for ident, record in self._collectives()}
        if name not in named:
            raise NotFoundError(tr("You belong to no collective of this name."), tr("See: archive collective list"))
        self._chosen = named[name]

    @property
    def journal(self) -> Journal:
        """The journal of the chosen collective, or of the only one."""
        if self._chosen is not None:
            return self.journals[self._chosen]
        begun = [*self.journals.values()]
        if len(begun) > 1:  # asked only then: it costs looking at the disk, and this is asked for each file
            begun = [one for one in begun if not is_broken_off(one)] or begun
        if len(begun) > 1:
            raise UsageError(tr("You belong to several collectives."), tr("Say which one: --collective NAME."))
        return begun[0]

    @property
    def collective(self) -> str:
        """The id of the collective worked for."""
        return self.journal.collective

    @property
    def preferred(self) -> str | None:
        """The id of the collective that was named, None where reading spans all of them."""
        return self._chosen

    @property
    def collective_name(self) -> str:
        """Its name, as its members call it."""
        return next((record.name for ident, record in self._collectives() if ident == self.collective), "")

    def _collectives(self) -> Iterator[tuple[str, kinds.Collective]]:
        for stored in self.index.listing("collective"):
            if isinstance(stored.record, kinds.Collective):
                yield stored.collective, stored.record

    def admit(self, journal: Journal) -> None:
        """Take in a collective that was founded just now, and work for it."""
        self.journals = {**self.journals, journal.collective: journal}
        self._chosen = journal.collective

    # --- writing ---

    def stamp(self) -> dict[str, str]:
        """What every new record carries: a random id, the minute, and the device that entered it."""
        ident = self._next_id or self.random(16).hex()
        self._next_id = None
        return {"id": ident, "created": self.minute(), "entered_by": self.journal.identity.device}

    @contextmanager
    def minting(self, ident: str) -> Iterator[None]:
        """The next new record gets this id; for what has to be the same record whenever it is brought."""
        self._next_id = ident
        try:
            yield
        finally:
            self._next_id = None

    def minute(self) -> str:
        """Now, in UTC, to the minute."""
        return self.clock().strftime("%Y-%m-%dT%H:%MZ")

    def today(self) -> str:
        """The day, in UTC."""
        return self.clock().date().isoformat()

    def new(self, kind: type[Kind], **fields: object) -> Kind:
        """A new record of ``kind``; the journal holds its fields to their rules when it is saved."""
        make: Callable[..., Kind] = kind
        return make(**self.stamp(), **fields)

    def save(self, *drafts: Draft | Deed) -> Segment:
        """Put records into the journal, all or none, and then into the index."""
        with self.journal.begin(self.clock()) as batch:
            return self.commit(batch, drafts)

    def commit(self, batch: Batch, drafts: Sequence[Draft | Deed]) -> Segment:
        """Make a batch with its files final, and enter it into the index."""
        segment = batch.commit(drafts, self.clock())
        self.index.enter(self.collective, [segment])
        return segment

    # --- reading ---

    def catch_up(self) -> int:
        """Enter into the index what the journals hold and it does not; how many segments. Problems become warnings."""
        try:
            return self._catch_up()
        except DamagedError:  # of the index, which is a cache: journals keep what is damaged to themselves
            self.index.reset()
            return self._catch_up()

    def _catch_up(self) -> int:
        if any(one.withdrawn(self.index.applied(one.collective)) for one in self.journals.values()):
            self.index.reset()  # a removal cut off what it holds: made anew from what counts
        entered = sum(map(self._enter, self.journals.values()))
        self.warnings.clear()
        for journal in self.journals.values():
            self.uphold(journal)
            if entered:
                self.follow_moves(journal)
            self.follow_forgetting(journal)
            self.warnings += [
                ": ".join(filter(None, (problem.path, problem.problem)))
                for problem in journal.problems
                if problem.problem != sealed.FORGOTTEN
            ]
            self._tell_sealed(journal)
        return entered

    def _enter(self, journal: Journal) -> int:
        known = self.index.applied(journal.collective)
        new = set(self.store.names(journal.collective, "journal")).difference(known)
        with self.watch(len(new)) as tell:
            return self.index.enter(journal.collective, journal.segments(known), tell)

    def follow_moves(self, journal: Journal) -> None:
        """Drop the files that were encrypted again elsewhere, once their copies are here and hold the same."""
        if moves := reencrypt.waiting(journal, self.index.moves(journal.collective)):
            try:
                self.index.forget(journal.collective, reencrypt.settle(journal, moves))
            except ArchiveError as error:  # both copies stay then, and are tried again when something new comes
                self.warnings.append(
                    tr("files that were encrypted again are still here twice: {message}", message=error.message)
                )

    def encrypt_anew(self, journal: Journal, files: Sequence[Old]) -> frozenset[str]:
        """Move files to the current key; the names of those that could be, and are gone."""
        written = reencrypt.move(journal, files, self.clock())
        if written is None:
            return frozenset()
        self.index.enter(journal.collective, [written])  # before the old files go: where they went has to be known
        deeds = [entry.deed for entry in written.entries if isinstance(entry.deed, Moved)]
        gone = reencrypt.settle(journal, [(deed.source, deed.target) for deed in deeds])
        self.index.forget(journal.collective, gone)
        return gone

    def follow_forgetting(self, journal: Journal) -> None:
        """Forget the old keys that a member says are to be forgotten, once nothing here needs them."""
        try:
            journal.standing.drop_gone()
            if forgetting.is_due(journal) and journal.standing.may_write:
                self._forget(journal)
        except ArchiveError as error:  # the old keys stay then, and it is tried again
            self.warnings.append(tr("old keys are not forgotten here yet: {message}", message=error.message))

    def _forget(self, journal: Journal) -> None:
        self.follow_moves(journal)
        if not forgetting.has_heard(journal, self.index.moves(journal.collective)):
            return
        for portion in reencrypt.portions(forgetting.needing(journal)):
            self.anew += len(self.encrypt_anew(journal, portion))
        if forgetting.is_ready(journal):
            journal.standing.forget(self.clock())

    def _tell_sealed(self, journal: Journal) -> None:
        """What waits for a member who has a key that was forgotten here."""
        if count := sealed.waiting(journal):
            others = [name for name in journal.roster.persons if name != journal.identity.person]
            named = {
                stored.record.person_id: stored.record.label
                for stored in self.index.listing("member", collective=journal.collective)
                if isinstance(stored.record, kinds.Member)
            }
            who = named.get(others[0], tr("the other member")) if len(others) == 1 else tr("another member")
            self.warnings.append(
                trn(
                    "{n} segment is sealed with a key that was forgotten here; it opens after {who} has synced again",
                    "{n} segments are sealed with a key that was forgotten here; they open after {who} has synced "
                    "again",
                    count,
                    who=who,
                )
            )

    def uphold(self, journal: Journal) -> None:
        """Have the shreds take effect that are due here; the others become warnings."""
        orders = {
            tip.entry.hash: Ordered(tip.device, tip.entry.deed)
            for kind in ("shred", "keep")
            for tip in self.index.deeds(kind, journal.collective)
            if tip.entry.deed is not None
        }
        try:
            if orders or journal.tainted:
                self._shred(journal, orders)
        except ArchiveError as error:  # a shred that has to wait for a better day keeps nobody from working
            self.warnings.append(tr("what was shredded is not destroyed here yet: {message}", message=error.message))

    def _shred(self, journal: Journal, orders: Mapping[str, Ordered]) -> None:
        now, collective = self.clock(), journal.collective
        shredding.notice(journal, orders, now)
        count = partial(self.index.records_of, collective)
        ready, waiting = shredding.waiting(journal, now, count, self.index.count(collective))
        if ready or journal.tainted:
            # a row that is deleted may stay on the disk for a while; a file that is gone does not
            shredding.carry_out(journal, ready, self.index.reset)
            for other in self.journals.values():
                self._enter(other)
        self.warnings += map(shredding.told, waiting)

    def resolve(self, typed: str, *kinds_wanted: str) -> str:
        """The id that a reference means."""
        return self.index.resolve(typed, kinds_wanted)

    def record(self, record_id: str) -> AnyRecord:
        """The record as the index shows it; NotFoundError if it is not here."""
        if (stored := self.index.get(record_id)) is None:
            raise NotFoundError(tr("This record is not here."), tr("Sync with the others and try again."))
        return stored.record

    def truth(self) -> Truth:
        """All that the collective's journal says, read from the journal itself and not from the index."""
        return Truth.of(self.journal.segments(frozenset()))


def _journals(
    store: Store, identity: Identity, state: State, random: Callable[[int], bytes]
) -> Iterator[tuple[str, Journal]]:
    for collective in store.collectives():
        try:
            yield collective, Journal.open(store, collective, identity, state, random)
        except NotAMemberError:
            continue
