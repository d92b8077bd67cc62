"""What stands in fields and cells, which have no lines: names that a line's end tore apart before are still names."""

from __future__ import annotations

import pytest

from archive.bundle.hiding import Finder, Hiding
from archive.records.kinds import Identity, Name
from archive.redact.matcher import Matcher
from archive.redact.profile import shipped

PERSON = "e" * 32


def hiding(profile: str = "advocacy") -> Hiding:
    """Somebody with two names, and their designation."""
    name = Name(language="uk", given="Северин", surname="Дзюбинець")
    one = Identity(
        id="b" * 32, created="2026-01-01T00:00Z", entered_by="d", person=PERSON,
        names=(name, Name(language="en", given="Severyn", surname="Ashdowner"), Name(language="uk", surname="Радба")),
    )  # fmt: skip
    return Hiding(Finder(Matcher((one,), wide=True), ()), shipped(profile), {PERSON: "P-4417"})


@pytest.mark.parametrize(
    "torn",
    [
        "Дзюби- нець", "Дзюби‑  нцеві", "Дзюби нцем", "Дзюби¬ нець", "Ash downer", "Ash- downer", "Dziuby–\u00a0nets",
        "Дзюби\u00a0нець", "Ра дбі",
    ],
)  # fmt: skip
def test_a_name_torn_in_a_field_or_cell_is_hidden_whole(torn: str) -> None:
    """As it comes out of a paper: with the hyphen and a blank, or the blank alone, at the beginning and inside."""
    word = "then" if torn.isascii() or torn[0] == "D" else "тоді"
    for text, left in (
        (torn, "P-4417"),
        (f"{word}, {torn}, {word}", f"{word}, P-4417, {word}"),
        (f"1\t{torn}\t{word}\n2\t{word}", f"1\tP-4417\t{word}\n2\t{word}"),
    ):
        told = hiding().passage(text, "uk")
        assert told is not None and told.text == left


def test_words_that_are_none_stay_in_a_field() -> None:
    """Neighbours that are no name together, and halves in two cells, are what they were."""
    text = "тоді прийшов вечір - і всі\tпішли додому\nдзюби\tнець\tтоді"
    told = hiding().passage(text, "uk")
    assert told is not None and told.text == text


@pytest.mark.parametrize(
    "odd", ["s_dziubynets", "dziubynetsseveryn_93", "xdziubyn", "Северин_2.jpg", "Дзюибнцеві", "дзюбиньцьу"]
)
def test_what_an_office_says_keeps_its_capitals_but_no_account(odd: str) -> None:
    """Readers who are told places are told courts; what is spelled as no word, or near a name, is hidden there too."""
    told = hiding("legal").passage(f"Районний суд міста Чорнобай, {odd}", "uk", office=True)
    assert told is not None and told.text.startswith("Районний суд міста Чорнобай, ") and odd not in told.text
