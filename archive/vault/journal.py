"""The journal of one collective on one device: founding, opening, reading what is new, writing, rotating.

Order makes it safe, in every place here: objects before the segment that names them; the segment, whose rename is the
commit point; then the memory; then the mirror. What is in the archive but not in the mirror has not been verified by
this device, so a writer reads exactly those segments before it goes on with its own chain: a crash between two of the
steps neither loses a segment nor makes two with one number.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from archive.errors import DamagedError
from archive.records.kinds import Attachment
from archive.seal import epoch, roster, segment
from archive.seal.age import NoMatchError
from archive.seal.epoch import Epoch, Forget
from archive.seal.identity import Identity
from archive.seal.lines import NewerError, Signed, digest
from archive.seal.roster import Roster, Version
from archive.seal.segment import Head
from archive.speech import tr
from archive.vault import entry, objects, sealed, shredding, sifting
from archive.vault.batch import Batch
from archive.vault.deeds import Deed, Met
from archive.vault.entry import Draft, Entry, Problem, Segment
from archive.vault.holdings import Holdings
from archive.vault.keyring import no_key, overtaken
from archive.vault.memory import Fresh, Known, Newest
from archive.vault.sifting import Late, Opened
from archive.vault.standing import Standing, Step, minute
from archive.vault.state import State
from archive.vault.store import Store
from archive.vault.tree import Placing

_DAY = 86_400  # seconds after which a temporary file has no writer any more
_ENOUGH = 8 * 1024 * 1024  # bytes of new segments held before they are remembered


class Journal:
    """One collective, opened with one identity. Several processes may hold one at the same time.

    ``problems`` says what was not as it should be; it grows while segments are read.
    """

    def __init__(
        self,
        store: Store,
        collective: str,
        owner: Identity,
        state: State,
        random: Callable[[int], bytes],
    ) -> None:
        """Use ``open`` or ``found``."""
        self.store = store
        self.collective = collective
        self.identity = owner
        self._state = state
        self.random = random
        self.holdings = Holdings(store, state, collective, random)
        self.deeds = Met()
        self.tainted: set[str] = set()  # files read so far that hold lines which were destroyed here
        self.sealed: set[str] = set()  # segments that no key opened
        self.moved_to: Callable[[str], Iterable[str]] = lambda _name: ()  # where files went; the index knows
        state.make()
        self.standing = Standing(self.holdings, state, owner, random)

    @classmethod
    def found(
        cls, store: Store, owner: Identity, state: State, now: datetime, random: Callable[[int], bytes]
    ) -> Journal:
        """Founds a collective with this identity as its only member; the rename of its first key event makes it be.

        The identity must have been written down before, or nobody can ever open what this makes.
        """
        genesis = roster.found(owner, random)
        members = roster.judge([genesis], genesis.id)
        event = epoch.make(owner, members, [], [genesis], at=minute(now), random=random)
        with store.batch(genesis.id, random) as batch:
            batch.add("keys", [event])
            batch.finish()
        return cls.open(store, genesis.id, owner, state, random)

    @classmethod
    def open(
        cls, store: Store, collective: str, owner: Identity, state: State, random: Callable[[int], bytes]
    ) -> Journal:
        """Opens a collective and verifies that it begins with the genesis that its id names.

        NotAMemberError if no key event is for this identity; DamagedError if those there are not whole or not its own.
        """
        journal = cls(store, collective, owner, state, random)
        journal.standing.remember_quietly(Fresh())
        return journal

    @property
    def problems(self) -> list[Problem]:
        """What was not as it should be, so far, each thing once."""
        return self.holdings.problems

    @property
    def roster(self) -> Roster:
        """The list of members."""
        return self.standing.roster

    @property
    def epoch(self) -> Epoch | None:
        """The epoch that is written to; None if one for the whole list has to be made first."""
        return self.standing.keyring.current

    @property
    def secrets(self) -> Mapping[str, bytes]:
        """Every epoch's X25519 secret, by epoch id."""
        return self.standing.keyring.secrets

    def segments(self, known: Container[str]) -> Iterator[Segment]:
        """Every segment whose file name is not in ``known``, verified, in no meaningful order.

        What cannot be verified is left out and told in ``problems``; what is gone or not whole comes from the mirror.
        """
        fresh, late = Fresh(), False
        here = set(self.store.names(self.collective, "journal"))
        self.standing.follow()  # after listing: a segment never comes before its key event on this device
        wanted = self._names(here) - self.standing.set_aside
        for name in (*sorted(wanted & here), *sorted(wanted - here)):
            if name in here and name in known:
                continue
            data = None if name in here else self._rightly_gone(name)
            data = data or self.holdings.whole("journal", name)  # of a known one too: that heals it
            if data is None or name in known or not (opened := self._open(name, data)):
                continue
            if opened[0].dev not in self.roster.cards:
                late = True
                continue
            fresh.add(name, data, *opened)
            if fresh.size > _ENOUGH:
                self.standing.remember_quietly(fresh)
                fresh.forget_files()
            yield self._segment(name, *opened)
        for name in sorted(self.sift(fresh).count if late else ()):  # those of removed devices that count after all
            if name not in known and (read := self._read(name)) and (opened := read[1]):
                fresh.add(name, read[0], *opened)
                yield self._segment(name, *opened)
        self.standing.remember_quietly(fresh)
        sealed.tell(self)
        for name, device, missing in fresh.hollow():
            if lost := [line for line in missing if not self.is_shredded(line, device)]:
                self.holdings.report(
                    "journal", name, tr("{number} of its entries are missing in every copy here", number=len(lost))
                )

    def withdrawn(self, known: Collection[str]) -> frozenset[str]:
        """Those of the segments in ``known`` that do not count any more, since a removal was followed that cut them."""
        self.standing.follow()
        if known and self.standing.must_sift:
            fresh = Fresh()
            self.sift(fresh, known)
            self.standing.remember_quietly(fresh)
        return self.standing.set_aside.intersection(known)

    def sift(self, fresh: Fresh | None = None, known: Container[str] = ()) -> Late:
        """Divides the segments of devices not on the list, looking at all; those set aside are told as problems.

        What came of it is to be remembered with ``fresh``. A ``known`` one that nobody on the list signed is set aside.
        """
        names = self._names(self.store.names(self.collective, "journal"))
        late = sifting.sift(self.roster, sorted(names), self._read, known)
        for name in sorted(late.aside):
            self.holdings.report("journal", name, sifting.ASIDE, aside=True)
        for name in sorted(late.pending):
            self.holdings.report("journal", name, sifting.PENDING)
        if fresh is not None:
            fresh.sifted = tuple(sorted(late.aside | late.pending)), sifting.stamp(self.roster)
        return late

    def _names(self, here: Iterable[str]) -> set[str]:
        """The files of all segments that there should be."""
        remembered = {newest.name for newest in self.standing.known.chains.values()}
        return {*here, *self.holdings.mirrored("journal"), *remembered}

    def _read(self, name: str) -> tuple[bytes, Opened | None] | None:
        """A segment's bytes and, if it is in order, what is in it; None if there is no whole copy."""
        data = self.holdings.whole("journal", name)
        return (data, self._open(name, data)) if data is not None else None

    def begin(self, now: datetime) -> Batch:
        """Begins a batch, with a new epoch first where the list has changed since the last one was made.

        What keeps this device from writing is raised: a newer version of the program at work here, a dispute, words
        that were not compared, a list that it is not on.
        """
        self.standing.follow()
        target = self.standing.target()
        if target is None:
            with self._state.lock():
                self._catch_up()
                target = self.standing.fitting(now)
        return Batch(self, self.store.batch(self.collective, self.random), target.age_public, self.random)

    def write(self, placing: Placing, epoch_key: bytes, drafts: Sequence[Draft | Deed], now: datetime) -> Segment:
        """Places files, encrypted to ``epoch_key``, and adds one segment with the drafts; see ``Batch.commit``."""
        body = [entry.write_line(draft, self.random(16)) for draft in drafts]
        placing.flush()  # before the lock: many large files take their time
        with self._state.lock():
            self._catch_up()
            target = self.standing.fitting(now)
            if not self.standing.keyring.may_hold(epoch_key):
                raise overtaken()
            known = self.standing.known
            head = self._next(known, now)
            segment_id, data = segment.make(self.identity, head, body, target.age_public, self.random)
            placing.finish()
            with self.store.batch(self.collective, self.random) as batch:
                name = batch.add("journal", [data])
                batch.finish()
            self.standing.remember_written(head, Newest(head.seq, segment_id, name), data)
            self.holdings.shelter(entry.objects_of(drafts))
            self.store.sweep(self.collective, now.timestamp() - _DAY)
        return entry.handed_out(name, segment_id, head, map(entry.read_line, body))

    def rotate(self, now: datetime, forget: Forget | None = None) -> str:
        """Makes a new epoch for every device of the list and tells its id; what was stored before still opens.

        ``forget`` tells everybody which epochs to forget as soon as nothing needs them; see ``forgetting``.
        """
        with self._state.lock():
            self._catch_up()
            self.standing.check()
            self.standing.hand_out(self.roster, now, forget)
            return self.standing.fitting(now).id

    def change(self, steps: Sequence[Step], now: datetime, *, settling: bool = False) -> tuple[Version, ...]:
        """Changes the list step by step, with a new epoch for it: one key event. Tells the versions made."""
        with self._state.lock():
            self._catch_up()
            return self.standing.change(steps, now, settling=settling)

    def open_object(self, attachment: Attachment) -> Iterator[bytes]:
        """The bytes of an attachment in pieces: take them for good only when the last one has come.

        NotFoundError if parts have not arrived yet, DamagedError if one is not what its record says.
        """
        parts = tuple(msgspec.structs.replace(part, o=self.place_of(part.o)) for part in attachment.parts)
        found = msgspec.structs.replace(attachment, parts=parts)
        return objects.open_parts(self.store, self.collective, found, list(self.secrets.values()))

    def place_of(self, name: str) -> str:
        """The file that holds now what the object ``name`` held: itself while it is here and opens."""
        return sealed.place_of(self, name)

    @property
    def remembered(self) -> Known:
        """What this device remembers of the collective."""
        return self.standing.known

    def remember(self, change: Callable[[Known], Known]) -> None:
        """Changes what this device remembers, durably."""
        self.standing.revise(change)

    def copy_of(self, name: str) -> tuple[Head, Signed] | None:
        """A segment's file as it is, whole or hollow, opened and verified; from the mirror where only that has it."""
        data = self.holdings.whole("journal", name) if self.holdings.has("journal", name) else None
        data = data or self.holdings.mirror_copy("journal", name)
        return self._open(name, data) if data is not None else None

    def _rightly_gone(self, name: str) -> bytes | None:
        """The mirror's copy of a segment that others took away for a reason: such a one is not put back."""
        data = self.holdings.mirror_copy("journal", name)
        opened = self._open(name, data) if data is not None else None
        if opened is None:
            return None
        moved = name in self.deeds.moves
        head, signed = opened
        return data if moved or any(self.is_shredded(digest(line), head.dev) for line in signed.body) else None

    def is_shredded(self, line: str, author: str) -> bool:
        """Whether a valid shred names a line, even one that has no effect here yet."""
        return shredding.named(self.standing.known.shreds, self.deeds.orders, line, author, self.roster)

    def target(self) -> bytes:
        """The public key that is written to now; refuses where nothing may be written."""
        found = self.standing.target()
        if found is None:
            raise no_key()
        return found.age_public

    def _open(self, name: str, data: bytes) -> tuple[Head, Signed] | None:
        """A segment opened and verified; None, and a problem noted, if it cannot be."""
        try:
            opened = segment.open_segment(data, list(self.secrets.values()), self.roster)
            self.sealed.discard(name)
            return opened
        except NoMatchError:
            self.sealed.add(name)
            if not self.remembered.forgotten:
                self.holdings.report("journal", name, sealed.NO_KEY)
        except NewerError as error:
            self.standing.newer = True
            self.holdings.report("journal", name, error.message)
        except DamagedError as error:
            self.holdings.report("journal", name, error.message)
        return None

    def _segment(self, name: str, head: Head, signed: Signed) -> Segment:
        """What the journal hands out; a line that is signed but not in form is left out and told."""
        entries: list[Entry] = []
        for line in signed.body:
            try:
                one = entry.read_line(line)
            except DamagedError as error:
                self.holdings.report("journal", name, error.message)
                continue
            if shredding.destroyed(self.standing.known.shreds, one.hash, head.dev, self.roster):
                self.tainted.add(name)
                continue
            if one.deed is not None:
                self.deeds.add(one.hash, head.dev, one.deed)
            entries.append(one)
        return entry.handed_out(name, signed.id, head, entries, signed.missing)

    def _catch_up(self) -> Known:
        """Reads what arrived since, so that writing goes on from the newest state; under the lock."""
        self.standing.follow()
        fresh = Fresh()
        here = set(self.store.names(self.collective, "journal"))
        for name in here - self.holdings.mirrored("journal") - self.standing.set_aside:
            data = self.holdings.whole("journal", name)
            if data is not None and (opened := self._open(name, data)) and opened[0].dev in self.roster.cards:
                fresh.add(name, data, *opened)
        return self.standing.remember(fresh)

    def _next(self, known: Known, now: datetime) -> Head:
        """Line 2 of this device's next segment."""
        own = f"{self.identity.device}/{known.chain}"
        last = known.chains.get(own)
        return Head(
            at=minute(now),
            chain=known.chain,
            collective=self.collective,
            dev=self.identity.device,
            keys=self.standing.keyring.newest,
            seen={name: (newest.seq, newest.id) for name, newest in known.chains.items() if name != own},
            seq=last.seq + 1 if last else 1,
            v=1,
            prev=last.id if last else None,
        )
