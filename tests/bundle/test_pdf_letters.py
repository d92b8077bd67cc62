"""What is read from the right is drawn in its order from the left, with joined letters, and stays the same words."""

import unicodedata

import pytest

from archive.bundle import pdf_letters

GREETING = "السلام عليكم"


def _read(drawn: str) -> str:
    """A line from the right as its reader takes it: the letters themselves, in their order."""
    return unicodedata.normalize("NFKC", drawn[::-1].replace("\u00a0", " "))


@pytest.mark.parametrize("text", ["שלום עולם", GREETING, "لا بأس", "پژوهش", "مُحَمَّد"])
def test_a_stretch_from_the_right_is_turned_and_stays_the_same_words(text: str) -> None:
    """In a text from the left, on one line; the rest of the text is left as it is."""
    drawn = pdf_letters.inside(f"Напис: {text}, далі.")
    assert drawn.startswith("Напис: ") and drawn.endswith(", далі.") and " " not in drawn[7:-7]
    turned = drawn[len("Напис: ") : -len(", далі.")]
    assert _read(turned) == unicodedata.normalize("NFKC", text)


def test_letters_join_as_their_neighbours_ask() -> None:
    """Sin between two letters has its form in the middle; the last mim stands for itself after alef."""
    drawn = pdf_letters.inside("السم")[::-1]
    assert [unicodedata.name(letter).rsplit(" ", 2)[-2:] for letter in drawn] == [
        ["ISOLATED", "FORM"], ["INITIAL", "FORM"], ["MEDIAL", "FORM"], ["FINAL", "FORM"],
    ]  # fmt: skip


def test_numbers_and_other_letters_keep_their_direction() -> None:
    """A date and a name inside; brackets are mirrored."""
    (line,) = pdf_letters.lines("שלום (Kyiv) 12.03.2025!", len, 80)
    assert line == "!12.03.2025 (Kyiv) םולש"


def test_a_text_from_the_right_is_broken_from_its_beginning() -> None:
    """The first words stand on the first line, and no line is too wide."""
    found = list(pdf_letters.lines(f"{GREETING} " * 6, len, 20))
    assert pdf_letters.leads(GREETING) and not pdf_letters.leads("Досьє שלום")
    assert max(map(len, found)) <= 20 and len(found) == 4
    assert unicodedata.normalize("NFKC", found[0][::-1]).startswith("ا")


def test_other_texts_are_drawn_as_they_are() -> None:
    """Latin, Cyrillic and marks above letters."""
    text = "Příliš žluťoučký; Їжак (12.03.2025) «так»"
    assert pdf_letters.inside(text) == text
