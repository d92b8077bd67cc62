"""The documents lead somewhere, and say only what the command line takes."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import cli
from archive.commands.options import shared_options

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
BY_HAND = [path for path in DOCUMENTS if path.name not in {"commands.md", "CONTRIBUTING.md", "SECURITY.md"}]

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_BLOCK = re.compile(r"^```[a-z]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
_COMMAND = re.compile(r"(?:^|[|;&(] ?)(?:\$ )?(archive(?= |$).*)")
_MACHINE = re.compile(r"/(?:work|tmp|root|home|Users|mnt|var)/")


def _named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=_named)


def anchors(text: str) -> set[str]:
    """The anchors of a document's headings, as forges make them."""
    headings = re.findall(r"^#+ (.+)$", _BLOCK.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@each_document
def test_every_link_leads_somewhere(path: Path) -> None:
    """Relative links name a file that is there, and a heading in it."""
    for link in _LINK.findall(_BLOCK.sub("", path.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), link


@each_document
def test_no_document_names_a_place_on_one_machine(path: Path) -> None:
    """Home is ``~``; whoever wrote the document has folders that nobody else has."""
    assert not _MACHINE.search(path.read_text(encoding="utf-8"))


def command_lines() -> list[tuple[str, str]]:
    """Each ``archive …`` in a code block (typed after ``$``, or alone in a block of commands), with its document."""
    found = []
    for path in BY_HAND:
        for block in _BLOCK.findall(path.read_text(encoding="utf-8")):
            typed = [line[2:] for line in _joined(block) if line.startswith("$ ")]
            lines = typed or [line for line in _joined(block) if line.startswith("archive ")]
            found += [(_named(path), match[1]) for line in lines for match in _COMMAND.finditer(line)]
    return found


def _joined(block: str) -> list[str]:
    """The lines of a block, those that end in a backslash made one with the next."""
    return re.sub(r" *\\\n *", " ", block).splitlines()


def parse(line: str) -> None:
    """Let the real command line parse ``line`` without running it; raises what it would say to a person."""
    words = re.split(r" (?:\||>|>>|<|&&|\d>)[ &]|;|\)$", line)[0]
    root: Any = typer.main.get_command(cli.app)
    root.params.extend(shared_options())
    context = root.make_context("archive", shlex.split(words, comments=True)[1:])
    command, arguments = root, [*context._protected_args, *context.args]
    while hasattr(command, "list_commands"):
        _, command, arguments = command.resolve_command(context, arguments)
        context = command.make_context(command.name, arguments, parent=context)
        arguments = [*context._protected_args, *context.args]


def test_commands_stand_in_the_documents() -> None:
    """The lines below are looked at at all."""
    documents = {name for name, _ in command_lines()}
    assert {"README.md", "docs/tutorial.md", "docs/json.md"} <= documents
    assert len(command_lines()) > 40


@pytest.mark.parametrize(("document", "line"), command_lines())
def test_every_command_is_taken(document: str, line: str) -> None:
    """The command, its options and the number of its arguments exist."""
    parse(line)


@pytest.mark.parametrize(
    "line", ["archive frobnicate", "archive add --filthy x.txt", "archive show", "archive verify a b"]
)
def test_a_command_that_does_not_exist_would_be_found(line: str) -> None:
    """So that the test above can fail."""
    with pytest.raises(typer.TyperException):
        parse(line)


# --- what is shown is what is said ---


SHOWN_WORDS = re.compile(r"(?:\b[a-z']{2,}\b[ ,;:]+){3,}[a-z']{2,}")  # four small words: a piece of a sentence
NO_SENTENCE = re.compile(  # stories, recovery words, columns of a manifest, fields of a record
    r"[Ѐ-ӿáéíýčěřšžů]|^(?: {4}|Share \d, word \d: )(?:[a-z]+ )+[a-z]+$|file;title"
    r"|^ +(?:scrub|known|detention|risk|consent): |^ {6}\S|^ +\w+  |…"
)
NO_REFERENCE = {"commands.md", "json.md"}  # JSON is held by test_json_examples


def said_by_the_program(messages: Any) -> list[re.Pattern[str]]:
    """Every sentence that the program has, as a pattern in which its fields are anything; the longest first."""
    texts = {text for said in messages.everything().values() for text in ([said] if isinstance(said, str) else said)}
    for path in (ROOT / "archive").rglob("*.toml"):
        texts |= set(_strings(tomllib.loads(path.read_text(encoding="utf-8"))))
    told = [text for text in texts if len(re.findall("[a-z]{2,}", re.sub(r"\{[^}]*\}", " ", text))) > 2]
    return [_pattern(text) for text in sorted(told, key=len, reverse=True)]


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _strings(one)


def _pattern(text: str) -> re.Pattern[str]:
    parts = re.split(r"\{[^}]*\}", " ".join(text.split()))
    return re.compile(".{1,80}?".join(r"\s+".join(map(re.escape, part.split(" "))) for part in parts), re.DOTALL)


def _unsaid(text: str, patterns: list[re.Pattern[str]]) -> Iterator[str]:
    """Pieces of sentences in a text that no pattern covers."""
    covered = list(text)
    for pattern in patterns:
        for found in pattern.finditer(text):
            covered[found.start() : found.end()] = re.sub("[^\n]", "\0", found[0])
    for line in "".join(covered).splitlines():
        yield from (one for one in line.split("\0") if SHOWN_WORDS.search(one) and not NO_SENTENCE.search(one))


def test_what_documents_show_is_what_the_program_says(messages: Any) -> None:
    """Each sentence below a command in a code block is one of the program's, word for word, however it was broken."""
    patterns, strange = said_by_the_program(messages), []
    for path in BY_HAND:
        shown = [block for block in _BLOCK.findall(path.read_text(encoding="utf-8")) if "$ archive" in block]
        for block in shown if path.name not in NO_REFERENCE and "decisions" not in path.parts else []:
            text = "\n".join(line for line in _joined(block) if not line.startswith("$"))
            strange += [f"{_named(path)}: {one}" for one in _unsaid(text, patterns)]
    assert not strange, "\n".join(["no sentence of the program reads like this any more:", *strange])


def test_every_command_that_a_message_names_is_there(messages: Any) -> None:
    """What to do next can be done: ``hint: …: archive recovery split``."""
    root: Any = typer.main.get_command(cli.app)
    said = "\n".join(one if isinstance(one, str) else one[0] for one in messages.everything().values())
    named = set(re.findall(r"[:;] archive ([a-z]+(?: [a-z]+)?)(?![\w-])", said))
    assert len(named) > 40
    for words in named:
        first, *more = words.split()
        command = root.get_command(None, first)
        assert command is not None, words
        if more and hasattr(command, "commands"):
            assert more[0] in command.commands, words
