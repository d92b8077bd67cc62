"""Classes of forms found by attacking with names that nobody had tuned on; all are invented."""

import pytest

from archive.records.kinds import Name
from archive.redact import layers
from archive.redact.matcher import Matcher
from archive.redact.text import redact

from .conftest import identity

ADDRESSES = [
    "v.hrytsaiko", "hrytsaiko_v", "v-hrytsaiko", "vhrytsaiko", "hrytsaikov", "vasylynahrytsaiko", "hrytsaikovasylyna",
    "vasylyna.hrytsaiko", "mark.simonenkov", "m.tuz", "tuz-m",
]  # fmt: skip
PEOPLE = [
    identity(1, [Name(language="uk", given="Василина", surname="Грицайко")]),
    identity(2, [Name(language="ru", given="Марк", surname="Симоненков")]),
    identity(3, [Name(language="ru", given="Мирон", surname="Туз")]),
]


def left(people, form, wide=False):
    """What of ``form`` is still to be seen in the middle of a sentence."""
    text = f"тут {form} там"
    shown = redact(text, Matcher(people, wide=wide).spans(text), {}).text
    return shown.removeprefix("тут ").removesuffix(" там")


@pytest.mark.parametrize("address", ADDRESSES)
def test_names_in_addresses_go_with_their_initials(address):
    assert left(PEOPLE, address) == "[name]"


@pytest.mark.parametrize("word", ["zhrytsaiko", "vhrytsaikoz", "simonenkovka", "vovk", "k.tuz", "tuz"])
def test_another_initial_or_another_word_is_nobody(word):
    assert left(PEOPLE, word) == word


@pytest.mark.parametrize(
    ("language", "place", "forms"),
    [
        ("uk", "Гнидин", "гнидинський гнидинці гнидинчани"),
        ("uk", "Малі Тиховоди", "малотиховодський малотиховодців"),
        ("uk", "Глевахівка", "глевахівський"),
        ("uk", "Щербані", "щербанівський"),
        ("uk", "Біла Церква", "білоцерківський"),
        ("uk", "Кривий Ріг", "криворізького"),
        ("ru", "Нижний Ломов", "нижнеломовская"),
        ("ru", "Старая Русса", "старорусские"),
        ("cs", "Nový Jičín", "novojičínský novojičínští"),
        ("cs", "Hostomel", "hostomelský hostomelští"),
        ("cs", "Kroměříž", "kroměřížští"),
        ("sk", "Banská Bystrica", "banskobystrický"),
        ("cs", "Hradec Králové", "královéhradecký"),
        ("cs", "Karlovy Vary", "karlovarská"),
        ("ru", "Нижний Новгород", "нижегородский"),
        ("ru", "Орёл", "орловские"),
        ("ru", "Вологда", "вологодскому"),
        ("uk", "Джанкой", "джанкойський"),
        ("uk", "Берегове", "берегівська"),
        ("uk", "Ромни", "Ромен Romen"),
        ("uk", "Глевахівка", "Глевахоўка Глеваховки глеваховский"),
        ("uk", "Андріївка", "Андреевке андреевский"),
        ("uk", "Сніжне", "Снежное Снежного"),
        ("uk", "Кременчук", "Кременчуге кременчугский"),
        ("uk", "Буча", "бучанский"),
        ("ru", "Уфа", "уфимский"),
        ("pl", "Kielce", "kielecki kieleckiego"),
    ],
)
def test_a_place_inside_an_adjective_or_its_people_is_found(language, place, forms):
    person = identity(1, [Name(language=language, given="Ъ")], places=(place,))
    assert [form for form in forms.split() if left([person], form) != "[place]"] == []


@pytest.mark.parametrize(
    ("given", "surname", "forms"),
    [
        ("Ярослава", "Ящишина", "Âroslava Âŝišina"),  # ISO 9
        ("Павло", "Мищишин", "Mychtchychyn"),  # French
        ("Любов", "Босхолова", "Boscholova Boscholovou Boscholovová"),  # Czech ch behind s
        ("Северин", "Воронуха", "Воронух"),  # у Воронух
        ("Юрій", "Ліщук", "Jurijova Jurijův"),
        ("Гаврило", "Бородецький", "Borodečtí"),
        ("Зіновія", "Гайова", "Гаевой"),
        ("Зіновія", "Бойок", "Бойка Bojkovi"),
        ("Зіновія", "Горобчик", "Воробчика"),
        ("Прокопий", "Подъяполь", 'Pod”yapol Pod``yapol Pod"yapolem'),  # a hard sign as tables write it
        ("Рахіль", "Лойфер", "Рая Рахилькою"),
        ("Джамшид", "Лойфер", "Джамика"),
    ],
)
def test_spellings_and_endings_that_were_missed(given, surname, forms):
    people = [identity(1, [Name(language="uk", given=given, surname=surname)])]
    assert [form for form in forms.split() if left(people, form) != "[name]"] == []


