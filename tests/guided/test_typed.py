"""Names, uses and threats as people type them."""

from __future__ import annotations

from typing import Any

import pytest

from archive.guided import typed

TODAY = "2026-11-26"


@pytest.mark.parametrize(
    ("text", "names", "masks"),
    [
        ("", [], []),
        ("-", [], []),
        ("Taras", [{"given": "Taras"}], []),
        ("Taras Zaviriukha", [{"given": "Taras", "surname": "Zaviriukha"}], []),
        (
            "Taras Ivanovych Zaviriukha Molodshyi; Lys, Krynytsia",
            [{"given": "Taras", "patronymic": "Ivanovych", "surname": "Zaviriukha Molodshyi"}],
            ["Lys", "Krynytsia"],
        ),
        ("; Lys", [], ["Lys"]),
    ],
)
def test_names(text: str, names: list[dict[str, str]], masks: list[str]) -> None:
    """Given name first; words to hide may come without one."""
    told: dict[str, Any] = typed.name(text, "uk")
    assert [{part: word for part, word in one.items() if part != "language"} for one in told.get("names", [])] == names
    assert told.get("masks", []) == masks


def test_uses_end_after_24_months_unless_said() -> None:
    """Numbers in any order, a recipient by reference, an end; 0 and nothing else is no to all."""
    assert typed.uses("0", TODAY) == {"purposes": (), "recipients": {}, "until": "2028-11-26"}
    told = typed.uses("12, 1=Y3A7 8; 1.6.2027", TODAY)
    assert told["purposes"] == ("statistics", "lawyer", "publish-anonymous")
    assert told["recipients"] == {"lawyer": ["Y3A7"]} and told["until"] == "2027-06-01"


def test_threats_not_named_leave_the_worst() -> None:
    """Nothing typed says nothing; n says that none is there."""
    assert typed.threats("") == {}
    assert typed.threats("n") == {"threats": (), "uniqueness": "low"}
    assert typed.threats("F, r") == {"threats": ("family_in_reach",), "uniqueness": "high"}


def test_what_a_file_is() -> None:
    """A kind, a paper's subtype in words, a date; nothing leaves it to the program."""
    assert typed.given("", TODAY) == {}
    assert typed.given("photo", TODAY) == {"kind": "photo"}
    told = typed.given("Asylum decision; 12.12.", TODAY)
    assert told == {"kind": "document", "subtype": "asylum-decision", "due": "2026-12-12"}
