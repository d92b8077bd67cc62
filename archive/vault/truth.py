"""What the journal says, straight from its signed entries: for whatever somebody's safety hangs on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from msgspec import Struct, structs

from archive.records import kinds
from archive.records.gate import People
from archive.vault.deeds import Tomb
from archive.vault.entry import Entry, Segment

Kind = TypeVar("Kind", bound=kinds.Record)


class Truth(Struct, frozen=True):
    """The heads of every record, straight from signed entries. An edit apart leaves several heads, and each counts.

    A record with a tombstone among its heads is no longer in ``heads`` but in ``binned``, as it was before: it does not
    leave any more, and what it hid or took back stays hidden and taken back.
    """

    heads: Mapping[str, tuple[Entry, ...]]
    binned: Mapping[str, tuple[Entry, ...]] = {}
    cases: Mapping[str, frozenset[str]] = {}  # every case that a record was ever in, by its id
    versions: Mapping[str, frozenset[str]] = {}  # what a record was ever made from or into: translations, transcripts

    @classmethod
    def of(cls, segments: Iterator[Segment]) -> Truth:
        """Read segments; an entry that another names as its parent is no head."""
        entries = [entry for segment in segments for entry in segment.entries]
        replaced = {(_subject(entry), parent) for entry in entries for parent in entry.parents}
        tombs = [entry for entry in entries if isinstance(entry.deed, Tomb) and _place(entry) not in replaced]
        away = {_subject(entry) for entry in tombs}
        buried = {(_subject(entry), parent) for entry in tombs for parent in entry.parents}
        heads: dict[str, tuple[Entry, ...]] = {}
        binned: dict[str, tuple[Entry, ...]] = {}
        for entry in entries:
            if entry.record is not None and (_place(entry) not in replaced or _place(entry) in buried):
                place = binned if entry.record.id in away else heads
                place[entry.record.id] = (*place.get(entry.record.id, ()), entry)
        return cls(heads, binned, _cases(entries), _versions(entries))

    def all(self, kind: type[Kind]) -> Iterator[Kind]:
        """Every head of every record of a kind."""
        return _of_kind(self.heads, kind)

    def ever(self, kind: type[Kind]) -> Iterator[Kind]:
        """Those in the bin as well: what is to be hidden stays hidden."""
        yield from _of_kind(self.heads, kind)
        yield from _of_kind(self.binned, kind)

    def identities(self) -> tuple[kinds.Identity, ...]:
        """Everybody whose names are hidden, whoever a dossier is about."""
        return tuple(self.ever(kinds.Identity))

    def masks(self) -> tuple[str, ...]:
        """Words to hide that belong to no person: every one that a case ever had."""
        return tuple(mask for case in self.ever(kinds.Case) for mask in case.masks)

    def people(self) -> People:
        """Persons and their consents, for the gate. What edits apart say of somebody's risk is not confirmed."""
        persons: dict[str, kinds.Person] = {}
        for person in self.all(kinds.Person):
            apart = person.id in persons
            cases = (*persons[person.id].cases, *person.cases) if apart else person.cases
            persons[person.id] = structs.replace(person, cases=cases, risk=None if apart else person.risk)
        consents: dict[str, list[kinds.Consent]] = {}
        for consent in self.all(kinds.Consent):
            consents.setdefault(consent.person, []).append(consent)
        self._add_binned(persons, consents)
        named = frozenset(identity.person for identity in self.all(kinds.Identity))
        return People(persons, consents, named)

    def _add_binned(self, persons: dict[str, kinds.Person], consents: dict[str, list[kinds.Consent]]) -> None:
        """Of what is in the bin a no stays and a yes does not; persons still belong to their cases, and agree to
        nothing."""
        for consent in _of_kind(self.binned, kinds.Consent):
            consents.setdefault(consent.person, []).append(structs.replace(consent, purposes=()))
        for person in _of_kind(self.binned, kinds.Person):
            persons[person.id] = structs.replace(person, risk=None)
            consents[person.id] = [structs.replace(one, purposes=()) for one in consents.get(person.id, ())]


def _cases(entries: Iterable[Entry]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for entry in entries:
        if isinstance(entry.record, kinds.Filed) and entry.record.case is not None:
            found[entry.record.id] = found.get(entry.record.id, frozenset()) | {entry.record.case}
    return found


def _versions(entries: Iterable[Entry]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for record in (entry.record for entry in entries if isinstance(entry.record, kinds.Filed)):
        for other in filter(None, (record.translation_of, record.transcript_of, record.summary_of)):
            for one, two in ((record.id, other), (other, record.id)):
                found[one] = found.get(one, frozenset()) | {two}
    return found


def _subject(entry: Entry) -> str | None:
    """The id of the record that an entry is a state of."""
    if isinstance(entry.deed, Tomb):
        return entry.deed.id
    return entry.record.id if entry.record is not None else None


def _place(entry: Entry) -> tuple[str | None, str]:
    return _subject(entry), entry.hash


def _of_kind(records: Mapping[str, tuple[Entry, ...]], kind: type[Kind]) -> Iterator[Kind]:
    for heads in records.values():
        yield from (entry.record for entry in heads if isinstance(entry.record, kind))
