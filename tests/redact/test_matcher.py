"""What the matcher knows of a person beside the names, and where it holds back."""

import pytest

from archive.records.kinds import Name
from archive.redact.matcher import Matcher

from .conftest import identity


def shown(matcher, text):
    return {(text[span.start : span.end], span.category) for span in matcher.spans(text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("дзвонити 067-555-01-99", ("067-555-01-99", "phone")),
        ("(+38067) 5550199 після шостої", ("(+38067) 5550199", "phone")),
        ("пошта p.dibrova@EXAMPLE.org", ("p.dibrova@EXAMPLE.org", "email")),
        ("пише Temnyj_Lis щодня", ("Temnyj_Lis", "handle")),
        ("канал @dibrovnyk", ("@dibrovnyk", "handle")),
        ("24.03.1991", ("24.03.1991", "birth_date")),
        ("24 березня 1991 року", ("24 березня 1991", "birth_date")),
        ("24. března 1991", ("24. března 1991", "birth_date")),
        ("March 24, 1991", ("March 24, 1991", "birth_date")),
        ("1991-03-24", ("1991-03-24", "birth_date")),
        ("файл 19910324.jpg", ("19910324", "birth_date")),
        ("щороку 24 марта", ("24 марта", "birth_date")),
        ("24 MAR 91", ("24 MAR 91", "birth_date")),
        ("v noci na 24.3. bylo", ("24.3.", "birth_date")),
        ("číslo začíná 910324", ("910324", "birth_date")),
        ("u žen 915324", ("915324", "birth_date")),
        ("у паспорті 240391", ("240391", "birth_date")),
        ("жив на вулиці Чумацькій", ("Чумацькій", "address")),
        ("Чумацька, 17", ("Чумацька, 17", "address")),
        ("на Чумацькій, сімнадцять", ("Чумацькій, сімнадцять", "address")),
        ("приїхав з Ізюма", ("Ізюма", "place")),
        ("ізюмський шпиталь", ("ізюмський", "place")),
        ("Afanasij Dibrova", ("Dibrova", "name")),
        ("до Панька", ("Панька", "name")),
        ("П. С. Діброві", ("П. С. Діброві", "name")),
        ("panasdibrova.jpg", ("dibrova", "name")),
    ],
)
def test_everything_known_of_a_person_is_found(dibrova, text, expected):
    assert expected in shown(Matcher([dibrova]), text)


@pytest.mark.parametrize(
    "text",
    [
        "Чумацький шлях світив над степом.",
        "24 червня 1991",
        "068-555-01-98",
        "Діброву шуміли? ні: дуб шумів",
        "родзинки",
    ],
)
def test_what_is_not_theirs_stays(dibrova, text):
    found = shown(Matcher([dibrova]), text) - {("Діброву", "name")}
    assert found == set()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (Name(language="uk", surname="Бруй"), "Бруєві передали речі"),
        (Name(language="uk", given="Огей"), "мати Огеєві не писала"),
        (Name(language="uk", given="Ілій"), "сказали, що Ілієві краще"),
        (Name(language="ru", surname="Алиева"), "пришёл и Алиев, её муж"),
        (Name(language="ru", surname="Очина"), "видели, как Очин уехал"),
    ],
)
def test_short_names_decline_and_have_relatives_too(name, text):
    assert {category for _, category in shown(Matcher([identity(1, [name])]), text)} == {"name"}


def test_masks_are_words_of_nobody(dibrova):
    matcher = Matcher([dibrova], masks=("Гурток Світанок",))
    assert [(span.layer, span.person) for span in matcher.spans("у «Світанку» чекали")] == [("mask", None)]


def test_words_of_the_language_need_a_capital_or_a_name_beside_them():
    baker = identity(7, [Name(language="uk", given="Охрім", surname="Пекар")])
    matcher = Matcher([baker])
    assert not matcher.spans("Зранку пекар приніс хліб.")
    assert shown(matcher, "Зранку Пекар приніс хліб.")
    assert {text for text, _ in shown(matcher, "Зранку охрім пекар приніс хліб.")} == {"охрім", "пекар"}


def test_the_wide_matcher_forgives_one_letter(dibrova):
    assert not Matcher([dibrova]).spans("Запитали Дібраву.")
    assert shown(Matcher([dibrova], wide=True), "Запитали Дібраву.")


def test_two_people_of_one_name_both_answer():
    brothers = [
        identity(n, [Name(language="uk", given=g, surname="Ярмоленко")]) for n, g in ((1, "Охрім"), (2, "Улас"))
    ]
    people = [span.person for span in Matcher(brothers).spans("Ярмоленка бачили.")]
    assert people == [brother.person for brother in brothers]


def test_no_identities_no_spans():
    assert Matcher([]).spans("Охрім Пекар, 067-555-01-99") == []


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        (
            {"given": "Катерина"},
            ["Катерино", "Катерину", "Катеринин", "Катю", "Катька", "Катрусею", "Kateryna", "Kateřině", "Katarzynę"],
        ),
        ({"given": "Юрій"}, ["Юрія", "Юркові", "Юрчик", "Юра", "Георгий", "Jiřímu", "Juraja"]),
        ({"surname": "Заєць"}, ["Зайця", "Зайцеві", "Зайцями", "Zaiets", "Заяц"]),
        ({"surname": "Домбровський"}, ["Домбровського", "Домбровська", "Dombrowski", "Dąbrowskiego", "Dombrovskij"]),
        ({"surname": "Сокіл"}, ["Сокола", "Сокол", "Sokil", "Sokolem"]),
        ({"patronymic": "Миколайович"}, ["Миколайовичу", "Николаевича", "Николаич", "Mykolaiovych", "Nikolayevich"]),
        ({"patronymic": "Іллівна"}, ["Іллівни", "Ильиничной"]),
    ],
)
def test_forms_across_languages(name, forms):
    matcher = Matcher([identity(3, [Name(language="uk", **name)])])
    assert [form for form in forms if not matcher.spans(f"тут {form} там")] == []


def test_calling_somebody_by_the_short_form():
    katia = identity(3, [Name(language="ru", given="Екатерина")])
    assert shown(Matcher([katia]), "Кать, ты где?") == {("Кать", "name")}
