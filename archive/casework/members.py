"""Who may read: letting in, giving a role, removing a person or a device, and what they leave behind."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import count
from typing import Literal

from msgspec import Struct

from archive.desk import Desk
from archive.errors import AmbiguousError, NotFoundError
from archive.records import kinds
from archive.records.answers_together import (
    DeadlineLeft,
    DeviceLine,
    DeviceList,
    GoneAnswer,
    MemberAnswer,
    MemberLine,
    MemberList,
    RemovalLine,
    RequestLine,
)
from archive.seal import changes
from archive.seal.changes import NotAllowedError
from archive.seal.identity import Identity
from archive.seal.roster import Removal, Roster, Version
from archive.seal.words import compare, words
from archive.speech import tr
from archive.vault import requests
from archive.vault.entry import Draft
from archive.vault.requests import Request
from archive.vault.standing import Step

Role = Literal["admin", "member"]
_SHORTEST = 6  # hex digits by which a person or device may be named
_SHOWN = 8  # of a device's or person's id where nobody gave a label
_DATED: tuple[str, ...] = ("case", "document", "testimony", "photo", "person")  # kinds that have deadlines


class Named(Struct, frozen=True):
    """A person on the list, or once on it: what the others call them, and the reference of that record."""

    person: str
    label: str
    ref: str


# --- who is who ---


def everybody(desk: Desk, collective: str | None = None) -> dict[str, Named]:
    """Every person that is or was on the list, by person id; the label given last counts."""
    collective = collective or desk.collective
    members = desk.journals[collective].roster
    found = {card.person: _unnamed(card.person) for card in [*members.known.values(), *members.cards.values()]}
    for stored in desk.index.listing("recovery", collective=collective):
        if isinstance(stored.record, kinds.Recovery) and stored.record.person_id in found:
            person = stored.record.person_id
            found[person] = Named(person, "recovery", desk.index.ref(stored.record.id))
    for stored in desk.index.listing("member", collective=collective):
        if isinstance(stored.record, kinds.Member):
            one = stored.record
            found[one.person_id] = Named(one.person_id, one.label, desk.index.ref(one.id))
    return found


def find(desk: Desk, typed: str) -> Named:
    """The member meant by a label, a reference, or the beginning of a person's or device's id."""
    members, named = desk.journal.roster, everybody(desk)
    here = [named[person] for person in members.persons]
    for fits in (
        [one for one in here if one.label.casefold() == typed.strip().casefold()],
        [one for one in here if one.ref == typed.strip().upper()],
        [one for one in here if len(typed) >= _SHORTEST and _begins(typed, one.person, members.persons[one.person])],
    ):
        if len(fits) > 1:
            raise AmbiguousError(tr("Several members are called so."), tr("Use the reference: archive member list."))
        if fits:
            return fits[0]
    raise NotFoundError(tr("Nobody on the list is called so."), tr("See who is: archive member list."))


def list_members(desk: Desk) -> MemberList:
    """The list, and what is not settled about it."""
    members, named = desk.journal.roster, everybody(desk)
    own = desk.journal.identity.device
    lines = [
        MemberLine(
            ref=named[person].ref,
            label=named[person].label,
            role=_role(members, person),
            you=own in devices,
            devices=devices,
        )
        for person, devices in members.persons.items()
    ]
    return MemberList(
        members=tuple(sorted(lines, key=lambda line: line.label)),
        dispute=tuple(removal_line(one, members, named) for one in members.dispute),
        contested=tuple(removal_line(one, members, named) for one in members.contested),
    )


def list_devices(desk: Desk) -> DeviceList:
    """Every device that can read, with its member."""
    members, named = desk.journal.roster, everybody(desk)
    own = desk.journal.identity.device
    lines = [
        DeviceLine(device=device, member=named[card.person].label, this=device == own)
        for device, card in members.cards.items()
    ]
    return DeviceList(devices=tuple(sorted(lines, key=lambda line: (line.member, line.device))))


# --- letting in ---


def waiting(desk: Desk) -> tuple[Request, ...]:
    """The requests in the archive of keys that are not and were never on this collective's list."""
    known = desk.journal.roster.known
    return tuple(one for one in requests.waiting(desk.store) if one.card.device not in known)


