"""Several collectives in one archive: each with its own key, list and name, and nothing in common."""

from __future__ import annotations

from msgspec import structs

from archive.desk import Desk
from archive.errors import ExistsError
from archive.records import kinds
from archive.records.answers_together import CollectiveLine, CollectiveList
from archive.vault.entry import Draft
from archive.vault.journal import Journal


def list_collectives(desk: Desk) -> CollectiveList:
    """The collectives that this key opens."""
    lines = (_line(journal, _name(desk, collective)) for collective, journal in desk.journals.items())
    return CollectiveList(collectives=tuple(sorted(lines, key=lambda line: line.name)))


def add_collective(desk: Desk, name: str) -> CollectiveLine:
    """Found another collective with oneself as its only member. ExistsError if one that you belong to is called so."""
    if any(_name(desk, collective) == name for collective in desk.journals):
        raise ExistsError("You belong to a collective of this name already.", "See: archive collective list")
    identity = next(iter(desk.journals.values())).identity
    journal = Journal.found(desk.store, identity, desk.state, desk.clock(), desk.random)
    desk.admit(journal)
    desk.save(
        Draft(desk.new(kinds.Collective, name=name)),
        Draft(desk.new(kinds.Member, person_id=identity.person, label="M1")),
    )
    return _line(journal, name)


def rename_collective(desk: Desk, name: str) -> CollectiveLine:
    """Give the collective another name, for all its members."""
    for stored in desk.index.listing("collective", collective=desk.collective):
        if isinstance(stored.record, kinds.Collective):
            renamed = structs.replace(stored.record, name=name, modified=desk.minute())
            desk.save(Draft(renamed, parents=stored.heads, edited=stored.line))
    return _line(desk.journal, name)


def _name(desk: Desk, collective: str) -> str:
    found = [stored.record for stored in desk.index.listing("collective", collective=collective)]
    return next((record.name for record in found if isinstance(record, kinds.Collective)), "")


def _line(journal: Journal, name: str) -> CollectiveLine:
    members, person = journal.roster, journal.identity.person
    return CollectiveLine(
        name=name,
        id=journal.collective,
        members=len(members.persons),
        role="admin" if person in members.admins else "member" if person in members.persons else "none",
    )
