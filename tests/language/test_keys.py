"""Script-neutral keys, words with offsets, and stems."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.language import names
from archive.language.keys import MOST, canonical, keys
from archive.language.stems import fathers, stems
from archive.language.words import spellings, words


@pytest.mark.parametrize(
    "spelled",
    [
        ("Щерба", "Shcherba", "Szczerba", "Ščerba", "Schtscherba"),
        ("Хоменко", "Khomenko", "Chomenko", "Homenko"),
        ("Жданюк", "Zhdaniuk", "Žďanjuk", "Żdaniuk"),
        ("Соловйов", "Соловьёв", "Solovyov", "Solowjow"),
        ("Цимбал", "Tsymbal", "Cymbal", "Tzymbal"),
    ],
)
def test_transliterations_share_a_key(spelled):
    shared = set(keys(spelled[0]))
    for other in spelled[1:]:
        assert shared & set(keys(other)), other


@given(st.text(max_size=40))
def test_keys_are_few_closed_and_never_fail(text):
    found = keys(text)
    assert 1 <= len(found) <= MOST
    assert all(canonical(key) == key for key in found)


@given(st.text(max_size=200))
def test_words_point_into_the_text(text):
    for word in words(text):
        assert 0 <= word.start < word.end <= len(text)
        if not word.joined:
            assert text[word.start : word.end].startswith(word.raw[:1])


def test_words_broken_up_are_read_whole():
    found = {(word.raw, word.joined) for word in words("Пан Гри-\nцай, scanHrytsaiDocs, Г Р И Ц А Й")}
    assert {("Грицай", "line"), ("Hrytsai", "part"), ("ГРИЦАЙ", "spaced")} <= found


def test_what_is_invisible_falls_away_and_look_alikes_are_resolved():
    assert spellings("Гри\u00adца\u200bй") == ("Грицай",)
    assert spellings("Гри\u0306цай")[0] == "Грйцай"
    assert "Морозов" in spellings("Mopозов")


def test_fleeting_vowels_and_softening():
    assert any(stem == "kupc" for stem, _ in stems("Купець", "uk", "surname"))
    assert any(stem == "ostrov" for stem, _ in stems("Острів", "uk", "place"))
    assert any(stem == "lesc" for stem, _ in stems("Леська", "uk", "nick"))


def test_given_names_have_equivalents_in_both_directions():
    assert "Elena" in names.given_equivalents("Олена")
    assert "Олена" in names.given_equivalents("Yelena")
    assert names.given_equivalents("Xyzzy") == ()


def test_patronymics_tell_the_father():
    assert "stepan" in fathers("Степанівна")
    assert "mikol" in fathers("Миколайович")
    assert "nikolai" in names.father_names("mikol")