def describe(desk: Desk, request: Request) -> RequestLine:
    """A request as people see it."""
    card = desk.journal.roster.cards.get(request.replaces or "")
    replaced = everybody(desk)[card.person].label if card else None
    return RequestLine(request=request.id, device=request.card.device, words=words(request.id), replaces=replaced)


def chosen(found: Sequence[Request], heard: str | None) -> Request:
    """The request whose words were heard, or the only one. NotFoundError, AmbiguousError, WordsDifferError."""
    if not found:
        raise NotFoundError(
            tr("Nobody asks to be let in here."),
            tr("On the other computer: archive join FOLDER. Or give their file: archive identity show --public."),
        )
    if heard is not None:
        for request in found[:-1]:
            if words(request.id).split() == heard.lower().split():
                return request
        compare(found[-1].id, heard)
        return found[-1]
    if len(found) > 1:
        raise AmbiguousError(
            tr("{found} keys ask to be let in.", found=len(found)),
            tr('Let them read you their six words and give those: --words "..."'),
            details={"requests": [words(request.id) for request in found]},
        )
    return found[0]


def add(desk: Desk, request: Request, role: Role | None, label: str | None, replaces: str | None) -> MemberAnswer:
    """Let a key in: a further device of one's own, or a new member, perhaps in place of one who lost their key."""
    owner, members = desk.journal.identity, desk.journal.roster
    person = request.card.person
    old = find(desk, replaces).person if replaces else _replaced(request, members)
    given = role or ("admin" if old in members.admins else "member")
    admins = [person] if given == "admin" and person not in members.persons else []

    def let_in(list_: Roster, _newest: Mapping[str, str]) -> Version:
        return changes.add(owner, list_, [request.card], admins)

    steps = [let_in, *([_removal(owner, [old])] if old else [])]
    replaced = everybody(desk)[old].label if old else None
    made = desk.journal.change(steps, desk.clock())
    drafts = [Draft(desk.new(kinds.Custody, event="key change", note="let in"))]
    if person not in members.persons:
        fresh = desk.new(kinds.Member, person_id=person, label=label or replaced or _next_label(desk))
        drafts.append(Draft(fresh))
    desk.save(*drafts)
    requests.take_away(desk.store, request)
    return _answer(desk, person, made[0].id, replaced)


def make_admin(desk: Desk, typed: str, role: Role) -> MemberAnswer:
    """Give a member the role of admin. Nobody can be lowered: a list only grows and removes."""
    owner, one = desk.journal.identity, find(desk, typed)
    if role == "member":
        raise NotAllowedError(
            tr("An admin cannot be made a plain member again: a role once given cannot be taken back."),
            tr("Remove them and let them in with a new key, made there: archive identity new --replace"),
        )
    desk.journal.change([lambda list_, _: changes.add(owner, list_, admins=[one.person])], desk.clock())
    desk.save(Draft(desk.new(kinds.Custody, event="key change", note="admin")))
    return _answer(desk, one.person, None, None)


# --- removing ---


def remove_member(desk: Desk, typed: str) -> GoneAnswer:
    """Remove a person with all their devices, with a new key for the others in the same step."""
    one = find(desk, typed)
    devices = desk.journal.roster.persons[one.person]
    _check_may_remove(desk, [one.person], devices)
    return _remove(desk, one, one.label, [one.person], devices)


def find_device(desk: Desk, typed: str) -> tuple[str, Named]:
    """The device meant by the beginning of its id, with its member."""
    fits = [one for one in desk.journal.roster.cards if len(typed) >= _SHORTEST and one.startswith(typed.lower())]
    if len(fits) != 1:
        raise NotFoundError(
            tr("No single device on the list begins with this."),
            tr("Give {shortest} digits or more: archive device list.", shortest=_SHORTEST),
        )
    return fits[0], everybody(desk)[desk.journal.roster.cards[fits[0]].person]


def remove_device(desk: Desk, typed: str) -> GoneAnswer:
    """Remove one device: the person stays, on their other ones."""
    device, one = find_device(desk, typed)
    _check_may_remove(desk, [device], [device])
    return _remove(
        desk, one, tr("Device {device} of {label}", device=device[:_SHOWN], label=one.label), [device], (device,)
    )


