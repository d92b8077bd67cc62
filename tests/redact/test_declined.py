"""Names of many peoples, declined as Czechs, Poles, Ukrainians and Russians do, and in the letters of each other."""

from pathlib import Path

import pytest

from archive.records.kinds import Name
from archive.redact.matcher import Matcher

from .conftest import identity

ROWS = [
    line.split("|")
    for line in Path(__file__).with_name("declined.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
RECALL = 0.985
HARD = {  # a sample of each class: none of these may be missed
    "Kolumbus": "Kolumba Kolumbovi Kolumbův", "Julius": "Julia Juliovi", "Kristus": "Krista Kristovi",
    "Sokrates": "Sokrata Sokratovi", "Papadopulos": "Papadopula", "George": "Georgeův Georgeovi George'a George’owi",
    "Nagy": "Nagyovi Nagyová", "Szabó": "Szabóa Szabovi", "Kuře": "Kuřete Kuřetem", "Nguyen": "Nguyenová Nguyena",
    "Otto": "Ottův Ottovi", "Łoś": "Łosiowi", "Kwiecień": "Kwietnia",
}  # fmt: skip


def sealed(number, language, part, name):
    """Somebody of whom one name is known."""
    if part == "nick":
        return identity(number, [Name(language=language, given="Ъ")], nicknames=(name,))
    if part == "place":
        return identity(number, [Name(language=language, given="Ъ")], places=(name,))
    return identity(number, [Name(language=language, **{part: name})])


def missed(matcher, forms):
    """Those that are not covered to the last letter, each in a sentence of its own."""
    for form in forms:
        covered = {at for span in matcher.spans(f"тут {form} там") for at in range(span.start, span.end)}
        if not {at + 4 for at, letter in enumerate(form) if letter.isalnum()} <= covered:
            yield form


def test_forms_of_many_names_are_found():
    """Of each name alone, so that no other stands in for it; every miss is listed."""
    count, misses = 0, []
    for number, (language, part, name, forms) in enumerate(ROWS):
        matcher = Matcher([sealed(number, language, part, name)])
        count += len(forms.split())
        misses += [f"{name}: {form}" for form in missed(matcher, forms.split())]
    assert count > 2_000
    assert 1 - len(misses) / count >= RECALL, misses


@pytest.mark.parametrize("name", HARD)
def test_a_class_of_names_is_not_forgotten(name):
    language = "pl" if name in ("Łoś", "Kwiecień") else "cs"
    part = "given" if name in ("George", "Julius", "Otto") else "surname"
    assert list(missed(Matcher([sealed(1, language, part, name)]), HARD[name].split())) == []


def test_halves_of_a_double_name_are_found_written_as_one():
    matcher = Matcher([sealed(1, "uk", "surname", "Сейт-Аблаєв")])
    assert list(missed(matcher, ["Сейт-Аблаєва", "Сейтаблаєву", "Сеит-Аблаев", "Аблаєвим"])) == []


def test_what_a_foreign_ending_leaves_is_no_word_by_itself():
    """Cutting -us and -is off hides no everyday words."""
    names = [("cs", "Kolumbus"), ("uk", "Білоус"), ("cs", "Bilous"), ("cs", "Markus"), ("en", "Denis"), ("cs", "Lukáš")]
    people = [sealed(number, language, "surname", name) for number, (language, name) in enumerate(names)]
    text = "Den co den bila o tom psala, na značky a luka se nedíval, біла хата стояла край села, дні минали."
    assert [text[span.start : span.end] for span in Matcher(people).spans(text)] == []
