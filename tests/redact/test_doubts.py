"""Words in doubt: what may be a name although too little says so is hidden until somebody clears it, and asked for."""

import pytest

from archive.records.kinds import Name
from archive.redact import capitals, layers
from archive.redact.matcher import Matcher

from .conftest import identity

PEOPLE = [
    identity(1, [Name(language="uk", given="Микола", surname="Криничний")], nicknames=("Колібрі",)),
    identity(2, [Name(language="cs", given="Věra", surname="Prosek")]),
    identity(3, [Name(language="en", given="Linh", surname="Bui")]),
    identity(4, [Name(language="en", given="Patience", surname="Oshodi")]),
    identity(5, [Name(language="en", given="Pavel", surname="Ly")]),
    identity(6, [Name(language="uk", given="Ганна", surname="Глущура")]),
    identity(7, [Name(language="cs", given="Anna Marie", surname="Nováková Dvořáčková")]),
    identity(8, [Name(language="ru", given="Ия", surname="Юн")]),
    identity(9, [Name(language="uk", given="Сара", surname="Цап")]),
    identity(11, [Name(language="cs", given="Adéla")]),
    identity(10, [Name(language="en", given="Thi Minh", surname="Wu")]),
]


def doubted(text: str, cleared: frozenset[str] = frozenset()) -> list[str]:
    """The words of ``text`` that are hidden until somebody clears them."""
    found = layers.find(text, Matcher(PEOPLE, wide=True), cleared)
    return [text[span.start : span.end] for span in found if span.layer == "capital"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Кринюха прийшов увечері.", "Кринюха"),  # called so by friends: begins as the name does
        ("Porskovi nikdo neřekl nic.", "Porskovi"),  # two letters swapped in a name of five
        ("Кирничний прийшов.", ""),  # of a long name that is certain
        ("Very nepřišla.", "Very"),  # genitive in Czech, a little word in English
        ("у той день бачили bui біля суду", "bui"),  # a short name in small letters
        ("вчора бачили кринчному біля суду", "кринчному"),
        ("Odhodi came late.", "Odhodi"),  # a letter wrong in what is one sound
        ("Гапною пишались.", "Гапною"),
        ("viděli tam lyovi podobného", "lyovi"),  # of two letters, in small ones and declined
        ("they saw ly there", "ly"),
        ("they saw osodipatiens there", "osodipatiens"),
        ("they saw huszczurah there", "huszczurah"),  # with an initial, and without the l that had a stroke
        ("they saw poshodiua there", "poshodiua"),
        ("they saw huszczuraua there", "huszczuraua"),
        ("they saw lypavel there", "lypavel"),
        ("they saw xlyx there", ""),
        ("viděli tam ijina bratra", "ijina"),  # a possessive of two letters, in Latin ones
        ("they saw minwu there", "minwu"),  # a brief surname beside the beginning of its given name
        ("they saw wum there", "wum"),  # the initial of the second given name
        ("Цаном пишались.", "Цаном"),  # a letter wrong in a name of three
        ("Криннишн мовчав.", "Криннишн"),
        ("Aclélou se chlubili.", "Aclélou"),  # a letter that a machine took for two
        ("Гринечного не було.", "Гринечного"),  # two letters wrong in a long name
        ("Tvořnčková nepřišla.", "Tvořnčková"),
        ("viděli anovakovadvorackova tam", "anovakovadvorackova"),  # both surnames, with initials
        ("viděli novakovadvorackovaanna tam", "novakovadvorackovaanna"),
        ("вчора rkeoehf бачили", "rkeoehf"),
        ("they saw Rhbybxybq there", "Rhbybxybq"),  # Криничний, on the wrong keyboard
    ],
)
def test_a_doubtful_word_is_hidden_and_asked_about(text, word):
    assert doubted(text) == ([word] if word else [])


@pytest.mark.parametrize(
    "text",
    [
        "Постанову скасували.",
        "It was very late. Very few came.",  # stands there in small letters too: a word
        "Потім усі пішли додому.",
        "Večer se vrátili.",
        "Тариф підняли.",
        "Мене не били. Себе бачив.",
    ],
)
def test_other_words_are_not(text):
    assert doubted(text) == []


def test_a_name_spaced_over_its_apostrophe_is_certain():
    text = "They saw J - a - ’ - f - a - r there."
    found = Matcher([identity(1, [Name(language="en", given="Ja’far", surname="Abu")])]).spans(text)
    assert [text[span.start : span.end] for span in found] == ["J - a - ’ - f - a - r"]


def test_a_person_clears_it():
    assert doubted("Кринюха прийшов увечері.", frozenset({capitals.group("Кринюхи")})) == []


def test_what_is_certain_is_not_asked_about():
    """A sealed name cannot be cleared as a word."""
    text = "Криничний прийшов увечері, а Микола ні."
    found = layers.find(text, Matcher(PEOPLE, wide=True), frozenset({capitals.group("Криничний")}))
    assert [span.layer for span in found] == ["identity", "identity"]


def test_only_dossiers_have_doubts():
    """The daily matcher, which tells of names in titles, says only what it knows."""
    assert list(Matcher(PEOPLE).doubts("Кринюха прийшов увечері.", ())) == []


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        (Name(language="cs", given="Vilém"), "Bylo to velmi dávno.", "velmi"),
        (Name(language="cs", given="Vilém", surname="Válek"), "Bylo po mnoho válek", ""),  # a surname is certain
        (Name(language="cs", given="Radek"), "за рішенням Верховної Ради", "Ради"),
        (Name(language="uk", given="Рада"), "за рішенням нашої Ради", ""),
    ],
)
def test_a_frequent_word_that_looks_like_a_given_name_is_in_doubt(name, text, word):
    found = layers.find(text, Matcher([identity(1, [name])], wide=True), frozenset())
    assert word in [text[span.start : span.end] for span in found if span.layer == "capital"] or not word
    sure = [text[span.start : span.end] for span in found if span.layer == "identity"]
    assert bool(sure) == (not word)


def test_a_form_of_a_given_name_that_is_an_ordinary_word_counts_only_where_nobody_writes_capitals():
    matcher = Matcher([identity(1, [Name(language="uk", given="Любомир")])], wide=True)
    assert not matcher.spans("Это была любовь.")
    assert matcher.spans("это была любовь")
