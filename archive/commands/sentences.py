"""What is said word for word, in the language of whoever runs the command."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set decides, as in every POSIX program


def say(environment: Mapping[str, str], name: str, **words: str) -> str:
    """The sentence called ``name``, with its words filled in; English where the locale's language is not there."""
    spoken = tomllib.loads(files("archive.commands").joinpath("sentences.toml").read_text(encoding="utf-8"))[name]
    sentence: str = spoken.get(language(environment), spoken["en"])
    return sentence.format(**words)


def language(environment: Mapping[str, str]) -> str:
    """The language of the messages: ``uk`` for ``uk_UA.UTF-8``."""
    locale = next(filter(None, map(environment.get, _VARIABLES)), "")
    return locale.partition(".")[0].partition("_")[0].lower()


def size(count: int) -> str:
    """A number of bytes as people read it, in decimal units."""
    for unit, bytes_ in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= bytes_:
            return f"{count / bytes_:.1f} {unit}"
    return f"{count} bytes"
