"""The command reference is what the program says of itself."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import typer

import cli
from archive.commands.options import shared_options

ROOT = Path(__file__).parent.parent


def test_the_command_reference_is_in_step(generate: ModuleType) -> None:
    """Whoever changes a command runs ``make docs``."""
    written = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert generate.command_reference(cli.app, shared_options()) == written, "run: make docs"


def test_every_command_and_option_is_told(generate: ModuleType) -> None:
    """Nested groups are walked into, hidden commands left out, bars escaped, shared options told once."""
    app, case = typer.Typer(rich_markup_mode=None), typer.Typer()
    app.add_typer(case, name="case")

    @case.command("new")
    def new(title: str = typer.Argument("", help="either | or"), place: str = typer.Option("", help="Where.")) -> None:
        """Begin a case."""

    @app.command(hidden=True)
    def secret() -> None:
        """Not for people."""

    text = generate.command_reference(app, shared_options())
    assert "    archive case new [OPTIONS] [title]" in text
    assert "- [`archive case new`](#archive-case-new): Begin a case." in text
    assert "either \\| or" in text and "--place" in text
    assert "secret" not in text
    assert text.count("--passphrase-file") == 1
