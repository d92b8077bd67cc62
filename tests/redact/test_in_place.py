"""What stands in the place of what was hidden: said in the dossier's language, and nothing to be hidden again."""

import pytest

from archive.bundle import labels
from archive.redact import in_place, layers
from archive.redact.matcher import Matcher
from archive.redact.profile import Actions, shipped
from archive.redact.text import redact

TOLD = """Телефон +380 67 555 01 99, a.b@example.org, https://example.org/x, @somebody_there, вул. Станційна, 5,
паспорт КС123456, 14.03.2025 о 7:40, ІПН 1234567890, АА 1234 ВВ, 51.0481, 31.8869, UA213223130000026007233566001,
4111 1111 1111 1111, справа 757/12345/23-к, 192.168.0.17, rodné číslo 785312/0007, народився 17.05.1990, у 2020 пішов.
"""
KINDS = tuple(one for one in Actions.__struct_fields__ if one not in in_place.WORDLESS)


@pytest.mark.parametrize("language", labels.languages())
def test_it_is_said_in_the_language_of_the_dossier(language):
    """Not in English elsewhere, and every kind has words."""
    spans = layers.find(TOLD, Matcher((), wide=True))
    hidden = redact(TOLD, spans, {}, shipped("advocacy"), language).text
    for kind in ("phone", "email", "url", "passport", "birth_date"):
        assert in_place.bracketed(kind, language) in hidden, (kind, hidden)
    english = {in_place.bracketed(kind, "en") for kind in KINDS}
    assert language == "en" or not [one for one in english if one in hidden]
    assert "05/1990" not in hidden and "у 2020" in hidden


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_finds_anything_in_it_again(kind):
    """The leak check would refuse the dossier: not beside years, numbers or itself either."""
    matcher = Matcher((), wide=True)
    for language in labels.languages():
        said = in_place.bracketed(kind, language)
        for text in (said, f"Він {said} у 2020, {said}; {said} 12 {said}", f"On {said} in 2019. {said} was 7 {said}"):
            assert not layers.find(text, matcher), text


@pytest.mark.parametrize("text", ["born 17.05.1990, in 2020 left", "народився 17.05.1990, у 2020 пішов"])
@pytest.mark.parametrize("language", labels.languages())
def test_a_year_after_a_hidden_birth_date_is_no_birth_date(text, language):
    """What the redactor let stand is not refused later; without a date between, the year is hidden."""
    matcher = Matcher((), wide=True)
    hidden = redact(text, layers.find(text, matcher), {}, shipped("advocacy"), language).text
    assert "2020" in hidden and not layers.find(hidden, matcher)
    assert "1990" not in hidden


def test_what_was_hidden_once_is_not_found_again(corpus):
    """Over a whole corpus, in four languages: no number and no date is found in what was left."""
    rows, people = corpus
    matcher, called = Matcher(people, wide=True), {one.person: f"P-{n + 2100}" for n, one in enumerate(people)}
    profile = shipped("advocacy")
    for row in rows:
        spans = layers.find(row["text"], matcher)
        for language in labels.languages():
            hidden = redact(row["text"], spans, called, profile, language).text
            left = [span for span in layers.find(hidden, matcher) if span.layer in ("pattern", "date")]
            assert not left, (row["text"], hidden)


@pytest.mark.parametrize("row", ["21\tčervence 1999 nic neřekl", "12\t345 67 89", "5\t17. května 1990"])
def test_what_stands_in_two_cells_is_hidden_as_a_paper_shows_it(row):
    """There a blank is between the number of a row and what it tells: the last look reads both as one."""
    matcher, profile = Matcher((), wide=True), shipped("advocacy")
    hidden = redact(row, layers.find(row, matcher), {}, profile, "en").text
    assert not layers.find(hidden.replace("\t", " "), matcher)
