"""What is spelled as no word is: hidden whole in a dossier, whoever it is of, until somebody clears it."""

import pytest

from archive.records.kinds import Name
from archive.redact import accounts, capitals, layers
from archive.redact.matcher import Matcher

from .conftest import identity

NOBODY = Matcher([], wide=True)


def hidden(text):
    return [text[span.start : span.end] for span in accounts.find(text)]


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("мій нік там drozd_63 був", "drozd_63"),
        ("дивись файл Клен_Ясенець2.jpg там", "Клен_Ясенець2.jpg"),
        ("лежить у /home/kjasen/doc досі", "/home/kjasen/doc"),
        (r"лежить у C:\Users\jasenec досі", r"C:\Users\jasenec"),
        ("бо #свободуЯсенцю кричали", "#свободуЯсенцю"),
        ("as jasen.klenu wrote", "jasen.klenu"),
        ("as petr0klen wrote", "petr0klen"),
        ("as klenjas77 wrote", "klenjas77"),
        ("as 77klenjas wrote", "77klenjas"),
        ("as klenJas wrote", "klenJas"),
        ("as vĚřE wrote", "vĚřE"),
        ("his telegram is klenjas now", "klenjas"),
        ("моє @kl тут", "@kl"),
        ("as @_klen_ wrote", "@_klen_"),
        ("as _klen_ wrote", "_klen_"),
        ("Ось що розповідає klen:", "klen"),  # one word makes no language of a short line
        ("то doen прийшов", "doen"),  # letters of one script among words of the other
        ("řekl mi ясень včera večer", "ясень"),
        ("Subject: =?UTF-8?B?TWFyaw==?= and more", "=?UTF-8?B?TWFyaw==?="),
        ("ilysihinalekszandr пришёл вечером", "ilysihinalekszandr"),
    ],
)
def test_a_token_is_hidden_whole(text, token):
    assert hidden(text) == [token]


@pytest.mark.parametrize(
    "text",
    [
        "20th of 1990s, 10km, mp3, e.g. this, i.e. that, at 5 p.m.",
        "он и/или она, км/год, 1/2",
        "his/her, and/or, 1/2",
        "пункт 5-а, розділ II та XIX століття",
        "Він сказав: all of these words are of one quotation indeed, і пішов.",
        "Řekl to. A odešel.",
    ],
)
def test_words_are_not(text):
    assert hidden(text) == []


def test_a_quotation_does_not_make_a_language_of_its_line():
    said = "Коли вони прийшли сюди вранці удвох, хтось казав: it is not our house, і я довго дивився, як antfiatow"
    text = f"{said} мовчав біля самих воріт аж до ночі."
    assert hidden(text) == ["antfiatow"]


def test_one_key_clears_the_whole():
    text = "то був файл Клен_Ясенець2.jpg там"
    cleared = frozenset({capitals.group("Клен_Ясенець2.jpg")})
    assert [text[span.start : span.end] for span in layers.find(text, NOBODY, frozenset())] == ["Клен_Ясенець2.jpg"]
    assert layers.find(text, NOBODY, cleared) == []


def test_a_sealed_name_in_it_stays_hidden_though_it_is_cleared():
    matcher = Matcher([identity(1, [Name(language="uk", given="Северин", surname="Гуляєнко")])], wide=True)
    text = "то був файл Гуляєнко_скан2.jpg там"
    found = layers.find(text, matcher, frozenset({capitals.group("Гуляєнко_скан2.jpg")}))
    assert [(text[span.start : span.end], span.layer) for span in found] == [("Гуляєнко", "identity")]
