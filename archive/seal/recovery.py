"""Recovery: an identity whose key lies on paper, in shares of 20 words of which any ``threshold`` make it again.

The bytes are final; the shares are SLIP-39 (one group, extendable, empty passphrase), so other programs join them too::

    secret    = 16 random bytes
    seed      = BLAKE2b-256(key = secret, "case-archive/recovery/seed/1")          then as any identity's seed
    person id = BLAKE2b-128(key = secret, "case-archive/recovery/person/1"), in hex

The secret is drawn by the caller. Joining it into shares takes randomness that shamir_mnemonic draws by itself, from
``secrets.token_bytes``: its functions take no other source.

The words of SLIP-39 differ in their first four letters, so four are enough to type. The checksum of a share finds any
three wrong words. An error never repeats what was typed, which is nearly the secret; it tells the place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from hashlib import blake2b

import shamir_mnemonic
from shamir_mnemonic.wordlist import WORDLIST

from archive.errors import ArchiveError, UsageError
from archive.seal.identity import SEED_SIZE, Identity
from archive.speech import tr

SECRET_SIZE = 16
WORDS = 20  # a share
MOST = 16  # shares
_ENOUGH = 4  # letters that tell a word from all others
_EFFORT = 0  # SLIP-39's iteration exponent: 128 random bits need no stretching
_SHORT = {word[:_ENOUGH]: word for word in WORDLIST}


class WrongWordsError(ArchiveError):
    """Recovery words that are mistyped, of different sets, or too few."""

    exit_code = 12
    name = "wrong_words"


@dataclass(frozen=True)
class Share:
    """One share that was read without a mistake; its text shows no words.

    ``set`` is what the shares of one splitting have in common (their first two words: a number, no secret), ``number``
    counts from 1, ``threshold`` tells how many are needed.
    """

    words: tuple[str, ...] = field(repr=False)
    set: str
    number: int
    threshold: int

    @property
    def text(self) -> str:
        """The words with spaces between, as every SLIP-39 program takes them."""
        return " ".join(self.words)


def identity(secret: bytes) -> Identity:
    """The identity that the 16 bytes of a secret stand for."""
    seed = blake2b(b"case-archive/recovery/seed/1", key=secret, digest_size=SEED_SIZE).digest()
    person = blake2b(b"case-archive/recovery/person/1", key=secret, digest_size=16).hexdigest()
    return Identity(seed, person)


def check_numbers(threshold: int, shares: int) -> None:
    """UsageError unless a secret can be split into so many shares."""
    if not 1 <= threshold <= shares <= MOST:
        raise UsageError(
            tr("Of at most {most} shares, as many must be enough as there are, or fewer.", most=MOST),
            tr("For example: archive recovery split --threshold 2 --shares 3"),
        )
    if threshold == 1 < shares:
        raise UsageError(
            tr("Where one share is enough, each of them is the whole key."),
            tr("Ask for at least two: --threshold 2. Or make one share only: --threshold 1 --shares 1"),
        )


def split(secret: bytes, threshold: int, shares: int) -> tuple[Share, ...]:
    """The secret in ``shares`` shares, any ``threshold`` of which make it again and fewer tell nothing of it."""
    check_numbers(threshold, shares)
    if len(secret) != SECRET_SIZE:
        raise ValueError(f"a recovery secret has {SECRET_SIZE} bytes")
    (group,) = shamir_mnemonic.generate_mnemonics(1, [(threshold, shares)], secret, iteration_exponent=_EFFORT)
    return tuple(read(mnemonic.split()) for mnemonic in group)


def known_word(typed: str) -> str | None:
    """The word that was meant: itself or what its first four letters stand for; None if there is none."""
    word = typed.strip().lower()
    if word in WORDLIST:
        return word
    return _SHORT.get(word) if len(word) == _ENOUGH else None


def check_word(typed: str, place: int, share: int) -> str:
    """The word that was meant; WrongWordsError names its place in the share and the nearest words."""
    word = known_word(typed)
    if word is None:
        nearest = get_close_matches(typed.strip().lower(), WORDLIST, n=3, cutoff=0.4)
        meant = tr("Perhaps: {near}.", near=", ".join(nearest)) if nearest else tr("Look again: the words are English.")
        raise WrongWordsError(
            tr("Share {share}, word {place}: recovery words do not have this one.", share=share, place=place), meant
        )
    return word


def read(typed: Sequence[str], share: int = 1) -> Share:
    """A share from its words as typed; ``share`` is what to call it in an error. WrongWordsError if it is not one."""
    words = tuple(check_word(word, place, share) for place, word in enumerate(typed, 1))
    if len(words) != WORDS:
        raise WrongWordsError(
            tr("Share {share} has {count} words instead of {needed}.", share=share, count=len(words), needed=WORDS),
            tr("Type all of them, in order."),
        )
    try:
        found = shamir_mnemonic.Share.from_mnemonic(" ".join(words))
    except shamir_mnemonic.MnemonicError as error:
        raise WrongWordsError(
            tr("Share {share}: its checksum does not fit, so a word is wrong or two have changed places.", share=share),
            tr("Compare each word with the paper."),
        ) from error
    if found.group_count != 1 or len(found.value) != SECRET_SIZE:
        raise WrongWordsError(
            tr("Share {share} was not made by this program.", share=share), tr("Look for the sheet of this archive.")
        )
    return Share(words, " ".join(words[:2]), found.index + 1, found.member_threshold)


def check_joins(shares: Sequence[Share], more: Share) -> None:
    """WrongWordsError if a further share does not go with those before, or is one of them."""
    place = len(shares) + 1
    for before, one in enumerate(shares, 1):
        if (one.set, one.threshold) != (more.set, more.threshold):
            raise WrongWordsError(
                tr(
                    "Shares {before} and {place} are of different sets: they were not made at the same time.",
                    before=before,
                    place=place,
                ),
                tr("Take shares of one set: they begin with the same two words. Usually the newest set counts."),
            )
        if one.number == more.number:
            raise WrongWordsError(
                tr("Shares {before} and {place} are one and the same.", before=before, place=place),
                tr("Take another person's share."),
            )


def combine(shares: Sequence[Share]) -> bytes:
    """The secret, 16 bytes. More shares than needed are all held to it.

    WrongWordsError: too few, of different sets, one twice, or they do not make a whole.
    """
    for place, share in enumerate(shares):
        check_joins(shares[:place], share)
    needed = shares[0].threshold if shares else 1
    if len(shares) < needed:
        raise WrongWordsError(
            tr(
                "{shares} of {needed} shares: this is not enough, and fewer tell nothing.",
                shares=len(shares),
                needed=needed,
            ),
            tr("Ask the other holders: archive recovery show names them."),
        )
    windows = [shares[start : start + needed] for start in range(len(shares) - needed + 1)]
    secrets = {_joined(window) for window in windows}
    if len(secrets) != 1:
        raise _no_whole()
    return secrets.pop()


def _joined(shares: Sequence[Share]) -> bytes:
    try:
        return bytes(shamir_mnemonic.combine_mnemonics([share.text for share in shares]))
    except shamir_mnemonic.MnemonicError as error:
        raise _no_whole() from error


def _no_whole() -> WrongWordsError:
    return WrongWordsError(
        tr("Each share is right by itself, but they do not make a whole."),
        tr("One is forged or of another set: try others."),
    )
