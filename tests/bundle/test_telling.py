"""What is told of people and of what may incriminate them: in which file, in which order, and nothing of it nowhere."""

from __future__ import annotations

import random

import pytest

from archive.bundle import form, telling, template
from archive.bundle.entries import Entry
from archive.bundle.hiding import Finder, Hiding
from archive.bundle.telling import Deed, Known, Telling
from archive.records import kinds
from archive.redact import profile
from archive.redact.matcher import Matcher

COMMON = {"created": "2026-11-22T10:05Z", "entered_by": "m1"}
WHO, HELPER = "1" * 32, "2" * 32
CALLED = {WHO: "P-2003", HELPER: "P-3004"}
ASYLUM = template.load("asylum")


def role(prefix: str, act: kinds.Act, **more: object) -> kinds.Role:
    """What the helper was in an act."""
    return kinds.Role(id=prefix * 32, act=act.id, person=HELPER, role="helper", **COMMON, **more)


def told(told_of: Telling, *, apart: bool) -> dict[str, tuple[Entry, ...]]:
    """The entries of one of the two files."""
    known = tuple(identity for one in told_of.people for identity in one.identities)
    hiding = Hiding(Finder(Matcher(known, ()), ()), profile.shipped("legal"), CALLED, "en", frozenset(CALLED))
    tells = ASYLUM.apart.tells if apart and ASYLUM.apart else ASYLUM.tells
    return telling.tell(telling.only(told_of, private=apart), tells, hiding, random.Random(7).randbytes)


def everything(incriminates: str) -> Telling:
    """One of each kind that may incriminate somebody."""
    said = {"about": (WHO,), "incriminates": incriminates, **COMMON}
    return Telling(
        acts=(Deed(kinds.Act(id="a" * 32, person=WHO, type="arrest", **said)),),
        proceedings=(kinds.Proceeding(id="b" * 32, name="A trial", **said),),
        papers=(kinds.Paper(id="c" * 32, person=WHO, type="passport", **said),),
        steps=(kinds.Step(id="d" * 32, type="letter", **said),),
    )


@pytest.mark.parametrize("incriminates", ["no", "self", "others"])
def test_what_may_incriminate_stands_in_the_file_apart_alone_and_nothing_in_neither(incriminates: str) -> None:
    """Acts, trials, papers and steps alike; and the file has a section for each."""
    given = everything(incriminates)
    main, apart = told(given, apart=False), told(given, apart=True)
    for part in ("acts", "proceedings", "papers", "steps"):
        here, there = (main, apart) if incriminates == "no" else (apart, main)
        assert here[part] and not there[part], part
        assert ASYLUM.apart and part in ASYLUM.apart.sections and part in ASYLUM.sections


def test_the_part_of_somebody_who_may_be_endangered_by_it_stands_apart() -> None:
    """The act stands in both files; who helped in the one for the lawyer alone."""
    act = kinds.Act(id="a" * 32, person=WHO, about=(WHO,), type="arrest", **COMMON)
    given = Telling(acts=(Deed(act, (role("e", act), role("f", act, incriminates="self"))),))
    (main,), (apart,) = told(given, apart=False)["acts"], told(given, apart=True)["acts"]
    assert (len(main.all("role")), len(apart.all("role"))) == (1, 2)
    plain = Telling(acts=(Deed(act, (role("e", act),)),))
    assert not told(plain, apart=True)["acts"]


def test_the_lawyer_reads_first_how_somebody_must_not_be_reached_and_every_way_to_reach_them() -> None:
    """In the file apart; none of it in the other."""
    ways = {
        "do_not_contact": ("not at home",), "safe_contact": "Sundays", "phones": ("+44 7700 900123",),
        "emails": ("o@example.org",), "handles": ("@orest",), "addresses": ("Vymyslena 5",),
    }  # fmt: skip
    person = kinds.Person(id=WHO, pseudonym="alder", **COMMON)
    one = kinds.Identity(id="9" * 32, person=WHO, **ways, **COMMON)
    given = Telling(people=(Known(person, (one,)),), clear={WHO: frozenset({WHO})})
    (main,), (apart,) = told(given, apart=False)["people"], told(given, apart=True)["people"]
    said = [fact.words.text for fact in apart.facts if fact.words]
    assert said == ["not at home", "Sundays", "+44 7700 900123", "o@example.org", "@orest", "Vymyslena 5"]
    assert [fact.name for fact in main.facts] == ["designation"]


def test_each_stay_is_told_with_its_country_before_the_next() -> None:
    """Applied for in one country and not in the other: on the page and in the answer of the form."""
    stays = (
        kinds.Stay(country="CZ", protection="asylum-seeker", stage="interview", valid_until="2027-02-28"),
        kinds.Stay(country="SK", protection="none"),
    )
    person = kinds.Person(id=WHO, pseudonym="alder", **COMMON)
    given = Telling(people=(Known(person, (kinds.Identity(id="9" * 32, person=WHO, stays=stays, **COMMON),)),))
    people = told(given, apart=False)["people"]
    codes = [fact.code for fact in people[0].facts if fact.name.startswith("stay") and fact.code]
    assert codes == ["CZ", "asylum-seeker", "interview", "SK", "none"]
    (answer,) = form.fill(("applications",), {"people": people}, {})
    said = [one.ours for one in form.answers(answer, "en")]
    until = "Stay allowed until: 28 February 2027"
    assert said == ["Czechia", "Applied for asylum", "Interview", until, "Slovakia", "No protection"]


@pytest.mark.parametrize(
    ("named", "said"), [((WHO, HELPER), "Ніжин, райвідділ"), ((WHO,), "[Chernihiv region], райвідділ")]
)
def test_a_town_of_several_people_stays_where_one_of_them_is_named(named: tuple[str, ...], said: str) -> None:
    """Her place of arrest is his home town, too: it stays if he is named anywhere; else it is his alone to tell."""
    home = kinds.Identity(id="8" * 32, person=HELPER, places=("Ніжин",), **COMMON)
    finder = Finder(Matcher((home,), ()), ())
    hiding = Hiding(finder, profile.shipped("legal"), CALLED, "en", frozenset(named))
    shown = hiding.place("Ніжин, райвідділ", frozenset({WHO}))
    assert shown and shown.text == said
