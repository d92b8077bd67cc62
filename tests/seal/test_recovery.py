"""Recovery shares: enough of them make the key again, fewer never, and a slip of the pen is told by its place."""

from __future__ import annotations

from hashlib import blake2b

import pytest
import shamir_mnemonic
from hypothesis import given, settings
from hypothesis import strategies as st
from shamir_mnemonic.wordlist import WORDLIST

from archive.errors import UsageError
from archive.seal import age, recovery
from archive.seal.recovery import WrongWordsError

SECRET = bytes(range(16))
numbers = st.integers(2, recovery.MOST).flatmap(lambda most: st.tuples(st.integers(2, most), st.just(most)))


def stream(size: int) -> bytes:
    return bytes(size)


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=16, max_size=16), numbers, st.data())
def test_any_of_enough_recover_and_fewer_never_do(secret: bytes, sizes: tuple[int, int], data: st.DataObject) -> None:
    """Any subset of at least ``threshold`` shares, in any order, gives the secret; a smaller one is refused."""
    threshold, count = sizes
    shares = recovery.split(secret, threshold, count)
    assert sorted(share.number for share in shares) == list(range(1, count + 1))
    assert {len(share.words) for share in shares} == {20} and {share.threshold for share in shares} == {threshold}
    chosen = data.draw(st.permutations(shares))[: data.draw(st.integers(threshold, count))]
    assert recovery.combine(chosen) == secret
    with pytest.raises(WrongWordsError) as refused:
        recovery.combine(chosen[: threshold - 1])
    assert "not enough" in refused.value.message


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 19), st.sampled_from(WORDLIST), st.integers(0, 2))
def test_a_wrong_word_never_passes(place: int, word: str, which: int) -> None:
    """One word of a share replaced by another of the list breaks its checksum."""
    words = list(recovery.split(SECRET, 2, 3)[which].words)
    if words[place] == word:
        return
    words[place] = word
    with pytest.raises(WrongWordsError, match="checksum"):
        recovery.read(words)


def test_one_paper_may_be_the_whole_key() -> None:
    """1 of 1 is one sheet; 1 of several, none, too many and more than there are, are refused."""
    (only,) = recovery.split(SECRET, 1, 1)
    assert recovery.combine([only]) == SECRET
    for threshold, shares in ((1, 2), (0, 1), (3, 2), (2, 17)):
        with pytest.raises(UsageError):
            recovery.split(SECRET, threshold, shares)


def test_four_letters_and_capitals_are_enough() -> None:
    """The words differ in their first four letters; ACADEMIC, acad and academic are one."""
    share = recovery.split(SECRET, 2, 3)[0]
    assert recovery.read([word[:4].upper() for word in share.words]) == share
    assert len({word[:4] for word in WORDLIST}) == len(WORDLIST)


def test_an_unknown_word_is_named_by_its_place_and_its_neighbours() -> None:
    """The error tells where and what it may have been, and never repeats what was typed."""
    words = list(recovery.split(SECRET, 2, 3)[0].words)
    words[6] = "academick"
    with pytest.raises(WrongWordsError) as refused:
        recovery.read(words, share=2)
    assert refused.value.message.startswith("Share 2, word 7:") and "academic" in refused.value.hint
    assert "academick" not in refused.value.message + refused.value.hint
    words[6] = "їжак"
    with pytest.raises(WrongWordsError, match="word 7"):
        recovery.read(words)
    with pytest.raises(WrongWordsError, match="19 words instead of 20"):
        recovery.read(recovery.split(SECRET, 2, 3)[0].words[:19])


def test_shares_that_do_not_belong_together_are_told_apart() -> None:
    """Another set, the same share twice, and a share that is right by itself but forged: each is said."""
    first, second, third = recovery.split(SECRET, 2, 3)
    other = next(set_ for set_ in iter(lambda: recovery.split(SECRET, 2, 3), None) if set_[0].set != first.set)
    with pytest.raises(WrongWordsError, match="Shares 1 and 2 are of different sets"):
        recovery.combine([first, other[1]])
    with pytest.raises(WrongWordsError, match="Shares 1 and 2 are one and the same"):
        recovery.combine([first, recovery.read(first.words)])
    known = shamir_mnemonic.Share.from_mnemonic(second.text)
    forged = shamir_mnemonic.Share(**{**vars(known), "value": bytes(16)})
    with pytest.raises(WrongWordsError, match="do not make a whole"):
        recovery.combine([first, recovery.read(forged.words())])
    with pytest.raises(WrongWordsError, match="do not make a whole"):
        recovery.combine([first, third, recovery.read(forged.words())])  # one more than needed is held to it too


def test_shares_of_other_programs_are_refused() -> None:
    """Several groups or a longer secret are sound SLIP-39, but no recovery of ours."""
    groups = shamir_mnemonic.generate_mnemonics(2, [(1, 1), (1, 1)], SECRET)
    with pytest.raises(WrongWordsError, match="not made by this program"):
        recovery.read(groups[0][0].split())


def test_the_expansion_is_final() -> None:
    """Seed, person and keys of a known secret never change, and are what the module says."""
    owner = recovery.identity(SECRET)
    assert owner.seed == blake2b(b"case-archive/recovery/seed/1", key=SECRET, digest_size=32).digest()
    assert owner.person == "28736a41e290ee18faf7f16b42eb31d1"
    assert owner.age_recipient == "age1h3xngu4z62jsz5q9k4ukaheexd6rrnvctl9kr4md99fnqm5t990qxqtnak"
    assert SECRET.hex() not in repr(owner)
    sealed = age.encrypt_bytes(b"a letter", [owner.age_public], stream)
    assert age.decrypt_bytes(sealed, [owner.age_secret]) == b"a letter"


def test_no_words_show_in_a_shares_text() -> None:
    """A share that ends up in a traceback or a log tells its set and number only."""
    share = recovery.split(SECRET, 2, 3)[0]
    assert repr(share) == f"Share(set='{share.words[0]} {share.words[1]}', number=1, threshold=2)"


def test_other_slip39_programs_join_our_shares() -> None:
    """The library's own joining, with an empty passphrase, gives the same 16 bytes."""
    shares = recovery.split(SECRET, 3, 5)
    assert shamir_mnemonic.combine_mnemonics([share.text for share in shares[1:4]]) == SECRET
