"""What typer says by itself (help and wrong words), in the language of whoever runs it; loaded where that is not
English.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import typer

from archive.speech import mark, tr

_HEADINGS = (mark("Arguments"), mark("Options"), mark("Commands"))
_SHOW = mark("Show this message and exit.")
_EXTRAS = (mark("required"), mark("default: {value}"))
_REFUSALS = (
    mark("Missing argument {what}."),
    mark("Missing option {what}."),
    mark("Missing command."),
    mark("No such command {what}. Did you mean {others}?"),
    mark("No such command {what}."),
    mark("No such option: {what} (Possible options: {others})"),
    mark("No such option: {what}"),
    mark("Option {what} does not take a value."),
    mark("Option {what} requires an argument."),
    mark("Got unexpected extra argument(s) ({what})"),
    mark("Invalid value for {what}: {why}"),
    mark("{what} is not a valid integer."),
    mark("{what} is not a valid float."),
    mark("{what} is not in the range {range}."),
)


_HelpFormatter: Any = typer.Context.formatter_class


class _Formatter(_HelpFormatter):  # type: ignore[misc]
    """Help with its frame translated too."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, tr("Usage: ") if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        super().write_heading(tr(heading) if heading in _HEADINGS else heading)

    def write_dl(self, rows: Sequence[tuple[str, str]], *more: Any) -> None:
        super().write_dl([(first, _with_extras(second)) for first, second in rows], *more)


class _Context(typer.Context):
    formatter_class = _Formatter


def spoken(command: Any, *, deep: bool = True) -> Any:
    """``command`` with its help in the chosen language, and with ``deep`` those of its group."""
    command.context_class = _Context
    command.help = tr(command.help) if command.help else command.help
    for param in command.params:
        if getattr(param, "help", None):
            param.help = tr(param.help)
    for inner in getattr(command, "commands", {}).values() if deep else ():
        spoken(inner)
    return command


def retold(message: str, texts: Sequence[str] = _REFUSALS) -> str:
    """A sentence of typer's in the chosen language; as it is where it is none that we know."""
    for text in texts:
        form = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(text))
        if found := re.fullmatch(form, message, re.DOTALL):
            words = found.groupdict()
            return tr(text, **words | ({"why": retold(words["why"])} if "why" in words else {}))
    return message


def _with_extras(help_: str) -> str:
    """The end of an option's help, such as ``[default: 5; required]``, and the line about help itself."""
    head, bracket, extras = help_.rpartition("  [")
    if not bracket:
        return tr(help_) if help_ == _SHOW else help_
    told = "; ".join(retold(one, _EXTRAS) for one in extras.removesuffix("]").split("; "))
    return f"{head}  [{told}]"
