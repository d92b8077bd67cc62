"""Reading the text files of a finished bundle piece by piece: what the leak check looks through.

Nothing here trusts that our own writer made the file: comments, declarations, unknown attributes, doubled JSON keys and
text cut up by markup come out as well as what a browser shows.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import sys
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from itertools import groupby
from typing import Literal
from urllib.parse import unquote

from msgspec import Struct, structs

from archive.bundle.entries import DESIGNATION

_PICTURE = re.compile(r"data:image/[a-z]+;base64,([A-Za-z0-9+/=]+)")
_EXHIBIT = re.compile(r"exhibit-(\d{1,5})")
_DESIGNATION = re.compile(DESIGNATION)  # ours, but it stands in the middle of what they say
LANGUAGE = re.compile("[a-z]{2,3}")
"""What tells of a text which language it is in: a code, not a word."""
_PIECE = 1 << 20  # octets of a page that are read at once
_FEWEST = 3  # letters that stand one by one and may be a name
_INLINE = re.compile("a|abbr|b|bdi|bdo|cite|code|em|font|i|mark|q|s|small|span|strong|sub|sup|time|u|wbr")
KNOWN = re.compile(
    "a|article|b|blockquote|body|br|code|dd|div|dl|dt|figure|h1|h2|h3|head|header|html|img|li|main|meta|nav|ol|p|pre"
    "|section|span|style|time|title|ul|alt|aria-labelledby|charset|class|content|datetime|href|http-equiv|id|lang|name|src"
    "|table|tbody|tr|th|td|scope|start|svg|desc|line|circle|rect|text|viewbox|viewBox|role|x|y|x1|x2|y1|y2|cx|cy|r|rx"
    "|width|height"
)
"""Names of elements and attributes that are HTML's own: any other could be a word of theirs."""


class Fragment(Struct, frozen=True):
    """A piece of text, where it stood, and in which exhibit, if in one.

    ``whole``: it is no part of a longer one that is read as well.
    """

    text: str
    layer: Literal["text", "attribute"]
    where: str
    exhibit: int | None = None
    whole: bool = True


class Readout(Struct, frozen=True):
    """All that a file says, and the pictures that are embedded in it: as files, or digests of their ``dots``.

    ``streams``: what else it holds, unpacked, to be searched octet by octet.
    """

    fragments: tuple[Fragment, ...]
    pictures: tuple[bytes, ...] = ()
    foreign: bool = False  # whether markup is in it that no dossier has
    dots: tuple[bytes, ...] = ()
    streams: tuple[bytes, ...] = ()


def read_html(data: bytes, own: frozenset[str]) -> Readout:
    """Text nodes alone and run together over inline elements, attributes, comments and declarations, all unescaped.

    ``own`` text nodes are left out of what is run together, so that our labels do not grow into their names.
    """
    reader = _Reader(own)
    for piece in _pieces(data):
        reader.feed(piece.decode("utf-8"))
    reader.close()
    reader.end_run()
    return Readout(tuple(reader.fragments), tuple(reader.pictures), reader.foreign)


def _pieces(data: bytes) -> Iterator[bytes]:
    """The page in pieces that each begin with a tag: a page holds its pictures, and is large."""
    at = 0
    while at < len(data):
        end = data.find(b"<", at + _PIECE)
        end = len(data) if end < 0 else end
        yield data[at:end]
        at = end


def read_json(data: bytes, _own: frozenset[str]) -> Readout:
    """Every key, string and number; a key that stands twice is read twice. Numbers in a row may be those of letters."""
    return Readout(tuple(_walk(json.loads(data.decode("utf-8"), object_pairs_hook=_Pairs), "value", None)))


def read_text(data: bytes, _own: frozenset[str]) -> Readout:
    """The lines."""
    lines = ["", *data.decode("utf-8").removesuffix("\n").split("\n"), ""]  # and at no other sign
    return Readout(
        tuple(
            Fragment(line, "text", f"line {number}", whole=not (before.strip() or after.strip()))
            for number, (before, line, after) in enumerate(zip(lines, lines[1:], lines[2:], strict=False), 1)
        )
    )


def read_csv(data: bytes, own: frozenset[str]) -> Readout:
    """The values of each cell, which semicolons part, alone and run together without ``own`` ones."""
    rows = csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True)
    return Readout(
        tuple(
            Fragment(text, "text", f"line {line}, column {column}")
            for line, row in enumerate(rows, 1)
            for column, cell in enumerate(row, 1)
            for text in _values(cell.split("; "), own)
        )
    )


