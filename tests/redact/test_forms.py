"""Generated forms: what the tables say a name may look like is what the matcher finds, in both scripts."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.records.kinds import Name
from archive.redact import layers
from archive.redact.matcher import Matcher
from archive.redact.text import redact

from .conftest import identity

LATIN = {
    **dict(zip("абвгґдезиіїйклмнопрстуфь", [*"abvhgdezyiiiklmnoprstuf", ""], strict=True)),
    "є": "ie",
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ю": "iu",
    "я": "ia",
}
ONSETS, VOWELS, CODAS = "БВГДЖЗКЛМНПРСТХЦЧШ", "аеиоу", "бвгджзклмнпрстхчш"
DECLENSIONS = {
    "енко": ["енко", "енка", "енку", "енкові", "енком", "енки", "енків", "енками"],
    "ук": ["ук", "ука", "уку", "укові", "уком", "уки", "уків"],
    "ський": ["ський", "ського", "ському", "ським", "ські", "ських"],
    "ська": ["ська", "ської", "ській", "ську", "ською"],
    "ець": ["ець", "ця", "цю", "цеві", "цем", "ці", "ців"],
    "ов": ["ов", "ова", "ову", "овим", "ові", "ова", "ової", "ових"],
    "ий": ["ий", "ого", "ому", "им", "а", "ої", "ій", "у", "ою", "их"],
    "иця": ["иця", "иці", "ицю", "ицею", "ице"],
}


@st.composite
def surnames(draw):
    """A made-up surname and all its forms."""
    stem = draw(st.sampled_from(ONSETS)) + draw(st.sampled_from(VOWELS)) + draw(st.sampled_from(CODAS))
    stem += draw(st.sampled_from(VOWELS)) + draw(st.sampled_from(CODAS))
    ending = draw(st.sampled_from(sorted(DECLENSIONS)))
    return stem + ending, [stem + form for form in DECLENSIONS[ending]]


def latin(word):
    return "".join(LATIN[c] for c in word.lower()).capitalize()


@settings(max_examples=60, deadline=None)
@given(surnames())
def test_every_form_is_found_in_both_scripts(made):
    name, forms = made
    matcher = Matcher([identity(1, [Name(language="uk", surname=name)])])
    written_in_latin = Matcher([identity(1, [Name(language="en", surname=latin(name))])])
    for form in forms:
        for shown in (form, form.upper(), form.lower(), latin(form)):
            assert matcher.spans(f"тут {shown} там"), shown
        assert written_in_latin.spans(f"тут {latin(form)} там"), form


HOSTILE = {
    "letters apart": "Г Н А Т Ю К ", "names": "Остап Гнатюк ", "digraphs": "chschrztsaech ", "dots": "a.", "mail": "@a",
    "broken lines": "а-\n", "dates": "5 травня ", "marks": "и\u0306\u0301", "digits": "1 ", "one word": "Гнатюк",
}  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_no_text_makes_it_slow(corpus, unit):
    """A hundred thousand characters of anything take about a second of work; what grows with the square, minutes."""
    text = unit * (100_000 // len(unit))
    matcher = Matcher(corpus[1][:20], wide=True)
    started = time.process_time()
    redact(text, layers.find(text, matcher, cleared=frozenset()), {})
    assert time.process_time() - started < 10
