"""Telling a table in plain text (CSV) from prose: every line has to have the same cells, by one separator.

The bytes of a table are cleaned as any plain text. Cells that begin with ``=`` stay as they are: they are what somebody
brought; whoever writes a table for others to open has to defuse them there.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from itertools import islice

SEPARATORS = ",;\t|"


def is_table(text: str) -> bool:
    """Tell whether text is a table: two rows and two columns or more, all rows as long, no cell led by a space."""
    return any(_agree(text, separator) for separator in SEPARATORS)


def _agree(text: str, separator: str) -> bool:
    columns, rows = None, 0
    try:
        for row in csv.reader(_lines(text), delimiter=separator, strict=True):
            columns = columns or len(row)
            if len(row) != columns or columns < 2 or any(cell.startswith(" ") for cell in row):
                return False
            rows += 1
    except csv.Error:
        return False
    return rows >= 2


def _lines(text: str) -> Iterable[str]:
    """Split at newlines alone, as the reader needs them; an empty end is no row."""
    lines = text.split("\n")
    return (line + "\n" for line in islice(lines, len(lines) - (not lines[-1])))