def _remove(desk: Desk, one: Named, shown: str, removes: Sequence[str], devices: tuple[str, ...]) -> GoneAnswer:
    desk.journal.change([_removal(desk.journal.identity, removes)], desk.clock())
    desk.save(Draft(desk.new(kinds.Custody, event="key change", note="removed")))
    leaves = one.person not in desk.journal.roster.persons
    records = [stored.record for kind in _DATED for stored in desk.index.listing(kind, collective=desk.collective)]
    theirs = [record for record in records if leaves and record.entered_by in devices]
    return GoneAnswer(
        member=one.label,
        who=shown,
        devices=devices,
        shares=tuple(held_shares(desk, one.person, desk.collective)) if leaves else (),
        cases=tuple(
            desk.index.ref(record.id) for record in theirs if isinstance(record, kinds.Case) and not record.closed
        ),
        deadlines=tuple(
            DeadlineLeft(ref=desk.index.ref(record.id), what=date.what, on=date.on)
            for record in theirs
            for date in record.dates
            if not date.done
        ),
    )


def held_shares(desk: Desk, person: str, collective: str) -> Iterable[str]:
    """The recovery shares in force that somebody holds."""
    admins = desk.journals[collective].roster.admins
    for stored in desk.index.listing("recovery", collective=collective):
        if isinstance(stored.record, kinds.Recovery) and stored.record.person_id in admins:
            for share in stored.record.shares:
                if share.member == person:
                    yield tr(
                        "{number} of {shares} ({threshold} are needed)",
                        number=share.number,
                        shares=len(stored.record.shares),
                        threshold=stored.record.threshold,
                    )


def _removal(owner: Identity, removes: Collection[str]) -> Step:
    return lambda list_, newest: changes.remove(owner, list_, removes, newest)


def _check_may_remove(desk: Desk, removes: Collection[str], devices: Collection[str]) -> None:
    """Refuses what the list does not allow, then removing the very computer that this runs on."""
    changes.remove(desk.journal.identity, desk.journal.roster, removes, {})
    if desk.journal.identity.device in devices:
        raise NotAllowedError(
            tr("This is the computer you are working on."),
            tr("Remove it from another one of yours, or ask an admin. To destroy the key here: archive wipe."),
        )


def _unnamed(person: str) -> Named:
    """Somebody for whom nobody gave a label yet."""
    return Named(person, tr("unnamed {person}", person=person[:_SHOWN]), person[:_SHOWN])


def _begins(typed: str, person: str, devices: Collection[str]) -> bool:
    return any(one.startswith(typed.strip().lower()) for one in (person, *devices))


def _role(members: Roster, person: str) -> Role:
    return "admin" if person in members.admins else "member"


def _replaced(request: Request, members: Roster) -> str | None:
    """The person whose place a request asks for, if they are on the list."""
    card = members.cards.get(request.replaces or "")
    return card.person if card and card.person != request.card.person else None


def _next_label(desk: Desk) -> str:
    """M and the next free number: names are given by people, if at all."""
    taken = {one.label for one in everybody(desk).values()}
    return next(label for number in count(1) if (label := f"M{number}") not in taken)


def _answer(desk: Desk, person: str, version: str | None, replaced: str | None) -> MemberAnswer:
    members, one = desk.journal.roster, everybody(desk)[person]
    return MemberAnswer(
        ref=one.ref,
        label=one.label,
        role=_role(members, person),
        devices=members.persons[person],
        words=words(version) if version else None,
        replaced=replaced,
    )


def removal_line(removal: Removal, members: Roster, named: Mapping[str, Named]) -> RemovalLine:
    """A removal, with everybody called as people call them."""
    return RemovalLine(
        version=removal.version,
        by=label_of(removal.by, members, named),
        removes=tuple(sorted(label_of(one, members, named) for one in removal.removes)),
    )


def label_of(ident: str, members: Roster, named: Mapping[str, Named]) -> str:
    """What people call a person, or whose device it is."""
    card = members.known.get(ident)
    if card:
        return named[card.person].label
    return named[ident].label if ident in named else ident[:_SHOWN]
