"""What people type: every text is answered or refused with a sentence, and none reaches the language of FTS5."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from index_material import KEY, OURS, person, segment, told

from archive.errors import UsageError
from archive.index.filters import Query
from archive.index.index import Index
from archive.index.query import LONGEST, MOST_KEYS, MOST_SHORT, MOST_TERMS, Term, parse

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
    assert parse("«двох слів» “two words” „dvě slova“").match() == '("двох слив") AND ("two words") AND ("dve slova")'


def test_an_open_quote_is_closed_at_the_end() -> None:
    assert parse('one "two three').match() == '("one") AND ("two three")'


def test_or_without_a_neighbour_is_nothing() -> None:
    assert parse("OR one OR").match() == parse("one").match()
