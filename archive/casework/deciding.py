"""What somebody decides about words of a case: on the disk at each answer, in the case once the round has ended.

A round is one version of the case, however many answers it has, so that ``archive undo`` takes it back whole and the
log stays readable. Until then its answers lie sealed beside the index (``vault/rounds.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from msgspec import Struct, json, structs

from archive.desk import Desk
from archive.errors import ArchiveError, UsageError
from archive.records import kinds
from archive.redact import capitals
from archive.redact.questions import Decided
from archive.seal import age
from archive.speech import tr
from archive.vault import rounds
from archive.vault.entry import Draft
from archive.vault.rounds import Round


class _Said(Struct, frozen=True):
    """A frame of a round: in which cases of which collective, and all that was said so far."""

    collective: str
    cases: tuple[str, ...]
    decided: Decided


def decide(desk: Desk, cases: Collection[str], decided: Decided) -> None:
    """Keep what a person decided; it holds for all forms of its words in these cases.

    A word that is hidden is never shown again by saying so here: it is taken out of the masks with ``archive edit``.
    UsageError where the records lie in no case, or where a word is to be both.
    """
    hide, show = decided.hide, decided.show
    both = {capitals.group(word) for word in hide} & {capitals.group(word) for word in show}
    if both:
        raise UsageError(tr("A word cannot be both hidden and shown."), tr("Say one of the two."))
    if not decided.anything:
        return
    _check(cases)
    if drafts := [draft for case in sorted(cases) for draft in _decided(desk, case, decided)]:
        desk.save(*drafts)


@contextmanager
def keeping(desk: Desk, cases: Collection[str], decided: Decided) -> Iterator[Callable[[], None]]:
    """A round of questions: what stands in ``decided`` goes into the cases at its end, also if somebody stops it.

    What is handed out has the disk keep it at once, each time it is called. Refuses before anything is asked where
    nothing could be kept: UsageError, as ``decide``; ArchiveError where this device may not write, or cannot.
    """
    _check(cases)
    desk.journal.target()
    own = [desk.journal.identity.age_public]
    with rounds.begin(desk.state.rounds, desk.random) as kept:

        def keep() -> None:
            said = json.encode(_Said(desk.collective, tuple(cases), decided))
            kept.keep(age.encrypt_bytes(said, own, desk.random))

        keep()
        try:
            yield keep
        finally:
            decide(desk, cases, decided)
            kept.end()


def take_over(desk: Desk) -> int:
    """Put into their cases what was answered in rounds that did not come to their end; how many of them there were.

    What has to wait (another collective, a full disk, a device that may not write) becomes a warning, or stays.
    """
    done = 0
    for one in rounds.left(desk.state.rounds):
        try:
            done += _taken(desk, one)
        except age.NoMatchError:  # of another key of this user, or of one that was replaced
            continue
        except ArchiveError as error:
            desk.warnings.append(
                tr("what was answered in a review is not in its case yet: {message}", message=error.message)
            )
    return done


def _taken(desk: Desk, one: Round) -> bool:
    if (sealed := one.last()) is None:
        return False
    own = next(iter(desk.journals.values())).identity.age_secret
    said = json.decode(age.decrypt_bytes(sealed, [own]), type=_Said)
    if len(desk.journals) > 1 and desk.preferred != said.collective:
        return False
    decide(desk, said.cases, said.decided)
    one.end()
    return said.decided.anything


def _check(cases: Collection[str]) -> None:
    if not cases:
        why = tr("These records are in no case, so nothing can be remembered.")
        raise UsageError(why, tr("First: archive edit REF --set case=CASE"))


def _decided(desk: Desk, case: str, said: Decided) -> Iterator[Draft]:
    """The case as it is with what was said; nothing where it says so already."""
    shown = set(map(capitals.group, said.show))
    for tip in desk.index.tips(case, desk.collective):
        record = tip.entry.record
        if isinstance(record, kinds.Case):
            kept = (word for word in (*record.held, *said.hide, *said.hold) if capitals.group(word) not in shown)
            new = structs.replace(
                record,
                masks=tuple(dict.fromkeys((*record.masks, *said.hide))),
                cleared=each(*record.cleared, *said.show),
                held=each(*kept),
            )
            if new != record:
                new = structs.replace(new, modified=desk.minute())
                yield Draft(new, (tip.entry.hash,), tip.entry.attachments, tip.entry.line)


def each(*words: str) -> tuple[str, ...]:
    """One word for each key, the first that was said."""
    return tuple({capitals.group(word): word for word in reversed(words)}.values())[::-1]
