"""Hits of the leak check, told by the records that they are of; and those that a person has looked at and answers for.

Only shapes can be waived (a number, a day), never names and masks. A waiver is of one word where it stands in one
dossier: the same word in another record, in one that was changed since, or for another reader is to be looked at anew.
What was waived is written down in the signed record of the dossier, without the word itself.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from msgspec import structs

from archive.bundle.compose import Composed
from archive.bundle.leak_check import PAGE, Leak
from archive.casework.plan import Plan


def key(plan: Plan) -> bytes:
    """What only those know who read these records; the same until one of them changes, or the template or reader."""
    entries = (entry.hash for ident in plan.included for entry in plan.truth.heads[ident])
    known = (*entries, *(identity.id for identity in plan.names))
    told = (plan.template.kind, plan.need.recipient or "", *sorted(known))
    return hashlib.blake2b("\n".join(told).encode(), digest_size=32).digest()


def parted(
    found: Sequence[Leak], told: Composed, answered: frozenset[str]
) -> tuple[tuple[Leak, ...], tuple[Leak, ...]]:
    """The hits that stop a dossier, and those that somebody answers for; on pictures with the exhibit they are of."""
    placed = [_placed(leak, told) for leak in found]
    places = defaultdict[str, set[str]](set)
    for leak in placed:
        if leak.waiver is not None:
            places[leak.waiver].add(_place(leak, told))
    named = [_named(leak, places) for leak in placed]
    waived = tuple(leak for leak in named if leak.waiver is not None and leak.waiver in answered)
    return tuple(leak for leak in named if leak not in waived), waived


def noted(waived: Sequence[Leak]) -> tuple[str, ...]:
    """What is written down of them."""
    return tuple(f"{leak.waiver}: {leak.category}, {leak.member}, {leak.where}" for leak in waived)


def _placed(leak: Leak, told: Composed) -> Leak:
    shown = (*told.dossier.exhibits, *(told.apart.exhibits if told.apart else ()))
    on = (one.number for one in shown if leak.member.removeprefix("data/") in one.files)
    return structs.replace(leak, exhibit=next(on, leak.exhibit))


def _place(leak: Leak, told: Composed) -> str:
    """Where a hit is, in words that are the same in the next dossier: of which record and page, else of which file.

    A paper shows what the page does, on pages that fall in other places each time.
    """
    if leak.exhibit is not None:
        page = PAGE.search(leak.member)
        return f"{told.records[leak.exhibit - 1]}:{page[1] if page else ''}"
    return re.sub(r"P-\d+", "P", leak.member) if not leak.member.endswith(".pdf") else ""


def _named(leak: Leak, places: Mapping[str, set[str]]) -> Leak:
    """With what lets it pass, if anything may: made of the word and of all places where it stands."""
    if leak.waiver is None:
        return leak
    told = "\n".join((leak.waiver, *sorted(places[leak.waiver])))
    return structs.replace(leak, waiver=hashlib.blake2b(told.encode(), digest_size=5).hexdigest())
