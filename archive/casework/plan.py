"""What somebody wants to publish, and all that is decided before anything laborious is done."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, field

from archive.bundle.handover import Way
from archive.bundle.template import Template
from archive.casework.gathering import Gathered
from archive.casework.judging import Choice, Judged
from archive.casework.picturing import Pictured
from archive.records import gate, kinds
from archive.records.answers import WithheldAnswer
from archive.records.gate import Need, Reason
from archive.redact.profile import Profile
from archive.vault.truth import Truth


class Asked(Struct, frozen=True):
    """What somebody wants to publish, and how.

    ``reviewed``: refuse while there are words nobody has decided about, instead of hiding them. ``target`` is where
    to; None says what would happen and writes nothing. ``recipient`` is the id of whom it is for, in the address book.
    ``written`` are parts of the dossier by name, ``cleared`` references of the exhibits whose content a strict profile
    may show. ``languages`` are those of headings, the first that of the data; ``paper``: as PDF too. ``waived`` are
    hits of the leak check that somebody answers for.
    """

    choice: Choice
    template: Template
    profile: Profile
    languages: tuple[str, ...]
    reviewed: bool
    partial: bool
    target: Path | None
    recipient: str | None = None
    way: Way = Way()
    written: Mapping[str, str] = {}
    cleared: tuple[str, ...] = ()
    paper: bool = True
    waived: frozenset[str] = frozenset()


class Plan(Struct, frozen=True):
    """All that is decided before anything laborious is done. ``why`` has each record that stays in, with reasons."""

    template: Template
    profile: Profile
    need: Need
    truth: Truth
    judged: Judged
    gathered: Gathered
    withheld: tuple[WithheldAnswer, ...]
    pseudonyms: dict[str, str]
    quotable: frozenset[str]  # ids of what may also be printed, where the template is for the press
    cleared: frozenset[str] | None  # ids of the records whose content is shown; None: of all
    pictured: Pictured = field(default_factory=Pictured)

    @property
    def clear(self) -> frozenset[str]:
        """The ids of those who are called by their names somewhere in it."""
        if self.template.names == "sealed":
            return frozenset()
        return self.gathered.clear | ({self.need.person} if self.need.person else frozenset())

    @property
    def included(self) -> tuple[str, ...]:
        """The ids of all that leaves."""
        return (*(entry.record.id for entry in self.judged.leaving if entry.record), *self.gathered.included)

    @property
    def people(self) -> tuple[str, ...]:
        """The ids of those whom what leaves is about; nobody where it is their own copy."""
        if self.need.person:
            return ()
        records = (entry.record for entry in self.judged.leaving)
        about = (
            gate.subjects(one.about, one.case, self.judged.people) for one in records if isinstance(one, kinds.Filed)
        )
        return tuple(dict.fromkeys(person for people in about for person in people))

    @property
    def why(self) -> tuple[tuple[str, tuple[Reason, ...]], ...]:
        """All that stays in, each with every reason."""
        return (*self.judged.withheld, *self.gathered.withheld)

    @property
    def names(self) -> tuple[kinds.Identity, ...]:
        """The identities of everybody in the collective, whoever the dossier is about."""
        return self.truth.identities()

    @property
    def masks(self) -> tuple[str, ...]:
        """Words to hide that belong to no person."""
        return self.truth.masks()
