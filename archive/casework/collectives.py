"""Several collectives in one archive: each with its own key, list and name, and nothing in common."""

from __future__ import annotations

from msgspec import structs

from archive.desk import Desk
from archive.errors import ExistsError, UsageError
from archive.records import kinds
from archive.records.answers_together import CollectiveLine, CollectiveList
from archive.speech import tr
from archive.vault.entry import Draft
from archive.vault.founding import is_broken_off
from archive.vault.journal import Journal


def list_collectives(desk: Desk) -> CollectiveList:
    """The collectives that this key opens."""
    begun = ((ident, journal) for ident, journal in desk.journals.items() if not is_broken_off(journal))
    lines = (_line(journal, _settings(desk, collective)) for collective, journal in begun)
    return CollectiveList(collectives=tuple(sorted(lines, key=lambda line: line.name)))


def add_collective(desk: Desk, name: str) -> CollectiveLine:
    """Found another collective with oneself as its only member. ExistsError if one that you belong to is called so.

    One whose founding was broken off is taken up again.
    """
    if any(_settings(desk, collective).name == name for collective in desk.journals):
        raise ExistsError(tr("You belong to a collective of this name already."), tr("See: archive collective list"))
    identity = next(iter(desk.journals.values())).identity
    broken_off = next(filter(is_broken_off, desk.journals.values()), None)
    journal = broken_off or Journal.found(desk.store, identity, desk.state, desk.clock(), desk.random)
    desk.admit(journal)
    desk.save(
        Draft(desk.new(kinds.Collective, name=name)),
        Draft(desk.new(kinds.Member, person_id=identity.person, label="M1")),
    )
    return _line(journal, settings(desk))


def change_collective(
    desk: Desk,
    *,
    name: str | None,
    originals: kinds.Originals | None,
    capture_facts: kinds.Kept | None,
    places: kinds.Places | None,
) -> CollectiveLine:
    """Give the collective another name or other settings, for all its members; None leaves one as it is."""
    said = {"name": name, "originals": originals, "capture_facts": capture_facts, "places": places}
    changes = {field: value for field, value in said.items() if value is not None}
    if not changes:
        raise UsageError(
            tr("There is nothing to change."), tr("Say what: --name, --originals, --capture-facts or --places.")
        )
    for stored in desk.index.listing("collective", collective=desk.collective):
        if isinstance(stored.record, kinds.Collective):
            changed = structs.replace(stored.record, modified=desk.minute(), **changes)
            desk.save(Draft(changed, parents=stored.heads, edited=stored.line))
    return _line(desk.journal, settings(desk))


def show_collective(desk: Desk) -> CollectiveLine:
    """The collective that is worked for."""
    return _line(desk.journal, settings(desk))


def settings(desk: Desk) -> kinds.Collective:
    """Name and settings of the collective that is worked for."""
    return _settings(desk, desk.collective)


def _settings(desk: Desk, collective: str) -> kinds.Collective:
    found = [stored.record for stored in desk.index.listing("collective", collective=collective)]
    nothing = kinds.Collective(id="0" * 32, created="", entered_by="", name="")  # its record has not come yet
    return next((record for record in found if isinstance(record, kinds.Collective)), nothing)


def _line(journal: Journal, record: kinds.Collective) -> CollectiveLine:
    members, person = journal.roster, journal.identity.person
    return CollectiveLine(
        name=record.name,
        id=journal.collective,
        members=len(members.persons),
        role="admin" if person in members.admins else "member" if person in members.persons else "none",
        originals=record.originals,
        capture_facts=record.capture_facts,
        places=record.places,
    )
