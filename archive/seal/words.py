"""Six words of a hash, to be compared by voice: 60 bits that nobody can aim at, in words that nobody mishears.

The words are those of SLIP-39 (1,024 English words of four to eight letters, told apart by their first four), ten bits
each: the first 15 hex digits of the hash, from the left. They stand for a request to be let in and, the other way, for
the membership version that lets somebody in.
"""

from __future__ import annotations

import re

from shamir_mnemonic.wordlist import WORDLIST

from archive.errors import ArchiveError
from archive.speech import tr

COUNT = 6
_BITS = 10  # in a word
_TELLING = 4  # letters that tell a word from all others


class WordsDifferError(ArchiveError):
    """What was heard is not what is here: somebody else's key, or another list."""

    exit_code = 13
    name = "words_differ"

    def __init__(self) -> None:
        super().__init__(
            tr("The words are not the same: what is here is not what the other side has."),
            tr("Stop. Somebody may have put another key into the folder. Ask again by voice, over another line."),
        )


def words(digest: str) -> str:
    """The words of a hash in hex, with a space between two."""
    number = int(digest[: COUNT * _BITS // 4], 16)
    return " ".join(WORDLIST[(number >> shift) & (2**_BITS - 1)] for shift in range((COUNT - 1) * _BITS, -1, -_BITS))


def compare(digest: str, heard: str) -> None:
    """WordsDifferError unless these are the words of the hash; case, hyphens and all after four letters are free."""
    if _telling(heard) != _telling(words(digest)):
        raise WordsDifferError


def _telling(text: str) -> list[str]:
    return [word[:_TELLING] for word in re.split(r"[\s,;.-]+", text.strip().lower())]
