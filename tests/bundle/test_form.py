"""The answers of a form: of whom it was done to, each after what it is called, and nobody under a wrong heading."""

from __future__ import annotations

import pytest

from archive.bundle import form, labels, template
from archive.bundle.content import Dossier
from archive.bundle.entries import Entry, Fact, Passage


def person(number: int, called: str, name: str, *more: Fact) -> Entry:
    """Somebody who is named."""
    facts = (Fact(name="designation", persons=(called,)), Fact(name="name", words=Passage(text=name)), *more)
    return Entry(kind="person", number=number, facts=facts)


def act(number: int, code: str, affected: str, *more: Fact) -> Entry:
    """Something that was done to somebody."""
    facts = (Fact(name="act", vocabulary="acts", code=code), Fact(name="affected", persons=(affected,)), *more)
    return Entry(kind="act", number=number, facts=facts)


def agreed(number: int, whose: str, *purposes: str) -> Entry:
    """What somebody agreed to."""
    told = (Fact(name="agreed", vocabulary="purposes", code=one) for one in purposes)
    return Entry(kind="agreed", number=number, facts=(Fact(name="concerns", persons=(whose,)), *told))


def role(called: str, code: str) -> Fact:
    """The part that somebody had in it."""
    return Fact(name="role", persons=(called,), vocabulary="roles", code=code)


JUDGE = person(1, "P-9001", "H. Vyhadana", Fact(name="public-role", vocabulary="public-roles", code="judge"))
WITNESS = person(2, "P-4002", "Marko Sokyrko")
VICTIM = person(3, "P-2003", "Orest Kovalchuk", Fact(name="sex", vocabulary="sexes", code="male"))
SECOND = person(4, "P-3004", "Olena Vyhadana", Fact(name="sex", vocabulary="sexes", code="female"))
ARREST = act(
    1, "arrest", "P-2003", Fact(name="when", date="2025-03-14"),
    role("P-9001", "alleged-perpetrator"), role("P-4002", "witness"),
)  # fmt: skip
THREAT = act(2, "threat", "P-3004", Fact(name="when", date="2025-04"))


def lines(asked: str, language: str = "en", kind: str = "belief", **told: tuple[Entry, ...]) -> list[str]:
    """The answer to one question, value by value, in a form of this template."""
    made = template.load(kind)
    (answer,) = form.fill((asked,), told, {}, made.subject, made.whose)
    said = form.answers(answer, language)
    return [one.theirs.text if one.theirs else one.ours or "" for one in said]


def test_an_official_and_a_witness_are_no_answer_to_whose_name() -> None:
    """They are named in the dossier as well; the form is of whom it was done to."""
    people = (JUDGE, WITNESS, VICTIM)
    assert lines("name", people=people, acts=(ARREST,)) == ["Orest Kovalchuk"]
    assert lines("sex", people=people, acts=(ARREST,)) == ["Male"]
    trial = Entry(kind="proceeding", number=1, facts=(Fact(name="concerns", persons=("P-2003",)),))
    assert lines("name", people=people, proceedings=(trial,)) == ["Orest Kovalchuk"]
    assert len(lines("name", people=people)[1::2]) == 3, "where nothing says so, nobody is left out"


def test_only_who_is_accused_stands_among_the_perpetrators() -> None:
    """Not who saw it; by the name and office, where the dossier tells them."""
    assert lines("perpetrators", people=(VICTIM, JUDGE), acts=(ARREST,)) == [
        "P-9001: Alleged perpetrator", "H. Vyhadana", "Judge",
    ]  # fmt: skip
    assert lines("perpetrators", people=(VICTIM,), acts=(ARREST,)) == ["P-9001: Alleged perpetrator"]
    again = act(3, "beating", "P-2003", role("P-9001", "alleged-perpetrator"))
    said = lines("perpetrators", people=(VICTIM, JUDGE), acts=(ARREST, again))
    assert said[-1] == "P-9001: Alleged perpetrator", "who that is has been said above"


def test_of_several_people_each_act_says_to_whom() -> None:
    """Two were arrested: whose date is whose stands before each; of one person's acts it does not."""
    said = lines("act-date", people=(VICTIM, SECOND), acts=(ARREST, THREAT))
    assert said == ["P-2003: Arrest", "14 March 2025", "P-3004: Threat", "April 2025"]
    other = act(3, "threat", "P-2003", Fact(name="when", date="2025-05"))
    said = lines("act-date", people=(VICTIM,), acts=(ARREST, other))
    assert said == ["Arrest", "14 March 2025", "Threat", "May 2025"]


