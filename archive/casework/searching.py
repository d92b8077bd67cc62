"""Finding anything again: what was typed, with references in the place of ids, as a query of the index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import get_args

from msgspec import structs

from archive.desk import Desk
from archive.errors import ExistsError, NotFoundError, UsageError
from archive.index import query as typing
from archive.index.facets import By
from archive.index.filters import Filters, Query
from archive.index.searching import Hit as Found
from archive.records import consent, kinds
from archive.records.answers import CountLine, Hit, SavedAnswer, SavedLine, SearchAnswer
from archive.records.refs import LETTERS
from archive.speech import tr
from archive.vault.entry import Draft


class Wanted(Filters, frozen=True, kw_only=True):
    """A search as a person types it: ``case`` and ``person`` are references, ``collective`` is a name.

    ``consent`` is a purpose; ``text`` may hold ``field:value``.
    """

    consent: str | None = None


def find(desk: Desk, wanted: Wanted, count_by: By | None = None) -> SearchAnswer:
    """A page of what is found, or with ``count_by`` how many records have which value."""
    query = _query(desk, _with_fields(wanted))
    if count_by is not None:
        counts = desk.index.count_by(query, count_by)
        lines = (CountLine(value=one.value, count=one.count, title=one.title) for one in counts)
        return SearchAnswer(total=desk.index.total(query), hits=(), counts=tuple(lines))
    found = desk.index.search(query)
    return SearchAnswer(total=found.total, hits=tuple(map(_hit, found.hits)), sort=found.sort)


def keep(desk: Desk, name: str, wanted: Wanted) -> None:
    """Keep a search under a name, in the archive itself; ExistsError where there is one of this name."""
    if any(one.name == name for one in _kept(desk)):
        raise ExistsError(
            tr("A search of this name is kept already."), tr("Choose another, or see: archive search --saved-list")
        )
    desk.index.total(_query(desk, _with_fields(wanted)))  # what cannot be asked is not kept
    filters = {field: value for field in _FILTERS if (value := getattr(wanted, field)) is not None}
    filters |= {field: desk.resolve(filters[field], field) for field in ("case", "person") if field in filters}
    fields = {"query": wanted.text, "exact": wanted.exact, "kinds": wanted.kinds, "filters": filters}
    desk.save(Draft(desk.new(kinds.Search, name=name, **fields)))


def kept(desk: Desk, name: str, wanted: Wanted) -> Wanted:
    """The search kept under a name; what ``wanted`` says beside it holds. NotFoundError where there is none."""
    if wanted.text:
        raise UsageError(tr("A search that is kept has words of its own."), tr("Leave out yours, or --saved."))
    for one in _kept(desk):
        if one.name == name:
            filters = {field: value for field, value in one.filters.items() if getattr(wanted, field) is None}
            said = {"exact": one.exact or wanted.exact, "kinds": wanted.kinds or one.kinds}
            return structs.replace(wanted, text=one.query, **said, **filters)
    raise NotFoundError(tr("No search of this name is kept."), tr("See: archive search --saved-list"))


def list_kept(desk: Desk) -> SavedAnswer:
    """All searches that are kept, with their references: ``archive rm REF`` forgets one."""
    return SavedAnswer(
        searches=tuple(
            SavedLine(ref=desk.index.ref(one.id), name=one.name, query=one.query, filters=dict(one.filters))
            for one in _kept(desk)
        )
    )


_FILTERS = tuple(field for field in typing.FIELDS if field != "kind")


def _kept(desk: Desk) -> Iterator[kinds.Search]:
    for stored in desk.index.listing("search", collective=desk.preferred):
        if isinstance(stored.record, kinds.Search):
            yield stored.record


def _hit(found: Found) -> Hit:
    return Hit(**{name: getattr(found, name) for name in Hit.__struct_fields__})


def _with_fields(wanted: Wanted) -> Wanted:
    """``field:value`` put beside the options; UsageError where one filter is said twice."""
    said: dict[str, object] = {}
    for name, value in typing.parse(wanted.text).fields:
        if name == "kind":
            said["kinds"] = (*wanted.kinds, *said.get("kinds", ()), value)  # type: ignore[misc]
        elif name in said or getattr(wanted, name) is not None:
            raise UsageError(tr("{name} is said twice.", name=name), tr("Say each filter once."))
        else:
            said[name] = value
    return structs.replace(wanted, **said)


def _query(desk: Desk, wanted: Wanted) -> Query:
    check_kinds(wanted.kinds)
    desk.prefer(wanted.collective)
    meant = {
        "case": desk.resolve(wanted.case, "case") if wanted.case else None,
        "person": desk.resolve(wanted.person, "person") if wanted.person else None,
        "collective": desk.preferred,
        "agreed": None if wanted.consent is None else tuple(_agreed(desk, _purpose(wanted.consent))),
    }
    return Query(**{name: getattr(wanted, name) for name in Filters.__struct_fields__} | meant)


def check_kinds(named: Iterable[str]) -> None:
    """UsageError for a kind that there is not: said before anybody types a passphrase."""
    if not set(named) <= set(LETTERS):
        raise UsageError(tr("There is no such kind of record."), tr("There is: {known}.", known=", ".join(LETTERS)))


def _purpose(typed: str) -> kinds.Purpose:
    purposes: tuple[kinds.Purpose, ...] = get_args(kinds.Purpose)
    for purpose in purposes:
        if purpose == typed:
            return purpose
    raise UsageError(tr("There is no such purpose."), tr("There is: {known}.", known=", ".join(purposes)))


def _agreed(desk: Desk, purpose: kinds.Purpose) -> Iterator[str]:
    """The persons who agree to a purpose today."""
    today = desk.today()
    asked = (stored.record for stored in desk.index.listing("consent", collective=desk.preferred))
    for person in sorted({one.person for one in asked if isinstance(one, kinds.Consent)}):
        if consent.agreed_to_somebody(tuple(_consents(desk, person)), purpose, today):
            yield person


def _consents(desk: Desk, person: str) -> Iterable[kinds.Consent]:
    heads = desk.index.consents_of(person, desk.preferred)
    return (head.record for head in heads if isinstance(head.record, kinds.Consent))
