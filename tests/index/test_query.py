"""What people type: every text is answered or refused with a sentence, and none reaches the language of FTS5."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from index_material import KEY, OURS, person, segment, told

from archive.errors import UsageError
from archive.index.filters import Query
from archive.index.index import Index
from archive.index.query import (
    LONGEST,
    MOST_KEYS,
    MOST_PHRASES,
    MOST_SHORT,
    MOST_TERMS,
    Term,
    parse,
    widened,
)
from archive.index.vocabulary import Alike

FILLED = Index.open(None, KEY)
FILLED.enter(OURS, [segment(told("1", text='NEAR "one" AND two* (x) col:y ^z'), person("2"))])


def answered(**asked: object) -> None:
    """A result or a UsageError with both sentences."""
    try:
        results = FILLED.search(Query(**asked))  # type: ignore[arg-type]
        assert 0 <= results.total <= 2
    except UsageError as error:
        assert error.message
        assert error.hint


SIGNS = st.text(
    alphabet=st.sampled_from(list("\"'*-–+:^(){}[]\\,;&|~@#% \0\n\tabжі1“”«»\u0301\u200b\ud800")), max_size=60
)
WORDS = st.lists(
    st.sampled_from(["AND", "OR", "NOT", "NEAR", "NEAR(", "title:", "-", '"', "one", "two*", "-one", "^"]), max_size=12
)


@settings(max_examples=400, deadline=None)
@given(typed=st.one_of(SIGNS, WORDS.map(" ".join), st.text()))
@example("-")
@example("OR")
@example('"')
@example("*")
@example("\0")
@example("-OR OR -")
@example('one OR -"two"*')
def test_no_query_fails(typed: str) -> None:
    answered(text=typed)
    answered(text="one", tag=typed, place=typed)
    answered(text="one", since=typed)
    answered(text="", case=typed, person=typed, collective=typed, kinds=(typed,))


@pytest.mark.parametrize(
    "typed",
    ["a" * 100_000, "a " * 50_000, '"' * 100_000, "-" * 100_000, "(" * 100_000, "OR " * 33_000, "a OR " * 1_900,
     "\0" * 100_000, '"' + "a " * 4_900 + '"', "ß" * 9_999, "ﷺ" * 9_999, "a*" * 4_900],
    ids=lambda typed: f"{typed[:3]!r} x {len(typed)}",
)  # fmt: skip
def test_a_huge_query_is_answered_or_refused(typed: str) -> None:
    answered(text=typed)


def steps(index: Index, typed: str) -> tuple[int, int]:
    """What a query costs, answered or refused: instructions of SQLite's machine (in thousands), calls in Python."""
    done = [0, 0]

    def called(_frame: object, event: str, _what: object) -> None:
        done[1] += event in ("call", "c_call")

    def stepped() -> None:
        done[0] += 1

    index._db._connection.set_progress_handler(stepped, 1_000)
    sys.setprofile(called)
    try:
        index.search(Query(text=typed))
    except UsageError:
        pass
    finally:
        sys.setprofile(None)
        index._db._connection.set_progress_handler(None, 0)
    return done[0], done[1]


WORDS = [f"слово{letter}" for letter in "абвгдежзиклмнопрстуфхцчшщьюя"] + [
    f"word{letter}" for letter in "abcdefghijklmnopqrstuvw"
]
COSTLY = {
    "50 words": " ".join(WORDS[:50]),
    "50 words with OR": " OR ".join(WORDS[:50]),
    "50 words as one": "-".join(WORDS[:50]),
    "50 pairs of words": " ".join(f"{one}-{other}" for one, other in pairwise(WORDS[:51])),
    "50 long words": " ".join(letter * 39 for letter in "абвгдежзиклмнопрстуфхцчшщabcdefghijklmnopqrstuvwxyz"[:50]),
    "50 words that transliterations read many ways": " ".join(f"{'schtsch' * 5}{letter}" for letter in WORDS[:50]),
    "50 beginnings": " ".join(f"{word[:3]}*" for word in WORDS[:50]),
    "three beginnings of a letter": "с* w* ф*",
    "a long phrase": '"' + "слово " * 119 + '"',
    "10,000 ORs": " OR ".join(["слово"] * 10_000),
    "9,999 quotes": '"' * 9_999,
    "9,999 brackets": "(" * 9_999,
    "9,999 signs": "-" * 9_998 + "a",
    "4,999 parts of a word": "a-" * 4_999,
    "9,999 letters": "щ" * 9_999,
    "9,999 marks": "\u0301" * 9_998 + "a",
    "100 KB": "слово " * 17_000,
    "NULs": "\0" * 9_990 + "слово",
}


@pytest.fixture(scope="module")
def crowded() -> Iterator[Index]:
    """An index of 300 texts, each with every word in some form."""
    with Index.open(None, KEY) as index:
        texts = [" ".join(f"{word}{ending}" for word in WORDS for ending in ("", "ом", "s")) for _ in range(300)]
        index.enter(OURS, [segment(*(told(f"{number:04x}", text=text) for number, text in enumerate(texts, 1)))])
        index.search(Query(text="слово OR word"))  # the patterns of endings are read once
        yield index


