"""English names as Slavs write them: what is heard, not what is spelled."""

import pytest

from archive.language.english import heard
from archive.language.keys import keys


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Thornbury", "Торнбери Торнбері"), ("Hargreaves", "Харгривс Гаргрівз Харгривз"), ("Whitaker",
        "Уитакер Вітакер"),
        ("Johnson", "Джонсон"), ("Walker", "Уокер Вокер Волкер"), ("Taylor", "Тейлор Тэйлор"), ("Brown", "Браун"),
        ("Wright", "Райт"),
        ("Cartwright", "Картрайт"), ("Hughes", "Хьюз Г'юз"), ("Shaw", "Шоу"), ("Young", "Янг"), ("Coleman",
        "Коулман Колеман"),
        ("Wallace", "Уоллес Воллес"), ("Knight", "Найт"), ("Featherstone", "Фезерстоун Фетерстоун"), ("Murphy",
        "Мерфи"),
        ("Rosalind", "Розалинд"), ("George", "Джордж"), ("Jane", "Джейн"), ("William", "Уильям Вільям"), ("Hugo",
        "Хьюго Гюго"),
    ],
)  # fmt: skip
def test_what_neighbours_write_is_among_what_is_heard(name, written):
    said = {key for spelled in heard(name.casefold()) for key in keys(spelled)}
    for one in written.split():
        assert said & set(keys(one)), one


def test_a_name_has_few_spellings():
    assert max(len(list(heard(name))) for name in ("featherstonehaugh", "cholmondeley", "wallace-hughes")) <= 24