@pytest.mark.parametrize(
    ("language", "surname", "forms"),
    [
        ("cs", "Kubájek", "Kubájka Kubájkovi Kubájkem Kubájková Kubájkovo Kubájků"),
        ("en", "Wainbury", "Уэйнбери Вейнбері Вейнберіс"),
        ("en", "Langreaves", "Лангривс Ленгрівза"),
    ],
)
def test_surnames_that_their_neighbours_say_otherwise(language, surname, forms):
    people = [identity(1, [Name(language=language, surname=surname)])]
    assert [form for form in forms.split() if left(people, form) != "[name]"] == []


def test_both_words_of_a_name_of_two_short_ones_are_found_together():
    people = [identity(1, [Name(language="uk", given="Ван Хунг", surname="бен Латіф")])]
    assert left(people, "Ван Хунг") == left(people, "бен Латіф") == "[name]"
    assert left(people, "бен") == "бен"


def test_a_name_over_an_empty_line_is_read_in_one_piece():
    for broken in ("Гри-\n\nцайко", "Гри\n\nцайко", "Гри-\n’цайко", "Василина\n\nГрицайко"):
        assert left(PEOPLE, broken).strip("[]name\n ") == "", broken
    text = "Кінець гри\n\nтам росли квіти"  # a paragraph ends with a word of its own
    assert redact(text, Matcher(PEOPLE).spans(text), {}).text == text


def test_what_people_are_called_in_english_is_taken_letter_for_letter():
    people = [identity(1, [Name(language="en", given="William", surname="Ashdowne")])]
    assert left(people, "Willie") == left(people, "Bill") == "[name]"
    text = "Byl tam. Били його. Bill of sale, and will they pay?"
    assert redact(text, Matcher(people).spans(text), {}).text == text


def test_children_and_siblings_tell_a_fathers_name_where_a_dossier_leaves():
    """Not in daily use: they are other people, and so none of them gets the designation of the one who is known."""
    people = [identity(1, [Name(language="uk", given="Зеновій", patronymic="Остапович", surname="Кметик")])]
    for word in ("Остапівна", "Остаповну", "Остапівною"):
        assert left(people, word) == word
        assert left(people, word, wide=True) == "[…]"
    assert left(people, "Зеновія Остаповича", wide=True) == "[name]"
    assert left(people, "остапівна", wide=True) == "остапівна"


@pytest.mark.parametrize("typed", ["Робинкина", "Рябнкина", "Ряббинкиной", "Рябинкнна"])
def test_one_letter_of_cyrillic_is_one_letter(typed):
    """Also where it is two in Latin letters, and where a word can be read in several ways."""
    people = [identity(1, [Name(language="ru", given="Агафья", surname="Рябинкина")])]
    text = f"тут {typed} там"
    assert [text[span.start : span.end] for span in layers.find(text, Matcher(people, wide=True))] == [typed]


def test_two_words_over_a_line_are_seldom_one():
    """Of a name on two lines without a hyphen five letters have to be known, and none may be wrong."""
    people = [identity(1, [Name(language="en", given="Theron", surname="Теремко")]), *PEOPLE]
    for text in ("The\nroom", "на\nгрицаку", "те\nремонт"):
        assert Matcher(people, wide=True).spans(f"тут {text} там") == []
    assert left(people, "Гриц\nайкові", wide=True) == "[name]"


def test_a_line_whose_capitals_were_hidden_is_no_chat():
    """What leaves is looked through again, and words that stayed beside a hidden name have to stay then, too."""
    people = [identity(1, [Name(language="uk", given="Ганна", surname="Мороз")])]
    for text in (
        "коли […] прийшли, стояв мороз",
        "стояв мороз, і [name] не було",
        "Тоді стояв мороз. " + "і ще сніг " * 60 + "мороз",
    ):
        assert Matcher(people, wide=True).spans(text) == []
    assert len(Matcher(people).spans("прийшла мороз, і все")) == 1
