"""Write what is generated and checked in: the command reference from the command line, the schemas from the structs.

Run as ``make docs``; ``tests/test_docs.py`` and ``tests/test_schemas.py`` hold both in step.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec
import typer
from msgspec import Struct

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run from any folder, installed or not

from archive.bundle.content import Dossier  # noqa: E402 - after the path is known
from archive.bundle.template import Template  # noqa: E402
from archive.records import answers_guided, fields, forms, intake, kinds  # noqa: E402
from archive.redact.profile import Profile  # noqa: E402

FORMS = {
    "case": forms.CaseForm,
    "person": forms.PersonForm,
    "identity": forms.IdentityForm,
    "consent": forms.ConsentForm,
    "add": forms.AddForm,
    "intake": intake.IntakeForm,
    "review": answers_guided.ReviewForm,
    "triage": answers_guided.TriageForm,
    **{
        str(kind.__struct_config__.tag): fields.form_of(kind)
        for kind in (
            kinds.Act,
            kinds.Role,
            kinds.Proceeding,
            kinds.Paper,
            kinds.Step,
            kinds.Source,
            kinds.Recipient,
            kinds.Term,
            kinds.Capture,
        )
    },
}
SETTINGS: dict[str, type[Struct]] = {"profile": Profile, "template": Template}


# --- schemas ---


def schema_files() -> dict[str, str]:
    """File name -> JSON Schema 2020-12 of each record kind (``case.json``), each form (``case.form.json``)
    each file of settings (``template.settings.json``) and the ``dossier.json`` of bundles (``bundle.json``)."""
    structs = {f"{record.__struct_config__.tag}.json": record for record in get_args(kinds.AnyRecord)}
    structs |= {f"{name}.form.json": form for name, form in FORMS.items()}
    structs["bundle.json"] = Dossier
    structs |= {f"{name}.settings.json": settings for name, settings in SETTINGS.items()}
    return {name: _schema(name, struct) for name, struct in structs.items()}


def _schema(name: str, struct: type[Struct]) -> str:
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:case-archive:schema:1:{name.removesuffix('.json')}",
    }
    return json.dumps(head | msgspec.json.schema(struct), indent=2, ensure_ascii=False) + "\n"


# --- the command reference ---


def command_reference(app: typer.Typer, shared: list[Any]) -> str:
    """Markdown for every command of ``app``; the ``shared`` options, which each command takes, are told once."""
    root = typer.main.get_command(app)
    context = _context(root, "archive", None)
    known = frozenset(option.name for option in shared)
    commands = list(_commands(root, context))
    lines = ["# Commands", "", "Written by `make docs` from the program's own help.", "", *_paragraphs(root), ""]
    lines += [f"- [`{where.command_path}`](#{_anchor(where)}): {_first_line(command)}" for command, where in commands]
    lines += ["", "## Options of every command", "", "Before the command or after it.", ""]
    lines += _table([*root.get_params(context), *shared], context, frozenset())
    for command, where in commands:
        usage = " ".join([where.command_path, *command.collect_usage_pieces(where)])
        lines += ["", f"## {where.command_path}", "", f"    {usage}", "", *_paragraphs(command)]
        lines += ["", *table] if (table := _table(command.get_params(where), where, known)) else []
    return "\n".join(lines) + "\n"


def _commands(group: Any, context: Any) -> Iterator[tuple[Any, Any]]:
    """Each command that does something, with its context, in the order of the help; groups are walked into."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        inner = _context(command, name, context)
        if hasattr(command, "list_commands"):
            yield from _commands(command, inner)
        else:
            yield command, inner


def _context(command: Any, name: str, parent: Any) -> Any:
    return command.context_class(command, info_name=name, parent=parent)


def _table(params: list[Any], context: Any, without: frozenset[str]) -> list[str]:
    records = [param.get_help_record(context) for param in params if param.name not in without]
    rows = [f"| `{_cell(name)}` | {_cell(text)} |" for name, text in filter(None, records) if "--help" not in name]
    return ["| argument or option | meaning |", "| --- | --- |", *rows] if rows else []


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _paragraphs(command: Any) -> list[str]:
    return str(command.help or "").replace("\b", "").strip().splitlines()


def _first_line(command: Any) -> str:
    return next(iter(_paragraphs(command)), "")


def _anchor(context: Any) -> str:
    return str(context.command_path).replace(" ", "-")


def main() -> None:
    """Write both."""
    import cli  # noqa: PLC0415 - tests of the schemas need no command line
    from archive.commands.options import shared_options  # noqa: PLC0415 - as above

    files = schema_files()
    for old in (ROOT / "schemas").glob("*.json"):
        if old.name not in files:
            old.unlink()
    for name, text in files.items():
        (ROOT / "schemas" / name).write_text(text, encoding="utf-8")
    (ROOT / "docs" / "commands.md").write_text(command_reference(cli.app, shared_options()), encoding="utf-8")


if __name__ == "__main__":
    main()
