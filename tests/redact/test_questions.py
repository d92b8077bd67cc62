"""What a person is asked about: each word once in all its forms, words in a row together; and what an answer does."""

from __future__ import annotations

import pytest

from archive.redact import layers
from archive.redact.capitals import find, group, left
from archive.redact.matcher import Matcher
from archive.redact.questions import Decided, Word, questions

NOBODY = Matcher([], wide=True)


def asked(*texts: str) -> list[Word]:
    """The questions about texts in which nobody is sealed."""
    return list(questions(((text, text, span) for text in texts for span in find(text)), texts))


def shown(text: str, *cleared: str) -> list[str]:
    """The words with a capital that stay hidden when ``cleared`` are cleared."""
    found = layers.find(text, NOBODY, frozenset(map(group, cleared)))
    return [text[span.start : span.end] for span in found]


@pytest.mark.parametrize(
    "forms",
    [
        "Київ Києва Києву Києвом Києві",
        "Харків Харкова Харкову Харковом Харкові",
        "Лозова Лозової Лозовій Лозову Лозовою",
        "Військовий Військового Військовому Військовим Військовій",
        "Вербець Вербця Вербцеві Вербцем",
        "Сокіл Сокола Соколові Соколом",
        "Тодоська Тодоськи Тодосьці Тодоською",
        "Гордій Гордія Гордієві Гордієм",
        "Гордей Гордея Гордею Гордеем",
        "Орёл Орла Орлу Орлом Орле",
        "Елец Ельца Ельцу Ельцом Ельце",
        "Россия России Россию Россией",
        "Praha Prahy Praze Prahu Prahou",
        "Vary Varů Varům Varech",
        "Karlovy Karlových Karlovým Karlovými",
        "Krajský Krajského Krajskému Krajském Krajským",
        "Hanka Hanky Hance Hanku Hankou",
        "Liberec Liberce Liberci Libercem",
        "Kyjev Kyjeva Kyjevu Kyjevem Kyjevě",
    ],
)
def test_forms_of_one_word_are_one_question(forms: str) -> None:
    """However its stem changes; and whoever answers sees every form."""
    text = "тоді " + " тоді ".join(forms.split())
    (word,) = asked(text)
    assert set(word.forms) == set(forms.split()) and word.count == len(forms.split())
    assert left(text, find(text), set(map(group, word.told))) == []


@pytest.mark.parametrize(
    ("cleared", "other"),
    [
        ("Сокол", "Соколов"),
        ("Sokol", "Соколова"),
        ("Олександрія", "Олександр"),
        ("Вікторія", "Віктора"),
        ("Дрозд", "Дроздова"),
        ("Мельник", "Мельників"),
        ("Прага", "Празького"),
        ("Мара", "Марії"),
    ],
)
def test_what_is_shown_shows_no_other_name(cleared: str, other: str) -> None:
    """A bird is no surname, a town nobody's given name: endings that make names of words are none here."""
    assert shown(f"тоді {other} стояв", cleared) == [other]


def test_words_that_stand_together_are_one_question() -> None:
    """With all forms; alone elsewhere, each is asked about by itself."""
    text = "in Karlovy Vary, z Karlových Varů a v Karlových Varech, and once Vary alone; then the Judge Novotny went"
    words = {word.forms: word for word in asked(text)}
    assert set(words) == {("Karlovy Vary", "Karlových Varů", "Karlových Varech"), ("Vary",), ("Judge Novotny",)}
    row = next(word for word in words.values() if "Karlovy Vary" in word.forms)
    assert row.is_row and row.count == 3 and [set(part.forms) for part in row.parts] == [
        {"Karlovy", "Karlových"}, {"Vary", "Varů", "Varech"},
    ]  # fmt: skip
    assert shown(text, *row.told) == ["Vary", "Judge", "Novotny"]


def test_words_that_stand_apart_as_well_are_asked_about_one_by_one() -> None:
    """A title before several names, a town before several words: one answer must not be about two things."""
    text = "the Judge Novotny and the Judge Vesela and a Judge. then Praha and Praha and Praha Novak"
    assert sorted(word.forms[0] for word in asked(text)) == ["Judge", "Novak", "Novotny", "Praha", "Vesela"]


def test_a_heading_is_one_question() -> None:
    """All of it is seen, and an answer is about this heading."""
    text = "кінець\n\nхто ПРОТОКОЛ ДОПИТУ СВІДКА\nВін казав тоді про протокол і допит"
    (word,) = asked(text)
    assert word.forms == ("ПРОТОКОЛ ДОПИТУ СВІДКА",) and len(word.parts) == 3


