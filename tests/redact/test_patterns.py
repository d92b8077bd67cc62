"""Shapes: numbers, papers, links, addresses, dates."""

import random
import re

import pytest

from archive.redact import capitals, dates, patterns, shapes


def found(text):
    return {(text[span.start : span.end], span.category) for span in patterns.find(text)}


@pytest.mark.parametrize(
    ("text", "shown", "category"),
    [
        ("тел. 050 123 45 67", "050 123 45 67", "phone"),
        ("+7 (916) 555-12-34", "+7 (916) 555-12-34", "phone"),
        ("tel. 602 123 456", "602 123 456", "phone"),
        ("+375 29 123-45-67", "+375 29 123-45-67", "phone"),
        ("a.b@пошта.укр", "a.b@пошта.укр", "email"),
        ("x (at) y.org", "x (at) y.org", "email"),
        ("UA21 3223 1300 0002 6007 2335 6600 1", "UA21 3223 1300 0002 6007 2335 6600 1", "iban"),
        ("4111 1111 1111 1111", "4111 1111 1111 1111", "card"),
        ("4111 1111 1111 1112", "4111 1111 1111 1112", "card"),
        ("серія АА 123456", "АА 123456", "passport"),
        ("4510 123456", "4510 123456", "passport"),
        ("MP1234567", "MP1234567", "passport"),
        ("ABC 123456", "ABC 123456", "passport"),
        ("900517/1234", "900517/1234", "birth_number"),
        ("44051401359", "44051401359", "birth_number"),
        ("авто АА 1234 ВВ", "АА 1234 ВВ", "plate"),
        ("А123ВС77", "А123ВС77", "plate"),
        ("1234 AB-7", "1234 AB-7", "plate"),
        ("1A2 3456", "1A2 3456", "plate"),
        ("50.4501, 30.5234", "50.4501, 30.5234", "coordinates"),
        ("50°27′00″ N", "50°27′00″ N", "coordinates"),
        ("10.0.0.1", "10.0.0.1", "ip"),
        ("fe80::1ff:fe23:4567:890a", "fe80::1ff:fe23:4567:890a", "ip"),
        ("https://ex.org/x?y=1", "https://ex.org/x?y=1", "url"),
        ("t.me/abcde", "t.me/abcde", "handle"),
        ("@nick_name", "@nick_name", "handle"),
        ("telegram: nickname", "telegram: nickname", "handle"),
        ("справа 757/12345/23-к", "757/12345/23-к", "case_number"),
        ("дело 1-45/2022", "1-45/2022", "case_number"),
        ("12 T 34/2022", "12 T 34/2022", "case_number"),
        ("вул. Шевченка, 12, кв. 5", "вул. Шевченка, 12, кв. 5", "address"),
        ("Hauptstraße 12", "Hauptstraße 12", "address"),
        ("о 14:35", "14:35", "time"),
    ],
)
def test_shapes_are_hidden(text, shown, category):
    assert (shown, category) in found(text)


@pytest.mark.parametrize(
    "text",
    ["12 500 грн", "1 000 000 грн", "2014–2022", "у 1941-1945 роках", "версія 4.18.1", "розділ 12.3",
    "стр. 12-15", "стаття 28 § 1",
     "250000 осіб", "тричі на день", "100 %"],
)  # fmt: skip
def test_harmless_numbers_stay(text):
    assert found(text) == set()


@pytest.mark.parametrize("category", shapes.SHAPES)
def test_the_shapes_of_a_category_find_together_what_they_find_apart(category):
    draw = random.Random(category)
    pieces = [*"AяҐ7+-/.,: \n_@°№", "12", "2025", "вул. ", "Kč", "AB1234CD", "757/12345/23-к", "heron@example.org"]
    pieces += ["t.me/wader", "UA21 3223", "fe80::1", " at ", "(at)", "ID 12345"]
    for _ in range(300):
        text = "".join(draw.choices(pieces, k=12))
        apart = re.compile("|".join(shapes._SHAPES[category])).finditer(text)
        together = shapes.SHAPES[category].finditer(text)
        assert [match.span() for match in together] == [match.span() for match in apart], text


def test_a_case_number_is_no_phone():
    """A profile may show case numbers; a phone laid over one would hide it again."""
    assert {category for _, category in found("справа 757/12345/23-к")} == {"case_number"}


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("17 травня 2023", "05/2023"), ("17 мая 2023", "05/2023"), ("17. května 2023", "05/2023"),
        ("17 maja 2023", "05/2023"),
        ("17. Mai 2023", "05/2023"), ("17 траўня 2023", "05/2023"), ("17. mája 2023", "05/2023"),
        ("May 17, 2023", "05/2023"),
        ("17th of May 2023", "05/2023"), ("17.05.2023", "05/2023"), ("17. 5. 2023", "05/2023"),
        ("17/05/23", "05/2023"),
        ("2023-05-17", "05/2023"), ("05/17/2023", "05/2023"), ("3 листопада 2021", "11/2021"),
        ("3 lipca 2021", "07/2021"),
        ("3. července 2021", "07/2021"), ("3. června 2021", "06/2021"), ("12–15 серпня 2024", "08/2024"),
        ("1 мая", "05/XXXX"), ("17 MAY 23", "05/2023"), ("17MAY2023", "05/2023"), ("17 MAY/ТРА 2023", "05/2023"),
        ("17/V-23", "05/2023"), ("17.V.2023", "05/2023"), ("17. V. 2023", "05/2023"), ("17 XII 2023", "12/2023"),
    ],
)  # fmt: skip
def test_dates_become_the_month(text, month):
    [span] = dates.find(text)
    assert (span.start, span.end) == (0, len(text))
    assert dates.generalised(text) == month


@pytest.mark.parametrize(
    "text",
    [
        "у 2023 році",
        "у травні 2023",
        "May 2023",
        "32.01.2020",
        "99 березня",
        "3 marketers",
        "čl. 5 V 20 bodech",
        "45/XX-23",
    ],
)
def test_what_is_no_day_stays(text):
    assert dates.find(text) == []


def test_days_of_birth_are_a_category_of_their_own():
    for text in ("народився 17.05.1990", "1985 р.н.", "born in 1990", "nar. 3. 4. 1988", "1979 г.р."):
        assert [span.category for span in dates.find(text)] == ["birth_date"], text


def test_capitals_inside_sentences_are_offered():
    text = "Вчора Охріма бачили в Кобеляках. Потім він зник."
    assert [text[s.start : s.end] for s in capitals.find(text)] == ["Охріма", "Кобеляках"]
    assert capitals.group("Кобеляках") == capitals.group("Кобеляки") == capitals.group("Kobeliaky")
