"""Find what the program says, and keep the catalogs of its languages.

Run as ``make messages``: every catalog gets what is new (empty, to be translated) and loses what is gone. What is said
is found by where it stands: the first words of ``tr``, ``trn`` and ``mark``, each ``help=`` of a command's options,
the docstring of each command, and the questions of the interview. ``tests/test_messages.py`` holds catalogs and source
in step.
"""

from __future__ import annotations

import ast
import inspect
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCES = tuple(sorted([*(ROOT / "archive").rglob("*.py"), ROOT / "cli.py"]))
QUESTIONS = ROOT / "archive" / "guided" / "questions.toml"  # what the volunteer sees; what is read out is data
LANGUAGES = ("uk", "ru", "cs")
_HELPED = ("Option", "Argument", "Typer", "add_typer")
Said = str | tuple[str, str]


def place(language: str) -> Path:
    """Where the catalog of a language lies."""
    return ROOT / "archive" / "locale" / language / "LC_MESSAGES" / "archive.po"


@cache
def tree(path: Path) -> ast.Module:
    """A file as its syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def everything(sources: tuple[Path, ...] = SOURCES) -> dict[str, Said]:
    """Every text that these files say, by its English; one that counts with both its forms."""
    found: dict[str, Said] = {}
    for path in sources:
        for said in said_in(tree(path)):
            key = said if isinstance(said, str) else said[0]
            if not isinstance(found.get(key), tuple):
                found[key] = said
    asks = []
    if QUESTIONS.parent in {path.parent for path in sources}:
        asks = tomllib.loads(QUESTIONS.read_text(encoding="utf-8"))["question"]
    for question in asks:
        found |= {question["ask"]: question["ask"], question["why"]: question["why"]}
    return found


def said_in(tree: ast.AST) -> Iterator[Said]:
    """What one file says, in the order of its syntax tree."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _of_call(node)
        elif isinstance(node, ast.FunctionDef) and is_command(node):
            yield inspect.cleandoc(ast.get_docstring(node) or "")


def is_command(node: ast.FunctionDef) -> bool:
    """Whether a function's docstring is the help of a command, or of a group of them."""
    called = (one.func for one in node.decorator_list if isinstance(one, ast.Call))
    shown = any(isinstance(one, ast.Attribute) and one.attr in ("command", "callback") for one in called)
    return shown and node.name != "_group"


def name_of(function: ast.expr) -> str:
    """The last part of what is called: ``Option`` for ``typer.Option``."""
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def _of_call(node: ast.Call) -> Iterator[Said]:
    name = name_of(node.func)
    texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    if name in ("tr", "mark"):
        yield from texts[:1]
    elif name == "trn" and len(texts) == 2:
        yield texts[0], texts[1]
    elif name in _HELPED:
        helps = (key.value for key in node.keywords if key.arg == "help")
        yield from (one.value for one in helps if isinstance(one, ast.Constant) and isinstance(one.value, str))


def updated(language: str) -> Catalog:
    """The catalog of a language with exactly what is said today; what was not there is empty."""
    old = read(language)
    new = Catalog(locale=language, header_comment="")
    for text in everything().values():
        entry = old.get(text if isinstance(text, str) else text[0])
        fits = entry is not None and isinstance(entry.string, str) == isinstance(text, str)
        new.add(text, entry.string if entry and fits else None)
    return new


def read(language: str) -> Catalog:
    """The catalog of a language as it lies there; an empty one where there is none."""
    if not place(language).exists():
        return Catalog(locale=language)
    with place(language).open("rb") as file:
        return read_po(file, locale=language)


def write(catalog: Catalog) -> None:
    """Write a catalog, sorted and without places or dates, so that two changes rarely meet."""
    path = place(str(catalog.locale))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=0, no_location=True, sort_output=True, omit_header=True)
    rule = catalog.plural_forms
    head = (
        f"# What Case Archive says. Written by `make messages`; translate here.\n"
        f'msgid ""\nmsgstr ""\n"Language: {catalog.locale}\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        f'"Plural-Forms: {rule}\\n"\n\n'
    )
    path.write_text(head + path.read_text(encoding="utf-8").strip() + "\n", encoding="utf-8")


def main() -> None:
    """Bring every catalog up to what is said today, and tell how much each lacks."""
    for language in LANGUAGES:
        catalog = updated(language)
        write(catalog)
        lacking = sum(
            not (all(one.string) if isinstance(one.string, tuple) else one.string) for one in catalog if one.id
        )
        print(f"{language}: {len(catalog)} texts, {lacking} not translated")


if __name__ == "__main__":
    main()
