"""Numbers that are dictated in words, and initials that stand alone beside what somebody is."""

import pytest

from archive.records.kinds import Name
from archive.redact import capitals, layers, spoken
from archive.redact.matcher import Matcher

from .conftest import identity

NOBODY = Matcher([])


def found(text, matcher=NOBODY):
    return [
        (text[span.start : span.end], span.category, span.person is not None) for span in layers.find(text, matcher)
    ]


@pytest.mark.parametrize(
    ("before", "number", "after"),
    [
        ("номер: ", "нуль шістдесят сім, сто двадцять три, сорок п'ять, шістдесят сім", "."),
        ("дзвони плюс ", "триста вісімдесят шістдесят сім сто двадцять три сорок п’ять вісім нуль", " або"),
        ("телефон ", "восемь девятьсот шестнадцать сто двадцать три сорок пять шестьдесят семь", ", она"),
        ("telefon ", "šest set dva pět set padesát pět sedm set osmdesát jedna", " a dost"),
        ("call ", "seven seven zero zero nine oh oh one two three", " now"),
        ("це ", "Нуль - п'ять - нуль - 123 - сорок п'ять - шістдесят сім", "!"),
    ],
)
def test_a_number_in_words_is_hidden(before, number, after):
    assert found(f"{before}{number}{after}") == [(number, "phone", False)]


def test_without_this_layer_it_would_be_left(monkeypatch):
    monkeypatch.setattr(spoken, "runs", lambda _text: ())
    assert found("дзвони нуль шістдесят сім, сто двадцять три, сорок п'ять, шістдесят сім") == []


def test_a_letter_that_becomes_two_in_small_ones_hides_no_number_and_no_day():
    """The capital İ of Azerbaijani and Turkish names."""
    text = "İsaxanlı said: Seven seven zero zero nine zero zero one two three. Flat twenty, May seventeenth."
    assert [category for _, category, _ in found(text)] == ["phone", "address", "date"]


def test_a_known_phone_is_somebodys_in_words_too():
    matcher = Matcher([identity(1, [Name(language="en", given="Ъ")], phones=("+44 7700 900123",))])
    text = "call oh seven seven double, no: seven seven zero zero nine zero zero one two three"
    assert ("seven seven zero zero nine zero zero one two three", "phone", True) in found(text, matcher)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("it ends in 45 67.", ["45 67"]), ("…45-67;", ["45-67"]), ("хвіст 4567", ["4567"]),
        ("12.45-67", []), ("45-68", []), ("145-67", []), ("45-67-1", []), ("о 45:67", []),
    ],
)  # fmt: skip
def test_the_end_of_a_known_phone_is_asked_about(text, asked):
    matcher = Matcher([identity(1, [Name(language="en", given="Ъ")], phones=("+380 67 123 45 67",))], wide=True)
    spans = layers.find(text, matcher, cleared=frozenset())
    assert [text[one.start : one.end] for one in spans if one.layer == "capital"] == asked


@pytest.mark.parametrize(
    ("first", "between", "second"),
    [
        ("нуль шістдесят сім сто двадцять три", ". Далі було ", "сорок п'ять шістдесят сім"),
        ("067 123", ", а потім\n", "4567"),
        ("zero six seven one hundred twenty three", '.\n12,"Then ', "forty five sixty seven"),  # in a table
        ("sto dvacet tři", ". A pak ještě ", "čtyřicet pět šedesát sedm"),
        ("067 123", "\n[12.10.2023 18:15] Lubos: ", "4567"),
    ],
)
def test_a_known_phone_is_found_in_two_parts(first, between, second):
    matcher = Matcher([identity(1, [Name(language="en", given="Ъ")], phones=("+380 67 123 45 67",))])
    text = f"він сказав {first}{between}{second} і пішов"
    assert [one for one in found(text, matcher) if one[2]] == [(first, "phone", True), (second, "phone", True)]


@pytest.mark.parametrize(
    ("text", "day", "category"),
    [
        ("це було двадцять четвертого березня", "двадцять четвертого березня", "date"),
        ("народився дев'ятого травня дві тисячі п'ятого", "дев'ятого травня дві тисячі п'ятого", "birth_date"),
        ("это было двадцать первого июля", "двадцать первого июля", "date"),
        ("to dvacátého sedmého ledna devatenáct set dva", "dvacátého sedmého ledna devatenáct set dva", "date"),
        ("on the twenty-first of June nineteen ninety-one", "twenty-first of June nineteen ninety-one", "date"),
        ("born on June first", "June first", "birth_date"),
    ],
)  # fmt: skip
def test_a_day_in_words_is_a_date(text, day, category):
    assert found(text) == [(day, category, False)]


