"""age's key strings: what pyrage writes is read and written the same, typing errors are refused."""

from __future__ import annotations

import pyrage  # type: ignore[import-untyped]  # it ships no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import UsageError
from archive.seal import bech32

SECRET = "AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0"  # of the public test vectors
KEYS = st.binary(min_size=32, max_size=32)


@given(KEYS)
def test_round_trip(key: bytes) -> None:
    """Both strings give back the key they were made of."""
    assert bech32.decode_identity(bech32.encode_identity(key)) == key
    assert bech32.decode_recipient(bech32.encode_recipient(key)) == key


@given(KEYS)
def test_pyrage_reads_our_strings(key: bytes) -> None:
    """A second implementation accepts our identity and writes it the same."""
    text = bech32.encode_identity(key)
    assert str(pyrage.x25519.Identity.from_str(text)) == text


def test_we_read_the_strings_of_pyrage() -> None:
    """Strings of the second implementation read and write the same."""
    made = pyrage.x25519.Identity.generate()
    recipient = str(made.to_public())
    assert bech32.encode_identity(bech32.decode_identity(str(made))) == str(made)
    assert bech32.encode_recipient(bech32.decode_recipient(recipient)) == recipient


@pytest.mark.parametrize("place", range(len(SECRET)))
def test_one_wrong_letter_is_refused(place: int) -> None:
    """Bech32 finds every single mistyped letter."""
    wrong = "Q" if SECRET[place] != "Q" else "P"
    with pytest.raises(UsageError):
        bech32.decode_identity(SECRET[:place] + wrong + SECRET[place + 1 :])


@pytest.mark.parametrize("length", range(len(SECRET)))
def test_a_string_not_copied_whole_is_refused(length: int) -> None:
    """Every beginning of a good string is refused."""
    with pytest.raises(UsageError):
        bech32.decode_identity(SECRET[:length])


@pytest.mark.parametrize(
    "text",
    [
        SECRET.lower(),
        SECRET + "Q",
        " " + SECRET,
        SECRET.replace("EGT", "EgT"),
        bech32.encode_recipient(bytes(32)),
        "AGE-SECRET-KEY-1" + "\u0131" * 58,  # a letter whose upper case is another one
        "",
    ],
)
def test_what_is_no_identity_is_refused(text: str) -> None:
    """Wrong case, additions and other strings are refused, with a sentence that does not repeat the string."""
    with pytest.raises(UsageError) as refused:
        bech32.decode_identity(text)
    assert not text or text not in refused.value.message + refused.value.hint


def test_an_identity_is_not_taken_for_a_recipient() -> None:
    """A secret typed where a recipient belongs is refused in either case."""
    for text in (SECRET, SECRET.lower(), bech32.encode_recipient(bytes(32)).upper()):
        with pytest.raises(UsageError):
            bech32.decode_recipient(text)


def test_a_key_of_another_length_is_a_mistake() -> None:
    """Only 32 bytes are a key."""
    with pytest.raises(ValueError, match="32 bytes"):
        bech32.encode_recipient(bytes(31))
