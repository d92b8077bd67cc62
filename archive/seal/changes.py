"""New versions of the list: letting in, removing, settling a dispute; refused where the signer may not do it.

Each is signed on top of the newest versions that stand for the signer. That a change is allowed here does not make it
hold: every device judges for itself, ``trust.py``. Nothing is written; the caller puts the version into a key event.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from archive.errors import ArchiveError, DamagedError, ExistsError, NotAMemberError, NotFoundError
from archive.seal import roster, trust, versions
from archive.seal.identity import Identity
from archive.seal.roster import Roster
from archive.seal.trust import History, Verdict
from archive.seal.versions import Card, Change, Version
from archive.speech import tr


class NotAllowedError(ArchiveError):
    """The list of members does not give the signer this right."""

    name = "not_allowed"


def add(owner: Identity, members: Roster, cards: Collection[Card] = (), admins: Collection[str] = ()) -> Version:
    """Lets devices in and makes persons admins.

    Anyone may list a further device of their own; the rest takes an admin. NotAllowedError, ExistsError for what is
    there already, DamagedError for a card that its device did not sign.
    """
    own = _own_person(owner, members)
    for card in cards:
        _check_card(card, own, members)
    _check_admins(admins, {card.person for card in (*cards, *members.cards.values())}, members)
    if admins or any(card.person != own for card in cards):
        _check_admin(own, members)
    return _signed(owner, members, members.heads, cards=cards, admins=admins, cuts={})


def remove(owner: Identity, members: Roster, removes: Collection[str], newest: Mapping[str, str]) -> Version:
    """Removes persons, with all their devices, or single devices, for good.

    ``newest`` is the newest segment known of each chain, by ``<device>/<chain>``: what those removed signed up to there
    counts. Anyone may remove themselves and their own devices; the rest takes an admin. NotAllowedError, also where no
    admin would be left; NotFoundError for whoever is not on the list.
    """
    own = _own_person(owner, members)
    if not {*members.cards, *members.persons}.issuperset(removes):
        raise NotFoundError(tr("This person or device is not on the list."), tr("See who is: archive member list."))
    if not {own, *members.persons[own]}.issuperset(removes):
        _check_admin(own, members)
    gone = {device for name in removes for device in members.persons.get(name, (name,))}
    cuts = {place: head for place, head in newest.items() if place.partition("/")[0] in gone}
    version = _signed(owner, members, members.heads, removes=removes, cuts=cuts)
    if not _with(members, version, members.pins).admins:
        raise NotAllowedError(
            tr("This is the last admin. Without one, nobody could be let in or removed any more."),
            tr("Make another member an admin first: archive member role."),
        )
    return version


def settle(
    owner: Identity, members: Roster, keep: Collection[str], admins: Collection[str], newest: Mapping[str, str]
) -> Version:
    """Ends a dispute, or what is contested, for everybody: the whole list, device by device, as a person confirmed it.

    Whoever else was ever named is removed. NotAllowedError unless an admin signs whom no side has removed, and unless
    the list then is the one given, on devices of every side: who was removed by what stands cannot be kept.
    """
    if members.hindrance and not members.dispute:
        raise members.hindrance
    read = versions.read(members.versions, members.collective)
    history = roster.remembered(read.bodies, members.collective)
    everyone = {card.device: card for name in history.steps for card in read.bodies[name].cards}
    if not everyone.keys() >= set(keep):
        raise NotFoundError(
            tr("Somebody on this list was never named."), tr("Let them in afterwards: archive member add.")
        )
    alone = trust.judge(history)
    _check_unopposed(owner, history, alone)
    stands = alone.standing & trust.judge(history, members.pins).standing
    cards = [everyone[device] for device in keep]
    version = _signed(
        owner,
        members,
        trust.newest(history, history.set_of(stands)),
        cards=cards,
        admins=admins,
        removes=_others(everyone, history.made, {card.device: card.person for card in cards}),
        cuts=_cuts([read.bodies[name].cuts for name in alone.removals & stands], newest, everyone.keys() - set(keep)),
    )
    for pins in (frozenset[str](), members.pins):
        after = _with(members, version, pins)
        if after.dispute or after.contested or after.cards.keys() != set(keep) or after.admins != set(admins):
            raise NotAllowedError(
                tr("This list would not end the dispute."),
                tr("Keep one of those who removed each other, as admin; the others come back with new keys."),
            )
    return version


def _own_person(owner: Identity, members: Roster) -> str:
    """The signer's person, if anything may be written."""
    if members.hindrance:
        raise members.hindrance
    if owner.device not in members.cards:
        raise NotAMemberError
    return members.cards[owner.device].person