@pytest.mark.parametrize(
    "said",
    [
        "двадцять четвертого березня тисяча дев'ятсот дев'яносто першого",
        "двадцать четвёртого марта тысяча девятьсот девяносто первого",
        "dvacátého čtvrtého března devatenáct set devadesát jedna",
        "twenty-fourth of March nineteen ninety-one",
        "двадцять четвертого березня дев'яносто першого",
    ],
)
def test_a_known_birth_date_is_somebodys_in_words_too(dibrova, said):
    assert (said, "birth_date", True) in found(f"{said}.", Matcher([dibrova]))


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("живе: будинок двадцять три, квартира п'ять, і все", "будинок двадцять три, квартира п'ять"),
        ("его дом 23, кв. 5 там", "дом 23, кв. 5"),
        ("je to dům číslo osmdesát dva nahoře", "dům číslo osmdesát dva"),
        ("at house twenty-three, flat five then", "house twenty-three, flat five"),
    ],
)
def test_the_number_of_a_house_is_hidden(text, home):
    assert found(text) == [(home, "address", False)]


@pytest.mark.parametrize("text", ["она дома одна", "у дома два окна", "doma jedna žena", "першого квітня не було"])
def test_other_numbers_at_home_stay(text):
    assert [one for one in found(text) if one[1] == "address"] == []


@pytest.mark.parametrize(
    "text",
    [
        "у двох тисячах двадцять четвертому році було їм двадцять, тридцять п'ять і сорок років",
        "сто двадцять три гривні сорок п'ять копійок; один за одним, два на два",
        "one, two, three, four, five, then it stopped",
        "dvě stě padesát tři koruny, sto let samoty, a za pět minut dvanáct",
    ],
)
def test_amounts_ages_and_years_in_words_stay(text):
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "тоді свідок {О. П.} сказав", "бачив пан {К.} усе", "а свидетеля {А.Б.} увели", "про гр. {В.} забыли",
        "řekl svědek {J. N.} potom", "a paní {M.} odešla", "then witness {B.} left", "told Mr. {K.} too",
        "sister {Ya. O.} wept", "рядовому {Х. Ї.} дали", "s vězněm {Ch. R.} mluvil",
    ],
)  # fmt: skip
def test_initials_beside_a_role_are_hidden(text):
    shown = text.replace("{", "").replace("}", "")
    assert found(shown) == [(text[text.index("{") + 1 : text.index("}")], "name", False)]


@pytest.mark.parametrize(
    "text",
    [
        "тоді {С. Л.} вийшов", "посилки на {O.H.}", "s pozdravem {V. N.-H.}", "Zavolej {R. Ž.} večer",
        "про {A. B. C.} нічого",
    ],
)  # fmt: skip
def test_initials_alone_are_asked_about(text):
    """Nobody knows whose they are; an abbreviation, and what has its surname beside it, are none."""
    shown, initials = text.replace("{", "").replace("}", ""), text[text.index("{") + 1 : text.index("}")]
    asked = layers.find(shown, NOBODY, cleared=frozenset())
    assert [shown[one.start : one.end] for one in asked if one.layer == "capital"] == [initials]
    assert layers.find(shown, NOBODY, cleared={capitals.group(initials)}) == []


@pytest.mark.parametrize(
    "text", ["the U.S. army and the U. K. said so, P.S. yes", "і т. д., 3. kapitola, s. r. o.", "v čl. I. V roce"]
)
def test_abbreviations_are_no_initials(text):
    assert [one for one in layers.find(text, NOBODY, cleared=frozenset()) if len(text[one.start : one.end]) < 7] == []


@pytest.mark.parametrize(("text", "whole"), [("přes Oldu D. potom", "Oldu D."), ("tady Olda D.-K. byl", "Olda D.-K.")])
def test_an_initial_beside_a_given_name_goes_with_it(text, whole):
    matcher = Matcher([identity(1, [Name(language="cs", given="Oldřich", surname="Drápek")], nicknames=("Olda",))])
    assert found(text, matcher) == [(whole, "name", True)]


@pytest.mark.parametrize(
    "text", ["то був свідок. А потім", "це був його син. Я пішов", "his wife. I left", "свідок п. 5 ст. 3"]
)
def test_a_sentence_that_begins_with_a_letter_is_no_initial(text):
    assert found(text) == []
