"""Search folding."""

import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.language.fold import fold

MARKED = st.text(
    alphabet=list("aAяЯіїйёёßﬀǅİ½’ʼ\u0301\u0306\u0308\u0327\u200b\u00ad\u2060\ufeff\u1100\u1161\u11a8\uac00"),
    max_size=8,
)


@given(st.one_of(st.text(), MARKED))
@example("\u1100\u200b\u1161")  # two parts of one letter, with something invisible between them
def test_folding_twice_changes_nothing_more(text):
    once = fold(text)
    assert fold(once) == once


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Соловьёв", "соловьев"),
        ("Київ", "кийив".replace("й", "")),
        ("Ґонта", "Гонта"),
        ("об’єкт", "обєкт"),
        ("об'єкт", "обʼєкт"),
        ("Čapek", "capek"),
        ("Łódź", "lodz"),
        ("Рыбак", "рибак"),
        ("Straße", "STRASSE"),
        ("мо\u0301ва", "мова"),
        ("й", "и\u0306"),
        ("Ка\u00adрась", "карась"),
        ("Арлоў", "арлоу"),
        ("это", "ето"),
        ("Þór", "thor"),
        ("Işık", "isik"),
        ("п′ять п`ять пꞌять", "пять пять пять"),
        ("ме\u0483сто", "место"),
        ("Ѓорче", "горче"),
        ("Ќосе", "косе"),
        ("Œuvre Æsir", "oeuvre aesir"),
        ("Ħamrun Đinđić", "hamrun dindic"),
    ],
)
def test_spellings_of_one_word_fold_alike(left, right):
    assert fold(left) == fold(right)


def test_words_that_differ_stay_apart():
    assert fold("мий") != fold("ми")
    assert fold("кит") != fold("кот")


def test_folding_loads_no_library_and_no_table():
    """The index folds every line; it must not pay for phone numbers or name tables."""
    code = "import sys, archive.language.fold; print(*[m for m in sys.modules if m.split('.')[0] in %r])"
    heavy = ("phonenumbers", "stdnum", "msgspec", "tomllib", "hypothesis")
    done = subprocess.run([sys.executable, "-c", code % (heavy,)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
