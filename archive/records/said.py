"""What fields, the values they may have and events of the log are called, in the language of whoever runs the command.

In English a field is called by its own name and a code is shown as it is stored, so that what is read can be typed. In
the other languages ``said.toml`` and the vocabularies tell the words; ``field_named`` finds a field by such a word.
"""

from __future__ import annotations

import re
import tomllib
import types
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from msgspec import Meta, Struct

from archive import speech
from archive.records import fields, vocabulary
from archive.records.entities import Grade

LANGUAGES = ("uk", "ru", "cs")
_JUDGED = {"reliability": "F", "credibility": "6"}


@cache
def table() -> Mapping[str, Mapping[str, tuple[str, str, str]]]:
    """Fields, values, events, notes and kinds, each with its word in every language."""
    return tomllib.loads((files("archive.records") / "said.toml").read_text(encoding="utf-8"))


def field(name: str) -> str:
    """A field as people read it."""
    return _word("fields", name) or _word("notes", name) or name.replace("_", " ")


def field_named(called: str, known: Collection[str]) -> str:
    """The one of the ``known`` fields that is called so in any language, with spaces or ``_``; else what was given."""
    wanted = called.strip().lower().replace("_", " ")
    words = {name: (name.replace("_", " "), *table()["fields"].get(name, ())) for name in known}
    return next((name for name in known if wanted in map(str.lower, words[name])), called)


def kind(name: str) -> str:
    """A kind of record."""
    return _word("kinds", name) or name


def event(name: str) -> str:
    """An event of the log."""
    return _word("events", name) or name


def note(text: str) -> str:
    """What came of an event, as the program noted it; words of people stay as they are."""
    head, colon, tail = text.partition(": ")
    if colon and head in ("cleaned", "removed"):
        return f"{_word('fields', 'scrub' if head == 'cleaned' else head) or head}: {note(tail)}"
    return _word("notes", text) or _word("kinds", text) or text


def proof(text: str) -> str:
    """What came of hash and signatures of an export, each in words; a key's fingerprint stays."""
    return ", ".join(
        f"{note('key')} {part.removeprefix('key ')}" if part.startswith("key ") else note(part)
        for part in text.split(", ")
    )


def record(kind: type[Struct], given: Mapping[str, object]) -> dict[str, object]:
    """A record as plain data, its fields and the codes in them in words; what is no code stays."""
    known = fields.hints(kind)
    if kind is Grade:
        given = {**{name: value for name, value in given.items() if name not in _JUDGED}, "grade": _grade(given)}
    return {field(name): _value(value, known.get(name)) for name, value in given.items()}


def _grade(given: Mapping[str, object]) -> str:
    """A judgement as the Admiralty code writes it; what stands for nothing yet says so."""
    code = "".join(str(given.get(name, nothing)) for name, nothing in _JUDGED.items())
    return code if code != "F6" else f"F6, {note('not yet judged')}"


def _value(value: object, hint: Any) -> object:
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        named = [rule.extra["vocabulary"] for rule in hint.__metadata__ if isinstance(rule, Meta) and rule.extra]
        return _term(named[0], value) if named else _value(value, parts[0])
    if origin in (Union, types.UnionType):
        return _value(value, next(part for part in parts if part is not types.NoneType))
    if origin is Literal and isinstance(value, str):
        return _term("purposes", _word("values", value) or value)
    if origin is tuple and isinstance(value, list | tuple):
        return [_value(one, parts[0]) for one in value]
    if isinstance(hint, type) and issubclass(hint, Struct) and isinstance(value, dict):
        return record(hint, value)
    return value


def _term(name: str, value: object) -> object:
    """A code of a vocabulary as people read it."""
    plain = speech.language() == "en" or not isinstance(value, str) or not re.fullmatch("[a-z0-9-]+", value)
    return value if plain else vocabulary.label(name, str(value))


def _word(part: str, name: str) -> str | None:
    """The word in the language that is spoken; None in English, and for what there is no word."""
    words = table()[part].get(name)
    return words[LANGUAGES.index(speech.language())] if words and speech.language() in LANGUAGES else None
