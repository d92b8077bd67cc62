"""What is said word for word, in the language of whoever runs the command."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from archive.speech import readers_language, tr


def say(name: str, **words: str) -> str:
    """The sentence called ``name``, with its words filled in."""
    spoken = tomllib.loads(files("archive.commands").joinpath("sentences.toml").read_text(encoding="utf-8"))[name]
    sentence: str = spoken[readers_language()]
    return sentence.format(**words)


def size(count: int) -> str:
    """A number of bytes as people read it, in decimal units."""
    for unit, bytes_ in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= bytes_:
            return f"{count / bytes_:.1f} {unit}"
    return tr("{count} bytes", count=count)
