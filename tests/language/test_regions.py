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
    "place", ["Малі Тиховоди", "Northern region", "a barracks", "сума", "Чернігів, Харків", "", "12", "…"]
)
def test_a_place_we_do_not_know_has_no_region(place: str) -> None:
    """Nor has one that may be in two."""
    assert region_of(place, "en") is None


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
