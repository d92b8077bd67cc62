"""An interview read back in six lines."""

from __future__ import annotations

from collections.abc import Iterator

from archive.records import vocabulary
from archive.records.intake import IntakeForm
from archive.records.wording import count
from archive.terminal import safe


def six(form: IntakeForm) -> Iterator[str]:
    """What was understood, in six lines; a name is said to be there and not shown."""
    yield f"  What    {safe(form.sentence)} ({_labels('acts', form.acts) or 'no act named'})"
    yield f"  When    {safe(form.date)}, {safe(form.place)}; by: {_labels('forces', form.forces) or 'not said'}"
    threats = ", ".join(name.replace("_", " ") for name in form.threats) or "no threat named"
    yield f"  Now     {vocabulary.label('where', form.where)}; {threats}"
    named = ", ".join(vocabulary.label("purposes", one) for one in form.uses.purposes) or "no use but keeping it"
    yield f"  Agreed  {named}; until {form.uses.until or 'in 24 months'}"
    promised = safe(form.promise.what) if form.promise else "nothing"
    by = f" by {form.promise.due}" if form.promise and form.promise.due else ""
    yield f"  Promise {promised}{by}"
    told = [count(len(form.files), "file"), *(["their words"] if form.words else [])]
    told += ["a name to hide" if form.names else "NO NAME: nothing about them can leave"]
    told += ["for a lawyer only"] if form.incriminates != "no" else []
    yield f"  Sealed  {', '.join(told)}"


def _labels(name: str, codes: tuple[str, ...]) -> str:
    return ", ".join(vocabulary.label(name, code) for code in codes)
