"""Ending a dispute: two admins removed each other, and only people can say how the list has to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from archive.casework.members import Named, everybody, list_members
from archive.desk import Desk
from archive.errors import NotFoundError, UsageError
from archive.records import kinds
from archive.records.answers_together import MemberList
from archive.seal import changes
from archive.speech import tr
from archive.vault.entry import Draft


def settle(desk: Desk, keep: Sequence[str], admins: Sequence[str]) -> MemberList:
    """Sign the whole list as people confirmed it: these members, these of them admins, everybody else removed.

    UsageError where nothing is to be settled; NotAllowedError unless an admin signs whom nobody removed, and unless
    the dispute ends by it.
    """
    journal = desk.journal
    if not journal.roster.dispute and not journal.roster.contested:
        raise UsageError(tr("There is nothing to settle."), tr("See the list: archive member list."))
    named = everybody(desk)
    persons = {_meant(one, named) for one in keep}
    made = {_meant(one, named) for one in admins}
    gone = _gone(desk)
    devices = [device for device, card in journal.roster.known.items() if card.person in persons and device not in gone]
    owner = journal.identity
    journal.change(
        [lambda list_, newest: changes.settle(owner, list_, devices, made, newest)], desk.clock(), settling=True
    )
    desk.save(Draft(desk.new(kinds.Custody, event="key change", note="dispute settled")))
    return list_members(desk)


def _gone(desk: Desk) -> set[str]:
    """The devices that were removed by what nobody disputes."""
    members = desk.journal.roster
    open_ = {one.version for one in (*members.dispute, *members.contested)}
    return {device for one in members.removals if one.version not in open_ for device in one.devices}


def _meant(typed: str, named: Mapping[str, Named]) -> str:
    """The person called so by label or reference, also one whom a side has removed."""
    fits = [
        one.person
        for one in named.values()
        if typed.strip().casefold() in (one.label.casefold(), one.ref.casefold(), one.person)
    ]
    if len(fits) != 1:
        raise NotFoundError(
            tr("Nobody ever on the list, or more than one, is called so."), tr("See: archive member list.")
        )
    return fits[0]
