"""Replacing: whole words, fixed shapes, one pseudonym for a person's names in a row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import UsageError
from archive.records.kinds import Name
from archive.redact import layers
from archive.redact.matcher import Matcher
from archive.redact.profile import parse, shipped
from archive.redact.span import Span
from archive.redact.text import redact

from .conftest import identity

PEOPLE = [
    identity(
        1, [Name(language="uk", given="Охрім", patronymic="Уласович", surname="Ярмоленко")], phones=("050 111 22 33",)
    ),
    identity(2, [Name(language="uk", given="Охрім", surname="Бевзь")]),
]
PSEUDONYMS = {PEOPLE[0].person: "P-01", PEOPLE[1].person: "P-02"}


def redacted(text, profile=None):
    return redact(text, layers.find(text, Matcher(PEOPLE)), PSEUDONYMS, profile).text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Бачили Охріма Уласовича Ярмоленка вранці.", "Бачили P-01 вранці."),
        ("Бачили Ярмоленка, Охріма вранці.", "Бачили P-01 вранці."),
        ("Охрім Бевзь і Ярмоленко", "P-02 і P-01"),
        ("Хтось Охрім дзвонив.", "Хтось [name] дзвонив."),
        ("О. У. Ярмоленко", "P-01"),
        ("scan_Yarmolenko_2.pdf", "P-01.pdf"),
        ("Yarmolenko's bag", "P-01's bag"),
        ("тел. 0501112233", "тел. [phone]"),
        ("17 травня 2023 року", "05/2023 року"),
        ("Ярмо\u00adленко", "P-01"),
    ],
)
def test_replacements(text, shown):
    assert redacted(text) == shown


def test_the_profile_decides():
    keep = parse(b'name = "t"\nversion = 1\n[actions]\nname = "pseudonym"\ndate = "mask"\nphone = "drop"\n')
    assert redacted("Бевзь, 17.05.2023, 0501112233, t.me/abcd", keep) == "P-02, [date], , [handle]"
    assert redacted("Бевзь, 17.05.2023 о 10:00", shipped("advocacy")) == "P-02, 05/2023 о [time]"


def test_what_a_profile_does_not_name_is_masked():
    assert shipped("advocacy").action("something new") == "mask"


@pytest.mark.parametrize("toml", [b"", b"name = 1", b'name = "x"\nversion = 1\n[actions]\nname = "publish"', b"\xff"])
def test_a_broken_profile_is_refused(toml):
    with pytest.raises(UsageError):
        parse(toml)


SPANS = st.lists(
    st.builds(
        lambda start, size, layer, category, person: Span(start, start + size, layer, person, category),
        st.integers(0, 60), st.integers(0, 12),
        st.sampled_from(["identity", "pattern", "mask", "capital", "date"]),
        st.sampled_from(["name", "phone", "date", "mask", "place"]), st.sampled_from([None, "a", "b"]),
    ),
    max_size=8,
)  # fmt: skip
LETTERS = st.lists(st.sampled_from(["", " ", ", ", "-", "\u200b", "_"]), min_size=60, max_size=60)


@given(LETTERS, SPANS)
def test_no_covered_character_is_left(gaps, spans):
    """Each letter of the text is one of a kind, so that what is left of it can be told from its replacement."""
    text = "".join(chr(0x4E00 + at) + gap for at, gap in enumerate(gaps))
    shown = redact(text, spans, {"a": "P-01", "b": "P-02"})
    covered = {c for span in spans for c in text[span.start : span.end] if c >= "\u4e00"}
    assert not covered & set(shown.text)
    assert shown.count <= len(spans)


@given(st.text(max_size=300))
def test_no_text_fails(text):
    spans = layers.find(text, Matcher(PEOPLE), cleared=frozenset())
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    redact(text, spans, PSEUDONYMS)


def test_words_of_one_place_become_one_token() -> None:
    """How many words a place's name has would tell of it."""
    text = "Він жив у Малих Тиховодах."
    spans = [Span(10, 15, "identity", "a" * 32, "place"), Span(16, 25, "identity", "a" * 32, "place")]
    assert redact(text, spans, {}).text == "Він жив у [place]."


def test_a_place_becomes_its_region_where_the_profile_says_so() -> None:
    """In the language of the dossier, in brackets; one that is not in the table is masked."""
    spans = [Span(6, 15, "identity", "a" * 32, "place"), Span(24, 28, "identity", "a" * 32, "place")]
    text = "Жив у Чернігові, а не в Луці."
    assert redact(text, spans, {}, shipped("advocacy"), "cs").text == "Жив у [Černihivská oblast], а не в [místo]."
    assert redact(text, spans, {}).text == "Жив у [place], а не в [place]."


def test_whose_copy_it_is_stays_in_clear_and_a_shared_name_only_beside_their_own() -> None:
    """Their contacts too, unless they are somebody else's as well."""
    text = "Олена Цвіркун, Юхим Цвіркун, Цвіркун; Лука, 0501112233"
    spans = [
        Span(0, 5, "identity", "a"), *(Span(6, 13, "identity", who) for who in "ab"),
        Span(15, 19, "identity", "b"), *(Span(20, 27, "identity", who) for who in "ab"),
        *(Span(29, 36, "identity", who) for who in "ab"), *(Span(38, 42, "identity", who, "place") for who in "ab"),
        Span(44, 54, "identity", "a", "phone"), Span(44, 54, "pattern", None, "phone"),
    ]  # fmt: skip
    shown = redact(text.replace(",", ";"), spans, {"a": "P-01", "b": "P-02"}, clear=frozenset("a"))
    assert shown.text == "Олена Цвіркун; P-02; [name]; [place]; 0501112233"


@pytest.mark.parametrize(
    ("text", "masks", "shown"),
    [
        ("Суддя Г. Вигадана підписала", (), "Суддя […] підписала"),
        ("Judge H. B. Vyhadana signed", (), "Judge […] signed"),
        ("підписала Вигадана Г. Б., суддя", (), "підписала […], суддя"),
        ("soudkyně h. vyhadana podepsala", ("Vyhadana",), "soudkyně h. […] podepsala"),
        ("soudkyně H. Vyhadaná podepsala", ("Vyhadaná",), "soudkyně […] podepsala"),
    ],
)
def test_the_initials_of_a_hidden_word_go_with_it(text, masks, shown):
    """Of somebody the archive does not know: half a name would stay."""
    assert redact(text, layers.find(text, Matcher(PEOPLE, masks), cleared=frozenset()), {}).text == shown


def test_a_surname_that_begins_an_address_is_the_name_where_it_stands_alone() -> None:
    """Else whoever may be called by their name would be called [email]."""
    known = identity(1, [Name(language="en", given="Lev", surname="Lozovyk")], emails=("lozovyk@example.org",))
    text = "Lev Lozovyk, lozovyk@example.org"
    spans = layers.find(text, Matcher([known]))
    assert redact(text, spans, {known.person: "P-01"}, shipped("advocacy")).text == "P-01, [email]"
    told = redact(text, spans, {}, shipped("legal"), clear=frozenset({known.person}))
    assert told.text == "Lev Lozovyk, [email]"


def test_numbers_in_a_safe_way_to_reach_somebody_are_theirs() -> None:
    """Whose they are else is not known; hidden as theirs everywhere, told to whom may know how they are reached."""
    way = "via +44 7700 900124, a@example.org"
    known = identity(1, [Name(language="en", given="Lev", surname="Lozovyk")], safe_contact=way)
    found = {(span.person, span.category) for span in Matcher([known]).spans("Ring 07700 900124 or a@example.org")}
    assert {(known.person, "phone"), (known.person, "email")} <= found