@pytest.mark.parametrize("what", COSTLY)
def test_no_query_costs_much(crowded: Index, what: str) -> None:
    """Counted, not timed: whatever is typed costs a few times what fifty ordinary words cost, at most."""
    machine, calls = steps(crowded, COSTLY[what])
    assert (machine <= 500, calls <= 600_000) == (True, True), (machine, calls)


def test_as_many_terms_as_allowed_are_answered() -> None:
    """The limits lie below those of FTS5."""
    answered(text=" ".join(f"w{value}" for value in range(MOST_TERMS)))
    assert FILLED.search(Query(text=" OR ".join(["one"] * MOST_TERMS))).total == 1
    assert FILLED.search(Query(text=" ".join(["one*"] * MOST_TERMS))).total == 1
    with pytest.raises(UsageError, match="too many"):
        parse("one " * (MOST_TERMS + 1))
    with pytest.raises(UsageError, match="too many words"):
        parse('"' + "one " * (MOST_KEYS + 1) + '"')
    with pytest.raises(UsageError, match="too long"):
        parse("a" * (LONGEST + 1))
    with pytest.raises(UsageError, match="no word"):
        parse("… !!")


def test_beginnings_that_read_half_the_index_are_few() -> None:
    """One or two letters before the star, also at the end of a phrase or excluded; longer ones are not counted."""
    few = ["o*", '"one t"*', "-th*"]
    assert len(few) == MOST_SHORT
    answered(text=" ".join([*few, *["one*"] * 10]))
    with pytest.raises(UsageError, match="short beginnings"):
        parse(" ".join([*few, "f*"]))


def test_the_grammar() -> None:
    """Words and phrases, beginnings, OR of neighbours, minus; apostrophes and marks are folded away."""
    asked = parse('П\'ять "двох Слів" поч* Olena OR Yelena OR "Й О" -ні -"не треба"')
    assert asked.wanted == (
        (Term(("пять",), typed=("П'ять",)),),
        (Term(("двох", "слив")),),
        (Term(("поч",), begin=True),),
        (Term(("olena",), typed=("Olena",)), Term(("yelena",), typed=("Yelena",)), Term(("й", "о"))),
    )
    assert asked.unwanted == (Term(("ни",), typed=("ні",)), Term(("не", "треба")))
    assert asked.match() == '("пять") AND ("двох слив") AND ("поч" *) AND ("olena" OR "yelena" OR "й о")'
    assert asked.exclude() == '"ни" OR "не треба"'


def test_numbers_with_signs_are_phrases() -> None:
    assert parse("1/2-560/2023").match() == '("1 2 560 2023")'


def test_typographic_quotes_count() -> None:
    assert parse("«двох слів» “two words” „dvě slova“ ‟one more”").match() == (
        '("двох слив") AND ("two words") AND ("dve slova") AND ("one more")'
    )


def test_what_cannot_be_a_letter_parts_words() -> None:
    """NULs, and bytes that are no text, which come as lone surrogates."""
    assert parse("one\0two").match() == '("one") AND ("two")'
    assert parse("one\udcfftwo").match() == '("one two")'


def test_a_word_that_is_read_as_several_is_looked_for_as_they_stand() -> None:
    assert parse("№½").wanted == ((Term(("no1", "2")),),)


def test_what_is_excluded_is_not_excluded_in_other_letters() -> None:
    """Only what was typed, and its forms: what another script spells alike may be somebody else."""
    asked = widened(parse("x -Шевчук"), lambda _: Alike(("шевчука",), ("szewczuk",)))
    assert asked.exclude() == '"шевчук" OR "шевчука"'


def test_all_words_together_ask_for_no_more_forms_than_allowed() -> None:
    many = Alike(tuple(f"ф{number}" for number in range(900)), tuple(f"l{number}" for number in range(900)))
    one, fifty = (
        widened(parse(" ".join(f"слово{value}" for value in range(times))), lambda _: many) for times in (1, 50)
    )
    assert len(one.wanted[0][0].phrases()) == MOST_PHRASES + 1
    assert sum(len(group[0].phrases()) for group in fifty.wanted) <= MOST_PHRASES + 50
    [[parts]] = widened(parse("слово-слово"), lambda _: many).wanted
    assert len(parts.phrases()) <= MOST_PHRASES + 1


@pytest.mark.parametrize("typed", ["kind:", "gate kind:", "-kind:photo", 'since:""', "-place:x"])
def test_a_field_takes_a_value_and_no_minus(typed: str) -> None:
    with pytest.raises(UsageError, match="takes a value"):
        parse(typed)


def test_a_field_takes_a_phrase_and_a_star() -> None:
    assert parse('place:"Мала Річ"* tag:ви*').fields == (("place", "Мала Річ*"), ("tag", "ви*"))


def test_an_open_quote_is_closed_at_the_end() -> None:
    assert parse('one "two three').match() == '("one") AND ("two three")'


def test_or_without_a_neighbour_is_nothing() -> None:
    assert parse("OR one OR").match() == parse("one").match()


def test_what_is_asked_twice_is_looked_for_once() -> None:
    assert parse("one two one OR one -x -x") == parse("one two -x")
