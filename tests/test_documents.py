"""The documents lead somewhere, and say only what the command line takes."""

from __future__ import annotations

import re
import shlex
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
