"""Recovery: a member and admin like any other, but the key lies on paper, in shares that several people hold.

It is on the list, so every new key of the collective goes to it and no rotation makes a share worthless. Splitting anew
is another secret and another person on the list; the one before goes, as anybody goes who is removed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from msgspec import structs

from archive.bundle import sheet
from archive.bundle.sheet import Sheet
from archive.casework import beginning
from archive.desk import Desk, Place
from archive.errors import ExistsError, NotAMemberError, UsageError
from archive.index.reading import Stored
from archive.records import kinds
from archive.records.answers_recovery import HolderLine, RecoveryAnswer, RescueAnswer, SplitAnswer
from archive.seal import changes, recovery, roster
from archive.seal.identity import Identity
from archive.seal.recovery import Share, WrongWordsError
from archive.speech import tr, trn
from archive.vault import sealed
from archive.vault.entry import Draft
from archive.vault.journal import Journal
from archive.vault.state import State, write_identity
from archive.vault.store import Store

REHEARSE_AFTER = 365  # days


@dataclass(frozen=True)
class Plan:
    """A recovery key that was drawn and is in force only once ``put`` was called: before that, it is only paper."""

    owner: Identity
    shares: tuple[Share, ...] = field(repr=False)
    holders: tuple[str, ...]

    @property
    def threshold(self) -> int:
        """How many shares are enough."""
        return self.shares[0].threshold


def can(threshold: int) -> str:
    """What so many shares can do, word for word."""
    return trn(
        "{n} share can read everything and administer, until replaced.",
        "{n} shares can read everything and administer, until replaced.",
        threshold,
    )


# --- splitting ---


def plan(desk: Desk, threshold: int, shares: int, holders: Sequence[str]) -> Plan:
    """Draws a secret and splits it; writes nothing. NotAllowedError already here for whoever is no admin."""
    recovery.check_numbers(threshold, shares)
    if len(holders) != shares:
        raise UsageError(
            tr("{holders} holders for {shares} shares.", holders=len(holders), shares=shares),
            tr("Name one for each: --holder, in order."),
        )
    secret = desk.random(recovery.SECRET_SIZE)
    owner = recovery.identity(secret)
    desk.journal.standing.check()
    _let_in(desk.journal.identity, desk.journal.roster, owner)
    return Plan(owner, recovery.split(secret, threshold, shares), tuple(holders))


def put(desk: Desk, made: Plan) -> SplitAnswer:
    """Puts the key on the list as an admin, and takes the one before off it, with one new key for all who stay.

    The record goes first: a key on the list that no record tells of would never be replaced.
    """
    old = [stored for stored in _records(desk) if _on_list(desk, stored.record)]
    known = {member.label: member.person_id for member in _members(desk)}
    shares = tuple(
        kinds.RecoveryShare(number=number, holder=holder, member=known.get(holder))
        for number, holder in enumerate(made.holders, 1)
    )
    record = desk.new(
        kinds.Recovery, person_id=made.owner.person, threshold=made.threshold, shares=shares, made=desk.today()
    )
    desk.save(Draft(record))
    identity, gone = desk.journal.identity, [stored.record.person_id for stored in old]
    steps = [lambda members, _newest: _let_in(identity, members, made.owner)]
    steps += [lambda members, newest: changes.remove(identity, members, gone, newest)] if gone else []
    desk.journal.change(steps, desk.clock())
    desk.save(Draft(desk.new(kinds.Custody, event="key change", note="recovery shares made")))
    lines = tuple(HolderLine(number=share.number, holder=share.holder, left=False) for share in shares)
    return SplitAnswer(
        ref=desk.index.ref(record.id),
        threshold=made.threshold,
        shares=lines,
        replaced=bool(gone),
        note=can(made.threshold),
    )


@contextmanager
def sheets(desk: Desk, made: Plan, folder: Path, language: str) -> Iterator[tuple[Path, ...]]:
    """A printable page for each share in ``folder``, for its owner alone; gone again if what follows fails."""
    pages = {folder / f"share-{share.number}.html": _sheet(desk, made, share, language) for share in made.shares}
    folder.mkdir(0o700, parents=True, exist_ok=True)
    written: list[Path] = []
    try:
        for path, page in pages.items():
            _write(path, page)
            written.append(path)
        yield tuple(written)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise


def _sheet(desk: Desk, made: Plan, share: Share, language: str) -> str:
    about = Sheet(
        number=share.number,
        count=len(made.shares),
        threshold=share.threshold,
        words=share.words,
        holder=made.holders[share.number - 1],
        made=desk.today(),
    )
    return sheet.page(about, language)


def _write(path: Path, text: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise ExistsError(
            tr("There are sheets in this folder already."), tr("Name another folder: -o FOLDER.")
        ) from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _let_in(signer: Identity, members: roster.Roster, who: Identity) -> roster.Version:
    return changes.add(signer, members, [roster.make_card(who)], [who.person])


# --- looking after it ---


def show(desk: Desk) -> RecoveryAnswer:
    """Who holds the shares in force, and when they were last tried; an answer without shares if there are none."""
    stored = _current(desk)
    if stored is None:
        return RecoveryAnswer(note=note(desk))
    one = stored.record
    people = desk.journal.roster.persons
    return RecoveryAnswer(
        ref=desk.index.ref(one.id),
        threshold=one.threshold,
        shares=tuple(
            HolderLine(number=share.number, holder=share.holder, left=bool(share.member and share.member not in people))
            for share in one.shares
        ),
        made=one.made,
        drilled=one.drilled,
        note=note(desk),
    )


def note(desk: Desk) -> str | None:
    """What is to be done about recovery, with the command for it; None if all is well, or none of several is chosen."""
    if desk.preferred is None and len(desk.journals) > 1:
        return None
    stored = _current(desk)
    if stored is None:
        return tr("No recovery shares yet: archive recovery split")
    one, people = stored.record, desk.journal.roster.persons
    here = [share for share in one.shares if share.member is None or share.member in people]
    if len(here) < len(one.shares):
        return tr(
            "{shares} of the recovery shares are with people who left: archive recovery split",
            shares=len(one.shares) - len(here),
        )
    if one.drilled is None:
        return tr("The recovery shares were never tried: archive recovery drill")
    if (desk.clock().date() - date.fromisoformat(one.drilled)).days > REHEARSE_AFTER:
        return tr("The recovery shares were last tried on {drilled}: archive recovery drill", drilled=one.drilled)
    return None


def drill(desk: Desk, shares: Sequence[Share]) -> RecoveryAnswer:
    """Proves that the shares make the recovery key on the list, and writes down that they were tried."""
    person = recovery.identity(recovery.combine(shares)).person
    stored = _current(desk)
    if stored is None or stored.record.person_id != person:
        raise WrongWordsError(
            tr("These shares make a recovery key, but not the one of this collective's list: it was replaced."),
            tr("The newest sheets count. See when they were made: archive recovery show"),
        )
    tried = structs.replace(stored.record, drilled=desk.today(), modified=desk.minute())
    desk.save(Draft(tried, parents=stored.heads, edited=stored.line))
    return show(desk)


@dataclass(frozen=True)
class _Found:
    """A recovery record with what an edit of it needs."""

    record: kinds.Recovery
    heads: tuple[str, ...]
    line: bytes

    @classmethod
    def of(cls, stored: Stored) -> Iterator[_Found]:
        if isinstance(stored.record, kinds.Recovery):
            yield cls(stored.record, stored.heads, stored.line)


def _records(desk: Desk) -> list[_Found]:
    return [
        found for stored in desk.index.listing("recovery", collective=desk.collective) for found in _Found.of(stored)
    ]


def _current(desk: Desk) -> _Found | None:
    """The newest of those whose key is an admin's on the list."""
    return next((found for found in reversed(_records(desk)) if _on_list(desk, found.record)), None)


