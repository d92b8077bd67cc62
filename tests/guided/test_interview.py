"""The interview over a real archive, with lines in the place of a keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.casework import recipients
from archive.desk import Desk
from archive.errors import UsageError
from archive.guided import dialog, taking, texts
from archive.guided.interview import Interview, Refused
from archive.records import kinds

REQUIRED = {
    "language": "uk", "keep": "y", "told": "n", "sentence": "Held for two days", "when": "spring 2024",
    "place": "Lakes", "where": "5", "uses": "0",
}  # fmt: skip
ALL = REQUIRED | {
    "words": "I was taken.", "acts": "1 beating", "forces": "2", "known": "1", "threats": "hf",
    "uses": "8 12; 1.6.2027", "promise": "call; 3.12.", "contact": "Evenings", "name": "Taras Zaviriukha; Krynytsia",
    "lawyer": "n",
}  # fmt: skip


def lines(answers: dict[str, str]) -> list[str]:
    """What is typed to the end by somebody who gives these answers and skips all else."""
    typed = []
    for question in texts.questions():
        if question.name in ("case", "delete"):
            continue
        answer = answers.get(question.name, "")
        typed += [answer, ""] if question.name == "words" and answer else [answer]
    return typed


def talk(desk: Desk, speaker: Any) -> Interview:
    return Interview(desk, texts.questions(), texts.built_in(), speaker)


def run(script: Interview, speaker: Any) -> None:
    dialog.go_through(script, tuple(script.questions.values()), speaker)


def take(desk: Desk, script: Interview) -> Any:
    done = taking.take(
        desk, script.form(), script.person, script.story, texts.built_in(), ask=lambda: None, tell=lambda _: None
    )
    script.finish()
    return done


def drafts(desk: Desk) -> list[Any]:
    return [one.record for one in desk.index.listing("draft")]


def test_eight_answers_are_enough(desk: Desk, typist: Any) -> None:
    """Everything else is skipped with Enter; case, person and the consent to keep are there."""
    assert {question.name for question in texts.questions() if question.required} == REQUIRED.keys()
    speaker = typist(*lines(REQUIRED))
    run(script := talk(desk, speaker), speaker)
    assert len(speaker.asked) == 18 + 1  # and one for files
    done = take(desk, script)
    person = desk.record(desk.resolve(done.person))
    assert isinstance(person, kinds.Person) and person.risk and person.risk.uniqueness == "high"
    keep, uses = (desk.record(desk.resolve(ref)) for ref in done.consents)
    assert isinstance(keep, kinds.Consent) and isinstance(uses, kinds.Consent)
    assert {keep.purposes, uses.purposes} == {("keep",), ()}
    assert done.identity is None and not drafts(desk)


def test_an_answer_that_is_needed_is_asked_until_it_is_there(desk: Desk, typist: Any) -> None:
    """Enter does not skip one of the eight; the reason is said."""
    for name in REQUIRED:
        answers = list(lines(REQUIRED))
        position = [question.name for question in texts.questions() if question.name not in ("case",)].index(name)
        speaker = typist(*answers[:position], "", *answers[position:])
        run(talk(desk, speaker), speaker)
        assert sum("This one is needed" in line for line in speaker.told) == 1


def test_all_answers_become_records_that_point_at_each_other(desk: Desk, typist: Any) -> None:
    """Case, person, name, two consents with their words, testimony, acts with roles, and a promise."""
    speaker = typist(*lines(ALL))
    run(script := talk(desk, speaker), speaker)
    done = take(desk, script)
    record = {ref: desk.record(desk.resolve(ref)) for ref in (done.case, done.identity, *done.acts, *done.steps)}
    assert record[done.case].masks == ("Krynytsia",) and record[done.case].period == "2024-21"
    assert record[done.identity].safe_contact == "Evenings"
    assert [record[ref].type for ref in sorted(done.acts, key=lambda ref: record[ref].type)] == ["arrest", "beating"]
    assert len(done.roles) == 2 and record[done.steps[0]].due == "2026-12-03"
    (words,) = done.records
    testimony = desk.record(desk.resolve(words.ref))
    assert isinstance(testimony, kinds.Testimony) and testimony.text == "I was taken.\n"
    assert testimony.told_before is False and testimony.person == script.person and testimony.incriminates == "no"
    consents = [desk.record(desk.resolve(ref)) for ref in done.consents]
    uses = next(one for one in consents if "statistics" in one.purposes)
    assert uses.expires_at == "2027-06-01" and not uses.free_to_refuse and uses.language == "uk"
    assert uses.wording.startswith("Чи можна") and uses.text_sha256 and uses.text_version
    person = desk.record(script.person)
    assert person.risk.in_custody and person.risk.family_in_reach and person.risk.uniqueness == "low"


def test_nothing_is_written_before_they_agree_and_nothing_is_kept_after_a_no(desk: Desk, typist: Any) -> None:
    """The journal has not grown by one entry."""
    before = len(desk.index.log())
    speaker = typist("uk", "n")
    with pytest.raises(Refused):
        run(talk(desk, speaker), speaker)
    assert len(desk.index.log()) == before


def test_a_no_after_going_back_destroys_the_draft(opened: Callable[[], Desk], typist: Any) -> None:
    """Who says yes, tells something and then says no leaves no answer behind."""
    speaker = typist("uk", "y", "n", "My words stand here", "", "b", "b", "b", "n")
    desk = opened()
    with pytest.raises(Refused):
        run(talk(desk, speaker), speaker)
    again = opened()
    assert not drafts(again)
    assert not any("My words" in str(one.record) for one in again.truth().ever(kinds.Unfinished))


@pytest.mark.parametrize("stop", range(3, 18))
def test_stopped_at_any_question_it_goes_on_where_it_was(opened: Callable[[], Desk], typist: Any, stop: int) -> None:
    """Ctrl-C after so many answers: the next one asked is the next question, and the end is the same."""
    answers = lines(ALL)
    speaker = typist(*answers[:stop])
    with pytest.raises(KeyboardInterrupt):
        run(talk(desk := opened(), speaker), speaker)
    desk = opened()
    (draft,) = drafts(desk)
    rest = typist(*(answers[stop:] if stop != 4 else answers[3:]))  # within their words: those are asked anew
    script = talk(desk, rest)
    script.resume(draft)
    run(script, rest)
    assert rest.lines == [] and script.form().sentence == "Held for two days" and script.form().words == "I was taken."


def test_why_back_and_stop(desk: Desk, typist: Any) -> None:
    """``?`` tells the reason and asks again, ``b`` goes one back, ``!`` stops."""
    speaker = typist("?", "uk", "b", "cs", "!")
    script = talk(desk, speaker)
    with pytest.raises(dialog.Stopped):
        run(script, speaker)
    assert script.said["language"] == "cs" and "understand" in speaker.told[0]


def test_what_was_said_stays_when_somebody_goes_back_and_forward(desk: Desk, typist: Any) -> None:
    """Enter keeps an earlier answer, which is shown; another one replaces it."""
    answers = lines(ALL)
    speaker = typist(*answers[:10], "b", "b", "Rivers", "", *answers[10:])
    run(script := talk(desk, speaker), speaker)
    form = script.form()
    assert (form.place, form.forces, form.words) == ("Rivers", ("recruitment-office",), "I was taken.")
    assert any("So far: 2. Enter keeps it." in line for line in speaker.told)


def test_files_named_when_it_goes_on_are_not_lost(desk: Desk, typist: Any, tmp_path: Path) -> None:
    """They are asked about beside those that were given before."""
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text(name)
    script = talk(desk, typist("photo"))
    script.said.update(REQUIRED | {"files": f"{tmp_path / 'one.txt'}\tsummons"})
    script.bring([tmp_path / "two.txt"])
    script.take(script.questions["files"], "")
    assert [(Path(one.path).name, one.kind) for one in script.form().files] == [
        ("one.txt", "document"), ("two.txt", "photo"),
    ]  # fmt: skip


def test_terms_of_ones_own_are_taken(desk: Desk, typist: Any) -> None:
    """A kind of act that the collective added is typed by its code."""
    recipients.add_term(desk, "acts", "o-night-call", {"en": "Call at night"})
    script = talk(desk, typist())
    script.take(script.questions["acts"], "1 o-night-call")
    script.said.update(REQUIRED)
    assert script.form().acts == ("arrest", "o-night-call")


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("language", "xx"), ("keep", "perhaps"), ("when", "soonish"), ("where", "1 2"), ("where", "99"),
        ("acts", "no-such"), ("threats", "z"), ("threats", "nh"), ("uses", "13"), ("uses", "8=Y1"), ("uses", "1=Y999"),
        ("uses", "8; 1.1.2020"), ("uses", "8; spring"), ("promise", "call; soonish"), ("lawyer", "maybe"),
        ("files", "/no/such/file"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_asked_again(desk: Desk, typist: Any, name: str, typed: str) -> None:
    """A refusal says what fits and keeps nothing."""
    script = talk(desk, typist())
    script.said.update({"language": "uk", "keep": "y"})
    said = dict(script.said)
    with pytest.raises(UsageError):
        script.take(script.questions[name], typed)
    assert script.said == said


def test_a_contact_is_not_kept_without_a_name(desk: Desk, typist: Any) -> None:
    """An identity without a name would let texts out as if their name could be hidden."""
    script = talk(desk, typist())
    script.said.update({"language": "uk", "contact": "Evenings"})
    with pytest.raises(UsageError):
        script.take(script.questions["name"], "")
    script.take(script.questions["name"], "-")
    script.said.update(REQUIRED | {"contact": "Evenings"})
    assert script.form().names == () and script.form().safe_contact is None


def test_files_are_taken_in_with_their_kind_and_date(desk: Desk, typist: Any, tmp_path: Path) -> None:
    """A path, its kind and a date on it; the plain file goes when they say so."""
    paper = tmp_path / "paper.txt"
    paper.write_text("Come to the court.")
    answers = lines(REQUIRED)
    at = len(answers) - 3  # files, lawyer, save
    speaker = typist(*answers[:at], str(paper), "sermon", "summons; 12.12.", *answers[at:], "y")
    run(script := talk(desk, speaker), speaker)
    done = take(desk, script)
    assert done.added == 1 and not paper.exists()
    record = desk.record(desk.resolve(done.records[0].ref))
    assert isinstance(record, kinds.Document) and record.subtype == "summons" and record.incriminates == "self"
    assert [(one.what, one.on) for one in record.dates] == [("summons", "2026-12-12")]


def test_taking_again_makes_nothing_twice(desk: Desk, typist: Any) -> None:
    """Power that fails between the records and the end of the draft costs nothing."""
    speaker = typist(*lines(ALL))
    run(script := talk(desk, speaker), speaker)
    first, second = take(desk, script), None
    second = taking.take(
        desk, script.form(), script.person, script.story, texts.built_in(), ask=lambda: None, tell=lambda _: None
    )
    assert (second.case, second.acts, second.consents, second.duplicates) == (first.case, first.acts, first.consents, 1)
