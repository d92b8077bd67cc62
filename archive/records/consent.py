"""What a person agrees to today, derived from the askings that were recorded; a doubt counts as no.

A *grant* is a consent record that lists a purpose, a *withdrawal* one that takes it back. Clocks decide nothing
between the two: a withdrawal holds unless a later grant names it among its ancestors (``after``), so a grant that did
not know of the withdrawal cannot undo it. No record means not asked, and what was not asked is not agreed to.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

from archive.records.kinds import Consent, Purpose

Answer = Literal[
    "yes", "not-asked", "withdrawn", "not-begun", "expired", "risks-not-explained", "not-free-to-refuse",
    "other-recipient",
]  # fmt: skip

MONTHS_UNLESS_SAID = 24
NAMES_A_RECIPIENT = frozenset({"lawyer", "partner", "journalist", "court"})
"""Purposes that hold for those they name only: a reader; of a court, the one case that was asked about."""
_PUBLISHING = frozenset({"publish-anonymous", "publish-pseudonym", "publish-name", "photo-with-face"})


def ends(consent: Consent) -> str:
    """The first day on which the consent holds no more, ``YYYY-MM-DD``.

    As agreed, else 24 months after it was given.
    """
    if consent.expires_at is not None:
        return consent.expires_at
    given = date.fromisoformat(consent.given_at)
    day = min(given.day, 28)  # no month is too short for it; a day or two early is on the safe side
    return given.replace(year=given.year + MONTHS_UNLESS_SAID // 12, day=day).isoformat()


def answer(
    consents: Sequence[Consent], purpose: Purpose, today: str, recipient: str | None = None, *, kin: bool = False
) -> Answer:
    """Whether one person agrees to ``purpose`` on ``today`` (``YYYY-MM-DD``), or the nearest reason why not.

    ``consents`` are all of that one person; ``recipient`` is the id of whom it is for (of a court, the case), where the
    purpose names one. What the next of kin said counts only with ``kin``; what they took back always does.
    """
    grants = [one for one in consents if purpose in one.purposes and (kin or one.given_by != "next-of-kin")]
    if not grants:
        return "withdrawn" if any(purpose in consent.withdraws for consent in consents) else "not-asked"
    withdrawals = {consent.id for consent in consents if purpose in consent.withdraws}
    standing = [grant for grant in grants if withdrawals <= _ancestors(grant, consents)]
    if not standing:
        return "withdrawn"
    answers = {_flaw(grant, purpose, today, recipient) for grant in standing}
    return "yes" if "yes" in answers else min(answers)


def best(answers: Iterable[Answer]) -> Answer:
    """``yes`` if one of several purposes is agreed to, else the most telling of the reasons why none is."""
    told = set(answers)
    return "yes" if "yes" in told else min(told - {"not-asked"}, default="not-asked")


def agreed_to_somebody(consents: Sequence[Consent], purpose: Purpose, today: str) -> bool:
    """Whether the purpose is agreed to at all: for whomever, where it names a recipient."""
    named = {recipient for consent in consents for recipient in consent.recipients.get(purpose, ())}
    return any(answer(consents, purpose, today, recipient) == "yes" for recipient in (None, *sorted(named)))


def _ancestors(consent: Consent, consents: Sequence[Consent]) -> set[str]:
    by_id = {other.id: other for other in consents}
    found: set[str] = set()
    waiting = list(consent.after)
    while waiting:
        ancestor = waiting.pop()
        if ancestor not in found:
            found.add(ancestor)
            waiting.extend(by_id[ancestor].after if ancestor in by_id else ())
    return found - {consent.id}


def _flaw(grant: Consent, purpose: Purpose, today: str, recipient: str | None) -> Answer:
    if today < grant.given_at:
        return "not-begun"
    if today >= ends(grant):
        return "expired"
    if purpose in NAMES_A_RECIPIENT and recipient not in grant.recipients.get(purpose, ()):
        return "other-recipient"
    if purpose in _PUBLISHING and not grant.free_to_refuse:
        return "not-free-to-refuse"
    if purpose != "keep" and not grant.risks_explained:
        return "risks-not-explained"
    return "yes"