def _on_list(desk: Desk, record: kinds.Recovery) -> bool:
    return record.person_id in desk.journal.roster.admins


def _members(desk: Desk) -> list[kinds.Member]:
    found = (stored.record for stored in desk.index.listing("member", collective=desk.collective))
    return [record for record in found if isinstance(record, kinds.Member)]


# --- when everything else is lost ---


def age_key(shares: Sequence[Share]) -> str:
    """The recovery key as AGE-SECRET-KEY-1…, for a stock age binary."""
    return recovery.identity(recovery.combine(shares)).age_identity


def rescue(
    place: Place,
    shares: Sequence[Share],
    ask: Callable[[], str],
    *,
    kdf: str,
    random: Callable[[int], bytes],
    clock: Callable[[], datetime],
) -> RescueAnswer:
    """Lets this computer's key (a new one if there is none) in as an admin, with the recovery key's signature.

    The archive's folder is all that is needed. Nothing shows whether it is the newest state: what others still have
    comes with the next sync. WrongWordsError if the shares open nothing here.
    """
    owner = recovery.identity(recovery.combine(shares))
    store = Store(place.root)
    with _own_state(place, store, random) as state:
        journal = _journal(store, owner, state, random)
        _check_in_force(journal)
        secrets, locked = beginning.key(place, ask, kdf, random)
        if locked is not None:
            write_identity(place.identity, locked, random)  # on disk before anything is sealed to it
        newcomer = Identity(secrets.seed, secrets.person)
        journal.standing.compare()  # the holders stand side by side: there is nobody to compare words with by voice
        journal.change([lambda members, _newest: _let_in(owner, members, newcomer)], clock())
    desk = Desk.open_with(place, secrets, random=random, clock=clock)
    desk.admit(desk.journals[journal.collective])
    label = _enter(desk, newcomer)
    return RescueAnswer(
        collective=desk.collective_name,
        label=label,
        device=newcomer.device,
        new_key=locked is not None,
        note=can(shares[0].threshold),
    )


