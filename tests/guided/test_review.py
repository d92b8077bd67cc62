"""The review and the inbox over a real archive, one key each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from archive.casework import adding, bringing, consents, people
from archive.desk import Desk
from archive.errors import ArchiveError, NotFoundError, UsageError
from archive.guided import review, texts, triage
from archive.ingest.taking import Job, Loose
from archive.records import forms, kinds
from archive.records.answers_guided import ConsentSays, PersonSays, ReviewForm, Sorted, TriageForm
from archive.scrub.clean import Cleaner


def person(desk: Desk, as_of: str | None = "2025-01-01", **risk: Any) -> str:
    block = {"where": "in-country", "basis": "spoke", "as_of": as_of, **risk}
    form = {"pseudonym": "Heron", **({"risk": block} if as_of else {})}
    return people.new_person(desk, forms.fill(forms.PersonForm, form)).ref


def risk_of(desk: Desk, ref: str) -> kinds.Risk:
    record = desk.record(desk.resolve(ref))
    assert isinstance(record, kinds.Person) and record.risk
    return record.risk


def run(desk: Desk, speaker: Any, **how: Any) -> Any:
    talk = review.Review(desk, texts.built_in(), speaker)
    talk.go_through(review.due(desk, None, **{"consent": False, **how}))
    return talk.done


def test_still_so_takes_one_key(desk: Desk, typist: Any) -> None:
    """It says how it is known that it is so; then nothing is due."""
    ref = person(desk, wanted=True)
    done = run(desk, typist("r"))
    assert (done.confirmed, done.changed, done.later) == (1, 0, 0)
    said = risk_of(desk, ref)
    assert (said.as_of, said.basis, said.wanted) == ("2026-11-26", "relative-or-lawyer", True)
    assert review.due(desk, None, consent=False).people == ()


def test_nobody_asked_confirms_nothing(desk: Desk, typist: Any) -> None:
    """It is kept, and stays due."""
    person(desk)
    run(desk, typist("c", "1", "", "n"))
    assert len(review.due(desk, None, consent=False).people) == 1


def test_changed_asks_where_and_what_threatens(desk: Desk, typist: Any) -> None:
    """Letters that do not fit are asked again; n takes every threat away."""
    ref = person(desk, wanted=True)
    done = run(desk, typist("c", "3", "zz", "n", "s"))
    said = risk_of(desk, ref)
    assert done.changed == 1 and said.where == "abroad-with-status" and not said.wanted and said.uniqueness == "low"


def test_of_whom_nobody_said_anything_it_cannot_still_be_so(desk: Desk, typist: Any) -> None:
    """Only changed or later are offered."""
    ref = person(desk, None)
    run(desk, typist("c", "1", "", "s"))
    assert risk_of(desk, ref).uniqueness == "high"
    with pytest.raises(UsageError):
        review.confirm(desk, PersonSays(person=person(desk, None), basis="spoke"))


def test_stopped_in_the_middle_what_was_answered_is_kept(opened: Callable[[], Desk], typist: Any) -> None:
    """Ctrl-C at the second of three people; and ``!`` the same, with an end that says how many are left."""
    desk = opened()
    for _ in range(3):
        person(desk)
    with pytest.raises(KeyboardInterrupt):
        run(desk, typist("s"))
    again = opened()
    assert len(review.due(again, None, consent=False).people) == 2
    assert run(again, typist("l", "!")).later == 2


def test_one_person_can_be_reviewed_before_it_is_due(desk: Desk) -> None:
    """Named, they are asked about in any case; a case is no person."""
    ref = person(desk, "2026-11-26")
    assert review.due(desk, None, consent=False).people == ()
    assert [one.person for one in review.due(desk, ref, consent=False).people] == [ref]
    with pytest.raises(NotFoundError):
        review.due(desk, people.new_case(desk, forms.CaseForm(title="Held")).ref, consent=False)


def test_consent_that_ends_is_asked_again_with_its_words(desk: Desk, typist: Any) -> None:
    """A new consent for the same purposes, with the text that was read; the old one is no longer due."""
    ref = person(desk, "2026-11-26")
    old = forms.ConsentForm(
        given_by="self", purposes=("keep", "statistics"), method="written", language="cs", given_at="2024-11-30",
        risks_explained=True,
    )  # fmt: skip
    consents.record_consent(desk, ref, old)
    speaker = typist("s")
    assert run(desk, speaker, consent=True).renewed == 1
    new = next(one for one in consents.of(desk, desk.resolve(ref)) if one.after)
    assert (
        new.purposes == old.purposes and new.wording and new.wording.startswith("Smíme uchovat") and len(new.after) == 1
    )
    assert any("Smíme uchovat" in line for line in speaker.told)
    assert review.due(desk, None, consent=True).consents == ()


def test_scripts_answer_by_document(desk: Desk) -> None:
    """People and consents; unsaid fields stay as they were."""
    ref = person(desk, wanted=True)
    done = review.answer(desk, ReviewForm(people=(PersonSays(person=ref, basis="public", where="in-transit"),)))
    assert done.changed == 1 and risk_of(desk, ref).wanted
    with pytest.raises(ArchiveError):
        review.answer(desk, ReviewForm(consents=(ConsentSays(consent="K999", risks_explained=True),)))


# --- the inbox ---


def bring(desk: Desk, *names: str) -> None:
    filling = bringing.Filling(desk, bringing.Wanted(form=forms.AddForm()), lambda: None)
    fields = filling.fields(forms.AddForm())
    jobs = [Job(Loose(name, name.encode()), fields) for name in names]
    with Cleaner() as cleaner:
        adding.add(desk, jobs, cleaner, move=False, tell=lambda _: None, advance=lambda _: None)


def sort(desk: Desk, speaker: Any) -> Any:
    talk = triage.Triage(desk, speaker)
    talk.go_through(triage.inbox(desk))
    return talk.done


def test_keep_discard_later(desk: Desk, typist: Any) -> None:
    """To a case that is there, into the bin, and one stays."""
    case = people.new_case(desk, forms.CaseForm(title="Held")).ref
    bring(desk, "one.txt", "two.txt", "three.txt")
    done = sort(desk, typist("k", "nonsense", case, "d", "l"))
    assert (done.kept, done.discarded, done.later) == (1, 1, 1)
    assert len(desk.index.listing("testimony", case=desk.resolve(case))) == 1
    assert sum(len(day.records) for day in triage.inbox(desk).days) == 1


def test_a_new_case_and_all_the_rest_to_it(desk: Desk, typist: Any) -> None:
    """A title of two words makes a case; ``a`` takes the rest of the day there; a stop leaves what was sorted."""
    bring(desk, "one.txt", "two.txt", "three.txt")
    done = sort(desk, typist("k", "Held at night", "a"))
    assert done.kept == 3 and len(done.cases) == 1 and triage.inbox(desk).days == ()


def test_scripts_sort_by_document(desk: Desk) -> None:
    """Equal titles are one case; what is in a case is not in the inbox."""
    bring(desk, "one.txt", "two.txt", "three.txt")
    refs = [line.ref for day in triage.inbox(desk).days for line in day.records]
    form = TriageForm(
        records=(
            Sorted(ref=refs[0], title="Held"), Sorted(ref=refs[1], title="Held"), Sorted(ref=refs[2], discard=True),
        )
    )  # fmt: skip
    done = triage.answer(desk, form)
    assert (done.kept, done.discarded, len(done.cases)) == (2, 1, 1)
    for bad in (Sorted(ref=refs[0], title="Again"), Sorted(ref=refs[0])):
        with pytest.raises(UsageError):
            triage.answer(desk, TriageForm(records=(bad,)))
