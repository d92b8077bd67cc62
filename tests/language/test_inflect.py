"""Every form of a word is made of any other form; a name is known in other letters."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.language import dictionary
from archive.language.across import called_elsewhere, is_other_spelling, sought
from archive.language.fold import fold
from archive.language.guess import BIT, languages_of, of_script
from archive.language.inflect import LANGUAGES, _grammar, abbreviated, forms
from archive.language.keys import keys

PARADIGMS = [
    ("uk", "повістка повістки повістці повістку повісткою повісток повісткам повістками повістках"),
    ("uk", "Криничний Криничного Криничному Криничним Криничні Криничних Криничними Кринична Криничної Криничну"),
    ("uk", "Харків Харкова Харкову Харковом Харкові"), ("uk", "Кравець Кравця Кравцю Кравцеві Кравцем Кравці Кравців"),
    ("uk", "ніч ночі ніччю ночей ночам ночами ночах"),
    ("uk", "мобілізувати мобілізує мобілізував мобілізувала мобілізують"),
    ("uk", "людина люди людей людьми людині"), ("uk", "забрати забрав забрала заберуть заберу"),
    ("uk", "свідчення свідченням свідчень свідченнях"), ("uk", "боїться боявся боятися бояться"),
    ("ru", "повестка повестки повестке повестку повесткой повесток повесткам"),
    ("ru", "Заречный Заречного Заречному Заречным Заречная Заречной"),
    ("ru", "свидетель свидетеля свидетелем свидетели"),
    ("ru", "жестокий жестокая жестоко жесток жестокие"), ("ru", "строгий строгого строже"),
    ("ru", "подобрать подберёт подобрал подобранный"), ("ru", "разбить разбила разобьют разбитый"),
    ("ru", "прийти пришёл пришла придут придёт"), ("ru", "исчезнуть исчезла исчезни исчезнет"),
    ("ru", "выслать выслал вышлют высланный"), ("ru", "выгнать выгнали выгонят"), ("ru", "заняться занялся займётся"),
    ("ru", "избить избил избили избитый избитого"), ("ru", "год года лет годам"),
    ("ru", "человек человека люди людей"), ("ru", "отказать отказал откажет откажут отказавший"),
    ("ru", "крупный крупнее покрупнее"), ("ru", "близкий ближе поближе"), ("ru", "богатый богаче"),
    ("ru", "чистый чище почище"), ("ru", "большой больше побольше"), ("cs", "efektivní nejefektivnější"),
    ("en", "have had having"), ("en", "withdraw withdrew withdrawn"),
    ("cs", "svědek svědka svědkovi svědkem svědci svědků svědkům svědky"), ("cs", "Němec Němce Němci Němcem Němců"),
    ("cs", "matka matce matky matku matkou matek matkám"), ("cs", "velký velkého větší největší"),
    ("cs", "odmítnout odmítl odmítla odmítnu odmítne"), ("cs", "mohl nemohl může nemůže mohou"),
    ("cs", "zatknout zatkl zatkli zatkne zatčen zatčena zatčeno nezatkli"), ("cs", "brát bere bral"),
    ("cs", "přítel přátelé přátelům přítelem"), ("cs", "dělat dělá dělej dělejte nedělal dělaje"),
    ("cs", "smlouva smluv smlouvy smlouvě"), ("cs", "stůl stolu stoly stolem"), ("cs", "nový novější nejnovější"),
    ("cs", "odpověděl odpoví odpovědět neodpověděla"), ("cs", "známý neznámý známého neznámých"),
    ("cs", "matčin matčina matčiny"), ("cs", "vědět ví nevím nevěděl vědí"), ("cs", "Jiří Jiřího Jiřímu"),
    ("cs", "otevřít otevře otevřel otevřena"), ("uk", "тиждень тижня тижнів тижні"), ("uk", "нога нозі ноги ніг ногою"),
    ("uk", "відповісти відповів відповім"), ("uk", "запропонувати запропонував запропоновано"),
    ("uk", "прийняти прийняв приймуть прийнято"), ("uk", "жити жили живемо живуть"),
    ("ru", "ждать ждали ждёт"), ("ru", "дерево деревья деревьями дерева"), ("ru", "принять примут принял"),
    ("pl", "sąd sądu sądowi sądem sądzie sądy sądów"), ("pl", "kobieta kobiety kobiecie kobietę kobietą kobiet"),
    ("be", "горад горада гарады гарадоў"), ("be", "стары старога старая"),
    ("be", "знаходзіцца знаходзяцца знаходзіліся"),
    ("be", "прыйсці прыйдзе прыйшоў"), ("sk", "služba služby služieb"), ("pl", "zatrzymać zatrzymał zatrzymanie"),
    ("de", "verhaften verhaftet verhaftete"), ("de", "schlagen schlägt schlug geschlagen"),
    ("sk", "svedok svedka svedkovi svedkom svedkovia svedkov"), ("be", "сведка сведкі сведку сведкам сведкамі"),
    ("de", "anlegen angelegt anzulegen anlegte"), ("de", "aufnehmen aufgenommen aufzunehmen aufnahm"),
    ("de", "springen sprang gesprungen"), ("de", "verbinden verband verbunden"), ("de", "handeln handle gehandelt"),
    ("pl", "policjant policjanci policjantów"), ("pl", "urzędnik urzędnicy"), ("pl", "wejść wszedł weszła wejdzie"),
    ("be", "адбыцца адбудзецца адбылася"), ("be", "заняць зойме заняў"),
    ("de", "Haus Hauses Häuser Häusern"), ("en", "refuse refused refuses refusing"), ("en", "take took taken takes"),
]  # fmt: skip
MORE = tomllib.loads(Path(__file__).with_name("paradigms.toml").read_text(encoding="utf-8"))
PARADIGMS += [(language, words) for language in MORE for words in MORE[language]]


@pytest.mark.parametrize(("language", "words"), PARADIGMS, ids=[words.split()[0] for _, words in PARADIGMS])
def test_every_form_leads_to_every_other(language: str, words: str) -> None:
    folded = [fold(word) for word in words.split()]
    for typed in folded:
        assert [other for other in folded if other not in forms(typed, language)] == [], typed


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_patterns_are_written_as_words_are_folded(language: str) -> None:
    """An ending with a mark, or with a sign of the file left in it, would never be seen in a word."""
    grammar = _grammar(language)
    changes = grammar.changes.keys() | {"", "F"}
    for ending, found in grammar.patterns.items():
        assert ending == fold(ending), ending
        assert ending == "" or ending.isalpha(), ending
        assert {change for change, _ in found} <= changes, ending
    for name, pairs in grammar.changes.items():
        assert all(one == fold(one) for pair in pairs for one in pair), name


def test_little_words_and_other_words_are_left_alone() -> None:
    assert forms(fold("до"), "uk") == {"до"}
    for language, one, other in [
        ("uk", "робота", "до"),
        ("ru", "суд", "судно"),
        ("cs", "soud", "soused"),
        ("cs", "neděle", "dělat"),
        ("cs", "neděle", "děle"),
        ("cs", "některým", "kterém"),
        ("uk", "простого", "простір"),
        ("cs", "kraj", "král"),
        ("uk", "форма", "формати"),
        ("uk", "збережену", "збережено"),
        ("uk", "типова", "типово"),
        ("uk", "файлових", "файлів"),
        ("cs", "zatčeny", "zatčení"),
        ("cs", "přepsáním", "přepsán"),
        ("cs", "časové", "čas"),
        ("ru", "простой", "просто"),
        ("ru", "работает", "работа"),
        ("en", "court", "courtesy"),
        ("ru", "помощный", "мощный"),
        ("sk", "nezákonný", "najzákonnejší"),
    ]:
        assert fold(other) not in forms(fold(one), language)


@given(st.text(max_size=30), st.sampled_from(LANGUAGES))
def test_no_word_fails_and_each_is_its_own_form(text: str, language: str) -> None:
    word = fold(text)
    assert word in forms(word, language)


@given(st.text(max_size=60))
def test_guessing_never_fails(text: str) -> None:
    assert 0 <= languages_of(text) < 1 << len(LANGUAGES)
    sought(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [("Його привезли вночі", "uk"), ("Его привезли, это было поздно вечером, объект", "ru"), ("Ён быў там", "be"),
     ("Přiběhl jsem domů a řekl sousedce, že mě v noci odvedli vojáci, ať dá vědět mé ženě", "cs")],
)  # fmt: skip
def test_a_text_tells_its_language_by_its_letters(text: str, language: str) -> None:
    assert languages_of(text) == BIT[language]


@pytest.mark.parametrize(
    ("text", "language"),
    [("They were taken from the yard", "en"), ("Das wurde auf dem Hof gesagt und nicht mehr", "de"),
     ("Byl jsem doma, kdyz prisli", "cs"), ("Ked som prisiel, nikto sa ma nic nepytal", "sk"),
     ("Przez okno nie bylo nic widac, bo dom jest daleko", "pl")],
)  # fmt: skip
def test_a_text_without_telling_letters_tells_its_language_by_little_words(text: str, language: str) -> None:
    assert languages_of(text) & BIT[language]
    assert languages_of("Dum na kraji") == 0
    assert languages_of("Dvořák") == languages_of("Řehoř, Jiří") == 0


def test_a_name_does_not_tell_the_language_of_a_text() -> None:
    text = "They took Dvořák from the yard one evening, and nobody has heard of him since that day"
    assert languages_of(text) == BIT["en"]
    assert not languages_of("Přišel jsem domů a řekl, že to byl film The Man of the Year and the best") & BIT["pl"]


def test_what_shows_nothing_is_of_no_language() -> None:
    assert languages_of("abc", "uk-UA") == BIT["uk"]
    assert languages_of("так") == 0
    assert of_script("123") == 0


@pytest.mark.parametrize(
    ("typed", "written"),
    [("Vladyslav", "Владиславом"), ("Владиславом", "Vladyslav"), ("Шевчук", "Szewczuk"), ("Shevchuk", "Szewczuk"),
     ("Krynychnyi", "Криничного"), ("Криничного", "Krynychnyi"), ("Мюллер", "Müllera"), ("Wałęsa", "Валенсы"),
     ("Юрій", "Jurijem"), ("Jurije", "Юрий"), ("Буча", "Buči"), ("Čapka", "Чапек"), ("Александр", "Aleksandrem"),
     ("Александр", "Aleksander"), ("Schneiderem", "Шнайдер"), ("Вайс", "Weiss"), ("Шульц", "Schulze"),
     ("Schulze", "Шульц"), ("Kolesnikova", "Калеснікава"), ("Bialackim", "Бяляцкі"), ("Кшиштоф", "Krzysztofem"),
     ("Фройд", "Freud"), ("Dzerzhinsky", "Дзержинского"),
     ("Cymbaluk", "Цимбалюком"), ("Zhdaniuk", "Жданюкові"), ("Харків", "Charkova"), ("Соловйов", "Solovyova"),
     ("Lviv", "Львова"), ("Зелінський", "Selinskyj"),
     ("Resnikow", "Резніковим"), ("Dsjuba", "Дзюби"), ("Senzow", "Сенцова"), ("Jdanov", "Ждановым"),
     ("Iouchkevitch", "Юшкевича")],
)  # fmt: skip
def test_a_name_is_known_in_other_letters(typed: str, written: str) -> None:
    meant = sought(typed)
    fitting = [key for key in keys(written) if meant.fits(key, written)]
    assert fitting
    assert any(key.startswith(begin) for key in fitting for begin in meant.begins())
    assert is_other_spelling(fold(typed), fold(written))


@pytest.mark.parametrize(("typed", "other"), [("Криничний", "Krynica"), ("мати", "matka"), ("Олег", "Olha")])
def test_another_name_is_not(typed: str, other: str) -> None:
    assert not any(sought(typed).fits(key, other) for key in keys(other))


@pytest.mark.parametrize(
    ("typed", "other"),
    [("sobota", "zabota"), ("technika", "technickych"), ("souborovy", "souborech"), ("vyhod", "vychozi")],
)
def test_two_words_of_one_script_are_two_words(typed: str, other: str) -> None:
    assert not is_other_spelling(typed, other)


@pytest.mark.parametrize(
    ("typed", "other"),
    [("oleksij", "oleksiy"), ("melnyk", "melnik"), ("shevchuk", "szewczuk"), ("andrii", "andriy"),
     ("krawczenko", "kravchenko"), ("honcharuk", "honcaruk"), ("gruebner", "grubners")],
)  # fmt: skip
def test_a_name_may_be_spelled_otherwise_in_the_same_script(typed: str, other: str) -> None:
    assert is_other_spelling(typed, other)


@pytest.mark.parametrize(
    ("typed", "other"),
    [("Яківський", "якивского"), ("Заречным", "заричний"), ("Кравець", "кравца"), ("Филиппов", "филипова"),
     ("Наталья", "наталию"), ("Лук'янов", "лукьяновим"), ("Кирилл", "кирила"), ("Соловйов", "соловьеву"),
     ("Тимофей", "тимофиеви"), ("Тимофій", "тимофеем"), ("Матвея", "матвий"), ("Симоненко", "симаненка"),
     ("Цімашэнка", "тимошенко"), ("Зяленскі", "зеленский"),
     ("Дзмітрук", "дмитруку"), ("Асееў", "асеев"), ("Рашчупкин", "ращупкина"),
     ("Тихонов", "циханау")],
)  # fmt: skip
def test_a_name_is_known_as_neighbours_spell_it(typed: str, other: str) -> None:
    """Between Cyrillic languages; a small word is not looked for so."""
    assert any(sought(typed).fits(key, other) for key in keys(other))
    assert is_other_spelling(typed, other)
    assert not is_other_spelling(typed.lower(), other)


@pytest.mark.parametrize(
    ("typed", "other"), [("Гора", "горе"), ("Коза", "кожи"), ("Лисова", "лисовому"), ("Альков", "алшову")]
)
def test_another_word_of_the_same_letters_is_not(typed: str, other: str) -> None:
    assert not is_other_spelling(typed, other)


@pytest.mark.parametrize(
    ("typed", "other"), [("коль", "кооооль"), ("клаааас", "классе"), ("Nooovák", "novaka"), ("nein", "neeein")]
)
def test_a_word_drawn_out_is_the_word(typed: str, other: str) -> None:
    assert any(sought(typed).fits(key, other) for key in keys(other))
    assert is_other_spelling(typed, other)


@pytest.mark.parametrize(
    ("language", "long", "short"), [("uk", "вулиці", "вул"), ("ru", "области", "обл"), ("cs", "náměstím", "nám")]
)
def test_what_is_written_short_is_found_either_way(language: str, long: str, short: str) -> None:
    long, short = fold(long), fold(short)
    assert abbreviated(long, forms(long, language), language) == {short}
    assert long in abbreviated(short, forms(short, language), language)
    assert abbreviated("суд", forms("суд", language), language) == frozenset()


@pytest.mark.parametrize(
    ("typed", "name"),
    [("Катерини", "Екатерина"), ("Екатериной", "Катерина"), ("Kateryna", "Екатерина"), ("Володимира", "Владимир"),
     ("Praha", "Прага"), ("Moskvě", "Москва"), ("Києва", "Kijów")],
)  # fmt: skip
def test_what_somebody_is_called_elsewhere_is_known(typed: str, name: str) -> None:
    assert name in called_elsewhere(typed)
    assert called_elsewhere(typed.lower()) == ()


def test_what_somebody_is_called_at_home_is_not_what_they_are_called_elsewhere() -> None:
    assert {"Катя", "Катруся"}.isdisjoint(called_elsewhere("Катерина"))
    assert called_elsewhere("Криничний") == ()


def test_a_name_typed_with_a_capital_may_differ_in_its_ending() -> None:
    assert is_other_spelling("Sadovy", "sadovych")
    assert not is_other_spelling("sadovy", "sadovych")
    assert not is_other_spelling("zakladny", "zakladni")


def test_a_dictionary_knows_what_no_pattern_makes() -> None:
    """Where ``[morph]`` is installed."""
    pytest.importorskip("pymorphy3", reason="without case-archive[morph]")
    assert fold("ішов") in (dictionary.forms("іти", "uk") or ())
    assert fold("шёл") in (dictionary.forms("идти", "ru") or ())
    assert dictionary.forms("крмпщ", "uk") is None


def test_the_czech_lists_know_what_no_pattern_makes() -> None:
    """Where ``[morph]`` is installed; written with its marks, in any case."""
    pytest.importorskip("simplemma", reason="without case-archive[morph]")
    assert {fold("zatknout"), fold("zatkla")} <= (dictionary.forms("zatkli", "cs") or frozenset())
    assert fold("Prahou") in (dictionary.forms("praze", "cs") or ())
    assert dictionary.forms("krmpšč", "cs") is None


def test_a_czech_participle_that_is_spelled_as_a_noun_is_left_to_the_noun() -> None:
    """zvýšeni, they were raised, and zvýšení; zatčeni, zatčení. Other endings in -i stay."""
    known = frozenset(map(fold, ("zvýšit", "zvýšen", "zvýšeno", "zvýšeni", "zvýší", "zvýšili")))
    assert dictionary._without_nouns("zvysit", known) == known - {"zvyseni"}
    assert dictionary._without_nouns("zvyseni", known) == frozenset()
    paying = frozenset(map(fold, ("platit", "platí", "plať", "platili")))
    assert dictionary._without_nouns("platit", paying) == paying


def test_without_a_dictionary_nothing_is_known() -> None:
    assert dictionary.forms("sąd", "pl") is None
    assert not dictionary.installed("pl")
