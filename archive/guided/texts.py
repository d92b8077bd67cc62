"""The texts that are read aloud: before, after, and for each purpose, in four languages; a collective may have its own.

What was read is kept word for word with the consent, so a later text changes nothing that was agreed to before.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import get_args

import msgspec
from msgspec import Struct

from archive.errors import UsageError
from archive.guided.dialog import Question
from archive.records.kinds import Purpose
from archive.speech import tr

LANGUAGES = ("en", "uk", "ru", "cs")
USES: tuple[str, ...] = tuple(one for one in get_args(Purpose) if one != "keep")
_PARTS = ("before", "keep", *USES, "after")
_BLANKS = {"before": {"collective": ""}, "after": {"yes": "", "until": ""}}


class Texts(Struct, frozen=True):
    """The texts by part and language, and their version."""

    version: str
    parts: Mapping[str, Mapping[str, str]]

    def say(self, part: str, language: str, **words: str) -> str:
        """One text in the language they speak, else in English; its blanks filled in."""
        told = self.parts[part].get(language) or self.parts[part]["en"]
        return told.format(**words) if words else told

    def wording(self, parts: Iterable[str], language: str) -> str:
        """What was read out of some parts, one under the other."""
        return "\n".join(self.say(part, language) for part in parts)

    def read_out(self, parts: Iterable[str], language: str) -> dict[str, str]:
        """The fields of a consent that keep what was read out."""
        wording = self.wording(parts, language)
        digest = hashlib.sha256(wording.encode()).hexdigest()
        return {"wording": wording, "text_sha256": digest, "text_version": self.version}


def built_in() -> Texts:
    """The texts that come with the program."""
    return read((files("archive.guided") / "consent.toml").read_bytes())


def read(data: bytes) -> Texts:
    """The texts of a file; UsageError names the part that is missing or does not fit."""
    try:
        told = tomllib.loads(data.decode())
        version = msgspec.convert(told.pop("version", None), str)
        parts = msgspec.convert(told, dict[str, dict[str, str]])
        for part in _PARTS:
            for text in (parts[part]["en"], *parts[part].values()):
                text.format(**_BLANKS.get(part, {}))
    except KeyError as error:
        raise UsageError(
            tr("The consent texts lack {args}, or it has a blank too many.", args=error.args[0]), _HOW
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError, ValueError, IndexError):
        raise UsageError(tr("The consent texts cannot be read."), _HOW) from None
    return Texts(version, parts)


_HOW = tr("Begin with a copy of archive/guided/consent.toml: a table for each part, with at least en.")


def questions() -> tuple[Question, ...]:
    """The questions of the interview, in order, in the language of whoever asks."""
    told = tomllib.loads((files("archive.guided") / "questions.toml").read_text(encoding="utf-8"))
    asked = [{**one, "ask": tr(one["ask"]), "why": tr(one["why"])} for one in told["question"]]
    return msgspec.convert(asked, tuple[Question, ...])
