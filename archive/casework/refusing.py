"""Why a dossier does not leave, before anything laborious is done for it, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import to_builtins

from archive.bundle import form
from archive.casework.plan import Plan
from archive.desk import Desk
from archive.errors import PartlyWithheldError, UnresolvedError, UsageError, WithheldError
from archive.records.answers import WithheldAnswer
from archive.records.consent import NAMES_A_RECIPIENT
from archive.records.gate import Need, Reason
from archive.redact.matcher import Matcher
from archive.redact.questions import Word
from archive.scrub.sheets import HOW
from archive.speech import tr, trn


def withheld(desk: Desk, ident: str, reasons: Sequence[Reason]) -> WithheldAnswer:
    """A record that stays in, with its reasons in words."""
    sentences = (reason.sentence(desk.index.ref(reason.person) if reason.person else None) for reason in reasons)
    return WithheldAnswer(ref=desk.index.ref(ident), reason="; ".join(sentences))


def _for_whom(desk: Desk, need: Need) -> str:
    """The options that name the reader (or the case, for a court), where the purpose has to name one."""
    purpose = next((one for one in need.purposes if one in NAMES_A_RECIPIENT and need.for_whom(one)), None)
    whom = need.for_whom(purpose) if purpose else None
    return f" --purpose {purpose} --recipient {purpose}={desk.index.ref(whom)}" if whom else ""


def _mending(desk: Desk, plan: Plan) -> str:
    """What to do about the first reason."""
    ident, (first, *_) = plan.why[0]
    kept = desk.index.ref(ident)
    ref = desk.index.ref(first.person) if first.person else ""
    if first.why == "withdrawn":
        return tr("They said no: leave it at that.")
    if first.why == "not-begun":
        return tr("Set the clock of this computer, or wait for that day.")
    if first.why in ("not-asked", "expired", "risks-not-explained", "other-recipient", "other-case"):
        return tr("Ask, then: archive consent record {ref}.", ref=f"{ref}{_for_whom(desk, plan.need)}")
    if first.why == "unnamed":
        return tr("Seal the name: archive person name {ref}.", ref=ref)
    if first.why == "nobody-named":
        return tr("Say whom it is about: archive edit REF --set about=PERSON.")
    if first.why == "unchecked-text":
        return _read_beside(kept)
    if first.why == "no-reader":
        return f"{tr('Install what is missing: {how}.', how=HOW)} {_read_beside(kept)}"
    if first.why == "unreadable":
        return f"{_look_at(kept)} {_read_beside(kept)}"
    if first.why == "face":
        return _look_at(kept)
    return tr("It cannot leave by this template.")


def _look_at(kept: str) -> str:
    return tr(
        "Look at it (archive open {kept} --grid) and say what to cover: archive redact --box {kept}:B4-C6.", kept=kept
    )


def _read_beside(kept: str) -> str:
    return tr(
        "Read its text beside it; if both say the same: archive edit {kept} --set text_source=checked.", kept=kept
    )


def refuse(desk: Desk, plan: Plan, *, partial: bool) -> None:
    """Nothing laborious before a refusal: all that stays in is known by now."""
    stays, leaves = len(plan.why), len(plan.included)
    details = {"withheld": [to_builtins(one) for one in plan.withheld]}
    if not leaves:
        raise WithheldError(
            trn(
                "None of {n:,} record may leave: {reason}.",
                "None of {n:,} records may leave: {reason}.",
                stays,
                reason=plan.withheld[0].reason,
            ),
            tr("{mending} See every reason: --dry-run.", mending=_mending(desk, plan)),
            details=details,
        )
    if stays and not partial:
        raise PartlyWithheldError(
            tr(
                "{stays} of {total} records stay out: {reason}.",
                stays=stays,
                total=stays + leaves,
                reason=plan.withheld[0].reason,
            ),
            tr("{mending} Or export the other {leaves}: --partial", mending=_mending(desk, plan), leaves=leaves),
            details=details,
            reasons=[f"{one.ref}, {one.reason}" for one in plan.withheld],
        )


def unresolved(words: Sequence[Word], cases: Sequence[str]) -> UnresolvedError:
    """The refusal where somebody wanted every word decided about; ``cases`` are those that can remember it."""
    how = tr("Decide: archive redact {cases} --hide WORD or --show WORD.", cases=" ".join(cases))
    if not cases:
        how = tr("These records are in no case, so nothing can be remembered. First: archive edit REF --set case=CASE.")
    return UnresolvedError(
        trn(
            "No dossier: {n:,} word with a capital may be names, and nobody has decided about them.",
            "No dossier: {n:,} words with a capital may be names, and nobody has decided about them.",
            len(words),
        ),
        tr("{how} Without --reviewed they are hidden.", how=how),
        words=[(word.forms[0], word.count) for word in words],
    )


def refuse_names(plan: Plan, written: Mapping[str, str]) -> None:
    """Raise UsageError where a part that is shown as written names somebody hidden, or tells how to reach them."""
    matcher = Matcher(plan.names, plan.masks)
    for name in filter(form.as_written, written):
        spans = matcher.spans(written[name])
        if any(span.person not in plan.clear or span.category not in ("name", "place") for span in spans):
            raise UsageError(
                tr("The part {name} names somebody whom the archive hides.", name=name),
                tr("It is shown as it is written: give another text."),
            )