def _values(values: list[str], own: frozenset[str]) -> Iterator[str]:
    yield from filter(None, values)
    theirs = [value for value in values if value not in own]
    if len(theirs) > 1:
        yield "; ".join(theirs)


class _Pairs(list[tuple[str, object]]):
    """A JSON object as its pairs."""


def _walk(value: object, place: str, exhibit: int | None) -> Iterator[Fragment]:
    if isinstance(value, _Pairs):
        numbers = (held for key, held in value if key == "number" and isinstance(held, int))
        number = next(numbers, exhibit) if any(key == "token" for key, _ in value) else exhibit
        for position, (key, held) in enumerate(value):
            yield Fragment(key, "text", f"key of {place} {position + 1}", number)
            yield from _walk(held, f"{place} {position + 1}", number)
    elif isinstance(value, list):
        for position, held in enumerate(value):
            yield from _walk(held, f"{place} {position + 1}", exhibit)
        if len(value) >= _FEWEST and all(_is_code(held) for held in value):
            yield Fragment("".join(map(chr, value)), "text", place, exhibit)
    elif value is not None and not isinstance(value, bool):
        yield Fragment(str(value), "text", place, exhibit)


def _is_code(value: object) -> bool:
    """Whether a number may be that of a letter."""
    return type(value) is int and 0 < value <= sys.maxunicode and chr(value).isalpha()


def spelt(fragments: Iterable[Fragment]) -> Iterator[Fragment]:
    """Single letters that follow each other, in cells, paragraphs or a list, as the word that they make."""
    told = (one for one in fragments if one.layer == "text")
    for single, row in groupby(told, key=lambda one: len(one.text.strip()) == 1 and one.text.strip().isalpha()):
        letters = tuple(row)
        if single and len(letters) >= _FEWEST:
            yield structs.replace(letters[0], text="".join(one.text.strip() for one in letters), whole=True)


class _Reader(HTMLParser):
    """Collects fragments; ``_run`` holds the text nodes since the last block element began or ended."""

    def __init__(self, own: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._own = own
        self.fragments: list[Fragment] = []
        self.pictures: list[bytes] = []
        self.foreign = False
        self._run: list[str] = []
        self._nodes: list[int] = []  # where in ``fragments`` the text nodes of the run are
        self._exhibit: int | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._boundary(tag)
        for name, value in attrs:
            if tag == "article" and name == "id" and (match := _EXHIBIT.fullmatch(value or "")):
                self._exhibit = int(match[1])
            self._word(name)
            if name != "lang" or not LANGUAGE.fullmatch(value or ""):
                self._attribute(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._boundary(tag)
        if tag == "article":
            self._exhibit = None

    def handle_data(self, data: str) -> None:
        if data.strip():
            self._nodes.append(len(self.fragments))
        self._add(data, "text")
        if data.strip() not in self._own or _DESIGNATION.fullmatch(data.strip()):
            self._run.append(data)

    def handle_comment(self, data: str) -> None:
        self._add(data, "text")

    def handle_decl(self, decl: str) -> None:
        if decl.lower() != "doctype html":
            self._add(decl, "text")

    def handle_pi(self, data: str) -> None:
        self._add(data, "text")

    def unknown_decl(self, data: str) -> None:
        self._add(data, "text")

    def end_run(self) -> None:
        """Text that markup cuts up, in words or in lines, is read in one piece as well."""
        if len(self._run) > 1:
            for at in self._nodes:
                self.fragments[at] = structs.replace(self.fragments[at], whole=False)
            self._add("".join(self._run), "text")
        self._run.clear()
        self._nodes.clear()

    def _boundary(self, tag: str) -> None:
        if tag == "br":
            self._run.append("\n")
        elif not _INLINE.fullmatch(tag):
            self.end_run()
        self._word(tag)

    def _word(self, name: str) -> None:
        if not KNOWN.fullmatch(name):
            self.foreign = True
            self._add(name, "attribute")

    def _attribute(self, value: str) -> None:
        match = _PICTURE.fullmatch(value)
        if match:
            self.pictures.append(base64.b64decode(match[1], validate=True))
            return
        if value.lstrip().lower().startswith("data:"):
            self.pictures.append(value.encode())  # embedded, but none of ours: no picture that is known
        self._add(value, "attribute")
        if "%" in value:
            self._add(unquote(value), "attribute")

    def _add(self, text: str, layer: Literal["text", "attribute"]) -> None:
        if text.strip():
            self.fragments.append(Fragment(text, layer, f"line {self.getpos()[0]}", self._exhibit))
