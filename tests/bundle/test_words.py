"""The words of dossiers that are ours: whole in four languages, each in its own letters, legible in light and dark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources

import msgspec
import pytest

from archive.bundle import html
from archive.bundle.facts import LANGUAGES

_FILES = ("archive.bundle/labels.toml", "archive.bundle/facts.toml", "archive.bundle/forms.toml")
_TERMS = tuple(f"archive.records/terms/{name}.toml" for name in ("acts", "fixed", "papers", "people"))
_LATIN = re.compile(r"[A-Za-z]+")
_KNOWN = {  # names of things that are written in Latin letters everywhere
    "P", "OK", "SHA", "BagIt", "RFC", "tagmanifest", "sha", "txt", "archive", "paper", "add", "exhibit", "REF", "day",
    "month", "year", "quarter", "name", "identities", "age", "date", "n", "first", "last",
}  # fmt: skip


def words(file: str) -> Iterator[tuple[str, str, str]]:
    """Where a text stands, its language, and the text."""
    package, _, path = file.partition("/")
    yield from _walked(msgspec.toml.decode((resources.files(package) / path).read_bytes()), "")


def _walked(held: object, where: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(held, list):
        for number, one in enumerate(held):
            yield from _walked(one, f"{where}.{number}")
    elif isinstance(held, dict):
        for key, one in held.items():
            yield from _walked(one, f"{where}.{key}")
    elif isinstance(held, str):
        languages = [part for part in where.split(".") if part in LANGUAGES]
        yield from ((where, one, held) for one in languages[:1])


@pytest.mark.parametrize("file", [*_FILES, *_TERMS])
def test_each_text_is_in_the_letters_of_its_language(file: str) -> None:
    """No English left over, no letter of the neighbour's alphabet, one kind of apostrophe."""
    foreign = {
        "uk": re.compile(r"[ыэъё']", re.I),
        "ru": re.compile(r"[іїєґ'’]", re.I),
        "cs": re.compile(r"[а-я'’]", re.I),
    }
    found = list(words(file))
    assert {language for _, language, _ in found} == set(LANGUAGES)
    for where, language, text in found:
        if language == "en":
            continue
        assert not foreign[language].search(text), (where, text)
        left = set(_LATIN.findall(text)) - _KNOWN
        assert language == "cs" or not left, (where, text)


@pytest.mark.parametrize("file", [*_FILES, *_TERMS])
def test_each_text_ends_as_the_english_one_does(file: str) -> None:
    """A sentence with its full stop, a heading without; an announcement with its colon."""
    found = {where: text for where, _, text in words(file)}
    for where, language, text in words(file):
        english = found.get(re.sub(rf"(^|\.){language}(\.|$)", r"\1en\2", where, count=1), "")  # some have more plurals
        ends = [one[-1:] if one[-1:] in ".:?)" else "" for one in (text, english)]
        assert ends[0] == ends[1] or ".day" in where, (where, text)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_stand_out_from_what_is_behind_them(theme: str) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1 for every colour of words on every ground."""
    rules = re.findall(r":root \{(.*?)\}", html.STYLE, re.DOTALL)
    colours = dict(re.findall(r"--(\w+): (#\w+)", rules[("light", "dark").index(theme)]))
    for ink in ("ink", "quiet", "accent"):
        for ground in ("paper", "sheet", "wash"):
            light, dark = sorted((_light(colours[ink]), _light(colours[ground])), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, ground)


def _light(colour: str) -> float:
    """The relative luminance of ``#rrggbb``."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
