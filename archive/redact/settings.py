"""Files by which people say what is hidden and what is in: TOML, refused with the line or field that does not fit."""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec
from msgspec import Struct

from archive.errors import UsageError
from archive.speech import tr

LIMIT = 65_536
"""Octets such a file may have; ours have a few hundred."""

_Kind = TypeVar("_Kind", bound=Struct)
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
            tr("This {what} does not fit: {told}.", what=tr(what), told=_told(str(error), text)), hint
        ) from None
    except (msgspec.DecodeError, RecursionError) as error:
        raise UsageError(tr("This {what} cannot be read: {error}.", what=tr(what), error=error), hint) from None


def unfit(what: str, field: str, why: str, example: str) -> UsageError:
    """That a field of a well-formed file may not say what it says."""
    return UsageError(
        tr("This {what} does not fit: field {field}: {why}.", what=tr(what), field=field, why=why),
        tr("Compare it with: {example}", example=example),
    )


def _told(message: str, text: str) -> str:
    """What the decoder says, as a person would, with the line where the field stands."""
    found = _AT.search(message)
    bare, path = message[: found.start()] if found else message, found["path"] if found else ""
    named = _KNOWN[0][0].search(bare)
    for pattern, words in _KNOWN:
        bare = pattern.sub(words, bare)
    field = re.split(r"[.\[]", path)[-1 if "[" not in path else 0] if path else (named[1] if named else "")
    line = _line(text, field)
    shown = re.sub(r"\[(\d+)\]", lambda at: tr(", entry {number}", number=int(at[1]) + 1), path)
    where = (tr("line {number}", number=line) if line else "", tr("field {name}", name=shown) if shown else "")
    place = ", ".join(filter(None, where))
    return f"{place}: {bare}" if place else bare


def _line(text: str, field: str) -> int | None:
    """The first line on which ``field`` is set."""
    opens = re.compile(rf"\s*\"?{re.escape(field)}\"?\s*=") if field else None
    lines = text.splitlines()
    return next((number for number, line in enumerate(lines, 1) if opens and opens.match(line)), None)