def _check_admin(person: str, members: Roster) -> None:
    if person not in members.admins:
        raise NotAllowedError(tr("Only an admin can do this."), tr("Ask one: archive member list shows who they are."))


def _check_card(card: Card, own: str, members: Roster) -> None:
    """Whether this card may come: its device's own, not here, never removed, and no stranger posing as a member."""
    if not versions.is_sound(card):
        raise DamagedError(tr("The key to let in is damaged: it is not signed by itself."), tr("Ask for it again."))
    if card.device in members.cards:
        raise ExistsError(tr("This device is on the list already."), tr("See who is: archive member list."))
    if any({card.device, card.person} & {*removal.removes, *removal.devices} for removal in members.removals):
        raise NotAllowedError(
            tr("This key was removed from the list, for good."),
            tr("Make a new one there and let that in: archive identity new."),
        )
    if card.person != own and card.person in members.persons:
        raise NotAllowedError(
            tr("This key says that it belongs to somebody who is a member."),
            tr(
                "A member's second device is let in from their first. "
                "Anybody else makes a new key: archive identity new."
            ),
        )


def _check_admins(admins: Collection[str], persons: Collection[str], members: Roster) -> None:
    if not set(persons).issuperset(admins):
        raise NotFoundError(tr("This person is not on the list."), tr("See who is: archive member list."))
    if not members.admins.isdisjoint(admins):
        raise ExistsError(tr("This person is an admin already."), tr("See who is: archive member list."))


def _check_unopposed(owner: Identity, history: History, alone: Verdict) -> None:
    """Whether nobody ever removed the signer, however wrongly; else they may sign only if that is true of every admin.

    A device that followed such a removal would not follow the signer.
    """
    opposed = trust.reached(history, [gone for name in history.hits for gone in history.steps[name].removes])
    free = [device for device, person in alone.members.items() if person in alone.admins and device not in opposed]
    if owner.device in opposed and free:
        raise NotAllowedError(
            tr("One side has removed you, so the other side's devices would not follow you."),
            tr("An admin whom nobody removed can end this, or the recovery shares."),
        )


def _others(everyone: Mapping[str, Card], made: Collection[str], kept: Mapping[str, str]) -> set[str]:
    """The ids that remove whoever was ever named and is not kept (device: person)."""
    devices = {device for device, card in everyone.items() if card.person in kept.values() and device not in kept}
    persons = {*made, *(card.person for card in everyone.values())}
    return devices | persons.difference(kept.values())


def _cuts(earlier: Sequence[Mapping[str, str]], newest: Mapping[str, str], gone: Collection[str]) -> dict[str, str]:
    """Where to cut the chains of all who go: where it was cut before, or else at the newest segment known."""
    cuts = {place: head for place, head in newest.items() if place.partition("/")[0] in gone}
    for one in earlier:
        cuts.update(one)
    return cuts


def _signed(
    owner: Identity,
    members: Roster,
    parents: Sequence[str],
    *,
    cards: Collection[Card] = (),
    admins: Collection[str] = (),
    removes: Collection[str] = (),
    cuts: Mapping[str, str],
) -> Version:
    """The version, with its lists in order, so that the same change has the same bytes."""
    change = Change(
        collective=members.collective,
        parents=tuple(parents),
        cards=tuple(sorted(cards, key=lambda card: card.device)),
        admins=tuple(sorted(admins)),
        removes=tuple(sorted(removes)),
        cuts=dict(cuts),
        by=owner.device,
    )
    return versions.sign(owner, change)


def _with(members: Roster, version: Version, pins: Collection[str]) -> Roster:
    return roster.judge([*members.versions, version], members.collective, pins)
