"""Hits of the leak check, told by the records that they are of; and those that a person has looked at and answers for.

Only shapes can be waived (a number, a day), one hit at a time; names and masks never. What was waived is written down
in the signed record of the dossier, without the word itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from msgspec import structs

from archive.bundle.content import Dossier
from archive.bundle.leak_check import Leak
from archive.casework.plan import Plan


def key(plan: Plan) -> bytes:
    """What only those know who read these records, and the same as long as nothing is added to them."""
    known = (*plan.included, *(identity.id for identity in plan.names))
    return hashlib.blake2b("".join(sorted(known)).encode(), digest_size=32).digest()


def parted(found: Sequence[Leak], told: Dossier, answered: frozenset[str]) -> tuple[tuple[Leak, ...], tuple[Leak, ...]]:
    """The hits that stop a dossier, and those that somebody answers for; on pictures with the exhibit they are of."""
    placed = [_placed(leak, told) for leak in found]
    waived = tuple(leak for leak in placed if leak.waiver is not None and leak.waiver in answered)
    return tuple(leak for leak in placed if leak not in waived), waived


def noted(waived: Sequence[Leak]) -> tuple[str, ...]:
    """What is written down of them."""
    return tuple(f"{leak.waiver}: {leak.category}, {leak.member}, {leak.where}" for leak in waived)


def _placed(leak: Leak, told: Dossier) -> Leak:
    on = (one.number for one in told.exhibits if leak.member.removeprefix("data/") in one.files)
    return structs.replace(leak, exhibit=next(on, leak.exhibit))