@contextmanager
def _own_state(place: Place, store: Store, random: Callable[[int], bytes]) -> Iterator[State]:
    """A state for the recovery key alone, gone afterwards: its memory is not that of this computer's own key."""
    folder = place.state / f".tmp-{random(8).hex()}"
    try:
        yield State(folder, store.archive_id)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _journal(store: Store, owner: Identity, state: State, random: Callable[[int], bytes]) -> Journal:
    """The journal of the collective whose recovery key this is."""
    for collective in store.collectives():
        try:
            journal = Journal.open(store, collective, owner, state, random)
        except NotAMemberError:
            continue
        if owner.person in journal.roster.admins:
            return journal
    raise WrongWordsError(
        tr("These shares make a key, but nothing in this archive is for it: they were replaced or are another's."),
        tr("Look for newer sheets, or another copy of the archive's folder."),
    )


def _check_in_force(journal: Journal) -> None:
    """Whether the key reads all there is. One that was taken off the list cannot see that: its newest list has it.

    But it got no key made since, and the first thing written with such a key was that the shares were replaced.
    """
    for _ in journal.segments(()):  # to learn which do not open, and which of those are here anew
        continue
    if journal.sealed - sealed.old_copies(journal):
        raise WrongWordsError(
            tr("There are records here that these shares cannot read: they were replaced, or a key file is missing."),
            tr(
                "Look for newer sheets or a whole copy of the folder. Where somebody who was away wrote to a key that "
                "others have forgotten, let them sync first. To read what the shares can: --print-age"
            ),
        )


def _enter(desk: Desk, newcomer: Identity) -> str:
    """The newcomer's first words: their label, and that recovery was used. Who made the version stands right here."""
    desk.journal.standing.compare()
    taken = {member.label for member in _members(desk)}
    label = next(name for name in (f"M{number}" for number in range(1, len(taken) + 2)) if name not in taken)
    desk.save(
        Draft(desk.new(kinds.Member, person_id=newcomer.person, label=label)),
        Draft(desk.new(kinds.Custody, event="key change", note="let in with recovery shares")),
    )
    return label
