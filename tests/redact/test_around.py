"""What stands around a word: the time of a message, and the same name inside a sentence elsewhere."""

import pytest

from archive.records.kinds import Name
from archive.redact.around import speakers
from archive.redact.matcher import Matcher

from .conftest import identity

MATCHER = Matcher(
    [
        identity(1, [Name(language="cs", given="Radoslav", surname="Vlnovec")], nicknames=("Ráďa",)),
        identity(2, [Name(language="en", given="Desmond", surname="Thistlewick")], nicknames=("Des",)),
        identity(3, [Name(language="cs", given="Dezider", surname="Kolovrátník")], nicknames=("Dežo",)),
    ]
)


def found(text: str) -> list[str]:
    """What the matcher hides of ``text``."""
    return [text[span.start : span.end] for span in MATCHER.spans(text)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("18:02 rada: lidi je tu nekdo", "rada"),
        ("[12.11.2025, 18:02:11] Rada P.: Ne.", "Rada P."),
        ("12/11/2025, 6:02 pm - Des: hi", "Des"),
        ("[18:02] <rada> ahoj", "rada"),
        ("Соля, 20:55\nооо", "Соля"),
        ("rada, [12. 11. 2025 18:02]\nahoj", "rada"),
        ("rada (18:02): ahoj", "rada"),
    ],
)
def test_who_wrote_a_message_stands_beside_its_time(text, name):
    assert [text[start:end].strip() for start, end in speakers(text)] == [name]


@pytest.mark.parametrize("text", ["prisel v 18:02 domu: rada mlcela", "V poledne: rada mlcela", "od 18:02 do 19:00"])
def test_a_time_inside_a_sentence_tells_of_nobody(text):
    assert speakers(text) == []


def test_who_wrote_a_message_is_meant_by_the_word_in_others():
    """*Rada* is a council, or glad, wherever nobody is called so in a chat."""
    text = "18:02 rada: jste tam?\n18:03 lida: byla tu rada i des\n18:04 lida: Kde je Ráďa?\n18:05 Des: des is here"
    assert found(text) == ["rada", "rada", "Ráďa", "Des"]
    assert found("18:03 lida: byla tu rada i des") == []


def test_no_long_line_is_slow():
    assert speakers("18:02 " + "a" * 100_000) == speakers("a" * 100_000 + " 18:02 ") == []


def test_a_name_that_is_certain_inside_a_sentence_is_one_at_its_beginning():
    assert found("They say that Des left. Des never spoke.") == ["Des", "Des"]
    assert found("They say that Des left. Des never spoke. La vie des autres.") == ["Des"]
    assert found("Des never spoke.") == []


def test_a_dative_of_people_lets_a_short_name_count_in_small_letters():
    assert found("dezovi zase volali z policie") == ["dezovi"]
    assert found("Ten dezovi zase volali.") == []


def test_a_piece_of_a_line_does_not_tell_that_nobody_wrote_capitals_in_it():
    """As the last look at a bundle reads a page, in pieces between what was hidden."""
    text = " psali. prijde dezovi sama.\nprijde dezovi sama\n potom dezovi odesla "
    assert len(MATCHER.spans(text)) == 3
    assert [text.count("\n", 0, span.start) for span in MATCHER.spans(text, whole=False)] == [1]
