"""Misspelt names: a quick look finds what looking at every stem finds, few stems are looked at, and words stay."""

import sys
from itertools import takewhile
from random import Random

import pytest

from archive.records.kinds import Name
from archive.redact import forms, near
from archive.redact.matcher import Matcher

from .conftest import identity

PEOPLE = [
    identity(
        1, [Name(language="uk", given="Олександр", patronymic="Юхимович", surname="Гордієнко")], places=("Мценськ",)
    ),
    identity(2, [Name(language="cs", given="Kristina", surname="Prosecká")], places=("Nový Jičín",)),
]
LETTERS = "aeioubcdhklmnprstvz"
CHECKS = 1.0  # stems compared for each different word; it was nine


def shared(left: str, right: str) -> int:
    """How many letters two words share from their beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(left, right, strict=False)))


def one_apart(left: str, right: str) -> bool:
    """Whether one letter more, less or other, or two swapped, make two words alike; by what they share at both ends."""
    if abs(len(left) - len(right)) > 1:
        return False
    ahead = shared(left, right)
    behind = shared(left[ahead:][::-1], right[ahead:][::-1])
    one, other = left[ahead : len(left) - behind], right[ahead : len(right) - behind]
    return max(len(one), len(other)) <= 1 or (len(one) == 2 and one == other[::-1])


def told(key: str) -> tuple[str, str]:
    return key, key.replace("ia", "я").replace("iu", "ю").replace("sc", "щ")


def by_looking_at_all(table, key, shortest, made):
    """What ``Near.cuts`` is to find, but for letters that look alike on paper."""
    for size in range(max(shortest - 1, len(key) - 9), len(key) + 1):
        for stem, rows in table.items():
            if len(stem) >= shortest and any(one_apart(a, b) for a in told(key[:size]) for b in told(stem)):
                for form in rows:
                    kin = form.made and form.hit.part in ("kin", "place")
                    fits = form.kind in near._KINDS and key[size:] in form.endings
                    if fits and not kin and (not form.made or len(stem) >= made):
                        yield form, size


def misspelt(words, chance):
    """Every word, and with a letter lost, put in, replaced or swapped."""
    for word in words:
        at, letter = chance.randrange(len(word) - 1), chance.choice(LETTERS)
        yield from (
            word,
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + letter + word[at + 1 :],
        )
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


@pytest.mark.parametrize(("shortest", "made"), [(6, 8), (4, 4), (7, 7)])
def test_a_quick_look_finds_what_looking_at_every_stem_finds(shortest, made, monkeypatch):
    monkeypatch.setattr(near, "_ON_PAPER", ())
    monkeypatch.setattr(near, "canonical", lambda key: key)  # so that none is lost between two that are alike, either
    table = forms.forms(PEOPLE, kin=True)
    chance = Random(7)
    stems = chance.sample(sorted(stem for stem in table if len(stem) >= 3), 12)
    quick = near.Near(table)
    words = sorted(
        {*misspelt([stem + chance.choice(["", "a", "om", "ov"]) for stem in stems], chance), "komisia", "svidok"}
    )
    for key in words:
        assert set(quick.cuts(key, shortest, made)) == set(by_looking_at_all(table, key, shortest, made)), key


def test_few_stems_are_compared_with_a_word(corpus):
    """Counted, not timed: with everybody of the corpus protected and every word new."""
    rows, identities = corpus
    text = " ".join(row["text"] for row in rows if row["kind"] != "spaced")
    matcher, count = Matcher(identities, wide=True), 0

    def watch(frame, event, _):
        nonlocal count
        count += event == "call" and frame.f_code.co_name == "_one_apart"

    sys.setprofile(watch)
    try:
        matcher.spans(text)
    finally:
        sys.setprofile(None)
    assert 0 < count <= CHECKS * len(set(text.split())), count


def found(text: str) -> list[str]:
    return [text[span.start : span.end] for span in Matcher(PEOPLE, wide=True).spans(text)]


@pytest.mark.parametrize(
    "word", ["Гордієко", "Hordijenco", "Олесандр", "Алексадр", "Юхмович", "Kristyna", "Мценск", "Мцнськ"]
)
def test_what_was_sealed_is_found_with_a_letter_wrong(word):
    assert found(f"тут {word} там") == [word]


@pytest.mark.parametrize("word", ["Вивести", "берлинский", "Starší", "starostí", "manželka", "Шановні", "Кінець"])
def test_what_was_made_of_it_is_not(word):
    """Adjectives of a town, who lives there, short forms, other patronymics: one letter away from too many words."""
    places = ("Würzen", "Белый Яр", "Старая Купавна", "Кинешма")
    people = [*PEOPLE, identity(3, [Name(language="uk", given="Анжела", patronymic="Саввична")], places=places)]
    assert Matcher(people, wide=True).spans(f"тут {word} там") == []