def test_what_each_agreed_to_stands_under_whose_it_is() -> None:
    """Once, not before each purpose."""
    purposes = ("un-confidential", "un-name-to-state")
    both = (agreed(1, "P-2003", *purposes), agreed(2, "P-3004", *purposes))
    two = ["telling UN experts in confidence", "the UN naming the person to the government"]
    assert lines("consents", agreed=both) == ["P-2003", *two, "P-3004", *two]
    assert lines("consents", agreed=both[:1]) == two


def test_who_hands_it_in_stands_apart_as_it_was_written() -> None:
    """After all that is told of the case, between rules, with whom it is for; the numbers go on."""
    office = Passage(text="Free Conscience, Prague\noffice@example.org")
    answered = form.fill(("name", "submitter"), {"people": (VICTIM,)}, {"submitter": office})
    made = Dossier(template="wgad", profile="un", language="en", title=Passage(text="A"), form=answered)
    before, note, after = form.text(made).partition(labels.labels("en").submitter_note)
    assert before.startswith("1. Name\nOrest Kovalchuk\n\n") and before.endswith("* * *\n") and note
    assert after == "\n\n2. Submitted by\nFree Conscience, Prague\noffice@example.org\n\n* * *\n"
    assert {"Free Conscience, Prague", "office@example.org", office.text, "* * *"} <= set(form.own(made))


@pytest.mark.parametrize("language", labels.languages())
def test_of_several_people_and_acts_each_answer_follows_what_it_is_of(language: str) -> None:
    """In the dossier's language; of one alone the answer stands by itself."""
    people, acts = (VICTIM, SECOND), (ARREST, THREAT)
    named = ["P-2003", "Orest Kovalchuk", "P-3004", "Olena Vyhadana"]
    assert lines("name", language, people=people, acts=acts) == named
    said = lines("act-date", language, people=people, acts=acts)
    words = labels.labels(language)
    assert said[1::2] == [words.when_said("2025-03-14"), words.when_said("2025-04")]
    assert said[::2] == lines("acts", language, people=people, acts=acts)
    assert lines("act-date", language, people=people, acts=(THREAT,)) == said[-1:]


def test_what_an_answer_tells_of_leads_it() -> None:
    """Of several acts, trials or steps each is told under what it is, with a colon in the text to paste."""
    steps = tuple(
        Entry(
            kind="step",
            number=at,
            facts=(Fact(name="step", vocabulary="steps", code=code), Fact(name="sent", date=date)),
        )
        for at, (code, date) in enumerate((("complaint", "2025-04"), ("letter", "2025-06")), 1)
    )
    (answer,) = form.fill(("steps-taken",), {"steps": steps}, {})
    said = form.answers(answer, "en")
    assert [one.ours for one in said if one.leads] == ["Complaint", "Letter"]
    made = Dossier(template="wgad", profile="un", language="en", title=Passage(text="A"), form=(answer,))
    assert "Complaint:\nSent on: April 2025\nLetter:\n" in form.text(made)
    assert {"Complaint", "Complaint:"} <= set(form.own(made))
    (bare,) = form.fill(("acts",), {"acts": (ARREST, THREAT)}, {})
    assert not any(one.leads for one in form.answers(bare, "en"))


def test_a_trial_without_a_name_does_not_grow_into_the_one_before() -> None:
    """It is led by whose it is; what is said twice of one thing stands once."""
    whose = Fact(name="concerns", persons=("P-2003",))
    courts = (Fact(name="court", words=Passage(text=text)) for text in ("The first court", "The second court"))
    first, second = courts
    named = Fact(name="proceeding", words=Passage(text="A"))
    trials = (
        Entry(kind="proceeding", number=1, facts=(named, whose, first)),
        Entry(kind="proceeding", number=2, facts=(whose, second)),
    )
    (answer,) = form.fill(("trials",), {"proceedings": trials}, {})
    said = form.answers(answer, "en")
    assert [one.theirs.text if one.theirs else one.ours for one in said] == [
        "A", "The first court", "P-2003", "The second court",
    ]  # fmt: skip
    assert [one.leads for one in said] == [True, False, True, False]
    market = Passage(text="The market")
    seen = act(1, "arrest", "P-2003", Fact(name="where", words=market), Fact(name="arrest-place", words=market))
    assert lines("last-seen", acts=(seen,)) == ["The market"]


