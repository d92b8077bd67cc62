"""An interview read back in six lines."""

from __future__ import annotations

from collections.abc import Iterator

from archive.records import vocabulary
from archive.records.intake import IntakeForm
from archive.records.wording import plain
from archive.speech import tr, trn
from archive.terminal import safe


def six(form: IntakeForm) -> Iterator[str]:
    """What was understood, in six lines; a name is said to be there and not shown."""
    yield tr(
        "  What    {what} ({acts})", what=safe(form.sentence), acts=_labels("acts", form.acts) or tr("no act named")
    )
    yield tr(
        "  When    {date}, {place}; by: {forces}",
        date=safe(form.date),
        place=safe(form.place),
        forces=_labels("forces", form.forces) or tr("not said"),
    )
    threats = ", ".join(plain(name) for name in form.threats) or tr("no threat named")
    yield tr("  Now     {where}; {threats}", where=vocabulary.label("where", form.where), threats=threats)
    named = ", ".join(vocabulary.label("purposes", one) for one in form.uses.purposes) or tr("no use but keeping it")
    yield tr("  Agreed  {named}; until {until}", named=named, until=form.uses.until or tr("in 24 months"))
    promised = safe(form.promise.what) if form.promise else tr("nothing")
    by = tr(" by {due}", due=form.promise.due) if form.promise and form.promise.due else ""
    yield tr("  Promise {promised}{by}", promised=promised, by=by)
    told = [trn("{n:,} file", "{n:,} files", len(form.files)), *([tr("their words")] if form.words else [])]
    told += [tr("a name to hide") if form.names else tr("NO NAME: nothing about them can leave")]
    told += [tr("for a lawyer only")] if form.incriminates != "no" else []
    yield tr("  Sealed  {told}", told=", ".join(told))


def _labels(name: str, codes: tuple[str, ...]) -> str:
    return ", ".join(vocabulary.label(name, code) for code in codes)
