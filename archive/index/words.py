"""Which words a record is found by, and how a text is cut into words: one place for index, query and snippet.

What is searchable is an allow-list: a field that is not named here cannot be found. Of an identity record only the
names are taken, and they are filed under the person; numbers, addresses and birth dates never are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from archive.language.fold import fold
from archive.language.words import spellings
from archive.records import kinds

_WORD = re.compile(r"[^\W_]+")
# as _WORD, in a text not yet folded: held together by apostrophes, marks and invisible characters, which fold() drops
_HELD = r"[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff'`´’‘ʼʹ′ꞌ]"
RAW_WORD = re.compile(rf"[^\W_]+(?:{_HELD}+[^\W_]+)*[\u0300-\u036f]*")
_BROKEN = re.compile(r"(?<![^\W\d_])([^\W\d_]++)[-‐‑¬\u00ad][ \t]*\r?\n\s*([^\W\d_]+)")
_BETWEEN = re.compile(r"[ \u00a0.\-_·*]{1,2}")
_SPACED = re.compile(rf"(?<![^\W_])[^\W\d_](?:{_BETWEEN.pattern}[^\W\d_]){{3,}}(?![^\W_])")
# what every match of the two above has in it, and is found several times as fast
_MAY_BE_BROKEN = re.compile(r"[-‐‑¬\u00ad][ \t]*\r?\n")
_MAY_BE_SPACED = re.compile(rf"[ \u00a0.\-_·*][^\W\d_]{_BETWEEN.pattern}[^\W\d_][ \u00a0.\-_·*]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_MIXED = re.compile("[A-Za-z\u00c0-\u024f][\u0400-\u052f]|[\u0400-\u052f][A-Za-z\u00c0-\u024f]")
_SEALED = kinds.Identity | kinds.Paper | kinds.Recipient | kinds.CaptureFacts | kinds.Unfinished
_NOT_FOUND = (
    _SEALED | kinds.Custody | kinds.Collective | kinds.Member | kinds.Recovery | kinds.Term | kinds.Search
)  # bookkeeping
_PARTS = (
    "remarks", "summary", "source", "method", "law", "name", "court", "district", "sentence", "what",
    "addressee", "answer", "publication", "channel", "depicts",
)  # fmt: skip


class Words(NamedTuple):
    """What a record is found by, not yet folded; a column of the search table each."""

    title: str
    text: str
    fields: str
    place: str


class Word(NamedTuple):
    """A word of a text: where it stands, in characters, and the keys it is compared by."""

    start: int
    end: int
    keys: tuple[str, ...]


@lru_cache(maxsize=16_384)
def keys(text: str) -> tuple[str, ...]:
    """The words of ``text`` as they are compared: folded, in order."""
    return tuple(_WORD.findall(fold(text)))


def column(text: str) -> str:
    """``text`` as the search table takes it."""
    return fold(text.replace("\0", " "))


def joined(text: str) -> Iterator[Word]:
    """Words that a hyphen breaks over two lines, and words written l e t t e r by letter, each read as one; words in
    letters of two scripts."""
    for match in _BROKEN.finditer(text) if "\n" in text and _MAY_BE_BROKEN.search(text) else ():
        yield Word(match.start(), match.end(), keys(match[1] + match[2]))
    for match in _SPACED.finditer(text) if _MAY_BE_SPACED.search(text) else ():
        yield Word(match.start(), match.end(), keys(_BETWEEN.sub("", match.group())))
    yield from _in_two_scripts(text)


def in_one_script(word: str) -> tuple[str, ...]:
    """What a word of Latin and Cyrillic letters (вiйна, with a foreign i) says in either; of others nothing."""
    return tuple(one for one in spellings(word) if not _MIXED.search(one)) if _MIXED.search(word) else ()


def _in_two_scripts(text: str) -> Iterator[Word]:
    """Words that scans and keyboards without an і write in letters of two scripts, as they read in one."""
    if not text.isascii() and _LATIN.search(text) and _MIXED.search(text):
        for match in RAW_WORD.finditer(text):
            for reading in in_one_script(match[0]):
                yield Word(match.start(), match.end(), keys(reading))


def _legible(text: str) -> str:
    """``text``, and after it the words that are not written as they read."""
    others = "\n".join(" ".join(word.keys) for word in joined(text))
    return f"{text}\n{others}" if others else text


def shown_title(record: kinds.AnyRecord) -> str | None:
    """What lists and results call the record. Of what is sealed: nothing."""
    match record:
        case kinds.Identity() | kinds.Paper() | kinds.Recipient():
            return None
        case kinds.Person(pseudonym=pseudonym):
            return pseudonym
        case kinds.Collective(name=name):
            return name
        case kinds.Member(label=label):
            return label
    return record.title


def shown_text(record: kinds.AnyRecord) -> str:
    """The readable text of a record; empty when it has none."""
    return getattr(record, "text", None) or ""


def shown_fields(record: kinds.AnyRecord) -> str:
    """The small fields of a record in one line, as a snippet may show them."""
    if isinstance(record, _NOT_FOUND):
        return ""
    return " · ".join(filter(None, (getattr(record, "place", None), *_small(record))))


def _small(record: kinds.AnyRecord) -> list[str]:
    found = [getattr(record, part, None) for part in _PARTS]
    return [part for part in found if part] + list(record.tags) + [date.what for date in record.dates]


def is_searched(record: kinds.AnyRecord) -> bool:
    """Whether a search may show it."""
    return not isinstance(record, _NOT_FOUND)


def words_of(record: kinds.AnyRecord) -> Words | None:
    """What ``record`` is found by; None for the kinds that are not searched."""
    if not is_searched(record):
        return None
    titles = dict.fromkeys(title for title in (shown_title(record), record.title) if title)
    return Words(
        _legible("\n".join(titles)),
        _legible(shown_text(record)),
        _legible(" · ".join(_small(record))),
        _legible(getattr(record, "place", None) or ""),
    )


def names_of(identity: kinds.Identity) -> str:
    """The names of an identity record, for the row of its person."""
    written = [part for name in identity.names for part in (name.given, name.patronymic, name.surname) if part]
    return _legible("\n".join([" ".join(written), *identity.nicknames, *identity.aliases]))
