"""A list of files with what is to be said of each: CSV or JSON lines, recognised by how it begins.

CSV: the first line names the columns (``file`` and fields of ``AddForm``), between commas, semicolons or tabs; an empty
cell says nothing; several values stand in one cell between semicolons, or commas where there is no semicolon. JSON
lines: an object a line with the same names. What is said on a line comes before what is said of all files.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from archive.errors import ArchiveError, UsageError
from archive.records import forms
from archive.records.forms import AddForm
from archive.speech import tr

_LISTS = frozenset({"about", "mentions", "tags"})
_SEE = tr("A manifest has a column file, and fields of docs/json.md under add.")
_LARGEST_CELL = 1 << 20


class Line(Struct, frozen=True):
    """A line of a manifest: its number, the file as it names it, and what it says of it."""

    number: int
    file: str
    form: AddForm

    def at(self, error: ArchiveError) -> UsageError:
        """The same refusal, with the number of the line."""
        return _at(self.number, error)


def read(data: bytes, common: AddForm) -> tuple[Line, ...]:
    """The lines of a manifest; UsageError names the line and the field that does not fit."""
    said = text(data)
    rows = objects(said) if said.lstrip()[:1] == "{" else _cells(said)
    base = {name: value for name, value in msgspec.to_builtins(common).items() if value is not None}
    lines = tuple(_line(number, fields, base) for number, fields in rows)
    if not lines:
        raise UsageError(tr("The manifest names no files."), _SEE)
    return lines


def text(data: bytes) -> str:
    """A manifest as text; UsageError if it is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(tr("The manifest is not UTF-8 text."), tr("Save it as UTF-8.")) from None


def path_of(line: Line, folder: Path, *, inside: bool) -> Path:
    """Where the file of a line lies, relative to the manifest's folder; with ``inside`` it has to be below that."""
    path = Path(line.file).expanduser() if not inside else Path(line.file)
    if inside and (path.is_absolute() or ".." in path.parts):
        raise line.at(
            UsageError(tr("file leads out of the folder that was brought."), tr("Name it relative to the folder."))
        )
    return folder / path


def _line(number: int, fields: Mapping[str, Any], base: Mapping[str, Any]) -> Line:
    file = fields.get("file")
    if not isinstance(file, str) or not file:
        raise UsageError(tr("Line {number}: there is no file.", number=number), _SEE)
    said = {name: value for name, value in fields.items() if name != "file"}
    try:
        return Line(number, file, forms.fill(AddForm, {**base, **said}))
    except UsageError as error:
        raise _at(number, error) from None


def objects(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The number and the object of each line that is not empty; UsageError names one that is no object."""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = msgspec.json.decode(line)
        except (msgspec.DecodeError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise UsageError(
                tr("Line {number}: it is no JSON object.", number=number),
                tr("Give one object a line, all in one line."),
            )
        yield number, value


def _cells(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    first = text.partition("\n")[0]
    csv.field_size_limit(_LARGEST_CELL)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=max(",;\t", key=first.count), strict=True)
    try:
        names = [name.strip() for name in next(reader, [])]
        _check_names(names)
        for row in reader:
            if len(row) > len(names):
                raise UsageError(
                    tr("Line {line_num}: it has more cells than there are columns.", line_num=reader.line_num), _SEE
                )
            if any(cell.strip() for cell in row):
                yield reader.line_num, {name: _value(name, cell.strip()) for name, cell in zip(names, row, strict=False)
                                        if cell.strip()}  # fmt: skip
    except csv.Error:
        raise UsageError(
            tr("Line {line_num}: it is not sound CSV.", line_num=reader.line_num), tr("Are all quotes closed?")
        ) from None


def _check_names(names: list[str]) -> None:
    if len(set(names)) != len(names) or "file" not in names:
        raise UsageError(tr("Line 1: it has to name the columns, each once, and one of them file."), _SEE)
    if unknown := [number for number, name in enumerate(names, 1) if name not in ("file", *AddForm.__struct_fields__)]:
        raise UsageError(tr("Line 1, column {unknown}: there is no field of this name.", unknown=unknown[0]), _SEE)


def _value(name: str, cell: str) -> object:
    if name not in _LISTS:
        return cell
    return [one.strip() for one in cell.split(";" if ";" in cell else ",") if one.strip()]


def _at(number: int, error: ArchiveError) -> UsageError:
    return UsageError(tr("Line {number}: {message}", number=number, message=error.message), error.hint)
