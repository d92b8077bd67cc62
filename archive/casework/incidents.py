"""A computer or a secret in wrong hands: which one it is, what it could open, and off every list it comes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Literal

from msgspec import Struct

from archive.casework import members
from archive.casework.members import Named
from archive.desk import Desk
from archive.errors import AmbiguousError, ArchiveError, NotFoundError
from archive.index.reading import Stored
from archive.records.answers_together import DeviceLine
from archive.seal.changes import NotAllowedError
from archive.speech import tr
from archive.vault.journal import Journal

Incident = Literal["seized", "lost", "detained", "leaked"]
_SHORTEST = 6  # hex digits by which a device or person may be named


class Taken(Struct, frozen=True):
    """What is in wrong hands: devices of one person. ``whole``: all of theirs, and the person leaves the lists."""

    person: str
    label: str
    devices: tuple[str, ...]
    whole: bool


class Outcome(Struct, frozen=True):
    """``removed``: it is on none of your lists now. ``refusals`` say why not; ``epoch`` is the key written with now."""

    removed: bool
    refusals: tuple[ArchiveError, ...]
    epoch: str | None


# --- what is in wrong hands ---


def devices(desk: Desk) -> tuple[DeviceLine, ...]:
    """Every device on any list that this key opens, with its member."""
    own, found = _own(desk), dict[str, DeviceLine]()
    for collective, journal in desk.journals.items():
        named = members.everybody(desk, collective)
        for device, card in journal.roster.cards.items():
            found.setdefault(device, DeviceLine(device=device, member=named[card.person].label, this=device == own))
    return tuple(sorted(found.values(), key=lambda line: (line.member, line.device)))


def find_device(desk: Desk, typed: str) -> Taken:
    """The device whose id begins so, on any list or once on it: a list of whom to warn can be asked for again."""
    wanted = typed.strip().lower()
    found = {
        device: members.everybody(desk, collective)[card.person]
        for collective, journal in desk.journals.items()
        for device, card in journal.roster.known.items()
        if len(wanted) >= _SHORTEST and device.startswith(wanted)
    }
    if len(found) != 1:
        raise NotFoundError(
            tr("No single device on the list begins with this."),
            tr("Give {shortest} digits or more: archive device list.", shortest=_SHORTEST),
        )
    device, one = found.popitem()
    return Taken(one.person, one.label, (device,), whole=False)


def find_member(desk: Desk, typed: str) -> Taken:
    """The member called so, with all devices they ever had; one on a list goes before one who has left."""
    everyone = [
        (one, collective, one.person in desk.journals[collective].roster.persons)
        for collective in ([desk.preferred] if desk.preferred else desk.journals)
        for one in members.everybody(desk, collective).values()
    ]
    for here in (True, False):
        fits = {one.person: one for one, _, listed in everyone if listed is here and _is_called(one, typed)}
        if len(fits) > 1:
            raise AmbiguousError(tr("Several members are called so."), tr("Use the reference: archive member list."))
        if fits:
            person, one = fits.popitem()
            cards = [card for journal in desk.journals.values() for card in journal.roster.known.values()]
            theirs = sorted({card.device for card in cards if card.person == person})
            return Taken(person, one.label, tuple(theirs), whole=True)
    raise NotFoundError(tr("Nobody on the list is called so."), tr("See who is: archive member list."))


def _is_called(one: Named, typed: str) -> bool:
    said = typed.strip()
    by_id = len(said) >= _SHORTEST and one.person.startswith(said.lower())
    return by_id or said.casefold() in (one.label.casefold(), one.ref.casefold())


def _own(desk: Desk) -> str:
    return next(iter(desk.journals.values())).identity.device


def find_dossier(desk: Desk, typed: str) -> Stored:
    """A dossier that was made."""
    stored = desk.index.get(desk.resolve(typed, "dossier"))
    if stored is None:
        raise NotFoundError(tr("This dossier is not here."), tr("Sync with the others and try again."))
    return stored


def dossiers(desk: Desk, made_by: Collection[str] | None = None) -> tuple[str, ...]:
    """The references of the dossiers made, of all or on these devices, oldest first."""
    made = (stored.record for stored in desk.index.listing("dossier"))
    return tuple(desk.index.ref(one.id) for one in made if made_by is None or one.entered_by in made_by)


def shares(desk: Desk, taken: Taken) -> tuple[str, ...]:
    """The recovery shares that the person holds, on paper that may have been taken too."""
    held = (members.held_shares(desk, taken.person, collective) for collective in collectives_of(desk, taken))
    return tuple(share for some in held for share in some)


# --- off the lists ---


def check_elsewhere(desk: Desk, taken: Taken) -> None:
    """Refuses for the computer that this runs on: it cannot be both in wrong hands and here."""
    if _own(desk) in taken.devices:
        raise NotAllowedError(
            tr("This is the computer you are working on, and it cannot take itself off the list."),
            tr(
                "Run this on another computer of yours or ask another member. "
                "To destroy the key here: archive wipe --now"
            ),
        )


def listed(desk: Desk, taken: Taken) -> tuple[str, ...]:
    """The collectives whose lists still have any of the devices."""
    return tuple(
        collective
        for collective, journal in desk.journals.items()
        if not journal.roster.cards.keys().isdisjoint(taken.devices)
    )


def is_last(desk: Desk, taken: Taken) -> bool:
    """Whether the person has no other device on a list."""
    return all(
        set(desk.journals[collective].roster.persons.get(taken.person, ())) <= set(taken.devices)
        for collective in collectives_of(desk, taken)
    )


def remove(desk: Desk, taken: Taken) -> Outcome:
    """Takes the devices off every list that has them, each with a new key in the same step.

    Nothing is raised: whoever must be warned has to be warned whether or not this succeeds.
    """
    chosen = desk.preferred
    refusals = [error for collective in listed(desk, taken) for error in _remove(desk, taken, collective)]
    return Outcome(not listed(desk, taken), tuple(refusals), epoch(desk, taken, chosen))


def _remove(desk: Desk, taken: Taken, collective: str) -> Iterator[ArchiveError]:
    """Removes in one collective; the refusal, if it is one and they are still on the list."""
    desk.admit(desk.journals[collective])
    try:
        if taken.whole:
            members.remove_member(desk, taken.person)
        else:
            members.remove_device(desk, taken.devices[0])
    except ArchiveError as error:
        if collective in listed(desk, taken):
            yield _for_an_admin(error) if _is_plain_member(desk.journals[collective]) else error
    except OSError as error:
        if collective in listed(desk, taken):
            yield ArchiveError(
                tr("The system refused: {strerror}.", strerror=error.strerror or tr("unknown reason")),
                tr("Mend that, then run this again."),
            )


def _is_plain_member(journal: Journal) -> bool:
    return journal.identity.person not in journal.roster.admins


def _for_an_admin(error: ArchiveError) -> ArchiveError:
    """What a member who may not change the list has to do instead."""
    if not isinstance(error, NotAllowedError):
        return error
    return NotAllowedError(
        error.message,
        tr("Have an admin run this at once: archive member list shows who. No admin left? archive recovery combine"),
    )


def epoch(desk: Desk, taken: Taken, chosen: str | None) -> str | None:
    """The key that is written with now: in the collective ``chosen``, or else the first that the devices could read."""
    places = collectives_of(desk, taken)
    current = desk.journals[chosen or places[0]].epoch
    return current.id if current else None


def collectives_of(desk: Desk, taken: Taken) -> tuple[str, ...]:
    """The collectives that the devices can read, or could until they were removed."""
    return tuple(
        collective
        for collective, journal in desk.journals.items()
        if not journal.roster.known.keys().isdisjoint(taken.devices)
    )
