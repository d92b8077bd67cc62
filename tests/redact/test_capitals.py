"""The net under the names that nobody sealed: which words with a capital open a sentence, and which may be names."""

from __future__ import annotations

import pytest

from archive.redact.capitals import find


def caught(text: str) -> list[str]:
    return [text[span.start : span.end] for span in find(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Kovalchuk waved.",
        "We left.\nKovalchuk waved.",
        "We left.\n\n  «Kovalchuk waved.»",
        "A heading\n\nKovalchuk waved",
        "A heading\n \t\nKovalchuk waved",
        "They asked? Kovalchuk waved",
        "They said: Kovalchuk waved",
        "We saw it. Kovalchuk waved",
    ],
)
def test_what_opens_a_sentence_is_not_caught(text: str) -> None:
    """It has a capital anyway."""
    assert caught(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "that day we saw\nKovalchuk by the weir",  # the page ended the line
        "that day we saw\r\nKovalchuk by the weir",
        "witnesses\n- Kovalchuk\n- others",
        "witnesses\n1. Kovalchuk",
        "heard by the judge\n  Kovalchuk",
    ],
)
def test_that_a_line_begins_opens_no_sentence(text: str) -> None:
    """Pages and mails break their lines anywhere: every tenth name would stand in clear."""
    assert caught(text) == ["Kovalchuk"]


@pytest.mark.parametrize("before", ["judge H.", "суддя Г.", "said Mr.", "said Mrs.", "said Dr.", "гр.", "O. P."])
def test_after_an_initial_comes_a_name(before: str) -> None:
    """Its full stop ends no sentence."""
    assert caught(f"the {before} Kovalchuk waved")[-1:] == ["Kovalchuk"]


@pytest.mark.parametrize(
    "before",
    [
        "COURT\nCase No. 417/0226/25",
        "суд, Справа № 417/25",
        "суд. и Дело № 1-17/2025",
        "soud, Věc č. 4/25",
        "file No. 5",
    ],
)
def test_what_announces_the_number_of_a_case_is_no_name(before: str) -> None:
    """It was asked about in every court paper; whoever is called so elsewhere is caught."""
    assert caught(f"at the {before} was heard") in (["COURT"], [])
    assert caught("said Case, who left in 2025 with No Kovalchuk") == ["Case", "No", "Kovalchuk"]
