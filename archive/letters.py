"""How wide text is on a terminal, and how it stands in columns there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import zip_longest

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def columns(word: str) -> int:
    """How wide a word is shown: marks and colours take no room, wide letters two columns."""
    if word.isascii() and word.isprintable():
        return len(word)
    bare = _COLOUR.sub("", word)
    return sum(
        0 if unicodedata.combining(letter) else 1 + (unicodedata.east_asian_width(letter) in "WF") for letter in bare
    )


def broken(line: str, width: int) -> Iterator[str]:
    """A line in pieces that are no wider than ``width``, broken between words.

    What follows stands as far in as the line began, or below the words behind a number or a heading and two spaces.
    """
    line = _PAINTED_IN.sub(r"\2\1", line)
    first = _HUNG.match(line)
    deep = len(first[0]) if first and len(first[0]) <= width // 4 else len(line) - len(line.lstrip(" "))
    begun, used = line[:deep], deep
    for word in line[deep:].split(" "):
        if used > deep and used + 1 + columns(word) > width:
            yield begun
            begun, used = " " * deep, deep
        begun, used = (f"{begun} {word}", used + 1) if used > deep else (begun + word, used)
        used += columns(word)
    yield begun


_PAINTED_IN = re.compile(r"^((?:\x1b\[[0-9;]*m)+)( +)")  # a colour that begins before the line is in
_HUNG = re.compile(r" *[^\s\x1b]+(?: [^\s\x1b]+)*  +(?=\S)")  # a number, a reference, a heading
_GAP = "  "  # between two columns


def in_columns(rows: Sequence[Sequence[str]], width: int | None) -> Iterator[str]:
    """Rows of cells as lines that are at most ``width`` wide (None: as wide as it takes), a row in one or several.

    The widest columns are made narrower first; a cell is broken between words, and a word only where it has to be.
    """
    by_column = tuple(zip(*rows, strict=True))
    widths = [max(map(columns, cells)) for cells in by_column]
    if width is not None and sum(widths) + len(_GAP) * (len(widths) - 1) > width:
        words = [max(columns(word) for cell in cells for word in cell.split(" ")) for cells in by_column]
        _narrow(widths, words, width - len(_GAP) * (len(widths) - 1))
    for row in rows:
        folded = (_folded(cell, room) for cell, room in zip(row, widths, strict=True))
        for pieces in zip_longest(*folded, fillvalue=""):
            padded = (piece + " " * (room - columns(piece)) for piece, room in zip(pieces, widths, strict=True))
            yield _GAP.join(padded).rstrip()


def _narrow(widths: list[int], words: Sequence[int], room: int) -> None:
    """Make columns fit into ``room``, the widest first; below their longest word only when all are there."""
    while sum(widths) > room and max(widths) > 1:
        loose = [place for place, width in enumerate(widths) if width > words[place]] or range(len(widths))
        widths[max(loose, key=lambda place: widths[place])] -= 1


def _folded(text: str, width: int) -> list[str]:
    lines: list[str] = []
    for word in text.split(" "):
        if lines and columns(lines[-1]) + 1 + columns(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines += _cut(word, width)
    return lines


def _cut(word: str, width: int) -> list[str]:
    """A word in pieces no wider than ``width``, cut behind a hyphen if it can be; at the least a letter each."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and columns(pieces[-1]) + columns(letter) > width:
            kept, hyphen, rest = pieces[-1].rpartition("-")
            pieces[-1:] = [kept + hyphen, rest] if kept else [pieces[-1], ""]
        pieces[-1] += letter
    return pieces
