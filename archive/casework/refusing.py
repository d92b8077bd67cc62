"""Why a dossier does not leave, before anything laborious is done for it, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import to_builtins

from archive.casework.plan import Asked, Plan
from archive.desk import Desk
from archive.errors import PartlyWithheldError, UnresolvedError, WithheldError
from archive.records.answers import WithheldAnswer
from archive.records.gate import Reason
from archive.records.wording import count


def withheld(desk: Desk, ident: str, reasons: Sequence[Reason]) -> WithheldAnswer:
    """A record that stays in, with its reasons in words."""
    sentences = (reason.sentence(desk.index.ref(reason.person) if reason.person else None) for reason in reasons)
    return WithheldAnswer(ref=desk.index.ref(ident), reason="; ".join(sentences))


def _mending(desk: Desk, plan: Plan) -> str:
    """What to do about the first reason."""
    ident, (first, *_) = plan.why[0]
    kept = desk.index.ref(ident)
    ref = desk.index.ref(first.person) if first.person else ""
    if first.why == "withdrawn":
        return "They said no: leave it at that."
    if first.why in ("not-asked", "expired", "risks-not-explained"):
        return f"Ask, then: archive consent record {ref}."
    if first.why == "unnamed":
        return f"Seal the name: archive person name {ref}."
    if first.why == "nobody-named":
        return "Say whom it is about: archive edit REF --set about=PERSON."
    if first.why == "unchecked-text":
        return f"Read its text beside it; if both say the same: archive edit {kept} --set text_source=checked."
    return "It cannot leave by this template."


def refuse(desk: Desk, plan: Plan, *, partial: bool) -> None:
    """Nothing laborious before a refusal: all that stays in is known by now."""
    stays, leaves = len(plan.why), len(plan.included)
    details = {"withheld": [to_builtins(one) for one in plan.withheld]}
    if not leaves:
        raise WithheldError(
            f"None of {count(stays, 'record')} may leave: {plan.withheld[0].reason}.",
            f"{_mending(desk, plan)} See every reason: --dry-run.",
            details=details,
        )
    if stays and not partial:
        raise PartlyWithheldError(
            f"{stays} of {stays + leaves} records stay out: {plan.withheld[0].reason}.",
            f"{_mending(desk, plan)} Or export the other {leaves}: --partial",
            details=details,
            reasons=[f"{one.ref}, {one.reason}" for one in plan.withheld],
        )


def unresolved(words: int, asked: Asked) -> UnresolvedError:
    """The refusal where somebody wanted every word decided about."""
    ref = next(iter(asked.choice.refs), "REF")
    return UnresolvedError(
        f"No dossier: {count(words, 'word')} with a capital may be names, and nobody has decided about them.",
        f"Go through them: archive redact {ref}. Without --reviewed they are hidden.",
    )
