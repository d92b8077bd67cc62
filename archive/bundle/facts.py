"""The facts that a dossier may tell of people, acts, proceedings, papers and steps, and what each is called.

A template lists the facts it tells of each kind (``Tells``); what is not listed is not told. The words stand in
``facts.toml``, one row a fact with a label for each language that headings come in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Literal, get_args

import msgspec
from msgspec import Struct

from archive.bundle.visible import bound

EntryKind = Literal["person", "act", "proceeding", "paper", "step", "agreed", "handed", "telling"]
FactName = Literal[
    "designation", "name", "sex", "born", "born-in", "citizenship", "speaks", "public-role", "avoid", "phone", "email",
    "handle", "address", "contact",
    "service", "service-since", "service-until", "unit", "objector", "refusal", "refusal-words",
    "stay", "stay-in", "stay-stage", "stay-until", "dangers",
    "act", "affected", "when", "where", "method", "force", "consequence", "status", "law", "known", "role",
    "arrested", "arrest-place", "arrest-force", "warrant", "issued-by", "ordered-by", "arrest-law", "reason", "held",
    "held-by", "ended", "ending",
    "proceeding", "concerns", "case-number", "court", "district", "state", "instance", "stage", "decision", "decided",
    "sentence", "next",
    "paper", "holder", "issuer", "printed-name", "number", "issued", "expires", "holding", "verified", "mismatch",
    "step", "what", "addressee", "sent", "due", "answered", "outcome", "answer",
    "agreed", "given", "until", "taken-back", "purpose", "recipient", "recipient-name", "handed", "inconsistency",
]  # fmt: skip
LANGUAGES = ("en", "uk", "ru", "cs")
STAY: tuple[FactName, ...] = ("stay-in", "stay", "stay-stage", "stay-until")
"""What is told of one stay abroad before the next one: by which right somebody stays is nothing without where."""


class Tells(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which facts are told of each kind of thing, in which order; nothing unless it is said."""

    person: tuple[FactName, ...] = ()
    act: tuple[FactName, ...] = ()
    proceeding: tuple[FactName, ...] = ()
    paper: tuple[FactName, ...] = ()
    step: tuple[FactName, ...] = ()
    agreed: tuple[FactName, ...] = ()
    handed: tuple[FactName, ...] = ()
    telling: tuple[FactName, ...] = ()

    def of(self, kind: EntryKind) -> tuple[FactName, ...]:
        """The facts told of one kind."""
        told: tuple[FactName, ...] = getattr(self, kind)
        return told

    def more_than(self, other: Tells) -> str | None:
        """The first fact that this tells and ``other`` does not, as ``act.method``; None if there is none."""
        extra = (
            f"{kind}.{name}" for kind in get_args(EntryKind) for name in self.of(kind) if name not in other.of(kind)
        )
        return next(extra, None)


@cache
def words() -> Mapping[FactName, Mapping[str, str]]:
    """Fact, language, label."""
    data = (resources.files("archive.bundle") / "facts.toml").read_bytes()
    read = msgspec.toml.decode(data, type=dict[FactName, dict[str, str]])
    if set(read) != set(get_args(FactName)) or any(set(row) != set(LANGUAGES) for row in read.values()):
        raise ValueError("facts.toml: a fact has no words")
    return read


def order(told: Sequence[str]) -> Mapping[str, int]:
    """Where each fact stands; those of one stay side by side."""
    ranks = {name: at for at, name in reversed(list(enumerate(told)))}
    stay = min((ranks[name] for name in STAY if name in ranks), default=0)
    return ranks | {name: stay for name in STAY if name in ranks}


def called(name: FactName, language: str) -> str:
    """What a fact is called in a language that headings come in."""
    return bound(words()[name][language], language)
