"""Which words a record is found by, and how a text is cut into words: one place for index, query and snippet.

What is searchable is an allow-list: a field that is not named here cannot be found. Of an identity record only the
names are taken, and they are filed under the person; numbers, addresses and birth dates never are. Inflection and
other scripts will grow in ``keys``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from archive.language.fold import fold
from archive.records import kinds

_WORD = re.compile(r"[^\W_]+")
# as _WORD, in a text not yet folded: held together by apostrophes, marks and invisible characters, which fold() drops
_RAW_WORD = re.compile(r"[^\W_](?:[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff'`´’‘ʼʹ′ꞌ]*[^\W_])*[\u0300-\u036f]*")
_SEALED = kinds.Identity | kinds.Paper | kinds.Recipient | kinds.CaptureFacts
_NOT_FOUND = _SEALED | kinds.Custody | kinds.Collective | kinds.Member | kinds.Recovery | kinds.Term  # bookkeeping
_PARTS = (
    "remarks", "place", "summary", "source", "method", "law", "name", "court", "district", "sentence", "what",
    "addressee", "answer", "publication", "channel", "depicts",
)  # fmt: skip


class Words(NamedTuple):
    """What a record is found by, not yet folded."""

    title: str
    text: str
    fields: str


class Word(NamedTuple):
    """A word of a text: where it stands, in characters, and the keys it is compared by."""

    start: int
    end: int
    keys: tuple[str, ...]


def keys(text: str) -> tuple[str, ...]:
    """The words of ``text`` as they are compared: folded, in order."""
    return tuple(_WORD.findall(fold(text)))


def column(text: str) -> str:
    """``text`` as the search table takes it."""
    return fold(text.replace("\0", " "))


def words(text: str) -> Iterable[Word]:
    """The words of a text with their places, one after the other."""
    for match in _RAW_WORD.finditer(text):
        yield Word(match.start(), match.end(), keys(match.group()))


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
    found = [getattr(record, part, None) for part in _PARTS]
    return " · ".join([part for part in found if part] + list(record.tags) + [date.what for date in record.dates])


def words_of(record: kinds.AnyRecord) -> Words | None:
    """What ``record`` is found by; None for the kinds that are not searched."""
    if isinstance(record, _NOT_FOUND):
        return None
    titles = dict.fromkeys(title for title in (shown_title(record), record.title) if title)
    return Words("\n".join(titles), shown_text(record), shown_fields(record))


def names_of(identity: kinds.Identity) -> str:
    """The names of an identity record, for the row of its person."""
    written = [part for name in identity.names for part in (name.given, name.patronymic, name.surname) if part]
    return "\n".join([" ".join(written), *identity.nicknames, *identity.aliases])
