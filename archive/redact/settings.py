"""Files by which people say what is hidden and what is in: TOML, refused with the line or field that does not fit."""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec
from msgspec import Struct, inspect

from archive.errors import UsageError
from archive.speech import tr

LIMIT = 65_536
"""Octets such a file may have; ours have a few hundred."""

_Kind = TypeVar("_Kind", bound=Struct)
_ENTRY = re.compile(r"\[(\d+)\]")
_TABLE, _KEY = re.compile(r"\s*\[\s*([\w.\"-]+)\s*\]"), re.compile(r"\s*([\w.\"-]+)\s*=")
_AT = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_KNOWN = (
    (re.compile(r"Object contains unknown field `(.+)`"), tr(r"there is no field \1 here")),
    (re.compile(r"Object missing required field `(.+)`"), tr(r"the field \1 is missing")),
    (re.compile(r"Invalid enum value '(.+)'"), tr(r"\1 is none of its words")),
    (re.compile(r"Expected `(.+)`, got `(.+)`"), tr(r"it takes \1, and this is \2")),
    (re.compile(r"Expected `str` matching regex .+"), tr("small letters and hyphens, please, 31 at most")),
)


def read(toml: bytes, kind: type[_Kind], what: str, example: str) -> _Kind:
    """The settings in ``toml``; UsageError names line and field, and says with ``example`` what to compare with."""
    hint = tr("Compare it with: {example}", example=example)
    try:
        text = toml.decode()
        return msgspec.toml.decode(text, type=kind)
    except UnicodeDecodeError:
        raise UsageError(tr("This {what} is not UTF-8 text.", what=tr(what)), tr("Save it as UTF-8.")) from None
    except msgspec.ValidationError as error:
        raise UsageError(
            tr("This {what} does not fit: {told}.", what=tr(what), told=_told(str(error), text, kind)), hint
        ) from None
    except (msgspec.DecodeError, RecursionError) as error:
        raise UsageError(tr("This {what} cannot be read: {error}.", what=tr(what), error=error), hint) from None


def unfit(what: str, field: str, why: str, example: str) -> UsageError:
    """That a field of a well-formed file may not say what it says."""
    return UsageError(
        tr("This {what} does not fit: field {field}: {why}.", what=tr(what), field=field, why=why),
        tr("Compare it with: {example}", example=example),
    )


def _told(message: str, text: str, kind: type[Struct]) -> str:
    """What the decoder says, as a person would, with the line where it stands and the words there are."""
    found = _AT.search(message)
    bare, path = message[: found.start()] if found else message, found["path"] if found else ""
    named = _KNOWN[0][0].search(bare)
    for pattern, words in _KNOWN:
        bare = pattern.sub(words, bare)
    if known := _words(kind, path):
        bare = tr("{told}; there is: {known}", told=bare, known=", ".join(known))
    line = _line(text, ".".join(filter(None, (_ENTRY.sub("", path), named[1] if named else ""))))
    shown = _ENTRY.sub(lambda at: tr(", entry {number}", number=int(at[1]) + 1), path)
    where = (tr("line {number}", number=line) if line else "", tr("field {name}", name=shown) if shown else "")
    place = ", ".join(filter(None, where))
    return f"{place}: {bare}" if place else bare


def _line(text: str, path: str) -> int | None:
    """The line on which what ``path`` names is set, or its table begins."""
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if opened := _TABLE.match(line):
            table = opened[1].replace('"', "")
        key = _KEY.match(line)
        here = table if opened else ".".join(filter(None, (table, key[1].replace('"', "")))) if key else ""
        if path and here == path:
            return number
    return None


def _words(kind: type[Struct], path: str) -> tuple[str, ...]:
    """The words that may stand at a path, where there are only some."""
    now = _without_none(inspect.type_info(kind))
    for step in re.findall(r"[^.\[\]]+", path):
        if isinstance(now, inspect.StructType):
            now = next((field.type for field in now.fields if field.encode_name == step), now)
        elif isinstance(now, inspect.DictType):
            now = now.value_type
        elif isinstance(now, inspect.VarTupleType | inspect.FrozenSetType):
            now = now.item_type
        now = _without_none(now)
    return tuple(map(str, now.values)) if isinstance(now, inspect.LiteralType) else ()


def _without_none(given: inspect.Type) -> inspect.Type:
    """What a field takes where it is given at all."""
    types = given.types if isinstance(given, inspect.UnionType) else (given,)
    return next((one for one in types if not isinstance(one, inspect.NoneType)), given)
