"""The one JSON form of everything that is signed or hashed: the same value always gives the same bytes, and only those.

UTF-8 without BOM; keys sorted by code point and never twice; no spaces; integers 0 to 2^53-1; no floats; no lone
surrogates; escapes only where JSON demands them (RFC 8785 writes strings the same way). Bytes are accepted only if
writing the decoded value again gives the same bytes, which also refuses duplicate keys and every other spelling.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from archive.errors import DamagedError
from archive.speech import tr

LARGEST = 2**53 - 1  # what every JSON reader keeps exactly
DEPTH = 16  # objects and lists inside one another
STRING = 512 * 1024  # bytes in UTF-8
_SHORT = STRING // 4  # characters that fit in any case

Value = None | bool | int | str | Sequence["Value"] | Mapping[str, "Value"]


def encode(value: Value) -> bytes:
    """The canonical bytes of a value; DamagedError if it breaks a rule or a limit."""
    try:
        _check(value, DEPTH)
        return msgspec.json.encode(value, order="deterministic")
    except UnicodeEncodeError as error:
        raise _refused(tr("a text with half a character")) from error


def decode(data: bytes) -> Value:
    """The value in ``data``; DamagedError unless ``data`` is exactly what ``encode`` writes for it."""
    try:
        value: Value = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise _refused(tr("no JSON")) from error
    if encode(value) != data:
        raise _refused(tr("JSON that is not in canonical form"))
    return value


def decode_object(data: bytes) -> dict[str, Value]:
    """``decode`` for what must be an object."""
    value = decode(data)
    if not isinstance(value, dict):
        raise _refused(tr("JSON that is no object"))
    return value


def _check(value: Value, depth: int) -> None:
    """Raise DamagedError unless value keeps the rules, with at most ``depth`` more levels."""
    if isinstance(value, str):
        if len(value) > _SHORT and len(value.encode()) > STRING:
            raise _refused(tr("a text that is too long"))
    elif isinstance(value, (dict, list, tuple)):
        if not depth:
            raise _refused(tr("JSON that is nested too deeply"))
        _check_all(value, depth - 1)
    elif not (value is None or (isinstance(value, int) and 0 <= value <= LARGEST)):
        raise _refused(tr("a number out of range"))


def _check_all(values: Sequence[Value] | Mapping[str, Value], depth: int) -> None:
    if isinstance(values, dict):
        for key in values:
            if not isinstance(key, str):
                raise _refused(tr("a key that is no text"))
            if len(key) > _SHORT:
                _check(key, depth)
        values = [*values.values()]
    for value in values:
        if type(value) is not str or len(value) > _SHORT:  # nearly all are short: a call for each would cost a third
            _check(value, depth)


def _refused(what: str) -> DamagedError:
    return DamagedError(
        tr("A signed text is damaged: it holds {what}.", what=what),
        tr("Fetch it again from another device or a backup."),
    )