@pytest.mark.parametrize(
    "text",
    [
        "сказав так.\nВтім нічого", "тобто: 2. Після того", "він сказав “Його нема”", "řekl (Jeho bratr)",
        "- Když přišel", "ось так😂 Мене не було", "смішно))) Він був", "століття XX і XIX було", "za XVIII. století",
    ],
)  # fmt: skip
def test_small_words_and_numbers_ask_nothing(text: str) -> None:
    """Where a sentence may open, a pronoun or the like does not ask; nor do centuries."""
    assert asked(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "it was XI JINPING there",
        "у Коли вдома",
        "він дав\nТому хліба",
        "потім\nМила пішла",
        "так 😂 Коли нема",
        "the witness Will said",
        "pan To tam byl",
    ],
)
def test_names_like_small_words_and_numbers_ask(text: str) -> None:
    """In the midst of a sentence a small word may be somebody, and a number in capitals too."""
    assert asked(text)


TWICE = "he met Paly at the gate. then came Paly with a dog, and Paly left"


def test_one_place_alone() -> None:
    """It is told by the words around; the same words elsewhere are the same saying."""
    (word,) = asked(TWICE)
    decided = Decided()
    decided.to_show_here(word, word.sights[1])
    assert decided.show == ["gate then came [Paly] with a dog"] and decided.hide == [] and decided.hold == ["Paly"]
    assert shown(TWICE, *decided.show) == ["Paly", "Paly"]
    assert shown("then came Paly by car", *decided.show) == ["Paly"]
    again = "gate. Then came\nPaly, with a dog"
    assert shown(again, *decided.show) == []


def test_a_place_in_brackets_shows_only_what_stands_in_them() -> None:
    text = "they heard Zelenko tell Paly of Brynkiv there"
    word = next(word for word in asked(text) if word.forms == ("Paly",))
    assert word.sights[0].here == "heard Zelenko tell [Paly] of Brynkiv there"
    assert shown(text, word.sights[0].here or "") == ["Zelenko", "Brynkiv"]


def test_hiding_the_rest_hides_no_small_words() -> None:
    """A word that stands in small letters as well is no name: it stays hidden where it has a capital, no further."""
    text = "in the House they said that a house is a house, and Paly laughed"
    decided = Decided()
    for word in asked(text):
        decided.to_rest(word)
    assert decided.hide == ["Paly"] and sorted(decided.hold) == ["House", "Paly"]


def test_whoever_hides_a_word_hides_it_everywhere() -> None:
    """Also in small letters; of words in a row only those that are no small words."""
    text = "by the Judge Paly here: a judge, she said, is a judge"
    (word,) = asked(text)
    decided = Decided()
    decided.to_hide(word)
    assert decided.hide == ["Paly"] and decided.hold == ["Judge Paly"]
    house, single = asked("in the House; a house"), Decided()
    single.to_hide(house[0])
    assert single.hide == ["House"]


def test_what_was_said_of_a_word_holds_in_a_row() -> None:
    """Of words in a row only the others are asked about; and what was shown is not hidden with the rest."""
    (praha,), (row,) = asked("to Praha, from Praha"), asked("then Praha Novak came")
    decided = Decided()
    decided.to_show(praha)
    assert [word.forms for word in decided.open_of(row)] == [("Novak",)]
    decided.to_rest(row)
    assert decided.hide == ["Novak"]
    assert Decided(hide=["Praha", "Novak"]).open_of(row) == () == Decided(hide=["Praha"]).open_of(praha)


def test_going_back() -> None:
    """What was said since is gone, in the same lists."""
    decided = Decided()
    before, lists = decided.copy(), (decided.hide, decided.show)
    decided.to_hide(asked(TWICE)[0])
    decided.become(before)
    assert not decided.anything and (decided.hide is lists[0]) and (decided.show is lists[1])


def test_a_word_that_opens_a_sentence_belongs_to_the_next_all_the_same() -> None:
    """Its capital says nothing there, but beside its neighbour it is the same name; it alone is asked about nowhere."""
    text = "The end. Karlovy Vary lies far, as far as Karlovy Vary lies. Karlovy they say."
    (word,) = asked(text)
    assert word.forms == ("Karlovy Vary",) and word.count == 2
    assert shown(text, *word.told) == []
    assert [one.forms for one in asked("The end. Karlovy Vary lies far.")] == [("Vary",)]
