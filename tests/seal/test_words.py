"""Six words of a hash, compared by voice."""

from __future__ import annotations

import pytest
from shamir_mnemonic.wordlist import WORDLIST

from archive.seal.words import WordsDifferError, compare, words

ZERO, ONES = "0" * 64, "f" * 64


def test_six_words_carry_the_first_sixty_bits():
    """Ten bits a word, from the left; the seventeenth digit and all after it change nothing."""
    assert words(ZERO).split() == [WORDLIST[0]] * 6
    assert words(ONES).split() == [WORDLIST[1023]] * 6
    assert words("001" + ZERO[3:]) == f"{WORDLIST[0]} {WORDLIST[0b0100000000]} " + " ".join([WORDLIST[0]] * 4)
    assert words("0" * 15 + "f" * 49) == words(ZERO)
    assert words("0" * 14 + "1" + "0" * 49).split()[-1] == WORDLIST[1]


@pytest.mark.parametrize("heard", ["{}", " {} ", "{}\n"])
def test_how_they_are_typed_does_not_matter(heard):
    """Upper case, hyphens, commas, and only the first four letters of each: the same words."""
    said = words("7e" * 32)
    for typed in (
        said,
        said.upper(),
        said.replace(" ", "-"),
        said.replace(" ", ", "),
        " ".join(w[:4] for w in said.split()),
    ):
        compare("7e" * 32, heard.format(typed))


@pytest.mark.parametrize("heard", ["", "academic", words(ZERO), words(ONES) + " academic", "zero " * 5])
def test_other_words_are_refused(heard):
    """One missing, one too many, another order: nothing passes but the six."""
    with pytest.raises(WordsDifferError) as refused:
        compare(ONES, heard)
    assert refused.value.exit_code == 13


def test_the_order_counts():
    """The same words from behind are other words."""
    said = words("0123456789abcdef" * 4)
    with pytest.raises(WordsDifferError):
        compare("0123456789abcdef" * 4, " ".join(reversed(said.split())))
