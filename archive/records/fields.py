"""What a field holds, read from its type: a reference, a date, a code of a vocabulary. Forms and edits follow it. Pure.

A form for a new record has the fields of its kind without those the program fills in, and takes references as people
type them. ``settle`` turns what was given into what the record keeps, leaf by leaf, so that a new field of a struct
needs no second list anywhere.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct

from archive.errors import UsageError
from archive.records.common import Day, Edtf, Id, Line, MemberId, Record
from archive.speech import tr

BY_PROGRAM = frozenset({"id", "created", "entered_by", "modified", "kind"})
"""Fields that nobody gives."""

_ID: Meta = get_args(Id)[1]
_EDTF: Meta = get_args(Edtf)[1]
_DAY: Meta = get_args(Day)[1]
_MEMBER: Meta = get_args(MemberId)[1]


class Leaf(Struct, frozen=True):
    """One value that means more than its letters: ``reference``, ``member``, ``date``, ``day``, or a ``term``."""

    what: str
    vocabulary: str = ""


Visit = Callable[[Leaf, str, str], object]
"""Takes a leaf, its value as given and the name of its field; returns the value that is kept."""


@cache
def hints(struct: type[Struct]) -> Mapping[str, Any]:
    """The fields of a struct with their types, rules included."""
    found = get_type_hints(struct, include_extras=True)
    return {name: found[name] for name in struct.__struct_fields__}


@cache
def form_of(struct: type[Struct]) -> type[Struct]:
    """The form for a new record of a kind (or a part of one): references as typed, unknown fields refused."""
    fields: list[tuple[str, Any] | tuple[str, Any, Any]] = []
    for field in msgspec.structs.fields(struct):
        if issubclass(struct, Record) and field.name in BY_PROGRAM:
            continue
        hint = _as_typed(hints(struct)[field.name])
        if field.required:
            fields.append((field.name, hint))
        elif field.default_factory is not msgspec.NODEFAULT:
            fields.append((field.name, hint, msgspec.field(default_factory=field.default_factory)))
        else:
            fields.append((field.name, hint, field.default))
    return msgspec.defstruct(
        f"{struct.__name__}Form",
        fields,
        namespace={"__doc__": struct.__doc__},
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
        omit_defaults=True,
    )


def settle(struct: type[Struct], given: Mapping[str, object], visit: Visit, where: str = "") -> dict[str, object]:
    """What was given for the fields of a struct (as plain data), each leaf as ``visit`` says."""
    known = hints(struct)
    return {
        name: _settled(value, known[name], visit, f"{where}{name}") if name in known else value
        for name, value in given.items()
    }


def typed(hint: Any, text: str) -> object:
    """What somebody typed for one field, as plain data: a list at commas, yes and no, a number, JSON for parts."""
    if text[:1] in "[{":
        try:
            return msgspec.json.decode(text)
        except msgspec.DecodeError:
            return text
    inner = _bare(hint)
    if get_origin(inner) is tuple:
        return [part.strip() for part in text.split(",") if part.strip()]
    if inner is bool:
        return text.lower() in ("yes", "true", "1")
    if inner is int and text.isdecimal():
        return int(text)
    return text


def _as_typed(hint: Any) -> Any:
    """The type with every reference as people type it, and every part of a record as its form."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        inner, *rules = parts
        if any(rule in (_ID, _EDTF, _DAY) for rule in rules):  # dates too: people write them as they speak
            return _annotated(Line, [rule for rule in rules if rule not in (_ID, _EDTF, _DAY)])
        return _annotated(_as_typed(inner), rules)
    if origin in (Union, types.UnionType):
        return Union[tuple(_as_typed(part) for part in parts)]  # noqa: UP007 - of a number known at run time only
    if origin is tuple:
        return tuple[_as_typed(parts[0]), ...]  # type: ignore[misc]  # as above
    if origin is dict:
        return dict[parts[0], _as_typed(parts[1])]  # type: ignore[misc,valid-type]  # as above
    return form_of(hint) if isinstance(hint, type) and issubclass(hint, Struct) else hint


def _annotated(inner: Any, rules: list[Any]) -> Any:
    for rule in rules:
        inner = Annotated[inner, rule]
    return inner


def _settled(value: object, hint: Any, visit: Visit, where: str) -> object:
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        leaf = _leaf(hint.__metadata__)
        if leaf is not None and isinstance(value, str):
            return visit(leaf, value, where)
        return _settled(value, parts[0], visit, where)
    if origin in (Union, types.UnionType):
        return value if value is None else _settled(value, _bare(hint, keep_rules=True), visit, where)
    if origin is tuple and isinstance(value, list | tuple):
        return [_settled(one, parts[0], visit, where) for one in value]
    if origin is dict and isinstance(value, dict):
        return {key: _settled(one, parts[1], visit, f"{where}.{key}") for key, one in value.items()}
    if isinstance(hint, type) and issubclass(hint, Struct) and isinstance(value, dict):
        return settle(hint, value, visit, f"{where}.")
    return value


def _leaf(rules: tuple[Any, ...]) -> Leaf | None:
    if _ID in rules:
        return Leaf("reference")
    if _EDTF in rules:
        return Leaf("date")
    if _DAY in rules:
        return Leaf("day")
    if _MEMBER in rules:
        return Leaf("member")
    named = [rule.extra["vocabulary"] for rule in rules if isinstance(rule, Meta) and rule.extra]
    return Leaf("term", named[0]) if named else None


def is_date(hint: Any) -> bool:
    """Whether a field holds a date in EDTF."""
    if get_origin(hint) is Annotated:
        return _EDTF in hint.__metadata__ or is_date(get_args(hint)[0])
    return get_origin(hint) in (Union, types.UnionType) and any(map(is_date, get_args(hint)))


def _bare(hint: Any, *, keep_rules: bool = False) -> Any:
    """The type without None; without its rules too, unless they are to be kept."""
    while True:
        origin, parts = get_origin(hint), get_args(hint)
        if origin in (Union, types.UnionType):
            hint = next(part for part in parts if part is not types.NoneType)
        elif origin is Annotated and not keep_rules:
            hint = parts[0]
        else:
            return hint


def hint_of(struct: type[Struct], name: str) -> Any:
    """The type of a field that somebody may set; UsageError that names those there are."""
    known = hints(struct)
    if name not in known or name in BY_PROGRAM:
        free = sorted(set(known) - BY_PROGRAM)
        raise UsageError(
            tr("This record has no field of this name to set."), tr("There is: {known}.", known=", ".join(free))
        )
    return known[name]
