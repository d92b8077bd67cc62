"""What to do in the first hour after an incident, in the language of whoever runs the command."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from archive.speech import readers_language


def said() -> str:
    """The sentence about re-encrypting, word for word."""
    return _spoken(_texts()["said"])


def checklist(what: str, facts: Collection[str], words: Mapping[str, str]) -> tuple[str, ...]:
    """The steps after ``what``: those that always hold, and those for which one of ``facts`` is given."""
    return tuple(_spoken(item).format(**words) for item in _items(what, facts))


def _items(what: str, facts: Collection[str]) -> Iterator[Mapping[str, str]]:
    for item in _texts()["item"]:
        if what in item["for"] and ("only" not in item or item["only"] in facts):
            yield item


def _spoken(texts: Mapping[str, str]) -> str:
    return texts[readers_language()]


@cache
def _texts() -> Mapping[str, Any]:
    text = files("archive.commands").joinpath("incident.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
