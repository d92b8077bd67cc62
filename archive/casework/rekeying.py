"""A new key for what is stored already: what there is to do, doing it portion by portion, going on after a break."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from msgspec import Struct

from archive.casework import care
from archive.desk import Desk
from archive.errors import DamagedError, PartlyDoneError
from archive.records import kinds
from archive.records.answers_upkeep import ReencryptAnswer
from archive.speech import tr
from archive.vault import check as checking
from archive.vault import forgetting, reencrypt, sealed
from archive.vault.entry import Draft
from archive.vault.reencrypt import Old


class Work(Struct, frozen=True):
    """The files that are to be encrypted anew. ``goes_on``: to the key of a run that broke off, else to a new one."""

    files: tuple[Old, ...]
    goes_on: bool

    @property
    def size(self) -> int:
        """In bytes."""
        return sum(one.size for one in self.files)


def look(desk: Desk) -> Work:
    """What is to be done: the rest of a run that broke off, else everything that is stored."""
    journal, epoch = desk.journal, desk.journal.epoch
    if epoch is None:
        raise DamagedError(
            tr("This collective has no key to follow."), tr("Sync again. If that does not help: archive check.")
        )
    secret = journal.secrets[epoch.id]
    stored = reencrypt.stored(journal)
    rest = reencrypt.under_other_keys(journal, stored, secret)
    if rest and _has_begun(desk, secret):
        return Work(rest, goes_on=True)
    return Work(stored, goes_on=False)


def _has_begun(desk: Desk, secret: bytes) -> bool:
    """Whether files were already moved to the current key."""
    journal, targets = desk.journal, {target for _, target in desk.index.moves(desk.collective)}
    return any(
        name in targets and reencrypt.opens(journal, area, name, secret)
        for area in reencrypt.AREAS
        for name in journal.holdings.names(area)
    )


def run(desk: Desk, work: Work, advance: Callable[[int], None]) -> ReencryptAnswer:
    """Encrypt it all anew; ``advance`` hears of each portion. Broken off anywhere, everything stays readable."""
    if not work.goes_on:
        care.rotate(desk, dry_run=False)
    done = size = 0
    for portion in reencrypt.portions(work.files):
        gone = desk.encrypt_anew(desk.journal, portion)
        done += len(gone)
        size += sum(one.size for one in portion if one.name in gone)
        advance(len(portion))
    desk.save(Draft(desk.new(kinds.Custody, event="key change", note="everything stored was encrypted anew")))
    desk.catch_up()
    return answer(desk, done, size, left=len(work.files) - done)


def check(desk: Desk) -> None:
    """PartlyDoneError where old keys cannot be forgotten: what is damaged or lacking may come back under one."""
    report = checking.check(desk.store, (desk.journal,))
    found = [
        one
        for one in report.problems
        if one.path.startswith(desk.collective) and not (one.healed or one.aside or one.problem == sealed.FORGOTTEN)
    ]
    if found:
        raise PartlyDoneError(
            tr("No key was forgotten: {found} files are damaged or have not arrived.", found=len(found)),
            tr("See which: archive check. Sync, or mend them, then: archive rotate --reencrypt --forget"),
        )


def forget(desk: Desk, done: ReencryptAnswer) -> ReencryptAnswer:
    """Forget all keys but the newest: told to everybody with one key event, done here at once; see ``forgetting``."""
    check(desk)
    names = forgetting.order(desk.journal, desk.clock())
    desk.catch_up()
    if not set(names) <= set(desk.journal.remembered.forgotten):
        raise PartlyDoneError(
            tr("The old keys are not forgotten here yet: something that came meanwhile still needs one of them."),
            tr("Nothing is lost. It is tried again with every command; see also: archive check"),
        )
    desk.save(Draft(desk.new(kinds.Custody, event="key change", note="old keys were forgotten")))
    epoch = desk.journal.epoch
    return msgspec.structs.replace(done, epoch=epoch.id if epoch else None, forgotten=len(names))


def answer(desk: Desk, files: int, size: int, *, left: int) -> ReencryptAnswer:
    """What was done, or would be."""
    epoch = desk.journal.epoch
    return ReencryptAnswer(
        collective=desk.collective_name,
        epoch=epoch.id if epoch else None,
        members=len(desk.journal.roster.cards),
        reencrypted=not left,
        files=files,
        bytes=size,
        left=left,
    )
