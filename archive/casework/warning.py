"""Whom to warn when somebody else could read: by pseudonym, the most urgent first, with what is known of safe ways.

Read from the journal itself and with what lies in the bin, since nobody may be overlooked. Nothing is written down but
that contacts were shown.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from typing import TypeVar

from msgspec import Struct

from archive.desk import Desk
from archive.errors import ArchiveError, NotFoundError
from archive.index.reading import Stored
from archive.records import kinds, refs, risk
from archive.vault.entry import Draft
from archive.vault.truth import Truth

Kind = TypeVar("Kind", bound=kinds.Record)
_URGENT = ("in-country", "unknown", "in-transit", "abroad-without-status", "abroad-with-status")  # in this order


class Warned(Struct, frozen=True):
    """Somebody to be warned, by pseudonym. ``where`` is the worst case where nothing was confirmed in time.

    ``avoid`` are ways that would harm, ``safe`` those that do not, ``others`` the phones, mail and handles known.
    """

    ref: str
    pseudonym: str
    where: str
    as_of: str | None
    confirmed: bool
    threats: tuple[str, ...]
    avoid: tuple[str, ...]
    safe: tuple[str, ...]
    others: tuple[str, ...]


def everybody(desk: Desk, collectives: Iterable[str]) -> tuple[Warned, ...]:
    """Everybody in these collectives, by their ids."""
    return _warned(desk, dict.fromkeys(collectives))


def everybody_in(desk: Desk, stored: Stored) -> tuple[Warned, ...]:
    """Everybody whom the records in a dossier are about or name; all there are, if one of them is no longer here."""
    return _warned(desk, {stored.collective: stored.record if isinstance(stored.record, kinds.Dossier) else None})


def _warned(desk: Desk, where: Mapping[str, kinds.Dossier | None]) -> tuple[Warned, ...]:
    found: list[Warned] = []
    for collective, dossier in where.items():
        truth = Truth.of(desk.journals[collective].segments(frozenset()))
        persons = _heads(truth.ever(kinds.Person), lambda one: one.id)
        identities = _heads(truth.ever(kinds.Identity), lambda one: one.person)
        wanted = _in_dossier(truth, dossier) if dossier else None
        found += [
            _entry(desk, heads, identities.get(person, []))
            for person, heads in persons.items()
            if wanted is None or person in wanted
        ]
    return tuple(sorted(found, key=lambda one: (_URGENT.index(one.where), not one.threats, one.pseudonym)))


def _heads(records: Iterable[Kind], key: Callable[[Kind], str]) -> dict[str, list[Kind]]:
    """Every state that counts of the records that belong together."""
    found: dict[str, list[Kind]] = {}
    for record in records:
        found.setdefault(key(record), []).append(record)
    return found


def _in_dossier(truth: Truth, dossier: kinds.Dossier) -> set[str] | None:
    """The ids of everybody in a dossier; None where that cannot be told any more.

    Its pseudonyms do not tell: they are drawn for everybody in the collective.
    """
    entries = {**truth.binned, **truth.heads}
    if not entries.keys() >= set(dossier.included):
        return None
    records = [entry.record for ident in dossier.included for entry in entries[ident] if entry.record is not None]
    cases = {record.case or record.id for record in records}
    persons = {one.id for one in truth.ever(kinds.Person) if not cases.isdisjoint(one.cases)}
    return persons.union(*((*record.about, *record.mentions) for record in records))


def _entry(desk: Desk, heads: list[kinds.Person], identities: list[kinds.Identity]) -> Warned:
    """A person as they are to be warned; of what edits apart say of their risk the worst counts."""
    today = desk.today()
    blocks = [one.risk for one in heads]
    where = min((_place(block, today) for block in blocks), key=_URGENT.index)
    return Warned(
        ref=_ref(desk, heads[0].id),
        pseudonym=heads[0].pseudonym,
        where=where,
        as_of=min((block.as_of for block in blocks if block), default=None),
        confirmed=all(risk.standing(block, today).confirmed for block in blocks),
        threats=tuple(
            name.replace("_", " ") for name in risk.THREATS if any(getattr(one, name, False) for one in blocks)
        ),
        avoid=_all(one.do_not_contact for one in identities),
        safe=_all((one.safe_contact,) for one in identities),
        others=_all((*one.phones, *one.emails, *one.handles) for one in identities),
    )


def _words(name: str) -> str:
    return name.replace("_", " ")


def _place(block: kinds.Risk | None, today: str) -> str:
    """Where somebody is, or unknown where that was not confirmed in time; in the country stays in the country."""
    if block is None:
        return "unknown"
    return block.where if block.where == "in-country" or risk.standing(block, today).confirmed else "unknown"


def _all(lists: Iterable[Iterable[str | None]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for some in lists for one in some if one))


def _ref(desk: Desk, person: str) -> str:
    """The reference, also of somebody in the bin."""
    try:
        return desk.index.ref(person)
    except NotFoundError:
        return refs.LETTERS["person"] + refs.encode(person)[: refs.SHORTEST]


def write_down(desk: Desk, shown: Collection[str]) -> None:
    """Writes into the chain of custody that contacts were shown; where nothing may be written, they are shown anyway.

    ``shown`` are collectives, by id.
    """
    for collective in shown:
        desk.admit(desk.journals[collective])
        with suppress(ArchiveError, OSError):
            desk.save(Draft(desk.new(kinds.Custody, event="access", note="contacts shown after an incident")))
