"""References: the shortest one that is not ambiguous, and what somebody meant by what they typed."""

from __future__ import annotations

import json
import string
from collections.abc import Iterable, Mapping, Sequence

from archive.errors import AmbiguousError, NotFoundError
from archive.index.cipher import Database
from archive.index.reading import heads
from archive.records import kinds
from archive.records.refs import LETTERS, SHORTEST, encode, mend, normalise
from archive.speech import tr

_KINDS = {letter: kind for kind, letter in LETTERS.items()}
_ID, _CODE = 32, 26  # digits of an id: in hex, in Crockford base32
_NONE = ("1", "0")  # a span in which no id lies
_HEX_PREFIX = 6
_TO_BASE_32 = str.maketrans("0123456789ABCDEFGHJKMNPQRSTVWXYZ", "0123456789ABCDEFGHIJKLMNOPQRSTUV")  # as int() reads it
_SHOWN = 8  # candidates named when a reference is ambiguous
_HEX = frozenset(string.hexdigits)
_DIGITS = frozenset(string.digits + string.ascii_uppercase)


def shortest(db: Database, record_id: str) -> str:
    """The kind letter and as many digits as tell the record from all others of its kind; NotFoundError if not here."""
    found = all_shortest(db, [record_id])
    if not found:
        raise _nothing()
    return found[record_id]


def all_shortest(db: Database, records: Iterable[str]) -> dict[str, str]:
    """The same of many records at once, by id, without those that are not here."""
    return of_kinds(db, dict(db.rows(_KINDS_OF, (json.dumps(sorted(set(records))),))))


def of_kinds(db: Database, records: Mapping[str, str]) -> dict[str, str]:
    """The same of records that are here, whose kinds are known: by id."""
    found = db.rows(_NEIGHBOURS, (json.dumps(records),))
    return {ident: _ref(ident, kind, filter(None, near)) for ident, kind, *near in found}


_KINDS_OF = (
    "SELECT value, (SELECT min(kind) FROM record WHERE id = value) AS kind FROM json_each(?) WHERE kind IS NOT NULL"
)
_NEIGHBOURS = (
    "SELECT key, value, (SELECT max(id) FROM record WHERE kind = value AND id < key),"
    " (SELECT min(id) FROM record WHERE kind = value AND id > key) FROM json_each(?)"
)


def _ref(ident: str, kind: str, near: Iterable[str]) -> str:
    shared = max((_shared(ident, other) for other in near), default=0)
    return LETTERS[kind] + encode(ident, max(SHORTEST, shared + 1))


def resolve(db: Database, typed: str, only: Sequence[str] = (), *, binned: bool = False) -> str:
    """The id of the one record meant; ``only`` these kinds count. NotFoundError, or AmbiguousError with the candidates.

    With ``binned`` what is in the bin counts as well.

    Tried in this order, the first that finds anything decides: a full id; kind letter and digits (what we print always
    resolves); digits alone; the beginning of an id in hex.
    """
    for found in _readings(db, typed, tuple(only) or tuple(LETTERS), binned):
        if len(found) == 1:
            return found[0]
        if found:
            raise _ambiguous(db, found)
    raise _nothing()


def _readings(db: Database, typed: str, only: Sequence[str], binned: bool) -> list[list[str]]:
    text = normalise(typed[:200])
    if not text or not set(text) <= _DIGITS:
        return []
    hexadecimal = text.lower() if set(text) <= _HEX else ""
    if len(hexadecimal) == _ID:
        return [_between(db, hexadecimal, hexadecimal, only, binned)]
    named = _KINDS.get(text[0])
    return [
        _between(db, *_span(mend(text[1:])), [named], binned) if named in only and named else [],
        _between(db, *_span(mend(text)), only, binned),
        _between(db, hexadecimal.ljust(_ID, "0"), hexadecimal.ljust(_ID, "f"), only, binned)
        if _HEX_PREFIX <= len(hexadecimal) < _ID
        else [],
    ]


def _span(digits: str) -> tuple[str, str]:
    """The first and the last id whose Crockford digits begin with these (no digit: all); empty when there is none."""
    if len(digits) > _CODE:
        return _NONE
    number, bits = int(digits.translate(_TO_BASE_32) or "0", 32), 5 * (_CODE - len(digits))
    low, high = number << bits, (number + 1) << bits  # of 130 bits; an id has 128, so both are rounded up
    first, last = -(-low // 4), -(-high // 4) - 1
    return (f"{first:032x}", f"{last:032x}") if first <= last else _NONE


def _between(db: Database, low: str, high: str, only: Sequence[str], binned: bool) -> list[str]:
    rows = db.rows(
        f"SELECT DISTINCT id FROM record WHERE kind IN ({', '.join('?' * len(only))}) AND id >= ?"  # noqa: S608
        f" AND id <= ? AND binned <= {int(binned)} ORDER BY id LIMIT {_SHOWN + 1}",
        (*only, low, high),
    )
    return [str(row[0]) for row in rows]


def _shared(one: str, other: str) -> int:
    """How many first digits the codes of two ids have in common; a digit holds five bits."""
    return (4 * _ID - (int(one, 16) ^ int(other, 16)).bit_length()) // 5


def _nothing() -> NotFoundError:
    return NotFoundError(
        tr("Nothing here answers to this reference."), tr("Look for it: archive search, or archive case list")
    )


def _ambiguous(db: Database, found: Sequence[str]) -> AmbiguousError:
    named = [_candidate(db, record_id) for record_id in found[:_SHOWN]]
    more = tr(" and more") if len(found) > _SHOWN else ""
    return AmbiguousError(
        tr("This could be {named}{more}.", named=", ".join(named), more=more),
        tr("Type one more letter of the one you mean."),
        details={"candidates": [shortest(db, record_id) for record_id in found[:_SHOWN]]},
    )


def _candidate(db: Database, record_id: str) -> str:
    """A ref; a person's pseudonym with it, and of nothing else any word."""
    for head in heads(db, record_id, None)[:1]:
        if isinstance(head.record, kinds.Person):
            return f"{shortest(db, record_id)} ({head.record.pseudonym})"
    return shortest(db, record_id)
