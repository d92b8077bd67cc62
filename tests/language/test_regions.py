"""A place becomes its region, or nothing: never the wrong region, and never anything finer."""

from __future__ import annotations

import pytest

from archive.language import regions
from archive.language.regions import region_of


@pytest.mark.parametrize(
    ("place", "language", "region"),
    [
        ("Чернігів", "en", "Chernihiv region"),
        ("у Чернігові", "uk", "Чернігівська область"),
        ("Черниговской области", "cs", "Černihivská oblast"),
        ("Kharkiv", "ru", "Харьковская область"),
        ("Малі Тиховоди, Чернігівська область", "en", "Chernihiv region"),
        ("Миколаїв, Львівська область", "en", "Lviv region"),
        ("Нижний Новгород", "en", "Nizhny Novgorod region"),
        ("Новгород-Сіверський", "en", "Chernihiv region"),
        ("Великий Новгород", "en", "Novgorod region"),
        ("v Praze", "uk", "Прага і Середня Чехія"),
        ("Ústí nad Labem", "en", "Ústí region"),
        ("w Krakowie", "cs", "Malopolské vojvodství"),
        ("województwo kujawsko-pomorskie", "en", "Kuyavia-Pomerania"),
        ("Баранавічы", "en", "Brest region"),
        ("Košiciach", "en", "Košice region"),
        ("Берлін", "cs", "Německo"),
    ],
)
def test_a_place_we_know(place: str, language: str, region: str) -> None:
    """By its region or a larger town, in several scripts, inflected; the region's own name decides."""
    assert region_of(place, language) == region


@pytest.mark.parametrize(
    ("region", "places"),
    [
        (
            "Kyiv and its region",
            "у Києві|из Киева|z Kyjeva|під Бучею|в Ирпене|у Білій Церкві|в Белой Церкви|Київщина|в Киевской области",
        ),
        ("Dnipropetrovsk region", "у Дніпрі|Dnipro|у Кривому Розі|в Кривом Роге|Kryvyi Rih|м. Дніпро"),
        ("Donetsk region", "из Мариуполя|v Mariupolu|Бахмутський район Донецької області|Slovyansk|Донецк"),
        (
            "Kharkiv region",
            "Київський район, Харків|Київський район Харкова|Полтавський шлях, Харків|на Харківщині|Харьковская обл.",
        ),
        ("Odesa region", "v Oděse|Белгород-Днестровский|Київський район, Одеса"),
        ("Khmelnytskyi region", "у Хмельницькому|Кам’янець-Подільський"),
        ("Zhytomyr region", "Новоград-Волинський|вулиця Київська, Житомир"),
        ("Zakarpattia region", "v Užhorodě|на Закарпатті"),
        ("Chernivtsi region", "до Чернівців|в Черновцах"),
        ("Sumy region", "у Сумах|Сумы|Sumy"),
        ("Crimea", "в Крыму|Севастополь|Старий Крим"),
        ("Saint Petersburg and its region", "Московский район, Санкт-Петербург|St Petersburg"),
        ("Minsk and its region", "Московский район Минска|в Мінску|Minsk"),
        ("Grodno region", "Ленинский район, Гродно|Hrodna"),
        ("Rostov region", "СИЗО-2 Таганрог|в Ростове-на-Дону|Донецк, Ростовская область"),
        ("Chechnya", "в Грозном"),
        ("Bashkortostan", "в Уфе"),
        ("Prague and Central Bohemia", "do Prahy|Praha 7|Praha-Holešovice|Mnichovo Hradiště"),
        ("South Bohemia", "v Českých Budějovicích|v Jindřichově Hradci|v Písku"),
        ("Moravia-Silesia", "v Novém Jičíně|v Ostravě|v Moravskoslezském kraji"),
        ("South Moravia", "Zastávka u Brna|z Brna"),
        ("Banská Bystrica region", "v Banskej Bystrici"),
        ("Košice region", "v Michalovciach"),
        ("Subcarpathia", "w Przemyślu|у Перемишлі|Подкарпатское воеводство"),
        ("Podlachia", "w Białymstoku|Bialystok"),
        ("Silesia", "w województwie śląskim|Bielsko-Biała|w Katowicach"),
        ("Lesser Poland", "Nowy Sącz|województwo małopolskie"),
        ("Germany", "v Mnichově|у Берліні|Frankfurt (Oder)|в Германии"),
        ("Lithuania", "w Wilnie|ve Vilniusu|Вильнюс"),
        ("Austria", "у Відні|ve Vídni|Wien"),
    ],
)
def test_places_in_their_forms(region: str, places: str) -> None:
    """As people of these countries write them; the town that is named decides, not what is called after another."""
    assert {place: region_of(place, "en") for place in places.split("|")} == dict.fromkeys(places.split("|"), region)


@pytest.mark.parametrize(
    "place", ["Малі Тиховоди", "Northern region", "a barracks", "сума", "Чернігів, Харків", "", "12", "…"]
)
def test_a_place_we_do_not_know_has_no_region(place: str) -> None:
    """Nor has one that may be in two."""
    assert region_of(place, "en") is None


@pytest.mark.parametrize(
    "places",
    [
        "вул. Полтавська|Минская улица|Московский проспект|Курский вокзал|Berlínská 12|Moscow Street|Парижская коммуна",
        "Подільський район|Дніпровський район|Київський район|Подольский район|Курский район|Ростовский район",
        "Нова Одеса|Новая Одесса|Новий Львів|Старий Самбір|Малий Київ|Ростов Великий|Trenčianske Teplice|Nowa Warszawa",
        "Переяслав-Хмельницький|Кам'янка-Дніпровська|Кам'янка-Бузька|Praha-Brno|Киев-Москва|Kolín nad Rýnem",
        "на Днепре|над Дніпром|берег Дніпра|Верхньодніпровськ|Полтавка|Харьковка|Киевка|Московка|Березно",
        "Bielsk Podlaski|Rawa Mazowiecka|Tomaszów Mazowiecki|Kamień Pomorski|Radomsko|Lubelska 4|Chełmno|Białogard",
        "Первомайськ|Александрия|Киров|Владимир|Иваново|Благовещенск|Троицк|Покровка|Белогорск|Горки|Светлогорск",
        "Ярослав|Ярослава|Jarosław|Соколов|Римма|Роман|Romana|Софія|Sofia|Милан|Nice place|Parish|Corky|Romeo",
        "Tbilisi|Türkiye|Turecko|Georgia|Грузия|Кишинёв|Белград|Niš|London|San Francisco|Алматы|Женева|Сараево",
        "Moravské Budějovice|Uherský Brod|Český Brod|Benešov nad Ploučnicí|Březno|Varnsdorf|Nové Zámky|Mostek",
    ],
)
def test_what_only_looks_like_a_place_of_ours_has_no_region(places: str) -> None:
    """A careful reader would say none either: streets, districts, new towns, rivers, given names, other countries."""
    assert {place: found for place in places.split("|") if (found := region_of(place, "en"))} == {}


def test_every_spelling_of_the_table_leads_to_its_own_region() -> None:
    """None is shadowed by another row; every region has a name in every language."""
    wrong = [
        one
        for names, others in regions._rows()
        for one in (*names, *(other.replace("_", " ") for other in others.split()))
        if region_of(one, "en") != names[0]
    ]
    assert not wrong
    assert all(len(names) == len(regions.LANGUAGES) and all(names) for names, _ in regions._rows())