def test_a_form_for_some_kinds_of_acts_is_answered_from_such_acts_alone() -> None:
    """Who disappeared, when and where: not when his wife was threatened; where nothing fits, every act may answer."""
    gone = act(3, "disappearance", "P-2003", Fact(name="when", date="2025-03-17"))
    held = act(4, "arrest", "P-3004", Fact(name="when", date="2025-05-05"))
    told = {"people": (JUDGE, VICTIM, SECOND), "acts": (ARREST, gone, THREAT, held)}
    asked = "disappearance-date"
    said = ["Arrest", "14 March 2025", "Enforced disappearance", "17 March 2025"]
    assert lines(asked, kind="disappearance", **told) == said
    assert lines("name", kind="disappearance", **told) == ["Orest Kovalchuk"]
    assert "H. Vyhadana" in lines("perpetrators", kind="disappearance", **told)
    assert len(lines("act-date", kind="un-communication", **told)) == 8
    for only, found in (((held,), ["5 May 2025"]), ((THREAT,), ["April 2025"])):
        assert lines(asked, kind="disappearance", people=(SECOND,), acts=only) == found
    beaten = act(4, "beating", "P-2003", Fact(name="consequence", vocabulary="consequences", code="injury"))
    lost = act(5, "dismissal", "P-3004", Fact(name="consequence", vocabulary="consequences", code="loss-of-work"))
    assert lines("injuries", kind="torture", people=(VICTIM, SECOND), acts=(beaten, lost)) == ["Injury"]


def test_steps_papers_and_consents_in_a_form_are_of_those_it_is_for() -> None:
    """What was done to find one man, not the letter on threats to his wife; and no consent of the officer."""
    gone = act(1, "disappearance", "P-2003", Fact(name="when", date="2025-03-17"))
    steps = tuple(
        Entry(
            kind="step",
            number=at,
            facts=(
                Fact(name="step", vocabulary="steps", code="letter"),
                Fact(name="concerns", persons=whose),
                Fact(name="sent", date=f"2025-0{at}"),
            ),
        )
        for at, whose in enumerate((("P-2003",), ("P-3004",), ("P-3004", "P-2003"), ()), 1)
    )
    consents = (agreed(1, "P-2003", "un-confidential"), agreed(2, "P-9001", "un-confidential"))
    told = {"people": (JUDGE, VICTIM, SECOND), "acts": (gone, THREAT), "steps": steps, "agreed": consents}
    sent = [one for one in lines("action", kind="disappearance", **told) if one.startswith("Sent")]
    assert sent == ["Sent on: January 2025", "Sent on: March 2025", "Sent on: April 2025"]
    assert lines("consents", kind="disappearance", **told) == ["telling UN experts in confidence"]


def test_the_law_and_the_forces_of_a_detention_are_those_of_acts_by_which_somebody_was_held() -> None:
    """Not the law that a beating broke; who held them is no more asked where it is told."""
    law = Fact(name="law", words=Passage(text="Article 126"))
    beaten = act(1, "beating", "P-2003", law)
    assert lines("detention-law", acts=(beaten,)) == []
    by = Fact(name="held-by", vocabulary="forces", code="prison")
    held = act(2, "detention", "P-2003", Fact(name="law", words=Passage(text="Article 336")), by)
    assert lines("detention-law", acts=(beaten, held)) == ["Article 336"]
    assert lines("detention-force", acts=(beaten, held)) == ["Prison service"]


def test_one_answer_among_several_people_says_whose_it_is() -> None:
    """Only one of the two was shown a warrant, and only one told when he was born: nobody takes it for the other's."""
    shown = act(3, "arrest", "P-3004", Fact(name="warrant", yes=True))
    people = (VICTIM, person(4, "P-3004", "Olena Vyhadana", Fact(name="born", date="1998-08-21")))
    assert lines("warrant", people=people, acts=(ARREST, shown)) == ["P-3004: Arrest", "yes"]
    assert lines("born", people=people, acts=(ARREST, shown)) == ["P-3004", "Born: 21 August 1998"]
    assert lines("warrant", people=people[1:], acts=(shown,)) == ["yes"]
